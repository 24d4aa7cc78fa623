//! What an address, a name and a password lead to (RFC 6764, 5397, 4791, 6638).

use bytes::Bytes;
use chrono_tz::Tz;
use http::{Response, Uri};
use libdav::{
    Depth, PropertyName,
    dav::Propfind,
    names::{self, CALDAV, DAV},
};
use taiwa_egress::{Egress, Landed};
use taiwa_ics::address;
use url::Url;

use crate::{
    account::{Account, Login},
    dav::{self, Dav},
    error::{ConnectError, Failure},
    multistatus::{Item, items, parse},
};

const OUTBOX: PropertyName<'_, '_> = PropertyName::new(CALDAV, "schedule-outbox-URL");
const INBOX: PropertyName<'_, '_> = PropertyName::new(CALDAV, "schedule-inbox-URL");
const DEFAULT: PropertyName<'_, '_> = PropertyName::new(CALDAV, "schedule-default-calendar-URL");
const ZONE: PropertyName<'_, '_> = PropertyName::new(CALDAV, "calendar-timezone");
const PRIVILEGES: PropertyName<'_, '_> = PropertyName::new(DAV, "current-user-privilege-set");

/// In how many places an account's calendars are looked for: one is usual.
const HOMES: usize = 4;

/// So many addresses of a person are kept, of so many bytes each (RFC 5321, 4.5.3.1).
const ADDRESSES: usize = 32;
const ADDRESS: usize = 254;

/// What an account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// The calendars that events can be written to, the one to be proposed first.
    pub calendars: Vec<Found>,
}

/// A calendar of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What to store when it is chosen.
    pub account: Account,
    /// What its owner calls it.
    pub name: String,
    /// The server names it as the one that invitations go to.
    pub default: bool,
}

/// Finds the calendars of an account. `address` is what the person typed: the server's address, a
/// principal's or a calendar's; `https://` is put before a bare host.
pub async fn connect(
    egress: &Egress,
    address: &str,
    login: &Login,
) -> Result<Discovered, ConnectError> {
    let address = address.trim();
    let address =
        if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let start = Url::parse(&address).map_err(|_| ConnectError::BadAddress)?;
    let uri: Uri = start.as_str().parse().map_err(|_| ConnectError::BadAddress)?;
    let dav = Dav::new(egress.clone(), uri.clone(), login);
    let principal = principal(&dav, &uri).await?;
    let person = Person::ask(&principal).await?;
    let mut calendars = Vec::new();
    for home in person.homes.iter().take(HOMES) {
        calendars.extend(person.calendars(home).await?);
    }
    // Proposed first: the server's default, then the one whose address was given.
    calendars.sort_by_key(|found: &Found| {
        (
            !found.default,
            found.account.calendar.trim_end_matches('/') != address.trim_end_matches('/'),
        )
    });
    if calendars.is_empty() { Err(ConnectError::NoCalendar) } else { Ok(Discovered { calendars }) }
}

/// A resource on some server of the account.
struct At {
    dav: Dav,
    path: String,
}

impl At {
    /// Where a link in an answer leads. Some providers keep each account on a server of its own, so
    /// the name and password go there as well, if it belongs to the same domain and the way is
    /// as safe.
    fn link(&self, href: &str) -> Result<Self, Failure> {
        let base = Url::parse(&self.dav.origin().to_string())
            .map_err(|_| Failure::Nonsense("an address is none"))?;
        let target = base.join(href).map_err(|_| Failure::Nonsense("an address in it is none"))?;
        if base.origin() != target.origin() && !same_domain(&base, &target) {
            return Err(Failure::Refused("the server names a server of another domain"));
        }
        let uri: Uri =
            target.as_str().parse().map_err(|_| Failure::Nonsense("an address in it is none"))?;
        Ok(Self { path: dav::path(&uri)?, dav: self.dav.at(uri) })
    }

    async fn ask(
        &self,
        depth: Depth,
        properties: &[&PropertyName<'_, '_>],
    ) -> Result<Response<Bytes>, Failure> {
        let request = Propfind::new(&self.path).with_properties(properties).with_depth(depth);
        self.dav.ask(&request).await
    }

    fn url(&self, path: &str) -> Option<String> {
        libdav::dav::make_relative_url(self.dav.origin().clone(), path)
            .ok()
            .map(|uri| uri.to_string())
    }
}

