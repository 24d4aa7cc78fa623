//! Global ids: a type prefix and the identifier in Crockford's base32, as TypeID defines it.

use async_graphql::ID;
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of five, the first one of three bits.
const LENGTH: usize = 26;

macro_rules! kinds {
    ($($name:ident $prefix:literal)*) => {
        /// What an id identifies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($name,)* }

        impl Kind {
            fn prefix(self) -> &'static str {
                match self { $(Self::$name => $prefix,)* }
            }

            fn of(prefix: &str) -> Option<Self> {
                match prefix { $($prefix => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    Organization "organization"
    Person "person"
    Department "department"
    Pair "pair"
    PairRequest "pair_request"
    Meeting "meeting"
    Minutes "minutes"
    MinutesTemplate "minutes_template"
    AgendaItem "agenda_item"
    AgendaComment "agenda_comment"
    ActionItem "action_item"
    LibraryQuestion "library_question"
    AgendaTemplate "agenda_template"
    Note "note"
    SafetyText "safety_text"
    SlotEvent "slot_event"
    Notice "notice"
    CalendarAccount "calendar_account"
    Policy "cadence_policy"
    ReservedWindow "reserved_window"
    Plan "plan"
    Import "import"
    Upload "upload"
    Job "job"
    Token "token"
    Look "look"
}

/// Writes an id.
pub(crate) fn encode(kind: Kind, id: Uuid) -> String {
    let prefix = kind.prefix();
    let mut text = String::with_capacity(prefix.len() + 1 + LENGTH);
    text.push_str(prefix);
    text.push('_');
    let bits = id.as_u128();
    for place in (0..LENGTH).rev() {
        text.push(ALPHABET[(bits >> (place * 5)) as usize & 31] as char);
    }
    text
}

/// A global id as GraphQL shows it.
pub(crate) fn global(kind: Kind, id: impl Into<Uuid>) -> ID {
    ID(encode(kind, id.into()))
}

/// Reads an id of any kind.
pub(crate) fn decode_any(text: &str) -> Option<(Kind, Uuid)> {
    let (prefix, digits) = text.rsplit_once('_')?;
    let kind = Kind::of(prefix)?;
    if digits.len() != LENGTH || digits.as_bytes()[0] > b'7' {
        return None;
    }
    let mut bits: u128 = 0;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        bits = bits << 5 | value as u128;
    }
    Some((kind, Uuid::from_u128(bits)))
}

/// Reads an id of one kind; another kind's is as unknown as rubbish.
pub(crate) fn decode<T: From<Uuid>>(kind: Kind, id: &ID) -> Option<T> {
    decode_any(id).filter(|(found, _)| *found == kind).map(|(_, id)| id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_a_round_trip_and_rubbish_does_not() {
        for bits in [0, 1, u128::MAX, 0x0199_1234_5678_7abc_8def_0123_4567_89ab] {
            let id = Uuid::from_u128(bits);
            let text = encode(Kind::PairRequest, id);
            assert_eq!(decode_any(&text), Some((Kind::PairRequest, id)));
            assert_eq!(decode::<Uuid>(Kind::Pair, &ID(text)), None);
        }
        for rubbish in [
            "",
            "person",
            "person_",
            "person_zzz",
            "person_80000000000000000000000000",
            "robot_00000000000000000000000000",
            "person_0000000000000000000000000u",
            "_",
        ] {
            assert_eq!(decode_any(rubbish), None, "{rubbish}");
        }
    }
}
