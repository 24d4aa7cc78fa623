//! Access tokens in memory: one request for a new one per account, however many wait for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{Access, AccountKey};
use crate::failure::Failure;

/// Ended tokens are forgotten above this number of accounts.
const ACCOUNTS: usize = 1024;

type Cell = Arc<tokio::sync::Mutex<Option<Access>>>;

#[derive(Default)]
pub(crate) struct TokenCache {
    cells: Mutex<HashMap<AccountKey, Cell>>,
}

impl TokenCache {
    fn cell(&self, key: AccountKey, now: DateTime<Utc>) -> Cell {
        let mut cells = self.cells.lock().unwrap_or_else(|broken| broken.into_inner());
        if cells.len() >= ACCOUNTS && !cells.contains_key(&key) {
            cells.retain(|_, cell| {
                // One that is being filled is in use.
                cell.try_lock().map_or(true, |held| held.as_ref().is_some_and(|a| a.until > now))
            });
        }
        cells.entry(key).or_default().clone()
    }

    /// The account's token, by `fetch` if there is none that is good at `now`.
    pub(crate) async fn get(
        &self,
        key: AccountKey,
        now: DateTime<Utc>,
        fetch: impl Future<Output = Result<Access, Failure>>,
    ) -> Result<SecretString, Failure> {
        let cell = self.cell(key, now);
        let mut held = cell.lock().await;
        if let Some(access) = held.as_ref().filter(|access| access.until > now) {
            return Ok(access.token.clone());
        }
        *held = None;
        let access = fetch.await?;
        let token = access.token.clone();
        *held = Some(access);
        Ok(token)
    }

    /// Drops a token that Google did not accept, unless a newer one has come meanwhile.
    pub(crate) async fn forget(&self, key: AccountKey, now: DateTime<Utc>, token: &SecretString) {
        let cell = self.cell(key, now);
        let mut held = cell.lock().await;
        if held.as_ref().is_some_and(|a| a.token.expose_secret() == token.expose_secret()) {
            *held = None;
        }
    }
}