/// `p01.example.com` for `caldav.example.com`: what lies under the host's parent, if that is more
/// than a top-level domain.
fn same_domain(from: &Url, to: &Url) -> bool {
    let parent = from.domain().and_then(|host| host.split_once('.')).map(|(_, parent)| parent);
    let parent = parent.filter(|parent| parent.contains('.'));
    from.scheme() == "https"
        && to.scheme() == "https"
        && parent
            .zip(to.domain())
            .is_some_and(|(parent, host)| host.ends_with(&format!(".{parent}")))
}

/// The principal of whoever asks.
async fn principal(dav: &Dav, start: &Uri) -> Result<At, ConnectError> {
    let mut first = None;
    let mut tried: Vec<String> = Vec::new();
    for path in [start.path(), "/.well-known/caldav", "/"] {
        if tried.iter().any(|known| known == path) {
            continue;
        }
        tried.push(path.to_owned());
        let at = At { dav: dav.clone(), path: dav::normalised(path)? };
        match at.ask(Depth::Zero, &[&names::CURRENT_USER_PRINCIPAL]).await {
            Ok(answer) => {
                let landed = answer.extensions().get::<Landed>().map(|landed| landed.0.clone());
                let landed = landed.unwrap_or_else(|| start.clone());
                let elsewhere =
                    (landed.authority(), landed.scheme()) != (start.authority(), start.scheme());
                let Ok(document) = parse(answer.body()) else { continue };
                let Ok(items) = items(&document) else { continue };
                let hrefs = items.first().map(|item| item.hrefs(&names::CURRENT_USER_PRINCIPAL));
                let unknown = items.first().is_some_and(|item| {
                    item.has(&names::CURRENT_USER_PRINCIPAL, "unauthenticated")
                });
                if elsewhere {
                    return Err(ConnectError::Elsewhere { address: landed.to_string() });
                }
                if unknown {
                    return Err(ConnectError::WrongPassword);
                }
                if let Some(href) = hrefs.and_then(|hrefs| hrefs.into_iter().next()) {
                    return Ok(at.link(&href)?);
                }
            }
            Err(failure) => {
                let error = ConnectError::from(failure);
                match error {
                    ConnectError::NotCalDav => {}
                    // Some servers forbid their root to everybody: the other places decide.
                    ConnectError::WrongPassword => first = first.or(Some(error)),
                    error => return Err(error),
                }
            }
        }
    }
    Err(first.unwrap_or(ConnectError::NotCalDav))
}

/// Whose calendars they are.
struct Person {
    principal: At,
    addresses: Vec<String>,
    homes: Vec<At>,
    outbox: bool,
    inbox: Option<At>,
}

impl Person {
    async fn ask(principal: &At) -> Result<Self, ConnectError> {
        let properties =
            [&names::CALENDAR_HOME_SET, &names::CALENDAR_USER_ADDRESS_SET, &OUTBOX, &INBOX];
        let answer = principal.ask(Depth::Zero, &properties).await?;
        let document = parse(answer.body())?;
        let items = items(&document)?;
        let item = items.first().ok_or(ConnectError::NotCalDav)?;
        let homes = item.hrefs(&names::CALENDAR_HOME_SET);
        if homes.is_empty() {
            return Err(ConnectError::NotCalDav);
        }
        let link = |href: &String| principal.link(href);
        let mut addresses: Vec<String> = item
            .hrefs(&names::CALENDAR_USER_ADDRESS_SET)
            .iter()
            .map(|href| address(href))
            .filter(|address| address.len() <= ADDRESS)
            .take(ADDRESSES)
            .collect();
        // Mail addresses first: guests elsewhere know no others.
        addresses.sort_by_key(|address| !address.contains('@'));
        let itself = address(&principal.path);
        if !addresses.contains(&itself) {
            addresses.push(itself);
        }
        Ok(Self {
            addresses,
            homes: homes.iter().map(link).collect::<Result<_, _>>()?,
            outbox: !item.hrefs(&OUTBOX).is_empty(),
            inbox: item.hrefs(&INBOX).first().and_then(|href| link(href).ok()),
            principal: At { dav: principal.dav.clone(), path: principal.path.clone() },
        })
    }

