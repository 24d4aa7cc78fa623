//! An answer of the GraphQL endpoint.

use serde_json::Value;

/// Status and body of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body, if it was JSON.
    pub body: Value,
}

impl Answer {
    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(self) -> Value {
        assert!(self.status == 200 && self.body.get("errors").is_none(), "{self:?}");
        self.body["data"].clone()
    }

    /// The payload of the only mutation, which must have gone well.
    #[track_caller]
    pub fn done(self) -> Value {
        let payload = self.payload();
        assert_eq!(payload["userErrors"], Value::Array(Vec::new()), "{payload}");
        payload
    }

    /// The payload of the only field.
    #[track_caller]
    pub fn payload(self) -> Value {
        let data = self.data();
        let fields = data.as_object().expect("data");
        assert_eq!(fields.len(), 1, "{data}");
        fields.values().next().cloned().expect("one field")
    }

    /// The code of the only user error of the only mutation.
    #[track_caller]
    pub fn refusal(self) -> String {
        let payload = self.payload();
        let errors = payload["userErrors"].as_array().expect("user errors");
        assert_eq!(errors.len(), 1, "{payload}");
        errors[0]["code"].as_str().expect("a code").to_owned()
    }

    /// The codes of the errors, in their order.
    pub fn codes(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned())
            .collect()
    }
}

/// The nodes of a connection, whether it was asked for `nodes` or for `edges`.
#[track_caller]
pub fn nodes(connection: &Value) -> Vec<Value> {
    match connection["nodes"].as_array() {
        Some(nodes) => nodes.clone(),
        None => connection["edges"]
            .as_array()
            .unwrap_or_else(|| panic!("no connection: {connection}"))
            .iter()
            .map(|edge| edge["node"].clone())
            .collect(),
    }
}

/// A text in an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
