//! Relay pages: arguments in, a connection out.

use async_graphql::{
    OutputType, Result,
    connection::{Connection, Edge},
};

use crate::error::coded;

/// Items of a page when the client does not say.
const DEFAULT: u32 = 50;
/// Most items of a page.
const MOST: u32 = 100;

/// A checked request for a page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) limit: u32,
    pub(crate) backwards: bool,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

impl Page {
    /// Checks Relay's four arguments.
    pub(crate) fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self> {
        let (limit, backwards) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(coded("INVALID_PAGE", "Give first or last, not both."));
            }
            (Some(first), None) => (first, false),
            (None, Some(last)) => (last, true),
            (None, None) => (DEFAULT as i32, false),
        };
        match u32::try_from(limit) {
            Ok(limit) if (1..=MOST).contains(&limit) => {
                Ok(Self { limit, backwards, after, before })
            }
            _ => Err(coded(
                "INVALID_PAGE",
                format!("A page has 1 to {MOST} items; {limit} were asked for."),
            )),
        }
    }

    /// How many rows to read: one more tells whether there is another page.
    pub(crate) fn fetch(&self) -> u32 {
        self.limit + 1
    }

    /// The connection of rows that were read with [`Self::fetch`] as their limit, in their order.
    pub(crate) fn connection<T, N: OutputType>(
        &self,
        mut rows: Vec<T>,
        cursor: impl Fn(&T) -> String,
        node: impl Fn(T) -> N,
    ) -> Connection<String, N> {
        let more = rows.len() > self.limit as usize;
        if more && self.backwards {
            rows.remove(0);
        } else {
            rows.truncate(self.limit as usize);
        }
        let (previous, next) = if self.backwards {
            (more, self.before.is_some())
        } else {
            (self.after.is_some(), more)
        };
        let mut connection = Connection::new(previous, next);
        connection.edges.extend(rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))));
        connection
    }

    /// A page of a list that is in memory, sorted by a key that is its cursor.
    pub(crate) fn keyed<T, N: OutputType>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> &str,
        node: impl Fn(T) -> N,
    ) -> Connection<String, N> {
        if let Some(after) = &self.after {
            items.retain(|item| key(item) > after.as_str());
        }
        if let Some(before) = &self.before {
            items.retain(|item| key(item) < before.as_str());
        }
        if self.backwards {
            let surplus = items.len().saturating_sub(self.fetch() as usize);
            items.drain(..surplus);
        } else {
            items.truncate(self.fetch() as usize);
        }
        self.connection(items, |item| key(item).to_owned(), node)
    }

    /// A page of a list that is in memory; its cursors are places in the list.
    pub(crate) fn slice<T, N: OutputType>(
        &self,
        items: Vec<T>,
        node: impl Fn(T) -> N,
    ) -> Result<Connection<String, N>> {
        let place = |cursor: &Option<String>| -> Result<Option<usize>> {
            cursor.as_deref().map(|text| text.parse().map_err(|_| bad_cursor())).transpose()
        };
        let total = items.len();
        let start = place(&self.after)?.map_or(0, |at| at.saturating_add(1)).min(total);
        let end = place(&self.before)?.unwrap_or(total).min(total).max(start);
        let limit = self.limit as usize;
        let (from, to) = if self.backwards {
            (end.saturating_sub(limit).max(start), end)
        } else {
            (start, (start + limit).min(end))
        };
        let mut connection = Connection::new(from > 0, to < total);
        connection.edges.extend(
            items
                .into_iter()
                .enumerate()
                .skip(from)
                .take(to - from)
                .map(|(place, item)| Edge::new(place.to_string(), node(item))),
        );
        Ok(connection)
    }
}

/// A cursor that we did not give.
pub(crate) fn bad_cursor() -> async_graphql::Error {
    coded("INVALID_CURSOR", "The cursor is not one of this list's; start again without it.")
}
