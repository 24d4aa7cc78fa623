//! `taiwa keys`.

use std::path::PathBuf;

use clap::Subcommand;
use taiwa_domain::clock::Clock;
use taiwa_identity::KeyRing;

use super::{Common, Problem, output};
use crate::runtime::SystemClock;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Write a new key ring to FILE, readable by its owner alone
    Generate {
        /// Where to; an existing file is never overwritten
        file: PathBuf,
    },
}

impl Keys {
    pub(super) fn run(self, common: &Common) -> Result<(), Problem> {
        let Self::Generate { file } = self;
        let problem =
            |error: taiwa_identity::RingError| Problem::new("key_ring", error.to_string());
        let ring = KeyRing::generate(SystemClock.now()).map_err(problem)?;
        ring.write(&file).map_err(problem)?;
        let result = serde_json::json!({"file": file, "active": ring.active_id()});
        output::print(
            common.json,
            || &result,
            || {
                format!(
                    "{} written (key {}). Keep a copy apart from the database's backups: without it \
                 encrypted content is lost.",
                    file.display(),
                    ring.active_id()
                )
            },
        );
        Ok(())
    }
}
