//! Figures about 1on1s: closed, published, and read by those for whom they are. Nothing here reaches
//! what is said in a meeting.

pub mod close;
pub mod read;
