//! Calendars: the port that every provider fills, and the rules of free and busy.
//!
//! To add a calendar: a crate under `integrations/` that implements [`CalendarProvider`] for one
//! person's account, runs [`conformance`] against the real system, is a [`CalendarSystem`], and is
//! connected and opened in `api/server/src/calendars`.

pub mod account;
pub mod conformance;
pub mod event;
pub mod guardian;
pub mod holidays;
pub mod provider;
pub mod systems;

pub use account::{AccountState, AccountTrouble};
pub use event::{
    Answer, Busy, Cursor, Event, EventKey, EventState, EventUid, Hold, Place, ResourceKey, Version,
    Wanted,
};
pub use provider::{
    Abilities, CalendarError, CalendarProvider, Call, Changes, Channel, Next, Resource, Watch,
};
pub use systems::{
    Account, CalendarSystem, CalendarSystems, ConnectCode, ConnectError, Connected, Connecting,
    Consent, Credential, NoSystems, Revoking,
};
