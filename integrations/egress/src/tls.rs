//! Whom we trust.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::error::EgressError;

/// The public authorities, and the certificates in `trust` (PEM).
pub(crate) fn configuration(trust: Option<&str>) -> Result<ClientConfig, EgressError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = trust {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| EgressError::Trust)?;
            roots.add(certificate).map_err(|_| EgressError::Trust)?;
        }
        if roots.len() == before {
            return Err(EgressError::Trust);
        }
    }
    // The provider is named: with two of them linked in, there is no default.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| EgressError::Trust)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
