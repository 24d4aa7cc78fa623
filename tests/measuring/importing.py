"""Measures an import of 100,000 people on both engines. importing.py FOLDER OUT POSTGRES_URL"""

import os
import re
import sys
from pathlib import Path

from product import Product
from report import Bar, finish, table
from servers import stop_on_signals

ROWS = int(os.environ.get("MEASURE_ROWS", 100_000))


def steps(database, folder):
    """What each step took, each checked for having done what it should."""
    product = Product(database, folder)
    path = product.people(ROWS)
    for step, words, joins in (("preview", [], ROWS), ("apply", ["--apply"], ROWS),
                               ("the same again", ["--apply"], 0)):
        # In words and not --json, whose list of every change is no part of importing.
        ran = product.bring(path, *words)
        said = re.search(r"^(\d+) rows, .*: (\d+) join, .*; (\d+) rows left out", ran.output, re.M)
        if not said or [int(count) for count in said.groups()] != [ROWS, joins, 0]:
            raise RuntimeError(f"{step}: {ran.output[-1000:]}")
        yield step, ran


def main():
    stop_on_signals()
    folder, out, postgres = sys.argv[1:]
    found = []
    for engine, database in (("PostgreSQL", postgres), ("SQLite", f"sqlite:{folder}/taiwa.sqlite")):
        for step, ran in steps(database, folder):
            found.append({"engine": engine, "step": step, "seconds": ran.seconds,
                          "megabytes": ran.megabytes})
            print(f"{engine}, {step}: {ran.seconds:.1f} s", file=sys.stderr, flush=True)
    print(f"\n{ROWS} rows, each step a process of its own\n")
    print(table(["", "", "seconds", "peak MB"],
                [[row["engine"], row["step"], f"{row['seconds']:.2f}", f"{row['megabytes']:.0f}"]
                 for row in found]))
    print()
    limits = {"preview": 3, "apply": 20, "the same again": 5}
    bars = [Bar(f"{row['step']} on PostgreSQL, s", row["seconds"], limits[row["step"]])
            for row in found if row["engine"] == "PostgreSQL"]
    bars.append(Bar("peak memory, MB", max(row["megabytes"] for row in found), 500))
    finish(out, found, bars)


if __name__ == "__main__":
    main()
