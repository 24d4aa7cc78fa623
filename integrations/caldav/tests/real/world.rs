//! A server of one's own with two people in it, and the hand that edits.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use http::Request;
use secrecy::SecretString;
use serde_json::Value;
use taiwa_caldav::{Account, CalDavCalendar, Login, connect};
use taiwa_domain::{
    calendar::{CalendarProvider, Changes, Cursor, Event, EventUid, Next, Place, Wanted},
    clock::Clock,
    id::MeetingId,
    meeting::Slot,
};
use taiwa_egress::{Egress, EgressPolicy};
use tempfile::TempDir;
use uuid::Uuid;

use crate::proxy::Proxy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Radicale,
    Xandikos,
}

pub(crate) struct World {
    pub(crate) kind: Kind,
    dir: TempDir,
    pub(crate) proxy: Proxy,
    pub(crate) egress: Egress,
}

struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Half an hour from an instant.
pub(crate) fn half_hour(text: &str) -> Slot {
    Slot { starts_at: utc(text), ends_at: utc(text) + TimeDelta::minutes(30) }
}

pub(crate) fn span(from: &str, to: &str) -> Slot {
    Slot { starts_at: utc(from), ends_at: utc(to) }
}

/// December 2026.
pub(crate) fn december() -> Slot {
    span("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")
}

pub(crate) fn uid(number: u128) -> EventUid {
    EventUid(format!("{:032x}", 0xabc0_0000 + number))
}

