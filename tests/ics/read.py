"""Busy time of a calendar by the PyPI package recurring-ical-events: the independent opinion.

Usage: python tests/ics/read.py FILE FROM TO ZONE
       python tests/ics/read.py --check | --write

The first form prints the spans as `cargo run -p taiwa-ics --example busy` prints them, e.g. for
`calendar.ics 2026-12-01T00:00:00Z 2027-01-01T00:00:00Z Asia/Tokyo`. `--check` computes those of
every fixture again and compares them with fixtures/expected.json, to which the Rust tests hold
our own reader; `--write` writes that file after a fixture was added to WINDOWS.
"""

import datetime
import json
import pathlib
import sys
import zoneinfo

import icalendar
import recurring_ical_events

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
EXPECTED = FIXTURES / "expected.json"
UTC = datetime.timezone.utc
DECEMBER = ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")
WINTER = ("2026-10-01T00:00:00Z", "2027-05-01T00:00:00Z")

WINDOWS = {
    "apple.ics": (*WINTER, "America/New_York"),
    "exceptions.ics": (*DECEMBER, "Asia/Tokyo"),
    "floating.ics": ("2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z", "America/New_York"),
    "free-busy.ics": (*DECEMBER, "Asia/Tokyo"),
    "google.ics": (*DECEMBER, "Asia/Tokyo"),
    "outlook.ics": (*WINTER, "Europe/Berlin"),
    "outlook-custom-zone.ics": (*WINTER, "America/New_York"),
    "rules.ics": ("2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z", "Europe/Paris"),
    "several-calendars.ics": (*DECEMBER, "UTC"),
    "sydney.ics": (*WINTER, "Australia/Sydney"),
    "thunderbird.ics": (*WINTER, "Europe/Berlin"),
    "zimbra.ics": (*DECEMBER, "Europe/Berlin"),
}


def instant(value, zone):
    """Whole days and times without a zone are read in the person's zone."""
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def events(calendar, start, end, zone):
    """Occurrences of events; asked for with days to spare, since floating times have no place."""
    margin = datetime.timedelta(days=3)
    found = recurring_ical_events.of(calendar).between(start - margin, end + margin)
    for event in found:
        if event.get("STATUS", "").upper() == "CANCELLED":
            continue
        if event.get("TRANSP", "").upper() == "TRANSPARENT":
            continue
        yield instant(event["DTSTART"].dt, zone), instant(event["DTEND"].dt, zone)


def published(calendar, zone):
    """Periods of VFREEBUSY."""
    for component in calendar.walk("VFREEBUSY"):
        lines = component.get("FREEBUSY", [])
        for line in lines if isinstance(lines, list) else [lines]:
            periods = line if isinstance(line, list) else getattr(line, "dts", [line])
            kind = getattr(line, "params", {}).get("FBTYPE", "BUSY")
            if kind.upper() == "FREE":
                continue
            for period in periods:
                start, end = (period.dt if hasattr(period, "dt") else period)[:2]
                if isinstance(end, datetime.timedelta):
                    end = start + end
                yield instant(start, zone), instant(end, zone)


def merged(spans, start, end):
    out = []
    for first, last in sorted(spans):
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if out and first <= out[-1][1]:
            out[-1][1] = max(out[-1][1], last)
        else:
            out.append([first, last])
    return out


def busy(data: bytes, start: str, end: str, zone: str) -> list[list[str]]:
    start, end = (datetime.datetime.fromisoformat(text) for text in (start, end))
    zone = zoneinfo.ZoneInfo(zone)
    spans = []
    for calendar in icalendar.Calendar.from_ical(data, multiple=True):
        spans += events(calendar, start, end, zone)
        spans += published(calendar, zone)
    spans = merged(spans, start, end)
    return [[moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in span] for span in spans]


def expected() -> dict:
    return {
        name: {
            "from": start,
            "to": end,
            "zone": zone,
            "busy": busy((FIXTURES / name).read_bytes(), start, end, zone),
        }
        for name, (start, end, zone) in WINDOWS.items()
    }


def text(table: dict) -> str:
    """One span a line, so that a difference can be read."""
    return json.dumps(table, indent=1, ensure_ascii=False).replace(
        "[\n    \"", "[\"").replace("\",\n    \"", "\", \"").replace("\"\n   ]", "\"]") + "\n"


def main():
    if sys.argv[1:] == ["--write"]:
        EXPECTED.write_text(text(expected()), encoding="utf-8")
    elif sys.argv[1:] == ["--check"]:
        known = json.loads(EXPECTED.read_text(encoding="utf-8"))
        found = expected()
        missing = {path.name for path in FIXTURES.glob("*.ics")} - set(WINDOWS)
        wrong = [name for name in found if known.get(name) != found[name]] + sorted(missing)
        for name in wrong:
            print(f"{name}: expected.json differs from what recurring-ical-events reads")
        print(f"{len(found) - len(wrong)} passed, {len(wrong)} failed")
        sys.exit(bool(wrong))
    elif len(sys.argv) == 5:
        print(json.dumps(busy(pathlib.Path(sys.argv[1]).read_bytes(), *sys.argv[2:])))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
