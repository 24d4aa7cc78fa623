"""Checks calendar feeds with the PyPI package icalendar and Python's own zone database.

Usage: python tests/ics/check.py [FILE_OR_URL…]

Without arguments it checks the feeds in tests/ics/feeds, to which a Rust test holds what we
write. Every check of every feed counts; the last line is `N passed, N failed`.
"""

import datetime
import pathlib
import sys
import urllib.request
import zoneinfo

import icalendar

FEEDS = pathlib.Path(__file__).parent / "feeds"


def load(source: str) -> tuple[bytes, str | None]:
    """The bytes, and the type a server gives them."""
    if not source.startswith(("http://", "https://")):
        return pathlib.Path(source).read_bytes(), None
    with urllib.request.urlopen(source, timeout=30) as response:
        return response.read(), response.headers.get("Content-Type", "")


def shape(data: bytes):
    """Lines as RFC 5545 wants them."""
    lines = data.split(b"\r\n")
    yield "ends with CRLF", lines.pop() == b""
    yield "every line ends with CRLF", not any(b"\n" in line or b"\r" in line for line in lines)
    long = [number for number, line in enumerate(lines, 1) if len(line) > 75]
    yield f"no line is longer than 75 octets {long[:5]}", not long
    torn = []
    for number, line in enumerate(lines, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            torn.append(number)
    yield f"no character is torn apart {torn[:5]}", not torn


def definition(calendar, name):
    """The zone as the calendar defines it, without a look at any database."""
    for component in calendar.walk("VTIMEZONE"):
        if component["TZID"] == name:
            return component.to_tz(lookup_tzid=False)
    return None


def zones(calendar, events):
    """Offsets that the calendar defines against those of Python's database."""
    for event in events:
        for name in ("DTSTART", "DTEND"):
            if name not in event:
                continue
            moment = event[name].dt
            zone = event[name].params.get("TZID")
            if zone is None:
                utc = isinstance(moment, datetime.datetime) and moment.utcoffset() is not None
                yield f"{event['UID']}: {name} is UTC or has a zone", utc
                continue
            local = moment.replace(tzinfo=None)
            defined = definition(calendar, zone)
            yield f"{event['UID']}: {zone} of {name} is defined", defined is not None
            if defined is not None:
                ours = local.replace(tzinfo=defined).utcoffset()
                theirs = local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).utcoffset()
                yield f"{event['UID']}: {name} {local} {zone}: {ours} is {theirs}", ours == theirs


def checks(data: bytes, kind: str | None):
    if kind is not None:
        yield f"the server says text/calendar ({kind})", kind.startswith("text/calendar")
    yield from shape(data)
    calendars = icalendar.Calendar.from_ical(data, multiple=True)
    yield "one calendar", len(calendars) == 1
    for calendar in calendars:
        errors = [error for part in calendar.walk() for error in getattr(part, "errors", [])]
        yield f"nothing is unreadable {errors[:3]}", not errors
        yield "VERSION is 2.0", calendar.get("VERSION") == "2.0"
        yield "PRODID is there", bool(calendar.get("PRODID"))
        for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-CALNAME", "NAME"):
            yield f"{name} is there", name in calendar
        zone_names = [part["TZID"] for part in calendar.walk("VTIMEZONE")]
        yield "every zone is defined once", len(zone_names) == len(set(zone_names))
        events = calendar.walk("VEVENT")
        keys = [(event.get("UID"), str(event.get("RECURRENCE-ID"))) for event in events]
        yield "UIDs are there and unique", all(uid for uid, _ in keys) and len(keys) == len(set(keys))
        yield "every event has a stamp", all("DTSTAMP" in event for event in events)
        for event in events:
            if "DTEND" in event:
                yield f"{event['UID']} ends after it starts", event.start < event.end
        yield from zones(calendar, events)


def main():
    sources = sys.argv[1:] or sorted(str(path) for path in FEEDS.glob("*.ics"))
    passed = failed = 0
    for source in sources:
        before = failed
        try:
            for what, good in checks(*load(source)):
                passed += good
                failed += not good
                if not good:
                    print(f"{source}: not so: {what}")
        except Exception as error:  # A feed that cannot be parsed is a finding, not a crash.
            failed += 1
            print(f"{source}: {type(error).__name__}: {error}")
        print(f"{source}: {'ok' if failed == before else 'FAILED'}")
    if not sources:
        print("nothing to check")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
