//! The demo in a folder of its own.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    Caller, Ran, binary,
    server::{self, Server},
};

/// A demo's folder.
pub struct Demo {
    folder: TempDir,
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}

impl Demo {
    /// An empty folder.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// Where the demo keeps everything.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file of the demo.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    /// Prepares everything without serving; the document it prints.
    pub fn prepare(&self, options: &[&str]) -> Value {
        let mut command = binary::command();
        command.args(["demo", "--no-serve", "--json", "--port", "0", "--data"]).arg(self.data());
        Ran::of(command.args(options)).json()
    }

    /// Prepares and serves.
    pub async fn serve(&self) -> Server {
        let mut command = binary::command();
        command.args(["demo", "--port", "0", "--data"]).arg(self.data());
        Server::start(command, server::log_in(self.folder.path(), "demo")).await
    }

    /// `demo.json` as it stands.
    pub fn document(&self) -> Value {
        read(&self.file("demo.json"))
    }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("demo.json");
    serde_json::from_str(&text).expect("JSON")
}

/// The persona with a role, as a caller of a server.
pub fn persona(server: &Server, document: &Value, role: &str) -> Caller {
    let personas = document["personas"].as_array().expect("personas");
    let found = personas.iter().find(|it| it["role"] == role).expect("the persona");
    Caller::new(server.base.clone(), found["token"].as_str().map(str::to_owned))
}
