//! What helps a department in which fewer 1on1s take place than its policies ask for: an offer,
//! never a list of anyone.

use super::Figures;
use crate::meeting::{SkipReason, held::NotHeldReason};

/// Something that helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Help {
    /// Reserve hours for 1on1s, so that other meetings do not take them.
    ReserveWindows,
    /// Ask the organizers of large and recurring meetings to leave 1on1 time alone.
    ProtectTime,
    /// A longer interval or shorter meetings, for now.
    EaseCadence,
    /// Topics, questions and examples for the two.
    OfferTopics,
    /// Remind the two to say whether they met.
    ConfirmMeetings,
    /// A talk with those who lead the department about what is in the way.
    TalkToLeaders,
}

/// What helps, most telling first; none where at least four of five took place, or nothing was due.
pub fn help(figures: &Figures) -> Option<Vec<Help>> {
    if u64::from(figures.held()) * 5 >= u64::from(figures.due()) * 4 {
        return None;
    }
    let skipped = |reasons: &[SkipReason]| -> u32 {
        reasons.iter().filter_map(|why| figures.skipped.get(why)).sum()
    };
    let said = |why: NotHeldReason| -> u32 {
        let of = |map: &std::collections::BTreeMap<_, u32>| map.get(&why).copied().unwrap_or(0);
        of(&figures.missed) + of(&figures.called_off)
    };
    let no_room = [SkipReason::Busy, SkipReason::Spacing, SkipReason::OutsideHours];
    let mut causes = vec![
        (skipped(&no_room) + skipped(&[SkipReason::Reserved]), Help::ReserveWindows),
        (figures.displaced() + said(NotHeldReason::OtherAppointment), Help::ProtectTime),
        (said(NotHeldReason::Workload) + skipped(&[SkipReason::Cap]), Help::EaseCadence),
        (said(NotHeldReason::NothingToDiscuss), Help::OfferTopics),
        (figures.unconfirmed + said(NotHeldReason::Forgotten), Help::ConfirmMeetings),
    ];
    causes.retain(|(count, _)| *count > 0);
    causes.sort_by_key(|(count, help)| (std::cmp::Reverse(*count), *help));
    Some(causes.into_iter().map(|(_, help)| help).chain([Help::TalkToLeaders]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::guardian::Displacing, insight::Fate};

    fn of(fates: &[(Fate, u32)]) -> Figures {
        let mut figures = Figures::default();
        for (fate, count) in fates {
            (0..*count).for_each(|_| figures.count(*fate, None));
        }
        figures
    }

    #[test]
    fn four_of_five_need_no_help() {
        assert_eq!(help(&of(&[(Fate::HeldConfirmed, 4), (Fate::Unconfirmed, 1)])), None);
        assert_eq!(help(&Figures::default()), None);
        assert!(help(&of(&[(Fate::HeldConfirmed, 3), (Fate::Unconfirmed, 1)])).is_some());
    }

    #[test]
    fn what_is_in_the_way_most_comes_first() {
        let mut figures = of(&[
            (Fate::Unconfirmed, 3),
            (Fate::Missed(NotHeldReason::Workload), 1),
            (Fate::Skipped(SkipReason::Busy), 2),
        ]);
        let offered = [Help::ConfirmMeetings, Help::ReserveWindows, Help::EaseCadence];
        assert_eq!(help(&figures).unwrap(), [&offered[..], &[Help::TalkToLeaders]].concat());
        (0..9).for_each(|_| figures.count(Fate::Unconfirmed, Some(Displacing::LargeMeeting)));
        assert_eq!(help(&figures).unwrap()[..2], [Help::ConfirmMeetings, Help::ProtectTime]);
    }
}
