//! The key ring: signs access tokens, wraps the keys of content. Never in the database.

use std::{fmt, path::Path};

use aws_lc_rs::{rand, signature::Ed25519KeyPair};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Keys by id; the active one signs and wraps, the others still verify and unwrap.
pub struct KeyRing {
    pub(crate) active: String,
    pub(crate) keys: Vec<Key>,
}

pub(crate) struct Key {
    pub(crate) id: String,
    /// Ed25519, PKCS#8.
    pub(crate) signing: SecretSlice<u8>,
    /// 256 bits: what seals and names is derived from it.
    pub(crate) wrapping: SecretSlice<u8>,
    created_at: DateTime<Utc>,
}

impl Key {
    fn fresh(now: DateTime<Utc>) -> Result<Self, RingError> {
        let failed = |_| RingError::Format("no randomness");
        let random = rand::SystemRandom::new();
        let signing = Ed25519KeyPair::generate_pkcs8(&random).map_err(failed)?;
        let mut wrapping = Zeroizing::new([0; 32]);
        rand::fill(&mut *wrapping).map_err(failed)?;
        let mut id = [0; 4];
        rand::fill(&mut id).map_err(failed)?;
        Ok(Self {
            id: format!("{}-{:08x}", now.format("%Y%m%d"), u32::from_be_bytes(id)),
            signing: signing.as_ref().to_vec().into(),
            wrapping: wrapping.to_vec().into(),
            created_at: now,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    active: String,
    keys: Vec<FileKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    id: String,
    created_at: DateTime<Utc>,
    signing: Zeroizing<String>,
    wrapping: Zeroizing<String>,
}

/// Why a key ring cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// The file cannot be read or written.
    #[error("the key ring file {path} cannot be used: {cause}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It exists already.
    #[error(
        "{0} exists already; a key ring is never overwritten (remove it yourself to start over)"
    )]
    Exists(String),
    /// Others than its owner can read it.
    #[error("{0} can be read by other users; run: chmod 600 {0}")]
    Exposed(String),
    /// No key of it has this id.
    #[error("the key ring has no key {0}; taiwa keys list FILE shows those that it has")]
    Unknown(String),
    /// What signs and seals cannot be taken out.
    #[error("key {0} is the active one; make another the active one first: taiwa keys activate")]
    Active(String),
    /// It is not a key ring.
    #[error("this is not a key ring made by `taiwa keys generate`: {0}")]
    Format(&'static str),
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| &key.id).collect();
        f.debug_struct("KeyRing").field("active", &self.active).field("keys", &ids).finish()
    }
}

impl KeyRing {
    /// A ring with one fresh key.
    pub fn generate(now: DateTime<Utc>) -> Result<Self, RingError> {
        let key = Key::fresh(now)?;
        Ok(Self { active: key.id.clone(), keys: vec![key] })
    }

    /// Adds a fresh key, which opens and verifies from now on; it is not yet the active one, so
    /// that every replica can know it before anything is sealed by it. Returns its id.
    pub fn add(&mut self, now: DateTime<Utc>) -> Result<&str, RingError> {
        self.keys.push(Key::fresh(now)?);
        Ok(&self.keys[self.keys.len() - 1].id)
    }

    /// Makes a key the one that signs and seals.
    pub fn activate(&mut self, id: &str) -> Result<(), RingError> {
        if !self.keys.iter().any(|key| key.id == id) {
            return Err(RingError::Unknown(id.to_owned()));
        }
        id.clone_into(&mut self.active);
        Ok(())
    }

    /// Takes a key out: what it signed and sealed is nothing any more.
    pub fn remove(&mut self, id: &str) -> Result<(), RingError> {
        if self.active == id {
            return Err(RingError::Active(id.to_owned()));
        }
        let all = self.keys.len();
        self.keys.retain(|key| key.id != id);
        if self.keys.len() == all {
            return Err(RingError::Unknown(id.to_owned()));
        }
        Ok(())
    }

