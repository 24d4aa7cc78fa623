//! `taiwa keys`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use taiwa_domain::clock::Clock;
use taiwa_identity::{KeyRing, RingError};
use taiwa_operations::platform::turn;

use super::{Common, Problem, output};
use crate::runtime::SystemClock;

/// A ring turns without a pause: `add` a key, give the new ring to every replica; `activate` it,
/// give that ring to every replica; `reseal`; `remove` the former key.
#[derive(Subcommand)]
pub(super) enum Keys {
    /// Write a new key ring to FILE, readable by its owner alone
    Generate {
        /// Where to; an existing file is never overwritten
        file: PathBuf,
    },
    /// Show the keys of a ring, never what they are
    List {
        /// The ring
        file: PathBuf,
    },
    /// Write a ring with one more key, which opens and verifies but is not yet the active one
    Add {
        /// The ring
        file: PathBuf,
        /// Where to write the new one
        new: PathBuf,
    },
    /// Write a ring with another active key: the one that signs and seals
    Activate {
        /// The ring
        file: PathBuf,
        /// Which key
        key: String,
        /// Where to write the new one
        new: PathBuf,
    },
    /// Seal anew, by the active key, what former keys of the ring sealed; servers may run meanwhile
    Reseal,
    /// Write a ring without a former key, once the database holds nothing that it sealed
    Remove {
        /// The ring
        file: PathBuf,
        /// Which key
        key: String,
        /// Where to write the new one
        new: PathBuf,
    },
}

fn problem(error: RingError) -> Problem {
    Problem::new("key_ring", error.to_string())
}

impl Keys {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        match self {
            Self::Generate { file } => {
                let ring = KeyRing::generate(SystemClock.now()).map_err(problem)?;
                written(
                    common,
                    &ring,
                    &file,
                    &format!(
                        "{} written (key {}). Keep a copy apart from the database's backups: without it \
                     encrypted content is lost.",
                        file.display(),
                        ring.active_id()
                    ),
                )
            }
            Self::List { file } => {
                list(common, &KeyRing::read(&file).map_err(problem)?);
                Ok(())
            }
            Self::Add { file, new } => {
                let mut ring = KeyRing::read(&file).map_err(problem)?;
                let key = ring.add(SystemClock.now()).map_err(problem)?.to_owned();
                written(
                    common,
                    &ring,
                    &new,
                    &format!(
                        "{0} written, with key {key}. Give it to every replica, then: \
                     taiwa keys activate {0} {key} NEW_FILE",
                        new.display()
                    ),
                )
            }
            Self::Activate { file, key, new } => {
                let mut ring = KeyRing::read(&file).map_err(problem)?;
                ring.activate(&key).map_err(problem)?;
                written(
                    common,
                    &ring,
                    &new,
                    &format!(
                        "{} written; {key} is the active key. Give it to every replica, then: \
                     taiwa keys reseal",
                        new.display()
                    ),
                )
            }
            Self::Reseal => reseal(common).await,
            Self::Remove { file, key, new } => {
                let mut ring = KeyRing::read(&file).map_err(problem)?;
                ring.remove(&key).map_err(problem)?;
                let left = turn::sealed_by(&common.app().await?, &key).await?;
                if left > 0 {
                    return Err(Problem::new(
                        "key_ring",
                        format!(
                            "{left} secrets are still sealed by key {key} and would be lost; \
                             first: taiwa keys reseal"
                        ),
                    ));
                }
                written(
                    common,
                    &ring,
                    &new,
                    &format!(
                        "{} written, without key {key}. Backups made before still need it.",
                        new.display()
                    ),
                )
            }
        }
    }
}

fn written(common: &Common, ring: &KeyRing, file: &Path, told: &str) -> Result<(), Problem> {
    ring.write(file).map_err(problem)?;
    let keys: Vec<_> = ring.keys().map(|(id, _)| id).collect();
    let result = serde_json::json!({"file": file, "active": ring.active_id(), "keys": keys});
    output::print(common.json, || &result, || told.to_owned());
    Ok(())
}

fn list(common: &Common, ring: &KeyRing) {
    let rows: Vec<_> = ring
        .keys()
        .map(|(id, made)| {
            serde_json::json!({"id": id, "active": id == ring.active_id(), "createdAt": made})
        })
        .collect();
    output::print(
        common.json,
        || &rows,
        || {
            let line = |(id, made): (&str, chrono::DateTime<chrono::Utc>)| {
                let active = if id == ring.active_id() { "  active" } else { "" };
                format!("{id}  {}{active}", made.format("%Y-%m-%d"))
            };
            ring.keys().map(line).collect::<Vec<_>>().join("\n")
        },
    );
}

async fn reseal(common: &Common) -> Result<(), Problem> {
    let app = common.app().await?;
    let done = turn::reseal(&app, |it| {
        tracing::debug!(organizations = it.organizations, resealed = it.resealed, "resealing");
    })
    .await?;
    if done.unreadable > 0 {
        return Err(Problem::new(
            "key_ring",
            format!(
                "{} secrets were sealed by keys that this ring does not have; {} were sealed anew. \
                 Run it again with a ring that has them: taiwa keys list FILE",
                done.unreadable, done.resealed
            ),
        ));
    }
    let result =
        serde_json::json!({"organizations": done.organizations, "resealed": done.resealed});
    output::print(
        common.json,
        || &result,
        || {
            format!(
                "{} secrets of {} organizations sealed anew.",
                done.resealed, done.organizations
            )
        },
    );
    Ok(())
}
