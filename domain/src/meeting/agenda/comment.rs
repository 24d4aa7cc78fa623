//! Comments on talking points.

use chrono::{DateTime, Utc};

use super::{AgendaItem, Refused};
use crate::{
    content::{Place, Sealed},
    id::{AgendaCommentId, AgendaItemId, PairId, PersonId},
};

/// What one of the two said about a talking point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaComment {
    /// Identity; later ones sort after earlier ones.
    pub id: AgendaCommentId,
    /// About which talking point.
    pub item: AgendaItemId,
    /// Whose talking point.
    pub pair: PairId,
    /// Who.
    pub author: PersonId,
    /// What, sealed by the pair's key.
    pub text: Sealed,
    /// Counts changes of what it says.
    pub version: i64,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its author mended it last; none = it says what it said first.
    pub edited_at: Option<DateTime<Utc>>,
}

impl AgendaComment {
    /// Where its text stands.
    pub fn place(&self) -> Place {
        Place { kind: "agenda_comment.text", id: self.id.0 }
    }

    /// Whether somebody may change it or take it back: its author, for as long as the two may
    /// comment on what it is about.
    pub fn may_change(&self, by: PersonId, about: &AgendaItem) -> Result<(), Refused> {
        if self.author != by {
            return Err(Refused::NotAuthor);
        }
        about.may_comment()
    }

    /// Says something else. `text` is sealed by the pair's key.
    pub fn edit(
        &mut self,
        by: PersonId,
        about: &AgendaItem,
        seen: i64,
        text: Sealed,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.may_change(by, about)?;
        if self.version != seen {
            return Err(Refused::Stale);
        }
        (self.text, self.version, self.edited_at) = (text, self.version + 1, Some(now));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::{super::ItemState, *};
    use crate::meeting::agenda::HopedResponse;

    const ONE: PersonId = PersonId(Uuid::from_u128(1));
    const OTHER: PersonId = PersonId(Uuid::from_u128(2));

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    /// What `OTHER` said about a talking point of `ONE`.
    fn said() -> (AgendaItem, AgendaComment) {
        let id = Uuid::from_u128(3);
        let item = AgendaItem {
            id: id.into(),
            pair: id.into(),
            author: ONE,
            position: 1,
            hoped: HopedResponse::Advice,
            text: Sealed(vec![1]),
            shared_at: Some(now()),
            state: ItemState::Open,
            carried_from: None,
            version: 1,
            created_at: now(),
            updated_at: now(),
        };
        let comment = AgendaComment {
            id: id.into(),
            item: item.id,
            pair: item.pair,
            author: OTHER,
            text: Sealed(vec![2]),
            version: 1,
            created_at: now(),
            edited_at: None,
        };
        (item, comment)
    }

    #[test]
    fn its_author_alone_mends_it_as_they_saw_it() {
        let (item, mut comment) = said();
        let later = now() + TimeDelta::minutes(1);
        let first = comment.clone();
        // Not even who raised what it is about.
        let refused = comment.edit(ONE, &item, 1, Sealed(vec![9]), later);
        assert_eq!(refused, Err(Refused::NotAuthor));
        for seen in [0, 2] {
            let refused = comment.edit(OTHER, &item, seen, Sealed(vec![9]), later);
            assert_eq!(refused, Err(Refused::Stale));
        }
        assert_eq!(comment, first, "a refusal changes nothing");
        comment.edit(OTHER, &item, 1, Sealed(vec![3]), later).unwrap();
        let mended =
            AgendaComment { text: Sealed(vec![3]), version: 2, edited_at: Some(later), ..first };
        assert_eq!(comment, mended);
    }

    #[test]
    fn it_stays_as_it_is_where_nobody_comments() {
        let (item, comment) = said();
        let may = |state, shared_at| {
            comment.may_change(OTHER, &AgendaItem { state, shared_at, ..item.clone() })
        };
        let shared = Some(now());
        assert_eq!(may(ItemState::Open, shared), Ok(()));
        assert_eq!(may(ItemState::Discussed { meeting: None, at: now() }, shared), Ok(()));
        assert_eq!(may(ItemState::CarriedOver(now()), shared), Err(Refused::CarriedOver));
        assert_eq!(may(ItemState::Withdrawn(now()), shared), Err(Refused::Closed));
        assert_eq!(may(ItemState::Open, None), Err(Refused::Draft));
        assert_eq!(comment.may_change(ONE, &item), Err(Refused::NotAuthor));
    }
}
