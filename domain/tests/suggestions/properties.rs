//! What holds for whatever facts.

use proptest::prelude::*;

use super::*;

/// Facts of two pairs and four people; those of ours are told by `ours` and `people`.
fn facts() -> impl Strategy<Value = Facts> {
    let whose = prop_oneof![Just(OURS), Just(THEIRS)];
    let person = (1_u128..=4).prop_map(|n| PersonId(Uuid::from_u128(n)));
    let period = (0_u64..400, 0_u64..300).prop_map(|(back, length)| {
        let from = ago(back);
        Period { from, until: from + Days::new(length) }
    });
    let status = prop_oneof![
        Just(MeetingStatus::Scheduled),
        Just(MeetingStatus::Held),
        Just(MeetingStatus::Missed),
        Just(MeetingStatus::Skipped)
    ];
    let skipped = prop::option::of(prop_oneof![
        Just(SkipReason::Busy),
        Just(SkipReason::Leave),
        Just(SkipReason::CalledOff)
    ]);
    let why = prop::option::of(prop::sample::select(NotHeldReason::ALL.to_vec()));
    let past = (whose.clone(), 1_u64..90, status, skipped, why).prop_map(
        |(pair, back, status, skipped, reason)| Past {
            pair,
            at: at(ago(back)),
            status,
            skipped,
            reason,
        },
    );
    let post = (person.clone(), 1_u128..4, any::<bool>(), any::<bool>(), period.clone());
    let post = post.prop_map(|(person, place, titled, primary, period)| Assignment {
        id: AssignmentId(Uuid::from_u128(place)),
        person,
        department: DepartmentId(Uuid::from_u128(place)),
        position: titled.then(|| place.to_string()),
        primary,
        period,
    });
    let line = (person.clone(), person.clone(), any::<bool>(), period.clone()).prop_map(
        |(report, manager, solid, period)| ReportingLine {
            id: ReportingLineId(Uuid::nil()),
            report,
            manager,
            kind: if solid { LineKind::Solid } else { LineKind::Dotted },
            period,
        },
    );
    let open = (whose.clone(), 0_u64..90).prop_map(|(pair, back)| (pair, at(ago(back))));
    (
        prop::collection::hash_set(whose.clone(), 0..3),
        prop::collection::vec(past, 0..12),
        prop::collection::vec(open, 0..6),
        prop::collection::vec((whose, 0_u64..5), 0..3),
        prop::collection::vec((person, period), 0..6),
        prop::collection::vec(post.clone(), 0..6),
        prop::collection::vec(post, 0..6),
        prop::collection::vec(line, 0..8),
        1_u8..=12,
    )
        .prop_map(|(held, past, open, overdue, leaves, posts, former_posts, lines, month)| {
            Facts {
                held,
                past,
                open,
                overdue,
                leaves,
                posts,
                former_posts,
                lines,
                fiscal_year_start_month: month,
            }
        })
}

/// Without what is about anybody but the two, and about any pair but theirs. Who the report's
/// former manager was is about neither, only that there was one.
fn of_the_two(mut facts: Facts, stranger: PersonId) -> Facts {
    let two = [BOSS, REPORT];
    facts.held.retain(|pair| *pair == OURS);
    facts.past.retain(|it| it.pair == OURS);
    facts.open.retain(|it| it.0 == OURS);
    facts.overdue.retain(|it| it.0 == OURS);
    facts.leaves.retain(|it| two.contains(&it.0));
    facts.posts.retain(|it| two.contains(&it.person));
    facts.former_posts.retain(|it| two.contains(&it.person));
    facts.lines.retain(|it| two.contains(&it.report));
    for line in &mut facts.lines {
        if !two.contains(&line.manager) {
            line.manager = stranger;
        }
    }
    facts
}

proptest! {
    #[test]
    fn it_is_a_short_list_without_repetition_that_ends_with_the_regular_one(
        facts in facts(),
        kind in prop::sample::select(PairKind::ALL.to_vec()),
    ) {
        let reasons = of(kind, &facts);
        let situations: Vec<Situation> = reasons.iter().map(|it| it.situation()).collect();
        prop_assert!((1..=MOST).contains(&reasons.len()));
        prop_assert_eq!(situations.last(), Some(&Situation::Regular));
        let mut once = situations.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), situations.len());
        // What only people can know is never guessed.
        for situation in [
            Situation::AfterFailure,
            Situation::HardFeedback,
            Situation::LowEnergy,
            Situation::Success,
            Situation::Team,
        ] {
            prop_assert!(!situations.contains(&situation));
        }
    }

    #[test]
    fn the_order_in_which_facts_are_read_says_nothing(facts in facts(), turn in 0_usize..12) {
        let mut turned = facts.clone();
        // Of equal times either may be the later one: each has its own.
        for (n, it) in turned.past.iter_mut().enumerate() {
            it.at += chrono::TimeDelta::minutes(n as i64);
        }
        for (n, it) in turned.posts.iter_mut().chain(&mut turned.former_posts).enumerate() {
            it.id = AssignmentId(Uuid::from_u128(100 + n as u128));
        }
        let straight = manager(&turned);
        let turn_by = |length: usize| if length == 0 { 0 } else { turn % length };
        let by = turn_by(turned.past.len());
        turned.past.rotate_left(by);
        turned.open.reverse();
        turned.overdue.reverse();
        turned.leaves.reverse();
        turned.posts.reverse();
        turned.former_posts.reverse();
        let by = turn_by(turned.lines.len());
        turned.lines.rotate_left(by);
        prop_assert_eq!(manager(&turned), straight);
    }

    #[test]
    fn facts_of_others_do_not_matter(
        facts in facts(),
        kind in prop::sample::select(PairKind::ALL.to_vec()),
    ) {
        let all = of(kind, &facts);
        for stranger in [OTHER, PersonId(Uuid::from_u128(99))] {
            prop_assert_eq!(&of(kind, &of_the_two(facts.clone(), stranger)), &all);
        }
    }

    #[test]
    fn what_is_to_come_is_not_told_before_its_day(facts in facts(), days in 1_u64..200) {
        let mut told = facts.clone();
        let from = today() + Days::new(days);
        told.leaves.push((REPORT, Period { from, until: from + Days::new(9) }));
        told.lines.push(line(REPORT, BOSS, from, Period::OPEN));
        told.lines.push(line(REPORT, OTHER, from, Period::OPEN));
        prop_assert_eq!(manager(&told), manager(&facts));
    }
}
