//! The taiwa binary: configuration, HTTP, workers and the command line. The only place that
//! names adapters, reads the clock and makes identifiers.

// Merged roots nest one future in another, as deep as there are parts of the schema.
#![recursion_limit = "256"]

mod calendars;
mod cli;
mod config;
mod demo;
mod export;
mod feed;
mod gate;
mod http;
mod minutes;
mod notices;
mod page;
mod runtime;
mod serve;
mod sockets;
mod subscriptions;
mod uploads;

use std::process::ExitCode;

// Halves the time spent allocating in nested reads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
