//! Where a slot stands, and how it may get elsewhere.

use serde::{Deserialize, Serialize};

/// Where a slot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// Its block stands in both calendars, and nothing is in its way.
    Protected,
    /// Something happened to it; it is being put back, or people were told.
    Contested,
    /// It is on its way to a time: one is being looked for, or its blocks are being written.
    Moving,
    /// The machine does no more; the two people were asked.
    AwaitingPeople,
    /// It was given up.
    Released(ReleaseReason),
}

/// Why a slot was given up, as a code: all that third persons ever see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// One of the two is on leave that day.
    Leave,
    /// The pair ended, or its manager changed: the successor's pair has meetings of its own.
    PairEnded,
    /// It was displaced, and nothing fits inside its cadence window: the meeting is skipped with
    /// the reason that [`Choice::best`](super::Choice::best) gives, and counted as displaced.
    NoRoom,
    /// People called the meeting off.
    CalledOff,
}

impl ReleaseReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Leave, Self::PairEnded, Self::NoRoom, Self::CalledOff];
}

impl SlotState {
    /// Whether what happened to the slot was answered and is left to people, so that what stands
    /// in calendars stays as it is.
    pub fn is_left(self) -> bool {
        matches!(self, Self::Contested | Self::AwaitingPeople)
    }

    /// Whether a slot may go from here to `next`. Staying is not a transition.
    ///
    /// | from \ to | protected | contested | moving | awaiting people | released |
    /// |---|---|---|---|---|---|
    /// | protected | | yes | yes: contested and answered in one decision | yes, likewise | yes |
    /// | contested | yes | | yes | yes | yes |
    /// | moving | yes | yes: taken in the meantime | | yes | yes |
    /// | awaiting people | yes: they settled it | | yes: they chose a time | | yes |
    /// | released | | | yes: given a time again | | |
    pub fn may_become(self, next: Self) -> bool {
        use SlotState::*;
        matches!(
            (self, next),
            (Protected, Contested | Moving | AwaitingPeople | Released(_))
                | (Contested, Protected | Moving | AwaitingPeople | Released(_))
                | (Moving, Protected | Contested | AwaitingPeople | Released(_))
                | (AwaitingPeople, Protected | Moving | Released(_))
                | (Released(_), Moving)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_transitions_is_complete() {
        use SlotState::*;
        let released = ReleaseReason::ALL.map(Released);
        let states: Vec<_> =
            [Protected, Contested, Moving, AwaitingPeople].into_iter().chain(released).collect();
        let row = |from: SlotState| -> String {
            states.iter().map(|&to| if from.may_become(to) { 'x' } else { '.' }).collect()
        };
        assert_eq!(row(Protected), ".xxxxxxx");
        assert_eq!(row(Contested), "x.xxxxxx");
        assert_eq!(row(Moving), "xx.xxxxx");
        assert_eq!(row(AwaitingPeople), "x.x.xxxx");
        for reason in ReleaseReason::ALL {
            assert_eq!(row(Released(reason)), "..x.....", "what was given up for {reason:?}");
        }
    }

    #[test]
    fn codes_are_snake_case() {
        let codes: Vec<_> = ReleaseReason::ALL
            .map(|reason| serde_json::to_string(&SlotState::Released(reason)).unwrap())
            .to_vec();
        assert_eq!(
            codes,
            [
                r#"{"released":"leave"}"#,
                r#"{"released":"pair_ended"}"#,
                r#"{"released":"no_room"}"#,
                r#"{"released":"called_off"}"#
            ]
        );
        assert_eq!(
            serde_json::to_string(&SlotState::AwaitingPeople).unwrap(),
            r#""awaiting_people""#
        );
    }
}
