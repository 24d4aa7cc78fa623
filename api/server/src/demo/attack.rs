//! Something takes the time of a 1on1, so that people see what the guardian does about it.

use chrono::TimeDelta;
use taiwa_domain::{
    id::MeetingId,
    meeting::Slot,
    organization::{Locale, Person},
    pair::PairKind,
};
use taiwa_operations::{Actor, App, Failure, calendar, rows::PersonKey, work};

use crate::cli::Problem;

/// Whose 1on1: the manager among the personas.
pub(super) const MANAGER: &str = "T0004";

/// What happened.
pub(crate) struct Attack {
    /// To which meeting.
    pub(crate) meeting: MeetingId,
    /// The manager and the report.
    pub(crate) people: [String; 2],
    /// When it was.
    pub(crate) was: Slot,
    /// When it is now; none = it found no other time.
    pub(crate) now: Option<Slot>,
}

/// Puts an hour and a half of something else over a coming 1on1 of the manager's, and lets the
/// guardian answer.
pub(super) async fn attack(app: &App, actor: &Actor) -> Result<Option<Attack>, Problem> {
    let failed = |error| Problem::from(Failure::Database(error));
    let reader = app.reader(actor).await?;
    let key = PersonKey::Number(MANAGER.to_owned());
    let Some(manager) = reader.person_by_key(actor.today, &key).await.map_err(failed)? else {
        return Ok(None);
    };
    let pairs = reader.pairs_of(actor.today, &[manager.id]).await.map_err(failed)?;
    let organized = pairs
        .iter()
        .find(|it| it.pair.organizer == manager.id && it.pair.kind == PairKind::Manager);
    let Some(pair) = organized.map(|row| row.pair) else { return Ok(None) };
    let coming = reader.next_meetings(&[pair.id], app.now(), 4).await.map_err(failed)?;
    // Far enough ahead that the guardian may still move it.
    let later = app.now() + TimeDelta::days(8);
    let target = coming.iter().find(|it| it.slot.is_some_and(|slot| slot.starts_at > later));
    let Some((meeting, was)) = target.and_then(|it| Some((it.id, it.slot?))) else {
        return Ok(None);
    };
    let partner = reader.people_by_id(actor.today, &[pair.partner]).await.map_err(failed)?;
    drop(reader);
    let intruder = Slot {
        starts_at: was.starts_at - TimeDelta::minutes(30),
        ends_at: was.ends_at + TimeDelta::minutes(30),
    };
    calendar::take_time(app, actor.caller.organization, manager.id, intruder).await?;
    work::drain(app, Some(actor.caller.organization)).await?;
    let reader = app.reader(actor).await?;
    let found = reader.meetings_by_id(&[meeting]).await.map_err(failed)?;
    let name = |person: &Person| person.profile.name.display();
    Ok(Some(Attack {
        meeting,
        people: [name(&manager), partner.first().map(name).unwrap_or_default()],
        was,
        now: found.first().and_then(|it| it.slot),
    }))
}

impl Attack {
    /// What to tell people, in the manager's zone.
    pub(crate) fn told(&self, locale: Locale) -> String {
        let at = |slot: Slot| slot.starts_at.with_timezone(&chrono_tz::Asia::Tokyo);
        let [manager, report] = &self.people;
        let was = at(self.was).format("%Y-%m-%d %H:%M");
        match (locale, self.now.map(|now| at(now).format("%Y-%m-%d %H:%M"))) {
            (Locale::En, Some(now)) => format!(
                "Something took the time of {manager}'s 1on1 with {report} ({was}): the guardian \
                 moved it to {now} in both calendars."
            ),
            (Locale::En, None) => format!(
                "Something took the time of {manager}'s 1on1 with {report} ({was}), and no other \
                 was left in its cadence window."
            ),
            (Locale::Ja, Some(now)) => format!(
                "{manager}さんと{report}さんの1on1（{was}）に別の予定が入ったため、ガーディアンが\
                 両者のカレンダーで{now}に移動しました。"
            ),
            (Locale::Ja, None) => format!(
                "{manager}さんと{report}さんの1on1（{was}）に別の予定が入り、期間内に空きがありませんでした。"
            ),
        }
    }
}
