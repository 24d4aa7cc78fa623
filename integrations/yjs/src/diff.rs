//! The smallest change between two sequences, or one that is small enough.

use std::{hash::Hash, ops::Range};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch that stays, or one that another takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// So many of both are equal.
    Keep(Range<usize>, Range<usize>),
    /// The old ones are replaced by the new ones; one of the two may be empty.
    Replace(Range<usize>, Range<usize>),
}

/// Beyond so much work what differs in the middle is replaced as a whole.
const MOST_WORK: usize = 4_000_000;

/// The steps from `old` to `new`, in order.
pub(crate) fn steps<T: Hash + Ord>(old: &[T], new: &[T]) -> Vec<Step> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (middle_old, middle_new) = (&old[head..], &new[head..]);
    let tail =
        middle_old.iter().rev().zip(middle_new.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle_old = &middle_old[..middle_old.len() - tail];
    let middle_new = &middle_new[..middle_new.len() - tail];
    // What is equal, in order; what is between is replaced.
    let mut equal = vec![(0, 0, head)];
    if middle_old.len().saturating_mul(middle_new.len()) <= MOST_WORK {
        for op in capture_diff_slices(Algorithm::Myers, middle_old, middle_new) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                equal.push((head + old_index, head + new_index, len));
            }
        }
    }
    equal.push((old.len() - tail, new.len() - tail, tail));
    let mut steps = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (from_old, from_new, length) in equal {
        if at_old < from_old || at_new < from_new {
            steps.push(Step::Replace(at_old..from_old, at_new..from_new));
        }
        (at_old, at_new) = (from_old + length, from_new + length);
        match steps.last_mut() {
            Some(Step::Keep(old, new)) => (old.end, new.end) = (at_old, at_new),
            _ if length > 0 => steps.push(Step::Keep(from_old..at_old, from_new..at_new)),
            _ => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn steps_lead_from_one_to_the_other(
            old in prop::collection::vec(0_u8..4, 0..20),
            new in prop::collection::vec(0_u8..4, 0..20),
        ) {
            let (mut at_old, mut at_new) = (0, 0);
            for step in steps(&old, &new) {
                let (a, b, same) = match step {
                    Step::Keep(a, b) => (a, b, true),
                    Step::Replace(a, b) => (a, b, false),
                };
                prop_assert_eq!((a.start, b.start), (at_old, at_new));
                prop_assert!(!same || old[a.clone()] == new[b.clone()]);
                (at_old, at_new) = (a.end, b.end);
            }
            prop_assert_eq!((at_old, at_new), (old.len(), new.len()));
        }
    }
}
