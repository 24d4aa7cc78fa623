//! One who is told.

use std::{collections::VecDeque, time::Duration};

use taiwa_domain::{
    access::OwnContent,
    changes::{Change, Cursor, Wanted},
};
use taiwa_identity::Verified;

use super::watch::{Place, Told, Watch, Watchers};
use crate::{
    Actor, App, Failure, Result,
    meeting::agenda::ours,
    socket::{Lost, admit},
};

/// How many subscriptions a person has at once in one process: many tabs on many devices.
const MOST: usize = 64;
/// How long nothing is told before the person's access is looked at again.
const BEAT: Duration = Duration::from_secs(60);

/// Why a subscription does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The cursor is of another list, of a time that is forgotten, or none at all.
    Cursor,
    /// The person has too many.
    TooMany,
}

/// Why a subscription ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person may not be told any more.
    Lost(Lost),
    /// It was so far behind that what comes next is forgotten.
    Behind,
}

/// One who is told what changes for a person.
pub struct Subscription {
    app: App,
    verified: Verified,
    wanted: Wanted,
    watch: Watch,
    /// What is known when nothing new is known.
    known: Told,
    /// Everything up to this was read.
    seen: i64,
    /// There may be more, whatever is known.
    more: bool,
    waiting: VecDeque<Change>,
    _place: Place,
}

/// Subscribes the actor to their own list: after a cursor, or from now on. What is of a pair must
/// be of one of their own.
pub async fn open(
    app: &App,
    actor: &Actor,
    wanted: Wanted,
    after: Option<&str>,
) -> Result<std::result::Result<Subscription, Refused>> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnContent>(&person)?;
    let verified = actor.session.ok_or(Failure::NotFound)?;
    let organization = actor.caller.organization;
    // First to listen, then to read: nothing falls between. What the actor has read is older, and
    // would be held beside what is read here.
    actor.release().await;
    let mut watch = Watchers::watch(app, organization, person);
    let Some(place) = watch.place(MOST) else { return Ok(Err(Refused::TooMany)) };
    let known = watch.told();
    let reader = app.database.reader(organization).await?;
    if let Some(pair) = wanted.pair {
        ours(&reader, actor, pair).await?;
    }
    let extent = reader.changes_extent(person).await?;
    let seen = match after.map(Cursor::read) {
        None => extent.last,
        Some(Some(cursor))
            if cursor.person == person
                && (extent.gone..=extent.last).contains(&cursor.sequence) =>
        {
            cursor.sequence
        }
        Some(_) => return Ok(Err(Refused::Cursor)),
    };
    Ok(Ok(Subscription {
        app: app.clone(),
        verified,
        wanted,
        watch,
        known,
        seen,
        // What stands already is told by nobody again.
        more: seen < extent.last,
        waiting: VecDeque::new(),
        _place: place,
    }))
}

impl Subscription {
    /// The next change, with the person to whom it is told as they stand at this moment; or why
    /// there is none any more. After a failure it is to be asked again: nothing is passed over.
    pub async fn next(&mut self) -> Result<std::result::Result<(Change, Actor), Ended>> {
        loop {
            if let Some(change) = self.waiting.front().copied() {
                let admitted = admit(&self.app, &self.verified).await?;
                self.waiting.pop_front();
                return Ok(admitted.map(|actor| (change, actor)).map_err(Ended::Lost));
            }
            let told = self.watch.told();
            if told.access_differs(&self.known)
                && let Some(lost) = self.lost().await?
            {
                return Ok(Err(Ended::Lost(lost)));
            }
            self.more |= told.sequence > self.seen || told.alarms != self.known.alarms;
            self.known = told;
            if self.more {
                let found = self.watch.read(&self.app, self.seen).await?;
                let Some(last) = found.as_ref().map(|found| found.last().copied()) else {
                    return Ok(Err(Ended::Behind));
                };
                match last {
                    // Not everything is read at once.
                    Some(last) => {
                        self.seen = last.sequence;
                        let found = found.into_iter().flatten();
                        self.waiting.extend(found.filter(|it| self.wanted.has(it)));
                        continue;
                    }
                    None if told.sequence > self.seen => return Ok(Err(Ended::Behind)),
                    None => self.more = false,
                }
            }
            if let Some(lost) = self.wait().await? {
                return Ok(Err(Ended::Lost(lost)));
            }
        }
    }

    /// Waits until there may be something; looks at the person's access when that takes long.
    async fn wait(&mut self) -> Result<Option<Lost>> {
        let left = self.verified.expires_at - self.app.now();
        let left = left.to_std().unwrap_or_default().min(BEAT);
        match tokio::time::timeout(left, self.watch.stirred()).await {
            Ok(()) => Ok(None),
            Err(_) => self.lost().await,
        }
    }

    async fn lost(&self) -> Result<Option<Lost>> {
        Ok(admit(&self.app, &self.verified).await?.err())
    }
}
