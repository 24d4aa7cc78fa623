//! The face of a tower service, for libraries that bring their own requests.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_service::Service;

use crate::{client::Egress, error::EgressError};

/// An answer under way.
pub type EgressFuture =
    Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, EgressError>> + Send>>;

impl Service<Request<String>> for Egress {
    type Response = Response<Full<Bytes>>;
    type Error = EgressError;
    type Future = EgressFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), EgressError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> EgressFuture {
        let egress = self.clone();
        Box::pin(async move { Ok(egress.send(request).await?.map(Full::new)) })
    }
}
