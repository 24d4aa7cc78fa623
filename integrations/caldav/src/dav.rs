//! Requests to one server in one person's name.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use libdav::{dav::make_relative_url, encoding::normalise_percent_encoded, requests::DavRequest};
use taiwa_egress::{Egress, Landed};

use crate::{account::Login, error::Failure, multistatus::named};

/// A server, asked in one person's name.
#[derive(Clone)]
pub(crate) struct Dav {
    egress: Egress,
    /// Scheme, host and port.
    origin: Uri,
    authorization: Option<HeaderValue>,
}

impl Dav {
    pub(crate) fn new(egress: Egress, origin: Uri, login: &Login) -> Self {
        Self { egress, origin, authorization: login.header() }
    }

    pub(crate) fn origin(&self) -> &Uri {
        &self.origin
    }

    /// The same person at another origin.
    pub(crate) fn at(&self, origin: Uri) -> Self {
        Self { origin, ..self.clone() }
    }

    /// Sends one of libdav's requests; the answer has succeeded.
    pub(crate) async fn ask(&self, request: &impl DavRequest) -> Result<Response<Bytes>, Failure> {
        let request = request.prepare_request(self.origin.clone());
        self.send(request.map_err(|_| Failure::Nonsense("a path in it is none"))?).await
    }

    /// Reads a resource.
    pub(crate) async fn get(&self, path: &str) -> Result<Response<Bytes>, Failure> {
        self.plain("GET", path).await
    }

    /// What can be done with a resource.
    pub(crate) async fn options(&self, path: &str) -> Result<Response<Bytes>, Failure> {
        self.plain("OPTIONS", path).await
    }

    async fn plain(&self, method: &str, path: &str) -> Result<Response<Bytes>, Failure> {
        let request = make_relative_url(self.origin.clone(), path)
            .and_then(|uri| Request::builder().method(method).uri(uri).body(String::new()));
        self.send(request.map_err(|_| Failure::Nonsense("a path in it is none"))?).await
    }

    pub(crate) async fn send(
        &self,
        mut request: Request<String>,
    ) -> Result<Response<Bytes>, Failure> {
        let authorization = self
            .authorization
            .clone()
            .ok_or(Failure::Refused("the password has characters that cannot be sent"))?;
        request.headers_mut().insert(header::AUTHORIZATION, authorization);
        let asked = request.uri().clone();
        let answer = self.egress.send(request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let landed = answer.extensions().get::<Landed>().map(|landed| &landed.0);
        match landed.filter(|landed| landed.authority() != asked.authority()) {
            Some(landed) if answer.status() == StatusCode::UNAUTHORIZED => {
                Err(Failure::Redirected(landed.to_string()))
            }
            _ => Err(Failure::of(&answer)),
        }
    }
}

/// The path of an address as libdav wants it: decoded except for what is reserved.
pub(crate) fn path(uri: &Uri) -> Result<String, Failure> {
    normalised(uri.path())
}

/// A path in the one form in which paths are compared.
pub(crate) fn normalised(path: &str) -> Result<String, Failure> {
    let path = normalise_percent_encoded(path);
    Ok(path.map_err(|_| Failure::Nonsense("a path in it is none"))?.into_owned())
}

/// The version that an answer names.
pub(crate) fn etag(answer: &Response<Bytes>) -> Option<String> {
    named(answer.headers().get(header::ETAG)?.to_str().ok()?)
}
