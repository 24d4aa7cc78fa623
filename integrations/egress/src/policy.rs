//! What the operator allows.

use std::{net::IpAddr, str::FromStr, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::address::is_public;

/// Where requests may go and what they may cost. The default goes to the public internet by HTTPS.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressPolicy {
    /// What is allowed besides public addresses: networks (`10.20.0.0/16`) and hosts by name
    /// (`caldav.example.internal`), whatever address the name has.
    pub allow: Vec<Allowed>,
    /// Addresses that begin with `http://` are asked too. Passwords then travel in the clear.
    pub plain_http: bool,
    /// Certificates in PEM that are trusted besides those of the public authorities, for servers
    /// within a company.
    pub trust: Option<String>,
    /// How many redirects are followed.
    pub redirects: u8,
    /// Bytes of an answer's body.
    pub response_bytes: usize,
    /// Seconds for one connection attempt to one address.
    pub connect_seconds: u64,
    /// Seconds for everything until the last byte of the answer, redirects included.
    pub total_seconds: u64,
}

impl Default for EgressPolicy {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            plain_http: false,
            trust: None,
            redirects: 3,
            response_bytes: 8 << 20,
            connect_seconds: 5,
            total_seconds: 30,
        }
    }
}

impl EgressPolicy {
    /// Whether a connection to this address, found under this name, may be made.
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address)
            || self.allow.iter().any(|allowed| match allowed {
                Allowed::Network(network) => network.contains(&address),
                Allowed::Host(name) => name.eq_ignore_ascii_case(host.trim_end_matches('.')),
            })
    }

    pub(crate) fn connect_time(&self) -> Duration {
        Duration::from_secs(self.connect_seconds)
    }

    pub(crate) fn total_time(&self) -> Duration {
        Duration::from_secs(self.total_seconds)
    }
}

/// An exception that the operator makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// All addresses of a network.
    Network(IpNet),
    /// A host by its name.
    Host(String),
}

impl FromStr for Allowed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().trim_end_matches('.');
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let label = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        // A name whose last part is a number would be read as an IPv4 address.
        let number = text.rsplit('.').next().is_some_and(|last| last.parse::<u64>().is_ok());
        if text.split('.').all(label) && !number {
            Ok(Self::Host(text.to_ascii_lowercase()))
        } else {
            Err("neither a network, an address nor the name of a host")
        }
    }
}

impl<'de> Deserialize<'de> for Allowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_networks_or_hosts() {
        let text = r#"{"allow": ["10.20.0.0/16", "::1", "Caldav.Internal"], "plain_http": true}"#;
        let policy: EgressPolicy = serde_json::from_str(text).expect("a policy");
        let permits =
            |host, address: &str| policy.permits(host, address.parse().expect("an address"));
        assert!(permits("a", "10.20.1.1") && permits("a", "::ffff:10.20.1.1"));
        assert!(permits("a", "::1") && permits("a", "8.8.8.8"));
        assert!(permits("caldav.internal.", "10.99.0.1"));
        assert!(!permits("a", "10.21.1.1") && !permits("b.caldav.internal", "10.99.0.1"));
        for wrong in ["", "10.0.0.0/33", "a b", "https://a", "300.1.2.3", "a..b"] {
            assert!(wrong.parse::<Allowed>().is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<EgressPolicy>(r#"{"alow": []}"#).is_err());
    }
}
