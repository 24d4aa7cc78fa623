//! Which server, and who writes.

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte (RFC 8314).
    Tls,
    /// After the greeting, by STARTTLS (RFC 3207); without it nothing is sent.
    StartTls,
    /// Not at all: on this machine alone.
    None,
}

/// What is wrong with settings. Says nothing of their values: one is a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    /// No address of a mail server.
    #[error(
        "write smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT (STARTTLS); percent-encode signs in the password"
    )]
    Url,
    /// A password for a connection that is not encrypted.
    #[error("a port must be from 1 to 65535")]
    Port,
    /// Not somebody to write as.
    #[error("write an address, or a name and an address, e.g. Taiwa <taiwa@example.com>")]
    From,
    /// Certificates that cannot be read.
    #[error("the trusted certificates cannot be read")]
    Trust,
}

/// Where mail is handed in, and as whom.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    pub(crate) credentials: Option<(String, SecretString)>,
    pub(crate) from: String,
    pub(crate) trust: Option<String>,
}

impl Settings {
    /// From an address such as `smtps://user:password@smtp.example.com` (TLS, port 465),
    /// `smtp://user:password@smtp.example.com` (STARTTLS, port 587) or `smtp://127.0.0.1:2525` (this
    /// machine, without encryption), and a sender such as `Taiwa <taiwa@example.com>`. `trust` are
    /// certificates in PEM that are trusted besides those of the public authorities.
    pub fn new(url: &str, from: &str, trust: Option<String>) -> Result<Self, BadSettings> {
        let url = Url::parse(url).map_err(|_| BadSettings::Url)?;
        // Of schemes that are none of the web's the host is not parsed into an address.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadSettings::Url)?;
        let here = match Host::parse(host) {
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Ok(Host::Domain(name)) => name == "localhost",
            Err(_) => return Err(BadSettings::Url),
        };
        let encryption = match url.scheme() {
            "smtps" => Encryption::Tls,
            "smtp" if here && url.query() != Some("tls=required") => Encryption::None,
            "smtp" => Encryption::StartTls,
            _ => return Err(BadSettings::Url),
        };
        if !matches!(url.query(), None | Some("tls=required")) || !matches!(url.path(), "" | "/") {
            return Err(BadSettings::Url);
        }
        let usual = match encryption {
            Encryption::Tls => 465,
            Encryption::StartTls => 587,
            Encryption::None => 25,
        };
        let port = url.port().unwrap_or(usual);
        if port == 0 {
            return Err(BadSettings::Port);
        }
        let plain = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(|it| it.into_owned()).map_err(|_| BadSettings::Url)
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some((plain(user)?, plain(password)?.into()))
            }
            _ => return Err(BadSettings::Url),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let settings = Self { host, port, encryption, credentials, from: from.to_owned(), trust };
        settings.mailbox()?;
        Ok(settings)
    }

    pub(crate) fn mailbox(&self) -> Result<Mailbox, BadSettings> {
        self.from.trim().parse().map_err(|_| BadSettings::From)
    }

    /// How the connection is encrypted.
    pub fn encryption(&self) -> Encryption {
        self.encryption
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(url: &str) -> Result<Settings, BadSettings> {
        Settings::new(url, "Taiwa 対話 <taiwa@example.com>", None)
    }

    #[test]
    fn passwords_leave_this_machine_by_tls_alone() {
        for (url, encryption, port) in [
            ("smtps://u:p@smtp.example.com", Encryption::Tls, 465),
            ("smtp://u:p@smtp.example.com", Encryption::StartTls, 587),
            ("smtp://smtp.example.com:25", Encryption::StartTls, 25),
            ("smtp://u:p@smtp.example.com:2525?tls=required", Encryption::StartTls, 2525),
            ("smtp://127.0.0.1:2525", Encryption::None, 2525),
            ("smtp://[::1]", Encryption::None, 25),
            ("smtp://localhost/", Encryption::None, 25),
            ("smtp://127.0.0.1:2525?tls=required", Encryption::StartTls, 2525),
            ("smtp://127.0.0.1.example.com", Encryption::StartTls, 587),
            ("smtp://10.0.0.1", Encryption::StartTls, 587),
        ] {
            let it = read(url).unwrap();
            assert_eq!((it.encryption, it.port), (encryption, port), "{url}");
        }
    }

    #[test]
    fn signs_in_passwords_are_percent_encoded() {
        let it = read("smtps://me%40example.com:p%2F%3A%E3%81%82@smtp.example.com").unwrap();
        let (user, password) = it.credentials.clone().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me@example.com", "p/:あ"));
        assert!(!format!("{it:?}").contains("p/:"), "{it:?}");
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for url in [
            "",
            "smtp.example.com",
            "https://u:secret@smtp.example.com",
            "smtp://:secret@smtp.example.com",
            "smtp://user@smtp.example.com",
            "smtp://u:secret@smtp.example.com?tls=none",
            "smtp://u:secret@smtp.example.com?tls=opportunistic",
            "smtp://u:secret@smtp.example.com/inbox",
            "smtp://",
            "smtp://u:secret@smtp.example.com:0",
        ] {
            let refused = read(url).expect_err(url);
            assert!(!refused.to_string().contains("secret"), "{refused}");
        }
        for from in ["", "nobody", "a@b@c", "Taiwa <taiwa>", "a@example.com\r\nBcc: b@example.com"]
        {
            let refused = Settings::new("smtp://127.0.0.1", from, None);
            assert_eq!(refused.err(), Some(BadSettings::From), "{from}");
        }
    }
}
