//! The program under test.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The server that this build made: named by the test runner, else beside our own executable.
pub fn path() -> PathBuf {
    let path = std::env::var_os("TAIWA_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let own = std::env::current_exe().expect("our own path");
        own.ancestors().nth(2).expect("target/<profile>/deps").join("taiwa")
    });
    assert!(path.is_file(), "{} is not there: cargo build", path.display());
    path
}

/// A command of the program that sees none of our own settings.
pub fn command() -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TAIWA_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}
