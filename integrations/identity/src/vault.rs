//! Secrets and content at rest, and the names that only we can make: keys derived from the ring.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    hkdf, hmac,
};
use secrecy::{ExposeSecret, SecretSlice};
use taiwa_domain::id::OrganizationId;
use zeroize::Zeroizing;

use crate::ring::{Key, KeyRing, RingError};

/// First byte of what is sealed, for a later way of sealing.
const VERSION: u8 = 1;
/// Bytes of AES-GCM's nonce.
pub(crate) const NONCE: usize = 12;

/// What cannot be opened: sealed under a key that is not in the ring, for something else, or
/// altered. Says no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this was not sealed by a key of the ring")]
pub struct Unopened;

/// Seals with the ring's active key, opens with any of its keys.
pub struct Vault {
    active: String,
    keys: Vec<(String, Derived)>,
}

/// Keys for each use, derived by HKDF (RFC 5869), so that none serves two.
struct Derived {
    sealing: RandomizedNonceKey,
    naming: hmac::Key,
}

/// The length that HKDF is asked for.
struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

impl Derived {
    fn new(wrapping: &SecretSlice<u8>) -> Result<Self, RingError> {
        let failed = |_| RingError::Format("a wrapping key cannot be used");
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"taiwa").extract(wrapping.expose_secret());
        let key = |purpose: &[u8]| {
            let mut bytes = Zeroizing::new([0; 32]);
            root.expand(&[purpose], Length)
                .and_then(|key| key.fill(&mut *bytes))
                .map_err(failed)?;
            Ok::<_, RingError>(bytes)
        };
        Ok(Self {
            sealing: RandomizedNonceKey::new(&AES_256_GCM, &*key(b"seal")?).map_err(failed)?,
            naming: hmac::Key::new(hmac::HMAC_SHA256, &*key(b"name")?),
        })
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("active", &self.active).finish_non_exhaustive()
    }
}

impl Vault {
    /// Of a ring.
    pub fn new(ring: &KeyRing) -> Result<Self, RingError> {
        let derive = |key: &Key| Ok((key.id.clone(), Derived::new(&key.wrapping)?));
        let keys = ring.keys.iter().map(derive).collect::<Result<_, RingError>>()?;
        Ok(Self { active: ring.active.clone(), keys })
    }

    fn active(&self) -> &Derived {
        let found = self.keys.iter().find(|(id, _)| *id == self.active);
        &found.expect("a ring holds its active key").1
    }

    /// Seals `plain` for one use and place: what is opened must name the same, so that a row
    /// copied elsewhere opens nothing.
    pub fn seal(&self, organization: OrganizationId, place: &[&[u8]], plain: &[u8]) -> Vec<u8> {
        let mut out = vec![VERSION, self.active.len() as u8];
        out.extend(self.active.as_bytes());
        let mut sealed = plain.to_vec();
        let nonce = self
            .active()
            .sealing
            .seal_in_place_append_tag(bound(organization, place), &mut sealed)
            .expect("what fits in memory can be sealed");
        out.extend(nonce.as_ref());
        out.append(&mut sealed);
        out
    }

    /// Opens what [`Self::seal`] made for the same use and place.
    pub fn open(
        &self,
        organization: OrganizationId,
        place: &[&[u8]],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let [VERSION, length, rest @ ..] = sealed else { return Err(Unopened) };
        let (id, rest) = rest.split_at_checked((*length).into()).ok_or(Unopened)?;
        let (nonce, text) = rest.split_at_checked(NONCE).ok_or(Unopened)?;
        let (_, key) = self.keys.iter().find(|(it, _)| it.as_bytes() == id).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = key
            .sealing
            .open_in_place(nonce, bound(organization, place), &mut text)
            .map_err(|_| Unopened)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// Which key of a ring sealed this; nothing if it was not sealed.
    pub fn sealed_by(sealed: &[u8]) -> Option<&str> {
        let [VERSION, length, rest @ ..] = sealed else { return None };
        std::str::from_utf8(rest.get(..usize::from(*length))?).ok()
    }

    /// Whether the active key sealed this.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        Self::sealed_by(sealed) == Some(&self.active)
    }

