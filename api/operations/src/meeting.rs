//! Meetings, as far as the actor may know of them.

pub mod agenda;
pub mod held;
pub mod library;
pub mod notes;
pub mod safety;
pub mod suggest;

use chrono::{DateTime, Utc};
use taiwa_database::meeting::{MeetingCursor, TeamMember, TeamPage};
use taiwa_domain::{
    access::{PairFacts, ReadPairStatus},
    id::{MeetingId, PairId},
    meeting::Meeting,
};

use crate::{Actor, App, Result, pair};

/// Meetings by id, as far as the actor may know of them.
pub async fn by_id(app: &App, actor: &Actor, ids: &[MeetingId]) -> Result<Vec<Meeting>> {
    let found = app.reader(actor).await?.meetings_by_id(ids).await?;
    let pairs: Vec<PairId> = found.iter().map(|meeting| meeting.pair).collect();
    let visible = pair::by_id(app, actor, &pairs).await?;
    Ok(found
        .into_iter()
        .filter(|meeting| visible.iter().any(|row| row.pair.id == meeting.pair))
        .collect())
}

/// The next meetings of each pair. The pairs must be among those found visible before.
pub async fn next(app: &App, actor: &Actor, pairs: &[PairId], limit: u32) -> Result<Vec<Meeting>> {
    Ok(app.reader(actor).await?.next_meetings(pairs, app.now(), limit).await?)
}

/// A page of the actor's own team with the next meetings of each pair: one statement. The pairs
/// still pass the rule, like anywhere else.
pub async fn own_team(
    app: &App,
    actor: &Actor,
    day: chrono::NaiveDate,
    after: Option<&str>,
    limit: u32,
    meetings: u32,
) -> Result<Vec<TeamMember>> {
    let page =
        TeamPage { manager: actor.caller.person, day, after, limit, from: app.now(), meetings };
    let mut team = app.reader(actor).await?.team(&page).await?;
    for member in &mut team {
        let seen = member.pair.is_some_and(|pair| {
            let facts = PairFacts {
                organizer: pair.organizer,
                partner: pair.partner,
                organizers_manager: None,
            };
            actor.caller.grant::<ReadPairStatus>(&facts).is_ok()
        });
        if !seen {
            member.pair = None;
            member.next.clear();
        }
    }
    Ok(team)
}

/// Which meetings a page holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// Of one pair; otherwise all of the actor's own.
    pub pair: Option<PairId>,
    /// From this instant.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// After this place.
    pub after: Option<MeetingCursor>,
    /// Before this place.
    pub before: Option<MeetingCursor>,
    /// At most so many.
    pub limit: u32,
    /// The last ones rather than the first.
    pub backwards: bool,
}

/// A page of a pair's meetings, or of the actor's own.
pub async fn page(app: &App, actor: &Actor, page: Page) -> Result<Vec<Meeting>> {
    let reader = app.reader(actor).await?;
    if let Some(id) = page.pair {
        let pairs = reader.pairs_by_id(actor.today, &[id]).await?;
        let Some(row) = pairs.first() else { return Ok(Vec::new()) };
        if actor.caller.grant::<ReadPairStatus>(&row.facts()).is_err() {
            return Ok(Vec::new());
        }
    }
    let person = page.pair.is_none().then_some(actor.caller.person);
    Ok(reader
        .meetings_page(
            person,
            page.pair,
            (page.from, page.until),
            page.after,
            page.before,
            page.limit,
            page.backwards,
        )
        .await?)
}

pub use taiwa_database::meeting::sort_at;
