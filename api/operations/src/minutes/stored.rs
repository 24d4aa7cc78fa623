//! Documents from and to what is stored of them.

use std::collections::HashMap;

use taiwa_database::{
    Reader,
    minutes::{MinutesRow, SnapshotRow, UpdateRow},
};
use taiwa_domain::{
    access::{Grant, PairContent},
    content::{Keeper, Place, Sealed},
    id::{MinutesId, PersonId},
};
use taiwa_yjs::{Attribution, Checked, Document, Limits};
use uuid::Uuid;

use super::{
    shape,
    snapshot::{Whole, broken},
};
use crate::{App, Failure, Result, content::Keys};

const UPDATE: &str = "minutes_update.content";
const SNAPSHOT: &str = "minutes_snapshot.content";

/// A document as it is stored.
pub(super) struct Stored {
    pub(super) row: MinutesRow,
    pub(super) document: Document,
    pub(super) attribution: Attribution,
    /// How many updates stand beside the snapshot.
    pub(super) loose: usize,
}

pub(super) fn seal_update(
    keys: &Keys,
    row: &MinutesRow,
    id: Uuid,
    update: &[u8],
) -> Result<Sealed> {
    keys.seal_bytes(Keeper::Pair(row.pair), Place { kind: UPDATE, id }, update)
}

pub(super) fn open_update(keys: &Keys, row: &MinutesRow, it: &UpdateRow) -> Result<Vec<u8>> {
    let place = Place { kind: UPDATE, id: it.id };
    let plain = keys.open_bytes(Keeper::Pair(row.pair), place, &it.content)?;
    Ok(plain.ok_or(Failure::NotFound)?.to_vec())
}

impl Stored {
    /// Minutes of pairs that there is a grant for each.
    pub(super) async fn load(
        app: &App,
        reader: &Reader,
        grants: &[Grant<PairContent>],
        rows: &[MinutesRow],
    ) -> Result<Vec<Self>> {
        let pairs: Vec<_> = rows.iter().map(|it| it.pair).collect();
        let keys = app.pair_keys(reader, grants, &pairs).await?;
        Self::load_with(&keys, reader, rows).await
    }

    pub(super) async fn load_with(
        keys: &Keys,
        reader: &Reader,
        rows: &[MinutesRow],
    ) -> Result<Vec<Self>> {
        let ids: Vec<MinutesId> = rows.iter().map(|it| it.id).collect();
        let mut snapshots: HashMap<MinutesId, SnapshotRow> =
            reader.minutes_snapshots(&ids).await?.into_iter().map(|it| (it.minutes, it)).collect();
        let mut updates: HashMap<MinutesId, Vec<UpdateRow>> = HashMap::new();
        for it in reader.minutes_since_snapshots(&ids).await? {
            updates.entry(it.minutes).or_default().push(it);
        }
        rows.iter()
            .map(|row| {
                let updates = updates.remove(&row.id).unwrap_or_default();
                Self::open(keys, *row, snapshots.remove(&row.id), updates)
            })
            .collect()
    }

    fn open(
        keys: &Keys,
        mut row: MinutesRow,
        snapshot: Option<SnapshotRow>,
        updates: Vec<UpdateRow>,
    ) -> Result<Self> {
        let mut attribution = Attribution::default();
        let mut parts = Vec::new();
        row.sequence = 0;
        if let Some(it) = snapshot {
            let place = Place { kind: SNAPSHOT, id: it.id };
            let plain = keys.open_bytes(Keeper::Pair(row.pair), place, &it.content)?;
            let plain = plain.ok_or(Failure::NotFound)?;
            let whole = Whole::read(&plain)?;
            attribution = whole.attribution;
            parts.push(whole.document);
            row.sequence = it.sequence;
        }
        let loose = updates.len();
        for it in updates {
            let update = Checked::new(open_update(keys, &row, &it)?, &Limits::default());
            let update = update.map_err(broken)?;
            if let Some(author) = it.entry.author {
                attribution.claim(update.spans(), author.0);
            }
            parts.push(update.bytes().to_vec());
            row.sequence = it.entry.sequence;
        }
        let document =
            Document::restore(shape(row.shape), Limits::default(), parts.iter().map(Vec::as_slice));
        Ok(Self { row, document: document.map_err(broken)?, attribution, loose })
    }

    /// The document as one row.
    pub(super) fn snapshot(&self, keys: &Keys, id: Uuid) -> Result<SnapshotRow> {
        let attribution = self.attribution.clone();
        let plain = Whole { document: self.document.encode(), attribution }.write()?;
        let place = Place { kind: SNAPSHOT, id };
        Ok(SnapshotRow {
            id,
            minutes: self.row.id,
            sequence: self.row.sequence,
            content: keys.seal_bytes(Keeper::Pair(self.row.pair), place, &plain)?,
        })
    }

    /// Whose characters stand in it, most first.
    pub(super) fn characters(&self) -> Result<Vec<(PersonId, u32)>> {
        let found = taiwa_yjs::characters(&self.document.encode(), &self.attribution);
        let found = found.map_err(broken)?;
        let mut found: Vec<_> = found.into_iter().map(|(id, n)| (PersonId(id), n)).collect();
        found.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        Ok(found)
    }
}
