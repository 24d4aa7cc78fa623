//! Published figures about 1on1s.

pub(crate) mod cell;
pub(crate) mod figures;
pub(crate) mod words;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, connection::Connection};
use chrono::{DateTime, Days, NaiveDate, Utc};
use taiwa_domain::insight::{Scope, Span, SpanKind};
use taiwa_operations::insight::read::{self, Part};

use crate::{
    context::caller,
    error::{coded, failed},
    id::{Kind, decode},
    page::Page,
};
use cell::{InsightCell, InsightRow};

/// What kind of span figures are about.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::insight::SpanKind")]
pub(crate) enum InsightPeriodKind {
    /// An ISO week.
    Week,
    /// The weeks whose Thursday lies in a month.
    Month,
    /// Three months, from the first of the fiscal year on.
    Quarter,
}

/// A span of whole weeks: weeks nest in months, and months in quarters.
#[derive(Clone, Copy)]
pub(crate) struct InsightPeriod {
    pub(crate) span: Span,
    pub(crate) closed_at: Option<DateTime<Utc>>,
}

/// A span of whole weeks: weeks nest in months, and months in quarters.
#[Object]
impl InsightPeriod {
    /// What kind.
    async fn kind(&self) -> InsightPeriodKind {
        self.span.kind.into()
    }

    /// Its name in the caller's language.
    async fn label(&self, context: &Context<'_>) -> Result<String> {
        Ok(words::span(caller(context)?.actor.locale, &self.span))
    }

    /// First day, a Monday.
    async fn from(&self) -> NaiveDate {
        self.span.from
    }

    /// Last day, a Sunday.
    async fn until(&self) -> NaiveDate {
        self.span.until - Days::new(1)
    }

    /// When it was closed; nothing in it changes afterwards. Null where that was not asked for.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.closed_at
    }
}

/// A span of time, by a day in it.
#[derive(InputObject)]
pub(crate) struct InsightPeriodInput {
    /// What kind.
    kind: InsightPeriodKind,
    /// A day in it; the last closed one if none is given.
    containing: Option<NaiveDate>,
}

/// A share of managers.
pub(crate) struct InsightManagerShare {
    span: Span,
    all: u32,
    met: u32,
}

/// A share of managers.
#[Object]
impl InsightManagerShare {
    /// Of which quarter.
    async fn period(&self) -> InsightPeriod {
        InsightPeriod { span: self.span, closed_at: None }
    }

    /// Managers who have a manager of their own.
    async fn managers(&self) -> u32 {
        self.all
    }

    /// Those of them who had a 1on1 with their own manager at least once.
    async fn met(&self) -> u32 {
        self.met
    }

    /// Their share, 0 to 1.
    async fn share(&self) -> f64 {
        f64::from(self.met) / f64::from(self.all.max(1))
    }
}

/// Published figures about the 1on1s of managers and their reports, of closed periods only.
pub(crate) struct Insight;

/// The span that is meant; none while none was closed.
async fn meant(
    context: &Context<'_>,
    kind: SpanKind,
    containing: Option<NaiveDate>,
) -> Result<Option<Span>> {
    let caller = caller(context)?;
    let (app, actor) = (&caller.app, &caller.actor);
    if let Some(day) = containing {
        let years = 1970..=9000;
        if !years.contains(&chrono::Datelike::year(&day)) {
            return Err(coded("INVALID", "There is no such period."));
        }
        let fiscal = read::fiscal(app, actor).await.map_err(|failure| failed(&failure))?;
        return Ok(Some(Span::of(kind, day, fiscal)));
    }
    let closed = read::closed(app, actor, kind, 1).await.map_err(|failure| failed(&failure))?;
    Ok(closed.first().map(|(span, _)| *span))
}

fn part(page: &Page, kind: SpanKind, from: NaiveDate, until: NaiveDate) -> Part {
    Part {
        kind,
        from,
        until,
        after: page.after.clone(),
        before: page.before.clone(),
        limit: page.fetch(),
        backwards: page.backwards,
    }
}

fn count(first: i32) -> Result<u32> {
    match u32::try_from(first) {
        Ok(first) if (1..=100).contains(&first) => Ok(first),
        _ => Err(coded("INVALID_PAGE", "Ask for 1 to 100.")),
    }
}

