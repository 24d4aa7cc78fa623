//! Doing what was decided: one action a round.

use taiwa_database::{
    BuiltInCalendars,
    calendar::{BlockRow, Pending},
};
use taiwa_domain::{
    calendar::{
        CalendarError, CalendarProvider, Event, Place, Version, Wanted,
        guardian::{Action, Block, Side, SlotState, Written},
    },
    id::PersonId,
    meeting::Slot,
    organization::Locale,
};

use super::{
    Facts, Round, arrange, place,
    struck::{Effect, Trouble},
};
use crate::{Actor, App, Failure, Result, calendar::connect};

/// Does the first pending action of a slot.
pub(super) async fn next(app: &App, actor: &Actor, facts: &Facts) -> Result<Round> {
    let Some(pending) = facts.row.pending.clone() else { return Ok(Round::On) };
    let organization = actor.caller.organization;
    let built_in = BuiltInCalendars::new(&app.database, organization, &*app.ids, &*app.clock);
    let desk = Desk { app, actor, facts, built_in: &built_in };
    let Some(action) = pending.actions.first().cloned() else {
        return desk.strike_off(pending, Effect::default()).await;
    };
    let outcome = match &action {
        Action::Place { person, slot } => desk.write(*person, *slot).await,
        Action::PutBack { person } | Action::Restore { person } => {
            desk.write(*person, facts.situation.meeting.slot).await
        }
        Action::Decline { person, key } => {
            let block = desk.block(*person)?;
            let account = block.account;
            match desk.calendar(block).await?.decline(key).await {
                Ok(()) => Ok(Effect {
                    declined: account.map(|it| (it, key.clone())),
                    ..Effect::default()
                }),
                Err(error) => Err(Trouble::Calendar(block.account, error)),
            }
        }
        Action::CancelLeftovers { person } => desk.cancel(*person).await,
        Action::Recreate { .. } => desk.recreate().await,
        // Done where the decision was written.
        Action::AcceptMove { .. } | Action::Replan | Action::AskPeople | Action::Release { .. } => {
            Ok(Effect::default())
        }
    };
    match outcome {
        Ok(effect) => desk.strike_off(pending, effect).await,
        Err(trouble) => desk.stop(pending, trouble).await,
    }
}

/// Lets the place follow where all else is as it should be: an event that stands under an older
/// word of the organization's is rewritten, and the link to a conference that Google took its time
/// for is recorded. The time is not touched, so nobody is told.
pub(super) async fn places(app: &App, actor: &Actor, facts: &Facts) -> Result<Round> {
    if (facts.stood, facts.row.state) != (SlotState::Protected, SlotState::Protected) {
        return Ok(Round::Rest(None));
    }
    let organization = actor.caller.organization;
    let built_in = BuiltInCalendars::new(&app.database, organization, &*app.ids, &*app.clock);
    let desk = Desk { app, actor, facts, built_in: &built_in };
    let nothing = Pending { actions: Vec::new(), notice: None };
    for block in facts.blocks.iter().filter(|block| place::is_due(&facts.policy.place, block)) {
        match desk.place(block).await {
            Ok(None) => {}
            Ok(Some(effect)) => return desk.strike_off(nothing, effect).await,
            Err(trouble) => return desk.stop(nothing, trouble).await,
        }
    }
    Ok(Round::Rest(None))
}

/// Our event stands at `slot` as we write it.
fn stands(event: &Event, slot: Slot) -> bool {
    event.slot == slot && event.private && event.opaque && !event.recurring
}

/// Where the actions of one slot are done.
pub(super) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) actor: &'a Actor,
    pub(super) facts: &'a Facts,
    built_in: &'a BuiltInCalendars<'a>,
}

impl<'a> Desk<'a> {
    fn block(&self, person: PersonId) -> Result<&BlockRow> {
        let found = self.facts.blocks.iter().find(|it| it.person == person);
        found.ok_or(Failure::Internal("an action names neither of the two"))
    }

    fn side(&self, person: PersonId) -> Option<&Side> {
        self.facts.situation.sides.iter().find(|it| it.person == person)
    }

