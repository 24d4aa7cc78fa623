//! The command line, run to its end.

use std::process::Command;

use serde_json::Value;

/// What a finished command left.
#[derive(Debug)]
pub struct Ran {
    /// Whether it exited with zero.
    pub succeeded: bool,
    /// Everything on standard output.
    pub out: String,
    /// Everything on standard error.
    pub err: String,
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let ran = Self {
            succeeded: output.status.success(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!ran.err.contains("panicked at"), "it panicked: {}", ran.err);
        ran
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON document ({error}): {self:?}"))
    }

    /// The document of a success.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert!(self.succeeded, "it failed: {self:?}");
        self.document()
    }

    /// The code and message of a failure that was told as a document.
    #[track_caller]
    pub fn error(&self) -> (String, String) {
        assert!(!self.succeeded, "it succeeded: {self:?}");
        let document = self.document();
        let text = |name: &str| {
            document["error"][name].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
        };
        (text("code"), text("message"))
    }
}
