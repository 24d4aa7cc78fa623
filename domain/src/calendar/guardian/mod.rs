//! The guardian's rules: from what is wanted and what calendars show to what to do.
//!
//! Plain functions of their arguments. [`decide`] answers what happened to one slot; [`choose()`]
//! finds the times that [`Action::Replan`] and people's own proposals need.
//!
#![doc = include_str!("table.md")]

mod accept;
mod choose;
mod decide;
mod decision;
mod displaced;
mod level;
mod look;
mod situation;
mod state;

pub use accept::{Illegal, least_minutes, legality};
pub use choose::{Choice, MAX_OFFERS, Neighbours, Offer, Search, Term, TermKind, choose};
pub use decide::decide;
pub use decision::{Action, Answer, Decision, Entry, Fingerprint, Notice};
pub use displaced::{Displacing, LARGE};
pub use level::DefenceLevel;
pub use look::{Block, Finding, Other, Side, Sight, Written, look};
pub use situation::{Circumstances, FREEZE, MAX_INTERVENTIONS, Rearranged, Situation, Subject};
pub use state::{ReleaseReason, SlotState};
