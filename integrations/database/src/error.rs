//! What can go wrong, in words that name no statement and no value.

use sea_orm::{DbErr, RuntimeErr};

/// A database call failed. Its text is for operators' logs; clients see a code.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It cannot be reached, or was too busy.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DbErr),
    /// A uniqueness, reference or check constraint refused the change.
    #[error("the change conflicts with what is stored")]
    Conflict(#[source] DbErr),
    /// The stored value cannot be read as what it should be.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// The URL cannot be read, or names no engine that is supported. It may hold a password, so
    /// it is not repeated.
    #[error("the database URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")]
    Url,
    /// Anything else.
    #[error("the database refused a statement")]
    Other(#[source] DbErr),
}

/// What every call here returns.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

impl From<DbErr> for DatabaseError {
    fn from(error: DbErr) -> Self {
        if error.sql_err().is_some() {
            return Self::Conflict(error);
        }
        match &error {
            DbErr::Conn(RuntimeErr::Internal(text))
                if text.starts_with("The connection string") =>
            {
                Self::Url
            }
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(error),
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner))
                if inner.as_database_error().is_some_and(|e| {
                    matches!(e.code().as_deref(), Some("40001" | "40P01" | "23514"))
                }) =>
            {
                Self::Conflict(error)
            }
            _ => Self::Other(error),
        }
    }
}
