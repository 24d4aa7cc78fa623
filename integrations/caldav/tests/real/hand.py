"""The hand of a person who edits their calendar with another program.

Usage: hand.py URL USER PASSWORD COMMAND [ARGUMENT…]; prints JSON. Times are ISO 8601 in UTC.
"""

import datetime
import json
import sys
import uuid

import caldav
import icalendar


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def event_of(start, end, **more):
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//hand//EN")
    event = icalendar.Event()
    event.add("UID", more.pop("uid", None) or str(uuid.uuid4()))
    event.add("DTSTAMP", datetime.datetime(2026, 11, 22, tzinfo=datetime.timezone.utc))
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("SUMMARY", "Confidential merger")
    for name, value in more.items():
        event.add(name, value)
    calendar.add_component(event)
    return calendar, event


class Hand:
    def __init__(self, url, user, password):
        self.client = caldav.DAVClient(url=url, username=user, password=password)
        self.user = user
        self.calendar = self.client.principal().calendars()[0]

    def find(self, uid):
        return self.calendar.event_by_uid(uid)

    def edit(self, uid, change, **more):
        found = self.find(uid)
        with found.edit_icalendar_instance() as instance:
            for component in instance.walk("VEVENT"):
                change(component)
        found.save(**more)
        return str(found.url)

    def delete(self, uid):
        self.find(uid).delete()

    def move(self, uid, start, end):
        def change(event):
            for name, text in (("DTSTART", start), ("DTEND", end)):
                zone = event[name].dt.tzinfo
                event.pop(name)
                event.add(name, moment(text).astimezone(zone))

        return self.edit(uid, change)

    def rename(self, uid, start, end):
        """Some programs move an event by writing it under another name and deleting the old."""
        found = self.find(uid)
        text = found.data
        found.delete()
        calendar = icalendar.Calendar.from_ical(text)
        event = calendar.walk("VEVENT")[0]
        for name, at in (("DTSTART", start), ("DTEND", end)):
            event.pop(name)
            event.add(name, moment(at))
        url = self.calendar.url.join(f"{uuid.uuid4()}.ics")
        self.client.put(str(url), calendar.to_ical().decode(), {"Content-Type": "text/calendar; charset=utf-8"})
        return str(url)

    def transparent(self, uid):
        def change(event):
            event.pop("TRANSP", None)
            event.add("TRANSP", "TRANSPARENT")

        return self.edit(uid, change)

    def alarm(self, uid):
        def change(event):
            alarm = icalendar.Alarm()
            alarm.add("ACTION", "DISPLAY")
            alarm.add("DESCRIPTION", "Reminder")
            alarm.add("TRIGGER", datetime.timedelta(minutes=-10))
            event.add_component(alarm)

        return self.edit(uid, change)

    def add(self, start, end, *more):
        """More: NAME=VALUE, e.g. RRULE=FREQ=WEEKLY."""
        calendar, event = event_of(moment(start), moment(end))
        for pair in more:
            name, value = pair.split("=", 1)
            if name == "RRULE":
                value = icalendar.vRecur.from_ical(value)
            if name == "ATTENDEE":
                address, _, status = value.partition(" ")
                value = icalendar.vCalAddress(f"mailto:{address}")
                value.params["PARTSTAT"] = icalendar.vText(status or "NEEDS-ACTION")
            if name == "ORGANIZER":
                value = icalendar.vCalAddress(f"mailto:{value}")
            event.add(name, value)
        self.calendar.save_event(calendar.to_ical().decode())
        return str(event["UID"])

    def raw(self, name, text):
        url = self.calendar.url.join(name)
        answer = self.client.put(str(url), text, {"Content-Type": "text/calendar; charset=utf-8"})
        return answer.status

    def split(self, uid, at, minutes):
        """This and following: the old series ends, a new one begins some minutes later."""
        at = moment(at)
        found = self.find(uid)
        new = {}

        with found.edit_icalendar_instance() as instance:
            event = instance.walk("VEVENT")[0]
            rule = dict(event["RRULE"])
            new["length"] = event["DTEND"].dt - event["DTSTART"].dt
            new["rule"] = icalendar.vRecur(rule)
            rule.pop("COUNT", None)
            rule["UNTIL"] = [at - datetime.timedelta(seconds=1)]
            event.pop("RRULE")
            event.add("RRULE", icalendar.vRecur(rule))
        found.save()
        start = at + datetime.timedelta(minutes=int(minutes))
        calendar, event = event_of(start, start + new["length"], RRULE=new["rule"])
        self.calendar.save_event(calendar.to_ical().decode())
        return str(event["UID"])

    def answer(self, uid, address, status):
        def change(event):
            attendees = event.get("ATTENDEE", [])
            for one in attendees if isinstance(attendees, list) else [attendees]:
                if str(one).lower() == f"mailto:{address}":
                    one.params["PARTSTAT"] = icalendar.vText(status)

        # A guest who answers changes nothing else: SEQUENCE is the organizer's.
        return self.edit(uid, change, increase_seqno=False)

    def look(self, uid):
        """What the event says, as this program understands it; none if it is not there."""
        try:
            found = self.find(uid)
        except caldav.error.NotFoundError:
            return None
        event = icalendar.Calendar.from_ical(found.data).walk("VEVENT")[0]
        attendees = event.get("ATTENDEE", [])
        attendees = attendees if isinstance(attendees, list) else [attendees]
        utc = datetime.timezone.utc
        return {
            "start": event["DTSTART"].dt.astimezone(utc).isoformat(),
            "end": event["DTEND"].dt.astimezone(utc).isoformat(),
            "summary": str(event.get("SUMMARY", "")),
            "location": str(event.get("LOCATION", "")),
            "class": str(event.get("CLASS", "")),
            "sequence": int(event.get("SEQUENCE", 0)),
            "meeting": str(event.get("X-TAIWA-MEETING", "")),
            "alarms": len(event.walk("VALARM")),
            "status": str(event.get("STATUS", "")),
            "answers": {str(a).lower().removeprefix("mailto:"): str(a.params.get("PARTSTAT", "")) for a in attendees},
        }

    def count(self):
        return len(self.calendar.events())

    def many(self, commands):
        """Several commands, given as JSON: this program takes long to start."""
        return [getattr(self, name)(*arguments) for name, *arguments in json.loads(commands)]

    def wipe(self):
        self.calendar.delete()


if __name__ == "__main__":
    url, user, password, command, *arguments = sys.argv[1:]
    print(json.dumps(getattr(Hand(url, user, password), command)(*arguments)))
