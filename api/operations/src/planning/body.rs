//! What a plan says, in the database's terms, and how it differs from what stands.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taiwa_database::planning::StandingSeries;
use taiwa_domain::{
    cadence::Interval,
    id::PairId,
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
    organization::Weekday,
    planning::{Outcome, Plan},
};

use super::Facts;

/// A plan by pairs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanBody {
    /// Series by pair, in the planner's order.
    pub series: Vec<BodySeries>,
    /// Occurrences, by pair and week.
    pub occurrences: Vec<BodyOccurrence>,
    /// Stage 1 cost.
    pub series_cost: i64,
    /// Stage 2 cost.
    pub weeks_cost: i64,
    /// No choice of series costs less.
    pub lower_bound: i64,
    /// Whether the series cost is the least possible.
    pub exact: bool,
}

/// A pair's series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BodySeries {
    /// Whose.
    pub pair: PairId,
    /// Employee numbers of organizer and partner.
    pub people: [String; 2],
    /// What they agree on; none if no time is left.
    pub at: Option<BodyTime>,
    /// Minutes.
    pub minutes: u16,
    /// Minutes kept free.
    pub buffer_minutes: u16,
    /// What it cost.
    pub cost: i64,
}

/// A weekday and time with the weeks in which it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyTime {
    /// Weekday in `zone`.
    pub weekday: Weekday,
    /// Wall-clock start.
    pub starts: NaiveTime,
    /// The organizer's zone.
    pub zone: String,
    /// A Monday on which it is due.
    pub anchor: NaiveDate,
    /// Interval; none = monthly.
    pub every_weeks: Option<u8>,
    /// Phase of a monthly series.
    pub phase: u32,
}

/// One due meeting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BodyOccurrence {
    /// Place in [`PlanBody::series`].
    pub series: u32,
    /// Monday of the week in which it is due.
    pub due_week: NaiveDate,
    /// Start; none when skipped.
    pub starts_at: Option<DateTime<Utc>>,
    /// What it cost.
    pub cost: i64,
    /// Why skipped.
    pub skipped: Option<SkipReason>,
    /// Refused starts by reason, of a skipped one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, u32>,
}

/// What applying a plan would change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Meetings that are new.
    pub added: u32,
    /// Meetings that get another time, or none.
    pub changed: u32,
    /// Meetings that are no longer due.
    pub removed: u32,
    /// Meetings that stay.
    pub unchanged: u32,
    /// Series that are new, changed or gone.
    pub series: u32,
}

impl Difference {
    /// Whether applying would change nothing.
    pub fn is_empty(&self) -> bool {
        self.added + self.changed + self.removed + self.series == 0
    }
}

/// A plan in figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Pairs planned.
    pub pairs: u32,
    /// Meetings placed.
    pub placed: u32,
    /// Meetings skipped, by reason.
    pub skipped: BTreeMap<SkipReason, u32>,
    /// Pairs without a series.
    pub unplaced: u32,
    /// Stage 1 cost.
    pub series_cost: i64,
    /// Stage 2 cost.
    pub weeks_cost: i64,
    /// Lower bound of the stage 1 cost.
    pub lower_bound: i64,
    /// Whether the stage 1 cost is the least possible.
    pub exact: bool,
    /// What applying changes.
    pub difference: Difference,
    /// How long planning took, in seconds.
    pub seconds: f64,
}

