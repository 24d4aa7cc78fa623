//! Counting the weeks that are over, and closing spans: a release is written once, with its cells,
//! and nothing changes it afterwards.
//!
//! A week is counted from its end on, each change of a meeting in that change's transaction. All
//! spans close [`GRACE`](taiwa_domain::insight::span::GRACE) days after their end, weeks first:
//! what is not settled by then counts as unconfirmed. A closing recounts its week once more, so
//! that what time alone changed, and corrections of the org chart made meanwhile, are in it; months
//! and quarters are made of what their weeks have frozen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use taiwa_database::{
    Transaction,
    insight::{CellRow, ReleaseRow, ReleaseState, TallyRow},
    organization::DepartmentNode,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    cadence::first_instant,
    id::{DepartmentId, PersonId},
    insight::{
        Counted, Fate, Figures, Scope, Span, SpanKind, Tree, Unit,
        publish::{self, Atom, MANAGERS, PAIRS},
    },
};

use crate::{Actor, App, Result, work};

/// Asks for the closing of what is due; it asks for itself again from then on.
pub async fn ask(app: &App, transaction: &Transaction, run_at: DateTime<Utc>) -> Result<()> {
    let (organization, now) = (transaction.organization().0, app.now());
    let kind = JobKind::CloseInsight;
    Ok(transaction.ask(&*app.ids, kind, &[organization], run_at, now).await?)
}

/// The job: counts and closes all that is due, each in a transaction of its own, and waits for the
/// next Monday.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    close_due(app, actor).await?;
    let transaction = app.database.transaction(claim.organization).await?;
    let zone = transaction.organization_row().await?.zone;
    let next = first_instant(Span::week(actor.today).until, zone);
    work::settle(app, claim, transaction, Some(next)).await
}

