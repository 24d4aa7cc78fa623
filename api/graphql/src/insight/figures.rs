//! Sums over meetings.

use async_graphql::{Context, Object, Result, SimpleObject};
use taiwa_domain::insight::Figures;

use super::words;
use crate::{
    calendar::finding::DisplacingKind,
    context::caller,
    meeting::{SkipReason, outcome::NotHeldReason},
};

/// Meetings that were missed or called off for one reason.
#[derive(SimpleObject)]
pub(crate) struct InsightReasonCount {
    /// Why.
    reason: NotHeldReason,
    /// The reason in the caller's language.
    label: &'static str,
    /// How many.
    count: u32,
}

/// Meetings that were skipped for one reason.
#[derive(SimpleObject)]
pub(crate) struct InsightSkipCount {
    /// Why.
    reason: SkipReason,
    /// The reason in the caller's language.
    label: &'static str,
    /// How many.
    count: u32,
}

/// Meetings whose time one kind of event took.
#[derive(SimpleObject)]
pub(crate) struct InsightDisplacedCount {
    /// What kind of event, by how many were invited and whether it recurs.
    kind: DisplacingKind,
    /// The kind in the caller's language.
    label: &'static str,
    /// How many.
    count: u32,
}

/// Sums over the 1on1s of managers and their reports.
pub(crate) struct InsightFigures(pub(crate) Figures);

/// Sums over the 1on1s of managers and their reports.
#[Object]
impl InsightFigures {
    /// What the cadences asked for: everything but what leave and holidays excuse.
    async fn due(&self) -> u32 {
        self.0.due()
    }

    /// What took place.
    async fn held(&self) -> u32 {
        self.0.held()
    }

    /// What took place as both say.
    async fn held_confirmed(&self) -> u32 {
        self.0.held_confirmed
    }

    /// What took place as one says and the other did not deny.
    async fn held_unopposed(&self) -> u32 {
        self.0.held_unopposed
    }

    /// What did not take place.
    async fn missed(&self) -> u32 {
        self.0.missed()
    }

    /// Of what nobody said whether it took place, or the two contradict each other.
    async fn unconfirmed(&self) -> u32 {
        self.0.unconfirmed
    }

    /// What found no place, was given up, or was called off.
    async fn skipped(&self) -> u32 {
        self.0.skipped()
    }

    /// From which another event took its time, wherever it was put then.
    async fn displaced(&self) -> u32 {
        self.0.displaced()
    }

    /// The share of what was due that took place, 0 to 1; null if nothing was due.
    async fn completion_rate(&self) -> Option<f64> {
        self.0.completion()
    }

    /// What was missed, by reason.
    async fn missed_by(&self, context: &Context<'_>) -> Result<Vec<InsightReasonCount>> {
        reasons(context, &self.0.missed)
    }

    /// What one of the two called off, by reason.
    async fn called_off_by(&self, context: &Context<'_>) -> Result<Vec<InsightReasonCount>> {
        reasons(context, &self.0.called_off)
    }

    /// What found no place or was given up, by reason.
    async fn skipped_by(&self, context: &Context<'_>) -> Result<Vec<InsightSkipCount>> {
        let locale = caller(context)?.actor.locale;
        let count = |(why, count): (&taiwa_domain::meeting::SkipReason, &u32)| InsightSkipCount {
            reason: (*why).into(),
            label: words::skipped(locale, *why),
            count: *count,
        };
        Ok(self.0.skipped.iter().map(count).collect())
    }

    /// What lost its time to another event, by the kind of event.
    async fn displaced_by(&self, context: &Context<'_>) -> Result<Vec<InsightDisplacedCount>> {
        let locale = caller(context)?.actor.locale;
        let found = self.0.displaced.iter().map(|(by, count)| InsightDisplacedCount {
            kind: (*by).into(),
            label: words::displaced(locale, *by),
            count: *count,
        });
        Ok(found.collect())
    }
}

fn reasons(
    context: &Context<'_>,
    counts: &std::collections::BTreeMap<taiwa_domain::meeting::held::NotHeldReason, u32>,
) -> Result<Vec<InsightReasonCount>> {
    let locale = caller(context)?.actor.locale;
    let found = counts.iter().map(|(why, count)| InsightReasonCount {
        reason: (*why).into(),
        label: words::not_held(locale, *why),
        count: *count,
    });
    Ok(found.collect())
}
