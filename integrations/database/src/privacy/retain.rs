//! What is older than content is kept.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    content::Keeper,
    id::{PairId, PersonId},
};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::Transaction,
    value::rows,
};

/// Rows of one kind of content that went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// How many.
    pub rows: u64,
    /// Whether there may be more.
    pub more: bool,
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

impl Transaction {
    /// Drops what `old` finds before an instant, by statements in the order in which rows name each
    /// other.
    async fn drop_old(
        &self,
        old: &str,
        statements: &[&str],
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Gone> {
        let values = [self.org(), before.into(), i64::from(limit).into()];
        let found: Vec<Id> = rows(&self.session, old, values).await?;
        let ids: Vec<Uuid> = found.into_iter().map(|row| row.id).collect();
        for sql in statements {
            self.with_ids(sql, &ids).await?;
        }
        Ok(Gone { rows: ids.len() as u64, more: ids.len() == limit as usize })
    }

    /// Drops minutes of meetings that were before an instant.
    pub async fn drop_minutes(&self, before: DateTime<Utc>, limit: u32) -> Result<Gone> {
        let old = "select d.id from meeting m cross join minutes d \
             where m.organization_id = $1 and m.sort_at < $2 \
               and d.organization_id = $1 and d.meeting_id = m.id limit $3";
        let statements = [
            "delete from minutes_update where organization_id = $1 and minutes_id {ids}",
            "delete from minutes_snapshot where organization_id = $1 and minutes_id {ids}",
            "delete from minutes where organization_id = $1 and id {ids}",
        ];
        self.drop_old(old, &statements, before, limit).await
    }

    /// Drops agenda items that were closed before an instant, with their comments.
    pub async fn drop_agenda_items(&self, before: DateTime<Utc>, limit: u32) -> Result<Gone> {
        let old = "select id from agenda_item where organization_id = $1 and closed_at < $2 \
             and closed_at is not null limit $3";
        let statements = [
            "update agenda_item set carried_from = null \
             where organization_id = $1 and carried_from {ids}",
            "update action_item set item_id = null where organization_id = $1 and item_id {ids}",
            "delete from agenda_comment where organization_id = $1 and item_id {ids}",
            "delete from agenda_item where organization_id = $1 and id {ids}",
        ];
        self.drop_old(old, &statements, before, limit).await
    }

    /// Drops actions that were closed before an instant.
    pub async fn drop_action_items(&self, before: DateTime<Utc>, limit: u32) -> Result<Gone> {
        let old = "select id from action_item where organization_id = $1 and closed_at < $2 \
             and closed_at is not null limit $3";
        let statements = [
            "update action_item set carried_from = null \
             where organization_id = $1 and carried_from {ids}",
            "delete from action_item where organization_id = $1 and id {ids}",
        ];
        self.drop_old(old, &statements, before, limit).await
    }

    /// Drops notes that were last written before an instant.
    pub async fn drop_notes(&self, before: DateTime<Utc>, limit: u32) -> Result<Gone> {
        let old = "select id from note where organization_id = $1 and updated_at < $2 limit $3";
        let statements = ["delete from note where organization_id = $1 and id {ids}"];
        self.drop_old(old, &statements, before, limit).await
    }

    /// The keys of pairs whose last episode, and of people whose last employment, ended before a
    /// day, as far as they are not shredded.
    pub async fn keys_out_of_use(&self, before: NaiveDate) -> Result<Vec<Keeper>> {
        let found: Vec<Row> = rows(
            &self.session,
            "select k.id, k.keeper from content_key k \
             where k.organization_id = $1 and k.wrapped is not null and ( \
               k.keeper = 'pair' and not exists (select 1 from pair_episode e \
                 where e.organization_id = $1 and e.pair_id = k.id and e.valid_until > $2) \
               or k.keeper = 'person' and not exists (select 1 from employment e \
                 where e.organization_id = $1 and e.person_id = k.id and e.valid_until > $2))",
            [self.org(), before.into()],
        )
        .await?;
        found.into_iter().map(Row::keeper).collect()
    }

    /// Drops all content of these keepers together with its keys: should they come back, they
    /// begin anew.
    pub async fn drop_content_of(&self, keepers: &[Keeper]) -> Result<()> {
        let pick = |pairs: bool| -> Vec<Uuid> {
            let of = |it: &&Keeper| matches!(it, Keeper::Pair(_)) == pairs;
            keepers.iter().filter(of).map(|it| it.id()).collect()
        };
        let (pairs, people) = (pick(true), pick(false));
        for sql in OF_PAIRS {
            self.with_ids(sql, &pairs).await?;
        }
        for sql in OF_PEOPLE {
            self.with_ids(sql, &people).await?;
        }
        let all: Vec<Uuid> = keepers.iter().map(|it| it.id()).collect();
        self.with_ids("delete from content_key where organization_id = $1 and id {ids}", &all)
            .await?;
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    keeper: String,
}

impl Row {
    fn keeper(self) -> Result<Keeper> {
        match self.keeper.as_str() {
            "pair" => Ok(Keeper::Pair(PairId(self.id))),
            "person" => Ok(Keeper::Person(PersonId(self.id))),
            _ => Err(DatabaseError::Corrupt("keeper of a content key")),
        }
    }
}

/// All that is sealed by the keys of pairs, and drafts for them, in the order in which rows name
/// each other.
const OF_PAIRS: [&str; 9] = [
    "delete from agenda_comment where organization_id = $1 and item_id in \
     (select id from agenda_item where organization_id = $1 and pair_id {ids})",
    "update action_item set carried_from = null where organization_id = $1 and carried_from in \
     (select id from action_item where organization_id = $1 and pair_id {ids})",
    "delete from action_item where organization_id = $1 and pair_id {ids}",
    "update agenda_item set carried_from = null where organization_id = $1 and carried_from in \
     (select id from agenda_item where organization_id = $1 and pair_id {ids})",
    "delete from agenda_item where organization_id = $1 and pair_id {ids}",
    "delete from note where organization_id = $1 and pair_id {ids} \
     and kind in ('feedback', 'learning')",
    "delete from minutes_update where organization_id = $1 and minutes_id in \
     (select id from minutes where organization_id = $1 and pair_id {ids})",
    "delete from minutes_snapshot where organization_id = $1 and minutes_id in \
     (select id from minutes where organization_id = $1 and pair_id {ids})",
    "delete from minutes where organization_id = $1 and pair_id {ids}",
];

/// All that is sealed by people's own keys.
const OF_PEOPLE: [&str; 2] = [
    "delete from note where organization_id = $1 and author_id {ids} \
     and kind in ('private', 'talk_balance')",
    "delete from agenda_item where organization_id = $1 and author_id {ids} and shared_at is null",
];
