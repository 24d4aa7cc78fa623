//! Bringing pairs in line with reporting lines and policies.

use std::collections::HashMap;

use chrono::NaiveDate;
use taiwa_database::Transaction;
use taiwa_domain::{
    cadence::{Policy, Scope},
    id::{DepartmentId, EpisodeId, PairId, PersonId},
    organization::{LineKind, Period},
    pair::{Episode, EpisodeChange, Pair, PairKind, Wanted, diff},
};

use crate::{App, Result};

/// What a synchronisation changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Pairs that had never met before.
    pub new_pairs: usize,
    /// Episodes started, changed or removed.
    pub episodes: usize,
}

/// Compares the wanted episodes with the existing ones and writes the difference. Reading and
/// writing are a handful of statements whatever the size.
pub async fn sync(app: &App, transaction: &Transaction, today: NaiveDate) -> Result<Synced> {
    let lines = transaction.lines_from(today).await?;
    let policies = transaction.policies(Period::since(today)).await?;
    let departments = DepartmentPaths::read(transaction, today).await?;

    let mut wanted = Wanted::default();
    let mut managers: HashMap<PersonId, Vec<(PersonId, Period)>> = HashMap::new();
    for line in lines.iter().filter(|line| line.kind == LineKind::Solid) {
        wanted.add(PairKind::Manager, line.manager, line.report, line.period);
        managers.entry(line.report).or_default().push((line.manager, line.period));
    }
    for policy in &policies {
        match policy.kind {
            PairKind::Dotted => {
                for line in lines.iter().filter(|line| line.kind == LineKind::Dotted) {
                    if departments.covers(policy, line.report)
                        && let Some(period) = line.period.intersection(&policy.period)
                    {
                        wanted.add(PairKind::Dotted, line.manager, line.report, period);
                    }
                }
            }
            PairKind::SkipLevel => {
                for (report, first) in &managers {
                    if !departments.covers(policy, *report) {
                        continue;
                    }
                    for (manager, below) in first {
                        for (top, above) in managers.get(manager).into_iter().flatten() {
                            if let Some(period) = below
                                .intersection(above)
                                .and_then(|both| both.intersection(&policy.period))
                            {
                                wanted.add(PairKind::SkipLevel, *top, *report, period);
                            }
                        }
                    }
                }
            }
            PairKind::Manager | PairKind::Mentor | PairKind::Peer => {}
        }
    }
    let employed = transaction.employment_periods(today).await?;
    for request in transaction.accepted_requests().await? {
        // Made by hand, ended by whoever leaves first.
        for one in employed.get(&request.organizer).into_iter().flatten() {
            for other in employed.get(&request.partner).into_iter().flatten() {
                if let Some(period) = one
                    .intersection(other)
                    .and_then(|both| both.intersection(&Period::since(request.starts_on)))
                {
                    wanted.add(request.kind, request.organizer, request.partner, period);
                }
            }
        }
    }

    let mut known: HashMap<_, Pair> = transaction
        .all_pairs()
        .await?
        .into_iter()
        .map(|pair| ((pair.kind, pair.organizer, pair.partner), pair))
        .collect();
    let mut episodes: HashMap<PairId, Vec<Episode>> = HashMap::new();
    for episode in transaction.episodes(Period::since(today), None).await? {
        episodes.entry(episode.pair).or_default().push(episode);
    }

    let mut new_pairs = Vec::new();
    let mut removed: Vec<EpisodeId> = Vec::new();
    let mut added: Vec<(EpisodeId, PairId, Period)> = Vec::new();
    let mut apply = |pair: PairId, changes: Vec<EpisodeChange>| {
        for change in changes {
            match change {
                EpisodeChange::Start(period) => added.push((app.id(), pair, period)),
                EpisodeChange::Adjust(id, period) => {
                    removed.push(id);
                    added.push((id, pair, period));
                }
                EpisodeChange::Remove(id) => removed.push(id),
            }
        }
    };
    for ((kind, organizer, partner), periods) in wanted.into_merged() {
        let pair = known.remove(&(kind, organizer, partner)).unwrap_or_else(|| {
            let pair = Pair { id: app.id(), kind, organizer, partner };
            new_pairs.push(pair);
            pair
        });
        let has = episodes.remove(&pair.id).unwrap_or_default();
        apply(pair.id, diff(&has, &periods, today));
    }
    for (pair, has) in episodes {
        apply(pair, diff(&has, &[], today));
    }
    let synced = Synced { new_pairs: new_pairs.len(), episodes: added.len().max(removed.len()) };
    transaction.add_pairs(&new_pairs, app.now()).await?;
    if !removed.is_empty() {
        transaction.remove_episodes(&removed).await?;
    }
    transaction.add_episodes(&added).await?;
    Ok(synced)
}

/// Everyone's primary department and the way up from each department.
pub struct DepartmentPaths {
    primary: HashMap<PersonId, DepartmentId>,
    parents: HashMap<DepartmentId, Option<DepartmentId>>,
}

impl DepartmentPaths {
    /// Reads them as of a day.
    pub async fn read(reader: &taiwa_database::Reader, day: NaiveDate) -> Result<Self> {
        Ok(Self {
            primary: reader.primary_departments(day).await?.into_iter().collect(),
            parents: reader
                .departments(day)
                .await?
                .into_iter()
                .map(|node| (node.department.id, node.department.parent))
                .collect(),
        })
    }

    /// The primary department of one person and its ancestors, nearest first.
    pub async fn of_person(
        reader: &taiwa_database::Reader,
        day: NaiveDate,
        person: PersonId,
    ) -> Result<Vec<DepartmentId>> {
        Ok(Self::read(reader, day).await?.of(person))
    }

    /// The person's primary department and its ancestors, nearest first.
    pub fn of(&self, person: PersonId) -> Vec<DepartmentId> {
        let mut path = Vec::new();
        let mut next = self.primary.get(&person).copied();
        while let Some(id) = next {
            // A tree that bites its tail is cut where it does.
            if path.contains(&id) {
                break;
            }
            path.push(id);
            next = self.parents.get(&id).copied().flatten();
        }
        path
    }

    fn covers(&self, policy: &Policy, person: PersonId) -> bool {
        match policy.scope {
            Scope::Organization => true,
            Scope::Department(id) => self.of(person).contains(&id),
            Scope::Pair(_) => false,
        }
    }
}
