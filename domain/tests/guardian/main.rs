//! The guardian's rules against a model of calendars and people.

mod cases;
mod choosing;
mod properties;
mod table;
mod world;
