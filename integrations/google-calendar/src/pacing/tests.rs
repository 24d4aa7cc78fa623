use proptest::prelude::*;

use super::*;

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_800_000_000_000 + millis).expect("an instant")
}

proptest! {
    /// Whatever the arrivals, no sliding minute lets through more than the sum; and a call told
    /// to wait may go when it was told.
    #[test]
    fn no_minute_has_more_than_its_quota(
        per_minute in 1_u32..700, burst in 1_u32..150,
        gaps in prop::collection::vec(0_i64..3_000, 1..1_500),
    ) {
        let rate = Rate { per_minute, burst };
        let mut bucket = Bucket::default();
        let (mut now, mut gone) = (0, Vec::new());
        for gap in gaps {
            now += gap;
            let when = bucket.earliest(rate, at(now));
            prop_assert!(when >= at(now));
            prop_assert_eq!(bucket.earliest(rate, when), when);
            if when - at(now) <= TimeDelta::seconds(2) {
                bucket.take(rate, when);
                gone.push(when);
            }
        }
        gone.sort();
        let mut first = 0;
        for (last, when) in gone.iter().enumerate() {
            while *when - gone[first] >= TimeDelta::minutes(1) { first += 1; }
            prop_assert!(last - first < (per_minute + burst) as usize);
        }
    }

    /// Nobody is shut out: after a rest of the burst's time, a burst goes at once.
    #[test]
    fn a_rest_gives_the_burst_back(per_minute in 1_u32..700, burst in 1_u32..100, calls in 1..300) {
        let rate = Rate { per_minute, burst };
        let mut bucket = Bucket::default();
        for _ in 0..calls {
            let when = bucket.earliest(rate, at(0));
            if when == at(0) { bucket.take(rate, when); }
        }
        let later = at(60_001 * i64::from(burst.div_ceil(per_minute)) + 60_000);
        for _ in 0..burst {
            prop_assert_eq!(bucket.earliest(rate, later), later);
            bucket.take(rate, later);
        }
    }

    /// Pauses grow, stay bounded and never end before what Google asked for.
    #[test]
    fn pauses_are_bounded(failures in 0_u32..40, chance in 0.0..1.0_f64, asked in 0_i64..4_000) {
        let pause = pause(failures, chance);
        prop_assert!(pause >= TimeDelta::seconds(1 << failures.min(6)).min(LONGEST_PAUSE));
        prop_assert!(pause <= LONGEST_PAUSE);
        let mut lane = Lane { failures, ..Lane::default() };
        prop_assert!(lane.close(Some(TimeDelta::seconds(asked)), at(0), chance)
            >= TimeDelta::seconds(asked));
    }
}

fn user(number: u8) -> AccountKey {
    AccountKey([number; 32])
}

#[test]
fn the_write_limit_lies_far_below_the_read_limit() {
    let pacer = Pacer::new(Limits::default());
    let admitted = |who, write| {
        (0..2_000).filter(|_| pacer.admit(who, write, at(0), TimeDelta::zero()).is_ok()).count()
    };
    assert_eq!(admitted(user(1), true), 12);
    assert_eq!(admitted(user(1), false), 108, "a write is a call as well");
    assert_eq!(admitted(user(2), false), 120, "and nobody else's");
}

#[test]
fn many_users_together_keep_within_the_project() {
    let pacer =
        Pacer::new(Limits { project: Rate { per_minute: 60, burst: 10 }, ..Limits::default() });
    let gone = (0..50)
        .filter(|who| pacer.admit(user(*who), false, at(0), TimeDelta::zero()).is_ok())
        .count();
    assert_eq!(gone, 10);
    let wait = pacer.admit(user(99), false, at(0), TimeDelta::zero()).unwrap_err();
    assert_eq!(wait, TimeDelta::seconds(1));
    assert_eq!(pacer.admit(user(99), false, at(0), wait), Ok(wait), "it waits within its patience");
}

#[test]
fn what_google_asks_for_closes_one_lane_or_all() {
    let pacer = Pacer::new(Limits::default());
    let asked = Some(TimeDelta::seconds(30));
    pacer.slow_down(user(1), Whose::User, asked, at(0), 0.5);
    assert_eq!(pacer.admit(user(1), false, at(0), TimeDelta::zero()), Err(TimeDelta::seconds(30)));
    assert!(pacer.admit(user(2), false, at(0), TimeDelta::zero()).is_ok());
    pacer.slow_down(user(1), Whose::Project, asked, at(0), 0.5);
    assert!(pacer.admit(user(2), false, at(29_000), TimeDelta::zero()).is_err());
    assert!(pacer.admit(user(2), false, at(30_000), TimeDelta::zero()).is_ok());
}

#[test]
fn idle_lanes_are_forgotten() {
    let pacer = Pacer::new(Limits::default());
    for number in 0..5_000_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        let _ =
            pacer.admit(AccountKey(key), false, at(i64::from(number) * 1_000), TimeDelta::zero());
    }
    assert!(pacer.state.lock().unwrap().users.len() <= LANES + 2);
}

#[test]
fn a_clock_that_is_set_back_stops_nobody() {
    let pacer = Pacer::new(Limits::default());
    while pacer.admit(user(1), true, at(0), TimeDelta::zero()).is_ok() {}
    pacer.slow_down(user(2), Whose::User, Some(TimeDelta::minutes(30)), at(0), 0.5);
    let back = at(-7_200_000);
    for who in [1, 2] {
        assert_eq!(pacer.admit(user(who), true, back, TimeDelta::zero()), Ok(TimeDelta::zero()));
    }
    while pacer.admit(user(1), true, back, TimeDelta::zero()).is_ok() {}
    let wait = pacer.admit(user(1), true, back, TimeDelta::zero()).unwrap_err();
    assert!(wait <= TimeDelta::seconds(2), "and limits hold by the new time: {wait}");
}
