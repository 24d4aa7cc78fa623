//! The id under which the operator finds what a client was not told.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderMap;

/// A W3C trace id: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceId(String);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes trace ids: a counter under a key drawn when the server starts. They need to be unique,
/// not secret.
pub(super) struct TraceIds {
    key: RandomState,
    count: AtomicU64,
}

impl TraceIds {
    /// A source of its own.
    pub(super) fn new() -> Self {
        Self { key: RandomState::new(), count: AtomicU64::new(0) }
    }

    /// The caller's trace id where its `traceparent` header has one, else a new one.
    pub(super) fn for_request(&self, headers: &HeaderMap) -> TraceId {
        headers
            .get("traceparent")
            .and_then(|value| value.to_str().ok())
            .and_then(parent)
            .unwrap_or_else(|| self.next())
    }

    fn next(&self) -> TraceId {
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        let high = self.key.hash_one((n, "high"));
        let low = self.key.hash_one((n, "low"));
        TraceId(format!("{high:016x}{low:016x}"))
    }
}

fn parent(header: &str) -> Option<TraceId> {
    let id = header.split('-').nth(1)?;
    let hex = id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let zero = id.bytes().all(|b| b == b'0');
    (id.len() == 32 && hex && !zero).then(|| TraceId(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_the_caller_or_are_new() {
        let ids = TraceIds::new();
        let mut headers = HeaderMap::new();
        let first = ids.for_request(&headers);
        assert_eq!(first.to_string().len(), 32);
        assert_ne!(first, ids.for_request(&headers));
        let given = "0af7651916cd43dd8448eb211c80319c";
        let parent = format!("00-{given}-b7ad6b7169203331-01");
        headers.insert("traceparent", parent.parse().unwrap());
        assert_eq!(ids.for_request(&headers).to_string(), given);
        headers.insert("traceparent", "00-<script>-b7ad6b7169203331-01".parse().unwrap());
        assert_ne!(ids.for_request(&headers).to_string(), given);
    }
}
