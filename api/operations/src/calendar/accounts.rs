//! Connecting a calendar: what people and operators ask for. Jobs do the rest.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use taiwa_database::{
    Transaction,
    calendar::{AccountRow, ConsentRequest, Progress},
    organization::PeopleFilter,
    platform::JobKind,
};
use taiwa_domain::{
    access::{Administer, OwnCalendar},
    calendar::{Account, AccountState, CalendarSystem, Consent, Credential},
    id::{AccountId, OrganizationId, PersonId},
};

use super::secrets::{self, Kind};
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// How long a person may take to consent.
const CONSENT_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// Longest text of a credential.
const LONGEST: usize = 2_000;

/// The actor's own account, whatever its state; none = the built-in calendar.
pub async fn mine(app: &App, actor: &Actor) -> Result<Option<AccountRow>> {
    actor.caller.grant::<OwnCalendar>(&actor.caller.person)?;
    let reader = app.reader(actor).await?;
    let found = reader.calendar_accounts_of(&[actor.caller.person]).await?;
    Ok(found.into_iter().find(|it| it.state != AccountState::Leaving))
}

/// How many accounts stand where.
pub async fn counts(app: &App, actor: &Actor) -> Result<Vec<(AccountState, u64)>> {
    actor.caller.grant::<Administer>(&())?;
    Ok(app.reader(actor).await?.account_counts().await?)
}

/// The systems of which accounts can be connected here.
pub fn offered(app: &App) -> Vec<CalendarSystem> {
    // Whether there is an address to go to is all that is asked: no secret is needed for that.
    let verifier: SecretString = "-".repeat(43).into();
    let ask = Consent { state: "", verifier: &verifier, hint: None };
    let offered = |system: &CalendarSystem| match system {
        // With the operator's service account alone nobody connects by themselves.
        CalendarSystem::Google => app.systems.consent(*system, &ask).is_some(),
        CalendarSystem::Caldav => app.systems.offers(*system),
    };
    [CalendarSystem::Google, CalendarSystem::Caldav].into_iter().filter(offered).collect()
}

fn not_offered(field: &str) -> Failure {
    UserError::new(
        ErrorCode::Conflict,
        field,
        "このサーバーではこのカレンダーを接続できません。運用者に設定を依頼してください。",
        "This server cannot connect that calendar system; its operator has to configure it.",
    )
    .into()
}

/// Where to send the actor for their consent. An answer within a quarter of an hour connects.
pub async fn ask_consent(app: &App, actor: &Actor, system: CalendarSystem) -> Result<String> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let secret = || taiwa_identity::secret().map_err(|_| Failure::Internal("no randomness"));
    let state = secret()?;
    // RFC 7636 wants 43 characters at least.
    let verifier: SecretString = format!("{}{}", secret()?, secret()?).into();
    let organization = actor.caller.organization;
    let reader = app.reader(actor).await?;
    let people = reader.people_by_id(actor.today, &[person]).await?;
    drop(reader);
    let hint = people.first().and_then(|it| it.profile.email.as_deref());
    let ask = Consent { state: &state, verifier: &verifier, hint };
    let url = app.systems.consent(system, &ask).ok_or_else(|| not_offered("system"))?;
    let id = app.id();
    let request = ConsentRequest {
        id,
        person,
        system,
        verifier: secrets::seal(app, organization, Kind::Verifier, id.0, &verifier)?,
        expires_at: app.now() + CONSENT_LIFETIME,
    };
    actor.release().await;
    let transaction = app.database.transaction(organization).await?;
    transaction.add_consent_request(&request, state.as_bytes()).await?;
    transaction.commit().await?;
    Ok(url)
}

/// Takes the answer to a consent: a code, or none where the person refused. Returns false for a
/// state that is unknown, was answered, or came too late.
pub async fn answer_consent(app: &App, state: &str, code: Option<SecretString>) -> Result<bool> {
    let Some((organization, id)) = app.database.system().consent(state.as_bytes()).await? else {
        return Ok(false);
    };
    let transaction = app.database.transaction(organization).await?;
    let request = transaction.consent_request(id).await?;
    let taken = transaction.take_consent_request(id).await?;
    let Some(request) = request.filter(|it| taken && app.now() < it.expires_at) else {
        return Ok(false);
    };
    if let Some(code) = code {
        let verifier = secrets::open(app, organization, Kind::Verifier, id.0, &request.verifier)?;
        let credential = Credential::Code { code, verifier };
        try_later(app, &transaction, request.person, request.system, &credential).await?;
    }
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok(true)
}

/// What a person types to connect a CalDAV server.
pub struct Server {
    /// Its address.
    pub server: String,
    /// The name there.
    pub user: String,
    /// The password.
    pub password: SecretString,
    /// The calendar's address; none = the one proposed first.
    pub calendar: Option<String>,
}

