//! What two people want to talk about and have agreed to do, and in which meeting it stands.
//!
//! Talking points and actions belong to the **pair**. No meeting holds any: where they stand is
//! derived from what is open ([`standing`]). So nothing can be lost when a meeting is moved,
//! skipped or planned anew, when a series ends and starts again, or when a manager leaves and
//! returns: whatever is open stands in whichever meeting of the pair comes next.

mod action;
mod carry;
mod comment;
mod item;
pub mod standing;

pub use action::{ActionItem, ActionState};
pub use carry::{CarryOver, NotCarried};
pub use comment::AgendaComment;
pub use item::{AgendaItem, HopedResponse, ItemState};

/// Most characters of a talking point, a comment or an action.
pub const LONGEST_TEXT: usize = 10_000;
/// Most open talking points that one person keeps in a pair, drafts included. Counted by author,
/// so that nobody fills the other's agenda or learns how many drafts there are.
pub const MOST_OPEN_ITEMS: u64 = 200;
/// Most talking points marked as discussed in one meeting.
pub const MOST_DISCUSSED: u64 = 400;
/// Most comments on a talking point.
pub const MOST_COMMENTS: u64 = 100;
/// Most open actions of a pair.
pub const MOST_OPEN_ACTIONS: u64 = 300;

/// Why something cannot be done to a talking point, a comment or an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Only who wrote it may change, share or take it back.
    #[error("only its author may do this")]
    NotAuthor,
    /// It is still a private draft.
    #[error("it is a draft")]
    Draft,
    /// It is closed: discussed, done, dropped or carried over.
    #[error("it is closed")]
    Closed,
    /// It went on in another pair and stays as it is here.
    #[error("it was carried over")]
    CarriedOver,
    /// It changed since it was read.
    #[error("it changed")]
    Stale,
    /// The meeting is none in which it could have been discussed.
    #[error("not a meeting of the pair that has a time")]
    NotThere,
    /// Actions belong to one of the two.
    #[error("not one of the two")]
    NotOneOfTheTwo,
}
