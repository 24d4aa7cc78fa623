//! Importing an org chart: preview, then exactly that plan.

use taiwa_database::{Transaction, organization::ImportRecord, platform::JobKind};
use taiwa_domain::{
    access::ManageImports,
    id::{ImportId, UploadId},
    organization::import::{self, ImportPlan, Options},
};

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// A file to import.
pub struct File {
    /// Its name, for people and to tell a TSV.
    pub name: Option<String>,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// What an import of `file` would do now. Writes nothing.
pub async fn preview(app: &App, actor: &Actor, file: File, options: Options) -> Result<ImportPlan> {
    actor.caller.grant::<ManageImports>(&())?;
    let snapshot = app.reader(actor).await?.snapshot(options.effective).await?;
    actor.release().await;
    // Reading and comparing 100,000 rows takes a second of pure computing.
    tokio::task::spawn_blocking(move || {
        let limits = taiwa_tabular::Limits::default();
        let table = taiwa_tabular::read(&file.content, file.name.as_deref(), &limits)
            .map_err(|error| unreadable(&error))?;
        Ok(import::plan(&snapshot, &table, &options))
    })
    .await
    .map_err(|_| Failure::Internal("the preview panicked"))?
}

fn unreadable(error: &taiwa_tabular::ReadError) -> Failure {
    use taiwa_domain::organization::Locale;
    UserError::new(
        ErrorCode::UnreadableFile,
        "file",
        error.message(Locale::Ja),
        error.message(Locale::En),
    )
    .into()
}

/// Applies a plan in one transaction: refused if the organization changed since it was made, or
/// if too many would leave. The jobs that follow are asked for in the same transaction.
pub async fn apply(
    app: &App,
    actor: &Actor,
    transaction: &Transaction,
    plan: &ImportPlan,
) -> Result<()> {
    actor.caller.grant::<ManageImports>(&())?;
    if plan.refused {
        return Err(UserError::new(
            ErrorCode::UnreadableFile,
            "",
            "ファイル全体に問題があるため適用できません。defects を確認してください。",
            "The file as a whole cannot be applied. See its defects.",
        )
        .into());
    }
    if let Some(brake) = &plan.blocked {
        use taiwa_domain::organization::Locale;
        return Err(UserError::new(
            ErrorCode::MassLeave,
            "acceptLeavers",
            brake.message(Locale::Ja),
            brake.message(Locale::En),
        )
        .into());
    }
    if transaction.lock_revision().await? != plan.revision {
        return Err(UserError::new(
            ErrorCode::Stale,
            "",
            "プレビューのあとに組織が変更されました。もう一度プレビューしてください。",
            "The organization changed since the preview. Preview again.",
        )
        .into());
    }
    if plan.writes.is_empty() {
        return Ok(());
    }
    let now = app.now();
    transaction.apply_import(&plan.writes, plan.effective, &*app.ids, now).await?;
    transaction.advance_revision().await?;
    let organization = actor.caller.organization.0;
    transaction.enqueue(&*app.ids, JobKind::SyncPairs, organization, now).await?;
    Ok(())
}

/// Previews a staged file and keeps the plan for [`apply_kept`].
pub async fn preview_upload(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    upload: UploadId,
    options: Options,
) -> Result<Done> {
    actor.caller.grant::<ManageImports>(&())?;
    let staged = app
        .reader(actor)
        .await?
        .upload(upload, actor.caller.person, app.now())
        .await?
        .ok_or_else(|| {
            UserError::new(
                ErrorCode::NotFound,
                "uploadId",
                "アップロードが見つかりません（24時間で失効します）。POST /uploads からやり直してください。",
                "There is no such upload (they expire after 24 hours). Start again with POST /uploads.",
            )
        })?;
    let file = File { name: staged.file_name.clone(), content: staged.content };
    let plan = preview(app, actor, file, options.clone()).await?;
    let json = |what: serde_json::Result<String>| {
        what.map_err(|_| Failure::Internal("a plan does not serialise"))
    };
    let record = ImportRecord {
        id: app.id(),
        state: "previewed".to_owned(),
        file_name: staged.file_name,
        plan_hash: plan.hash.clone(),
        revision: plan.revision,
        options: json(serde_json::to_string(&options))?,
        summary: json(serde_json::to_string(&plan.counts))?,
        created_by: actor.author(),
        created_at: app.now(),
        applied_at: None,
    };
    let id = record.id;
    let body =
        serde_json::to_vec(&plan).map_err(|_| Failure::Internal("a plan does not serialise"))?;
    let write = begin!(app, actor, idempotency);
    write.transaction.add_import(record, body).await?;
    app.commit(write, id).await
}

/// Applies a kept plan, named by its hash.
pub async fn apply_kept(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: ImportId,
    plan_hash: &str,
) -> Result<Done> {
    actor.caller.grant::<ManageImports>(&())?;
    let write = begin!(app, actor, idempotency);
    let record = write.transaction.import_record(id).await?.ok_or(Failure::NotFound)?;
    if record.plan_hash != plan_hash {
        return Err(UserError::new(
            ErrorCode::Stale,
            "planHash",
            "planHash がこの取り込みのものと一致しません。",
            "The planHash is not this import's.",
        )
        .into());
    }
    if record.state == "applied" {
        return app.commit(write, id).await;
    }
    let plan = kept(&write.transaction, id).await?;
    apply(app, actor, &write.transaction, &plan).await?;
    write.transaction.mark_import_applied(id, app.now()).await?;
    app.commit(write, id).await
}

async fn kept(reader: &taiwa_database::Reader, id: ImportId) -> Result<ImportPlan> {
    let body = reader.import_plan(id).await?.ok_or(Failure::NotFound)?;
    if body.is_empty() {
        let it = reader.import_record(id).await?.ok_or(Failure::NotFound)?;
        let counts = serde_json::from_str(&it.summary)
            .map_err(|_| Failure::Internal("an import's counts cannot be read"))?;
        let day = it.created_at.date_naive();
        return Ok(ImportPlan::emptied(it.plan_hash, it.revision, day, counts));
    }
    serde_json::from_slice(&body).map_err(|_| Failure::Internal("a kept plan cannot be read"))
}

/// An import's record.
pub async fn record(app: &App, actor: &Actor, id: ImportId) -> Result<Option<ImportRecord>> {
    actor.caller.grant::<ManageImports>(&())?;
    Ok(app.reader(actor).await?.import_record(id).await?)
}

/// Imports, newest first.
pub async fn records(
    app: &App,
    actor: &Actor,
    before: Option<ImportId>,
    limit: u32,
) -> Result<Vec<ImportRecord>> {
    actor.caller.grant::<ManageImports>(&())?;
    Ok(app.reader(actor).await?.import_records(before, limit).await?)
}

/// The whole plan of an import.
pub async fn plan_of(app: &App, actor: &Actor, id: ImportId) -> Result<ImportPlan> {
    actor.caller.grant::<ManageImports>(&())?;
    let reader = app.reader(actor).await?;
    kept(&reader, id).await
}
