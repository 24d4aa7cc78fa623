//! Calendar objects as a CalDAV server keeps them: read, and answered.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taiwa_domain::calendar::{Answer, EventState};
use taiwa_ics::{Limits, Occurrence, Span, decline, occurrences, words};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn december() -> Span {
    (utc("2026-12-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"))
}

fn own() -> Vec<String> {
    vec!["me@example.com".to_owned(), "/principals/me".to_owned()]
}

fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", body.replace('\n', "\r\n"))
}

fn event(body: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nUID:1\nSUMMARY:secret plan\n{body}\nEND:VEVENT\n"))
}

fn read(text: &str) -> Vec<Occurrence> {
    let limits = Limits::default();
    occurrences(text.as_bytes(), december(), Tz::Asia__Tokyo, &own(), &limits).expect("it is read")
}

fn only(body: &str) -> Occurrence {
    let time = "DTSTART:20261202T100000Z\nDTEND:20261202T110000Z\n";
    let mut found = read(&event(&format!("{time}{body}")));
    assert_eq!(found.len(), 1, "{body}");
    found.remove(0)
}

#[test]
fn people_are_counted_and_not_named() {
    let plain = only("CLASS:PRIVATE\nSTATUS:TENTATIVE\nLAST-MODIFIED:20261101T000000Z");
    assert_eq!((plain.attendees, plain.answer, plain.organizer), (0, None, false));
    assert!(plain.private && plain.opaque && plain.of_series.is_none());
    assert_eq!(plain.state, EventState::Tentative);
    assert_eq!(plain.updated_at, Some(utc("2026-11-01T00:00:00Z")));

    let invited = only(
        "ORGANIZER;CN=\"Boss: the one\":mailto:boss@example.com\nATTENDEE;CN=Me;PARTSTAT=declined:MAILTO:Me@example.com\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@example.com\nATTENDEE;CUTYPE=ROOM:mailto:room@example.com",
    );
    assert_eq!((invited.attendees, invited.answer), (2, Some(Answer::Declined)));
    assert_eq!((invited.organizer, invited.guest), (false, None));
    let asked = only("ORGANIZER:mailto:boss@example.com\nATTENDEE:/principals/me/");
    assert_eq!((asked.attendees, asked.answer), (2, Some(Answer::Unanswered)));

    let ours = only(
        "ORGANIZER:mailto:me@example.com\nATTENDEE:mailto:me@example.com\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:you@example.com",
    );
    assert_eq!((ours.attendees, ours.answer), (2, None), "nobody answers themselves");
    assert_eq!((ours.organizer, ours.guest), (true, Some(Answer::Accepted)));
    assert!(!format!("{ours:?}{invited:?}").contains("you@"), "addresses stay inside");
    assert!(!format!("{ours:?}").contains("secret"), "titles stay inside");
}

#[test]
fn series_are_told_occurrence_by_occurrence() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20261201T100000\nDURATION:PT30M\n\
         RRULE:FREQ=WEEKLY;COUNT=4\nRDATE;TZID=Europe/Berlin:20261208T100000\n\
         EXDATE;TZID=Europe/Berlin:20261215T100000\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261222T100000\n\
         DTSTART;TZID=Europe/Berlin:20261223T140000\nDURATION:PT1H\nTRANSP:TRANSPARENT\nEND:VEVENT\n",
    );
    let found: Vec<_> = read(&text)
        .into_iter()
        .map(|found| (found.of_series.expect("of a series"), found.span.0, found.opaque))
        .collect();
    assert_eq!(
        found,
        [
            ("20261201T090000Z".to_owned(), utc("2026-12-01T09:00:00Z"), true),
            ("20261208T090000Z".to_owned(), utc("2026-12-08T09:00:00Z"), true),
            ("20261222T090000Z".to_owned(), utc("2026-12-23T13:00:00Z"), false),
        ]
    );
    let days = read(&event("DTSTART;VALUE=DATE:20261202\nRRULE:FREQ=DAILY;COUNT=2"));
    assert_eq!(days[1].of_series.as_deref(), Some("20261203"));
    assert!(days[1].all_day);
    assert_eq!(days[1].span.0, utc("2026-12-02T15:00:00Z"), "in the calendar's zone");
}

