//! What the tests of whole files share.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::NaiveDate;
use taiwa_domain::{
    id::IdSource,
    organization::{
        Locale, Snapshot,
        import::{Mode, Options, Table},
    },
};
use taiwa_tabular::{Limits, read};

/// Identifiers that count up.
#[derive(Default)]
pub(crate) struct Ids(AtomicU64);

impl IdSource for Ids {
    fn next(&self) -> uuid::Uuid {
        uuid::Uuid::from_u64_pair(7, self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// An organization in Tokyo without anyone.
pub(crate) fn empty(day: NaiveDate) -> Snapshot {
    Snapshot {
        revision: 1,
        day,
        zone: chrono_tz::Tz::Asia__Tokyo,
        locale: Locale::Ja,
        departments: Vec::new(),
        persons: Vec::new(),
    }
}

pub(crate) fn options(mode: Mode, effective: NaiveDate) -> Options {
    Options::new(mode, effective, effective)
}

pub(crate) fn fixture_bytes(name: &str) -> Vec<u8> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn fixture(name: &str) -> Table {
    read(&fixture_bytes(name), Some(name), &Limits::default()).expect("a readable file")
}
