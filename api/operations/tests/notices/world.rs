//! A company on a clock that the test moves, with mail that ends in memory.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Days, TimeDelta, Utc};
use taiwa_domain::{
    id::{MeetingId, OrganizationId, PairId},
    meeting::{Meeting, MeetingStatus, Slot},
    notice::{Memory, NoticeKind},
    organization::{
        Period,
        import::{LeaveChange, PersonRef, Writes},
    },
};
use taiwa_operations::{Actor, App, rows::NoticeRow, work};

pub(crate) use crate::support::Engine;
use crate::support::{Hand, House, Post};

/// M manages R; both work Monday to Friday in Tokyo.
const COMPANY: &str = "number,name,email,department,manager number,joined\n\
    M,Given M,m@example.com,Top,,2020-04-01\n\
    R,Given R,r@example.com,Top,M,2020-04-01\n";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) post: Arc<Memory>,
    pub(crate) organization: OrganizationId,
    pub(crate) pair: PairId,
    pub(crate) manager: Actor,
    pub(crate) report: Actor,
    hand: Arc<Hand>,
    weeks: AtomicU64,
    _folder: tempfile::TempDir,
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl World {
    /// On the Monday noon of 2026-11-23 in Tokyo, a holiday.
    pub(crate) async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, post) = (engine.database(&folder), Arc::<Memory>::default());
        let (ways, company) = (Post(post.clone()), COMPANY.to_owned());
        let house = House::new(&url, "2026-11-23T03:00:00Z", ways, company).await;
        let (manager, report) = (house.actor("M").await, house.actor("R").await);
        manager.release().await;
        report.release().await;
        let House { app, hand, organization } = house;
        let reader = app.database.reader(organization).await.unwrap();
        let pair = reader.all_pairs().await.unwrap()[0].id;
        drop(reader);
        let weeks = AtomicU64::new(0);
        Self { app, post, organization, pair, manager, report, hand, weeks, _folder: folder }
    }

    /// It is this time now, and everything that is due has been done.
    pub(crate) async fn go(&self, to: &str) {
        let to = at(to);
        assert!(to >= self.app.now(), "time goes on");
        self.hand.set(to);
        self.settle().await;
    }

    /// It is this time now, and nothing has been done yet.
    pub(crate) fn set(&self, to: DateTime<Utc>) {
        self.hand.set(to);
    }

    /// Does everything that is due now.
    pub(crate) async fn settle(&self) {
        work::drain(&self.app, Some(self.organization)).await.unwrap();
    }

    /// A quarter of an hour later, again and again until `to`.
    pub(crate) async fn live_until(&self, to: &str) {
        let to = at(to);
        while self.app.now() < to {
            let next = (self.app.now() + TimeDelta::minutes(15)).min(to);
            self.hand.set(next);
            self.settle().await;
        }
    }

    /// Writes a meeting of the two that begins at a time and takes half an hour.
    pub(crate) async fn meeting(&self, starts_at: &str) -> Meeting {
        let starts_at = at(starts_at);
        let week = self.weeks.fetch_add(1, Ordering::Relaxed);
        let meeting = Meeting {
            id: self.app.id::<MeetingId>(),
            pair: self.pair,
            // One a week: nothing here depends on which.
            due_week: at("2027-01-04T00:00:00Z").date_naive() + Days::new(7 * week),
            slot: Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }),
            minutes: 30,
            buffer_minutes: 0,
            status: MeetingStatus::Scheduled,
            skip_reason: None,
            pinned: false,
            cost: 0,
            plan: None,
            version: 1,
        };
        self.put(&meeting).await;
        meeting
    }

    pub(crate) async fn put(&self, meeting: &Meeting) {
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        transaction.put_meetings(std::slice::from_ref(meeting), self.app.now()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// Gives a meeting another time.
    pub(crate) async fn move_to(&self, meeting: &Meeting, starts_at: &str) -> Meeting {
        let starts_at = at(starts_at);
        let slot = Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) });
        let moved = Meeting { slot, version: meeting.version + 1, ..meeting.clone() };
        self.put(&moved).await;
        moved
    }

    /// Lets somebody go on leave, from today on.
    pub(crate) async fn leave(&self, who: &Actor) {
        let period = Period { from: who.today, until: who.today + Days::new(90) };
        let person = PersonRef::Existing(who.caller.person);
        let change = LeaveChange { person, add: vec![period], remove: vec![] };
        let writes = Writes { leave_changes: vec![change], ..Writes::default() };
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        let (ids, now) = (&*self.app.ids, self.app.now());
        transaction.apply_import(&writes, who.today, ids, now).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// What a person was told, oldest first.
    pub(crate) async fn told(&self, who: &Actor) -> Vec<NoticeRow> {
        let reader = self.app.database.reader(self.organization).await.unwrap();
        let mut found = reader.notices(who.caller.person, None, 1_000).await.unwrap();
        found.reverse();
        found
    }

    /// Its kinds, with when: `DayBefore 24T09:00` in Tokyo.
    pub(crate) async fn heard(&self, who: &Actor) -> Vec<String> {
        let zone = chrono_tz::Asia::Tokyo;
        let line = |it: &NoticeRow| {
            let at = it.at.with_timezone(&zone).format("%dT%H:%M");
            format!("{:?} {at}", it.told.kind())
        };
        self.told(who).await.iter().map(line).collect()
    }

    /// The kinds of what a person was told.
    pub(crate) async fn kinds(&self, who: &Actor) -> Vec<NoticeKind> {
        self.told(who).await.iter().map(|it| it.told.kind()).collect()
    }

    /// How a person's notices went out: `DayBefore Email Delivered`, oldest first.
    pub(crate) async fn sent(&self, who: &Actor) -> Vec<String> {
        let told = self.told(who).await;
        let reader = self.app.database.reader(self.organization).await.unwrap();
        let ids: Vec<_> = told.iter().map(|it| it.id).collect();
        let found = reader.deliveries_of(&ids).await.unwrap();
        let line = |it: &taiwa_operations::rows::Delivery| {
            let kind = told.iter().find(|told| told.id == it.notice).unwrap().told.kind();
            let why = it.reason.map_or_else(String::new, |why| format!(" {why:?}"));
            format!("{kind:?} {:?} {:?}{why}", it.way, it.state)
        };
        found.iter().map(line).collect()
    }
}
