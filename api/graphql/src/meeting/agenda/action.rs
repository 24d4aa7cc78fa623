//! Actions.

use async_graphql::{Context, Enum, ID, Object, Result, connection::Connection};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use taiwa_domain::{id::PairId, meeting::agenda as domain};
use taiwa_operations::{
    meeting::agenda::{Opened, read as operations},
    rows::{ActionCursor, ActionPage},
};

use super::{find_item, item::AgendaItem};
use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    load::ActionsOf,
    meeting::Meeting,
    organization::person::Person,
    page::{Page, bad_cursor},
    pair::Pair,
};

/// Where an action stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::meeting::agenda::ActionState")]
pub(crate) enum ActionState {
    /// Yet to be done: it stands in the next meeting of the pair, whatever happens to meetings.
    Open,
    /// Done.
    Done,
    /// Given up.
    Dropped,
    /// It went on in another pair.
    CarriedOver,
}

/// Something that one of a pair will do.
pub(crate) struct ActionItem(pub(crate) Opened<domain::ActionItem>);

/// Something that one of a pair will do. Requires: one of the two.
#[Object]
impl ActionItem {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::ActionItem, self.0.it.id)
    }

    /// Whose.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.it.pair).await
    }

    /// Who will do it.
    async fn owner(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.owner).await
    }

    /// Who wrote it down.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.author).await
    }

    /// What; null once it was erased.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// By which local day.
    async fn due_on(&self) -> Option<NaiveDate> {
        self.0.it.due_on
    }

    /// Where it stands.
    async fn state(&self) -> ActionState {
        self.0.it.state.into()
    }

    /// Since when it is closed.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.it.closed_at
    }

    /// The talking point from which it came.
    async fn agenda_item(&self, context: &Context<'_>) -> Result<Option<AgendaItem>> {
        match self.0.it.item {
            Some(id) => find_item(context, id).await,
            None => Ok(None),
        }
    }

    /// The meeting from which it came.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.it.meeting).await
    }

    /// Whether it began in an earlier pair of its owner's.
    async fn was_carried_over(&self) -> bool {
        self.0.it.carried_from.is_some()
    }

    /// Counts changes of what it says.
    async fn version(&self) -> i64 {
        self.0.it.version
    }

    /// When it was written down.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }

    /// When it changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.it.updated_at
    }
}

fn cursor(it: &Opened<domain::ActionItem>) -> String {
    format!("{}_{}", operations::sort_on(&it.it), it.it.id.0.simple())
}

fn parse(text: &str) -> Result<ActionCursor> {
    let parts = text.split_once('_').and_then(|(on, id)| {
        let on: NaiveDate = on.parse().ok()?;
        // Beyond these years the databases disagree on what a day is.
        let years = 1..=9999;
        years
            .contains(&chrono::Datelike::year(&on))
            .then_some((on, uuid::Uuid::try_parse(id).ok()?))
    });
    parts.ok_or_else(bad_cursor)
}

fn asked(state: Option<ActionState>, page: &Page) -> Result<ActionPage> {
    Ok(ActionPage {
        state: state.map(Into::into),
        after: page.after.as_deref().map(parse).transpose()?,
        before: page.before.as_deref().map(parse).transpose()?,
        limit: page.fetch(),
        backwards: page.backwards,
    })
}

/// A page of a pair's actions; null where the caller is not one of the two.
pub(crate) async fn of_pair(
    context: &Context<'_>,
    pair: PairId,
    state: Option<ActionState>,
    page: Page,
) -> Result<Option<Connection<String, ActionItem>>> {
    let key = ActionsOf(pair, asked(state, &page)?);
    let found = caller(context)?.loads.load_one(key).await?;
    Ok(found.map(|found| page.connection(found, cursor, ActionItem)))
}

/// A page of the actions that the caller owns.
pub(crate) async fn own(
    context: &Context<'_>,
    state: Option<ActionState>,
    page: Page,
) -> Result<Connection<String, ActionItem>> {
    let caller = caller(context)?;
    let asked = asked(state, &page)?;
    let found = operations::own_actions(&caller.app, &caller.actor, asked)
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(page.connection(found, cursor, ActionItem))
}
