//! The taiwa binary.
fn main() {}
