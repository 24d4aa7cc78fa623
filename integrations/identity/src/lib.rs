//! Key ring, access tokens and their verification.
