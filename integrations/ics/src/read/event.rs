//! One event as the file has it.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use taiwa_domain::calendar::EventState;

use super::{
    component::Component,
    lines::Line,
    rule::Rule,
    value::{Length, Moment, length, moment, period},
    zone::{Zone, Zones},
};
use crate::IcsError;

/// How long an event takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Always the same time: it was given by an end.
    Exactly(Duration),
    /// By the calendar: it was given as a length, or in days.
    Nominally(Length),
}

impl Takes {
    /// When it ends.
    pub(super) fn end(self, start: DateTime<Utc>, zone: &Zone) -> Option<DateTime<Utc>> {
        match self {
            Self::Exactly(time) => start.checked_add_signed(time),
            Self::Nominally(length) => length.after(start, zone),
        }
    }

    /// No less than it takes.
    pub(super) fn at_most(self) -> Option<Duration> {
        let day = Duration::days(1);
        match self {
            Self::Exactly(time) => time.checked_add(&day),
            Self::Nominally(length) => {
                let days = Duration::try_days(i64::try_from(length.days).ok()?.checked_add(1)?)?;
                days.checked_add(&Duration::try_seconds(length.seconds)?)
            }
        }
    }
}

/// Which occurrence is meant by an exception: one at an instant, or the one of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Which {
    At(DateTime<Utc>),
    Day(NaiveDate),
}

/// A start besides those of the rules, with an end where it has one of its own.
pub(super) type Further = (DateTime<Utc>, Option<DateTime<Utc>>);

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Its place in the file.
    pub(super) number: usize,
    /// Empty where the file has none.
    pub(super) uid: String,
    /// The wall clock at its start, in `zone`.
    pub(super) start: NaiveDateTime,
    pub(super) zone: Zone,
    pub(super) takes: Takes,
    /// It stands for whole days.
    pub(super) all_day: bool,
    pub(super) state: EventState,
    /// Not marked as free.
    pub(super) opaque: bool,
    pub(super) rules: Vec<Rule>,
    pub(super) further: Vec<Further>,
    pub(super) except: Vec<Which>,
    /// The occurrence of the series that it stands in for.
    pub(super) instead: Option<Which>,
    pub(super) sequence: i64,
}

impl Event {
    /// Neither cancelled nor marked as free.
    pub(super) fn busy(&self) -> bool {
        self.state != EventState::Cancelled && self.opaque
    }

    /// It is a series or stands in one.
    pub(super) fn recurring(&self) -> bool {
        !self.rules.is_empty() || !self.further.is_empty() || self.instead.is_some()
    }

    pub(super) fn read(
        component: &Component,
        number: usize,
        zones: &Zones,
    ) -> Result<Self, IcsError> {
        let reader = Reader { component, number, zones };
        let line = component.first("DTSTART").ok_or(IcsError::NoStart { event: number })?;
        let written = moment(&line.value).ok_or(reader.bad("DTSTART"))?;
        let (start, zone) = match written {
            Moment::Date(day) => (day.and_time(NaiveTime::MIN), zones.floating().clone()),
            Moment::Local(local) => (local, zones.of(line, number)?),
            Moment::Utc(at) => (at.naive_utc(), Zone::Known(chrono_tz::Tz::UTC)),
        };
        let text = |name| component.first(name).map(|line| line.value.trim()).unwrap_or_default();
        let is = |name, value: &str| text(name).eq_ignore_ascii_case(value);
        if component.first("EXRULE").is_some() {
            return Err(IcsError::Rule { event: number, part: "EXRULE" });
        }
        Ok(Self {
            number,
            uid: text("UID").to_owned(),
            takes: reader.takes(written, start, &zone)?,
            start,
            zone,
            all_day: matches!(written, Moment::Date(_)),
            state: match () {
                () if is("STATUS", "CANCELLED") => EventState::Cancelled,
                () if is("STATUS", "TENTATIVE") => EventState::Tentative,
                () => EventState::Confirmed,
            },
            opaque: !is("TRANSP", "TRANSPARENT"),
            rules: component
                .all("RRULE")
                .map(|line| {
                    Rule::parse(&line.value).map_err(|part| IcsError::Rule { event: number, part })
                })
                .collect::<Result<_, _>>()?,
            further: reader.further()?,
            except: reader.except()?,
            instead: reader.instead()?,
            sequence: text("SEQUENCE").parse().unwrap_or_default(),
        })
    }
}