fn refused(text: &str, which: Option<&str>) -> Option<String> {
    decline(text, &own(), which, Tz::Asia__Tokyo, &Limits::default()).expect("it is read")
}

#[test]
fn a_refusal_changes_the_answer_and_nothing_else() {
    let line = "ATTENDEE;CN=\"Me; myself\";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:\n me@example.com";
    let body = |line: &str| {
        event(&format!(
            "DTSTART:20261202T100000Z\nDTEND:20261202T110000Z\nORGANIZER:mailto:boss@example.com\n{line}\n\
             X-OTHER;X=\"a:b\":kept\nBEGIN:VALARM\nATTENDEE:mailto:me@example.com\nEND:VALARM"
        ))
    };
    let after = refused(&body(line), None).expect("it changes");
    let expected = body(
        "ATTENDEE;PARTSTAT=DECLINED;CN=\"Me; myself\";ROLE=REQ-PARTICIPANT:mailto:me@example.com",
    );
    let whole = |text: &str| text.replace("\r\n ", "");
    assert_eq!(whole(&after), whole(&expected));
    assert_eq!(read(&after)[0].answer, Some(Answer::Declined));
    assert_eq!(refused(&after, None), None, "declined already");
    let other = body("ATTENDEE:mailto:someone@example.com");
    assert_eq!(refused(&other, None), None, "not invited");
}

#[test]
fn one_occurrence_is_refused_alone() {
    for (start, end, which, days) in [
        (
            "DTSTART;TZID=Europe/Berlin:20261201T100000",
            "DTEND;TZID=Europe/Berlin:20261201T103000",
            "20261208T090000Z",
            0,
        ),
        ("DTSTART:20261201T090000Z", "DURATION:PT30M", "20261208T090000Z", 0),
        ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202", "20261208", 1),
    ] {
        let text = event(&format!(
            "{start}\n{end}\nRRULE:FREQ=WEEKLY;COUNT=3\nORGANIZER:mailto:boss@example.com\n\
             ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.com"
        ));
        let after = refused(&text, Some(which)).expect("it changes");
        let answers =
            |text: &str| read(text).into_iter().map(|o| (o.span, o.answer)).collect::<Vec<_>>();
        let (before, now) = (answers(&text), answers(&after));
        assert_eq!(now.len(), 3, "{after}");
        assert_eq!(before[1].0, now[1].0, "its time stays: {after}");
        let said: Vec<_> = now.iter().map(|(_, answer)| *answer).collect();
        let accepted = Some(Answer::Accepted);
        assert_eq!(said, [accepted, Some(Answer::Declined), accepted], "{after}");
        assert_eq!((now[0].0.1 - now[0].0.0).num_days(), days);
        assert_eq!(refused(&after, Some(which)), None, "twice changes nothing");
    }
}

#[test]
fn our_own_words_are_read_back() {
    let text = event(
        "LOCATION:room\\, 3\\;F\nURL:https://x.example/\nBEGIN:VALARM\nSUMMARY:no\nEND:VALARM",
    );
    let found = words(text.as_bytes(), "1").expect("it stands");
    assert_eq!(
        (found.summary.as_str(), found.location.as_deref()),
        ("secret plan", Some("room, 3;F"))
    );
    assert_eq!(found.url.as_deref(), Some("https://x.example/"));
    assert_eq!(found.alarms, ["BEGIN:VALARM", "SUMMARY:no", "END:VALARM"]);
    assert_eq!(words(text.as_bytes(), "2"), None, "others' words are not read");
}
