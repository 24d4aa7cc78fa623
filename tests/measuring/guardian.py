"""How fast slots are defended, and what a quarter does to a large company. See suites/guardian.

    guardian.py OUT FOLDER_OF_EXAMPLES
"""

import json
import os
import subprocess
import sys

from report import Bar, finish, table

ACCOUNTS = os.environ.get("MEASURE_ACCOUNTS", "1000")
LATENCY = os.environ.get("MEASURE_LATENCY", "50")
PEOPLE = os.environ.get("MEASURE_COMPANY", "10000")
WEEKS = os.environ.get("MEASURE_WEEKS", "13")


def run(program, *words):
    print(f"{program.rsplit('/', 1)[-1]} {' '.join(words)}", file=sys.stderr, flush=True)
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main():
    out, folder = sys.argv[1:]
    rows = []
    for engine, *more in (("postgres",), ("sqlite",), ("sqlite", "rollout")):
        found = run(f"{folder}/answering", engine, ACCOUNTS, LATENCY, *more)
        rows.append({"name": " ".join(["answering", *more]), "engine": engine, **found})
    print(f"\nOverlaps answered in real time, {ACCOUNTS} accounts, {LATENCY} ms to Google\n")
    print(table(["", "attacked in a minute", "answered", "p50 s", "p99 s", "longest s", "calls"],
                [[it["engine"] + ", in a roll-out" * it["rollout"], it["attacked"], it["answered"],
                  f"{it['p50']:.2f}", f"{it['p99']:.2f}", f"{it['longest']:.2f}", it["calls"]]
                 for it in rows]))
    quarter = run(f"{folder}/simulate", "sqlite", PEOPLE, WEEKS, "1")
    print(f"\nA quarter of {PEOPLE} people in virtual time, {quarter['doings']} doings, "
          f"{quarter['seconds']:.0f} s\n")
    shares = ("kept", "moved", "skipped", "asked", "displaced")
    print(table(["meetings", *shares, "calls a person and day"],
                [[quarter["meetings"], *(f"{quarter[name]:.1%}" for name in shares),
                  f"{quarter['callsPerPersonAndDay']:.1f}"]]))
    print()
    first, slowest = rows[0], max(it["p99"] for it in rows)
    finish(out, [*rows, {"name": "simulate", **quarter}], [
        Bar("overlaps left unanswered", sum(it["attacked"] - it["answered"] for it in rows), 0),
        Bar("p99 from notice to defence, s", slowest, 5),
        Bar("changed calendars of a minute", first["attacked"], int(ACCOUNTS) * 0.9, at_least=True),
        Bar("calls over a quota", sum(it["overQuota"] for it in [*rows, quarter]), 0),
        Bar("slots that are not accounted for", quarter["problems"], 0),
    ])


if __name__ == "__main__":
    main()
