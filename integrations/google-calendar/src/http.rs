//! One HTTP client for calls and tokens alike: one TLS, bounded in time and size.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::ClientConfig;

/// For a connection to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// For a whole exchange.
const EXCHANGE: Duration = Duration::from_secs(30);
/// Largest answer read, in bytes: a page of 2,500 events has some 2 MB.
const LARGEST: usize = 16 * 1024 * 1024;

pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// The exchange broke off: whether the request took effect is not known. Says nothing of what was
/// sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("no connection to Google, or it was cut")]
    Connection(#[source] hyper_util::client::legacy::Error),
    #[error("Google's answer broke off or is too large")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("Google did not answer in time")]
    TimedOut,
    #[error("Google answered {0}")]
    Trouble(u16),
}

impl Http {
    /// With the machine's trusted roots; without TLS, for loopback, none are read.
    pub(crate) fn new(tls: bool) -> std::io::Result<Self> {
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(CONNECT));
        // The provider is named, so that another one in the same process decides nothing here.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = if tls {
            builder.with_provider_and_native_roots(provider)?
        } else {
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(std::io::Error::other)?;
            let nobody = rustls::RootCertStore::empty();
            builder.with_tls_config(config.with_root_certificates(nobody).with_no_client_auth())
        };
        let connector = builder.https_or_http().enable_all_versions().wrap_connector(plain);
        let client =
            Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Ok(Self { client })
    }

    /// Sends a request, once. Redirects are not followed.
    pub(crate) async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, HttpError> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let exchange = async {
            let answer = self.client.request(request).await.map_err(HttpError::Connection)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(HttpError::Body)?;
            Ok(http::Response::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(EXCHANGE, exchange).await.unwrap_or(Err(HttpError::TimedOut))
    }
}
