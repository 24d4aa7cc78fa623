//! Where Google is, and which requests may leave in the clear.

use url::{Host, Url};

/// The addresses of Google's services; [`Endpoints::default`] are the real ones.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The Calendar API, with a slash at its end.
    pub calendar: Url,
    /// Where tokens are given out.
    pub token: Url,
    /// Where what was consented to is given back.
    pub revoke: Url,
    /// Where a person consents.
    pub authorize: Url,
}

/// An address is not HTTPS, and not on this machine either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address of Google's services is not HTTPS")]
pub struct EndpointError;

impl Endpoints {
    /// All of them below one address, whatever its path: for tests against a stand-in.
    pub fn below(base: &Url) -> Self {
        let at = |path: &str| {
            let mut url = base.clone();
            url.set_path(path);
            url
        };
        Self {
            calendar: at("/calendar/v3/"),
            token: at("/token"),
            revoke: at("/revoke"),
            authorize: at("/o/oauth2/v2/auth"),
        }
    }

    /// Secrets go over TLS; without it only to this machine itself.
    pub fn check(&self) -> Result<(), EndpointError> {
        let all = [&self.calendar, &self.token, &self.revoke, &self.authorize];
        let fine = all.into_iter().all(|url| {
            url.has_host()
                && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        });
        if fine { Ok(()) } else { Err(EndpointError) }
    }

    pub(crate) fn need_tls(&self) -> bool {
        [&self.calendar, &self.token, &self.revoke].into_iter().any(|url| url.scheme() == "https")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

impl Default for Endpoints {
    fn default() -> Self {
        let url = |text: &str| Url::parse(text).expect("a constant address");
        Self {
            calendar: url("https://www.googleapis.com/calendar/v3/"),
            token: url("https://oauth2.googleapis.com/token"),
            revoke: url("https://oauth2.googleapis.com/revoke"),
            authorize: url("https://accounts.google.com/o/oauth2/v2/auth"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_this_machine_without_tls() {
        assert!(Endpoints::default().check().is_ok());
        let below = |base: &str| Endpoints::below(&Url::parse(base).unwrap()).check();
        assert!(below("http://127.0.0.1:8080").is_ok());
        assert!(below("http://[::1]:8080").is_ok());
        assert!(below("https://proxy.example.com").is_ok());
        assert!(below("http://10.0.0.1").is_err());
        assert!(below("http://localhost").is_err(), "a name may resolve to anything");
        assert!(below("mailto:someone@example.com").is_err());
    }
}
