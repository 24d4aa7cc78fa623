//! Tokens that only a holder of the key ring could make.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use taiwa_tests::Value;

/// A key ring's signing key, as only its holder has it.
pub(crate) struct Signer {
    /// Its name in the ring.
    pub(crate) id: String,
    key: EncodingKey,
}

impl Signer {
    /// That of a key ring's file.
    pub(crate) fn read(path: &std::path::Path) -> Self {
        let ring: Value = std::fs::read_to_string(path).expect("a ring").parse().expect("JSON");
        let key = &ring["keys"][0];
        let der = BASE64_STANDARD.decode(key["signing"].as_str().expect("a key")).expect("base64");
        Self {
            id: key["id"].as_str().expect("an id").to_owned(),
            key: EncodingKey::from_ed_der(&der),
        }
    }

    /// The header of our tokens.
    pub(crate) fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.id.clone());
        header
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).expect("a token")
    }
}

/// What a token says.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64");
    serde_json::from_slice(&bytes).expect("claims")
}
