//! What the agenda of the next meeting may begin with, and why.

mod words;

use async_graphql::{Context, Enum, Object, Result};
use taiwa_domain::meeting::library::suggest::Reason;
use taiwa_operations::meeting::suggest::Suggestion;

use super::{
    Meeting,
    library::{AgendaTemplate, Situation},
};
use crate::{
    context::caller,
    load::{PersonAt, SuggestionsFor},
    organization::Locale,
};
use words::Two;

/// Why a situation is suggested.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SuggestionReason {
    /// No 1on1 of the two was held yet.
    NoneHeld,
    /// One is back from a leave that ended within 30 days. A leave has no kind here.
    BackFromLeave,
    /// The report has had this manager for less than 3 months, and another one before.
    NewManager,
    /// One has had another primary post or title for less than 90 days.
    NewRole,
    /// The last two 1on1s or more found no time.
    NoTime,
    /// Open actions of the two are past their day.
    ActionsOverdue,
    /// It is the last month of a half of the fiscal year.
    TermEnds,
    /// It is the last month of the fiscal year.
    YearEnds,
    /// Talking points that both see were left open in the last two 1on1s that were held.
    LeftOpen,
    /// Nothing special: the regular 1on1, which always fits.
    Ordinary,
}

/// A situation that suits a meeting.
pub(crate) struct AgendaSuggestion(Suggestion);

/// A situation that suits the pair's next meeting, by facts that both may know: never by what
/// somebody wrote, drafted or noted. Requires: one of the two.
#[Object]
impl AgendaSuggestion {
    /// Which. What only people can know is never among them: after a failure, hard feedback, low
    /// energy, success, team.
    async fn situation(&self) -> Situation {
        self.0.reason.situation().into()
    }

    /// Why.
    async fn reason(&self) -> SuggestionReason {
        match self.0.reason {
            Reason::NoneHeld => SuggestionReason::NoneHeld,
            Reason::BackFromLeave(_) => SuggestionReason::BackFromLeave,
            Reason::NewManager(_) => SuggestionReason::NewManager,
            Reason::NewRole(..) => SuggestionReason::NewRole,
            Reason::NoTime(_) => SuggestionReason::NoTime,
            Reason::Overdue(_) => SuggestionReason::ActionsOverdue,
            Reason::TermEnds(_) => SuggestionReason::TermEnds,
            Reason::YearEnds(_) => SuggestionReason::YearEnds,
            Reason::LeftOpen(_) => SuggestionReason::LeftOpen,
            Reason::Ordinary => SuggestionReason::Ordinary,
        }
    }

    /// Why, in a sentence or two for the caller.
    async fn message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this language; the caller's if none is given.")] locale: Option<
            Locale,
        >,
    ) -> Result<String> {
        let caller = caller(context)?;
        let (day, pair) = (caller.actor.today, self.0.pair);
        let people = [pair.organizer, pair.partner].map(|person| PersonAt(person, day));
        let found = caller.loads.load_many(people).await?;
        let name = |person| found.get(&PersonAt(person, day)).map(|it| it.profile.name.display());
        let two = Two {
            me: caller.actor.caller.person,
            organizer: (pair.organizer, name(pair.organizer)),
            partner: (pair.partner, name(pair.partner)),
        };
        let locale = locale.map_or(caller.actor.locale, Into::into);
        Ok(two.sentence(locale, self.0.reason))
    }

    /// The templates of the situation that can be put on the agenda: the organization's own, then
    /// those that are shipped.
    async fn templates(&self) -> Vec<AgendaTemplate> {
        let templates = self.0.templates.iter().cloned();
        templates.map(|(it, questions)| AgendaTemplate(it, questions)).collect()
    }
}

/// What is suggested for a meeting's agenda; null for everyone but the two.
pub(crate) async fn of(
    context: &Context<'_>,
    meeting: &Meeting,
) -> Result<Option<Vec<AgendaSuggestion>>> {
    let found = caller(context)?.loads.load_one(SuggestionsFor(meeting.0.id)).await?;
    Ok(found.map(|suggestions| suggestions.into_iter().map(AgendaSuggestion).collect()))
}
