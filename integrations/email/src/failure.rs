//! What a server's refusal means.

use lettre::transport::smtp::{Error, response::Severity};
use taiwa_domain::notice::NotifyError;

/// In the words of the port. The log gets codes and kinds; the server's own words may repeat an
/// address.
pub(crate) fn of(error: Error) -> NotifyError {
    let code = error.status().map(u16::from);
    let kind = match () {
        () if error.is_timeout() => "timeout",
        () if error.is_tls() => "tls",
        () if error.is_response() => "response",
        () if error.is_client() => "client",
        () => "connection",
    };
    tracing::debug!(code, kind, "a mail was not taken");
    let permanent =
        error.status().is_some_and(|it| it.severity == Severity::PermanentNegativeCompletion);
    match code {
        Some(530 | 534 | 535 | 538) => NotifyError::Unauthorized,
        // 5.7.x is the server's policy, which says nothing of the address (RFC 3463).
        Some(550 | 551 | 553) if permanent && !says(&error, "5.7.") => NotifyError::NoSuchAddress,
        Some(_) if permanent => NotifyError::Refused("the mail server refuses it"),
        // No way to sign in that both know, or an address that the server cannot write.
        None if error.is_client() => NotifyError::Refused("the mail server cannot take it"),
        _ => NotifyError::Unavailable { retry_after: None, cause: error.into() },
    }
}

fn says(error: &Error, what: &str) -> bool {
    std::error::Error::source(error).is_some_and(|it| it.to_string().contains(what))
}
