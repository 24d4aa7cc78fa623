//! Someone who asks the server.

use std::sync::{Arc, Mutex};

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::{Answer, answer};

/// Where a server is: a restarted one listens elsewhere.
pub type Base = Arc<Mutex<String>>;

/// Someone with a token, or without one.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    base: Base,
    /// The bearer token.
    pub token: Option<String>,
}

impl Caller {
    /// A caller of the server at `base`.
    pub fn new(base: Base, token: Option<String>) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { client, base, token }
    }

    /// The same caller at another server.
    pub fn at(&self, base: &Base) -> Self {
        Self { base: base.clone(), ..self.clone() }
    }

    /// The same place with another token.
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// Where `path` is now.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.lock().expect("the address"))
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a GraphQL request, if the server can be reached.
    pub async fn try_ask(&self, query: &str, variables: Value) -> Option<Answer> {
        let body = json!({"query": query, "variables": variables}).to_string();
        let request = self
            .client
            .post(self.url("/graphql"))
            .header("accept", "application/graphql-response+json")
            .header("content-type", "application/json")
            .body(body);
        let response = self.signed(request).send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        Some(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    /// Sends a GraphQL request.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.try_ask(query, variables).await.expect("the server answers")
    }

    /// The data of a query that must go well.
    pub async fn query(&self, query: &str) -> Value {
        self.ask(query, json!({})).await.data()
    }

    /// Runs a mutation with one `input`, selecting `selection` and the user errors.
    pub async fn mutate(&self, name: &str, input: Value, selection: &str) -> Answer {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {name}(input: $input) {{ {selection} \
             userErrors {{ code field message }} }} }}"
        );
        self.ask(&query, json!({"input": input})).await
    }

    /// Posts a body with headers.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Response {
        let mut request = self.client.post(self.url(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.signed(request).send().await.expect("an answer")
    }

    /// Asks for an event stream by GET.
    pub async fn stream(&self, path: &str) -> Response {
        let request = self.client.get(self.url(path)).header("accept", "text/event-stream");
        self.signed(request).send().await.expect("an answer")
    }

    /// Stages a file.
    pub async fn post_upload(&self, name: &str, content: Vec<u8>) -> Response {
        let request = self.client.post(self.url("/uploads")).header("x-file-name", name);
        self.signed(request).body(content).send().await.expect("an answer")
    }

    /// Stages a file that must be taken, and returns its id.
    pub async fn upload(&self, name: &str, content: impl Into<Vec<u8>>) -> String {
        let response = self.post_upload(name, content.into()).await;
        let status = response.status().as_u16();
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(status, 201, "{body}");
        answer::text(&body["uploadId"])
    }

    /// Gets a path with the token; its status and text.
    pub async fn download(&self, path: &str) -> (u16, String) {
        let request = self.signed(self.client.get(self.url(path)));
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("text"))
    }

    /// Gets a page without a token; its status, type and text.
    pub async fn get(&self, url: &str) -> (u16, String, String) {
        let response = self.client.get(url).send().await.expect("an answer");
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type");
        let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        (status, kind, response.text().await.expect("text"))
    }

    /// The global id of the person with an employee number.
    pub async fn person(&self, number: &str) -> String {
        let query = "query($number: String) { person(number: $number) { id } }";
        let data = self.ask(query, json!({"number": number})).await.data();
        answer::text(&data["person"]["id"])
    }
}

impl Caller {
    /// Tells everyone who was made from this caller that the server is elsewhere now.
    pub(crate) fn moved(&self, address: &str) {
        address.clone_into(&mut self.base.lock().expect("the address"));
    }
}
