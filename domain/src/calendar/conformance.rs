//! What every calendar must do: the suite that each adapter runs against its real system.
//!
//! The names of the checks are the promises of [`CalendarProvider`]; each panics with what it
//! found. Adapters call [`run`] from a test with people and meetings that exist in their system.

use chrono::{DateTime, TimeDelta, Utc};

use super::{CalendarProvider, Hold};
use crate::{
    id::{MeetingId, PersonId},
    meeting::Slot,
};

/// Things that exist in the system under test.
#[derive(Clone, Copy, Debug)]
pub struct Fixture {
    /// Two people with calendars and nothing in them from `start` on.
    pub people: [PersonId; 2],
    /// Two meetings of theirs without holds.
    pub meetings: [MeetingId; 2],
    /// A full hour some weeks ahead.
    pub start: DateTime<Utc>,
}

/// Runs all checks.
pub async fn run<P: CalendarProvider>(calendar: &P, fixture: &Fixture) {
    let Fixture { people, meetings, start } = *fixture;
    let slot = |hours: i64| Slot {
        starts_at: start + TimeDelta::hours(hours),
        ends_at: start + TimeDelta::hours(hours) + TimeDelta::minutes(30),
    };
    let week = Slot { starts_at: start - TimeDelta::days(1), ends_at: start + TimeDelta::days(6) };
    let pair = |meeting, hours| people.map(|person| Hold { meeting, person, slot: slot(hours) });
    let standing = async || {
        let mut holds = calendar.holds(&people, week).await.expect("holds can be read");
        holds.sort_by_key(|hold| (hold.meeting, hold.person));
        holds
    };
    let sorted = |holds: &[Hold]| {
        let mut holds = holds.to_vec();
        holds.sort_by_key(|hold| (hold.meeting, hold.person));
        holds
    };

    assert!(standing().await.is_empty(), "the fixture's calendars are empty");

    let first = pair(meetings[0], 0);
    calendar.place(&first).await.expect("a hold is placed");
    assert_eq!(standing().await, sorted(&first), "a placed hold stands in both calendars");
    let busy = calendar.busy(&people, week).await.expect("busy time can be read");
    assert!(busy.is_empty(), "our own holds are not busy time: {busy:?}");

    calendar.place(&first).await.expect("placing again succeeds");
    assert_eq!(standing().await, sorted(&first), "placing again changes nothing");

    let moved = pair(meetings[0], 3);
    calendar.place(&moved).await.expect("a hold is moved");
    assert_eq!(standing().await, sorted(&moved), "a moved hold leaves nothing at its old time");

    let second = pair(meetings[1], 0);
    calendar.place(&second).await.expect("the freed time is taken");
    let both: Vec<Hold> = moved.iter().chain(&second).copied().collect();
    assert_eq!(standing().await, sorted(&both), "two meetings stand beside each other");

    let edge = Slot { starts_at: slot(0).ends_at, ends_at: slot(3).starts_at };
    let between = calendar.holds(&people, edge).await.expect("a span can be asked for");
    assert!(between.is_empty(), "ends are excluded: {between:?}");

    calendar.cancel(&[meetings[0]]).await.expect("a meeting is cancelled");
    assert_eq!(standing().await, sorted(&second), "cancelling takes away that meeting alone");
    calendar.cancel(&[meetings[0]]).await.expect("cancelling what is gone succeeds");
    calendar.cancel(&[meetings[1]]).await.expect("the other is cancelled");
    assert!(standing().await.is_empty(), "nothing is left");

    calendar.place(&[]).await.expect("nothing to place is no failure");
    calendar.cancel(&[]).await.expect("nothing to cancel is no failure");
}
