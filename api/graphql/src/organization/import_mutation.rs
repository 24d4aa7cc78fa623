//! Importing the org chart.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use chrono::NaiveDate;
use serde::Serialize;
use taiwa_domain::organization::import::{Field, Mode, Options};
use taiwa_operations::{ErrorCode, Failure, UserError, organization::import as operations};

use super::import::OrgImport;
use crate::{
    context::caller,
    error::failed,
    id::Kind,
    payload::{idempotency, parse_id, payload, split},
};

/// What absence from the file means.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
pub(crate) enum ImportMode {
    /// Nothing.
    Upsert,
    /// The person left.
    Snapshot,
}

/// A column taken for a field.
#[derive(InputObject, Serialize)]
pub(crate) struct FieldMappingInput {
    /// Canonical name of the field, e.g. `number`.
    field: String,
    /// The header in the file.
    header: String,
}

/// A staged file and how to take it.
#[derive(InputObject, Serialize)]
pub(crate) struct PreviewImportInput {
    /// What `POST /uploads` answered.
    upload_id: ID,
    /// What absence from the file means.
    #[graphql(default_with = "ImportMode::Upsert")]
    mode: ImportMode,
    /// The day the changes hold from; today if not given.
    effective_on: Option<NaiveDate>,
    /// Columns that no alias recognises.
    mapping: Option<Vec<FieldMappingInput>>,
    /// The sheet to read.
    sheet: Option<String>,
    /// Confirms that so many people leave.
    accept_leavers: Option<u32>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A previewed import to apply.
#[derive(InputObject, Serialize)]
pub(crate) struct ApplyImportInput {
    /// The import.
    import_id: ID,
    /// Its plan, as the preview named it.
    plan_hash: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What a preview found.
    PreviewImportPayload {
        /// The import.
        org_import: OrgImport
    }
}

payload! {
    /// What came of applying an import.
    ApplyImportPayload {
        /// The import.
        org_import: OrgImport
    }
}

/// Importing the org chart.
#[derive(Default)]
pub(crate) struct ImportMutation;

async fn import(
    context: &Context<'_>,
    done: Option<taiwa_operations::Done>,
) -> Result<Option<OrgImport>> {
    let caller = caller(context)?;
    let Some(done) = done else { return Ok(None) };
    let found = operations::record(&caller.app, &caller.actor, done.subject.into())
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(found.map(OrgImport::new))
}

fn options(input: &PreviewImportInput, today: NaiveDate) -> Result<Options, Failure> {
    let mode = match input.mode {
        ImportMode::Upsert => Mode::Upsert,
        ImportMode::Snapshot => Mode::Snapshot,
    };
    let mut options = Options::new(mode, input.effective_on.unwrap_or(today), today);
    options.sheet.clone_from(&input.sheet);
    options.accept_leavers = input.accept_leavers.map(|count| count as usize);
    for (place, it) in input.mapping.iter().flatten().enumerate() {
        let field: Field = it.field.parse().map_err(|_| {
            let names: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
            UserError::new(
                ErrorCode::Invalid,
                &format!("mapping.{place}.field"),
                format!("項目「{}」はありません。使える項目: {}", it.field, names.join(", ")),
                format!("There is no field “{}”. Fields are: {}.", it.field, names.join(", ")),
            )
        })?;
        options.mapping.push((field, it.header.clone()));
    }
    Ok(options)
}

#[Object]
impl ImportMutation {
    /// Works out what a staged file would change. Changes nothing. Requires: HR or administrator.
    async fn preview_import(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file and how to take it.")] input: PreviewImportInput,
    ) -> Result<PreviewImportPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "previewImport", &input)?;
        let outcome = async {
            let upload = parse_id(Kind::Upload, &input.upload_id, "uploadId")?;
            let options = options(&input, caller.actor.today)?;
            operations::preview_upload(&caller.app, &caller.actor, key, upload, options).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(PreviewImportPayload { org_import: import(context, done).await?, user_errors })
    }

    /// Applies exactly the previewed plan in one transaction; refused if the organization changed
    /// since. Pairs, plans and calendars follow by jobs. Requires: HR or administrator.
    async fn apply_import(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The import.")] input: ApplyImportInput,
    ) -> Result<ApplyImportPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "applyImport", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Import, &input.import_id, "importId")?;
            operations::apply_kept(&caller.app, &caller.actor, key, id, &input.plan_hash).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ApplyImportPayload { org_import: import(context, done).await?, user_errors })
    }
}