/// Counts and closes all that is due today. Safe to repeat, and beside another that does the same.
pub async fn close_due(app: &App, actor: &Actor) -> Result<()> {
    let organization = actor.caller.organization;
    let this_week = Span::week(actor.today).from;
    let transaction = app.database.transaction(organization).await?;
    transaction.lock_revision().await?;
    let fiscal = transaction.organization_row().await?.fiscal_year_start_month;
    for week in transaction.uncounted_weeks(this_week - Days::new(7)).await? {
        let span = Span::week(week);
        transaction.put_insight_releases(&[begun(app, span)]).await?;
        transaction.tally_week(week, app.now()).await?;
    }
    transaction.commit().await?;
    for kind in [SpanKind::Week, SpanKind::Month, SpanKind::Quarter] {
        loop {
            let transaction = app.database.transaction(organization).await?;
            transaction.lock_revision().await?;
            let Some(span) = next(&transaction, kind, fiscal, actor.today).await? else { break };
            close(app, &transaction, span, fiscal).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

fn begun(app: &App, span: Span) -> ReleaseRow {
    ReleaseRow {
        id: app.ids.next(),
        span,
        state: ReleaseState::Counting,
        parts: Vec::new(),
        managers: None,
        closed_at: None,
    }
}

/// The earliest span of a kind whose time has come and that is not closed. Weeks that were counted
/// call for their months, and months for their quarters.
async fn next(
    transaction: &Transaction,
    kind: SpanKind,
    fiscal: u8,
    today: NaiveDate,
) -> Result<Option<Span>> {
    let known = transaction.insight_spans().await?;
    let closed: BTreeSet<Span> = known
        .iter()
        .filter(|(_, state)| *state != ReleaseState::Counting)
        .map(|(span, _)| *span)
        .collect();
    let weeks = known.iter().filter(|(span, _)| span.kind == SpanKind::Week);
    let wanted: BTreeSet<Span> = weeks.map(|(week, _)| Span::of(kind, week.from, fiscal)).collect();
    Ok(wanted.into_iter().find(|span| span.closes_on() <= today && !closed.contains(span)))
}

/// What a closing works with: the tree and the names of the span's last day.
struct Then {
    tree: Tree,
    nodes: Vec<DepartmentNode>,
}

async fn then(transaction: &Transaction, span: Span) -> Result<Then> {
    let nodes = transaction.departments(span.until - Days::new(1)).await?;
    let parents: Vec<(DepartmentId, Unit)> =
        nodes.iter().map(|node| (node.department.id, node.department.parent)).collect();
    Ok(Then { tree: Tree::new(&parents), nodes })
}

fn counted(tallies: &[TallyRow]) -> Vec<Counted> {
    tallies.iter().map(|tally| tally.counted).collect()
}

async fn close(app: &App, transaction: &Transaction, span: Span, fiscal: u8) -> Result<()> {
    let now = app.now();
    let then = then(transaction, span).await?;
    let (mut release, parts, tallies) = match span.kind {
        SpanKind::Week => {
            let found = transaction.lock_week(span.from).await?;
            transaction.tally_week(span.from, now).await?;
            let tallies = transaction.tallies(span.from, span.until).await?;
            let steady = span.from - Days::new(7 * publish::STEADY);
            let before = counted(&transaction.tallies(steady, span.from).await?);
            let parts = publish::week(&then.tree, &counted(&tallies), &before);
            let release =
                ReleaseRow { id: found.unwrap_or_else(|| app.ids.next()), ..begun(app, span) };
            (release, parts, tallies)
        }
        SpanKind::Month => {
            let (weeks, tallies) = of_month(transaction, span, now).await?;
            let parts = publish::month(&then.tree, &weeks, &counted(&tallies));
            (begun(app, span), parts, tallies)
        }
        SpanKind::Quarter => {
            let (mut parts, mut tallies) = (Vec::new(), Vec::new());
            for month in span.months_of(fiscal) {
                for released in released(transaction, month).await? {
                    parts.push(released.parts);
                    let then = released.closed_at.unwrap_or(now);
                    tallies.extend(of_month(transaction, month, then).await?.1);
                }
            }
            let release = ReleaseRow { managers: managers(&tallies), ..begun(app, span) };
            (release, publish::quarter(&parts), tallies)
        }
    };
    release.closed_at = Some(now);
    let Some(parts) = parts else {
        release.state = ReleaseState::Withheld;
        release.managers = None;
        transaction.put_insight_releases(&[release]).await?;
        return Ok(());
    };
    let cells = cells(app, &then, &release, &parts, &tallies);
    release.state = ReleaseState::Released;
    release.parts = parts;
    transaction.put_insight_releases(&[release]).await?;
    Ok(transaction.add_insight_cells(&cells).await?)
}

/// The release of a span, if it was published.
async fn released(transaction: &Transaction, span: Span) -> Result<Vec<ReleaseRow>> {
    let until = span.from + Days::new(1);
    let mut found = transaction.insight_releases(span.kind, span.from, until, 1).await?;
    found.retain(|it| it.state == ReleaseState::Released);
    Ok(found)
}

/// The parts of a month's published weeks, and what is counted in them; if none was published, in
/// all its weeks. Weeks that were closed after `then` are none of it: whoever reads a month again
/// finds what it was closed with.
async fn of_month(
    transaction: &Transaction,
    month: Span,
    then: DateTime<Utc>,
) -> Result<(BTreeMap<NaiveDate, Vec<Atom>>, Vec<TallyRow>)> {
    let mut closed =
        transaction.insight_releases(SpanKind::Week, month.from, month.until, 9).await?;
    closed.retain(|it| it.closed_at.is_some_and(|at| at <= then));
    let all: BTreeSet<NaiveDate> = closed.iter().map(|it| it.span.from).collect();
    let weeks: BTreeMap<NaiveDate, Vec<Atom>> = closed
        .into_iter()
        .filter(|it| it.state == ReleaseState::Released)
        .map(|it| (it.span.from, it.parts))
        .collect();
    let mut tallies = transaction.tallies(month.from, month.until).await?;
    tallies.retain(|it| match weeks.is_empty() {
        true => all.contains(&it.counted.week),
        false => weeks.contains_key(&it.counted.week),
    });
    Ok((weeks, tallies))
}

/// Managers who have a manager of their own, and those of them who met them at least once; none
/// where they, or those above them, are too few.
fn managers(tallies: &[TallyRow]) -> Option<(u32, u32)> {
    let managers: BTreeSet<PersonId> = tallies.iter().map(|it| it.counted.manager).collect();
    let mut own: HashMap<PersonId, bool> = HashMap::new();
    let mut above: BTreeSet<PersonId> = BTreeSet::new();
    for it in tallies.iter().filter(|it| managers.contains(&it.report)) {
        let held = matches!(it.fate, Fate::HeldConfirmed | Fate::HeldUnopposed);
        *own.entry(it.report).or_default() |= held;
        above.insert(it.counted.manager);
    }
    let met = own.values().filter(|met| **met).count();
    (own.len() >= PAIRS && above.len() >= MANAGERS).then_some((own.len() as u32, met as u32))
}

fn cells(
    app: &App,
    then: &Then,
    release: &ReleaseRow,
    parts: &[Atom],
    tallies: &[TallyRow],
) -> Vec<CellRow> {
    let mut by_unit: HashMap<Unit, Figures> = HashMap::new();
    for it in tallies {
        by_unit.entry(it.counted.unit).or_default().count(it.fate, it.displaced);
    }
    let order = order(&then.nodes);
    publish::cells(&then.tree, parts)
        .into_iter()
        .map(|(scope, units)| {
            let mut figures = Figures::default();
            units.iter().filter_map(|unit| by_unit.get(unit)).for_each(|it| figures.add(it));
            let (node, last) = match scope {
                Scope::Whole => (None, 0),
                Scope::Department(id) => (Some(id), 0),
                Scope::Others(node) => (node, 1),
            };
            let place = node.and_then(|id| order.get(&id)).map_or(0, |(place, _)| place + 1);
            let name = node.and_then(|id| order.get(&id)).map(|(_, name)| (*name).to_owned());
            let which = node.map_or_else(String::new, |id| id.0.simple().to_string());
            CellRow {
                id: app.ids.next(),
                release: release.id,
                span: release.span,
                scope,
                name,
                // Unique in all spans, so that it can be a cursor of several.
                sort: format!("{place:06}{last}{which}"),
                figures,
            }
        })
        .collect()
}

/// Departments in the order in which a tree is read, with their names.
fn order(nodes: &[DepartmentNode]) -> HashMap<DepartmentId, (usize, &str)> {
    let known: BTreeSet<DepartmentId> = nodes.iter().map(|node| node.department.id).collect();
    let mut below: HashMap<Unit, Vec<&DepartmentNode>> = HashMap::new();
    for node in nodes {
        below.entry(node.department.parent.filter(|id| known.contains(id))).or_default().push(node);
    }
    let (mut order, mut open) = (HashMap::new(), vec![None]);
    while let Some(node) = open.pop() {
        for child in below.remove(&node).into_iter().flatten().rev() {
            open.push(Some(child.department.id));
        }
        if let Some(id) = node {
            order.insert(id, order.len());
        }
    }
    nodes
        .iter()
        .filter_map(|node| {
            let id = node.department.id;
            Some((id, (*order.get(&id)?, node.department.name.as_str())))
        })
        .collect()
}
