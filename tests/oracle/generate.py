"""Random instances from a seed."""

import random
from datetime import date, datetime, timedelta, timezone

ZONES = ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Singapore", "Europe/London"]
# Mondays after which no zone above changes its clock for eight weeks.
STEADY = [date(2026, 4, 6), date(2026, 6, 1), date(2026, 7, 6), date(2026, 11, 16)]


def text(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def person(rng, key, zone, monday, weeks, share):
    """Someone whose day is taken, in stretches of half an hour to two hours, to a share."""
    zero = datetime(monday.year, monday.month, monday.day, tzinfo=timezone.utc)
    offset = {"Asia/Tokyo": 9, "Europe/Berlin": 2, "America/New_York": -4, "Asia/Singapore": 8,
              "Europe/London": 1}[zone]
    data = {"key": key, "zone": zone, "busy": [], "leave": [], "holidays": []}
    for day in range(weeks * 7):
        if day % 7 > 4:
            continue
        at = 9 * 60
        while at < 18 * 60:
            length = rng.choice([30, 30, 60, 60, 90, 120])
            if rng.random() < share:
                start = zero + timedelta(days=day, minutes=at - offset * 60)
                data["busy"].append([text(start), text(start + timedelta(minutes=length))])
            at += length
    if rng.random() < 0.3:
        first = rng.randrange(weeks * 7)
        data["leave"] = [str(monday + timedelta(days=first + i)) for i in range(rng.choice([1, 5]))]
    if rng.random() < 0.5:
        data["holidays"] = [str(monday + timedelta(days=rng.randrange(weeks * 7)))]
    if rng.random() < 0.3:
        first = rng.choice([7, 8, 10])
        data["hours"] = [{"weekday": day, "from": clock(first * 60), "to": clock(first * 60 + 510)}
                         for day in rng.sample(range(1, 7), rng.choice([3, 4, 5]))]
    return data


def preferred(rng, narrow):
    if narrow:
        return {"weekday": rng.choice([1, 2]), "time": clock(rng.choice([540, 570, 600, 630]))}
    return {"weekday": rng.randint(1, 5), "time": clock(30 * rng.randint(18, 35))}


def organization(rng, managers, fan, zones, monday, weeks, share):
    """People in a random tree, and who manages whom."""
    people, lines, leaders = [], [], []

    def hire(zone):
        key = f"p{len(people):04}"
        people.append(person(rng, key, zone, monday, weeks, share))
        return key, zone

    leaders.append(hire(rng.choice(zones)))
    for number in range(managers):
        key, zone = leaders.pop(rng.randrange(len(leaders))) if leaders else hire(zone)
        for _ in range(rng.randint(*fan)):
            own = zone if rng.random() < 0.8 else rng.choice(zones)
            new = hire(own)
            lines.append((key, new[0]))
            leaders.append(new)
    return people, lines


def uniform(seed, managers=None):
    """A forest of one cadence whose clocks stand still."""
    rng = random.Random(seed)
    weeks, monday = rng.choice([4, 5, 6, 8]), rng.choice(STEADY)
    zones = rng.sample(ZONES, rng.choice([1, 1, 2, 3]))
    grid = rng.choice([30, 30, 30, 60, 15])
    every = rng.choice([1, 1, 2, 2, 4])
    size = managers or rng.randint(1, 12)
    people, lines = organization(rng, size, (1, rng.choice([4, 8, 12])), zones, monday, weeks,
                                 rng.choice([0.0, 0.3, 0.5, 0.7]))
    narrow, fresh = rng.random() < 0.4, rng.random() < 0.5
    pairs = []
    for a, b in lines:
        pair = {"a": a, "b": b, "every_weeks": every, "preferred": preferred(rng, narrow),
                "minutes": min(30, grid)}
        if not fresh and rng.random() < 0.7:
            pair["standing"] = preferred(rng, narrow) | {"phase": rng.randrange(every)}
        if rng.random() < 0.2:
            pair["displaced"] = rng.randrange(4)
        pairs.append(pair)
    rng.shuffle(people)
    rng.shuffle(pairs)
    return {"grid": grid, "horizon": {"from": str(monday), "weeks": weeks},
            "daily_cap": rng.choice([1, 2, 2, 3, 4]), "people": people, "pairs": pairs}


def mixed(seed, managers=None):
    """Mixed cadences, lengths, buffers, and pairs across the lines."""
    rng = random.Random(1000 + seed)
    weeks, monday = 8, rng.choice(STEADY)
    zones = rng.sample(ZONES, rng.choice([1, 2]))
    people, lines = organization(rng, managers or rng.randint(5, 60), (3, 8), zones, monday, weeks,
                                 rng.choice([0.3, 0.5, 0.6]))
    narrow = rng.random() < 0.3
    pairs = []

    def pair(a, b, kind, minutes):
        pairs.append({"a": a, "b": b, "kind": kind, "every_weeks": rng.choice([1, 2, 2, 4]),
                      "minutes": rng.choice(minutes), "buffer": rng.choice([0, 0, 5, 15]),
                      "preferred": preferred(rng, narrow)})
        if rng.random() < 0.3:
            pairs[-1]["standing"] = preferred(rng, narrow) | {
                "phase": rng.randrange(pairs[-1]["every_weeks"])}

    for a, b in lines:
        pair(a, b, "manager", [15, 30, 30, 45, 60])
    keys, known = [p["key"] for p in people], {frozenset(line) for line in lines}
    for _ in range(len(lines) // 5):
        a, b = rng.sample(keys, 2)
        if frozenset((a, b)) not in known:
            known.add(frozenset((a, b)))
            pair(a, b, rng.choice(["mentor", "peer", "dotted", "skip_level"]), [30, 30, 60])
    rng.shuffle(pairs)
    return {"grid": 30, "horizon": {"from": str(monday), "weeks": weeks},
            "daily_cap": rng.choice([3, 4]), "people": people, "pairs": pairs}
