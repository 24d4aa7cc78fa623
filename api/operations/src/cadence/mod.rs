//! Cadence policies and reserved windows.

use chrono::NaiveDate;
use taiwa_database::{cadence::ReservedWindow, platform::JobKind};
use taiwa_domain::{
    access::{ManagePolicies, ReadPairStatus, SetPairCadence},
    cadence::{self, Cadence, Policy, Scope},
    id::{DepartmentId, PairId, PolicyId, ReservedWindowId},
    organization::{Period, WeeklyWindow},
    pair::PairKind,
};

use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin,
    pair::sync::DepartmentPaths,
};

/// A new policy.
pub struct NewPolicy {
    /// Whom it governs.
    pub scope: Scope,
    /// Which kind of pair.
    pub kind: PairKind,
    /// What it says.
    pub cadence: Cadence,
    /// Why.
    pub reason: String,
    /// From when.
    pub from: NaiveDate,
    /// Last day, if it ends.
    pub until: Option<NaiveDate>,
}

/// Checks a policy and gives it an id.
pub fn check(app: &App, it: NewPolicy) -> Result<Policy> {
    let mut errors = Vec::new();
    if let Err(error) = it.cadence.validate() {
        use cadence::CadenceError as E;
        let (field, ja) = match error {
            E::Interval => ("everyWeeks", "間隔は1〜26週にしてください。"),
            E::Minutes => ("minutes", "長さは10〜240分、5分刻みにしてください。"),
            E::Buffer => ("bufferMinutes", "前後の余白は0〜60分、5分刻みにしてください。"),
            E::Spacing => ("minSpacingDays", "最小間隔は周期より長くできません。"),
        };
        errors.push(UserError::new(ErrorCode::Invalid, field, ja, error.to_string()));
    }
    if it.reason.trim().is_empty() || it.reason.chars().count() > 500 {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "reason",
            "理由を1〜500文字で書いてください。",
            "Give a reason of 1 to 500 characters.",
        ));
    }
    if it.until.is_some_and(|until| until < it.from) {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "until",
            "終了日は開始日以降にしてください。",
            "The last day must not be before the first.",
        ));
    }
    if !errors.is_empty() {
        return Err(Failure::User(errors));
    }
    Ok(Policy {
        id: app.id(),
        scope: it.scope,
        kind: it.kind,
        cadence: it.cadence,
        reason: it.reason.trim().to_owned(),
        period: Period::inclusive(it.from, it.until),
        version: 1,
    })
}

/// Adds a policy. A pair's own may be set by the two and by HR; the others by HR and
/// administrators.
pub async fn add(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    new: NewPolicy,
) -> Result<Done> {
    if !matches!(new.scope, Scope::Pair(_)) {
        actor.caller.grant::<ManagePolicies>(&())?;
    }
    let policy = check(app, new)?;
    let write = begin!(app, actor, idempotency);
    match policy.scope {
        Scope::Pair(id) => {
            let pairs = write.transaction.pairs_by_id(actor.today, &[id]).await?;
            let pair = pairs.first().ok_or(Failure::NotFound)?;
            actor.caller.grant::<SetPairCadence>(&pair.facts())?;
            if pair.pair.kind != policy.kind {
                return Err(UserError::new(
                    ErrorCode::Invalid,
                    "pairKind",
                    "ペアの種類が一致しません。",
                    "The kind is not the pair's.",
                )
                .into());
            }
        }
        Scope::Department(id) => {
            let nodes = write.transaction.departments(policy.period.from).await?;
            if !nodes.iter().any(|node| node.department.id == id) {
                return Err(UserError::new(
                    ErrorCode::NotFound,
                    "departmentId",
                    "開始日の時点でこの部署はありません。",
                    "There is no such department on the first day.",
                )
                .into());
            }
        }
        Scope::Organization => {}
    }
    let now = app.now();
    write.transaction.add_policy(&policy, actor.author(), now).await?;
    // A policy for dotted or skip-level pairs brings them about; a plan follows either way.
    let organization = actor.caller.organization.0;
    write.transaction.enqueue(&*app.ids, JobKind::SyncPairs, organization, now).await?;
    app.commit(write, policy.id).await
}

