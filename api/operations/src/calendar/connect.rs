//! The job that tries a credential, and forgets an account that is leaving.

use chrono::TimeDelta;
use taiwa_database::{
    Reader,
    calendar::{AccountRow, Progress},
    notice::Told,
    organization::PersonKey,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::{
        AccountState, AccountTrouble, CalendarError, CalendarProvider, ConnectCode, ConnectError,
        Connected, Credential,
    },
    id::{AccountId, OrganizationId},
};
use uuid::Uuid;

use super::{
    accounts::{self, system_of},
    secrets::{self, Kind},
    watching,
};
use crate::{Actor, App, Failure, Result};

/// Tries to give a consent back.
const REVOKED_BY: u32 = 5;
/// How long after an account was asked to leave it is looked at again.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// Does the job for one account.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let (organization, id) = (claim.organization, AccountId(claim.subject));
    let reader = app.database.reader(organization).await?;
    let row = reader.calendar_account(id).await?;
    drop(reader);
    match row {
        None => settle(app, claim).await,
        Some(row) if row.state == AccountState::Leaving => forget(app, actor, claim, row).await,
        Some(row) => match row.credential.clone() {
            None => settle(app, claim).await,
            Some(sealed) => attempt(app, actor, claim, row, &sealed).await,
        },
    }
}

async fn settle(app: &App, claim: &Claim) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    crate::work::settle(app, claim, transaction, None).await
}

async fn attempt(
    app: &App,
    actor: &Actor,
    claim: &Claim,
    row: AccountRow,
    sealed: &[u8],
) -> Result<()> {
    let (code, sealed) = sealed.split_first().ok_or(Failure::Internal("no credential"))?;
    let system = system_of(*code).ok_or(Failure::Internal("a credential of no system"))?;
    let credential = secrets::open_credential(app, claim.organization, row.id.0, sealed)?;
    let single_use = matches!(credential, Credential::Code { .. });
    let connected = match app.systems.connect(system, &credential).await {
        Ok(connected) => connected,
        Err(ConnectError::Refused { code, instead }) => {
            return refuse(app, claim, row, code, instead).await;
        }
        // A code is worth nothing a while later: people ask anew.
        Err(ConnectError::Later(_)) if single_use && claim.attempt > 4 => {
            return refuse(app, claim, row, ConnectCode::Unreachable, None).await;
        }
        Err(ConnectError::Later(_)) if !row.state.in_use() && claim.attempt > 6 => {
            return refuse(app, claim, row, ConnectCode::Unreachable, None).await;
        }
        Err(ConnectError::Later(error)) => return Err(error.into()),
    };
    keep(app, actor, claim, row, connected).await
}

async fn refuse(
    app: &App,
    claim: &Claim,
    row: AccountRow,
    code: ConnectCode,
    instead: Option<String>,
) -> Result<()> {
    tracing::info!(?code, "a calendar account was not connected");
    let transaction = app.database.transaction(claim.organization).await?;
    let state = if row.state.in_use() { row.state } else { AccountState::Failed };
    let row = AccountRow {
        state,
        trouble: Some(AccountTrouble::Connect(code)),
        instead,
        credential: None,
        version: row.version + 1,
        ..row
    };
    transaction.put_calendar_account(&row, app.now()).await?;
    crate::work::settle(app, claim, transaction, None).await
}

/// Stores what was connected: in the place of the same account, or of none; another account that
/// was in use leaves.
async fn keep(
    app: &App,
    actor: &Actor,
    claim: &Claim,
    row: AccountRow,
    connected: Connected,
) -> Result<()> {
    let organization = claim.organization;
    let transaction = app.database.transaction(organization).await?;
    // Whoever gave another credential or left meanwhile is asked about that one.
    let current = transaction.calendar_account(row.id).await?;
    if current.is_none_or(|it| it.version != row.version) {
        return crate::work::settle(app, claim, transaction, None).await;
    }
    // A person's own link, opened by a colleague, must not bring the colleague's calendar to them.
    let address = PersonKey::Email(connected.account.address.clone());
    let owner = transaction.person_by_key(actor.today, &address).await?;
    let foreign = owner.is_some_and(|owner| owner.id != row.person);
    if foreign || transaction.account_taken(&connected.account, row.person).await? {
        drop(transaction);
        return refuse(app, claim, row, ConnectCode::Taken, None).await;
    }
    let now = app.now();
    let same = row.account == connected.account;
    let id = if row.state.in_use() && !same {
        let leaving = AccountRow {
            state: AccountState::Leaving,
            credential: None,
            version: row.version + 1,
            ..row.clone()
        };
        transaction.put_calendar_account(&leaving, now).await?;
        transaction.ask(&*app.ids, JobKind::ConnectCalendar, &[row.id.0], now, now).await?;
        app.id()
    } else {
        row.id
    };
    let progress = if same { row.progress } else { Progress::default() };
    let connected = AccountRow {
        id,
        person: row.person,
        account: connected.account,
        secret: secrets::seal(app, organization, Kind::Secret, id.0, &connected.secret)?,
        credential: None,
        state: AccountState::Connected,
        trouble: None,
        instead: None,
        progress,
        version: row.version + 1,
        created_at: row.created_at,
    };
    transaction.put_calendar_account(&connected, now).await?;
    for kind in [JobKind::ReadCalendar, JobKind::WatchCalendar] {
        transaction.ask(&*app.ids, kind, &[id.0], now, now).await?;
    }
    // While it did not open, its slots were left alone.
    super::guard::ask_for_person(app, &transaction, row.person).await?;
    crate::work::settle(app, claim, transaction, None).await
}

