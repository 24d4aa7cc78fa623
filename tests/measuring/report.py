"""Tables and bars, for people on standard output and for programs in a file."""

import json
import sys
import unicodedata
from dataclasses import dataclass


@dataclass
class Bar:
    """What must hold: a figure at most, or at least, a limit."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self):
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self):
        sign = "at least" if self.at_least else "at most"
        return f"{'PASS' if self.met else 'MISS'}  {self.what}: {self.value:.3g}, {sign} {self.limit:g}"


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(headers, rows):
    """A Markdown table, its columns aligned."""
    cells = [[str(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(width(row[at]) for row in cells) for at in range(len(headers))]

    def line(row):
        padded = [cell + " " * (widths[at] - width(cell)) if at == 0
                  else " " * (widths[at] - width(cell)) + cell for at, cell in enumerate(row)]
        return f"| {' | '.join(padded)} |"

    rule = "|".join(["-" * (widths[0] + 2)] + ["-" * (size + 1) + ":" for size in widths[1:]])
    return "\n".join([line(cells[0]), f"|{rule}|", *map(line, cells[1:])])


def finish(path, rows, bars):
    """Prints the bars and writes everything to the file of a suite."""
    for bar in bars:
        print(bar.line())
    sys.stdout.flush()
    with open(path, "w") as file:
        json.dump({"rows": rows, "bars": [
            {"what": bar.what, "value": bar.value, "limit": bar.limit,
             "atLeast": bar.at_least, "met": bar.met} for bar in bars]}, file, indent=2)