/// A hold of half an hour.
pub(crate) fn wanted(number: u128, at: &str) -> Wanted {
    Wanted {
        uid: uid(number),
        meeting: MeetingId(Uuid::from_u128(number)),
        slot: half_hour(at),
        zone: Tz::Asia__Tokyo,
        title: "1on1".to_owned(),
        guest: None,
        place: Place::Unsaid,
        sequence: 0,
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

fn tool(kind: Kind) -> PathBuf {
    let name = match kind {
        Kind::Radicale => "radicale.sh",
        Kind::Xandikos => "xandikos.sh",
    };
    repository().join("tests/tools").join(name)
}

/// Starts a server that ends with this process, whatever becomes of it.
fn start(kind: Kind, dir: &Path) -> std::io::Result<std::process::Output> {
    let owner = std::process::id().to_string();
    Command::new(tool(kind)).arg("start").arg(dir).env("CALDAV_OWNER", owner).output()
}

pub(crate) fn login(user: &str, password: &str) -> Login {
    Login::Password { user: user.to_owned(), password: SecretString::from(password.to_owned()) }
}

pub(crate) fn allowed() -> EgressPolicy {
    EgressPolicy {
        allow: vec!["127.0.0.0/8".parse().expect("a network")],
        plain_http: true,
        ..EgressPolicy::default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

impl World {
    pub(crate) async fn new(kind: Kind) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let started = start(kind, dir.path());
        let started = started.expect("bash runs");
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        let url = String::from_utf8(started.stdout).expect("an address").trim().to_owned();
        let proxy = Proxy::start(url, kind == Kind::Xandikos).await;
        let egress = Egress::new(allowed()).expect("a client");
        let world = Self { kind, dir, proxy, egress };
        for user in ["hanako", "taro"] {
            world.welcome(user).await;
        }
        world
    }

    pub(crate) async fn radicale() -> Self {
        Self::new(Kind::Radicale).await
    }

    pub(crate) async fn xandikos() -> Self {
        Self::new(Kind::Xandikos).await
    }

    /// Ends the server by its process id; what it stored stays.
    pub(crate) fn stop(&self) {
        let stopped = Command::new(tool(self.kind)).arg("stop").arg(self.dir.path()).status();
        assert!(stopped.is_ok_and(|status| status.success()), "the server stops");
    }

    /// Starts the server again, on another port, behind another proxy.
    pub(crate) async fn again(&mut self) {
        let started = start(self.kind, self.dir.path());
        let url = String::from_utf8(started.expect("bash runs").stdout).expect("an address");
        self.proxy = Proxy::start(url.trim().to_owned(), self.kind == Kind::Xandikos).await;
    }

    /// Xandikos makes a calendar for everyone who comes, and must be told who they are; Radicale
    /// wants one to be made.
    async fn welcome(&self, user: &str) {
        let (method, path, body) = match self.kind {
            Kind::Radicale => (
                "MKCALENDAR",
                format!("{user}/work/"),
                "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
                 <D:displayname>Work</D:displayname></D:prop></D:set></C:mkcalendar>"
                    .to_owned(),
            ),
            Kind::Xandikos => (
                "PROPPATCH",
                format!("{user}/"),
                format!(
                    "<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set>\
                     <D:prop><C:calendar-user-address-set><D:href>mailto:{user}@example.com</D:href>\
                     </C:calendar-user-address-set></D:prop></D:set></D:propertyupdate>"
                ),
            ),
        };
        let status = self.raw(user, method, &path, &body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status}");
    }

    /// A request of one's own; its status.
    pub(crate) async fn raw(&self, user: &str, method: &str, path: &str, body: &str) -> u16 {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let basic = STANDARD.encode(format!("{user}:{user}-password"));
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.proxy.url()))
            .header("authorization", format!("Basic {basic}"))
            .header("content-type", "application/xml; charset=utf-8")
            .body(body.to_owned())
            .expect("a request");
        self.egress.send(request).await.expect("an answer").status().as_u16()
    }

    pub(crate) async fn account(&self, user: &str) -> Account {
        let login = login(user, &format!("{user}-password"));
        let found = connect(&self.egress, &self.proxy.url(), &login).await.expect("it connects");
        found.calendars.into_iter().next().expect("a calendar").account
    }

    pub(crate) fn open(&self, account: Account, login: &Login) -> CalDavCalendar {
        self.open_with(self.egress.clone(), account, login)
    }

    pub(crate) fn open_with(
        &self,
        egress: Egress,
        account: Account,
        login: &Login,
    ) -> CalDavCalendar {
        let clock = Arc::new(Still(utc("2026-11-22T09:00:00Z")));
        CalDavCalendar::open(egress, account, login, Tz::Asia__Tokyo, clock).expect("it opens")
    }

    /// A calendar opened by a clock of its own.
    pub(crate) async fn calendar_at(&self, user: &str, now: DateTime<Utc>) -> CalDavCalendar {
        let (account, login) = (self.account(user).await, login(user, &format!("{user}-password")));
        let (egress, clock) = (self.egress.clone(), Arc::new(Still(now)));
        CalDavCalendar::open(egress, account, &login, Tz::Asia__Tokyo, clock).expect("it opens")
    }

    pub(crate) async fn calendar(&self, user: &str) -> CalDavCalendar {
        let account = self.account(user).await;
        self.open(account, &login(user, &format!("{user}-password")))
    }

    /// The events as the server keeps them on its disk.
    pub(crate) fn stored(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.path().join("data")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                if path.is_dir() && !hidden {
                    open.push(path);
                } else if path.extension().is_some_and(|kind| kind == "ics") {
                    found.push(std::fs::read_to_string(path).expect("a file"));
                }
            }
        }
        found
    }

    /// Several of the other program's commands, one after the other.
    pub(crate) async fn hands(&self, user: &str, commands: &[Vec<&str>]) -> Vec<Value> {
        let commands = serde_json::to_string(commands).expect("JSON");
        let done = self.hand(user, &["many", &commands]).await;
        done.as_array().expect("a list").clone()
    }

    /// What the other program did, or saw.
    pub(crate) async fn hand(&self, user: &str, arguments: &[&str]) -> Value {
        let root = repository();
        let output = tokio::process::Command::new(root.join("tests/.cache/caldav/bin/python"))
            .arg(root.join("integrations/caldav/tests/real/hand.py"))
            .args([&self.proxy.url(), user, &format!("{user}-password")])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await
            .expect("python runs");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// All pages since a cursor, and where to go on.
pub(crate) async fn pages(
    calendar: &CalDavCalendar,
    since: Option<&Cursor>,
    span: Slot,
) -> (Vec<Changes>, Cursor) {
    let mut pages = Vec::new();
    let mut cursor = since.cloned();
    for _ in 0..100 {
        let page = calendar.changes(cursor.as_ref(), span).await.expect("changes can be read");
        let next = page.next.clone();
        pages.push(page);
        match next {
            Next::Page(next) => cursor = Some(next),
            Next::Later(next) => return (pages, next),
        }
    }
    panic!("pages never end");
}

/// The events of all pages, in the order of their starts.
pub(crate) fn events(pages: &[Changes]) -> Vec<Event> {
    let resources = pages.iter().flat_map(|page| &page.resources);
    let mut events: Vec<_> = resources.flat_map(|resource| resource.events.clone()).collect();
    events.sort_by_key(|event| event.slot.starts_at);
    events
}
