//! What each fact suggests.

use super::*;

#[test]
fn two_who_have_met_and_have_nothing_special_get_the_regular_one() {
    assert_eq!(manager(&ordinary()), [Reason::Ordinary]);
    assert_eq!(Reason::Ordinary.situation(), Situation::Regular);
}

#[test]
fn the_first_is_first_until_one_was_held_or_nobody_says() {
    let facts = |unspoken: usize, held: bool| {
        let mut facts = ordinary();
        if !held {
            facts.held.clear();
        }
        facts.past = (1..=unspoken as u64).map(|n| past(n, MeetingStatus::Scheduled)).collect();
        // What was missed says that they did not meet.
        facts.past.push(missed(20, NotHeldReason::Forgotten));
        manager(&facts)[0]
    };
    assert_eq!(facts(0, false), Reason::NoneHeld);
    assert_eq!(facts(UNSPOKEN - 1, false), Reason::NoneHeld);
    assert_eq!(facts(UNSPOKEN, false), Reason::Ordinary);
    assert_eq!(facts(0, true), Reason::Ordinary);
}

#[test]
fn back_from_leave_counts_for_thirty_days_after_it_ended() {
    let reasons = |kind, leaves: &[(PersonId, NaiveDate, NaiveDate)]| {
        let leaves =
            leaves.iter().map(|(who, from, until)| (*who, Period { from: *from, until: *until }));
        of(kind, &Facts { leaves: leaves.collect(), ..ordinary() })
    };
    let manager = |leaves: &[_]| reasons(PairKind::Manager, leaves)[0];
    let back = Reason::BackFromLeave(REPORT);
    let days = 30;
    assert_eq!(AFTER_LEAVE, Days::new(days));
    assert_eq!(manager(&[(REPORT, ago(90), today())]), back);
    assert_eq!(manager(&[(REPORT, ago(90), ago(days - 1))]), back);
    assert_eq!(manager(&[(REPORT, ago(90), ago(days))]), Reason::Ordinary);
    // Away still, or again; and of an end to come nothing is told.
    let tomorrow = today() + Days::new(1);
    assert_eq!(manager(&[(REPORT, ago(90), tomorrow)]), Reason::Ordinary);
    assert_eq!(manager(&[(REPORT, ago(90), Period::OPEN)]), Reason::Ordinary);
    let again = [(REPORT, ago(90), ago(5)), (REPORT, ago(5), Period::OPEN)];
    assert_eq!(manager(&again), Reason::Ordinary);
    // It is the report's time; that of two peers is both's.
    assert_eq!(manager(&[(BOSS, ago(90), ago(5))]), Reason::Ordinary);
    let peers = reasons(PairKind::Peer, &[(BOSS, ago(90), ago(5))]);
    assert_eq!(peers[0], Reason::BackFromLeave(BOSS));
}

#[test]
fn a_manager_is_new_for_three_months_where_there_was_another() {
    let start = today() - NEW_MANAGER;
    let reasons = |kind, lines: Vec<ReportingLine>| of(kind, &Facts { lines, ..ordinary() })[0];
    let manager = |lines: &[ReportingLine]| reasons(PairKind::Manager, lines.to_vec());
    let changed =
        |on: NaiveDate| [line(REPORT, OTHER, ago(900), on), line(REPORT, BOSS, on, Period::OPEN)];
    let tomorrow = start + Days::new(1);
    assert_eq!(manager(&changed(tomorrow)), Reason::NewManager(tomorrow));
    assert_eq!(manager(&changed(start)), Reason::Ordinary);
    assert_eq!(manager(&changed(today())), Reason::NewManager(today()));
    assert_eq!(manager(&changed(today() + Days::new(1))), Reason::Ordinary, "not before its day");
    // The first manager of somebody, the same one recorded anew, a dotted line.
    assert_eq!(manager(&[line(REPORT, BOSS, ago(9), Period::OPEN)]), Reason::Ordinary);
    let anew = [
        line(REPORT, OTHER, ago(900), ago(400)),
        line(REPORT, BOSS, ago(400), ago(9)),
        line(REPORT, BOSS, ago(9), Period::OPEN),
    ];
    assert_eq!(manager(&anew), Reason::Ordinary);
    let mut dotted = changed(ago(9));
    dotted[0].kind = LineKind::Dotted;
    assert_eq!(manager(&dotted), Reason::Ordinary);
    // Whoever came back is new again; whoever is gone is not.
    let back = [
        line(REPORT, BOSS, ago(900), ago(400)),
        line(REPORT, OTHER, ago(400), ago(9)),
        line(REPORT, BOSS, ago(9), Period::OPEN),
    ];
    assert_eq!(manager(&back), Reason::NewManager(ago(9)));
    let gone = [line(REPORT, OTHER, ago(900), ago(40)), line(REPORT, BOSS, ago(40), ago(9))];
    assert_eq!(manager(&gone), Reason::Ordinary);
    for kind in [PairKind::Mentor, PairKind::Peer, PairKind::Dotted, PairKind::SkipLevel] {
        assert_eq!(reasons(kind, changed(ago(9)).to_vec()), Reason::Ordinary, "{kind:?}");
    }
}