impl Summary {
    /// The figures of a plan.
    pub fn new(body: &PlanBody, difference: Difference, seconds: f64) -> Self {
        let mut skipped = BTreeMap::new();
        for reason in body.occurrences.iter().filter_map(|it| it.skipped) {
            *skipped.entry(reason).or_default() += 1;
        }
        Self {
            pairs: body.series.len() as u32,
            placed: body.occurrences.iter().filter(|it| it.starts_at.is_some()).count() as u32,
            skipped,
            unplaced: body.series.iter().filter(|it| it.at.is_none()).count() as u32,
            series_cost: body.series_cost,
            weeks_cost: body.weeks_cost,
            lower_bound: body.lower_bound,
            exact: body.exact,
            difference,
            seconds,
        }
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl PlanBody {
    /// Puts the planner's answer into the database's terms.
    pub fn new(facts: &Facts, plan: &Plan) -> Self {
        let series = plan
            .series
            .iter()
            .enumerate()
            .map(|(row, planned)| {
                let pair = &facts.pairs[row];
                let every_weeks = match facts.intervals[row] {
                    Interval::Weeks(weeks) => Some(weeks),
                    Interval::Monthly => None,
                };
                BodySeries {
                    pair: pair.id,
                    people: [pair.organizer, pair.partner].map(|id| facts.numbers[&id].clone()),
                    at: planned.series.as_ref().map(|it| BodyTime {
                        weekday: it.weekday,
                        starts: NaiveTime::from_num_seconds_from_midnight_opt(
                            it.time.minutes() * 60 % 86_400,
                            0,
                        )
                        .expect("a minute of the day"),
                        zone: it.zone.clone(),
                        anchor: match every_weeks {
                            Some(_) => facts.starts_on + Days::new(u64::from(it.phase) * 7),
                            None => facts.starts_on,
                        },
                        every_weeks,
                        phase: it.phase,
                    }),
                    minutes: facts.instance.pairs[row].minutes as u16,
                    buffer_minutes: facts.buffers[row],
                    cost: planned.cost,
                }
            })
            .collect();
        let occurrences = plan
            .occurrences
            .iter()
            .map(|it| {
                let due_week = facts.starts_on + Days::new(u64::from(it.week) * 7);
                let series = it.pair as u32;
                match &it.outcome {
                    Outcome::Placed { start, cost } => BodyOccurrence {
                        series,
                        due_week,
                        starts_at: Some(*start),
                        cost: *cost,
                        skipped: None,
                        refused: BTreeMap::new(),
                    },
                    Outcome::Skipped { reason, refused, cost } => BodyOccurrence {
                        series,
                        due_week,
                        starts_at: None,
                        cost: *cost,
                        skipped: Some((*reason).into()),
                        refused: refused
                            .iter()
                            .map(|(reason, count)| (reason.name().to_owned(), count))
                            .collect(),
                    },
                }
            })
            .collect();
        Self {
            series,
            occurrences,
            series_cost: plan.totals.series,
            weeks_cost: plan.totals.weeks,
            lower_bound: plan.lower_bound,
            exact: plan.exact,
        }
    }

    /// Names the plan: hash of what it says.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(serde_json::to_vec(self).expect("a plan serialises")))
    }

    /// The meetings and series to write, given what stands; `removed` holds those no longer due.
    pub fn changes(&self, standing: &[Meeting]) -> MeetingChanges {
        let mut known: HashMap<(PairId, NaiveDate), &Meeting> =
            standing.iter().map(|meeting| ((meeting.pair, meeting.due_week), meeting)).collect();
        let mut changes = MeetingChanges::default();
        for it in &self.occurrences {
            let series = &self.series[it.series as usize];
            let slot = it.starts_at.map(|starts_at| Slot {
                starts_at,
                ends_at: starts_at + TimeDelta::minutes(series.minutes.into()),
            });
            match known.remove(&(series.pair, it.due_week)) {
                Some(old)
                    if old.slot == slot
                        && old.skip_reason == it.skipped
                        && old.buffer_minutes == series.buffer_minutes
                        || matches!(old.status, MeetingStatus::Held | MeetingStatus::Missed)
                        || old.pinned =>
                {
                    changes.unchanged += 1;
                }
                Some(old) => changes.changed.push((old.clone(), Wanted::new(series, it, slot))),
                None => changes.added.push(Wanted::new(series, it, slot)),
            }
        }
        changes.removed = standing
            .iter()
            .filter(|it| known.contains_key(&(it.pair, it.due_week)))
            .filter(|it| matches!(it.status, MeetingStatus::Planned | MeetingStatus::Scheduled))
            .cloned()
            .collect();
        changes
    }

    /// Series that differ from what stands: to put, and to remove.
    pub fn series_changes(
        &self,
        standing: &HashMap<PairId, StandingSeries>,
    ) -> (Vec<StandingSeries>, Vec<PairId>) {
        let (mut put, mut remove) = (Vec::new(), Vec::new());
        for it in &self.series {
            let old = standing.get(&it.pair);
            match &it.at {
                None => remove.extend(old.map(|old| old.pair)),
                Some(at) => {
                    let Ok(zone) = at.zone.parse() else { continue };
                    let new = StandingSeries {
                        pair: it.pair,
                        weekday: at.weekday,
                        starts: at.starts,
                        zone,
                        anchor: at.anchor,
                        every_weeks: at.every_weeks,
                        phase: at.phase,
                    };
                    // The anchor is any Monday on which it is due: the same series seen from a
                    // later horizon has another anchor and is no change.
                    let same = old.is_some_and(|old| {
                        let weeks = (old.anchor - new.anchor).num_days() / 7;
                        let in_step = match new.every_weeks {
                            Some(every) => weeks.rem_euclid(i64::from(every)) == 0,
                            None => old.phase == new.phase,
                        };
                        in_step
                            && StandingSeries { anchor: new.anchor, phase: new.phase, ..*old }
                                == new
                    });
                    if !same {
                        put.push(new);
                    }
                }
            }
        }
        (put, remove)
    }

    /// What applying would change.
    pub fn compare(&self, facts: &Facts) -> Difference {
        let meetings = self.changes(&facts.meetings);
        let (put, remove) = self.series_changes(&facts.series);
        Difference {
            added: meetings.added.len() as u32,
            changed: meetings.changed.len() as u32,
            removed: meetings.removed.len() as u32,
            unchanged: meetings.unchanged,
            series: (put.len() + remove.len()) as u32,
        }
    }
}

/// Meetings to write.
#[derive(Default)]
pub struct MeetingChanges {
    /// New ones.
    pub added: Vec<Wanted>,
    /// What stands, and what it becomes.
    pub changed: Vec<(Meeting, Wanted)>,
    /// No longer due.
    pub removed: Vec<Meeting>,
    /// How many stay.
    pub unchanged: u32,
}

/// A meeting as the plan wants it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose.
    pub pair: PairId,
    /// Monday of the week in which it is due.
    pub due_week: NaiveDate,
    /// Its time, if any.
    pub slot: Option<Slot>,
    /// Why none.
    pub skipped: Option<SkipReason>,
    /// Minutes.
    pub minutes: u16,
    /// Minutes kept free.
    pub buffer_minutes: u16,
    /// What it cost.
    pub cost: i64,
}

impl Wanted {
    fn new(series: &BodySeries, it: &BodyOccurrence, slot: Option<Slot>) -> Self {
        Self {
            pair: series.pair,
            due_week: it.due_week,
            slot,
            skipped: it.skipped,
            minutes: series.minutes,
            buffer_minutes: series.buffer_minutes,
            cost: it.cost,
        }
    }
}
