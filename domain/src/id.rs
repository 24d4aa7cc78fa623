//! Identifiers: UUIDv7 in typed wrappers, so that a person's id is never taken for a pair's.

use uuid::Uuid;

/// Where new identifiers come from. UUIDv7 in production; a counter in tests.
pub trait IdSource: Send + Sync {
    /// The next identifier; later ones sort after earlier ones.
    fn next(&self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Takes a fresh identifier from `source`.
            pub fn new(source: &dyn IdSource) -> Self {
                Self(source.next())
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An organization: the tenant.
    OrganizationId
    /// A person.
    PersonId
    /// A node of the department tree.
    DepartmentId
    /// A person's post in a department.
    AssignmentId
    /// One dated reporting line.
    ReportingLineId
    /// A pair of two people.
    PairId
    /// One dated episode of a pair.
    EpisodeId
    /// A cadence policy.
    PolicyId
    /// A window reserved for 1on1s.
    ReservedWindowId
    /// A plan of 1on1s over a horizon.
    PlanId
    /// A meeting.
    MeetingId
    /// A block of time in a built-in calendar.
    BlockId
    /// A staged file.
    UploadId
    /// One import of an org chart.
    ImportId
    /// A job of the outbox.
    JobId
    /// A connected calendar account.
    AccountId
    /// A channel through which a calendar system tells of changes.
    ChannelId
    /// A consent that was asked for.
    ConsentId
    /// One line of a slot's history.
    SlotEventId
    /// A notice to a person.
    NoticeId
    /// A notice on one of its ways out.
    DeliveryId
    /// The minutes of a meeting.
    MinutesId
    /// A template of minutes.
    MinutesTemplateId
    /// A ticket that opens a socket.
    TicketId
    /// A talking point of a pair.
    AgendaItemId
    /// A comment on a talking point.
    AgendaCommentId
    /// Something that one of a pair will do.
    ActionItemId
    /// A question of the library.
    LibraryQuestionId
    /// A template of an agenda.
    AgendaTemplateId
    /// A note, or feedback.
    NoteId
    /// A version of what a safety declaration says.
    SafetyTextId
}
