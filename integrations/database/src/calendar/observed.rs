//! What connected calendars showed when they were last read.

use chrono::{DateTime, Utc};
use taiwa_domain::{
    calendar::{Event, EventKey, EventUid, Resource, ResourceKey, Version},
    id::{AccountId, IdSource},
    meeting::Slot,
};

use crate::{
    entity::observed_event::Model,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{Sql, execute, name, named, rows},
};

fn event(row: Model) -> Result<Event> {
    Ok(Event {
        key: EventKey(row.event_key),
        uid: row.uid.map(EventUid),
        version: row.version.map(Version),
        slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
        all_day: row.all_day,
        state: named("event state", &row.state)?,
        opaque: row.opaque,
        private: row.private,
        organizer: row.organizer,
        answer: row.answer.map(|it| named("answer", &it)).transpose()?,
        guest: row.guest.map(|it| named("answer", &it)).transpose()?,
        attendees: row.attendees as u32,
        recurring: row.recurring,
        updated_at: row.updated_at,
        link: None,
    })
}

impl Reader {
    /// What accounts show that touches `span`, and our events of these names wherever they stand.
    pub async fn observed_events(
        &self,
        accounts: &[AccountId],
        span: Slot,
        uids: &[EventUid],
    ) -> Result<Vec<(AccountId, Event)>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let (from, until) = (sql.bind(span.starts_at), sql.bind(span.ends_at));
        sql.values.push(self.ids(accounts.iter().map(|id| id.0)));
        let any = self.any(sql.values.len() as u8);
        let mut ours = String::new();
        for uid in uids {
            let uid = sql.bind(uid.as_str());
            ours.push_str(&format!(" or uid = {uid}"));
        }
        sql.push(&format!(
            "select * from observed_event where organization_id = {organization} \
             and account_id {any} and ((ends_at > {from} and starts_at < {until}){ours}) \
             order by starts_at, event_key"
        ));
        let found: Vec<Model> = rows(&self.session, &sql.text, sql.values).await?;
        found.into_iter().map(|row| Ok((AccountId(row.account_id), event(row)?))).collect()
    }

    /// What is known of an account under these keys.
    pub async fn observed_resources(
        &self,
        account: AccountId,
        keys: &[ResourceKey],
    ) -> Result<Vec<Event>> {
        let mut found = Vec::new();
        for keys in keys.chunks(500) {
            let mut sql = Sql::default();
            let (organization, account) = (sql.bind(self.org()), sql.bind(account.0));
            let keys = bound(&mut sql, keys);
            sql.push(&format!(
                "select * from observed_event where organization_id = {organization} \
                 and account_id = {account} and resource_key in ({keys})"
            ));
            let page: Vec<Model> = rows(&self.session, &sql.text, sql.values).await?;
            for row in page {
                found.push(event(row)?);
            }
        }
        Ok(found)
    }
}

fn bound(sql: &mut Sql, keys: &[ResourceKey]) -> String {
    keys.iter().map(|key| sql.bind(key.as_str())).collect::<Vec<_>>().join(", ")
}

impl Transaction {
    /// Puts resources in the place of what was known under their keys.
    pub async fn replace_observed(
        &self,
        ids: &dyn IdSource,
        account: AccountId,
        resources: &[Resource],
        reading: i64,
    ) -> Result<()> {
        let keys: Vec<ResourceKey> = resources.iter().map(|it| it.key.clone()).collect();
        for keys in keys.chunks(500) {
            let mut sql = Sql::default();
            let (organization, account) = (sql.bind(self.org()), sql.bind(account.0));
            let keys = bound(&mut sql, keys);
            sql.push(&format!(
                "delete from observed_event where organization_id = {organization} \
                 and account_id = {account} and resource_key in ({keys})"
            ));
            execute(&self.session, &sql.text, sql.values).await?;
        }
        let events = resources.iter().flat_map(|it| it.events.iter().map(move |e| (&it.key, e)));
        let row = |(key, event): (&ResourceKey, &Event)| Model {
            organization_id: self.organization().0,
            id: ids.next(),
            account_id: account.0,
            resource_key: key.0.clone(),
            event_key: event.key.0.clone(),
            uid: event.uid.as_ref().map(|uid| uid.0.clone()),
            version: event.version.as_ref().map(|version| version.0.clone()),
            starts_at: event.slot.starts_at,
            ends_at: event.slot.ends_at,
            all_day: event.all_day,
            state: name(event.state),
            opaque: event.opaque,
            private: event.private,
            organizer: event.organizer,
            answer: event.answer.map(name),
            guest: event.guest.map(name),
            attendees: event.attendees.min(i32::MAX as u32) as i32,
            recurring: event.recurring,
            updated_at: event.updated_at,
            reading,
        };
        self.insert(list(events.map(row))).await
    }

    /// Takes away what a reading of the whole calendar did not find again, and returns it.
    pub async fn remove_unseen(&self, account: AccountId, reading: i64) -> Result<Vec<Event>> {
        let unseen: Vec<Model> = rows(
            &self.session,
            "delete from observed_event where organization_id = $1 and account_id = $2 \
             and reading < $3 returning *",
            [self.org(), account.0.into(), reading.into()],
        )
        .await?;
        unseen.into_iter().map(event).collect()
    }

    /// An invitation that was declined in the owner's name, before the calendar is read again.
    pub async fn note_declined(&self, account: AccountId, event: &EventKey) -> Result<()> {
        execute(
            &self.session,
            "update observed_event set answer = 'declined' where organization_id = $1 \
             and account_id = $2 and event_key = $3",
            [self.org(), account.0.into(), event.as_str().into()],
        )
        .await
        .map(|_| ())
    }

    /// Takes away what is known of past events: nobody asks for it any more.
    pub async fn forget_past(&self, account: AccountId, before: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "delete from observed_event where organization_id = $1 and account_id = $2 \
             and ends_at < $3",
            [self.org(), account.0.into(), before.into()],
        )
        .await
        .map(|_| ())
    }

    /// Our event as it stands after a write, before the calendar is read again. `reading` is the
    /// account's last, under way or done: what was written after it began it need not find.
    pub async fn note_observed(
        &self,
        ids: &dyn IdSource,
        account: AccountId,
        reading: i64,
        uid: &EventUid,
        event: Option<&Event>,
    ) -> Result<()> {
        execute(
            &self.session,
            "delete from observed_event where organization_id = $1 and account_id = $2 and uid = $3",
            [self.org(), account.0.into(), uid.as_str().into()],
        )
        .await?;
        let Some(event) = event else { return Ok(()) };
        // The adapters' key of a single event is that of its resource as well: the next reading
        // that names it replaces this row.
        let resource =
            Resource { key: ResourceKey(event.key.0.clone()), events: vec![event.clone()] };
        self.replace_observed(ids, account, &[resource], reading).await
    }
}
