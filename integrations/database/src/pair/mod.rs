//! Pairs, their episodes and requests.

mod read;
mod requests;
mod write;

pub use read::PairRow;
