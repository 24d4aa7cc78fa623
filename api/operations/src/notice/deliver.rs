//! The job that takes to one person what waits for them: one message a way, of all that came
//! together.
//!
//! What is to be one message is written before it is sent. A worker that dies after sending leaves
//! the same message, of the same id, to the next: it may arrive twice, and can be told.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    Reader,
    notice::{Outgoing, SlackRow, Told},
    platform::Claim,
};
use taiwa_domain::{
    id::{DeliveryId, MeetingId, OrganizationId, PersonId},
    meeting::{
        Meeting,
        agenda::{ActionItem, ActionState},
    },
    notice::{DeliveryReason, DeliveryState, Notifier, NotifyError, Preferences, Way},
    organization::{EmploymentStatus, Person},
};
use uuid::Uuid;

use super::{message, quiet::Circle, slack};
use crate::{Actor, App, Failure, Result, work};

/// Most notices that go out at once.
const MOST: u32 = 100;
/// How long a way that this server does not have is waited for.
const LATER: TimeDelta = TimeDelta::minutes(10);
/// How long an address at which there was nobody is left alone.
pub(super) const REFUSED: TimeDelta = TimeDelta::days(30);

/// Does the job for one person.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let person = PersonId(claim.subject);
    let now = app.now();
    let reader = app.database.reader(claim.organization).await?;
    let waiting = reader.outgoing(person, MOST).await?;
    if waiting.is_empty() {
        let transaction = app.database.transaction(claim.organization).await?;
        return work::settle(app, claim, transaction, None).await;
    }
    let facts = Facts::read(&reader, actor, person, &waiting, now).await?;
    let mut circle = Circle::new(&reader, now).await?;
    circle.meet(&reader, [person]).await?;
    drop(reader);

    let quiet = circle.of(person).map(|it| &it.quiet);
    let silent = quiet.is_some_and(|quiet| !quiet.allows(now));
    let mut dropped: BTreeMap<DeliveryReason, Vec<DeliveryId>> = BTreeMap::new();
    let (mut going, mut later) = (Vec::new(), false);
    for it in &waiting {
        match facts.against(it, now) {
            Some(reason) => dropped.entry(reason).or_default().push(it.id),
            // A test is asked for by whoever is there to see it.
            None if silent && it.notice.told != Told::Test => later = true,
            None => going.push(it),
        }
    }
    let messages = group(&going);
    let transaction = app.database.transaction(claim.organization).await?;
    for (reason, ids) in dropped {
        transaction.end_deliveries(&ids, DeliveryState::Dropped, Some(reason), now).await?;
    }
    for ((_, message), of) in &messages {
        let ids: Vec<DeliveryId> = of.iter().map(|it| it.id).collect();
        transaction.join_deliveries(*message, &ids).await?;
    }
    transaction.commit().await?;

    let mut failed = None;
    for ((way, id), told) in messages {
        if let Err(failure) = send(app, claim, &facts, way, id, &told).await {
            failed = Some(failure);
        }
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    let next = match (later, waiting.len() as u32 == MOST) {
        (_, true) => Some(now),
        (true, _) => quiet.and_then(|quiet| quiet.next(now)).or(Some(now + REFUSED)),
        _ => None,
    };
    let transaction = app.database.transaction(claim.organization).await?;
    work::settle(app, claim, transaction, next).await
}

/// Messages by way: those that were begun as they were, the rest as a new one.
fn group<'a>(going: &[&'a Outgoing]) -> BTreeMap<(Way, Uuid), Vec<&'a Outgoing>> {
    let mut fresh: BTreeMap<Way, Uuid> = BTreeMap::new();
    let mut messages: BTreeMap<(Way, Uuid), Vec<&Outgoing>> = BTreeMap::new();
    for it in going {
        let id = it.message.unwrap_or_else(|| *fresh.entry(it.way).or_insert(it.id.0));
        messages.entry((it.way, id)).or_default().push(it);
    }
    messages
}

/// What decides whether something is still worth sending.
struct Facts {
    person: Option<Person>,
    chosen: Preferences,
    refused: HashMap<Way, String>,
    meetings: HashMap<MeetingId, Meeting>,
    actions: Vec<ActionItem>,
}

impl Facts {
    async fn read(
        reader: &Reader,
        actor: &Actor,
        person: PersonId,
        waiting: &[Outgoing],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let meetings: Vec<MeetingId> =
            waiting.iter().filter_map(|it| it.notice.told.meeting()).collect();
        let actions: Vec<_> = waiting
            .iter()
            .filter_map(|it| match it.notice.told {
                Told::Action(_, action, _) => Some(action),
                _ => None,
            })
            .collect();
        let meetings = reader.meetings_by_id(&meetings).await?;
        let refused = reader.refused_addresses(&[person], now - REFUSED).await?;
        Ok(Self {
            person: reader.people_by_id(actor.today, &[person]).await?.pop(),
            chosen: reader
                .notice_preferences(&[person])
                .await?
                .remove(&person)
                .map(|it| it.chosen)
                .unwrap_or_default(),
            refused: refused.into_iter().map(|((_, way), (address, _))| (way, address)).collect(),
            meetings: meetings.into_iter().map(|it| (it.id, it)).collect(),
            actions: reader.action_items_by_id(&actions).await?,
        })
    }

