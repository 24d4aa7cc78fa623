//! The request as it comes over the wire, before anything is looked up or parsed as GraphQL.

use std::borrow::Cow;

use async_graphql::{Extensions, Value, Variables};
use axum::extract::Query;
use http::Uri;
use serde::Deserialize;

use super::cache::Key;
use super::refusal::Refusal;

/// The four parameters of a GraphQL request. `null` and absent mean the same.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payload {
    /// The text of the document, absent when a persisted one is named instead.
    #[serde(default)]
    pub(super) query: Option<String>,
    /// Which of its operations to execute.
    #[serde(default)]
    pub(super) operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub(super) variables: Variables,
    /// Whatever else the client says; we read `persistedQuery`.
    #[serde(default)]
    pub(super) extensions: Extensions,
}

/// What a POST may carry.
pub(super) enum Body {
    /// One request, as a JSON object.
    One(Payload),
    /// Several, as a JSON array.
    Batch(Vec<Payload>),
}

impl Body {
    /// Reads a POST body. An array longer than `batch` is refused.
    pub(super) fn parse(body: &[u8], batch: usize) -> Result<Self, Refusal> {
        let array = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        if !array {
            return json(body).map(Self::One);
        }
        if batch <= 1 {
            // How many there are would have to be parsed to be known.
            return Err(Refusal::batch(1, 2));
        }
        let payloads: Vec<Payload> = json(body)?;
        match payloads.len() {
            0 => Err(Refusal::bad_request("The batch is empty")),
            found if found > batch => Err(Refusal::batch(batch, found)),
            _ => Ok(Self::Batch(payloads)),
        }
    }
}

impl Payload {
    /// Reads the query string of a GET.
    pub(super) fn from_uri(uri: &Uri) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Parameters {
            query: Option<String>,
            operation_name: Option<String>,
            variables: Option<String>,
            extensions: Option<String>,
        }
        let Query(parameters) = Query::<Parameters>::try_from_uri(uri)
            .map_err(|_| Refusal::bad_request("The query string cannot be read"))?;
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self {
            query: some(parameters.query),
            operation_name: some(parameters.operation_name),
            variables: match some(parameters.variables) {
                Some(text) => json(text.as_bytes())?,
                None => Variables::default(),
            },
            extensions: match some(parameters.extensions) {
                Some(text) => json(text.as_bytes())?,
                None => Extensions::default(),
            },
        })
    }

    /// Refuses the character U+0000, which is no text to PostgreSQL: as a variable's value or as
    /// an escape in the document.
    pub(super) fn check_text(&self) -> Result<(), Refusal> {
        fn holds(value: &Value) -> bool {
            match value {
                Value::String(text) => text.contains('\0'),
                Value::List(items) => items.iter().any(holds),
                Value::Object(fields) => fields.values().any(holds),
                _ => false,
            }
        }
        let escaped = self.query.as_ref().is_some_and(|text| text.contains("\\u0000"));
        if escaped || self.variables.values().any(holds) {
            return Err(Refusal::bad_request("The character U+0000 is no text"));
        }
        Ok(())
    }

    /// The key of the persisted query that the client names, if it does.
    pub(super) fn persisted(&self) -> Result<Option<Key>, Refusal> {
        let (version, hash) = match self.extensions.get("persistedQuery") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(named)) => (named.get("version"), named.get("sha256Hash")),
            Some(_) => (None, None),
        };
        let key = match (version, hash) {
            (Some(Value::Number(version)), Some(Value::String(hash)))
                if version.as_u64() == Some(1) =>
            {
                Key::from_hex(hash)
            }
            _ => None,
        };
        key.map(Some).ok_or_else(|| {
            Refusal::bad_request("extensions.persistedQuery wants version 1 and a sha256Hash")
        })
    }
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| {
        let problem: Cow<'static, str> = if bytes.is_empty() {
            "The request body is empty".into()
        } else {
            format!("Not a GraphQL request in JSON: {error}").into()
        };
        Refusal::bad_request(problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(body: &str) -> Result<Payload, Refusal> {
        match Body::parse(body.as_bytes(), 1)? {
            Body::One(payload) => Ok(payload),
            Body::Batch(_) => panic!("not a batch"),
        }
    }

    #[test]
    fn null_means_absent() {
        let payload =
            one(r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#)
                .unwrap();
        assert_eq!(payload.query.as_deref(), Some("{a}"));
        assert!(payload.operation_name.is_none());
        assert!(payload.variables.is_empty() && payload.extensions.is_empty());
    }

    #[test]
    fn what_is_not_a_request_is_refused() {
        for body in [
            "",
            "nonsense",
            "\"{a}\"",
            r#"{"query":1}"#,
            r#"{"query":{}}"#,
            r#"{"query":"{a}","operationName":[]}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","variables":"{}"}"#,
            r#"{"query":"{a}","extensions":7}"#,
            r#"{"query":"{a}"} {"#,
        ] {
            assert_eq!(one(body).unwrap_err().code, "BAD_REQUEST", "{body}");
        }
        let deep = format!("{{\"variables\":{}", "[".repeat(100_000));
        assert_eq!(one(&deep).unwrap_err().code, "BAD_REQUEST");
    }

    #[test]
    fn batches_are_bounded() {
        let three = r#" [{"query":"{a}"},{"query":"{b}"},{"query":"{c}"}]"#.as_bytes();
        let code = |batch| Body::parse(three, batch).err().map(|refusal| refusal.code);
        assert_eq!(code(1), Some("BATCH_TOO_LARGE"));
        assert_eq!(code(2), Some("BATCH_TOO_LARGE"));
        assert_eq!(code(3), None);
        assert_eq!(Body::parse(b"[]", 3).err().unwrap().code, "BAD_REQUEST");
    }

    #[test]
    fn persisted_queries_are_named_in_one_way() {
        let hash = "0".repeat(64);
        for (extensions, expected) in [
            ("null".to_owned(), Ok(false)),
            ("{}".to_owned(), Ok(false)),
            (format!(r#"{{"persistedQuery":{{"version":1,"sha256Hash":"{hash}"}}}}"#), Ok(true)),
            (format!(r#"{{"persistedQuery":{{"version":2,"sha256Hash":"{hash}"}}}}"#), Err(())),
            (r#"{"persistedQuery":{"version":1,"sha256Hash":"12"}}"#.to_owned(), Err(())),
            (r#"{"persistedQuery":true}"#.to_owned(), Err(())),
        ] {
            let payload = one(&format!(r#"{{"extensions":{extensions}}}"#)).unwrap();
            let found = payload.persisted().map(|key| key.is_some()).map_err(|_| ());
            assert_eq!(found, expected, "{extensions}");
        }
    }

    #[test]
    fn a_get_carries_json_in_its_parameters() {
        let uri = "/graphql?query=%7Ba%7D&variables=%7B%22n%22%3A1%7D&operationName=";
        let payload = Payload::from_uri(&uri.parse().unwrap()).unwrap();
        assert_eq!(payload.query.as_deref(), Some("{a}"));
        assert_eq!(payload.variables.len(), 1);
        assert!(payload.operation_name.is_none());
        let bad = "/graphql?query=%7Ba%7D&variables=nonsense".parse().unwrap();
        assert!(Payload::from_uri(&bad).is_err());
    }
}
