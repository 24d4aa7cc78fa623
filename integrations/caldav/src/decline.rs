//! Refusals in the owner's name.

use libdav::dav::PutResource;
use taiwa_domain::calendar::{CalendarError, EventKey};

use crate::{
    calendar::Inner,
    event::{LIMITS, parts},
    fetch,
    write::{CONTENT, TRIES},
};

impl Inner {
    /// Writes the refusal into the owner's copy; the server tells the organizer (RFC 6638).
    pub(crate) async fn decline(&self, key: &EventKey) -> Result<(), CalendarError> {
        if !self.account.scheduling {
            return Err(CalendarError::Refused("this server does not carry answers"));
        }
        let (href, of_series) = parts(key);
        let zone = self.account.zone.unwrap_or(self.zone);
        for _ in 0..TRIES {
            let Some(stored) = fetch::one(&self.dav, href).await? else { return Ok(()) };
            let own = &self.account.addresses;
            let refused = taiwa_ics::decline(&stored.text, own, of_series, zone, &LIMITS)
                .map_err(|_| CalendarError::Refused("the invitation cannot be read"))?;
            let Some(text) = refused else { return Ok(()) };
            let etag = stored.etag.ok_or(CalendarError::Refused("the server keeps no versions"))?;
            match self.dav.ask(&PutResource::new(href).update(text, CONTENT, etag)).await {
                Ok(_) => return Ok(()),
                Err(failure) if failure.is_gone() => return Ok(()),
                // Somebody else wrote: look again.
                Err(failure) if failure.is_conflict() => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(CalendarError::Conflict)
    }
}
