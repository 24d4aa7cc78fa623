"""How long a sweep for reminders takes, and how that grows. See suites/reminding.

    reminding.py OUT EXAMPLE DATABASE_URL

MEASURE_COMPANY changes how many people the large company has (20,000); the small one has a tenth.
"""

import json
import os
import subprocess
import sys

from report import Bar, finish, table

PEOPLE = int(os.environ.get("MEASURE_COMPANY", 20_000))
# A sweep comes every quarter of an hour.
PERIOD = 15 * 60


def run(example, people, url=None):
    print(f"reminding {people}", file=sys.stderr, flush=True)
    environment = {**os.environ, **({"TAIWA_MEASURE_POSTGRES": url} if url else {})}
    done = subprocess.run([example, str(people)], stdout=subprocess.PIPE, text=True, check=True,
                          env=environment)
    found = json.loads(done.stdout)
    first, *others = found["sweeps"]
    # The median of those that have a quarter of an hour's reminders to tell.
    usual = sorted(others, key=lambda it: it["seconds"])[len(others) // 2]
    return {"name": f"{found['engine']} {people}", **found, "first": first, "usual": usual}


def main():
    out, example, url = sys.argv[1:]
    rows = [run(example, PEOPLE // 10), run(example, PEOPLE), run(example, PEOPLE, url)]
    print(f"\nSweeps for reminders: the first has a day's to tell, the others those of {PERIOD // 60} "
          "minutes\n")
    print(table(["", "pairs", "meetings", "first s", "statements", "usual s", "statements"],
                [[it["name"], it["pairs"], it["meetings"], f"{it['first']['seconds']:.2f}",
                  it["first"]["statements"], f"{it['usual']['seconds']:.2f}",
                  it["usual"]["statements"]] for it in rows]))
    print()
    small, large, _ = rows
    finish(out, rows, [
        Bar("part of a worker that sweeps take", max(it["usual"]["seconds"] for it in rows) / PERIOD,
            0.01),
        Bar("growth of a sweep for ten times the people",
            large["usual"]["seconds"] / small["usual"]["seconds"], 15),
    ])


if __name__ == "__main__":
    main()
