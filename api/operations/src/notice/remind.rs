//! The sweep that reminds an organization's people: one job, that looks through what is near in
//! pages and comes again when the next reminder is due, and at least every quarter of an hour. What
//! was moved, added or done meanwhile is therefore seen without anybody having to say so.
//!
//! Two sweeps at once, or one that died in the middle, remind nobody twice: a reminder is given in
//! the transaction that records it, and it is recorded once.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use taiwa_database::{
    Transaction,
    notice::{ActionDue, Decision, Told, Upcoming},
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    id::{OrganizationId, PersonId},
    notice::{self, Done, Facts, Moment, Reminder, Skipped, Verdict},
};
use uuid::Uuid;

use super::{quiet::Circle, tell};
use crate::{Actor, App, Failure, Result, work};

/// Meetings or actions looked at together.
const PAGE: u32 = 1_000;
/// Longest time between two sweeps.
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// Shortest: what is due within it is given together.
const SHORTEST: TimeDelta = TimeDelta::seconds(30);
/// How long decisions are kept.
const KEPT: TimeDelta = TimeDelta::days(60);

/// Asks for sweeps; once asked for they go on by themselves.
pub async fn ask(app: &App, transaction: &Transaction) -> Result<()> {
    let (organization, now) = (transaction.organization().0, app.now());
    let kind = JobKind::SendReminders;
    Ok(transaction.ask(&*app.ids, kind, &[organization], now, now).await?)
}

/// The job.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let next = sweep(app, actor).await?;
    let now = app.now();
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.forget_reminders(now - KEPT).await?;
    work::settle(app, claim, transaction, Some(next.max(now + SHORTEST))).await
}

/// Reminds somebody of something at once, as if its time had come; it does not come again.
pub async fn now(
    app: &App,
    organization: OrganizationId,
    person: PersonId,
    told: Told,
) -> Result<()> {
    let (subject, kind, about) = match told {
        Told::Meeting(kind, meeting, slot) => (meeting.0, kind, slot.starts_at),
        Told::Action(kind, action, due_on) => {
            (action.0, kind, due_on.and_time(NaiveTime::MIN).and_utc())
        }
        _ => return Err(Failure::Internal("no reminder")),
    };
    let given = Decision { subject, person, kind, about, skipped: None };
    let transaction = app.database.transaction(organization).await?;
    let recorded = transaction.record_reminders(&*app.ids, &[given], app.now()).await?;
    if recorded.contains(&given) {
        tell(app, &transaction, vec![(person, told)]).await?;
    }
    Ok(transaction.commit().await?)
}

/// Reminds everybody of what is due now. Returns when something is due next.
pub async fn sweep(app: &App, actor: &Actor) -> Result<DateTime<Utc>> {
    let now = app.now();
    let organization = actor.caller.organization;
    let reader = app.database.reader(organization).await?;
    let mut sweep = Sweep {
        app,
        organization,
        now,
        next: now + LONGEST,
        circle: Circle::new(&reader, now).await?,
    };
    drop(reader);
    sweep.meetings().await?;
    sweep.actions(actor).await?;
    Ok(sweep.next)
}

struct Sweep<'a> {
    app: &'a App,
    organization: OrganizationId,
    now: DateTime<Utc>,
    next: DateTime<Utc>,
    circle: Circle,
}

/// A reminder whose time has come.
struct Due<'a, T> {
    of: &'a T,
    kind: Reminder,
    person: PersonId,
}

