//! Comments on talking points.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use taiwa_domain::{id::AgendaCommentId, meeting::agenda as domain};
use taiwa_operations::meeting::agenda::{Opened, read};

use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    organization::person::Person,
};

/// What one of the two said about a talking point.
pub(crate) struct AgendaComment(pub(crate) Opened<domain::AgendaComment>);

/// What one of the two said about a talking point. Requires: one of the two.
#[Object]
impl AgendaComment {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::AgendaComment, self.0.it.id)
    }

    /// Who.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.author).await
    }

    /// What; null once it was erased.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Counts changes of what it says.
    async fn version(&self) -> i64 {
        self.0.it.version
    }

    /// When.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }

    /// When its author changed it last; null when it says what it said first.
    async fn edited_at(&self) -> Option<DateTime<Utc>> {
        self.0.it.edited_at
    }
}

impl AgendaComment {
    /// A comment by its id, if the caller may know of it.
    pub(crate) async fn find(context: &Context<'_>, id: AgendaCommentId) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let found = read::comments_by_id(&caller.app, &caller.actor, &[id]).await;
        Ok(found.map_err(|failure| failed(&failure))?.pop().map(Self))
    }
}
