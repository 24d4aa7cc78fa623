//! Mail over SMTP, behind the port of ways out ([`taiwa_domain::notice::Notifier`]).
//!
//! Passwords travel by TLS alone, but for a server on this machine; what TLS asks for is never
//! given up because a server does not offer it. What a server answers stands in no log: it may
//! repeat an address.

mod failure;
mod mail;
mod settings;

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;
use taiwa_domain::notice::{Message, Notifier, NotifyError, Sending};

pub use settings::{BadSettings, Encryption, Settings};

/// How long a message may take, with the connection: the client bounds no single answer.
const PATIENCE: Duration = Duration::from_secs(45);
/// Connections at once.
const CONNECTIONS: u32 = 4;
/// How long one is kept for the next message.
const IDLE: Duration = Duration::from_secs(20);

/// A mail server to send through.
#[derive(Clone)]
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").finish_non_exhaustive()
    }
}

impl Email {
    /// Sends through a server; connects to it with the first message.
    pub fn new(settings: &Settings) -> Result<Self, BadSettings> {
        Self::with_patience(settings, PATIENCE)
    }

    /// The same, waiting so long for a message to be taken.
    pub fn with_patience(settings: &Settings, patience: Duration) -> Result<Self, BadSettings> {
        let from = settings.mailbox()?;
        let parameters = || -> Result<TlsParameters, BadSettings> {
            let mut builder = TlsParameters::builder(settings.host.clone());
            if let Some(pem) = &settings.trust {
                let trusted = Certificate::from_pem(pem.as_bytes());
                builder = builder.add_root_certificate(trusted.map_err(|_| BadSettings::Trust)?);
            }
            builder.build().map_err(|_| BadSettings::Trust)
        };
        let tls = match settings.encryption {
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::None => Tls::None,
        };
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
                .port(settings.port)
                .tls(tls)
                .hello_name(hello)
                .timeout(Some(patience))
                .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE));
        if let Some((user, password)) = &settings.credentials {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: builder.build(), from, patience })
    }

    async fn deliver(&self, message: &Message) -> Result<(), NotifyError> {
        let mail = mail::write(message, &self.from)?;
        let sent = tokio::time::timeout(self.patience, self.transport.send(mail)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure::of(error)),
            Err(slow) => Err(NotifyError::Unavailable { retry_after: None, cause: slow.into() }),
        }
    }
}

impl Notifier for Email {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}
