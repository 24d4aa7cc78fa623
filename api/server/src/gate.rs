//! Who asks: from a bearer token to the actor that resolvers see.

use async_graphql::Request;
use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use taiwa_identity::Verified;
use taiwa_operations::{Actor, App, socket::admit};

use crate::http::{Gate, Refused};

/// Admits callers with a valid token, and those without one as anonymous.
#[derive(Clone)]
pub(crate) struct TokenGate {
    pub(crate) app: App,
}

impl TokenGate {
    /// The actor of a bearer token.
    pub(crate) async fn actor(&self, bearer: &str) -> Result<Actor, Refused> {
        let tokens = self.app.tokens.as_ref().ok_or(Refused::Unavailable)?;
        let verified = tokens.verify(bearer, self.app.now()).map_err(|_| Refused::InvalidToken)?;
        match self.app.actor(&verified).await {
            Ok(Some(actor)) => Ok(actor),
            Ok(None) => Err(Refused::InvalidToken),
            Err(failure) => {
                tracing::error!(%failure, "a token cannot be judged");
                Err(Refused::Unavailable)
            }
        }
    }
}

impl TokenGate {
    /// What a bearer token says, if it is one.
    pub(crate) fn verified(&self, bearer: &SecretString) -> Option<Verified> {
        let tokens = self.app.tokens.as_ref()?;
        tokens.verify(bearer.expose_secret(), self.app.now()).ok()
    }
}

impl TokenGate {
    /// The actor whose bearer token a request carries; else the answer that it gets, which says
    /// what it `needs`.
    pub(crate) async fn bearer(&self, headers: &HeaderMap, needs: &str) -> Result<Actor, Response> {
        let token = bearer(headers);
        let token =
            token.ok_or_else(|| refuse(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", needs))?;
        self.actor(token).await.map_err(|refused| match refused {
            Refused::InvalidToken => {
                let message = "The access token is not valid.";
                refuse(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", message)
            }
            Refused::Unavailable => {
                refuse(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "Try again later.")
            }
        })
    }
}

/// A refusal in the form of GraphQL's errors, of what is no GraphQL.
pub(crate) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = Json(json!({"errors": [{"message": message, "extensions": {"code": code}}]}));
    let mut response = (status, body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            header::HeaderValue::from_static("Bearer error=\"invalid_token\""),
        );
    }
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl Gate for TokenGate {
    async fn admit(&self, bearer: Option<&str>, request: Request) -> Result<Request, Refused> {
        match bearer {
            None => Ok(request),
            Some(bearer) => {
                let actor = self.actor(bearer).await?;
                Ok(taiwa_graphql::with_actor(request, &self.app, actor))
            }
        }
    }

    type Pass = Verified;

    async fn readmit(&self, pass: &Verified, request: Request) -> Result<Request, Refused> {
        match admit(&self.app, pass).await {
            Ok(Ok(actor)) => Ok(taiwa_graphql::with_actor(request, &self.app, actor)),
            Ok(Err(_)) => Err(Refused::InvalidToken),
            Err(failure) => {
                tracing::error!(%failure, "a token cannot be judged");
                Err(Refused::Unavailable)
            }
        }
    }
}
