//! Opened data keys (a stand-in until the real ones are merged).

use taiwa_database::{Reader, Transaction};
use taiwa_domain::{
    access::{Grant, PairContent},
    content::{Keeper, Place, Sealed},
    id::{OrganizationId, PairId},
};
use taiwa_identity::Vault;

use crate::{App, Failure, Result};

/// Opened data keys.
pub struct Keys(std::sync::Arc<Vault>, OrganizationId);

impl App {
    /// Opens the keys of pairs for reading.
    pub async fn pair_keys(
        &self,
        reader: &Reader,
        _grants: &[Grant<PairContent>],
        _pairs: &[PairId],
    ) -> Result<Keys> {
        let vault = self.vault.clone().ok_or(Failure::Internal("there is no key ring"))?;
        Ok(Keys(vault, reader.organization()))
    }

    /// Opens a pair's key for writing.
    pub async fn pair_keys_for_writing(
        &self,
        transaction: &Transaction,
        grant: &Grant<PairContent>,
        pair: PairId,
    ) -> Result<Keys> {
        self.pair_keys(transaction, &[*grant], &[pair]).await
    }
}

impl Keys {
    /// Seals bytes.
    pub fn seal_bytes(&self, keeper: Keeper, place: Place, plain: &[u8]) -> Result<Sealed> {
        let id = keeper.id();
        let place = [id.as_bytes().as_slice(), place.kind.as_bytes(), place.id.as_bytes()];
        Ok(Sealed(self.0.seal(self.1, &place, plain)))
    }

    /// Opens bytes.
    pub fn open_bytes(&self, keeper: Keeper, place: Place, sealed: &Sealed) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>> {
        let id = keeper.id();
        let place = [id.as_bytes().as_slice(), place.kind.as_bytes(), place.id.as_bytes()];
        let plain = self.0.open(self.1, &place, &sealed.0);
        plain.map(Some).map_err(|_| Failure::Internal("content cannot be opened"))
    }
}
