//! A person's own consent: OAuth 2.0 for web servers, with PKCE
//! (<https://developers.google.com/identity/protocols/oauth2/web-server>).

use std::{pin::Pin, sync::Arc};

use chrono::TimeDelta;
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicErrorResponseType, BasicTokenType},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Access, IDENTITY, SCOPES,
    identity::{self, Extra, Person},
    refused,
};
use crate::{
    failure::{Answer, Failure},
    google::Google,
    http::{Http, HttpError},
};
use taiwa_domain::calendar::CalendarError;

/// The application as it is registered with Google.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    id: String,
    secret: SecretString,
    redirect: Url,
}

/// What a consent gave.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Whose it is.
    pub person: Person,
    /// Good until the consent is withdrawn: to be kept encrypted.
    pub refresh_token: SecretString,
}

/// Why a consent gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// People may untick single permissions.
    #[error("a permission was not given")]
    Incomplete,
    /// What says whose consent it is was not made for us, or too long ago.
    #[error("the consent was not given to this application")]
    Foreign,
    /// The code is used up, too old or none; or Google cannot be asked now.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

type Client = oauth2::Client<
    oauth2::basic::BasicErrorResponse,
    StandardTokenResponse<Extra, BasicTokenType>,
    oauth2::basic::BasicTokenIntrospectionResponse,
    oauth2::StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl OAuthClient {
    /// With the id, secret and one of the redirect addresses of its registration.
    pub fn new(id: impl Into<String>, secret: SecretString, redirect: Url) -> Self {
        Self { id: id.into(), secret, redirect }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    fn client(&self, google: &Google) -> Client {
        let at = google.endpoints();
        oauth2::Client::new(ClientId::new(self.id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.expose_secret().to_owned()))
            // In the form, as Google's pages show it.
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(at.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(at.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.redirect.clone()))
    }

    /// Where to send a person for their consent.
    ///
    /// `state` ties the answer to the session that asked and is compared there; `verifier` is kept
    /// there for [`Self::exchange`]: 43 to 128 unguessable characters of the URL-safe alphabet (RFC
    /// 7636, 4.1). `hint` is the person's address, so that they need not choose among their
    /// accounts. `access_type=offline` asks for a refresh token and `prompt=consent` for one even
    /// where the person has consented before: Google gives it with the first consent only.
    pub fn authorization(
        &self,
        google: &Google,
        state: &str,
        verifier: &SecretString,
        hint: Option<&str>,
    ) -> Url {
        let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
        let client = self.client(google);
        let state = state.to_owned();
        let mut request = client
            .authorize_url(move || CsrfToken::new(state))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(
                SCOPES.into_iter().chain(IDENTITY).map(|scope| Scope::new(scope.to_owned())),
            )
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
        if let Some(hint) = hint {
            request = request.add_extra_param("login_hint", hint.to_owned());
        }
        request.url().0
    }

    /// Redeems the code that came back, once.
    pub async fn exchange(
        &self,
        google: &Google,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<Connected, ConsentError> {
        let client = self.client(google);
        let http = Through(google.shared_http());
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| CalendarError::from(failure(error)))?;
        let granted = |wanted: &str| {
            answer.scopes().is_none_or(|scopes| scopes.iter().any(|scope| scope.as_str() == wanted))
        };
        if !SCOPES.iter().all(|scope| granted(scope)) {
            return Err(ConsentError::Incomplete);
        }
        let id_token = answer.extra_fields().id_token.as_deref();
        let id_token = id_token.ok_or(ConsentError::Incomplete)?;
        let person = identity::read(id_token, &self.id, google.now())?;
        let token = answer.refresh_token().ok_or(CalendarError::Unauthorized)?;
        Ok(Connected { person, refresh_token: token.secret().clone().into() })
    }

    pub(crate) async fn refresh(
        &self,
        google: &Google,
        refresh_token: &SecretString,
    ) -> Result<Access, Failure> {
        let client = self.client(google);
        let http = Through(google.shared_http());
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let answer =
            client.exchange_refresh_token(&token).request_async(&http).await.map_err(failure)?;
        let lifetime = answer.expires_in().unwrap_or_default().as_secs();
        let lifetime = TimeDelta::seconds(i64::try_from(lifetime).unwrap_or(0).min(86_400));
        Ok(Access::new(answer.access_token().secret().clone().into(), lifetime, google.now()))
    }

    /// Gives a consent back
    /// (<https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke>). A plain
    /// request: the crate asks for no address without TLS, and so none of this machine's.
    pub(crate) async fn revoke(
        &self,
        google: &Google,
        refresh_token: &SecretString,
    ) -> Result<(), Failure> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", refresh_token.expose_secret())
            .finish();
        let request = http::Request::post(google.endpoints().revoke.as_str())
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .map_err(|_| Failure::unreadable())?;
        let later = |cause| Failure::Unavailable { retry_after: None, cause };
        match google.http().send(request).await.map(|answer| answer.status()) {
            // 400 is what there is nothing to give back of.
            Ok(status) if status.is_success() || status.as_u16() == 400 => Ok(()),
            Ok(status) => Err(later(Box::new(Answer::read(status.as_u16(), b"")))),
            Err(error) => Err(later(Box::new(error))),
        }
    }
}

/// The crate's requests through our client: one TLS, one set of bounds.
struct Through(Arc<Http>);

impl<'c> AsyncHttpClient<'c> for Through {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.send(request).await?;
            // The crate reads any error as OAuth's own: Google's troubles are told apart here.
            if answer.status().is_server_error() || answer.status().as_u16() == 429 {
                return Err(HttpError::Trouble(answer.status().as_u16()));
            }
            Ok(answer)
        })
    }
}

fn failure(
    error: RequestTokenError<HttpError, StandardErrorResponse<BasicErrorResponseType>>,
) -> Failure {
    match error {
        RequestTokenError::ServerResponse(answer) => refused(answer.error().as_ref()),
        RequestTokenError::Request(HttpError::Trouble(status)) => {
            Failure::Unavailable { retry_after: None, cause: Box::new(Answer::read(status, b"")) }
        }
        RequestTokenError::Request(error) => {
            Failure::Unavailable { retry_after: None, cause: Box::new(error) }
        }
        // These name parts of the answer, which holds the token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Failure::unreadable(),
    }
}
