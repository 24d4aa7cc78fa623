//! Which episodes pairs should have, from the reporting lines, and how to get there.
//!
//! A manager change ends one pair's episode on its day and starts another pair's; a manager who
//! returns resumes the old pair with a new episode. Nothing is deleted that has begun: the past
//! keeps its episodes even when a later import corrects the lines.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Episode, PairKind};
use crate::{
    id::{EpisodeId, PersonId},
    organization::Period,
};

/// The two people of a pair and its kind: its identity in the company's terms.
pub type PairKey = (PairKind, PersonId, PersonId);

/// The episodes that the reporting lines and policies ask for. Periods of a key that touch or
/// overlap count as one.
#[derive(Clone, Debug, Default)]
pub struct Wanted(BTreeMap<PairKey, Vec<Period>>);

impl Wanted {
    /// Asks for `period` of the pair.
    pub fn add(&mut self, kind: PairKind, organizer: PersonId, partner: PersonId, period: Period) {
        if organizer != partner && !period.is_empty() {
            self.0.entry((kind, organizer, partner)).or_default().push(period);
        }
    }

    /// The pairs asked for with their periods, merged and in order.
    pub fn into_merged(self) -> impl Iterator<Item = (PairKey, Vec<Period>)> {
        self.0.into_iter().map(|(key, mut periods)| {
            periods.sort();
            let mut merged: Vec<Period> = Vec::with_capacity(periods.len());
            for period in periods {
                match merged.last_mut() {
                    Some(last) if period.from <= last.until => {
                        last.until = last.until.max(period.until);
                    }
                    _ => merged.push(period),
                }
            }
            (key, merged)
        })
    }
}

/// One step towards the wanted episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpisodeChange {
    /// A new episode.
    Start(Period),
    /// Another end (or, before it has begun, another start) of an existing one.
    Adjust(EpisodeId, Period),
    /// One that never began and is no longer wanted.
    Remove(EpisodeId),
}

/// How to get from what a pair has to what is wanted of it. `today` divides what has begun, which
/// is only ever ended, from what has not.
pub fn diff(existing: &[Episode], wanted: &[Period], today: NaiveDate) -> Vec<EpisodeChange> {
    let mut changes = Vec::new();
    let mut open: Vec<&Episode> = existing.iter().collect();
    for period in wanted {
        let same = open
            .iter()
            .position(|episode| episode.period.from == period.from)
            .or_else(|| open.iter().position(|episode| episode.period.overlaps(period)));
        match same {
            Some(index) => {
                let episode = open.remove(index);
                // A begun episode keeps its first day: history is not rewritten.
                let from =
                    if episode.period.from <= today { episode.period.from } else { period.from };
                let target = Period { from, until: period.until };
                if target != episode.period {
                    changes.push(EpisodeChange::Adjust(episode.id, target));
                }
            }
            None => changes.push(EpisodeChange::Start(*period)),
        }
    }
    for episode in open {
        if episode.period.from > today {
            changes.push(EpisodeChange::Remove(episode.id));
        } else if episode.period.until > today {
            let ended = Period { from: episode.period.from, until: today };
            changes.push(if ended.is_empty() {
                EpisodeChange::Remove(episode.id)
            } else {
                EpisodeChange::Adjust(episode.id, ended)
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PairId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + chrono::Days::new(n as u64)
    }

    fn episode(n: u128, from: i64, until: Option<i64>) -> Episode {
        Episode {
            id: EpisodeId(Uuid::from_u128(n)),
            pair: PairId(Uuid::nil()),
            period: Period { from: day(from), until: until.map_or(Period::OPEN, day) },
        }
    }

    #[test]
    fn a_manager_change_ends_the_episode_on_its_day() {
        let changes =
            diff(&[episode(1, 0, None)], &[Period { from: day(0), until: day(30) }], day(10));
        assert_eq!(
            changes,
            [EpisodeChange::Adjust(
                EpisodeId(Uuid::from_u128(1)),
                Period { from: day(0), until: day(30) }
            )]
        );
    }

    #[test]
    fn a_returning_manager_resumes_with_a_new_episode() {
        let wanted = [
            Period { from: day(0), until: day(30) },
            Period { from: day(90), until: Period::OPEN },
        ];
        assert_eq!(
            diff(&[episode(1, 0, Some(30))], &wanted, day(100)),
            [EpisodeChange::Start(wanted[1])]
        );
    }

    proptest! {
        #[test]
        fn the_present_and_future_become_what_is_wanted(
            spans in proptest::collection::vec((0i64..200, 1i64..60), 0..6),
            had in proptest::collection::vec((0i64..200, 1i64..60), 0..4),
            today in 0i64..250,
        ) {
            let merged = |spans: &[(i64, i64)]| {
                let mut wanted = Wanted::default();
                for (from, length) in spans {
                    wanted.add(
                        PairKind::Manager,
                        PersonId(Uuid::from_u128(1)),
                        PersonId(Uuid::from_u128(2)),
                        Period { from: day(*from), until: day(from + length) },
                    );
                }
                wanted.into_merged().next().map(|(_, periods)| periods).unwrap_or_default()
            };
            let wanted = merged(&spans);
            let mut state: Vec<Episode> = merged(&had)
                .iter()
                .enumerate()
                .map(|(n, period)| Episode {
                    id: EpisodeId(Uuid::from_u128(n as u128 + 1)),
                    pair: PairId(Uuid::nil()),
                    period: *period,
                })
                .collect();
            for change in diff(&state.clone(), &wanted, day(today)) {
                match change {
                    EpisodeChange::Start(period) => state.push(Episode {
                        id: EpisodeId(Uuid::from_u128(1000 + state.len() as u128)),
                        pair: PairId(Uuid::nil()),
                        period,
                    }),
                    EpisodeChange::Adjust(id, period) => {
                        state.iter_mut().find(|e| e.id == id).unwrap().period = period;
                    }
                    EpisodeChange::Remove(id) => state.retain(|e| e.id != id),
                }
            }
            for offset in today..300 {
                let wants = wanted.iter().any(|p| p.contains(day(offset)));
                let has = super::super::active_on(&state, day(offset));
                prop_assert!(has || !wants, "day {} is missing", offset);
                if !wants && has {
                    // Only a begun episode that was matched may stay longer at its front.
                    prop_assert!(state.iter().any(|e| e.period.contains(day(offset)) && e.period.from <= day(today)));
                }
            }
        }
    }
}
