//! Models, rules and ports of Taiwa. Knows no I/O and no ambient time.
//!
//! `now`, ids and randomness come in as arguments; rules are plain synchronous functions:
//! state and facts in, decisions out.

pub mod id;
pub mod organization;
pub mod planning;
