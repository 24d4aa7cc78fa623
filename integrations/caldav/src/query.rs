//! Reports that libdav has no request for: events with their data, by time or by UID, and single
//! ones with their series taken apart by the server.

use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Request, Uri, response::Parts};
use libdav::{
    PropertyName,
    dav::{WebDavError, make_relative_url},
    names::{self, CALDAV},
    requests::{DavRequest, ParseResponseError},
    xmlutils::XmlNode,
};
use taiwa_domain::meeting::Slot;

const EXPAND: PropertyName<'_, '_> = PropertyName::new(CALDAV, "expand");
const PROP_FILTER: PropertyName<'_, '_> = PropertyName::new(CALDAV, "prop-filter");
const TEXT_MATCH: PropertyName<'_, '_> = PropertyName::new(CALDAV, "text-match");

/// Which events are asked for.
pub(crate) enum Which<'a> {
    /// Those that touch a time.
    During(Slot),
    /// Those whose UID has this in it.
    Named(&'a str),
    /// This one, as single occurrences within a time.
    Expanded(&'a str, Slot),
}

/// A report on the events of a calendar, with version and data.
pub(crate) struct Query<'a> {
    pub(crate) calendar: &'a str,
    pub(crate) which: Which<'a>,
    /// Versions alone.
    pub(crate) without_data: bool,
}

/// As servers want times; a day more on both sides, because they may read times without a zone in
/// another one than we do.
fn range(span: Slot) -> (String, String) {
    let text = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let day = TimeDelta::days(1);
    (text(span.starts_at - day), text(span.ends_at + day))
}

impl Query<'_> {
    fn body(&self) -> String {
        let data = || XmlNode::new(&names::CALENDAR_DATA);
        let filter = |inner| {
            let event = XmlNode::new(&names::COMP_FILTER)
                .with_attributes(vec![("name", "VEVENT")])
                .with_children(vec![inner]);
            let calendar = XmlNode::new(&names::COMP_FILTER)
                .with_attributes(vec![("name", "VCALENDAR")])
                .with_children(vec![event]);
            XmlNode::new(&names::FILTER).with_children(vec![calendar])
        };
        let report = |name, data: Option<XmlNode<'_>>, rest| {
            let mut properties = vec![XmlNode::new(&names::GETETAG)];
            properties.extend(data);
            let properties = XmlNode::new(&names::PROP).with_children(properties);
            XmlNode::new(name).with_children(vec![properties, rest]).render_node()
        };
        match &self.which {
            Which::During(span) => {
                let (start, end) = range(*span);
                let time = XmlNode::new(&names::TIME_RANGE)
                    .with_attributes(vec![("start", &start), ("end", &end)]);
                let data = (!self.without_data).then(data);
                report(&names::CALENDAR_QUERY, data, filter(time))
            }
            Which::Named(uid) => {
                let text = XmlNode::new(&TEXT_MATCH)
                    .with_attributes(vec![("collation", "i;octet")])
                    .with_text(uid);
                let uid = XmlNode::new(&PROP_FILTER)
                    .with_attributes(vec![("name", "UID")])
                    .with_children(vec![text]);
                report(&names::CALENDAR_QUERY, Some(data()), filter(uid))
            }
            Which::Expanded(href, span) => {
                let (start, end) = range(*span);
                let expand =
                    XmlNode::new(&EXPAND).with_attributes(vec![("start", &start), ("end", &end)]);
                let href = XmlNode::new(&names::HREF).with_text(href);
                let data = data().with_children(vec![expand]);
                report(&names::CALENDAR_MULTIGET, Some(data), href)
            }
        }
    }
}

impl DavRequest for Query<'_> {
    type Response = ();
    type ParseError = ParseResponseError;
    type Error<E> = WebDavError<E>;

    fn prepare_request(&self, base_url: Uri) -> Result<Request<String>, http::Error> {
        Request::builder()
            .method(Method::from_bytes(b"REPORT")?)
            .uri(make_relative_url(base_url, self.calendar)?)
            .header("Depth", "1")
            .header("Content-Type", "application/xml; charset=utf-8")
            .body(self.body())
    }

    /// Answers are read by [`crate::multistatus`].
    fn parse_response(&self, _: &Parts, _: &[u8]) -> Result<(), ParseResponseError> {
        Ok(())
    }
}
