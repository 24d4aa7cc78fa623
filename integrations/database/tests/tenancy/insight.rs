//! What was said of meetings, and figures, so that every read finds something.

use chrono::{Days, TimeDelta};
use taiwa_database::{
    Database,
    insight::{CellRow, ReleaseRow, ReleaseState},
    meeting::OutcomeRow,
};
use taiwa_domain::{
    id::{IdSource, OrganizationId},
    insight::{Figures, Scope, Span, SpanKind},
    meeting::{
        Meeting,
        held::{Said, Word, Words},
    },
};

use crate::support::{Counter, now};

/// The week of the first meeting is counted and then released, with cells; the others are not.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    meetings: &[Meeting],
) {
    let it = database.transaction(organization).await.unwrap();
    let span = Span::week(meetings[0].due_week);
    let mut release = ReleaseRow {
        id: ids.next(),
        span,
        state: ReleaseState::Counting,
        parts: Vec::new(),
        managers: None,
        closed_at: None,
    };
    assert_eq!(it.lock_week(span.from).await.unwrap(), None);
    it.put_insight_releases(&[release.clone()]).await.unwrap();
    it.tally_week(span.from, now()).await.unwrap();
    let said = Some(Said { word: Word::Held, at: now() });
    let words = Words { organizer: said, partner: said, settles_at: None };
    let row = OutcomeRow { meeting: meetings[0].id, words, called_off: None };
    it.put_outcomes(&[row], now()).await.unwrap();
    let all: Vec<_> = meetings.iter().map(|meeting| meeting.id).collect();
    it.tally(&all, now()).await.unwrap();
    assert_eq!(it.lock_week(span.from).await.unwrap(), Some(release.id));
    let tallies = it.tallies(span.from, span.until).await.unwrap();
    assert_eq!(tallies.len(), 1, "the other weeks are not counted: {tallies:?}");
    release.state = ReleaseState::Released;
    release.closed_at = Some(now() + TimeDelta::days(30));
    it.put_insight_releases(&[release.clone()]).await.unwrap();
    let department = it.departments(now().date_naive()).await.unwrap()[0].department.id;
    let cell = |scope, sort: &str| CellRow {
        id: ids.next(),
        release: release.id,
        span,
        scope,
        name: None,
        sort: sort.to_owned(),
        figures: Figures { held_confirmed: 1, ..Figures::default() },
    };
    let cells = [cell(Scope::Whole, "0"), cell(Scope::Department(department), "1")];
    it.add_insight_cells(&cells).await.unwrap();
    assert_eq!(
        it.insight_trend(SpanKind::Week, Scope::Whole, 5).await.unwrap(),
        [cells[0].clone()]
    );
    it.commit().await.unwrap();
    assert!(meetings.iter().any(|it| it.due_week >= span.from + Days::new(7)));
}
