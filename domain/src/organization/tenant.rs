//! The organization itself: the tenant.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Locale;
use crate::id::OrganizationId;

/// A company, school or other body whose 1on1 program this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Identity.
    pub id: OrganizationId,
    /// Short name for commands: lower-case letters, digits and hyphens, 2 to 40.
    pub key: String,
    /// Full name.
    pub name: String,
    /// Zone of people for whom none is given, and of the organization's own days.
    pub zone: Tz,
    /// Language of people for whom none is given.
    pub locale: Locale,
    /// Month in which the fiscal year starts, 1 to 12.
    pub fiscal_year_start_month: u8,
    /// Counts every change to the org chart.
    pub revision: i64,
}

/// Whether `key` can be an organization's key.
pub fn valid_key(key: &str) -> bool {
    (2..=40).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && !key.ends_with('-')
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

impl Organization {
    /// Today, as the organization counts days.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }
}
