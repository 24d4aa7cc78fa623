//! What stands where: in our records and in the calendars.

use chrono::{DateTime, Utc};
use taiwa_database::{
    calendar::{BlockRow, SlotEvent, SlotRow},
    notice::{NoticeRow, Told},
};
use taiwa_domain::{
    calendar::guardian::SlotState,
    id::MeetingId,
    meeting::{Meeting, Slot},
};

use crate::{World, email};

/// An event of ours as a calendar shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// When.
    pub slot: Slot,
    /// The calendar's own id of it.
    pub id: String,
}

/// A meeting with where its slot stands.
#[derive(Clone, Debug)]
pub struct Slots {
    /// The meeting.
    pub meeting: Meeting,
    /// Where the guardian stands with it.
    pub row: Option<SlotRow>,
    /// What stands for it.
    pub blocks: Vec<BlockRow>,
}

impl Slots {
    /// Where it stands.
    pub fn state(&self) -> SlotState {
        self.row.as_ref().expect("guarded").state
    }

    /// When it is.
    pub fn slot(&self) -> Slot {
        self.meeting.slot.expect("it has a time")
    }
}

impl World {
    /// All meetings with their slots, by time.
    pub async fn meetings(&self) -> Vec<Slots> {
        let reader = self.app.database.reader(self.organization).await.expect("a reader");
        let all = reader
            .meetings_between(
                self.now() - chrono::TimeDelta::days(3_650),
                self.now() + chrono::TimeDelta::days(3_650),
                None,
            )
            .await
            .expect("meetings");
        let ids: Vec<MeetingId> = all.iter().map(|it| it.id).collect();
        let rows = reader.guarded_slots(&ids).await.expect("slots");
        let blocks = reader.slot_blocks(&ids).await.expect("blocks");
        all.into_iter()
            .map(|meeting| Slots {
                row: rows.iter().find(|row| row.meeting == meeting.id).cloned(),
                blocks: blocks.iter().filter(|it| it.meeting == meeting.id).cloned().collect(),
                meeting,
            })
            .collect()
    }

    /// One meeting as it stands now.
    pub async fn meeting(&self, id: MeetingId) -> Slots {
        let all = self.meetings().await;
        all.into_iter().find(|it| it.meeting.id == id).expect("the meeting")
    }

    /// The history of a slot.
    pub async fn history(&self, id: MeetingId) -> Vec<SlotEvent> {
        let reader = self.app.database.reader(self.organization).await.expect("a reader");
        reader.slot_events(id, None, None, 1_000, false).await.expect("a history")
    }

    /// What the guardian told a person, oldest first; not what time alone brings about.
    pub async fn told(&self, number: &str) -> Vec<NoticeRow> {
        let person = self.person(number).await;
        let reader = self.app.database.reader(self.organization).await.expect("a reader");
        let mut found = reader.notices(person, None, 1_000).await.expect("notices");
        found.retain(|it| matches!(it.told, Told::Slot(..) | Told::AccountDisconnected));
        found.reverse();
        found
    }

    /// Our events that stand in a person's Google calendar, by time.
    pub fn ours(&self, number: &str) -> Vec<Block> {
        let instant = |event: &serde_json::Value, side: &str| -> DateTime<Utc> {
            let text = event[side]["dateTime"].as_str().expect("a time");
            DateTime::parse_from_rfc3339(text).expect("an instant").to_utc()
        };
        let mut found: Vec<Block> = self
            .google
            .hand()
            .events(&email(number))
            .iter()
            .filter(|event| event["status"] != "cancelled")
            .filter(|event| event["id"].as_str().is_some_and(|id| id.len() == 64))
            .map(|event| Block {
                slot: Slot { starts_at: instant(event, "start"), ends_at: instant(event, "end") },
                id: event["id"].as_str().expect("an id").to_owned(),
            })
            .collect();
        found.sort();
        found
    }
}
