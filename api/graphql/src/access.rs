//! Roles and the looks at one's status.

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::{DateTime, Utc};
use taiwa_operations::rows::Look;

use crate::{
    id::{Kind, global},
    organization::person::Person,
    pair::Pair,
};

/// What a person does for the organization.
#[derive(Clone, Copy, PartialEq, Eq, Enum, serde::Serialize)]
#[graphql(remote = "taiwa_domain::access::Role")]
pub(crate) enum Role {
    /// Human resources: programs, policies, questionnaires, released figures.
    Hr,
    /// Executive: released figures of the whole organization.
    Executive,
    /// Administrator: configuration, imports, roles; no content and no status.
    Administrator,
}

/// A third person looked at the status of one of your pairs; the first look of a day is kept.
pub(crate) struct StatusLook(pub(crate) Look);

/// A third person looked at the status of one of your pairs; the first look of a day is kept.
#[Object]
impl StatusLook {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Look, self.0.id)
    }

    /// Who looked.
    async fn viewer(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.viewer).await
    }

    /// At which pair.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.pair).await
    }

    /// When first on that day.
    async fn looked_at(&self) -> DateTime<Utc> {
        self.0.looked_at
    }
}
