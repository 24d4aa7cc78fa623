//! What one keeps for oneself about 1on1s, and what two keep for each other beside the agenda:
//! private notes, talk balance, structured feedback, learning notes.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    content::{Keeper, Place, Sealed},
    id::{MeetingId, NoteId, PairId, PersonId},
};

/// Most characters of each text.
pub const LONGEST_TEXT: usize = 10_000;
/// Most bytes of what a client sealed itself.
pub const LONGEST_CIPHERTEXT: usize = 64 * 1024;
/// Most notes of one kind that a person keeps in a pair, or by themselves.
pub const MOST_NOTES: u64 = 5_000;

/// What a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// For its author alone.
    Private,
    /// How much one talked oneself in a meeting; for its author alone, one a meeting.
    TalkBalance,
    /// Fact, feeling, proposal and a question back, for the other.
    Feedback,
    /// What happened and what next time, for the two.
    Learning,
}

impl NoteKind {
    /// Whether the other of the two reads it too.
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Feedback | Self::Learning)
    }
}

/// What a note says, once opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// A private note.
    Private {
        /// What it says.
        text: String,
    },
    /// A private note that the client sealed: what it says only the client knows.
    Ciphertext {
        /// Opaque bytes in base64.
        bytes: String,
    },
    /// A self-check.
    TalkBalance {
        /// How much of the talking one did oneself, in percent.
        own_percent: u8,
        /// What one makes of it.
        text: Option<String>,
    },
    /// Feedback that does not judge.
    Feedback {
        /// What could be seen or heard.
        fact: String,
        /// What it did to its author.
        feeling: String,
        /// What might be done instead.
        proposal: String,
        /// What its author asks in return.
        question: Option<String>,
    },
    /// What was learned.
    Learning {
        /// What happened.
        happened: String,
        /// What to do next time.
        next_time: String,
    },
}

impl std::fmt::Debug for Body {
    /// Without what it says: it is content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Body").field(&self.kind()).finish()
    }
}

impl Body {
    /// What kind of note says it.
    pub fn kind(&self) -> NoteKind {
        match self {
            Self::Private { .. } | Self::Ciphertext { .. } => NoteKind::Private,
            Self::TalkBalance { .. } => NoteKind::TalkBalance,
            Self::Feedback { .. } => NoteKind::Feedback,
            Self::Learning { .. } => NoteKind::Learning,
        }
    }

    /// Checks every part; the first wrong one by its name in the API.
    pub fn check(&self) -> Result<(), &'static str> {
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT;
        let parts: Vec<(&'static str, bool)> = match self {
            Self::Private { text } => vec![("text", fits(text))],
            Self::Ciphertext { bytes } => {
                // Four signs carry three bytes.
                let short = bytes.len() <= LONGEST_CIPHERTEXT.div_ceil(3) * 4;
                let opaque = || BASE64_STANDARD.decode(bytes).is_ok_and(|it| !it.is_empty());
                vec![("ciphertext", short && opaque())]
            }
            Self::TalkBalance { own_percent, text } => vec![
                ("ownPercent", *own_percent <= 100),
                ("text", text.as_deref().is_none_or(fits)),
            ],
            Self::Feedback { fact, feeling, proposal, question } => vec![
                ("fact", fits(fact)),
                ("feeling", fits(feeling)),
                ("proposal", fits(proposal)),
                ("question", question.as_deref().is_none_or(fits)),
            ],
            Self::Learning { happened, next_time } => {
                vec![("happened", fits(happened)), ("nextTime", fits(next_time))]
            }
        };
        parts.into_iter().find(|(_, fine)| !fine).map_or(Ok(()), |(field, _)| Err(field))
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Identity; later ones sort after earlier ones.
    pub id: NoteId,
    /// What it is.
    pub kind: NoteKind,
    /// Who wrote it.
    pub author: PersonId,
    /// About which 1on1, or between whom.
    pub pair: Option<PairId>,
    /// About which meeting.
    pub meeting: Option<MeetingId>,
    /// What it says, sealed by its [`Note::keeper`].
    pub body: Sealed,
    /// What the other replied to feedback, sealed likewise.
    pub reply: Option<Sealed>,
    /// When.
    pub replied_at: Option<DateTime<Utc>>,
    /// Counts changes of what it says.
    pub version: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Why something cannot be done to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefused {
    /// Only its author may.
    #[error("only its author may do this")]
    NotAuthor,
    /// Only the other may.
    #[error("only the other may do this")]
    OwnFeedback,
    /// Feedback that was given stays as it was given; a reply likewise.
    #[error("it was given")]
    Given,
    /// It is of another kind.
    #[error("another kind of note")]
    Kind,
    /// It changed since it was read.
    #[error("it changed")]
    Stale,
}

impl Note {
    /// Where what it says stands.
    pub fn place(&self) -> Place {
        Place { kind: "note.body", id: self.id.0 }
    }

    /// Where a reply stands.
    pub fn reply_place(&self) -> Place {
        Place { kind: "note.reply", id: self.id.0 }
    }

    /// Whose key seals it.
    pub fn keeper(&self) -> Keeper {
        match self.pair.filter(|_| self.kind.is_shared()) {
            Some(pair) => Keeper::Pair(pair),
            None => Keeper::Person(self.author),
        }
    }

