//! Connections: the name is resolved here, its addresses are judged here, and one that passed is
//! connected to, so that nothing can change in between.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tower_service::Service;

use crate::{policy::EgressPolicy, resolve::Resolve};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why no connection was tried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("{0}")]
    Address(&'static str),
    #[error("the name cannot be resolved")]
    Unresolved(io::ErrorKind),
}

/// Connects where the policy lets it.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) policy: Arc<EgressPolicy>,
    pub(crate) resolver: Arc<dyn Resolve>,
}

impl Connector {
    async fn connect(self, target: Uri) -> Result<TokioIo<TcpStream>, BoxError> {
        let host = target.host().ok_or(Refusal::Address("it has no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let default = if target.scheme() == Some(&http::uri::Scheme::HTTP) { 80 } else { 443 };
        let port = target.port_u16().unwrap_or(default);
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => {
                let found = self.resolver.resolve(host).await;
                found.map_err(|error| Refusal::Unresolved(error.kind()))?
            }
        };
        if found.is_empty() {
            return Err(Refusal::Unresolved(io::ErrorKind::NotFound).into());
        }
        let mut last: BoxError = Refusal::Forbidden("it is not public").into();
        for address in found.into_iter().filter(|address| self.policy.permits(host, *address)) {
            let attempt = TcpStream::connect(SocketAddr::new(address, port));
            match timeout(self.policy.connect_time(), attempt).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true)?;
                    return Ok(TokioIo::new(stream));
                }
                Ok(Err(error)) => last = error.into(),
                Err(_) => last = io::Error::from(io::ErrorKind::TimedOut).into(),
            }
        }
        Err(last)
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        Box::pin(self.clone().connect(target))
    }
}
