//! When the owner is busy, or a failure: what cannot be read might be a meeting.

use taiwa_domain::{calendar::CalendarError, meeting::Slot};

use crate::{
    calendar::Inner,
    event::event,
    fetch::{self, Stored},
};

impl Inner {
    pub(crate) async fn busy(&self, span: Slot) -> Result<Vec<Slot>, CalendarError> {
        let mut slots = Vec::new();
        for stored in fetch::during(&self.dav, &self.path, span).await? {
            let found = match self.read(&stored, span) {
                Ok(found) => found,
                Err(_) => self.taken_apart(&stored, span).await?,
            };
            let events = found.into_iter().map(|found| event(found, &stored.href, None));
            let blocking = events.filter(|event| event.blocks());
            slots.extend(blocking.map(|event| event.slot));
        }
        Ok(span.covered(slots))
    }

    /// A series that we do not follow, asked for once more as the server follows it.
    async fn taken_apart(
        &self,
        stored: &Stored,
        span: Slot,
    ) -> Result<Vec<taiwa_ics::Occurrence>, CalendarError> {
        let apart = fetch::expanded(&self.dav, &self.path, &stored.href, span).await?;
        // Gone in between is free.
        let Some(apart) = apart else { return Ok(Vec::new()) };
        self.read(&apart, span).map_err(|cause| {
            tracing::debug!(%cause, "an event of a CalDAV calendar cannot be read");
            CalendarError::Refused("an event in the calendar cannot be read")
        })
    }
}
