//! Where a connected calendar account stands.

use serde::{Deserialize, Serialize};

use super::ConnectCode;

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// What was given is being tried.
    Connecting,
    /// It opens.
    Connected,
    /// It does not open any more: its owner must connect it again. What it last showed still
    /// counts as busy, and nobody takes its owner for free because of it.
    Disconnected,
    /// It could not be connected.
    Failed,
    /// Its owner took it back; what stands in it is being cancelled.
    Leaving,
}

impl AccountState {
    /// The account is the one in use: meetings stand, or are to stand, in it.
    pub fn in_use(self) -> bool {
        matches!(self, Self::Connected | Self::Disconnected)
    }
}

/// Why an account does not open, as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountTrouble {
    /// Its password or consent is no longer accepted.
    Unauthorized,
    /// The calendar was deleted.
    CalendarGone,
    /// The system refuses to be read.
    Refused,
    /// It could not be connected: why.
    #[serde(untagged)]
    Connect(ConnectCode),
}
