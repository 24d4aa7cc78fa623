//! The events of a calendar object, with what a reconciler may know of them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taiwa_domain::calendar::{Answer, EventState};

use super::{
    component::{self, Component},
    event::{Event, Which},
    set,
    value::{Moment, moment},
    zone::Zones,
};
use crate::{IcsError, Limits, Span, limits::Budget};

/// One occurrence of an event. Names, titles, places and texts are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The UID as the file has it.
    pub uid: String,
    /// Which of its series, as an instant (`20261201T010000Z`) or a day (`20261201`); none for an
    /// event that stands alone.
    pub of_series: Option<String>,
    /// When.
    pub span: Span,
    /// It stands for whole days.
    pub all_day: bool,
    /// Whether it takes place.
    pub state: EventState,
    /// Not marked as free.
    pub opaque: bool,
    /// CLASS is PRIVATE or CONFIDENTIAL.
    pub private: bool,
    /// The owner organizes it.
    pub organizer: bool,
    /// The owner's answer; none where they are no guest.
    pub answer: Option<Answer>,
    /// In an event that the owner organizes with one guest: the guest's answer.
    pub guest: Option<Answer>,
    /// How many people are invited, organizer and owner included; 0 = nobody.
    pub attendees: u32,
    /// When it last changed, as the file says.
    pub updated_at: Option<DateTime<Utc>>,
    /// SEQUENCE.
    pub sequence: i64,
}

/// What an event says of its people.
struct People {
    private: bool,
    organizer: bool,
    answer: Option<Answer>,
    guest: Option<Answer>,
    attendees: u32,
    updated_at: Option<DateTime<Utc>>,
}

/// The occurrences within `window`, in the order of their starts. Times without a zone and whole
/// days are read in `floating_zone`; `own` are the owner's addresses, as [`address`] writes them.
pub fn occurrences(
    bytes: &[u8],
    window: Span,
    floating_zone: Tz,
    own: &[String],
    limits: &Limits,
) -> Result<Vec<Occurrence>, IcsError> {
    if bytes.len() > limits.bytes {
        return Err(IcsError::TooLarge { limit: limits.bytes });
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let calendars = component::read(text, limits.components, component::EVENTS)?;
    let mut budget = Budget::new(limits);
    let mut all = Vec::new();
    for calendar in &calendars {
        let zones = Zones::new(calendar, floating_zone, window.1, &mut budget);
        let (mut events, mut people) = (Vec::new(), Vec::new());
        for component in calendar.components.iter().filter(|c| c.name == "VEVENT") {
            events.push(Event::read(component, people.len() + 1, &zones)?);
            people.push(People::read(component, own));
        }
        for set in set::sets(events) {
            for found in set.found(window, |_| true, &mut budget)? {
                // Those that stand in for others are found wherever they are. An event that takes
                // no time touches the window where it starts.
                let (from, to) = found.span;
                let touches = from < window.1 && (to > window.0 || from == to && from >= window.0);
                if let Some(people) = people.get(found.event.number - 1).filter(|_| touches) {
                    all.push(occurrence(&found, people));
                }
            }
        }
    }
    all.sort_by(|a, b| (a.span, &a.uid, &a.of_series).cmp(&(b.span, &b.uid, &b.of_series)));
    // A further date may name an occurrence that the rule names.
    all.dedup_by(|b, a| a.of_series.is_some() && a.uid == b.uid && a.of_series == b.of_series);
    Ok(all)
}

fn occurrence(found: &set::Found<'_>, people: &People) -> Occurrence {
    let event = found.event;
    Occurrence {
        uid: event.uid.clone(),
        of_series: event.recurring().then(|| name(found.which)),
        span: found.span,
        all_day: event.all_day,
        state: event.state,
        opaque: event.opaque,
        private: people.private,
        organizer: people.organizer,
        answer: people.answer,
        guest: people.guest,
        attendees: people.attendees,
        updated_at: people.updated_at,
        sequence: event.sequence,
    }
}

/// How an occurrence is named.
pub(super) fn name(which: Which) -> String {
    match which {
        Which::At(at) => at.format("%Y%m%dT%H%M%SZ").to_string(),
        Which::Day(day) => day.format("%Y%m%d").to_string(),
    }
}

/// An address of a calendar user in one form: no `mailto:`, lower case, no slash at the end.
pub fn address(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    if text.contains('@') { text.to_owned() } else { text.trim_end_matches('/').to_owned() }
}

impl People {
    fn read(component: &Component, own: &[String]) -> Self {
        let of = |name: &str| component.first(name).map(|line| line.value.trim());
        let at = |name: &str| match moment(of(name)?)? {
            Moment::Utc(at) => Some(at),
            _ => None,
        };
        let is_own = |text: &str| own.contains(&address(text));
        let organized_by = of("ORGANIZER");
        let organizer = organized_by.is_some_and(is_own);
        let (mut answer, mut others, mut count, mut listed) = (None, Vec::new(), 0, false);
        for line in component.all("ATTENDEE") {
            let kind = line.parameter("CUTYPE").unwrap_or_default();
            if ["ROOM", "RESOURCE"].iter().any(|other| kind.eq_ignore_ascii_case(other)) {
                continue;
            }
            count += 1;
            let said = line.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase();
            let said = match said.as_str() {
                "ACCEPTED" => Answer::Accepted,
                "TENTATIVE" => Answer::Tentative,
                // Whoever sends someone else does not come.
                "DECLINED" | "DELEGATED" => Answer::Declined,
                _ => Answer::Unanswered,
            };
            listed |= organized_by.is_some_and(|by| address(by) == address(&line.value));
            if is_own(&line.value) {
                // Nobody has to answer their own invitation.
                if !(organizer && said == Answer::Unanswered) {
                    answer = Some(said);
                }
            } else {
                others.push(said);
            }
        }
        let class = of("CLASS").unwrap_or_default();
        Self {
            private: ["PRIVATE", "CONFIDENTIAL"].iter().any(|c| class.eq_ignore_ascii_case(c)),
            organizer,
            answer,
            guest: match others[..] {
                [only] if organizer => Some(only),
                _ => None,
            },
            attendees: if count > 0 && organized_by.is_some() && !listed {
                count + 1
            } else {
                count
            },
            updated_at: at("LAST-MODIFIED").or_else(|| at("DTSTAMP")),
        }
    }
}
