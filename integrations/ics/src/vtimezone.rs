//! The VTIMEZONE component: the zone's changes over the time that the calendar covers, one
//! observance each. A rule that repeats for ever would be shorter, and wrong in every zone whose
//! government changes its mind.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    text::Writer,
    transitions::{Transition, transitions},
};

/// How wall-clock times are written.
pub(crate) const LOCAL: &str = "%Y%m%dT%H%M%S";

/// Writes the definition of `zone` from `from` to `to`.
pub(crate) fn write(out: &mut Writer, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) {
    out.line("BEGIN", "VTIMEZONE");
    out.line("TZID", zone.name());
    out.line("X-LIC-LOCATION", zone.name());
    for change in transitions(zone, from, to) {
        observance(out, &change);
    }
    out.line("END", "VTIMEZONE");
}

fn observance(out: &mut Writer, change: &Transition) {
    let kind = if change.daylight { "DAYLIGHT" } else { "STANDARD" };
    out.line("BEGIN", kind);
    out.line("DTSTART", change.local().format(LOCAL));
    out.line("TZOFFSETFROM", offset(change.from));
    out.line("TZOFFSETTO", offset(change.to));
    if let Some(name) = &change.name {
        out.line("TZNAME", name);
    }
    out.line("END", kind);
}

/// `+0900`, with seconds where there are any.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let text = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    match seconds % 60 {
        0 => text,
        rest => format!("{text}{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_signed_hours_and_minutes() {
        assert_eq!(offset(9 * 3600), "+0900");
        assert_eq!(offset(-(3 * 3600 + 1800)), "-0330");
        assert_eq!(offset(-17_776), "-045616");
        assert_eq!(offset(0), "+0000");
    }
}