    async fn calendars(&self, home: &At) -> Result<Vec<Found>, ConnectError> {
        let properties = [
            &names::RESOURCETYPE,
            &names::DISPLAY_NAME,
            &names::SUPPORTED_CALENDAR_COMPONENT_SET,
            &names::SUPPORTED_REPORT_SET,
            &PRIVILEGES,
            &ZONE,
        ];
        let answer = home.ask(Depth::One, &properties).await?;
        let document = parse(answer.body())?;
        let default = self.default_calendar().await;
        let (mut found, mut scheduling) = (Vec::new(), None);
        for item in items(&document)? {
            if !holds_events(&item) || !can_be_written(&item) {
                continue;
            }
            let Some(calendar) = home.url(&item.href) else { continue };
            // The same for all calendars in one place.
            let scheduling = match scheduling {
                Some(known) => known,
                None => *scheduling.insert(self.schedules(home, &item.href).await?),
            };
            found.push(Found {
                name: item.text(&names::DISPLAY_NAME).unwrap_or_default().trim().to_owned(),
                default: default.as_ref() == Some(&item.href),
                account: Account {
                    scheduling,
                    calendar,
                    principal: self.principal.path.clone(),
                    addresses: self.addresses.clone(),
                    sync: item.has(&names::SUPPORTED_REPORT_SET, "sync-collection"),
                    zone: item.text(&ZONE).and_then(|text| zone(&text)),
                },
            });
        }
        Ok(found)
    }

    /// The path of the calendar that invitations go to, where the server says so.
    async fn default_calendar(&self) -> Option<String> {
        let inbox = self.inbox.as_ref()?;
        let answer = inbox.ask(Depth::Zero, &[&DEFAULT]).await.ok()?;
        let document = parse(answer.body()).ok()?;
        let href = items(&document).ok()?.first()?.hrefs(&DEFAULT).into_iter().next()?;
        inbox.link(&href).ok().map(|at| at.path)
    }

    /// Whether the server carries invitations: it says so of the calendar (RFC 6638, 2), there is
    /// an outbox, and it knows the owner by a mail address.
    async fn schedules(&self, home: &At, calendar: &str) -> Result<bool, ConnectError> {
        if !self.outbox || !self.addresses.iter().any(|address| address.contains('@')) {
            return Ok(false);
        }
        let answer = match home.dav.options(calendar).await {
            Ok(answer) => answer,
            Err(failure) if failure.status().is_some() => return Ok(false),
            Err(failure) => return Err(failure.into()),
        };
        let classes =
            answer.headers().get_all("dav").iter().filter_map(|value| value.to_str().ok());
        Ok(classes
            .flat_map(|line| line.split(','))
            .any(|class| class.trim().eq_ignore_ascii_case("calendar-auto-schedule")))
    }
}

/// A calendar, not an inbox, that takes VEVENT or does not say what it takes.
fn holds_events(item: &Item<'_, '_>) -> bool {
    let set = &names::SUPPORTED_CALENDAR_COMPONENT_SET;
    let takes = item.property(set).is_none_or(|node| {
        let mut listed = node.children().filter(|node| node.tag_name().name() == "comp").peekable();
        listed.peek().is_none()
            || listed.any(|comp| {
                comp.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("VEVENT"))
            })
    });
    let kind = &names::RESOURCETYPE;
    item.has(kind, "calendar")
        && !item.has(kind, "schedule-inbox")
        && !item.has(kind, "schedule-outbox")
        // What others show us by subscription or share for reading.
        && !item.has(kind, "subscribed")
        && takes
}

fn can_be_written(item: &Item<'_, '_>) -> bool {
    item.property(&PRIVILEGES).is_none()
        || ["write", "write-content", "bind", "all"].iter().any(|may| item.has(&PRIVILEGES, may))
}

/// The zone that a calendar's own definition names.
fn zone(text: &str) -> Option<Tz> {
    let named = |prefix: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(prefix))?;
        line.split_once(':')?.1.trim().parse().ok()
    };
    named("TZID:").or_else(|| named("X-LIC-LOCATION:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_go_to_servers_of_the_same_domain_alone() {
        for (from, to, expected) in [
            ("https://caldav.icloud.com/", "https://p34-caldav.icloud.com:443/1/", true),
            ("https://a.example.com/", "https://b.example.com/", true),
            ("https://a.example.com/", "https://example.com.evil.test/", false),
            ("https://a.example.com/", "http://b.example.com/", false),
            ("http://a.example.com/", "https://b.example.com/", false),
            ("https://example.com/", "https://other.com/", false),
            ("https://10.0.0.1/", "https://10.0.0.2/", false),
        ] {
            let url = |text: &str| Url::parse(text).expect("an address");
            assert_eq!(same_domain(&url(from), &url(to)), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_calendar_names_its_zone() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n";
        assert_eq!(zone(text), Some(Tz::Europe__Berlin));
        assert_eq!(zone("TZID:Customized\nX-LIC-LOCATION:Asia/Tokyo"), Some(Tz::Asia__Tokyo));
        assert_eq!(zone("nothing"), None);
    }
}
