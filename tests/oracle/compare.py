"""Compares the planner with HiGHS.

    python tests/oracle/compare.py --planner "taiwa plan --json --instance"

The command is run with an instance file as its last argument and prints the plan. Uniform forests
must cost exactly what HiGHS proves; mixed instances must place as many pairs and come within 2 % and
10 of what HiGHS finds. Every plan is checked for legality besides. `--large` takes larger ones.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check import faults
from generate import mixed, uniform
from optimum import optimum
from problem import Problem


def plan(planner, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.json"
        path.write_text(json.dumps(data))
        run = subprocess.run([*planner, str(path)], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return json.loads(run.stdout)


def judge(planner, data, exact, seconds):
    """(faults, remark) of the planner's answer to one instance."""
    problem = Problem(data)
    answer = plan(planner, data)
    found = faults(problem, answer)
    started = time.monotonic()
    best, unplaced, proven, bound = optimum(problem, seconds)
    took = time.monotonic() - started
    cost = answer["totals"]["series"]
    if exact:
        if not answer["exact"]:
            found.append("not said to be exact")
        if proven and cost != best or not proven and not bound - 1e-6 <= cost <= best:
            found.append(f"costs {cost}, the optimum is {best}")
    else:
        if answer["totals"]["unplaced"] > unplaced:
            found.append(f"{answer['totals']['unplaced']} unplaced, HiGHS {unplaced}")
        elif cost > best * 1.02 + 10:
            found.append(f"costs {cost}, HiGHS {best}")
        if answer["lower_bound"] > best:
            found.append(f"the lower bound {answer['lower_bound']} is above {best}")
    return found, (f"{len(problem.pairs):5} pairs: {cost} (HiGHS {best}{'' if proven else '?'} in "
                   f"{took:.1f} s), bound {answer['lower_bound']}, weeks "
                   f"{answer['totals']['weeks']}, unplaced {answer['totals']['unplaced']}, "
                   f"{answer['seconds']:.3f} s")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--planner", required=True, help="command that prints the plan of a file")
    options.add_argument("--uniform", type=int, default=60, help="how many uniform instances")
    options.add_argument("--mixed", type=int, default=10, help="how many mixed instances")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--large", action="store_true", help="larger ones")
    options.add_argument("--seconds", type=float, default=120, help="limit of HiGHS an instance")
    options = options.parse_args()
    planner = shlex.split(options.planner)
    seeds = range(options.first, options.first + max(options.uniform, options.mixed))
    work = [("uniform", uniform, seed, 60 if options.large else None, True)
            for seed in seeds[:options.uniform]]
    work += [("mixed", mixed, seed, 120 if options.large else None, False)
             for seed in seeds[:options.mixed]]
    failed = 0
    for name, make, seed, managers, exact in work:
        data = make(seed, managers)
        try:
            found, remark = judge(planner, data, exact, options.seconds)
        except RuntimeError as error:
            found, remark = [str(error)], ""
        failed += bool(found)
        print(f"{'FAILED' if found else 'ok    '} {name} {seed:3} {remark}", flush=True)
        for fault in found[:5]:
            print(f"         {fault}")
    print(f"{len(work) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
