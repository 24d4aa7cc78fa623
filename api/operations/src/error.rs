//! Failures: expected ones as data, the rest for the log.

use serde::{Deserialize, Serialize};
use taiwa_database::DatabaseError;
use taiwa_domain::{access::Denied, organization::Locale};

/// What kind of expected failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A value is out of bounds or malformed.
    Invalid,
    /// It does not exist, or the caller may not know of it.
    NotFound,
    /// It changed since the caller saw it.
    Stale,
    /// It contradicts something that stands.
    Conflict,
    /// Too many people would leave.
    MassLeave,
    /// The file cannot be read.
    UnreadableFile,
    /// The idempotency key was used for another input.
    IdempotencyMismatch,
}

/// One expected failure, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserError {
    /// Path of the input field, outermost first; empty = the whole input.
    pub field: Vec<String>,
    /// For programs.
    pub code: ErrorCode,
    ja: String,
    en: String,
}

impl UserError {
    /// A failure at a dotted field path.
    pub fn new(code: ErrorCode, field: &str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            field: field.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            code,
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// For people.
    pub fn message(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.ja,
            Locale::En => &self.en,
        }
    }
}

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Expected: told to the caller in full.
    #[error("{}", .0.first().map_or("refused", |error| error.message(Locale::En)))]
    User(Vec<UserError>),
    /// It does not exist, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The database failed; the caller learns no more than that.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A calendar failed.
    #[error(transparent)]
    Calendar(#[from] taiwa_domain::calendar::CalendarError),
    /// A way out failed.
    #[error(transparent)]
    Notify(#[from] taiwa_domain::notice::NotifyError),
    /// Something that never happens did.
    #[error("{0}")]
    Internal(&'static str),
}

/// What operations return.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<Denied> for Failure {
    fn from(_: Denied) -> Self {
        Self::NotFound
    }
}

impl From<UserError> for Failure {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl Failure {
    /// As errors for the caller, if it is an expected failure. Not found is one: programs handle
    /// it, and outsiders get the same answer for what exists and what does not.
    pub fn into_user(self) -> Result<Vec<UserError>> {
        match self {
            Self::User(errors) => Ok(errors),
            Self::NotFound => {
                Ok(vec![UserError::new(ErrorCode::NotFound, "", "見つかりません。", "Not found.")])
            }
            Self::Database(DatabaseError::Conflict(_)) => Ok(vec![UserError::new(
                ErrorCode::Conflict,
                "",
                "同時に行われた別の変更と競合しました。読み直してからやり直してください。",
                "Another change came first. Read it again, then retry.",
            )]),
            other => Err(other),
        }
    }
}
