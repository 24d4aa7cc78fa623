//! The rules, one type each.

use super::{Action, Caller, Role};
use crate::id::PersonId;

/// How two people of a pair stand to the caller: facts read from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairFacts {
    /// Organizer of the pair.
    pub organizer: PersonId,
    /// The other.
    pub partner: PersonId,
    /// The organizer's own solid manager today.
    pub organizers_manager: Option<PersonId>,
}

/// How published figures stand to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsightFacts {
    /// They are of a department that the caller belongs to, or in which someone of their line is.
    pub theirs: bool,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident($target:ty) = |$caller:ident, $it:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}
        impl Action for $name {
            type Target = $target;
            fn allowed($caller: &Caller, $it: &$target) -> bool {
                $rule
            }
        }
    )*};
}

actions! {
    /// See the organization: people, departments, reporting lines, reserved windows. Everyone in it.
    ReadOrganization(()) = |_caller, _it| true;
    /// See what is recorded of a person for days to come, as their last day or a new post; none =
    /// of everybody: HR and administrators, who record it, and the person. Others learn of it from
    /// them.
    ReadComing(Option<PersonId>) = |caller, it| {
        *it == Some(caller.person) || caller.is(Role::Hr) || caller.is(Role::Administrator)
    };
    /// See when a pair meets and whether it did: the two, and the organizer's own manager (one
    /// level). HR, executives and administrators do not.
    ReadPairStatus(PairFacts) = |caller, it| {
        it.organizer == caller.person
            || it.partner == caller.person
            || it.organizers_manager == Some(caller.person)
    };
    /// Act for a pair, e.g. pin a time: the two.
    ActForPair(PairFacts) = |caller, it| {
        it.organizer == caller.person || it.partner == caller.person
    };
    /// Read and write what a pair shares (agenda, minutes, actions): the two, for ever, and nobody
    /// else: not their managers, nor any role.
    PairContent(PairFacts) = |caller, it| {
        it.organizer == caller.person || it.partner == caller.person
    };
    /// Read and write what a person keeps for themselves (private notes, drafts): that person alone.
    OwnContent(PersonId) = |caller, it| *it == caller.person;
    /// Declare in a pair that nothing said there is rated: its organizer, whose word it is.
    DeclareSafety(PairFacts) = |caller, it| it.organizer == caller.person;
    /// Acknowledge that declaration: the pair's partner, to whom it was made.
    AcknowledgeSafety(PairFacts) = |caller, it| it.partner == caller.person;
    /// Set a pair's own cadence: the two, and HR.
    SetPairCadence(PairFacts) = |caller, it| {
        it.organizer == caller.person || it.partner == caller.person || caller.is(Role::Hr)
    };
    /// Ask for or answer a pair made by hand: either of the two.
    AnswerPairRequest((PersonId, PersonId)) = |caller, it| {
        it.0 == caller.person || it.1 == caller.person
    };
    /// See and change cadence policies of the organization and its departments: HR and
    /// administrators.
    ManagePolicies(()) = |caller, _it| caller.is(Role::Hr) || caller.is(Role::Administrator);
    /// Change the organization's own questions and templates for agendas: HR.
    ManageLibrary(()) = |caller, _it| caller.is(Role::Hr);
    /// Make, see and apply plans of the whole organization, as counts: HR and administrators.
    ManagePlans(()) = |caller, _it| caller.is(Role::Hr) || caller.is(Role::Administrator);
    /// Stage files, preview and apply imports: administrators, and HR which owns the org chart.
    ManageImports(()) = |caller, _it| caller.is(Role::Hr) || caller.is(Role::Administrator);
    /// Configuration, holidays, roles, jobs: administrators.
    Administer(()) = |caller, _it| caller.is(Role::Administrator);
    /// See published figures of closed spans: HR and executives those of the whole organization,
    /// everyone those of their own departments and line. Administrators see no others.
    ReadInsight(InsightFacts) = |caller, it| {
        it.theirs || caller.is(Role::Hr) || caller.is(Role::Executive)
    };
    /// See a person's calendar, feed and looks: that person alone.
    OwnCalendar(PersonId) = |caller, it| *it == caller.person;
    /// See what a person is told, and choose how: that person alone.
    OwnNotices(PersonId) = |caller, it| *it == caller.person;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::OrganizationId;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn caller(n: u128, roles: &[Role]) -> Caller {
        Caller {
            organization: OrganizationId(Uuid::nil()),
            person: person(n),
            roles: roles.to_vec(),
        }
    }

    /// Every action × every relation: organizer, partner, organizer's manager, one level more,
    /// HR, executive, administrator, colleague.
    #[test]
    fn the_table() {
        let facts = PairFacts {
            organizer: person(1),
            partner: person(2),
            organizers_manager: Some(person(3)),
        };
        let callers = [
            caller(1, &[]),
            caller(2, &[]),
            caller(3, &[]),
            caller(4, &[]),
            caller(5, &[Role::Hr]),
            caller(6, &[Role::Executive]),
            caller(7, &[Role::Administrator]),
            caller(8, &[]),
        ];
        let row = |allowed: &dyn Fn(&Caller) -> bool| callers.each_ref().map(allowed);
        let (y, n) = (true, false);
        assert_eq!(row(&|c| c.grant::<ReadPairStatus>(&facts).is_ok()), [y, y, y, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<ActForPair>(&facts).is_ok()), [y, y, n, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<PairContent>(&facts).is_ok()), [y, y, n, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<OwnContent>(&person(1)).is_ok()), [y, n, n, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<DeclareSafety>(&facts).is_ok()), [y, n, n, n, n, n, n, n]);
        assert_eq!(
            row(&|c| c.grant::<AcknowledgeSafety>(&facts).is_ok()),
            [n, y, n, n, n, n, n, n]
        );
        assert_eq!(row(&|c| c.grant::<SetPairCadence>(&facts).is_ok()), [y, y, n, n, y, n, n, n]);
        assert_eq!(
            row(&|c| c.grant::<AnswerPairRequest>(&(person(1), person(2))).is_ok()),
            [y, y, n, n, n, n, n, n]
        );
        assert_eq!(row(&|c| c.grant::<ManagePolicies>(&()).is_ok()), [n, n, n, n, y, n, y, n]);
        assert_eq!(row(&|c| c.grant::<ManageLibrary>(&()).is_ok()), [n, n, n, n, y, n, n, n]);
        assert_eq!(row(&|c| c.grant::<ManagePlans>(&()).is_ok()), [n, n, n, n, y, n, y, n]);
        assert_eq!(row(&|c| c.grant::<ManageImports>(&()).is_ok()), [n, n, n, n, y, n, y, n]);
        assert_eq!(row(&|c| c.grant::<Administer>(&()).is_ok()), [n, n, n, n, n, n, y, n]);
        let whole = InsightFacts { theirs: false };
        assert_eq!(row(&|c| c.grant::<ReadInsight>(&whole).is_ok()), [n, n, n, n, y, y, n, n]);
        let own = InsightFacts { theirs: true };
        assert_eq!(row(&|c| c.grant::<ReadInsight>(&own).is_ok()), [y; 8]);
        assert_eq!(row(&|c| c.grant::<OwnCalendar>(&person(1)).is_ok()), [y, n, n, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<OwnNotices>(&person(1)).is_ok()), [y, n, n, n, n, n, n, n]);
        assert_eq!(row(&|c| c.grant::<ReadOrganization>(&()).is_ok()), [y; 8]);
        assert_eq!(row(&|c| c.grant::<ReadComing>(&None).is_ok()), [n, n, n, n, y, n, y, n]);
        let one = Some(person(1));
        assert_eq!(row(&|c| c.grant::<ReadComing>(&one).is_ok()), [y, n, n, n, y, n, y, n]);
    }
}