    async fn calendar(&self, block: &BlockRow) -> Result<Box<dyn CalendarProvider + 'a>> {
        match block.account {
            None => Ok(Box::new(self.built_in.of(block.person))),
            Some(id) => {
                let account =
                    self.facts.account(Some(id)).ok_or(Failure::Internal("an account is gone"))?;
                let organization = self.actor.caller.organization;
                connect::open(self.app, self.actor, organization, account).await
            }
        }
    }

    /// Makes our event stand at `slot`, unless its time is taken or a human changed it meanwhile.
    async fn write(&self, person: PersonId, slot: Slot) -> Result<Effect, Trouble> {
        let block = self.block(person).map_err(|_| Trouble::Stale)?;
        if self.facts.meeting.slot != Some(slot) || block.block == Block::Invited {
            return Err(Trouble::Stale);
        }
        let failed = |account| move |error| Trouble::Calendar(account, error);
        let calendar = self.open(block).await?;
        let standing = calendar.find(&block.uid).await.map_err(failed(block.account))?;
        // Written by a worker that died before it could say so.
        if let Some(event) = standing.clone().filter(|event| stands(event, slot)) {
            return Ok(self.wrote(block, slot, event));
        }
        for block in self.affected(block) {
            let own = if block.person == person { standing.as_ref() } else { None };
            let calendar = self.open(block).await?;
            let busy = calendar.busy(slot).await.map_err(failed(block.account))?;
            if self.taken(block, slot, busy, own) {
                return Err(Trouble::Taken(block.account));
            }
        }
        let seen = self.seen(block, standing.as_ref());
        let wanted = self.wanted(block, slot);
        match calendar.put(&wanted, seen.as_ref()).await {
            Ok(event) => Ok(self.wrote(block, slot, event)),
            Err(CalendarError::Conflict) => {
                let now = calendar.find(&block.uid).await.map_err(failed(block.account))?;
                Err(Trouble::Changed(Box::new((block.clone(), now))))
            }
            Err(error) => Err(Trouble::Calendar(block.account, error)),
        }
    }

    /// Makes our event stand at the place that is wanted, if it stands as it should in all else.
    /// None if it is as it was recorded.
    async fn place(&self, block: &BlockRow) -> Result<Option<Effect>, Trouble> {
        let slot = self.facts.situation.meeting.slot;
        let ours: Vec<&Event> = self.side(block.person).into_iter().flat_map(Side::ours).collect();
        let [standing] = ours[..] else { return Ok(None) };
        if !stands(standing, slot) {
            return Ok(None);
        }
        let failed = |error| Trouble::Calendar(block.account, error);
        let calendar = self.open(block).await?;
        if self.facts.policy.place == Place::Conference && !calendar.abilities().conferences {
            return Ok(None);
        }
        let seen = self.seen(block, Some(standing));
        let event = match calendar.put(&self.wanted(block, slot), seen.as_ref()).await {
            Err(CalendarError::Conflict) => {
                let now = calendar.find(&block.uid).await.map_err(failed)?;
                return Err(Trouble::Changed(Box::new((block.clone(), now))));
            }
            event => event.map_err(failed)?,
        };
        let same = event.version == standing.version
            && place::stands(&self.facts.policy.place, &event) == block.place;
        Ok((!same).then(|| self.wrote(block, slot, event)))
    }

    async fn open(&self, block: &BlockRow) -> Result<Box<dyn CalendarProvider + 'a>, Trouble> {
        self.calendar(block).await.map_err(|failure| match failure {
            Failure::Calendar(error) => Trouble::Calendar(block.account, error),
            _ => Trouble::Stale,
        })
    }

    /// Whose time a write takes: an event that invites the guest takes both people's.
    fn affected(&self, block: &'a BlockRow) -> impl Iterator<Item = &BlockRow> {
        let organized = block.block == Block::Organized;
        self.facts.blocks.iter().filter(move |it| it.person == block.person || organized)
    }

    /// Whether anything but our own event and unanswered invitations takes the time. A guest's copy
    /// of our event counts as our own.
    fn taken(&self, block: &BlockRow, slot: Slot, busy: Vec<Slot>, own: Option<&Event>) -> bool {
        let side = self.side(block.person);
        let events = || side.into_iter().flat_map(|side| &side.events);
        let ours = events().filter(|event| event.uid.as_ref() == Some(&block.uid));
        let open = events().filter(|event| event.warns());
        let mut free: Vec<Slot> = ours.chain(open).chain(own).map(|event| event.slot).collect();
        free.sort_unstable();
        let free = slot.covered(free);
        let covered = |span: &Slot| {
            free.iter().any(|it| it.starts_at <= span.starts_at && span.ends_at <= it.ends_at)
        };
        slot.covered(busy).iter().any(|span| !covered(span))
    }

    /// The state on which a write is to be made: what the decision saw of an event that stands.
    fn seen(&self, block: &BlockRow, standing: Option<&Event>) -> Option<Version> {
        let observed = self.side(block.person).and_then(|side| {
            side.events.iter().find(|event| event.uid.as_ref() == Some(&block.uid))
        });
        let known = observed.and_then(|event| event.version.clone());
        let known = known.or_else(|| block.written.as_ref()?.version.clone());
        // What was deleted is made anew; what never was seen is not overwritten unseen.
        standing.and_then(|event| known.or_else(|| event.version.clone()))
    }

    fn wanted(&self, block: &BlockRow, slot: Slot) -> Wanted {
        let facts = self.facts;
        let owner = facts.both.iter().find(|it| it.id == block.person);
        let guest = facts.blocks.iter().find(|it| it.block == Block::Invited);
        let guest = guest.filter(|_| block.block == Block::Organized);
        let locale = owner.map_or(Locale::En, |it| it.profile.locale);
        let partner = facts.both.iter().find(|it| it.id != block.person);
        let name = partner.map(|it| it.profile.name.display()).unwrap_or_default();
        Wanted {
            uid: block.uid.clone(),
            meeting: facts.meeting.id,
            slot,
            zone: facts.both[0].profile.zone,
            // One event of both names neither.
            title: match (locale, guest.is_some()) {
                (_, true) => "1on1".to_owned(),
                (Locale::Ja, false) => format!("1on1：{name}"),
                (Locale::En, false) => format!("1on1 with {name}"),
            },
            guest: guest
                .and_then(|it| facts.account(it.account))
                .map(|account| account.account.address.clone()),
            place: facts.policy.place.clone(),
            sequence: block.sequence,
        }
    }

    fn wrote(&self, block: &BlockRow, slot: Slot, event: Event) -> Effect {
        let replaced = block.written.as_ref().and_then(|it| it.version.clone());
        let zone = self.facts.both.iter().find(|it| it.id == block.person);
        // The built-in calendar keeps no place: the organization's word counts there.
        let place = block.account.and_then(|_| place::stands(&self.facts.policy.place, &event));
        let row = BlockRow {
            written: Some(Written {
                slot,
                version: event.version.clone(),
                replaced: replaced.filter(|it| Some(it) != event.version.as_ref()),
            }),
            sequence: block.sequence + 1,
            zone: zone.map_or(block.zone, |it| it.profile.zone),
            place,
            ..block.clone()
        };
        Effect { written: Some((row, event)), ..Effect::default() }
    }

    /// Takes our event away, which stands for nothing any more.
    async fn cancel(&self, person: PersonId) -> Result<Effect, Trouble> {
        let block = self.block(person).map_err(|_| Trouble::Stale)?;
        let calendar = self.open(block).await?;
        match calendar.cancel(&block.uid).await {
            Ok(()) => {
                let row = BlockRow { written: None, place: None, ..block.clone() };
                Ok(Effect { cancelled: Some(row), ..Effect::default() })
            }
            Err(error) => Err(Trouble::Calendar(block.account, error)),
        }
    }

    /// Cancels what was arranged for other accounts. One that does not open any more keeps what
    /// stands in it: nobody can take it away.
    async fn recreate(&self) -> Result<Effect, Trouble> {
        for block in self.facts.recorded.iter().filter(|it| it.written.is_some()) {
            if block.block == Block::Invited {
                continue;
            }
            let gone = |error: &CalendarError| {
                matches!(
                    error,
                    CalendarError::Unauthorized | CalendarError::Gone | CalendarError::Refused(_)
                )
            };
            match self.open(block).await {
                Ok(calendar) => match calendar.cancel(&block.uid).await {
                    Ok(()) => {}
                    Err(error) if gone(&error) => {}
                    Err(error) => return Err(Trouble::Calendar(block.account, error)),
                },
                Err(Trouble::Calendar(_, error)) if gone(&error) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        // The built-in calendar knows a hold by its meeting, whatever its name.
        self.built_in.cancel(&[self.facts.meeting.id]).await.map_err(|_| Trouble::Stale)?;
        let in_use = self.facts.people().map(|it| arrange::in_use(&self.facts.accounts, it));
        let organization = self.actor.caller.organization;
        let both = self.facts.both.each_ref();
        let id = self.facts.meeting.id;
        let blocks = arrange::blocks(self.app, organization, id, both, in_use);
        Ok(Effect { rearranged: Some(blocks.to_vec()), ..Effect::default() })
    }
}
