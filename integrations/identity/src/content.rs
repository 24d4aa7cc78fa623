//! Data keys: what seals the content of one pair or person, itself wrapped by the key ring.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    rand,
};
use taiwa_domain::{
    content::{Keeper, Place, Sealed},
    id::OrganizationId,
};
use zeroize::Zeroizing;

use crate::{
    RingError,
    vault::{NONCE, Unopened, Vault, bound},
};

/// First byte of what is sealed, for a later way of sealing.
const VERSION: u8 = 1;

/// An opened data key.
pub struct DataKey {
    organization: OrganizationId,
    keeper: Keeper,
    bytes: Zeroizing<[u8; 32]>,
    key: RandomizedNonceKey,
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataKey").field("keeper", &self.keeper).finish_non_exhaustive()
    }
}

/// What a keeper's key is called where it is wrapped.
fn name(keeper: Keeper) -> &'static [u8] {
    match keeper {
        Keeper::Pair(_) => b"pair content key",
        Keeper::Person(_) => b"person content key",
    }
}

impl DataKey {
    /// A fresh one.
    pub fn generate(organization: OrganizationId, keeper: Keeper) -> Result<Self, RingError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(&mut *bytes).map_err(|_| RingError::Format("no randomness"))?;
        Self::of(organization, keeper, bytes)
    }

    fn of(
        organization: OrganizationId,
        keeper: Keeper,
        bytes: Zeroizing<[u8; 32]>,
    ) -> Result<Self, RingError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &*bytes)
            .map_err(|_| RingError::Format("a data key cannot be used"))?;
        Ok(Self { organization, keeper, bytes, key })
    }

    /// Whose it is.
    pub fn keeper(&self) -> Keeper {
        self.keeper
    }

    /// Wrapped by the ring's active key, as it is stored.
    pub fn wrap(&self, vault: &Vault) -> Sealed {
        let id = self.keeper.id();
        let place = [name(self.keeper), id.as_bytes().as_slice()];
        Sealed(vault.seal(self.organization, &place, &*self.bytes))
    }

    /// Opens a wrapped one with whichever key of the ring wrapped it.
    pub fn unwrap(
        vault: &Vault,
        organization: OrganizationId,
        keeper: Keeper,
        wrapped: &Sealed,
    ) -> Result<Self, Unopened> {
        let id = keeper.id();
        let plain = vault.open(organization, &[name(keeper), id.as_bytes()], &wrapped.0)?;
        let bytes = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| Unopened)?;
        Self::of(organization, keeper, Zeroizing::new(bytes)).map_err(|_| Unopened)
    }

    /// Seals what is to stand at `place`.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Sealed {
        let mut text = plain.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(self.bound(place), &mut text)
            .expect("what fits in memory can be sealed");
        let mut out = Vec::with_capacity(1 + NONCE + text.len());
        out.push(VERSION);
        out.extend(nonce.as_ref());
        out.append(&mut text);
        Sealed(out)
    }

    /// Opens what was sealed at `place`, and nowhere else.
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let [VERSION, rest @ ..] = sealed.0.as_slice() else { return Err(Unopened) };
        let (nonce, text) = rest.split_at_checked(NONCE).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .key
            .open_in_place(nonce, self.bound(place), &mut text)
            .map_err(|_| Unopened)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    fn bound(&self, place: Place) -> Aad<Vec<u8>> {
        bound(self.organization, &[place.kind.as_bytes(), place.id.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyRing;
    use taiwa_domain::id::{PairId, PersonId};
    use uuid::Uuid;

    fn vault() -> Vault {
        Vault::new(&KeyRing::generate(chrono::DateTime::UNIX_EPOCH).unwrap()).unwrap()
    }

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn a_text_opens_at_its_own_place_alone() {
        let key = DataKey::generate(OrganizationId(id(1)), Keeper::Pair(PairId(id(2)))).unwrap();
        let place = Place { kind: "agenda_item.text", id: id(3) };
        let sealed = key.seal(place, "評価が心配です".as_bytes());
        assert!(!sealed.0.windows(6).any(|it| it == "評価".as_bytes()));
        assert_eq!(&**key.open(place, &sealed).unwrap(), "評価が心配です".as_bytes());
        assert_eq!(key.open(Place { id: id(4), ..place }, &sealed), Err(Unopened));
        assert_eq!(key.open(Place { kind: "comment.text", ..place }, &sealed), Err(Unopened));
        for cut in 0..sealed.0.len() {
            assert_eq!(key.open(place, &Sealed(sealed.0[..cut].to_vec())), Err(Unopened));
            let mut other = sealed.clone();
            other.0[cut] ^= 1;
            assert_eq!(key.open(place, &other), Err(Unopened));
        }
    }

    #[test]
    fn a_wrapped_key_is_its_keepers_alone() {
        let vault = vault();
        let (ours, keeper) = (OrganizationId(id(1)), Keeper::Pair(PairId(id(2))));
        let key = DataKey::generate(ours, keeper).unwrap();
        let place = Place { kind: "a.b", id: id(3) };
        let (sealed, wrapped) = (key.seal(place, b"x"), key.wrap(&vault));
        let again = DataKey::unwrap(&vault, ours, keeper, &wrapped).unwrap();
        assert_eq!(&**again.open(place, &sealed).unwrap(), b"x");
        for (organization, keeper) in [
            (OrganizationId(id(9)), keeper),
            (ours, Keeper::Pair(PairId(id(9)))),
            (ours, Keeper::Person(PersonId(id(2)))),
        ] {
            assert!(DataKey::unwrap(&vault, organization, keeper, &wrapped).is_err());
        }
        assert!(DataKey::unwrap(&self::vault(), ours, keeper, &wrapped).is_err());
        let stranger = DataKey::generate(ours, keeper).unwrap();
        assert_eq!(stranger.open(place, &sealed), Err(Unopened));
    }
}
