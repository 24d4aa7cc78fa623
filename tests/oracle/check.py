"""Whether a plan is legal, and whether what it says it costs is what it costs."""

from collections import Counter, defaultdict

from problem import TICK, instant, minutes
from optimum import UNPLACED


def faults(problem, plan):
    """Everything that is wrong with a plan, as sentences."""
    found = []
    series = plan["series"]
    if [(s["a"], s["b"]) for s in series] != [(p.a, p.b) for p in problem.pairs]:
        return ["the series are not those of the pairs"]
    taken, days = Counter(), Counter()
    for pair, row in zip(problem.pairs, series):
        if row["series"] is None:
            if row["cost"] != UNPLACED:
                found.append(f"{pair.a}-{pair.b} without series costs {row['cost']}")
            continue
        agreed = row["series"]
        slot = ((agreed["weekday"] - 1) * 1440 + minutes(agreed["time"])) // problem.grid
        key = slot, agreed["phase"]
        if agreed["zone"] != pair.organizer.zone:
            found.append(f"{pair.a}-{pair.b} is read in {agreed['zone']}")
        if minutes(agreed["time"]) % problem.grid:
            found.append(f"{pair.a}-{pair.b} is off the grid")
        if pair.series.get(key) != row["cost"]:
            found.append(f"{pair.a}-{pair.b} at {agreed} costs {pair.series.get(key)}, "
                         f"not {row['cost']}")
        span = -(-(pair.minutes + pair.buffer) // TICK)
        for tick in pair.meetings(*key):
            for person in pair.ends:
                days[person.key, int(person.day[tick])] += 1
                for part in range(tick, tick + span):
                    taken[person.key, part] += 1
    if any(count > 1 for count in taken.values()):
        found.append("two series clash")
    if any(count > problem.cap for count in days.values()):
        found.append("series exceed the daily cap")
    total = sum(row["cost"] for row in series)
    if total != plan["totals"]["series"]:
        found.append(f"the series cost {total}, not {plan['totals']['series']}")
    if sum(row["series"] is None for row in series) != plan["totals"]["unplaced"]:
        found.append("the unplaced are miscounted")
    if plan["lower_bound"] > total or plan["exact"] and plan["lower_bound"] != total:
        found.append("the lower bound is none")
    return found + weekly_faults(problem, plan)


def weekly_faults(problem, plan):
    found = []
    taken, days, due = Counter(), Counter(), defaultdict(list)
    series = {(s["a"], s["b"], s["kind"]): s["series"] for s in plan["series"]}
    pairs = {(p.a, p.b, p.kind): p for p in problem.pairs}
    total = 0
    for row in plan["occurrences"]:
        pair = pairs[row["a"], row["b"], row["kind"]]
        agreed = series[row["a"], row["b"], row["kind"]]
        name = f"{pair.a}-{pair.b} in week {row['week']}"
        due[row["a"], row["b"], row["kind"]].append(row["week"])
        total += row["cost"]
        if "skipped" in row:
            if row["cost"] != 10_000 + 500 * pair.displaced:
                found.append(f"{name} is skipped for {row['cost']}")
            continue
        tick = problem.tick(instant(row["start"]))
        length = pair.minutes // TICK
        wall = int(problem.wall(pair.organizer.zone)[tick])
        if wall % problem.grid:
            found.append(f"{name} is off the grid")
        if row["week"] // pair.every != wall // 10080 // pair.every:
            found.append(f"{name} is outside its period")
        slot = ((agreed["weekday"] - 1) * 1440 + minutes(agreed["time"])) // problem.grid
        wanted = problem.starts(pair.organizer.zone)[row["week"], slot]
        if wanted >= 0:
            away = -(-abs(tick - int(wanted)) * TICK // 30)
            if row["cost"] != (1 + pair.displaced) * away:
                found.append(f"{name} costs {row['cost']}")
        for person in pair.ends:
            if not person.hours[tick:tick + length].all():
                found.append(f"{name} is outside the hours of {person.key}")
            if person.busy[tick:tick + length].any():
                found.append(f"{name} meets something of {person.key}")
            if person.holiday[tick] or person.leave[tick]:
                found.append(f"{name} is on a day off of {person.key}")
            days[person.key, int(person.day[tick])] += 1
            for part in range(tick, tick + -(-(pair.minutes + pair.buffer) // TICK)):
                taken[person.key, part] += 1
    if any(count > 1 for count in taken.values()):
        found.append("two meetings overlap")
    if any(count > problem.cap for count in days.values()):
        found.append("meetings exceed the daily cap")
    if total != plan["totals"]["weeks"]:
        found.append(f"the weeks cost {total}, not {plan['totals']['weeks']}")
    for key, pair in pairs.items():
        agreed = series[key]
        if agreed and sorted(due[key]) != list(range(agreed["phase"], problem.weeks, pair.every)):
            found.append(f"{pair.a}-{pair.b} is due in other weeks")
    return found + spacing_faults(problem, plan, pairs)


def spacing_faults(problem, plan, pairs):
    starts = defaultdict(list)
    for row in plan["occurrences"]:
        if "start" in row:
            starts[row["a"], row["b"], row["kind"]].append(problem.tick(instant(row["start"])))
    return [f"{pairs[key].a}-{pairs[key].b} meets again too soon"
            for key, ticks in starts.items()
            for one, two in zip(sorted(ticks), sorted(ticks)[1:])
            if (two - one) * TICK < pairs[key].every * 10080 / 2]
