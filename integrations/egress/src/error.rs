//! Why a request was not answered.

/// Why a request was not made or its answer not taken. Says nothing of headers or bodies.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The address is not one that can be asked: no host, another scheme, a password in it.
    #[error("not an address that can be asked: {0}")]
    Address(&'static str),
    /// The policy does not let us go there.
    #[error("the operator's policy does not allow this address: {0}")]
    Forbidden(&'static str),
    /// The name does not resolve.
    #[error("the host's name cannot be resolved")]
    Unresolved(#[source] std::io::Error),
    /// Nobody answers, or not as HTTP and TLS ask.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More redirects than allowed, or one that cannot be followed.
    #[error("the server redirects in a way that is not followed: {0}")]
    Redirect(&'static str),
    /// A longer answer than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// How long it may be.
        limit: usize,
    },
    /// It took longer than allowed, all in all.
    #[error("no complete answer in time")]
    TimedOut,
    /// The certificates to be trusted besides cannot be read.
    #[error("the trusted certificates cannot be read")]
    Trust,
}

impl EgressError {
    /// The one of ours that lies at the bottom of what the HTTP client says, else it as a whole.
    pub(crate) fn from_client(error: hyper_util::client::legacy::Error) -> Self {
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            if let Some(refusal) = cause.downcast_ref::<crate::connect::Refusal>() {
                return match *refusal {
                    crate::connect::Refusal::Forbidden(what) => Self::Forbidden(what),
                    crate::connect::Refusal::Address(what) => Self::Address(what),
                    crate::connect::Refusal::Unresolved(kind) => Self::Unresolved(kind.into()),
                };
            }
            source = cause.source();
        }
        Self::Unreachable(error.into())
    }
}
