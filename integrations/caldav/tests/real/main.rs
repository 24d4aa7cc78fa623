//! The adapter against real servers, started here on the loopback interface: Radicale and
//! Xandikos, with the client of PyPI's `caldav` as the hand of a person who edits their calendar.

mod conformance;
mod discovery;
mod failures;
mod odd;
mod outside;
mod pair;
mod poison;
mod proxy;
mod reading;
mod time;
mod world;
