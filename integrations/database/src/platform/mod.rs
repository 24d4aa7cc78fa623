//! What the platform itself keeps: routing, jobs, tokens, roles, idempotency, uploads.

mod access;
mod idempotency;
mod jobs;
mod looks;
mod routing;
mod sealed;
mod uploads;

pub use access::{FoundCaller, Session};
pub use idempotency::Stored;
pub use jobs::{Claim, Job, JobKind, JobState};
pub use looks::Look;
pub use routing::System;
pub use sealed::{Resealed, SealedIn};
pub use uploads::Upload;