struct Reader<'a> {
    component: &'a Component,
    number: usize,
    zones: &'a Zones,
}

impl Reader<'_> {
    fn bad(&self, property: &'static str) -> IcsError {
        IcsError::BadTime { event: self.number, property }
    }

    fn takes(&self, written: Moment, start: NaiveDateTime, zone: &Zone) -> Result<Takes, IcsError> {
        let day = Length { days: 1, seconds: 0 };
        let all_day = matches!(written, Moment::Date(_));
        if let Some(line) = self.component.first("DTEND") {
            let bad = || self.bad("DTEND");
            let end = moment(&line.value).ok_or_else(bad)?;
            if let (Moment::Date(first), Moment::Date(after)) = (written, end) {
                // Some programs write the first day as the end of a single day.
                let days = (after - first).num_days().max(i64::from(after == first));
                let days = u64::try_from(days).map_err(|_| bad())?;
                return Ok(Takes::Nominally(Length { days, seconds: 0 }));
            }
            let end = end.in_zone(&self.zones.of(line, self.number)?, self.zones);
            let time = zone.instant(start).zip(end).map(|(start, end)| end - start);
            return match time {
                Some(time) if time >= Duration::zero() => Ok(Takes::Exactly(time)),
                _ => Err(bad()),
            };
        }
        match self.component.first("DURATION") {
            Some(line) => {
                length(&line.value).map(Takes::Nominally).ok_or_else(|| self.bad("DURATION"))
            }
            None if all_day => Ok(Takes::Nominally(day)),
            None => Ok(Takes::Nominally(Length::default())),
        }
    }

    fn further(&self) -> Result<Vec<Further>, IcsError> {
        let mut further = Vec::new();
        for line in self.component.all("RDATE") {
            let zone = self.zones.of(line, self.number)?;
            for text in line.value.split(',') {
                let read = || {
                    if let Some((start, end)) = period(text) {
                        let start = start.in_zone(&zone, self.zones)?;
                        return Some((start, Some(end.span(start, &zone, self.zones)?.1)));
                    }
                    Some((moment(text)?.in_zone(&zone, self.zones)?, None))
                };
                further.push(read().ok_or_else(|| self.bad("RDATE"))?);
            }
        }
        Ok(further)
    }

    fn except(&self) -> Result<Vec<Which>, IcsError> {
        let mut except = Vec::new();
        for line in self.component.all("EXDATE") {
            for text in line.value.split(',').filter(|text| !text.trim().is_empty()) {
                except.push(self.which(line, text)?.ok_or_else(|| self.bad("EXDATE"))?);
            }
        }
        Ok(except)
    }

    fn instead(&self) -> Result<Option<Which>, IcsError> {
        let Some(line) = self.component.first("RECURRENCE-ID") else { return Ok(None) };
        if line.parameter("RANGE").is_some() {
            return Err(IcsError::Rule { event: self.number, part: "RANGE" });
        }
        let which = self.which(line, &line.value)?;
        which.map(Some).ok_or_else(|| self.bad("RECURRENCE-ID"))
    }

    fn which(&self, line: &Line, text: &str) -> Result<Option<Which>, IcsError> {
        Ok(match moment(text) {
            Some(Moment::Date(day)) => Some(Which::Day(day)),
            Some(other) => {
                let zone = self.zones.of(line, self.number)?;
                other.in_zone(&zone, self.zones).map(Which::At)
            }
            None => None,
        })
    }
}