#[test]
fn a_role_is_new_where_post_or_title_differ_from_those_of_ninety_days_before() {
    let reasons = |kind, posts: Vec<Assignment>, former_posts: Vec<Assignment>| {
        of(kind, &Facts { posts, former_posts, ..ordinary() })[0]
    };
    let since = ago(20);
    let now = |department, position| post(REPORT, department, position, since);
    let then = |department, position| post(REPORT, department, position, ago(900));
    let manager = |now, then| reasons(PairKind::Manager, vec![now], vec![then]);
    let new = Reason::NewRole(REPORT, since);
    assert_eq!(manager(now(1, Some("Lead")), then(1, Some("Engineer"))), new);
    assert_eq!(manager(now(1, None), then(2, None)), new);
    assert_eq!(manager(now(1, Some("Lead")), then(1, Some("Lead"))), Reason::Ordinary);
    // What is recorded for the first time, or no more, is no change.
    assert_eq!(manager(now(1, Some("Lead")), then(1, None)), Reason::Ordinary);
    assert_eq!(manager(now(1, None), then(1, Some("Lead"))), Reason::Ordinary);
    // Concurrent posts are beside the role, and whoever joined since has no former one.
    let beside = Assignment { primary: false, ..now(2, Some("Lead")) };
    assert_eq!(manager(beside, then(1, Some("Engineer"))), Reason::Ordinary);
    let joined = reasons(PairKind::Manager, vec![now(1, Some("Lead"))], Vec::new());
    assert_eq!(joined, Reason::Ordinary);
    let organizers = [post(BOSS, 1, None, since), post(BOSS, 2, None, ago(900))];
    let [now, then] = organizers.clone();
    assert_eq!(reasons(PairKind::Manager, vec![now], vec![then]), Reason::Ordinary);
    let [now, then] = organizers;
    assert_eq!(reasons(PairKind::Peer, vec![now], vec![then]), Reason::NewRole(BOSS, since));
    assert_eq!(NEW_ROLE, Days::new(90));
}

#[test]
fn meetings_in_a_row_without_time_suggest_to_talk_about_the_work() {
    use NotHeldReason as Why;
    let reason = |past: &[Past]| manager(&Facts { past: past.to_vec(), ..ordinary() })[0];
    let busy = |days| skipped(days, SkipReason::Busy);
    assert_eq!(LOST_IN_A_ROW, 2);
    assert_eq!(reason(&[busy(7), skipped(14, SkipReason::Cap)]), Reason::NoTime(2));
    assert_eq!(Reason::NoTime(2).situation(), Situation::Workload);
    let said = [missed(7, Why::Workload), called_off(14, Why::OtherAppointment), busy(21)];
    assert_eq!(reason(&said), Reason::NoTime(3));
    assert_eq!(reason(&[busy(7)]), Reason::Ordinary);
    // What was held, or may have been, or was lost for another reason, ends the row.
    for other in [
        past(7, MeetingStatus::Held),
        past(7, MeetingStatus::Scheduled),
        missed(7, Why::Forgotten),
        called_off(7, Why::NothingToDiscuss),
    ] {
        assert_eq!(reason(&[other, busy(14), busy(21)]), Reason::Ordinary, "{other:?}");
    }
    // Holidays and absences say nothing of it.
    for neither in [
        skipped(10, SkipReason::Holiday),
        skipped(10, SkipReason::Leave),
        skipped(10, SkipReason::NotDue),
        skipped(10, SkipReason::NoSeries),
        missed(10, Why::Absence),
        called_off(10, Why::Absence),
    ] {
        assert_eq!(reason(&[busy(7), neither, busy(14)]), Reason::NoTime(2), "{neither:?}");
        assert_eq!(reason(&[busy(7), neither]), Reason::Ordinary, "{neither:?}");
    }
}

