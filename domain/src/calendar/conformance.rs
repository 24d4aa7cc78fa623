//! What every calendar must do: the suite that each adapter runs against its real system.
//!
//! The names of the checks are the promises of [`CalendarProvider`]; each panics with what it
//! found. Adapters call [`run`] from a test with calendars that exist in their system.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    event::{Event, EventState, EventUid, Place, Wanted},
    provider::{CalendarError, CalendarProvider, Next},
};
use crate::{id::MeetingId, meeting::Slot};

/// What exists in the system under test.
pub struct Fixture<'a> {
    /// A person's calendar with nothing in it from `start` on.
    pub calendar: &'a dyn CalendarProvider,
    /// Two meetings that may have events in it.
    pub meetings: [MeetingId; 2],
    /// A full hour some weeks ahead.
    pub start: DateTime<Utc>,
    /// Makes names of this run differ from those of earlier ones.
    pub run: u128,
}

impl Fixture<'_> {
    fn slot(&self, hours: i64) -> Slot {
        Slot {
            starts_at: self.start + TimeDelta::hours(hours),
            ends_at: self.start + TimeDelta::hours(hours) + TimeDelta::minutes(30),
        }
    }

    fn wanted(&self, number: usize, hours: i64) -> Wanted {
        Wanted {
            uid: EventUid(format!(
                "{:032x}",
                self.run.wrapping_mul(1_000).wrapping_add(number as u128)
            )),
            meeting: self.meetings[number],
            slot: self.slot(hours),
            zone: Tz::Asia__Tokyo,
            title: "1on1".to_owned(),
            guest: None,
            place: Place::Unsaid,
            sequence: 0,
        }
    }

    fn week(&self) -> Slot {
        Slot {
            starts_at: self.start - TimeDelta::days(1),
            ends_at: self.start + TimeDelta::days(6),
        }
    }

    /// Everything in the week, by all pages, and the cursor for later.
    async fn all(&self) -> (Vec<Event>, super::event::Cursor) {
        self.since(None).await.expect("the calendar can be read")
    }

    async fn since(
        &self,
        cursor: Option<&super::event::Cursor>,
    ) -> Result<(Vec<Event>, super::event::Cursor), CalendarError> {
        let mut events = Vec::new();
        let mut cursor = cursor.cloned();
        for _ in 0..1_000 {
            let page = self.calendar.changes(cursor.as_ref(), self.week()).await?;
            events.extend(page.resources.into_iter().flat_map(|resource| resource.events));
            match page.next {
                Next::Page(next) => cursor = Some(next),
                Next::Later(next) => {
                    events.retain(|event| event.state != EventState::Cancelled);
                    events.sort_by(|a, b| {
                        (a.slot.starts_at, &a.key).cmp(&(b.slot.starts_at, &b.key))
                    });
                    return Ok((events, next));
                }
            }
        }
        panic!("pages never end");
    }
}

/// Runs all checks.
pub async fn run(fixture: &Fixture<'_>) {
    let calendar = fixture.calendar;
    let slots = |events: &[Event]| events.iter().map(|event| event.slot).collect::<Vec<_>>();
    let busy = async || calendar.busy(fixture.week()).await.expect("busy time can be read");

    let (empty, _) = fixture.all().await;
    assert!(empty.is_empty(), "the fixture's calendar is empty: {empty:?}");
    assert!(busy().await.is_empty(), "an empty calendar is free");

    let first = fixture.wanted(0, 0);
    assert!(calendar.find(&first.uid).await.expect("looks").is_none(), "nothing stands yet");
    let placed = calendar.put(&first, None).await.expect("an event is placed");
    assert_eq!(placed.slot, first.slot, "it stands at its time");
    assert_eq!(placed.uid.as_ref(), Some(&first.uid), "it carries its name");
    assert!(placed.private && placed.opaque, "it is private and occupies the time: {placed:?}");
    assert_eq!((placed.attendees, placed.recurring), (0, false), "a hold invites nobody");
    assert_eq!(busy().await, [first.slot], "its time is busy");

    let again = calendar.put(&first, None).await.expect("placing again succeeds");
    assert_eq!(again.key, placed.key, "placing again makes no second event");
    let (standing, cursor) = fixture.all().await;
    assert_eq!(slots(&standing), [first.slot], "one event stands");
    assert_eq!(standing[0].uid.as_ref(), Some(&first.uid), "a listing tells our events");

    let (unchanged, cursor) = fixture.since(Some(&cursor)).await.expect("changes can be read");
    assert!(
        unchanged.iter().all(|event| event.uid.as_ref() == Some(&first.uid)),
        "nothing else changed: {unchanged:?}"
    );

    let found = calendar.find(&first.uid).await.expect("looks").expect("it stands");
    let moved = Wanted { slot: fixture.slot(3), sequence: 1, ..first.clone() };
    let after = calendar.put(&moved, found.version.as_ref()).await.expect("it is moved");
    assert_eq!(after.slot, moved.slot, "it stands at the new time");
    assert_eq!(busy().await, [moved.slot], "a moved event leaves nothing at its old time");
    let (changed, cursor) = fixture.since(Some(&cursor)).await.expect("changes can be read");
    assert!(
        changed.iter().any(|event| event.slot == moved.slot),
        "the move shows among the changes: {changed:?}"
    );

    if found.version.is_some() {
        let stale = Wanted { slot: fixture.slot(4), sequence: 2, ..first.clone() };
        let refused = calendar.put(&stale, found.version.as_ref()).await;
        assert!(
            matches!(refused, Err(CalendarError::Conflict)),
            "a write on an older state is refused: {refused:?}"
        );
        assert_eq!(busy().await, [moved.slot], "and changes nothing");
    }

    let second = fixture.wanted(1, 0);
    calendar.put(&second, None).await.expect("the freed time is taken");
    assert_eq!(busy().await, [second.slot, moved.slot], "two events stand beside each other");
    let edge = Slot { starts_at: second.slot.ends_at, ends_at: moved.slot.starts_at };
    assert!(calendar.busy(edge).await.expect("reads").is_empty(), "ends are excluded");

    calendar.cancel(&first.uid).await.expect("an event is cancelled");
    assert!(calendar.find(&first.uid).await.expect("looks").is_none(), "it is gone");
    assert_eq!(busy().await, [second.slot], "cancelling frees that time alone");
    calendar.cancel(&first.uid).await.expect("cancelling what is gone succeeds");
    if let Some(version) = &after.version {
        let refused = calendar.put(&moved, Some(version)).await;
        assert!(
            matches!(refused, Err(CalendarError::Conflict)),
            "a write on what was deleted is refused: {refused:?}"
        );
    }
    let (gone, cursor) = fixture.since(Some(&cursor)).await.expect("changes can be read");
    assert!(
        gone.iter().all(|event| event.uid.as_ref() != Some(&first.uid)),
        "a cancelled event is not among those that stand: {gone:?}"
    );

    let back = calendar.put(&first, None).await.expect("a deleted event can be placed again");
    assert_eq!(back.slot, first.slot, "at its wanted time");
    let (returned, _) = fixture.since(Some(&cursor)).await.expect("changes can be read");
    assert!(
        returned.iter().any(|event| event.uid.as_ref() == Some(&first.uid)),
        "it is among the changes again: {returned:?}"
    );

    for wanted in [&first, &second] {
        calendar.cancel(&wanted.uid).await.expect("cancels");
    }
    assert!(fixture.all().await.0.is_empty(), "nothing is left");
    assert!(busy().await.is_empty(), "and all time is free");
}
