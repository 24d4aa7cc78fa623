//! Erasure and retention.

pub mod erase;
pub mod retain;
