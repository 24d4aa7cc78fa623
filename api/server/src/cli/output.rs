//! Results, failures and progress.

use std::{fmt, process::ExitCode};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use taiwa_domain::organization::Locale;
use taiwa_operations::Failure;

/// Why a command failed, for people and programs.
#[derive(Debug)]
pub(crate) struct Problem {
    code: String,
    message: String,
}

impl Problem {
    /// A failure with a stable code.
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::User(errors) => {
                let code = errors
                    .first()
                    .and_then(|error| serde_json::to_value(error.code).ok())
                    .and_then(|code| code.as_str().map(str::to_owned))
                    .unwrap_or_else(|| "invalid".to_owned());
                let messages: Vec<&str> =
                    errors.iter().map(|error| error.message(Locale::En)).collect();
                Self::new(code, messages.join("\n"))
            }
            Failure::NotFound => Self::new("not_found", "not found"),
            Failure::Database(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                Self::new("database", format!("{error}: {}", cause.unwrap_or_default()))
            }
            other => Self::new("internal", other.to_string()),
        }
    }
}

/// Writes a document and a line end to standard output. A reader that closed its end early
/// (`| head`) is no failure of ours.
fn write(document: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{document}").and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("the result cannot be written: {error}");
    }
}

/// Prints a result: as JSON, or as `text` for people. Only the one that is printed is made.
pub(crate) fn print<T: Serialize>(
    json: bool,
    result: impl FnOnce() -> T,
    text: impl FnOnce() -> String,
) {
    if json {
        match serde_json::to_string_pretty(&result()) {
            Ok(document) => write(&document),
            Err(error) => eprintln!("the result cannot be written: {error}"),
        }
    } else {
        write(&text());
    }
}

/// Prints a failure and returns the exit status.
pub(crate) fn failed(problem: &Problem, json: bool) -> ExitCode {
    if json {
        let document =
            serde_json::json!({"error": {"code": problem.code, "message": problem.message}});
        write(&format!("{document:#}"));
    } else {
        eprintln!("error: {problem}");
    }
    ExitCode::FAILURE
}

/// A progress bar on standard error; silent where that is no terminal.
pub(crate) fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:28} {bar:40.cyan} {pos}/{len} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(what)
}