    /// What speaks against sending it.
    fn against(&self, it: &Outgoing, now: DateTime<Utc>) -> Option<DeliveryReason> {
        let Some(person) = &self.person else { return Some(DeliveryReason::Away) };
        let told = &it.notice.told;
        if now >= it.expires_at {
            return Some(DeliveryReason::Expired);
        }
        if person.status != EmploymentStatus::Active {
            return Some(DeliveryReason::Away);
        }
        if *told != Told::Test && !self.chosen.wants(told.kind(), it.way) {
            return Some(DeliveryReason::SwitchedOff);
        }
        let Some(address) = &person.profile.email else { return Some(DeliveryReason::NoAddress) };
        if self.refused.get(&it.way).is_some_and(|it| it.eq_ignore_ascii_case(address)) {
            return Some(DeliveryReason::AddressRefused);
        }
        let outdated = match told {
            Told::Meeting(_, meeting, slot) => {
                self.meetings.get(meeting).is_none_or(|it| it.time() != Some(*slot))
            }
            Told::Action(_, action, due_on) => !self.actions.iter().any(|it| {
                it.id == *action
                    && it.state == ActionState::Open
                    && it.due_on == Some(*due_on)
                    && it.owner == person.id
            }),
            _ => false,
        };
        outdated.then_some(DeliveryReason::Outdated)
    }
}

/// What opens a way; none where it is closed for good.
async fn notifier(app: &App, organization: OrganizationId, way: Way) -> Result<Option<Opened>> {
    // The operator may configure it again: what waits does so until it expires.
    let missing = || {
        let cause = "this server does not have that way".into();
        Failure::from(NotifyError::Unavailable { retry_after: Some(LATER), cause })
    };
    match way {
        Way::Email => {
            let notifier = app.ways.email().ok_or_else(missing)?;
            Ok(Some(Opened { notifier, slack: None }))
        }
        Way::Slack => {
            let reader = app.database.reader(organization).await?;
            let Some((row, token)) = slack::token(app, &reader, organization).await? else {
                return Ok(None);
            };
            let notifier = app.ways.slack(&token).ok_or_else(missing)?;
            Ok(Some(Opened { notifier, slack: Some(row) }))
        }
    }
}

/// An open way; of Slack, how it was connected.
struct Opened {
    notifier: Arc<dyn Notifier>,
    slack: Option<SlackRow>,
}

impl Opened {
    /// Keeps whether Slack accepts who we are: the organization's administrator mends that.
    async fn note(&self, app: &App, claim: &Claim, accepted: bool) -> Result<()> {
        let Some(slack) = self.slack.as_ref().filter(|it| it.trouble_since.is_some() == accepted)
        else {
            return Ok(());
        };
        let since = (!accepted).then(|| app.now());
        let transaction = app.database.transaction(claim.organization).await?;
        transaction.slack_trouble(slack.connected_at, since).await?;
        Ok(transaction.commit().await?)
    }
}

/// Sends one message and records what came of it. What may still succeed is an error.
async fn send(
    app: &App,
    claim: &Claim,
    facts: &Facts,
    way: Way,
    id: Uuid,
    told: &[&Outgoing],
) -> Result<()> {
    use DeliveryReason::{AddressRefused, Closed, Refused};
    use DeliveryState::{Delivered, Dropped, Failed};
    let person = facts.person.as_ref().ok_or(Failure::Internal("a message to nobody"))?;
    let address = person.profile.email.as_deref().unwrap_or_default();
    let (state, reason) = match notifier(app, claim.organization, way).await? {
        None => (Dropped, Some(Closed)),
        Some(open) => {
            let organization = claim.organization;
            let message = message::compose(
                app,
                organization,
                (id, way),
                person,
                address,
                told,
                &facts.meetings,
            )?;
            let sent = open.notifier.send(&message).await;
            match sent {
                Ok(()) => open.note(app, claim, true).await?,
                Err(NotifyError::Unauthorized) => open.note(app, claim, false).await?,
                Err(_) => {}
            }
            match sent {
                Ok(()) => (Delivered, None),
                Err(NotifyError::NoSuchAddress) => (Failed, Some(AddressRefused)),
                Err(NotifyError::Refused(why)) => {
                    tracing::warn!(?way, why, "a message was refused");
                    (Failed, Some(Refused))
                }
                Err(later) => return Err(later.into()),
            }
        }
    };
    let now = app.now();
    let ids: Vec<DeliveryId> = told.iter().map(|it| it.id).collect();
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.end_deliveries(&ids, state, reason, now).await?;
    if reason == Some(AddressRefused) {
        transaction.refuse_address(person.id, way, address, now).await?;
    }
    Ok(transaction.commit().await?)
}
