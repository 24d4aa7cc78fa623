"""Writes domain/src/calendar/holidays.csv from the PyPI package holidays.

Usage: python tests/tools/public_holidays.py [--check]

--check compares the committed file with the package instead and fails on a difference in the
years both know. Public holidays of the whole country only; equinox days in future years are the
astronomical prediction until the government publishes them each February.
"""

import csv
import io
import pathlib
import sys

import holidays

COUNTRIES = {"JP": "ja", "US": "en_US", "DE": "de"}
YEARS = range(2020, 2041)
TARGET = pathlib.Path(__file__).parents[2] / "domain/src/calendar/holidays.csv"


def table() -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["country", "day", "name"])
    for country, language in COUNTRIES.items():
        days = holidays.country_holidays(country, years=YEARS, language=language)
        for day, name in sorted(days.items()):
            rows.writerow([country, day.isoformat(), name])
    return out.getvalue()


if __name__ == "__main__":
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != table():
            sys.exit("holidays.csv differs from the package: run tests/tools/public_holidays.py")
        print("1 passed, 0 failed")
    else:
        TARGET.write_text(table(), encoding="utf-8")
