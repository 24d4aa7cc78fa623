//! What counts as busy, and what is refused.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_domain::organization::Locale;
use taiwa_ics::{IcsError, Limits, Span, busy};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn december() -> Span {
    (utc("2026-12-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"))
}

fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n{body}END:VCALENDAR\n")
}

fn event(body: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nUID:1\nSUMMARY:secret plan\n{body}\nEND:VEVENT\n"))
}

fn read(text: &str) -> Result<Vec<String>, IcsError> {
    let spans = busy(text.as_bytes(), december(), Tz::Asia__Tokyo, &Limits::default())?;
    let text = |at: DateTime<Utc>| at.format("%dT%H:%M").to_string();
    Ok(spans.into_iter().map(|(from, to)| format!("{}/{}", text(from), text(to))).collect())
}

#[test]
fn times_are_read_in_their_zones() {
    for (body, expected) in [
        ("DTSTART:20261202T100000Z\nDTEND:20261202T110000Z", "02T10:00/02T11:00"),
        // Floating: the person's own wall clock.
        ("DTSTART:20261202T100000\nDTEND:20261202T110000", "02T01:00/02T02:00"),
        ("DTSTART;TZID=Europe/Berlin:20261202T100000\nDURATION:PT30M", "02T09:00/02T09:30"),
        (
            "DTSTART;TZID=\"Eastern Standard Time\":20261202T100000\nDURATION:PT1H",
            "02T15:00/02T16:00",
        ),
        ("DTSTART;VALUE=DATE:20261202", "01T15:00/02T15:00"),
        ("DTSTART;VALUE=DATE:20261202\nDTEND;VALUE=DATE:20261204", "01T15:00/03T15:00"),
        ("DTSTART:20261130T230000Z\nDURATION:P1D", "01T00:00/01T23:00"),
    ] {
        assert_eq!(read(&event(body)), Ok(vec![expected.to_owned()]), "{body}");
    }
}

#[test]
fn what_is_free_does_not_count() {
    let time = "DTSTART:20261202T100000Z\nDTEND:20261202T110000Z\n";
    for free in ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "transp:transparent"] {
        assert_eq!(read(&event(&format!("{time}{free}"))), Ok(vec![]), "{free}");
    }
    assert_eq!(read(&event(&format!("{time}STATUS:TENTATIVE"))).map(|spans| spans.len()), Ok(1));
    let todo = "BEGIN:VTODO\nDTSTART:20261202T100000Z\nDUE:20261202T110000Z\nEND:VTODO\n";
    assert_eq!(read(&calendar(todo)), Ok(vec![]));
    // Before and after the window, and no time at all.
    for start in ["20261101T000000Z", "20270101T000000Z"] {
        assert_eq!(read(&event(&format!("DTSTART:{start}\nDURATION:PT1H"))), Ok(vec![]));
    }
    assert_eq!(read(&event("DTSTART:20261202T100000Z")), Ok(vec![]));
}

#[test]
fn published_busy_time_counts() {
    let text = calendar(
        "BEGIN:VFREEBUSY\nUID:1\nFREEBUSY:20261202T100000Z/20261202T110000Z,\
         20261202T110000Z/PT30M\nFREEBUSY;FBTYPE=FREE:20261203T100000Z/PT1H\n\
         FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261204T100000Z/PT1H\nEND:VFREEBUSY\n",
    );
    let expected = ["02T10:00/02T11:30", "04T10:00/04T11:00"].map(str::to_owned).to_vec();
    assert_eq!(read(&text), Ok(expected));
}

