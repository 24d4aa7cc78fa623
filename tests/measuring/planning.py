"""Measures planning from instance files. planning.py FOLDER OUT"""

import re
import subprocess
import sys
from pathlib import Path

import process
from product import BINARY
from report import Bar, finish, table
from servers import stop_on_signals

HERE = Path(__file__).parent
MANAGERS = (1_000, 2_000, 5_000)


def planned(folder, managers):
    path = Path(folder) / "instance.json"
    with open(path, "w") as file:
        subprocess.run(["python3", str(HERE / "instance.py"), str(managers)], stdout=file, check=True)
    ran = process.run([BINARY, "plan", "--instance", str(path)])
    # In words and not --json, so that the plan's own text takes no memory.
    words = re.search(r"(\d+) pairs, (\d+) without a series; .*\((.*?)\), .*; ([\d.]+) s", ran.output)
    if not words:
        raise RuntimeError(f"not understood: {ran.output}")
    found = {"pairs": int(words[1]), "unplaced": int(words[2]), "bound": words[3],
             "seconds": float(words[4]), "fileMegabytes": path.stat().st_size / 2**20,
             "megabytes": ran.megabytes, "wholeSeconds": ran.seconds}
    path.unlink()
    return found


def main():
    stop_on_signals()
    folder, out = sys.argv[1:]
    found = [planned(folder, managers) for managers in MANAGERS]
    print("\n8 reports each, 13 weeks, half-hour grid, 60 % busy, every other week\n")
    print(table(["pairs", "seconds", "with reading", "file MB", "peak MB", "optimum", "no series"],
                [[row["pairs"], f"{row['seconds']:.2f}", f"{row['wholeSeconds']:.2f}",
                  f"{row['fileMegabytes']:.0f}", f"{row['megabytes']:.0f}", row["bound"],
                  row["unplaced"]] for row in found]))
    print()
    small, middle, large = found

    def growth(less, more):
        return (more["megabytes"] - less["megabytes"]) / (more["pairs"] - less["pairs"])

    finish(out, found, [
        Bar("8,000 pairs, s", small["seconds"], 1),
        Bar("40,000 pairs, s", large["seconds"], 10),
        Bar("memory of another pair at 40,000 as a share of that at 16,000",
            growth(middle, large) / growth(small, middle), 1.25),
        Bar("instances not proved optimal",
            sum(row["bound"] != "the least possible" for row in found), 0),
    ])


if __name__ == "__main__":
    main()
