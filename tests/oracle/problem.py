"""Stage 1 of the planning problem, read from its definition and independent of the planner.

Time is a row of five-minute ticks that starts two days before the horizon. What a person can do is
a row of booleans over those ticks; a series is a weekday and a wall-clock time in its organizer's
zone, with a phase.
"""

from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

TICK = 5
BEFORE = 2 * 24 * 60 // TICK
UTC = timezone.utc
WEEKDAYS = [{"weekday": d, "from": f, "to": t}
            for d in range(1, 6) for f, t in (("09:00", "12:00"), ("13:00", "18:00"))]


def minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


class Problem:
    def __init__(self, data):
        self.data = data
        self.grid = data.get("grid", 30)
        self.cap = data.get("daily_cap", 4)
        horizon = data["horizon"]
        self.monday = date.fromisoformat(horizon["from"])
        self.weeks = horizon.get("weeks", 13)
        self.zero = datetime(*self.monday.timetuple()[:3], tzinfo=UTC) - timedelta(days=2)
        self.ticks = 2 * BEFORE + self.weeks * 7 * 24 * 60 // TICK
        self.people = {p["key"]: Person(self, p) for p in data["people"]}
        self.pairs = [Pair(self, p) for p in data["pairs"]]

    def tick(self, moment):
        return int((moment - self.zero).total_seconds() // 60) // TICK

    @lru_cache(maxsize=None)
    def wall(self, zone):
        """Minutes on the zone's clock since the horizon's Monday 00:00, for every tick."""
        info = ZoneInfo(zone)
        base = datetime(*self.monday.timetuple()[:3])
        wall = np.empty(self.ticks, dtype=np.int64)
        for tick in range(0, self.ticks, 3):
            local = (self.zero + timedelta(minutes=TICK * tick)).astimezone(info)
            away = (local.replace(tzinfo=None) - base).total_seconds() // 60
            wall[tick:tick + 3] = away + TICK * np.arange(len(wall[tick:tick + 3]))
        return wall

    @lru_cache(maxsize=None)
    def starts(self, zone):
        """The tick at which each grid start of each week is, the earlier of two, or -1."""
        first = {}
        for tick, wall in enumerate(self.wall(zone).tolist()):
            if wall % self.grid == 0:
                first.setdefault(wall, tick)
        slots = 7 * 24 * 60 // self.grid
        return np.array([[first.get((week * slots + slot) * self.grid, -1) for slot in range(slots)]
                         for week in range(self.weeks)])

    @cached_property
    def reference(self):
        """The first week with the most common offsets, taken on Monday at noon UTC."""
        def offsets(week):
            noon = datetime(*self.monday.timetuple()[:3], 12, tzinfo=UTC) + timedelta(weeks=week)
            return tuple(noon.astimezone(ZoneInfo(z)).utcoffset()
                         for z in sorted({p.zone for p in self.people.values()}))
        seen = [offsets(week) for week in range(self.weeks)]
        return max(range(self.weeks), key=lambda week: (seen.count(seen[week]), -week))


class Person:
    def __init__(self, problem, data):
        self.key, self.zone = data["key"], data["zone"]
        self.problem = problem
        self.data = data

    def _days(self, dates):
        wanted = [(date.fromisoformat(d) - self.problem.monday).days for d in dates]
        return np.isin(self.day, wanted)

    @cached_property
    def day(self):
        return self.problem.wall(self.zone) // 1440

    @cached_property
    def hours(self):
        minute = self.problem.wall(self.zone) % 10080
        inside = np.zeros(self.problem.ticks, dtype=bool)
        for window in self.data.get("hours", WEEKDAYS):
            start = (window["weekday"] - 1) * 1440
            end = minutes(window["to"]) or 1440
            inside |= (minute >= start + minutes(window["from"])) & (minute < start + end)
        return inside

    @cached_property
    def busy(self):
        taken = np.zeros(self.problem.ticks, dtype=bool)
        for start, end in self.data.get("busy", []):
            first, last = self.problem.tick(instant(start)), self.problem.tick(instant(end))
            taken[max(first, 0):max(last, 0)] = True
        return taken

    @cached_property
    def holiday(self):
        return self._days(self.data.get("holidays", []))

    @cached_property
    def leave(self):
        return self._days(self.data.get("leave", []))


def run(flags, ticks):
    """For every tick, how many of the next `ticks` flags are set."""
    total = np.concatenate([[0], np.cumsum(flags)])
    end = np.minimum(np.arange(len(flags)) + ticks, len(flags))
    return total[end] - total[:-1]


class Pair:
    def __init__(self, problem, data):
        self.problem = problem
        self.a, self.b, self.kind = data["a"], data["b"], data.get("kind", "manager")
        self.every = data.get("every_weeks", 2)
        self.minutes = data.get("minutes", 30)
        self.buffer = data.get("buffer", 0)
        self.displaced = data.get("displaced", 0)
        self.preferred = data["preferred"]
        self.standing = data.get("standing")

    @property
    def ends(self):
        return self.problem.people[self.a], self.problem.people[self.b]

    @property
    def organizer(self):
        key = min(self.a, self.b) if self.kind == "peer" else self.a
        return self.problem.people[key]

    @cached_property
    def series(self):
        """All allowed series with their costs: {(slot, phase): cost}."""
        problem = self.problem
        starts = problem.starts(self.organizer.zone)
        length = self.minutes // TICK
        inside = refused = leave = None
        for person in self.ends:
            fits = run(person.hours, length) == length
            cannot = ~fits | (run(person.busy, length) > 0) | person.holiday
            inside = fits if inside is None else inside & fits
            refused = cannot if refused is None else refused | cannot
            leave = person.leave if leave is None else leave | person.leave
        allowed = (starts[problem.reference] >= 0) & inside[starts[problem.reference]]
        lost = ((starts < 0) | refused[starts]) & ~((starts >= 0) & leave[starts])
        wanted = minutes(self.preferred["time"])
        found = {}
        for slot in np.flatnonzero(allowed).tolist():
            weekday, time = divmod(slot * problem.grid, 1440)
            near = -(-abs(time - wanted) // 30)
            near += 10 * (weekday + 1 != self.preferred["weekday"])
            for phase in range(self.every):
                cost = near + 100 * int(lost[phase::self.every, slot].sum())
                if self.standing:
                    same = (weekday + 1 == self.standing["weekday"]
                            and time == minutes(self.standing["time"])
                            and phase == self.standing.get("phase", 0))
                    cost += 0 if same else 1000
                found[slot, phase] = cost
        return found

    def meetings(self, slot, phase):
        """Ticks at which a series is due."""
        starts = self.problem.starts(self.organizer.zone)[phase::self.every, slot]
        return [tick for tick in starts.tolist() if tick >= 0]
