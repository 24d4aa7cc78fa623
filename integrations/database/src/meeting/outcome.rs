//! What the two people of a meeting say of it.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    changes::{ChangeKind, To},
    id::MeetingId,
    meeting::held::{NotHeldReason, Said, Word, Words},
};
use uuid::Uuid;

use crate::{
    entity::meeting_outcome,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{name, named, rows},
};

/// What was said of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Which.
    pub meeting: MeetingId,
    /// The words of the two.
    pub words: Words,
    /// Why one of the two called it off.
    pub called_off: Option<NotHeldReason>,
}

/// The columns of what was said, as they are.
#[derive(FromQueryResult)]
pub(crate) struct Spoken {
    organizer_word: Option<String>,
    organizer_reason: Option<String>,
    organizer_at: Option<DateTime<Utc>>,
    partner_word: Option<String>,
    partner_reason: Option<String>,
    partner_at: Option<DateTime<Utc>>,
    settles_at: Option<DateTime<Utc>>,
    called_off: Option<String>,
}

impl Spoken {
    /// Those columns of a row `o`.
    pub(crate) const COLUMNS: &str = "o.organizer_word, o.organizer_reason, o.organizer_at, \
         o.partner_word, o.partner_reason, o.partner_at, o.settles_at, o.called_off";

    pub(crate) fn words(&self) -> Result<Words> {
        Ok(Words {
            organizer: said(&self.organizer_word, &self.organizer_reason, self.organizer_at)?,
            partner: said(&self.partner_word, &self.partner_reason, self.partner_at)?,
            settles_at: self.settles_at,
        })
    }

    pub(crate) fn called_off(&self) -> Result<Option<NotHeldReason>> {
        reason(&self.called_off)
    }
}

const HELD: &str = "held";
const NOT_HELD: &str = "not_held";

fn reason(text: &Option<String>) -> Result<Option<NotHeldReason>> {
    text.as_deref().map(|text| named("reason", text)).transpose()
}

fn said(
    word: &Option<String>,
    why: &Option<String>,
    at: Option<DateTime<Utc>>,
) -> Result<Option<Said>> {
    let word = match word.as_deref() {
        None => return Ok(None),
        Some(HELD) => Word::Held,
        Some(NOT_HELD) => Word::NotHeld(reason(why)?),
        Some(_) => return Err(DatabaseError::Corrupt("word")),
    };
    Ok(Some(Said { word, at: at.ok_or(DatabaseError::Corrupt("word"))? }))
}

fn columns(said: Option<Said>) -> (Option<String>, Option<String>, Option<DateTime<Utc>>) {
    let word = said.map(|it| match it.word {
        Word::Held => HELD.to_owned(),
        Word::NotHeld(_) => NOT_HELD.to_owned(),
    });
    let why = said.and_then(|it| match it.word {
        Word::NotHeld(why) => why.map(name),
        Word::Held => None,
    });
    (word, why, said.map(|it| it.at))
}

impl Reader {
    /// What was said of meetings; those of which nothing was said are absent.
    pub async fn outcomes(&self, meetings: &[MeetingId]) -> Result<Vec<OutcomeRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            #[sea_orm(nested)]
            spoken: Spoken,
        }
        let (columns, any) = (Spoken::COLUMNS, self.any(2));
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select o.id, {columns} from meeting_outcome o where o.organization_id = $1 and o.id {any}"
            ),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(OutcomeRow {
                    meeting: MeetingId(row.id),
                    words: row.spoken.words()?,
                    called_off: row.spoken.called_off()?,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Writes what was said of meetings. The meetings themselves, where they changed with it, are to
    /// be written afterwards: what is counted of them follows then.
    pub async fn put_outcomes(&self, outcomes: &[OutcomeRow], now: DateTime<Utc>) -> Result<()> {
        for it in outcomes {
            let to = To::Meeting(it.meeting);
            self.changed(to, ChangeKind::Meetings, (Some(it.meeting), None), now);
        }
        let row = |it: &OutcomeRow| {
            let (organizer_word, organizer_reason, organizer_at) = columns(it.words.organizer);
            let (partner_word, partner_reason, partner_at) = columns(it.words.partner);
            meeting_outcome::Model {
                organization_id: self.organization().0,
                id: it.meeting.0,
                organizer_word,
                organizer_reason,
                organizer_at,
                partner_word,
                partner_reason,
                partner_at,
                settles_at: it.words.settles_at,
                called_off: it.called_off.map(name),
                updated_at: now,
            }
        };
        self.upsert(list(outcomes.iter().map(row))).await
    }
}
