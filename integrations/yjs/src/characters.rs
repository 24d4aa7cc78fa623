//! How much of what stands in a document is whose.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{Attribution, update::walk, wire::Result};

/// Visible characters (UTF-16 units) by person, from a document as
/// [`Document::encode`](crate::Document::encode) gives it.
///
/// # Errors
///
/// When the bytes are no document.
pub fn characters(document: &[u8], attribution: &Attribution) -> Result<BTreeMap<Uuid, u32>> {
    let walked = walk(document)?;
    let mut deleted = walked.deleted;
    deleted.sort_by_key(|span| (span.client, span.clock));
    let mut counts = BTreeMap::new();
    for piece in walked.pieces.iter().filter(|piece| piece.text) {
        let span = piece.span;
        let end = span.clock + span.length;
        let mut count = |from: u32, until: u32| {
            for (length, person) in attribution.runs(span.client, from, until - from) {
                *counts.entry(person).or_default() += length;
            }
        };
        let mut at = span.clock;
        let first = deleted
            .partition_point(|it| (it.client, it.clock + it.length) <= (span.client, span.clock));
        for gone in &deleted[first..] {
            if gone.client != span.client || gone.clock >= end {
                break;
            }
            if at < gone.clock {
                count(at, gone.clock);
            }
            at = at.max(gone.clock + gone.length);
        }
        if at < end {
            count(at, end);
        }
    }
    Ok(counts)
}
