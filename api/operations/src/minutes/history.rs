//! Earlier versions.

use taiwa_database::Reader;
use taiwa_domain::{
    access::{Grant, PairContent},
    id::MinutesId,
    minutes::{self, Version},
};
use taiwa_yjs::{Document, Limits};

use super::{one, shape, stored::open_update};
use crate::{Actor, App, Failure, Result};

/// The versions of minutes, oldest first.
pub async fn versions(app: &App, actor: &Actor, id: MinutesId) -> Result<Vec<Version>> {
    let reader = app.reader(actor).await?;
    one(actor, &reader, id).await?;
    Ok(minutes::versions(&reader.minutes_entries(id).await?))
}

/// What minutes said at a version, as Markdown; none if that is not kept any more.
pub async fn at_version(
    app: &App,
    actor: &Actor,
    id: MinutesId,
    sequence: i64,
) -> Result<Option<String>> {
    let reader = app.reader(actor).await?;
    let (row, _, grant) = one(actor, &reader, id).await?;
    let found = document_at(app, &reader, &grant, row, sequence).await?;
    Ok(found.map(|it| it.markdown()))
}

/// The document as it was at a sequence; none if that is not kept any more.
pub(super) async fn document_at(
    app: &App,
    reader: &Reader,
    grant: &Grant<PairContent>,
    row: taiwa_database::minutes::MinutesRow,
    sequence: i64,
) -> Result<Option<Document>> {
    let found = reader.minutes_written(row.id, 0, sequence).await?;
    // What it was folded into holds later changes as well.
    if sequence != 0 && found.last().is_none_or(|it| it.entry.sequence != sequence) {
        return Ok(None);
    }
    let keys = app.pair_keys(reader, &[*grant], &[row.pair]).await?;
    let parts = found.iter().map(|it| open_update(&keys, &row, it));
    let parts: Vec<Vec<u8>> = parts.collect::<Result<_>>()?;
    Document::restore(shape(row.shape), Limits::default(), parts.iter().map(Vec::as_slice))
        .map(Some)
        .map_err(|_| Failure::Internal("minutes cannot be read"))
}
