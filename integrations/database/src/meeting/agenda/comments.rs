//! Comments on talking points.

use chrono::{DateTime, Utc};
use taiwa_domain::{
    changes::{ChangeKind, To},
    content::Sealed,
    id::{AgendaCommentId, AgendaItemId, PairId, PersonId},
    meeting::agenda::AgendaComment,
};

use super::entity::agenda_comment::Model;
use crate::{
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, rows},
};

fn comment(row: Model) -> AgendaComment {
    AgendaComment {
        id: AgendaCommentId(row.id),
        item: AgendaItemId(row.item_id),
        pair: PairId(row.pair_id),
        author: PersonId(row.author_id),
        text: Sealed(row.text),
        version: row.version,
        created_at: row.created_at,
        edited_at: row.edited_at,
    }
}

impl Reader {
    /// The comments on talking points, oldest first.
    pub async fn agenda_comments(&self, items: &[AgendaItemId]) -> Result<Vec<AgendaComment>> {
        let any = self.any(2);
        let found: Vec<Model> = rows(
            &self.session,
            &format!(
                "select * from agenda_comment where organization_id = $1 and item_id {any} \
                 order by item_id, id"
            ),
            [self.org(), self.ids(items.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(comment).collect())
    }

    /// Comments by id.
    pub async fn agenda_comments_by_id(
        &self,
        ids: &[AgendaCommentId],
    ) -> Result<Vec<AgendaComment>> {
        let any = self.any(2);
        let found: Vec<Model> = rows(
            &self.session,
            &format!("select * from agenda_comment where organization_id = $1 and id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(comment).collect())
    }

    /// How many comments there are on a talking point.
    pub async fn agenda_comment_count(&self, item: AgendaItemId) -> Result<u64> {
        super::count(
            self,
            "select count(*) as found from agenda_comment where organization_id = $1 \
             and item_id = $2",
            item.0,
        )
        .await
    }
}

impl Transaction {
    fn commented(&self, it: &AgendaComment, at: DateTime<Utc>) {
        self.changed(To::Pair(it.pair), ChangeKind::Agenda, (None, Some(it.item.0)), at);
    }

    /// Writes a comment whole: a new one is added, a known one (by id) replaced.
    pub async fn put_agenda_comment(&self, it: &AgendaComment) -> Result<()> {
        self.commented(it, it.edited_at.unwrap_or(it.created_at));
        self.upsert(list([Model {
            organization_id: self.organization().0,
            id: it.id.0,
            item_id: it.item.0,
            pair_id: it.pair.0,
            author_id: it.author.0,
            text: it.text.0.clone(),
            version: it.version,
            created_at: it.created_at,
            edited_at: it.edited_at,
        }]))
        .await
    }

    /// Removes a comment that was taken back.
    pub async fn remove_agenda_comment(
        &self,
        it: &AgendaComment,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.commented(it, now);
        execute(
            &self.session,
            "delete from agenda_comment where organization_id = $1 and id = $2",
            [self.org(), it.id.0.into()],
        )
        .await
        .map(|_| ())
    }

    /// Removes the comments on a talking point that was withdrawn.
    pub async fn remove_agenda_comments(&self, item: AgendaItemId) -> Result<u64> {
        execute(
            &self.session,
            "delete from agenda_comment where organization_id = $1 and item_id = $2",
            [self.org(), item.0.into()],
        )
        .await
    }
}
