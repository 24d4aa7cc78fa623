//! Figures about 1on1s: the one place through which they leave the meetings.
//!
//! What is counted are the meetings of manager pairs, by the week in which they are due ([`Span`])
//! and the department in which the report was on their day. What may be published of it, and why
//! nothing about fewer than five pairs or a single manager comes out, is [`publish`].

pub mod figures;
pub mod publish;
pub mod span;
pub mod support;

pub use figures::{Fate, Figures, fate};
pub use publish::{Counted, Scope, Tree, Unit};
pub use span::{Span, SpanKind};
pub use support::{Help, help};
