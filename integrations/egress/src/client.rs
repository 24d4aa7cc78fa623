//! The client.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Response, Uri,
    header::{self, CONTENT_LENGTH, LOCATION},
    uri::Scheme,
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};

use crate::{
    connect::Connector,
    error::EgressError,
    policy::EgressPolicy,
    redirect,
    resolve::{Resolve, SystemResolver},
    tls,
};

/// An extension of a response: the address that gave it, after redirects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed(pub Uri);

/// Sends requests under one policy. Clones share their connections.
#[derive(Clone)]
pub struct Egress {
    policy: Arc<EgressPolicy>,
    client: Client<HttpsConnector<Connector>, Full<Bytes>>,
}

impl std::fmt::Debug for Egress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Egress").finish_non_exhaustive()
    }
}

impl Egress {
    /// A client under this policy. Fails if the certificates to be trusted cannot be read.
    pub fn new(policy: EgressPolicy) -> Result<Self, EgressError> {
        Self::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// The same with names resolved by `resolver`.
    pub fn with_resolver(
        policy: EgressPolicy,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, EgressError> {
        let policy = Arc::new(policy);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls::configuration(policy.trust.as_deref())?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Connector { policy: policy.clone(), resolver });
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(std::time::Duration::from_secs(20))
            .pool_max_idle_per_host(2)
            .http1_max_buf_size(64 << 10)
            .build(connector);
        Ok(Self { policy, client })
    }

    /// Sends a request and reads the whole answer, whatever its status; redirects are followed.
    /// The response carries [`Landed`].
    pub async fn send<B: Into<Bytes>>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Bytes>, EgressError> {
        let (parts, body) = request.into_parts();
        let asked = self.ask(parts, body.into());
        let answer = tokio::time::timeout(self.policy.total_time(), asked).await;
        answer.map_err(|_| EgressError::TimedOut)?
    }

    async fn ask(
        &self,
        parts: http::request::Parts,
        mut body: Bytes,
    ) -> Result<Response<Bytes>, EgressError> {
        let (mut method, mut target, mut headers) = (parts.method, parts.uri, parts.headers);
        let agent = HeaderValue::from_static(concat!("Taiwa/", env!("CARGO_PKG_VERSION")));
        headers.entry(header::USER_AGENT).or_insert(agent);
        // The HTTP client writes the host that is asked, also after a redirect.
        headers.remove(header::HOST);
        for left in (0..=self.policy.redirects).rev() {
            self.check(&target)?;
            let mut request = Request::new(Full::new(body.clone()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = target.clone();
            *request.headers_mut() = headers.clone();
            let answer = self.client.request(request).await.map_err(EgressError::from_client)?;
            if !redirect::is_redirect(answer.status()) {
                return self.read(answer, target).await;
            }
            if left == 0 {
                break;
            }
            let location = answer.headers().get(LOCATION);
            let (next_method, next) =
                redirect::next(answer.status(), location, &method, &target, &mut headers)?;
            if next_method != method {
                body = Bytes::new();
                without_body(&mut headers);
            }
            (method, target) = (next_method, next);
        }
        Err(EgressError::Redirect("more often than allowed"))
    }

    /// What can be said of an address before its name is resolved.
    fn check(&self, target: &Uri) -> Result<(), EgressError> {
        match target.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => {}
            Some(scheme) if *scheme == Scheme::HTTP => {
                if !self.policy.plain_http {
                    return Err(EgressError::Forbidden("it is not HTTPS"));
                }
            }
            _ => return Err(EgressError::Address("it is neither https nor http")),
        }
        let authority = target.authority().ok_or(EgressError::Address("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(EgressError::Address("it has a user name in it"));
        }
        if authority.host().is_empty() {
            return Err(EgressError::Address("it has no host"));
        }
        Ok(())
    }

    async fn read(
        &self,
        answer: Response<Incoming>,
        landed: Uri,
    ) -> Result<Response<Bytes>, EgressError> {
        let limit = self.policy.response_bytes;
        let (mut parts, body) = answer.into_parts();
        let said = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if said.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > limit as u64) {
            return Err(EgressError::TooLarge { limit });
        }
        let body = match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(EgressError::TooLarge { limit });
            }
            Err(error) => return Err(EgressError::Unreachable(error)),
        };
        parts.extensions.insert(Landed(landed));
        Ok(Response::from_parts(parts, body))
    }
}

fn without_body(headers: &mut HeaderMap) {
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
        headers.remove(name);
    }
}
