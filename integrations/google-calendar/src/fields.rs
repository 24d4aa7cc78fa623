//! Which fields are asked for
//! (<https://developers.google.com/workspace/calendar/api/guides/performance#partial>).
//!
//! Titles, descriptions and places are in none of them, not even of our own events: a person may
//! have written into one. What is never asked for cannot be kept. The link to a conference is
//! asked for of our own events alone, by their names: there we asked for the conference.

/// A page of changes.
pub(crate) const CHANGES: &str = "timeZone,nextPageToken,nextSyncToken,items(id,etag,status,start,end,\
     transparency,visibility,attendees(organizer,self,resource,responseStatus),attendeesOmitted,\
     organizer(self),recurringEventId,updated)";

/// One of our own events: the guest's address, to compare it with the one wanted, and our marks.
pub(crate) const OWN: &str = "id,etag,status,start,end,transparency,visibility,\
     attendees(email,organizer,self,resource,responseStatus),attendeesOmitted,organizer(self),\
     recurringEventId,recurrence,updated,guestsCanModify,extendedProperties/private,\
     conferenceData(conferenceId,createRequest/requestId,entryPoints(entryPointType,uri)),\
     hangoutLink";

/// An invitation to be declined, asked for with `maxAttendees=1`: of several attendees Google
/// names only the owner.
pub(crate) const INVITATION: &str = "etag,status,attendeesOmitted,\
     attendees(email,self,optional,resource,responseStatus,comment,additionalGuests)";

/// Free and busy.
pub(crate) const BUSY: &str = "calendars";

/// The calendar's own zone.
pub(crate) const ZONE: &str = "timeZone";