/// Forgets an account once nothing stands in it any more.
async fn forget(app: &App, actor: &Actor, claim: &Claim, row: AccountRow) -> Result<()> {
    let organization = claim.organization;
    let reader = app.database.reader(organization).await?;
    let meetings = reader.meetings_in_account(row.id).await?;
    let channels = reader.open_channels(row.id).await?;
    let given = !row.secret.is_empty() && !in_use(&reader, &row).await?;
    drop(reader);
    if !channels.is_empty()
        && let Ok(provider) = open(app, actor, organization, &row).await
    {
        for channel in &channels {
            watching::close(&*provider, channel).await;
        }
    }
    if meetings.is_empty() && given {
        give_back(app, claim, &row).await?;
    }
    let transaction = app.database.transaction(organization).await?;
    for channel in &channels {
        transaction.forget_channel(channel.id).await?;
    }
    if meetings.is_empty() {
        transaction.remove_calendar_account(row.id).await?;
        return crate::work::settle(app, claim, transaction, None).await;
    }
    let (now, meetings): (_, Vec<Uuid>) =
        (app.now(), meetings.iter().map(|meeting| meeting.0).collect());
    transaction.ask_behind(&*app.ids, JobKind::GuardSlot, &meetings, now).await?;
    crate::work::settle(app, claim, transaction, Some(now + LOOK_AGAIN)).await
}

/// Whether what opens an account is still wanted: its person has come back with it meanwhile, or
/// somebody else has it. Google gives back all that one of its users consented to at once.
async fn in_use(reader: &Reader, row: &AccountRow) -> Result<bool> {
    let own = reader.calendar_accounts_of(&[row.person]).await?;
    Ok(own.iter().any(|it| it.state != AccountState::Leaving)
        || reader.account_taken(&row.account, row.person).await?)
}

/// Gives back what the person's consent gave. A system that cannot be reached is asked again; in
/// the end the account goes all the same: what opens it is forgotten here.
async fn give_back(app: &App, claim: &Claim, row: &AccountRow) -> Result<()> {
    let secret = secrets::open(app, claim.organization, Kind::Secret, row.id.0, &row.secret)?;
    match app.systems.revoke(&row.account, &secret).await {
        Ok(()) => Ok(()),
        Err(error @ CalendarError::Unavailable { .. }) if claim.attempt < REVOKED_BY => {
            Err(error.into())
        }
        Err(error) => {
            tracing::warn!(%error, "a consent could not be given back");
            Ok(())
        }
    }
}

/// Opens a stored account.
pub(super) async fn open(
    app: &App,
    actor: &Actor,
    organization: OrganizationId,
    row: &AccountRow,
) -> Result<Box<dyn CalendarProvider>> {
    let secret = secrets::open(app, organization, Kind::Secret, row.id.0, &row.secret)?;
    let reader = app.database.reader(organization).await?;
    let people = reader.people_by_id(actor.today, &[row.person]).await?;
    let zone = match people.first() {
        Some(person) => person.profile.zone,
        None => reader.organization_row().await?.zone,
    };
    Ok(app.systems.open(&row.account, &secret, zone)?)
}

/// Records that an account does not open any more, and tells its owner once.
pub(super) async fn lost(
    app: &App,
    organization: OrganizationId,
    id: AccountId,
    error: &CalendarError,
) -> Result<()> {
    let trouble = match error {
        CalendarError::Unauthorized => AccountTrouble::Unauthorized,
        CalendarError::Gone => AccountTrouble::CalendarGone,
        _ => AccountTrouble::Refused,
    };
    let transaction = app.database.transaction(organization).await?;
    let row = transaction.calendar_account(id).await?;
    let Some(row) = row.filter(|it| it.state == AccountState::Connected) else { return Ok(()) };
    let now = app.now();
    let person = row.person;
    let row = AccountRow {
        state: AccountState::Disconnected,
        trouble: Some(trouble),
        version: row.version + 1,
        ..row
    };
    tracing::info!(?trouble, "a calendar account does not open any more");
    transaction.put_calendar_account(&row, now).await?;
    crate::notice::tell(app, &transaction, vec![(person, Told::AccountDisconnected)]).await?;
    super::guard::ask_for_person(app, &transaction, person).await?;
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok(())
}

/// Makes the account of someone who left the organization leave.
pub(super) async fn leaver(
    app: &App,
    organization: OrganizationId,
    row: &AccountRow,
) -> Result<()> {
    let transaction = app.database.transaction(organization).await?;
    accounts::leave(app, &transaction, row.person).await?;
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok(())
}
