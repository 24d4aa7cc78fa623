//! What came of an action: it is struck off with what it changed, or all that is left is given up.

use chrono::{DateTime, Utc};
use taiwa_database::{
    Transaction,
    calendar::{BlockRow, Pending, SlotRow},
    platform::JobKind,
};
use taiwa_domain::{
    calendar::{CalendarError, Event, EventKey, guardian::Block},
    id::AccountId,
};
use uuid::Uuid;

use super::{REFUSED, Round, TAKEN, TAKEN_ONCE, act::Desk, persist};
use crate::{Result, calendar::connect};

/// What an action changed, to be recorded.
#[derive(Default)]
pub(super) struct Effect {
    /// Our event as it stands now, and the block that says so.
    pub(super) written: Option<(BlockRow, Event)>,
    /// A block of which nothing stands any more.
    pub(super) cancelled: Option<BlockRow>,
    /// An invitation that was declined.
    pub(super) declined: Option<(AccountId, EventKey)>,
    /// The blocks in the place of all that were recorded.
    pub(super) rearranged: Option<Vec<BlockRow>>,
}

/// Why an action was not done.
pub(super) enum Trouble {
    /// Its time is taken now.
    Taken(Option<AccountId>),
    /// A human changed our event meanwhile: it stands like this.
    Changed(Box<(BlockRow, Option<Event>)>),
    /// The decision is about an earlier state of the meeting.
    Stale,
    /// The calendar says no.
    Calendar(Option<AccountId>, CalendarError),
}

impl Desk<'_> {
    /// Records what an action changed, and that it is done.
    pub(super) async fn strike_off(&self, mut pending: Pending, effect: Effect) -> Result<Round> {
        let (app, facts, now) = (self.app, self.facts, self.app.now());
        if !pending.actions.is_empty() {
            pending.actions.remove(0);
        }
        let transaction = app.database.transaction(self.actor.caller.organization).await?;
        let done = pending.actions.is_empty();
        let notice = pending.notice.clone().filter(|_| done);
        let row = SlotRow { pending: (!done).then_some(pending), ..facts.row.clone() };
        if !transaction.put_slot(&row, now).await? {
            return Ok(Round::On);
        }
        self.record(&transaction, effect, now).await?;
        if let Some(notice) = notice {
            persist::tell(app, &transaction, facts, notice).await?;
        }
        transaction.commit().await?;
        Ok(Round::On)
    }

    async fn record(
        &self,
        transaction: &Transaction,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (app, facts) = (self.app, self.facts);
        let ids = &*app.ids;
        let meeting = facts.meeting.id;
        let put = async |row: &BlockRow| {
            let rows: Vec<BlockRow> = facts
                .blocks
                .iter()
                .map(|block| if block.person == row.person { row } else { block })
                .cloned()
                .collect();
            transaction.put_blocks(ids, meeting, &rows, now).await
        };
        if let Some((row, event)) = &effect.written {
            put(row).await?;
            if let Some(account) = facts.account(row.account) {
                let reading = account.progress.reading;
                let event = Some(event);
                transaction.note_observed(ids, account.id, reading, &row.uid, event).await?;
                // Re-checked after it was written: what came in between shows there.
                self.read_again(transaction, Some(account.id), now).await?;
            }
            let guest = facts.blocks.iter().find(|it| it.block == Block::Invited);
            if row.block == Block::Organized {
                self.read_again(transaction, guest.and_then(|it| it.account), now).await?;
            }
        }
        if effect.written.is_some() || effect.cancelled.is_some() {
            // Who waits for the time that it left, or was left on it, need not wait any longer.
            let beside = facts.beside(transaction).await?;
            transaction.ask(ids, JobKind::GuardSlot, &beside, now, now).await?;
        }
        if let Some(row) = &effect.cancelled {
            put(row).await?;
            if let Some(account) = facts.account(row.account) {
                let reading = account.progress.reading;
                transaction.note_observed(ids, account.id, reading, &row.uid, None).await?;
            }
        }
        if let Some((account, key)) = &effect.declined {
            transaction.note_declined(*account, key).await?;
            self.read_again(transaction, Some(*account), now).await?;
        }
        if let Some(rows) = &effect.rearranged {
            transaction.put_blocks(ids, meeting, rows, now).await?;
            let leaving: Vec<Uuid> =
                facts.recorded.iter().filter_map(|it| it.account).map(|it| it.0).collect();
            transaction.ask(ids, JobKind::ConnectCalendar, &leaving, now, now).await?;
        }
        Ok(())
    }

    async fn read_again(
        &self,
        transaction: &Transaction,
        account: Option<AccountId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let accounts: Vec<Uuid> = account.into_iter().map(|it| it.0).collect();
        let ids = &*self.app.ids;
        Ok(transaction.ask(ids, JobKind::ReadCalendar, &accounts, now, now).await?)
    }

    /// Gives up what is left of a decision, because things are not as they were when it was made;
    /// or leaves it for later, where a calendar cannot be reached.
    pub(super) async fn stop(&self, pending: Pending, trouble: Trouble) -> Result<Round> {
        let (app, facts, now) = (self.app, self.facts, self.app.now());
        let organization = self.actor.caller.organization;
        let rest = match &trouble {
            Trouble::Calendar(Some(account), error)
                if matches!(error, CalendarError::Unauthorized | CalendarError::Gone) =>
            {
                connect::lost(app, organization, *account, error).await?;
                Round::On
            }
            Trouble::Calendar(_, CalendarError::Refused(why)) => {
                tracing::warn!(why, "a calendar refused what a slot needs");
                Round::Rest(Some(now + REFUSED))
            }
            Trouble::Calendar(_, CalendarError::Conflict) => Round::On,
            Trouble::Calendar(..) => {
                let Trouble::Calendar(_, error) = trouble else { unreachable!() };
                return Err(error.into());
            }
            // What is tried again has nothing new to tell.
            Trouble::Taken(_) if pending.notice.is_some() => Round::Rest(Some(now + TAKEN_ONCE)),
            Trouble::Taken(_) => Round::Rest(Some(now + TAKEN)),
            Trouble::Changed(..) | Trouble::Stale => Round::On,
        };
        let transaction = app.database.transaction(organization).await?;
        let row = SlotRow { pending: None, ..facts.row.clone() };
        if !transaction.put_slot(&row, now).await? {
            return Ok(Round::On);
        }
        match &trouble {
            Trouble::Changed(changed) => {
                let (block, event) = &**changed;
                if let Some(account) = facts.account(block.account) {
                    let (ids, reading) = (&*app.ids, account.progress.reading);
                    let event = event.as_ref();
                    transaction.note_observed(ids, account.id, reading, &block.uid, event).await?;
                    self.read_again(&transaction, Some(account.id), now).await?;
                }
            }
            Trouble::Taken(account) => self.read_again(&transaction, *account, now).await?,
            _ => {}
        }
        // What was told to come next did not: people hear how it ends when it does.
        if let Some(notice) = pending.notice {
            persist::tell(app, &transaction, facts, notice).await?;
        }
        transaction.commit().await?;
        Ok(rest)
    }
}
