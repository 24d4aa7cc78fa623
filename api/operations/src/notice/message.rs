//! What leaves the house: of each notice its kind, its time and a link. Nothing that anybody wrote
//! is read to make it, and nobody is named but whom it is to.

use std::collections::{BTreeSet, HashMap};

use taiwa_database::notice::{Outgoing, Told};
use taiwa_domain::{
    id::{MeetingId, OrganizationId},
    meeting::Meeting,
    notice::{
        Line, Message, NoticeKind, Recipient, Seen, StopLink, Way,
        words::{self, About},
    },
    organization::Person,
};
use uuid::Uuid;

use super::stop;
use crate::{App, Result};

/// One message of several notices to a person.
pub(super) fn compose(
    app: &App,
    organization: OrganizationId,
    (id, way): (Uuid, Way),
    to: &Person,
    address: &str,
    told: &[&Outgoing],
    meetings: &HashMap<MeetingId, Meeting>,
) -> Result<Message> {
    let (locale, zone) = (to.profile.locale, to.profile.zone);
    let kinds: Vec<NoticeKind> = told.iter().map(|it| it.notice.told.kind()).collect();
    let stop = |kinds: BTreeSet<NoticeKind>| -> Result<String> {
        Ok(app.ways.stop(&stop::token(app, organization, to.id, kinds, way)?))
    };
    let distinct: BTreeSet<NoticeKind> = kinds.iter().copied().collect();
    let stops = distinct.iter().map(|kind| {
        Ok(StopLink { kind: words::label(locale, *kind), link: stop([*kind].into())? })
    });
    let lines = told.iter().map(|it| Line {
        text: words::sentence(locale, zone, about(&it.notice.told, meetings), None),
        link: app.ways.link(seen(&it.notice.told)),
    });
    Ok(Message {
        id,
        to: Recipient { name: to.profile.name.display(), address: address.to_owned(), locale },
        subject: words::subject(locale, &kinds),
        lines: lines.collect(),
        footer: words::footer(locale),
        preferences: app.ways.link(Seen::Preferences),
        stops: stops.collect::<Result<_>>()?,
        stop_all: stop(distinct)?,
    })
}

/// What a sentence says of it, as things are now.
pub(super) fn about(told: &Told, meetings: &HashMap<MeetingId, Meeting>) -> About {
    match told {
        Told::Slot(meeting, notice) => {
            let now = meetings.get(meeting).and_then(|it| it.slot);
            About::Slot(notice.answer, now)
        }
        Told::AccountDisconnected => About::Account,
        Told::Meeting(kind, _, slot) => About::Meeting(*kind, *slot),
        Told::Action(kind, _, due_on) => About::Action(*kind, *due_on),
        Told::Test => About::Test,
    }
}

fn seen(told: &Told) -> Seen {
    match told {
        Told::Slot(meeting, _) | Told::Meeting(_, meeting, _) => Seen::Meeting(*meeting),
        Told::Action(_, action, _) => Seen::Action(*action),
        Told::AccountDisconnected => Seen::Calendar,
        Told::Test => Seen::Preferences,
    }
}
