"""A planning instance: managers with eight reports each, in a tree, as compact JSON.

    python3 tests/measuring/instance.py MANAGERS > FILE

One zone, every other week, half an hour: an optimum that can be proved. Of each working day a
share of 60 % is taken, in stretches of half an hour to two hours. Thirteen weeks.
"""

import json
import random
import sys
from datetime import date, datetime, timedelta

REPORTS, WEEKS, BUSY = 8, 13, 60
MONDAY = date(2026, 6, 1)
SLOTS = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(9 * 60, 18 * 60, 30)]


def instants():
    """Every half hour of working time by day, in UTC; Tokyo is nine hours ahead."""
    for day in range(WEEKS * 7):
        if day % 7 < 5:
            midnight = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time())
            yield [(midnight + timedelta(minutes=30 * slot)).strftime("%Y-%m-%dT%H:%M:%SZ")
                   for slot in range(len(SLOTS) + 1)]


def busy(rng, days):
    for day in days:
        # Stretches in random order fill the share exactly, gaps between them fill the rest.
        left, parts = len(SLOTS) * BUSY / 100, []
        while left >= 1:
            length = min(rng.choice([1, 2, 2, 3, 4]), int(left))
            parts.append(length)
            left -= length
        parts += [0] * (len(SLOTS) - sum(parts))
        rng.shuffle(parts)
        at = 0
        for length in parts:
            if length:
                yield day[at], day[at + length]
            at += length or 1


def main():
    managers = int(sys.argv[1])
    rng, days = random.Random(managers), list(instants())
    write = sys.stdout.write
    write(json.dumps({"grid": 30, "horizon": {"from": str(MONDAY), "weeks": WEEKS},
                      "daily_cap": 4})[:-1])
    # Person by person: as one value a large instance would take gigabytes here.
    write(', "people": [')
    for n in range(managers * REPORTS + 1):
        person = {"key": f"p{n:06}", "zone": "Asia/Tokyo", "busy": list(busy(rng, days))}
        write((",\n" if n else "") + json.dumps(person, separators=(",", ":")))
    write('], "pairs": [')
    for n in range(1, managers * REPORTS + 1):
        pair = {"a": f"p{(n - 1) // REPORTS:06}", "b": f"p{n:06}", "kind": "manager",
                "every_weeks": 2, "minutes": 30, "buffer": 0,
                "preferred": {"weekday": rng.randint(1, 5), "time": rng.choice(SLOTS)}}
        write((",\n" if n > 1 else "") + json.dumps(pair, separators=(",", ":")))
    write("]}\n")


if __name__ == "__main__":
    main()