#[test]
fn single_occurrences_can_differ() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Asia/Tokyo:20261201T100000\n\
         DTEND;TZID=Asia/Tokyo:20261201T110000\nRRULE:FREQ=WEEKLY;UNTIL=20261231T145959Z\n\
         EXDATE;TZID=Asia/Tokyo:20261208T100000\nRDATE;TZID=Asia/Tokyo:20261210T130000\n\
         RDATE;VALUE=PERIOD:20261211T000000Z/PT15M\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261215T010000Z\n\
         DTSTART;TZID=Asia/Tokyo:20261216T150000\nDURATION:PT1H\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Asia/Tokyo:20261222T100000\n\
         DTSTART;TZID=Asia/Tokyo:20261222T100000\nDURATION:PT1H\nSTATUS:CANCELLED\nEND:VEVENT\n",
    );
    let expected = [
        "01T01:00/01T02:00",
        "10T04:00/10T05:00",
        "11T00:00/11T00:15",
        "16T06:00/16T07:00",
        "29T01:00/29T02:00",
    ];
    assert_eq!(read(&text), Ok(expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_series_keeps_its_wall_clock() {
    let text =
        event("DTSTART;TZID=America/New_York:20260105T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY");
    let window = (utc("2027-03-01T00:00:00Z"), utc("2027-03-23T00:00:00Z"));
    let spans = busy(text.as_bytes(), window, Tz::UTC, &Limits::default()).expect("a calendar");
    let hours: Vec<_> = spans.iter().map(|span| span.0.format("%m-%d %H").to_string()).collect();
    assert_eq!(hours, ["03-01 14", "03-08 14", "03-15 13", "03-22 13"]);
}

#[test]
fn a_zone_means_what_its_own_calendar_says() {
    let part = |offset: &str| {
        calendar(&format!(
            "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Office:20261202T090000\nDURATION:PT1H\n\
             END:VEVENT\n"
        ))
    };
    let expected = ["02T00:00/02T01:00", "02T12:00/02T13:00"].map(str::to_owned).to_vec();
    assert_eq!(read(&(part("+0900") + &part("-0300"))), Ok(expected));
}

#[test]
fn refusals_name_the_event_by_number_alone() {
    let start = "DTSTART:20261202T100000Z\n";
    let rule = |rule: &str| event(&format!("{start}RRULE:{rule}"));
    let zone = IcsError::UnknownZone { event: 1, zone: "Atlantis".into() };
    for (text, error) in [
        (event("DURATION:PT1H"), IcsError::NoStart { event: 1 }),
        (event("DTSTART:yesterday"), IcsError::BadTime { event: 1, property: "DTSTART" }),
        (
            event(&format!("{start}DTEND:20261202T090000Z")),
            IcsError::BadTime { event: 1, property: "DTEND" },
        ),
        (event("DTSTART;TZID=Atlantis:20261202T100000"), zone),
        (rule("FREQ=SECONDLY"), IcsError::Rule { event: 1, part: "FREQ" }),
        (event(&format!("{start}EXRULE:FREQ=DAILY")), IcsError::Rule { event: 1, part: "EXRULE" }),
        (
            event(&format!("{start}RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T100000Z")),
            IcsError::Rule { event: 1, part: "RANGE" },
        ),
    ] {
        assert_eq!(read(&text), Err(error.clone()), "{text}");
        for locale in [Locale::Ja, Locale::En] {
            assert!(!error.message(locale).contains("secret"), "{error}");
        }
    }
}

#[test]
fn work_is_bounded() {
    let all = |to: u32| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let bomb = format!(
        "DTSTART:20261202T000000Z\nRRULE:FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={}",
        all(24),
        all(60),
        all(60)
    );
    assert_eq!(read(&event(&bomb)), Err(IcsError::TooOften { event: 1 }));
    // A zone whose clocks change all the time is refused as well, but only where it is used.
    let zone = "BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:00010101T000000\n\
                TZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=DAILY\nEND:STANDARD\n\
                END:VTIMEZONE\n";
    let use_of = |zone_name: &str| {
        calendar(&format!(
            "{zone}BEGIN:VEVENT\nDTSTART;TZID={zone_name}:20261202T100000\nDURATION:PT1H\n\
             END:VEVENT\n"
        ))
    };
    assert_eq!(read(&use_of("Z")), Err(IcsError::TooOften { event: 0 }));
    assert_eq!(read(&use_of("Asia/Tokyo")).map(|spans| spans.len()), Ok(1));

    let read_with = |text: &str, limits| busy(text.as_bytes(), december(), Tz::UTC, &limits);
    let text = event("DTSTART:20261202T100000Z\nDURATION:PT1H");
    let small = Limits { bytes: 20, ..Limits::default() };
    assert_eq!(read_with(&text, small), Err(IcsError::TooLarge { limit: 20 }));
    let few = Limits { components: 1, ..Limits::default() };
    assert_eq!(read_with(&text, few), Err(IcsError::TooMany { limit: 1 }));
    // Many cheap events are no way around: the whole file has a budget.
    let daily = "BEGIN:VEVENT\nDTSTART:19000101T000000Z\nDURATION:PT1H\n\
                 RRULE:FREQ=DAILY;COUNT=90000\nEND:VEVENT\n";
    let many = calendar(&daily.repeat(100));
    assert!(matches!(read(&many), Err(IcsError::TooOften { event: 10..=40 })));
}

#[test]
fn long_values_are_no_way_to_keep_the_reader_busy() {
    let many = |text: &str| text.repeat(200_000);
    for (text, error) in [
        (
            event(&format!("DTSTART;TZID={}x:20261202T100000", many("a/"))),
            IcsError::UnknownZone { event: 1, zone: "a/".repeat(30) },
        ),
        (
            event(&format!(
                "DTSTART:20261202T100000Z\nRRULE:FREQ=YEARLY;BYDAY={}1MO",
                many("2MO,")
            )),
            IcsError::Rule { event: 1, part: "BYDAY" },
        ),
        (
            event(&format!(
                "DTSTART:20261202T100000Z\nRRULE:FREQ=YEARLY;BYYEARDAY={}1",
                many("2,")
            )),
            IcsError::Rule { event: 1, part: "BYYEARDAY" },
        ),
    ] {
        assert_eq!(read(&text), Err(error));
    }
    // Every event of a UID with every exception to it.
    let series = "BEGIN:VEVENT\nUID:1\nDTSTART:20261202T100000Z\nDURATION:PT1H\nEND:VEVENT\n";
    let instead = (0..5_000).map(|n| {
        format!(
            "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:2026{:02}{:02}T{:02}{:02}00Z\n\
             DTSTART:20261203T100000Z\nDURATION:PT1H\nEND:VEVENT\n",
            n % 12 + 1,
            n % 28 + 1,
            n % 24,
            n % 60
        )
    });
    let text = calendar(&(series.repeat(5_000) + &instead.collect::<String>()));
    assert_eq!(read(&text).map(|spans| spans.len()), Ok(2));
}

#[test]
fn windows_at_the_ends_of_time_are_no_trouble() {
    let text =
        event("DTSTART;TZID=Europe/Berlin:20261202T100000\nDURATION:PT1H\nRRULE:FREQ=YEARLY");
    let ends = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    for window in [ends, (ends.1, ends.0), (ends.0, ends.0), (ends.1, ends.1)] {
        let _ = busy(text.as_bytes(), window, Tz::Asia__Tokyo, &Limits::default());
    }
}

/// Pieces that make most random texts reach deep into the reader.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(
        &[
            "BEGIN:VCALENDAR\n",
            "END:VCALENDAR\n",
            "BEGIN:VEVENT\n",
            "END:VEVENT\n",
            "BEGIN:VTIMEZONE\n",
            "END:VTIMEZONE\n",
            "BEGIN:STANDARD\n",
            "END:STANDARD\n",
            "BEGIN:VFREEBUSY\n",
            "END:VFREEBUSY\n",
            "TZID:X\n",
            "TZOFFSETFROM:+2359\n",
            "TZOFFSETTO:-235959\n",
            "DTSTART:",
            "DTSTART;TZID=X:",
            "DTSTART;VALUE=DATE:",
            "DTEND:",
            "DURATION:",
            "RRULE:",
            "RDATE:",
            "EXDATE:",
            "RECURRENCE-ID:",
            "FREEBUSY:",
            "\n",
            "\r\n ",
            "FREQ=YEARLY",
            "FREQ=MONTHLY",
            "FREQ=WEEKLY",
            "FREQ=DAILY",
            ";INTERVAL=4294967295",
            ";COUNT=4294967295",
            ";BYDAY=-53SU,1MO",
            ";BYSETPOS=-366,366",
            ";BYWEEKNO=53,-53",
            ";BYMONTHDAY=-31",
            ";UNTIL=99991231T235959Z",
            "00000101T000000",
            "99991231T235960Z",
            "99991231",
            "00000101",
            "P999999999W",
            "PT999999999H",
            "20261202T100000",
            "Z",
            "/",
            ",",
        ][..],
    )
    .prop_map(str::to_owned);
    prop_oneof![8 => known, 1 => "\\PC{0,8}"]
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = busy(&bytes, december(), Tz::Asia__Tokyo, &Limits::default());
    }

    #[test]
    fn random_calendars_never_panic(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        for text in [&text, &calendar(&text), &event(&text)] {
            let _ = busy(text.as_bytes(), december(), Tz::Europe__Berlin, &Limits::default());
        }
    }

    #[test]
    fn random_events_never_panic(
        start in piece(), end in piece(), rule in prop::collection::vec(piece(), 0..5),
        zone in piece(), more in piece(),
    ) {
        let rule = rule.concat();
        let zone = calendar(&format!(
            "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:{start}\nTZOFFSETFROM:+2300\n\
             TZOFFSETTO:-2300\nRRULE:FREQ=YEARLY{rule}\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nDTSTART;TZID=X:{zone}\nDURATION:{end}\nRRULE:FREQ=DAILY{rule}\n\
             RDATE:{more}\nEND:VEVENT\n"
        ));
        let _ = busy(zone.as_bytes(), december(), Tz::Europe__Berlin, &Limits::default());
    }
}