    /// Whether its author may change it, having seen a version.
    pub fn may_edit(&self, by: PersonId, kind: NoteKind, seen: i64) -> Result<(), NoteRefused> {
        match self.kind {
            _ if self.author != by => Err(NoteRefused::NotAuthor),
            NoteKind::Feedback => Err(NoteRefused::Given),
            _ if self.kind != kind => Err(NoteRefused::Kind),
            _ if self.version != seen => Err(NoteRefused::Stale),
            _ => Ok(()),
        }
    }

    /// Whether its author may remove it.
    pub fn may_remove(&self, by: PersonId) -> Result<(), NoteRefused> {
        match self.kind {
            _ if self.author != by => Err(NoteRefused::NotAuthor),
            NoteKind::Feedback => Err(NoteRefused::Given),
            _ => Ok(()),
        }
    }

    /// Whether the other may reply to it.
    pub fn may_reply(&self, by: PersonId) -> Result<(), NoteRefused> {
        match self.kind {
            NoteKind::Feedback if self.author == by => Err(NoteRefused::OwnFeedback),
            NoteKind::Feedback if self.reply.is_some() => Err(NoteRefused::Given),
            NoteKind::Feedback => Ok(()),
            _ => Err(NoteRefused::Kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn note(kind: NoteKind) -> Note {
        Note {
            id: NoteId(Uuid::from_u128(1)),
            kind,
            author: person(1),
            pair: Some(PairId(Uuid::from_u128(9))),
            meeting: None,
            body: Sealed(vec![1]),
            reply: None,
            replied_at: None,
            version: 3,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    const KINDS: [NoteKind; 4] =
        [NoteKind::Private, NoteKind::TalkBalance, NoteKind::Feedback, NoteKind::Learning];

    #[test]
    fn what_is_for_one_is_sealed_by_one() {
        let keepers = KINDS.map(|kind| note(kind).keeper());
        let (one, two) = (Keeper::Person(person(1)), Keeper::Pair(PairId(Uuid::from_u128(9))));
        assert_eq!(keepers, [one, one, two, two]);
    }

    #[test]
    fn who_may_do_what_to_a_note() {
        use NoteRefused::{Given, Kind, NotAuthor, OwnFeedback, Stale};
        let edits = KINDS.map(|kind| note(kind).may_edit(person(1), kind, 3));
        assert_eq!(edits, [Ok(()), Ok(()), Err(Given), Ok(())]);
        assert_eq!(note(NoteKind::Learning).may_edit(person(1), NoteKind::Learning, 2), Err(Stale));
        assert_eq!(note(NoteKind::Learning).may_edit(person(1), NoteKind::Private, 3), Err(Kind));
        assert_eq!(
            note(NoteKind::Learning).may_edit(person(2), NoteKind::Learning, 3),
            Err(NotAuthor)
        );
        let removals = KINDS.map(|kind| note(kind).may_remove(person(1)));
        assert_eq!(removals, [Ok(()), Ok(()), Err(Given), Ok(())]);
        assert_eq!(note(NoteKind::Learning).may_remove(person(2)), Err(NotAuthor));
        let replies = KINDS.map(|kind| note(kind).may_reply(person(2)));
        assert_eq!(replies, [Err(Kind), Err(Kind), Ok(()), Err(Kind)]);
        let feedback = note(NoteKind::Feedback);
        assert_eq!(feedback.may_reply(person(1)), Err(OwnFeedback));
        let answered = Note { reply: Some(Sealed(vec![2])), ..feedback };
        assert_eq!(answered.may_reply(person(2)), Err(Given));
    }

    #[test]
    fn every_part_is_checked() {
        let text = |it: &str| it.to_owned();
        let long = "あ".repeat(LONGEST_TEXT + 1);
        assert_eq!(Body::Private { text: "あ".repeat(LONGEST_TEXT) }.check(), Ok(()));
        assert_eq!(Body::Private { text: long.clone() }.check(), Err("text"));
        assert_eq!(Body::Ciphertext { bytes: text("AAAA") }.check(), Ok(()));
        let largest = BASE64_STANDARD.encode(vec![0; LONGEST_CIPHERTEXT]);
        assert_eq!(Body::Ciphertext { bytes: largest }.check(), Ok(()));
        let larger = BASE64_STANDARD.encode(vec![0; LONGEST_CIPHERTEXT + 3]);
        for bytes in [text(""), text("no base64"), larger] {
            assert_eq!(Body::Ciphertext { bytes }.check(), Err("ciphertext"));
        }
        assert_eq!(Body::TalkBalance { own_percent: 101, text: None }.check(), Err("ownPercent"));
        let feedback = |fact: &str, question: Option<&str>| Body::Feedback {
            fact: fact.to_owned(),
            feeling: text("b"),
            proposal: text("c"),
            question: question.map(str::to_owned),
        };
        assert_eq!(feedback("a", None).check(), Ok(()));
        assert_eq!(feedback(" ", None).check(), Err("fact"));
        assert_eq!(feedback("a", Some(&long)).check(), Err("question"));
        let learning = Body::Learning { happened: text("a"), next_time: text("") };
        assert_eq!(learning.check(), Err("nextTime"));
        assert_eq!(format!("{learning:?}"), "Body(Learning)", "what it says is in no log");
    }
}
