//! Opened data keys: what reads and writes content once the grant for it is held.
//!
//! The keys of what two people share and of what one keeps are asked for by grant, so that no
//! code that lacks one can open a text. To add content: a [`Place`] of its own for each field,
//! [`Keys::seal`] before the database sees it, [`Keys::open`] after.

use std::collections::HashMap;

use taiwa_database::{Reader, Transaction, content::ContentKey};
use taiwa_domain::{
    access::{Grant, OwnContent, PairContent},
    content::{Keeper, Place, Sealed},
    id::{OrganizationId, PairId, PersonId},
};
use taiwa_identity::{DataKey, Vault};
use zeroize::Zeroizing;

use crate::{App, Failure, Result};

/// Data keys of some pairs or of one person, opened for one use.
#[derive(Debug, Default)]
pub struct Keys(HashMap<Keeper, Option<DataKey>>);

const UNOPENED: Failure = Failure::Internal("content was not sealed by its key");

impl Keys {
    fn of(vault: &Vault, organization: OrganizationId, found: Vec<ContentKey>) -> Result<Self> {
        let open = |key: ContentKey| {
            let opened = key.wrapped.map(|wrapped| {
                DataKey::unwrap(vault, organization, key.keeper, &wrapped).map_err(|_| {
                    Failure::Internal("a content key was not wrapped by a key of the ring")
                })
            });
            Ok((key.keeper, opened.transpose()?))
        };
        found.into_iter().map(open).collect::<Result<_>>().map(Self)
    }

    /// Adds those of `other`.
    pub fn and(mut self, other: Keys) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Seals a text that is to stand at `place`. Not found once the keeper's key was shredded.
    pub fn seal(&self, keeper: Keeper, place: Place, text: &str) -> Result<Sealed> {
        self.seal_bytes(keeper, place, text.as_bytes())
    }

    /// Like [`Self::seal`].
    pub fn seal_bytes(&self, keeper: Keeper, place: Place, plain: &[u8]) -> Result<Sealed> {
        match self.0.get(&keeper) {
            Some(Some(key)) => Ok(key.seal(place, plain)),
            Some(None) => Err(Failure::NotFound),
            None => Err(Failure::Internal("a content key was not asked for")),
        }
    }

    /// Opens a text that stands at `place`; none if its key was shredded.
    pub fn open(&self, keeper: Keeper, place: Place, sealed: &Sealed) -> Result<Option<String>> {
        let Some(plain) = self.open_bytes(keeper, place, sealed)? else { return Ok(None) };
        let text = std::str::from_utf8(&plain).map_err(|_| UNOPENED)?;
        Ok(Some(text.to_owned()))
    }

    /// Like [`Self::open`].
    pub fn open_bytes(
        &self,
        keeper: Keeper,
        place: Place,
        sealed: &Sealed,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match self.0.get(&keeper) {
            Some(Some(key)) => key.open(place, sealed).map(Some).map_err(|_| UNOPENED),
            Some(None) => Ok(None),
            None => Err(Failure::Internal("a content key was not asked for")),
        }
    }
}

impl App {
    pub(crate) fn vault(&self) -> Result<&Vault> {
        self.vault.as_deref().ok_or(Failure::Internal("there is no key ring"))
    }

    /// Keys to read what pairs share. Those of pairs that have written nothing are absent.
    pub async fn pair_keys(
        &self,
        reader: &Reader,
        _grants: &[Grant<PairContent>],
        pairs: &[PairId],
    ) -> Result<Keys> {
        let keepers: Vec<Keeper> = pairs.iter().copied().map(Keeper::Pair).collect();
        self.keys(reader, &keepers).await
    }

    /// Keys to read what a person keeps.
    pub async fn own_keys(
        &self,
        reader: &Reader,
        _grant: &Grant<OwnContent>,
        person: PersonId,
    ) -> Result<Keys> {
        self.keys(reader, &[Keeper::Person(person)]).await
    }

    /// The key of what a pair shares, made if there is none yet.
    pub async fn pair_keys_for_writing(
        &self,
        transaction: &Transaction,
        _grant: &Grant<PairContent>,
        pair: PairId,
    ) -> Result<Keys> {
        self.keys_for_writing(transaction, Keeper::Pair(pair)).await
    }

    /// The key of what a person keeps, made if there is none yet.
    pub async fn own_keys_for_writing(
        &self,
        transaction: &Transaction,
        _grant: &Grant<OwnContent>,
        person: PersonId,
    ) -> Result<Keys> {
        self.keys_for_writing(transaction, Keeper::Person(person)).await
    }

    async fn keys(&self, reader: &Reader, keepers: &[Keeper]) -> Result<Keys> {
        if keepers.is_empty() {
            return Ok(Keys::default());
        }
        Keys::of(self.vault()?, reader.organization(), reader.content_keys(keepers).await?)
    }

    async fn keys_for_writing(&self, transaction: &Transaction, keeper: Keeper) -> Result<Keys> {
        let vault = self.vault()?;
        let organization = transaction.organization();
        let found = transaction.content_keys(&[keeper]).await?;
        if !found.is_empty() {
            return Keys::of(vault, organization, found);
        }
        let fresh = DataKey::generate(organization, keeper)
            .map_err(|_| Failure::Internal("no key could be made"))?;
        if transaction.keep_content_key(keeper, fresh.wrap(vault), self.now()).await? {
            return Ok(Keys(HashMap::from([(keeper, Some(fresh))])));
        }
        // Someone else made it at the same time: theirs is the one.
        Keys::of(vault, organization, transaction.content_keys(&[keeper]).await?)
    }
}