#[test]
fn overdue_actions_ask_for_the_goal_and_many_for_the_work() {
    let reason = |count| manager(&Facts { overdue: vec![(OURS, count)], ..ordinary() })[0];
    assert_eq!(reason(1).situation(), Situation::GoalCheck);
    assert_eq!(reason(MANY_OVERDUE - 1).situation(), Situation::GoalCheck);
    assert_eq!(reason(MANY_OVERDUE).situation(), Situation::Workload);
    assert_eq!(reason(MANY_OVERDUE), Reason::Overdue(MANY_OVERDUE));
    assert_eq!(reason(0), Reason::Ordinary);
}

#[test]
fn the_last_months_of_the_halves_are_for_goals_and_that_of_the_year_for_careers_too() {
    let reasons = |kind, month: u8, day: (i32, u32, u32)| {
        let facts = Facts { fiscal_year_start_month: month, ..ordinary() };
        let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
        suggest(&pair(kind), &facts, day)
    };
    let manager = |month, day| reasons(PairKind::Manager, month, day);
    let on = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    for day in [1, 30] {
        let half = [Reason::TermEnds(on(2026, 9, 30)), Reason::Ordinary];
        assert_eq!(manager(4, (2026, 9, day)), half);
        let end = on(2027, 3, 31);
        let year = [Reason::TermEnds(end), Reason::YearEnds(end), Reason::Ordinary];
        assert_eq!(manager(4, (2027, 3, day)), year);
    }
    for day in [(2026, 8, 31), (2026, 10, 1), (2027, 2, 28), (2027, 4, 1)] {
        assert_eq!(manager(4, day), [Reason::Ordinary], "{day:?}");
    }
    let december = on(2026, 12, 31);
    let year = [Reason::TermEnds(december), Reason::YearEnds(december), Reason::Ordinary];
    assert_eq!(manager(1, (2026, 12, 9)), year);
    assert_eq!(manager(9, (2028, 2, 9))[0], Reason::TermEnds(on(2028, 2, 29)));
    assert_eq!(reasons(PairKind::Mentor, 1, (2026, 12, 9)), [Reason::Ordinary]);
}

#[test]
fn what_was_left_open_in_two_that_were_held_is_named_first_in_the_third() {
    let held = [past(7, MeetingStatus::Held), past(21, MeetingStatus::Held)];
    let reason = |past: &[Past], shared: &[u64]| {
        let open = shared.iter().map(|days| (OURS, at(ago(*days)))).collect();
        let reasons = manager(&Facts { past: past.to_vec(), open, ..ordinary() });
        assert_eq!(reasons.len(), 1, "it is the regular one");
        reasons[0]
    };
    assert_eq!(LEFT_OPEN, 2);
    assert_eq!(reason(&held, &[30, 40, 10]), Reason::LeftOpen(2));
    assert_eq!(Reason::LeftOpen(2).situation(), Situation::Regular);
    assert_eq!(reason(&held, &[20, 3]), Reason::Ordinary);
    assert_eq!(reason(&held[..1], &[30]), Reason::Ordinary);
    let lost = [held[0], skipped(14, SkipReason::Busy), held[1]];
    assert_eq!(reason(&lost, &[30]), Reason::LeftOpen(1), "only what was held counts");
}

#[test]
fn best_first_and_no_more_than_some() {
    let facts = Facts {
        held: [].into(),
        past: vec![skipped(7, SkipReason::Busy), skipped(14, SkipReason::Busy)],
        overdue: vec![(OURS, 1)],
        leaves: vec![(REPORT, Period { from: ago(99), until: ago(9) })],
        posts: vec![post(REPORT, 1, None, ago(20))],
        former_posts: vec![post(REPORT, 2, None, ago(900))],
        lines: vec![
            line(REPORT, OTHER, ago(900), ago(9)),
            line(REPORT, BOSS, ago(9), Period::OPEN),
        ],
        fiscal_year_start_month: 12,
        ..ordinary()
    };
    let reasons = [
        Reason::NoneHeld,
        Reason::BackFromLeave(REPORT),
        Reason::NewManager(ago(9)),
        Reason::Ordinary,
    ];
    assert_eq!(manager(&facts), reasons);
    // A situation stands once, for its first reason.
    let twice = Facts { leaves: Vec::new(), lines: Vec::new(), held: [OURS].into(), ..facts };
    let reasons =
        [Reason::NewRole(REPORT, ago(20)), Reason::NoTime(2), Reason::Overdue(1), Reason::Ordinary];
    assert_eq!(manager(&twice), reasons);
    let many = Facts { overdue: vec![(OURS, MANY_OVERDUE)], posts: Vec::new(), ..twice };
    let end = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let reasons =
        [Reason::NoTime(2), Reason::TermEnds(end), Reason::YearEnds(end), Reason::Ordinary];
    assert_eq!(manager(&many), reasons);
}
