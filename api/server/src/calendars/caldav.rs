//! CalDAV: a server that the person names, with their name and password there.

use std::sync::Arc;

use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use taiwa_caldav::{CalDavCalendar, ConnectError as Failed, Login};
use taiwa_domain::{
    calendar::{
        Account, CalendarError, CalendarProvider, CalendarSystem, ConnectCode, ConnectError,
        Connected,
    },
    clock::Clock,
};
use taiwa_egress::{Egress, EgressError};

use super::{UNREADABLE, refused};

pub(super) struct Caldav {
    pub(super) egress: Egress,
    pub(super) clock: Arc<dyn Clock>,
}

/// An account's secret.
#[derive(Deserialize, Serialize)]
struct Secret<T> {
    user: T,
    password: T,
}

/// Longest address of a server, in bytes.
const ADDRESS: usize = 2_048;
/// Longest name or password.
const NAME: usize = 1_024;

impl Caldav {
    pub(super) async fn connect(
        &self,
        server: &str,
        user: &str,
        password: &SecretString,
        calendar: Option<&str>,
    ) -> Result<Connected, ConnectError> {
        if server.len() > ADDRESS {
            return Err(refused(ConnectCode::BadAddress));
        }
        // A colon would end the name where the password begins (RFC 7617, 2).
        if user.len() > NAME || password.expose_secret().len() > NAME || user.contains(':') {
            return Err(refused(ConnectCode::Unauthorized));
        }
        let login = Login::Password { user: user.to_owned(), password: password.clone() };
        let found = taiwa_caldav::connect(&self.egress, server, &login).await.map_err(refusal)?;
        let same = |it: &str, other: &str| it.trim_end_matches('/') == other.trim_end_matches('/');
        let chosen = found
            .calendars
            .into_iter()
            .find(|found| calendar.is_none_or(|named| same(&found.account.calendar, named.trim())))
            .ok_or(refused(ConnectCode::NoCalendar))?
            .account;
        // The server knows its owner by several; the first is the one that invitations name.
        let address = chosen.addresses.first().filter(|address| address.contains('@'));
        let address = address.map_or_else(|| user.to_lowercase(), |address| address.to_lowercase());
        let tenant = chosen.scheduling.then(|| chosen.origin()).flatten();
        let settings = serde_json::to_string(&chosen).expect("plain fields");
        let secret = Secret { user, password: password.expose_secret() };
        let secret = serde_json::to_string(&secret).expect("plain fields");
        Ok(Connected {
            account: Account { system: CalendarSystem::Caldav, tenant, address, settings },
            secret: secret.into(),
        })
    }

    pub(super) fn open(
        &self,
        account: &Account,
        secret: &SecretString,
        zone: Tz,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError> {
        let stored = serde_json::from_str(&account.settings).map_err(|_| UNREADABLE)?;
        let secret: Secret<String> =
            serde_json::from_str(secret.expose_secret()).map_err(|_| UNREADABLE)?;
        let login = Login::Password { user: secret.user, password: secret.password.into() };
        let (egress, clock) = (self.egress.clone(), self.clock.clone());
        Ok(Box::new(CalDavCalendar::open(egress, stored, &login, zone, clock)?))
    }
}

fn refusal(failed: Failed) -> ConnectError {
    match failed {
        Failed::BadAddress => refused(ConnectCode::BadAddress),
        Failed::Forbidden => refused(ConnectCode::Forbidden),
        Failed::WrongPassword => refused(ConnectCode::Unauthorized),
        Failed::Elsewhere { address } => ConnectError::Refused {
            code: ConnectCode::Elsewhere,
            instead: (address.len() <= ADDRESS).then_some(address),
        },
        Failed::NotCalDav => refused(ConnectCode::Unreachable),
        Failed::NoCalendar => refused(ConnectCode::NoCalendar),
        Failed::Unreachable { retry_after, cause } => {
            // A name that nobody has is most likely mistyped: its owner should hear of it now.
            if let Some(EgressError::Unresolved(_)) = cause.downcast_ref() {
                return refused(ConnectCode::Unreachable);
            }
            ConnectError::Later(CalendarError::Unavailable { retry_after, cause })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_code() {
        let code = |failed| match refusal(failed) {
            ConnectError::Refused { code, instead } => (code, instead),
            later => panic!("{later}"),
        };
        for (failed, expected) in [
            (Failed::BadAddress, ConnectCode::BadAddress),
            (Failed::Forbidden, ConnectCode::Forbidden),
            (Failed::WrongPassword, ConnectCode::Unauthorized),
            (Failed::NotCalDav, ConnectCode::Unreachable),
            (Failed::NoCalendar, ConnectCode::NoCalendar),
        ] {
            assert_eq!(code(failed), (expected, None));
        }
        let there = "https://there.example/".to_owned();
        let elsewhere = code(Failed::Elsewhere { address: there.clone() });
        assert_eq!(elsewhere, (ConnectCode::Elsewhere, Some(there)));
        let unreachable =
            |cause: EgressError| Failed::Unreachable { retry_after: None, cause: Box::new(cause) };
        let unknown = EgressError::Unresolved(std::io::ErrorKind::NotFound.into());
        assert_eq!(code(unreachable(unknown)), (ConnectCode::Unreachable, None));
        assert!(matches!(refusal(unreachable(EgressError::TimedOut)), ConnectError::Later(_)));
    }
}