/// Published figures about the 1on1s of managers and their reports, of closed periods only. No
/// cell is about fewer than 5 pairs of 2 managers, nor does any come out of several by subtraction.
/// Requires: HR and executives read the whole organization, everyone else the departments they
/// belong to and those in which anyone of their line is.
#[Object]
impl Insight {
    /// Closed periods of a kind, newest first.
    async fn periods(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What kind.")] kind: InsightPeriodKind,
        #[graphql(desc = "The first so many, 1 to 100.", default = 13)] first: i32,
    ) -> Result<Vec<InsightPeriod>> {
        let caller = caller(context)?;
        let found = read::closed(&caller.app, &caller.actor, kind.into(), count(first)?)
            .await
            .map_err(|failure| failed(&failure))?;
        let period = |(span, closed_at)| InsightPeriod { span, closed_at: Some(closed_at) };
        Ok(found.into_iter().map(period).collect())
    }

    /// The whole organization. Requires: HR or executive; null for others.
    async fn organization(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of when.")] period: InsightPeriodInput,
    ) -> Result<Option<InsightCell>> {
        let kind = period.kind.into();
        let Some(span) = meant(context, kind, period.containing).await? else { return Ok(None) };
        let caller = caller(context)?;
        let (app, actor) = (&caller.app, &caller.actor);
        let whole = read::readable(app, actor).await.map_err(|failure| failed(&failure))?.is_none();
        if !whole {
            return Ok(None);
        }
        let key = crate::load::CellAt(kind, span.from, Scope::Whole);
        Ok(caller.loads.load_one(key).await?.map(InsightCell))
    }

    /// The cells of a period in the order of the department tree: the organization, departments,
    /// and what of them is too small to stand by itself.
    #[allow(clippy::too_many_arguments)]
    async fn departments(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of when.")] period: InsightPeriodInput,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, InsightCell>> {
        let page = Page::new(first, after, last, before)?;
        let kind = period.kind.into();
        let Some(span) = meant(context, kind, period.containing).await? else {
            return Ok(Connection::new(false, false));
        };
        let caller = caller(context)?;
        let part = part(&page, kind, span.from, span.from + Days::new(1));
        let found = read::cells(&caller.app, &caller.actor, &part)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(page.connection(found, |cell| cell.sort.clone(), InsightCell))
    }

    /// A heat map: departments in the order of the tree, each with its cells of the periods that
    /// begin in a span of days.
    #[allow(clippy::too_many_arguments)]
    async fn heat_map(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of what kind of periods.", default_with = "InsightPeriodKind::Month")]
        kind: InsightPeriodKind,
        #[graphql(desc = "Periods that begin on this day or later.")] from: NaiveDate,
        #[graphql(desc = "Periods that begin before this day, at most 400 days later.")]
        until: NaiveDate,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, InsightRow>> {
        if until <= from || (until - from).num_days() > 400 {
            return Err(coded("INVALID", "Ask for at most 400 days, from before until."));
        }
        let page = Page::new(first, after, last, before)?;
        let caller = caller(context)?;
        let part = part(&page, kind.into(), from, until);
        let rows = InsightRow::page(caller, &part).await?;
        Ok(page.connection(rows, |row| row.sort().to_owned(), |row| row))
    }

    /// The latest cells of a department, or of the whole organization, oldest first.
    async fn trend(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The department; the whole organization if none is given.")]
        department_id: Option<ID>,
        #[graphql(desc = "Of what kind of periods.")] kind: InsightPeriodKind,
        #[graphql(desc = "The last so many, 1 to 100.", default = 13)] last: i32,
    ) -> Result<Vec<InsightCell>> {
        let of = match &department_id {
            None => Scope::Whole,
            Some(id) => match decode(Kind::Department, id) {
                Some(id) => Scope::Department(id),
                None => return Ok(Vec::new()),
            },
        };
        let caller = caller(context)?;
        let limit = count(last)?;
        let mut found = read::trend(&caller.app, &caller.actor, kind.into(), of, limit)
            .await
            .map_err(|failure| failed(&failure))?;
        found.reverse();
        Ok(found.into_iter().map(InsightCell).collect())
    }

    /// Of the managers who have a manager of their own, those who had a 1on1 with them in a quarter.
    /// Null where they are too few. Requires: HR or executive; null for others.
    async fn managers_with_own_one_on_ones(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "A day in the quarter; the last closed one if none is given.")]
        containing: Option<NaiveDate>,
    ) -> Result<Option<InsightManagerShare>> {
        let Some(span) = meant(context, SpanKind::Quarter, containing).await? else {
            return Ok(None);
        };
        let caller = caller(context)?;
        let found = read::managers(&caller.app, &caller.actor, span)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.map(|(all, met)| InsightManagerShare { span, all, met }))
    }
}

/// Asking for figures.
#[derive(Default)]
pub(crate) struct InsightQuery;

#[Object]
impl InsightQuery {
    /// Published figures about 1on1s. Requires: a token; what is shown depends on who asks.
    async fn insight(&self, context: &Context<'_>) -> Result<Insight> {
        caller(context)?;
        Ok(Insight)
    }
}
