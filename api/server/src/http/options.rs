//! What an operator may set about the HTTP layer.

use std::time::Duration;

/// Options of the HTTP layer. The defaults are those of production.
#[derive(Clone, Debug)]
pub(crate) struct HttpOptions {
    /// Origins (`https://app.example.com`) whose pages may call the API from a browser.
    /// Default: none, so that no cross-origin call succeeds.
    pub(crate) allowed_origins: Vec<String>,
    /// Whether `GET /` answers with the embedded GraphiQL page. Default: no.
    pub(crate) graphiql: bool,
    /// Whether `__schema` and `__type` may be asked. Default: no.
    pub(crate) introspection: bool,
    /// How long one request may execute before it is given up. Default: 30 seconds.
    pub(crate) execution_timeout: Duration,
    /// How long a client may take to send its body. Default: 10 seconds.
    pub(crate) body_timeout: Duration,
    /// Bounds on what one request may ask.
    pub(crate) limits: Limits,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            graphiql: false,
            introspection: false,
            execution_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}

/// Bounds on what one request may ask, all checked before anything is executed.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Bytes of a request body. Default: 1 MiB; files go to `/uploads`, not through GraphQL.
    pub(crate) body_bytes: usize,
    /// Tokens of a document, counted before it is parsed. Default: 4,000; the introspection
    /// query of GraphiQL has some 300.
    pub(crate) tokens: u64,
    /// Selections of a document after every fragment is written out. Default: 2,000.
    pub(crate) expanded_selections: u64,
    /// Fields at the root of one operation, fragments written out. Default: 30.
    pub(crate) root_fields: u64,
    /// Aliased fields, fragments written out. Default: 60.
    pub(crate) aliases: u64,
    /// Fields nested in each other. Default: 20; introspection needs 15.
    pub(crate) depth: u64,
    /// The cost of an operation: its fields, times the page sizes they stand under. Default:
    /// 50,000.
    pub(crate) complexity: u64,
    /// Requests that one body may carry as a JSON array. Default: 1, so no batching.
    pub(crate) batch: usize,
    /// Checked documents kept parsed. Default: 1,000.
    pub(crate) cached_documents: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            tokens: 4_000,
            expanded_selections: 2_000,
            root_fields: 30,
            aliases: 60,
            depth: 20,
            complexity: 50_000,
            batch: 1,
            cached_documents: 1_000,
        }
    }
}
