//! The port, filled.

use std::sync::Arc;

use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        Abilities, CalendarError, CalendarProvider, Call, Changes, Cursor, Event, EventKey,
        EventUid, Version, Wanted,
    },
    clock::Clock,
    meeting::Slot,
};
use taiwa_egress::Egress;

use crate::{
    account::{Account, Login},
    dav::{self, Dav},
};

/// One calendar collection of a CalDAV server, opened for its owner.
///
/// No call waits for a quota: a server that asks for patience is
/// [`CalendarError::Unavailable`] with the time it named. Each request is bounded by the egress
/// policy, in time and in bytes.
pub struct CalDavCalendar {
    inner: Inner,
}

/// What the parts of the adapter share.
pub(crate) struct Inner {
    pub(crate) dav: Dav,
    pub(crate) account: Account,
    /// The collection's path, normalised, with a slash at its end.
    pub(crate) path: String,
    /// The owner's zone, for times without one where the calendar has none of its own.
    pub(crate) zone: Tz,
    pub(crate) clock: Arc<dyn Clock>,
}

impl CalDavCalendar {
    /// Opens a stored account; asks nothing yet. `zone` is the owner's: whole days and times
    /// without a zone are read in it where the calendar has none of its own. `clock` stamps what
    /// is written. Fails if the stored address is none.
    pub fn open(
        egress: Egress,
        account: Account,
        login: &Login,
        zone: Tz,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CalendarError> {
        let wrong = || CalendarError::Refused("the stored address is none");
        let uri = account.uri().ok_or_else(wrong)?;
        let mut path = dav::path(&uri).map_err(|_| wrong())?;
        if !path.ends_with('/') {
            path.push('/');
        }
        let dav = Dav::new(egress, uri, login);
        Ok(Self { inner: Inner { dav, account, path, zone, clock } })
    }
}

impl CalendarProvider for CalDavCalendar {
    fn abilities(&self) -> Abilities {
        let scheduling = self.inner.account.scheduling;
        Abilities { invites: scheduling, declines: scheduling, watches: false, conferences: false }
    }

    fn changes<'a>(&'a self, cursor: Option<&'a Cursor>, span: Slot) -> Call<'a, Changes> {
        Box::pin(self.inner.changes(cursor, span))
    }

    fn busy(&self, span: Slot) -> Call<'_, Vec<Slot>> {
        Box::pin(self.inner.busy(span))
    }

    fn find<'a>(&'a self, uid: &'a EventUid) -> Call<'a, Option<Event>> {
        Box::pin(self.inner.find(uid))
    }

    fn put<'a>(&'a self, wanted: &'a Wanted, seen: Option<&'a Version>) -> Call<'a, Event> {
        Box::pin(self.inner.put(wanted, seen))
    }

    fn cancel<'a>(&'a self, uid: &'a EventUid) -> Call<'a, ()> {
        Box::pin(self.inner.cancel(uid))
    }

    fn decline<'a>(&'a self, event: &'a EventKey) -> Call<'a, ()> {
        Box::pin(self.inner.decline(event))
    }
}