    /// A name of 64 hexadecimal digits that nobody without the ring can make: the same for the
    /// same place as long as the ring's oldest key stays in it, whichever is the active one.
    pub fn name(&self, organization: OrganizationId, place: &[&[u8]]) -> String {
        let naming = &self.keys[0].1.naming;
        let tag = hmac::sign(naming, bound(organization, place).as_ref());
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Lengths are written, so that no two places read alike.
pub(crate) fn bound(organization: OrganizationId, place: &[&[u8]]) -> Aad<Vec<u8>> {
    let mut bytes = organization.0.as_bytes().to_vec();
    for part in place {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(*part);
    }
    Aad::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn organization(n: u128) -> OrganizationId {
        OrganizationId(Uuid::from_u128(n))
    }

    fn ring() -> KeyRing {
        KeyRing::generate(chrono::DateTime::UNIX_EPOCH).expect("a ring")
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_alone() {
        let vault = Vault::new(&ring()).unwrap();
        let sealed = vault.seal(organization(1), &[b"account", b"7"], b"refresh-token");
        assert!(!sealed.windows(7).any(|it| it == b"refresh"));
        assert_ne!(sealed, vault.seal(organization(1), &[b"account", b"7"], b"refresh-token"));
        let opened = vault.open(organization(1), &[b"account", b"7"], &sealed).unwrap();
        assert_eq!(&**opened, b"refresh-token");
        assert_eq!(vault.open(organization(2), &[b"account", b"7"], &sealed), Err(Unopened));
        assert_eq!(vault.open(organization(1), &[b"account", b"8"], &sealed), Err(Unopened));
        assert_eq!(vault.open(organization(1), &[b"account7"], &sealed), Err(Unopened));
        for cut in 0..sealed.len() {
            assert_eq!(
                vault.open(organization(1), &[b"account", b"7"], &sealed[..cut]),
                Err(Unopened)
            );
            let mut other = sealed.clone();
            other[cut] ^= 1;
            assert_eq!(vault.open(organization(1), &[b"account", b"7"], &other), Err(Unopened));
        }
    }

    #[test]
    fn another_active_key_opens_what_the_former_sealed_and_a_stranger_nothing() {
        let (mut old, mut new) = (ring(), ring());
        let sealed = Vault::new(&old).unwrap().seal(organization(1), &[], b"x");
        assert_eq!(Vault::new(&new).unwrap().open(organization(1), &[], &sealed), Err(Unopened));
        let former = old.active_id().to_owned();
        let name = Vault::new(&old).unwrap().name(organization(1), &[b"event"]);
        old.keys.append(&mut new.keys);
        old.activate(new.active_id()).unwrap();
        let both = Vault::new(&old).unwrap();
        assert_eq!(&**both.open(organization(1), &[], &sealed).unwrap(), b"x");
        assert_eq!(Vault::sealed_by(&sealed), Some(former.as_str()));
        assert!(!both.is_current(&sealed));
        assert!(both.is_current(&both.seal(organization(1), &[], b"x")));
        // What was named stays named.
        assert_eq!(both.name(organization(1), &[b"event"]), name);
    }

    #[test]
    fn names_are_made_of_the_place_and_the_ring() {
        let (ours, theirs) = (Vault::new(&ring()).unwrap(), Vault::new(&ring()).unwrap());
        let name = ours.name(organization(1), &[b"event", b"1"]);
        assert_eq!(name.len(), 64);
        assert_eq!(name, ours.name(organization(1), &[b"event", b"1"]));
        assert_ne!(name, ours.name(organization(1), &[b"even", b"t1"]));
        assert_ne!(name, ours.name(organization(2), &[b"event", b"1"]));
        assert_ne!(name, theirs.name(organization(1), &[b"event", b"1"]));
    }
}
