//! Who asks, and what they may do: permissions are values that only the rules here can make.
//!
//! An operation takes a [`Grant`] of what it does; the only way to one is [`Caller::grant`], so a
//! forgotten check does not compile. What a caller may not know of answers *not found*: hence
//! [`Denied`] says no more than that.
//!
//! To add a permission: a marker type in `rules.rs` with its [`Action`], the table of
//! architecture in its doc comment, and a row in the tests there.

mod rules;

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

pub use rules::*;

use crate::id::{OrganizationId, PersonId};

/// What a person does for the organization. Rows read on every request, never claims in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Human resources: programs, policies, questionnaires, released figures.
    Hr,
    /// Executive: released figures of the whole organization.
    Executive,
    /// Administrator: configuration, imports, tokens; no content, no status.
    Administrator,
}

/// Who is asking, as the token and the database say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The tenant.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// Their roles.
    pub roles: Vec<Role>,
}

/// The caller may not do this, or may not know of it: to outsiders the two are one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not found")]
pub struct Denied;

/// Something that needs permission.
pub trait Action {
    /// What it is done to.
    type Target: ?Sized;
    /// The rule.
    fn allowed(caller: &Caller, target: &Self::Target) -> bool;
}

/// Proof that a caller may do `A`. Has no public constructor.
#[derive(Clone, Copy, Debug)]
pub struct Grant<A>(PhantomData<fn() -> A>);

impl Caller {
    /// Whether the caller holds `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Asks for permission to do `A` to `target`.
    pub fn grant<A: Action>(&self, target: &A::Target) -> Result<Grant<A>, Denied> {
        if A::allowed(self, target) { Ok(Grant(PhantomData)) } else { Err(Denied) }
    }
}