/// Ends a policy: its last day is `last_day`.
pub async fn end(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: PolicyId,
    version: i64,
    last_day: NaiveDate,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let policy = write.transaction.policy(id).await?.ok_or(Failure::NotFound)?;
    match policy.scope {
        Scope::Pair(pair) => {
            let pairs = write.transaction.pairs_by_id(actor.today, &[pair]).await?;
            let pair = pairs.first().ok_or(Failure::NotFound)?;
            actor.caller.grant::<SetPairCadence>(&pair.facts())?;
        }
        _ => {
            actor.caller.grant::<ManagePolicies>(&())?;
        }
    }
    let until = Period::inclusive(policy.period.from, Some(last_day)).until;
    if until < policy.period.from || !write.transaction.end_policy(id, version, until).await? {
        return Err(UserError::new(
            ErrorCode::Stale,
            "version",
            "ポリシーが変更されているか、終了日が開始日より前です。読み直してください。",
            "The policy changed, or the last day is before its first. Read it again.",
        )
        .into());
    }
    let organization = actor.caller.organization.0;
    write.transaction.enqueue(&*app.ids, JobKind::SyncPairs, organization, app.now()).await?;
    app.commit(write, id).await
}

/// Policies of the organization and its departments that hold on a day or later.
pub async fn list(app: &App, actor: &Actor, day: NaiveDate) -> Result<Vec<Policy>> {
    actor.caller.grant::<ManagePolicies>(&())?;
    let mut policies = app.reader(actor).await?.policies(Period::since(day)).await?;
    policies.retain(|policy| !matches!(policy.scope, Scope::Pair(_)));
    Ok(policies)
}

/// Which rule gives a pair its cadence on a day.
pub struct Explained {
    /// The winner; `None` = the built-in default.
    pub policy: Option<Policy>,
    /// What holds.
    pub cadence: Cadence,
    /// What would hold otherwise, next best first.
    pub overridden: Vec<Policy>,
}

/// Explains the cadence of a pair on a day to those who may see the pair.
pub async fn effective(
    app: &App,
    actor: &Actor,
    pair: PairId,
    day: NaiveDate,
) -> Result<Option<Explained>> {
    let reader = app.reader(actor).await?;
    let pairs = reader.pairs_by_id(actor.today, &[pair]).await?;
    let Some(row) = pairs.first() else { return Ok(None) };
    if actor.caller.grant::<ReadPairStatus>(&row.facts()).is_err() {
        return Ok(None);
    }
    let whole_day = Period { from: day, until: day.succ_opt().unwrap_or(Period::OPEN) };
    let policies = reader.policies(whole_day).await?;
    let departments = DepartmentPaths::read(&reader, day).await?.of(row.pair.partner);
    let found = cadence::effective(&policies, row.pair.kind, pair, &departments, day);
    Ok(Some(Explained {
        cadence: found.cadence(),
        policy: found.policy.cloned(),
        overridden: found.overridden.into_iter().cloned().collect(),
    }))
}

/// A window to reserve for 1on1s.
pub struct NewWindow {
    /// For this department and those below; `None` = everyone.
    pub department: Option<DepartmentId>,
    /// What colleagues see.
    pub name: String,
    /// When, in each person's own zone.
    pub window: WeeklyWindow,
    /// Whether 1on1s may stand nowhere else.
    pub exclusive: bool,
    /// From when.
    pub from: NaiveDate,
    /// Last day, if it ends.
    pub until: Option<NaiveDate>,
}

/// Reserves a window.
pub async fn reserve(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    it: NewWindow,
) -> Result<Done> {
    actor.caller.grant::<ManagePolicies>(&())?;
    let (from, to) = it.window.minutes();
    if from >= to {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "to",
            "終了時刻は開始時刻より後にしてください。",
            "The window must end after it starts.",
        )
        .into());
    }
    if it.name.trim().is_empty() || it.name.chars().count() > 100 {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "name",
            "名前は1〜100文字にしてください。",
            "The name must have 1 to 100 characters.",
        )
        .into());
    }
    let write = begin!(app, actor, idempotency);
    let window = ReservedWindow {
        id: app.id(),
        department: it.department,
        name: it.name.trim().to_owned(),
        window: it.window,
        exclusive: it.exclusive,
        period: Period::inclusive(it.from, it.until),
    };
    write.transaction.add_reserved_window(&window).await?;
    crate::planning::refresh_later(app, &write.transaction).await?;
    app.commit(write, window.id).await
}

/// Gives a reserved window back.
pub async fn release(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: ReservedWindowId,
) -> Result<Done> {
    actor.caller.grant::<ManagePolicies>(&())?;
    let write = begin!(app, actor, idempotency);
    if !write.transaction.remove_reserved_window(id).await? {
        return Err(Failure::NotFound);
    }
    crate::planning::refresh_later(app, &write.transaction).await?;
    app.commit(write, id).await
}

/// Windows that hold in a period: everyone may see them.
pub async fn reserved(app: &App, actor: &Actor, period: Period) -> Result<Vec<ReservedWindow>> {
    Ok(app.reader(actor).await?.reserved_windows(period).await?)
}
