//! Who asks: from a bearer token to the actor that resolvers see.

use async_graphql::Request;
use secrecy::{ExposeSecret, SecretString};
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