impl Sweep<'_> {
    /// Whether a reminder's time has come; if it is to come, the next sweep is not after it.
    fn is_due(&mut self, moment: Result<Moment, Skipped>, person: PersonId) -> bool {
        let (Ok(moment), Some(known)) = (moment, self.circle.of(person)) else { return false };
        match moment.at(self.now, &known.quiet) {
            Verdict::Wait(when) => {
                self.next = self.next.min(when);
                false
            }
            Verdict::Tell => true,
            Verdict::Skip(_) => false,
        }
    }

    async fn meetings(&mut self) -> Result<()> {
        let (from, until) = (self.now - notice::BACK, self.now + notice::AHEAD);
        let mut after = None;
        loop {
            let reader = self.app.database.reader(self.organization).await?;
            let page = reader.meetings_to_remind(from, until, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.slot.starts_at, last.meeting.0));
            let people = page.iter().flat_map(|it| [it.organizer, it.partner]);
            self.circle.meet(&reader, people).await?;
            let due = self.due_of_meetings(&page);
            if due.is_empty() {
                continue;
            }
            let subjects: Vec<Uuid> = due.iter().map(|it| it.of.meeting.0).collect();
            let known = keys(&reader.reminders_of(&subjects).await?);
            let due: Vec<_> = due
                .into_iter()
                .filter(|it| {
                    let about = it.of.slot.starts_at;
                    !known.contains(&(it.of.meeting.0, it.person, it.kind, about))
                })
                .collect();
            let decided = self.judge_meetings(&reader, &due).await?;
            drop(reader);
            self.give(decided).await?;
        }
    }

    fn due_of_meetings<'a>(&mut self, page: &'a [Upcoming]) -> Vec<Due<'a, Upcoming>> {
        let mut due = Vec::new();
        for of in page {
            for kind in Reminder::OF_MEETINGS {
                // What is over is not ahead, and the other way round.
                if kind.is_ahead() != (of.slot.starts_at > self.now) {
                    continue;
                }
                let both = [of.organizer, of.partner];
                let to = if kind == Reminder::MinutesEmpty { &both[..1] } else { &both[..] };
                for person in to {
                    let quiet = self.circle.of(*person).map(|it| &it.quiet);
                    let moment = quiet.map(|quiet| notice::meeting(kind, of.slot, quiet));
                    if moment.is_some_and(|moment| self.is_due(moment, *person)) {
                        due.push(Due { of, kind, person: *person });
                    }
                }
            }
        }
        due
    }

    async fn judge_meetings(
        &self,
        reader: &taiwa_database::Reader,
        due: &[Due<'_, Upcoming>],
    ) -> Result<Vec<(Decision, Told)>> {
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let pairs: Vec<_> = due.iter().map(|it| it.of.pair).collect();
        let meetings: Vec<_> = due.iter().map(|it| it.of.meeting).collect();
        let points = reader.authors_of_open_items(&pairs).await?;
        let notes = reader.authors_of_notes(&pairs).await?;
        let written = reader.written_minutes(&meetings).await?;
        let said: HashSet<_> = reader
            .outcomes(&meetings)
            .await?
            .into_iter()
            .filter(|it| it.words.organizer.is_some() || it.words.partner.is_some())
            .map(|it| it.meeting)
            .collect();
        let here = |person| self.circle.of(person).is_some_and(|it| it.here);
        let decide = |it: &Due<'_, Upcoming>| {
            let Due { of, kind, person } = *it;
            let done = Done {
                prepared: points.contains(&(of.pair, person))
                    || notes.contains(&(of.meeting, person)),
                written: written.contains(&of.meeting),
                said: said.contains(&of.meeting),
            };
            let facts = Facts { here: here(of.organizer) && here(of.partner), done };
            let told = Told::Meeting(kind, of.meeting, of.slot);
            (decision(of.meeting.0, person, kind, of.slot.starts_at, facts), told)
        };
        Ok(due.iter().map(decide).collect())
    }

    async fn actions(&mut self, actor: &Actor) -> Result<()> {
        let from = actor.today - Days::new(notice::ACTIONS_BACK);
        let until = actor.today + Days::new(notice::AHEAD.num_days() as u64);
        let mut after = None;
        loop {
            let reader = self.app.database.reader(self.organization).await?;
            let page = reader.actions_to_remind(from, until, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.due_on, last.action.0));
            self.circle.meet(&reader, page.iter().map(|it| it.owner)).await?;
            let due = self.due_of_actions(&page);
            let subjects: Vec<Uuid> = due.iter().map(|it| it.of.action.0).collect();
            let known = keys(&reader.reminders_of(&subjects).await?);
            drop(reader);
            let decided = due
                .into_iter()
                .map(|Due { of, kind, person }| {
                    let about = of.due_on.and_time(NaiveTime::MIN).and_utc();
                    let here = self.circle.of(person).is_some_and(|it| it.here);
                    let facts = Facts { here, done: Done::default() };
                    let told = Told::Action(kind, of.action, of.due_on);
                    (decision(of.action.0, person, kind, about, facts), told)
                })
                .filter(|(it, _)| !known.contains(&(it.subject, it.person, it.kind, it.about)))
                .collect();
            self.give(decided).await?;
        }
    }

    fn due_of_actions<'a>(&mut self, page: &'a [ActionDue]) -> Vec<Due<'a, ActionDue>> {
        let mut due = Vec::new();
        for of in page {
            for kind in Reminder::OF_ACTIONS {
                let quiet = self.circle.of(of.owner).map(|it| &it.quiet);
                let moment = quiet.map(|quiet| notice::action(kind, of.due_on, quiet));
                if moment.is_some_and(|moment| self.is_due(moment, of.owner)) {
                    due.push(Due { of, kind, person: of.owner });
                }
            }
        }
        due
    }

    /// Records what was decided, and tells what nobody recorded before.
    async fn give(&self, decided: Vec<(Decision, Told)>) -> Result<()> {
        if decided.is_empty() {
            return Ok(());
        }
        let transaction = self.app.database.transaction(self.organization).await?;
        let decisions: Vec<Decision> = decided.iter().map(|(it, _)| *it).collect();
        let recorded = transaction.record_reminders(&*self.app.ids, &decisions, self.now).await?;
        let told = decided
            .into_iter()
            .filter(|(it, _)| it.skipped.is_none() && recorded.contains(it))
            .map(|(it, told)| (it.person, told));
        tell(self.app, &transaction, told.collect()).await?;
        transaction.commit().await?;
        self.app.wake.notify_waiters();
        Ok(())
    }
}

/// What a decision is about.
type Key = (Uuid, PersonId, Reminder, DateTime<Utc>);

fn keys(decisions: &HashSet<Decision>) -> HashSet<Key> {
    decisions.iter().map(|it| (it.subject, it.person, it.kind, it.about)).collect()
}

fn decision(
    subject: Uuid,
    person: PersonId,
    kind: Reminder,
    about: DateTime<Utc>,
    facts: Facts,
) -> Decision {
    let skipped = match notice::judge(kind, facts) {
        Verdict::Skip(why) => Some(why),
        Verdict::Tell | Verdict::Wait(_) => None,
    };
    Decision { subject, person, kind, about, skipped }
}