    /// Its keys in the order they were made: ids, and when.
    pub fn keys(&self) -> impl Iterator<Item = (&str, DateTime<Utc>)> {
        self.keys.iter().map(|key| (key.id.as_str(), key.created_at))
    }

    /// Reads a ring from the text of its file.
    pub fn parse(text: &SecretString) -> Result<Self, RingError> {
        let file: File = serde_json::from_str(text.expose_secret())
            .map_err(|_| RingError::Format("the JSON is not of the form"))?;
        if file.version != 1 {
            return Err(RingError::Format("its version is not 1"));
        }
        let decode = |text: &str| -> Result<SecretSlice<u8>, RingError> {
            BASE64_STANDARD
                .decode(text)
                .map(Into::into)
                .map_err(|_| RingError::Format("a key is not base64"))
        };
        let mut keys = Vec::new();
        for key in &file.keys {
            let signing = decode(&key.signing)?;
            if Ed25519KeyPair::from_pkcs8(signing.expose_secret()).is_err() {
                return Err(RingError::Format("a signing key is not Ed25519 in PKCS#8"));
            }
            let wrapping = decode(&key.wrapping)?;
            if wrapping.expose_secret().len() != 32 {
                return Err(RingError::Format("a wrapping key does not have 256 bits"));
            }
            keys.push(Key { id: key.id.clone(), signing, wrapping, created_at: key.created_at });
        }
        if !keys.iter().any(|key| key.id == file.active) {
            return Err(RingError::Format("the active key is not in it"));
        }
        Ok(Self { active: file.active, keys })
    }

    /// Reads a ring from a file that only its owner can read.
    pub fn read(path: &Path) -> Result<Self, RingError> {
        let name = path.display().to_string();
        let failed = |cause| RingError::File { path: name.clone(), cause };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(RingError::Exposed(name));
            }
        }
        Self::parse(&std::fs::read_to_string(path).map_err(failed)?.into())
    }

    /// Writes the ring to a new file with mode 0600.
    pub fn write(&self, path: &Path) -> Result<(), RingError> {
        use std::io::Write;
        let name = path.display().to_string();
        let failed = |cause| RingError::File { path: name.clone(), cause };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(RingError::Exists(name));
            }
            opened => opened.map_err(failed)?,
        };
        let encode =
            |bytes: &SecretSlice<u8>| Zeroizing::new(BASE64_STANDARD.encode(bytes.expose_secret()));
        let content = File {
            version: 1,
            active: self.active.clone(),
            keys: self
                .keys
                .iter()
                .map(|key| FileKey {
                    id: key.id.clone(),
                    created_at: key.created_at,
                    signing: encode(&key.signing),
                    wrapping: encode(&key.wrapping),
                })
                .collect(),
        };
        let text = Zeroizing::new(serde_json::to_vec_pretty(&content).expect("keys serialise"));
        file.write_all(&text).and_then(|()| file.write_all(b"\n")).map_err(failed)
    }

    /// Which key signs: for people.
    pub fn active_id(&self) -> &str {
        &self.active
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_turns_key_by_key() {
        let mut ring = KeyRing::generate(DateTime::UNIX_EPOCH).unwrap();
        let old = ring.active_id().to_owned();
        let new = ring.add(DateTime::UNIX_EPOCH).unwrap().to_owned();
        assert_eq!(ring.active_id(), old);
        assert!(matches!(ring.activate("none"), Err(RingError::Unknown(_))));
        assert!(matches!(ring.remove(&old), Err(RingError::Active(_))));
        ring.activate(&new).unwrap();
        assert_eq!(ring.active_id(), new);
        ring.remove(&old).unwrap();
        assert!(matches!(ring.remove(&old), Err(RingError::Unknown(_))));
        assert_eq!(ring.keys().map(|(id, _)| id).collect::<Vec<_>>(), [new.as_str()]);
    }
}
