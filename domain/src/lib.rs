//! Models, rules and ports of Taiwa. Knows no I/O and no ambient time.
//!
//! `now`, ids and randomness come in as arguments; rules are plain synchronous functions:
//! state and facts in, decisions out.

pub mod access;
pub mod cadence;
pub mod calendar;
pub mod changes;
pub mod clock;
pub mod content;
pub mod id;
pub mod insight;
pub mod meeting;
pub mod minutes;
pub mod notice;
pub mod organization;
pub mod pair;
pub mod planning;
pub mod privacy;
