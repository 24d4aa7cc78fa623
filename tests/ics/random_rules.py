"""Random recurrences, read by our reader and by recurring-ical-events.

Usage: python tests/ics/random_rules.py BINARY [COUNT] [SEED]

BINARY is the example of taiwa-ics (`cargo build -p taiwa-ics --example busy`). Prints every
calendar on which the two disagree, then `N passed, N failed`.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import read

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "America/St_Johns")
WINDOW = ("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def some(pick, values, most=3):
    return ",".join(str(v) for v in pick.sample(values, pick.randint(1, min(most, len(values)))))


def rule(pick, first: int) -> str:
    """A rule whose meaning is certain; `first` is the year it starts in.

    Left out are a week number without a weekday, an end before the start, and positions in weeks,
    of which dateutil counts the first from the start and not from its beginning.
    """
    frequency = pick.choice(("DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"))
    parts = [f"FREQ={frequency}"]
    if pick.random() < 0.5:
        parts.append(f"INTERVAL={pick.randint(1, 5)}")
    by = []
    if pick.random() < 0.3:
        by.append("BYMONTH=" + some(pick, range(1, 13), 4))
    if frequency == "WEEKLY":
        if pick.random() < 0.7:
            by.append("BYDAY=" + some(pick, DAYS, 5))
    elif frequency == "DAILY":
        if pick.random() < 0.3:
            by.append("BYDAY=" + some(pick, DAYS, 5))
        if pick.random() < 0.2:
            by.append("BYMONTHDAY=" + some(pick, [*range(1, 32), -1, -2], 8))
    else:
        kind = pick.random()
        if kind < 0.3:
            by.append("BYMONTHDAY=" + some(pick, [*range(1, 32), *range(-31, 0)], 4))
        elif kind < 0.55:
            by.append("BYDAY=" + some(pick, [f"{n}{d}" for n in (1, 2, 4, 5, -1, -2) for d in DAYS]))
        elif kind < 0.75:
            by.append("BYDAY=" + some(pick, DAYS, 5))
            if pick.random() < 0.3:
                by.append("BYMONTHDAY=" + some(pick, range(1, 32), 8))
        elif kind < 0.85 and frequency == "YEARLY":
            by.append("BYWEEKNO=" + some(pick, [1, 2, 20, 52, 53, -1, -53]))
            by.append("BYDAY=" + some(pick, DAYS))
        elif kind < 0.95 and frequency == "YEARLY":
            by.append("BYYEARDAY=" + some(pick, [1, 60, 100, 366, -1, -366]))
    if pick.random() < 0.15:
        by.append("BYHOUR=" + some(pick, range(6, 22)))
    if by and frequency != "WEEKLY" and pick.random() < 0.25:
        by.append("BYSETPOS=" + some(pick, [1, 2, 3, -1, -2]))
    parts += by
    if pick.random() < 0.3:
        parts.append("WKST=" + pick.choice(DAYS))
    end = pick.random()
    if end < 0.3:
        parts.append(f"COUNT={pick.randint(1, 60)}")
    elif end < 0.5:
        day = f"{pick.randint(first + 1, 2028)}{pick.randint(1, 12):02}{pick.randint(1, 28):02}"
        parts.append(f"UNTIL={day}T{pick.randint(0, 23):02}0000Z")
    return ";".join(parts)


def calendar(pick) -> str:
    zone = pick.choice(ZONES)
    year = pick.choice((2019, 2024, 2025, 2026))
    start = f"{year}{pick.randint(1, 12):02}{pick.randint(1, 28):02}T{pick.randint(6, 21):02}3000"
    text = rule(pick, year)
    # The other reader takes 16:30 in UTC for 16:30 on the wall clock.
    most = 0 if "BYHOUR" in text else 30
    excluded = "".join(
        f"EXDATE;TZID={zone}:2026{pick.randint(1, 12):02}{pick.randint(1, 28):02}{start[8:]}\r\n"
        for _ in range(pick.randint(0, most))
    )
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//random//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        f"DTSTAMP:20260101T000000Z\r\nDTSTART;TZID={zone}:{start}\r\nDURATION:PT45M\r\n"
        f"RRULE:{text}\r\n{excluded}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def ours(binary: str, texts: list[str]) -> list:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts):
            path = Path(folder) / f"{number}.ics"
            path.write_bytes(text.encode())
            paths.append(str(path))
        run = subprocess.run(
            [binary, "-", *WINDOW, "UTC"],
            input="\n".join(paths),
            capture_output=True,
            check=True,
            text=True,
        )
    return [json.loads(line) for line in run.stdout.splitlines()]


def main():
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    pick = random.Random(seed)
    texts = [calendar(pick) for _ in range(count)]
    failed = 0
    for text, found in zip(texts, ours(binary, texts), strict=True):
        wanted = read.busy(text.encode(), *WINDOW, "UTC")
        if found != wanted:
            failed += 1
            print(text)
            print("here alone:", [span for span in found if span not in wanted][:5])
            print("missing:", [span for span in wanted if span not in found][:5])
    print(f"{count - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
