//! Suggestions for agendas, from facts that both people of a pair may know.

use std::collections::HashMap;

use taiwa_database::{Reader, meeting::sort_at};
use taiwa_domain::{
    access::PairContent,
    id::{MeetingId, PairId, PersonId},
    meeting::{
        agenda::standing::next_of_pairs,
        library::{
            AgendaTemplate, LibraryQuestion,
            suggest::{self as domain, AFTER_LEAVE, Facts, LOOKED_BACK, NEW_ROLE, Past, Reason},
        },
    },
    organization::Period,
    pair::Pair,
};

use super::library;
use crate::{Actor, App, Result};

/// A situation that is suggested for a meeting of a pair.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Whose meeting.
    pub pair: Pair,
    /// Why; the situation follows from it.
    pub reason: Reason,
    /// The templates of the situation, the organization's own first, each with its questions.
    pub templates: Vec<(AgendaTemplate, Vec<LibraryQuestion>)>,
}

/// What is suggested for the agendas of meetings, best first: nothing for those that are not the
/// next of their pair. Meetings that are not of the actor's own pairs are absent.
pub async fn of_meetings(
    app: &App,
    actor: &Actor,
    ids: &[MeetingId],
) -> Result<HashMap<MeetingId, Vec<Suggestion>>> {
    let reader = app.reader(actor).await?;
    let meetings = reader.meetings_by_id(ids).await?;
    let pairs: Vec<PairId> = meetings.iter().map(|it| it.pair).collect();
    let pairs = reader.pairs_by_id(actor.today, &pairs).await?;
    let ours: HashMap<PairId, Pair> = pairs
        .into_iter()
        .filter(|row| actor.caller.grant::<PairContent>(&row.facts()).is_ok())
        .map(|row| (row.pair.id, row.pair))
        .collect();
    let pairs: Vec<PairId> = ours.keys().copied().collect();
    let now = app.now();
    let next = next_of_pairs(&reader.coming_meetings(&pairs, now).await?, now);
    let mut found = HashMap::new();
    let mut wanted: Vec<(MeetingId, Pair)> = Vec::new();
    for it in meetings {
        let Some(pair) = ours.get(&it.pair) else { continue };
        found.insert(it.id, Vec::new());
        if next.contains(&it.id) {
            wanted.push((it.id, *pair));
        }
    }
    if wanted.is_empty() {
        return Ok(found);
    }
    let pairs: Vec<Pair> = wanted.iter().map(|(_, pair)| *pair).collect();
    let facts = facts(app, &reader, actor, &pairs).await?;
    let templates = library::templates(app, actor, None).await?;
    for (id, pair) in wanted {
        let reasons = domain::suggest(&pair, &facts, actor.today);
        let with_templates = |reason: Reason| {
            // A template all of whose questions went out of use helps nobody.
            let suits = |(it, questions): &&(AgendaTemplate, Vec<LibraryQuestion>)| {
                it.situation == reason.situation() && !questions.is_empty()
            };
            let templates = templates.iter().filter(suits).cloned().collect();
            Suggestion { pair, reason, templates }
        };
        found.insert(id, reasons.into_iter().map(with_templates).collect());
    }
    Ok(found)
}

/// What is known of pairs: one statement a fact, however many they are.
async fn facts(app: &App, reader: &Reader, actor: &Actor, pairs: &[Pair]) -> Result<Facts> {
    let (today, now) = (actor.today, app.now());
    let people: Vec<PersonId> = pairs.iter().flat_map(|it| [it.organizer, it.partner]).collect();
    let reports: Vec<PersonId> = pairs.iter().map(|it| it.partner).collect();
    let pairs: Vec<PairId> = pairs.iter().map(|it| it.id).collect();
    let meetings = reader.past_meetings(&pairs, now, LOOKED_BACK).await?;
    let ids: Vec<MeetingId> = meetings.iter().map(|it| it.id).collect();
    let said = reader.outcomes(&ids).await?;
    let reason = |id: MeetingId| {
        let said = said.iter().find(|row| row.meeting == id);
        said.and_then(|row| row.called_off.or(row.words.reason()))
    };
    let past: Vec<Past> = meetings
        .iter()
        .map(|it| Past {
            pair: it.pair,
            at: sort_at(it),
            status: it.status,
            skipped: it.skip_reason,
            reason: reason(it.id),
        })
        .collect();
    let lately = Period { from: today - AFTER_LEAVE, until: today + chrono::Days::new(1) };
    Ok(Facts {
        held: reader.pairs_that_held(&pairs).await?.into_iter().collect(),
        past,
        open: reader.shared_open_items(&pairs).await?,
        overdue: reader.overdue_action_counts(&pairs, today).await?,
        leaves: reader.leaves(lately, Some(&people)).await?,
        posts: reader.posts(today, &people).await?,
        former_posts: reader.posts(today - NEW_ROLE, &people).await?,
        lines: reader.lines_begun(today, &reports).await?,
        fiscal_year_start_month: reader.organization_row().await?.fiscal_year_start_month,
    })
}