/// Connects the actor's calendar on a CalDAV server: the account says how it went.
///
/// The input of `idempotency` comes without the password: a plain hash of it would let whoever has
/// the database guess. A keyed one takes its place, so that another password is another request.
pub async fn connect_server(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    it: Server,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    if !app.systems.offers(CalendarSystem::Caldav) {
        return Err(not_offered(""));
    }
    let texts = [
        ("serverUrl", it.server.as_str()),
        ("userName", it.user.as_str()),
        ("password", it.password.expose_secret()),
        ("calendarUrl", it.calendar.as_deref().unwrap_or("-")),
    ];
    for (field, text) in texts {
        if text.trim().is_empty() || text.len() > LONGEST {
            return Err(UserError::new(
                ErrorCode::Invalid,
                field,
                format!("1〜{LONGEST}バイトで入力してください。"),
                format!("Give 1 to {LONGEST} bytes."),
            )
            .into());
        }
    }
    let idempotency = idempotency.map(|key| sealed_input(app, actor, key, &it.password));
    let write = begin!(app, actor, idempotency.transpose()?);
    let credential = Credential::Password {
        server: it.server.trim().to_owned(),
        user: it.user,
        password: it.password,
        calendar: it.calendar,
    };
    let system = CalendarSystem::Caldav;
    let id = try_later(app, &write.transaction, person, system, &credential).await?;
    app.commit(write, id).await
}

/// The same promise, made about the password as well.
fn sealed_input(
    app: &App,
    actor: &Actor,
    it: Idempotency,
    password: &SecretString,
) -> Result<Idempotency> {
    let place = [b"idempotent password".as_slice(), password.expose_secret().as_bytes()];
    let name = app.vault()?.name(actor.caller.organization, &place);
    Ok(Idempotency { input: format!("{}{name}", it.input), ..it })
}

/// Connects the Google calendars of everyone whose mail address is of a domain, by the access that
/// the operator's service account has to it. For the operator alone: which domain belongs to which
/// organization only they know. Returns how many are being connected.
pub async fn delegate(app: &App, organization: OrganizationId, domain: &str) -> Result<usize> {
    let actor = app.operator(organization).await?;
    let transaction = app.database.transaction(organization).await?;
    let filter = PeopleFilter::default();
    let people = transaction.people(actor.today, &filter, None, None, u32::MAX, false).await?;
    let suffix = format!("@{}", domain.trim_start_matches('@').to_lowercase());
    let mut count = 0;
    for person in people {
        let Some(address) = person.profile.email.map(|email| email.to_lowercase()) else {
            continue;
        };
        if !address.ends_with(&suffix) {
            continue;
        }
        let credential = Credential::Delegated { address };
        try_later(app, &transaction, person.id, CalendarSystem::Google, &credential).await?;
        count += 1;
    }
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok(count)
}

/// Keeps a credential with the person's account, made if there is none, and asks for it to be
/// tried.
async fn try_later(
    app: &App,
    transaction: &Transaction,
    person: PersonId,
    system: CalendarSystem,
    credential: &Credential,
) -> Result<AccountId> {
    let (organization, now) = (transaction.organization(), app.now());
    let found = transaction.calendar_accounts_of(&[person]).await?;
    let standing = found.into_iter().find(|it| it.state != AccountState::Leaving);
    let mut row = standing.unwrap_or_else(|| AccountRow {
        id: app.id(),
        person,
        account: empty(system),
        secret: Vec::new(),
        credential: None,
        state: AccountState::Connecting,
        trouble: None,
        instead: None,
        progress: Progress::default(),
        version: 0,
        created_at: now,
    });
    if !row.state.in_use() {
        (row.state, row.account) = (AccountState::Connecting, empty(system));
    }
    let sealed = secrets::seal_credential(app, organization, row.id.0, credential)?;
    row = AccountRow {
        credential: Some([&[system_code(system)], sealed.as_slice()].concat()),
        trouble: row.trouble.filter(|_| row.state.in_use()),
        instead: None,
        version: row.version + 1,
        ..row
    };
    transaction.put_calendar_account(&row, now).await?;
    transaction.ask(&*app.ids, JobKind::ConnectCalendar, &[row.id.0], now, now).await?;
    Ok(row.id)
}

/// The system that a credential is for stands before it: an account of another may be in use.
fn system_code(system: CalendarSystem) -> u8 {
    match system {
        CalendarSystem::Google => b'g',
        CalendarSystem::Caldav => b'c',
    }
}

/// Reads what [`system_code`] wrote.
pub(super) fn system_of(code: u8) -> Option<CalendarSystem> {
    [CalendarSystem::Google, CalendarSystem::Caldav]
        .into_iter()
        .find(|system| system_code(*system) == code)
}

fn empty(system: CalendarSystem) -> Account {
    Account { system, tenant: None, address: String::new(), settings: String::new() }
}

/// Gives the actor's account back: what stands in it for meetings is cancelled and moves to the
/// built-in calendar, then the account is forgotten.
pub async fn disconnect(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let write = begin!(app, actor, idempotency);
    leave(app, &write.transaction, person).await?;
    app.commit(write, person).await
}

/// Makes a person's account leave, if there is one.
pub(crate) async fn leave(app: &App, transaction: &Transaction, person: PersonId) -> Result<()> {
    let now = app.now();
    let found = transaction.calendar_accounts_of(&[person]).await?;
    let Some(row) = found.into_iter().find(|it| it.state != AccountState::Leaving) else {
        return Ok(());
    };
    let row = AccountRow {
        state: AccountState::Leaving,
        credential: None,
        version: row.version + 1,
        ..row
    };
    transaction.put_calendar_account(&row, now).await?;
    transaction.ask(&*app.ids, JobKind::ConnectCalendar, &[row.id.0], now, now).await?;
    Ok(())
}
