//! Jobs: nothing lost, nothing done by a worker that lost its claim.

mod support;

use chrono::TimeDelta;
use taiwa_database::platform::JobKind;
use taiwa_domain::id::IdSource;

use support::{Counter, World, both, now};

both! {
    a_rolled_back_change_leaves_no_job
    a_claim_is_held_by_one_worker_until_its_lease_ends
    a_worker_that_lost_its_claim_cannot_finish
    equal_waiting_jobs_are_absorbed_and_others_stay
    a_job_that_keeps_failing_is_given_up
    a_single_job_waits_once_and_runs_once_more_if_asked_for_while_it_runs
    what_is_asked_for_behind_lets_others_go_first
}

async fn a_rolled_back_change_leaves_no_job(world: &World) {
    let ids = Counter::default();
    let organization = world.company(&ids, "rollback").await;
    let transaction = world.database.transaction(organization).await.unwrap();
    transaction.enqueue(&ids, JobKind::SyncPairs, organization.0, now()).await.unwrap();
    drop(transaction);
    let system = world.database.system();
    let lease = now() + TimeDelta::minutes(1);
    assert!(system.claim(Some(organization), true, now(), lease, 10).await.unwrap().is_empty());
}

async fn enqueue(world: &World, ids: &Counter, key: &str, kinds: &[JobKind]) -> uuid::Uuid {
    let organization = world.company(ids, key).await;
    let transaction = world.database.transaction(organization).await.unwrap();
    for kind in kinds {
        transaction.enqueue(ids, *kind, organization.0, now()).await.unwrap();
    }
    transaction.commit().await.unwrap();
    organization.0
}

async fn a_claim_is_held_by_one_worker_until_its_lease_ends(world: &World) {
    let ids = Counter::default();
    let organization = enqueue(world, &ids, "lease", &[JobKind::SyncPairs]).await;
    let system = world.database.system();
    let lease = now() + TimeDelta::minutes(1);
    let claim = |at| system.claim(Some(organization.into()), true, at, lease + (at - now()), 10);
    assert_eq!(claim(now()).await.unwrap().len(), 1);
    assert!(claim(now()).await.unwrap().is_empty(), "the first worker holds it");
    let later = claim(now() + TimeDelta::minutes(2)).await.unwrap();
    assert_eq!(later.len(), 1, "its lease ended");
    assert_eq!(later[0].attempt, 2);
}

async fn a_worker_that_lost_its_claim_cannot_finish(world: &World) {
    let ids = Counter::default();
    let organization = enqueue(world, &ids, "fence", &[JobKind::SyncPairs]).await.into();
    let system = world.database.system();
    let lease = now() + TimeDelta::minutes(1);
    let slow = system.claim(Some(organization), true, now(), lease, 1).await.unwrap()[0];
    let later = now() + TimeDelta::minutes(2);
    let quick = system
        .claim(Some(organization), true, later, later + TimeDelta::minutes(1), 1)
        .await
        .unwrap()[0];
    let transaction = world.database.transaction(organization).await.unwrap();
    assert!(!transaction.finish(&slow, later).await.unwrap(), "another worker has it");
    drop(transaction);
    assert!(!system.progress(&slow, 1, 2).await.unwrap());
    let transaction = world.database.transaction(organization).await.unwrap();
    assert!(transaction.finish(&quick, later).await.unwrap());
    assert!(!transaction.finish(&quick, later).await.unwrap(), "finished once");
    transaction.commit().await.unwrap();
}

async fn equal_waiting_jobs_are_absorbed_and_others_stay(world: &World) {
    let ids = Counter::default();
    let kinds = [JobKind::SyncPairs, JobKind::SyncPairs, JobKind::RefreshPlan];
    let organization = enqueue(world, &ids, "absorb", &kinds).await.into();
    let system = world.database.system();
    let lease = now() + TimeDelta::minutes(1);
    let claim = system.claim(Some(organization), true, now(), lease, 1).await.unwrap()[0];
    assert_eq!(claim.kind, JobKind::SyncPairs);
    let transaction = world.database.transaction(organization).await.unwrap();
    assert_eq!(transaction.absorb_equal(&claim, now()).await.unwrap(), 1);
    assert!(transaction.finish(&claim, now()).await.unwrap());
    transaction.commit().await.unwrap();
    let rest = system.claim(Some(organization), true, now(), lease, 10).await.unwrap();
    assert_eq!(rest.iter().map(|it| it.kind).collect::<Vec<_>>(), [JobKind::RefreshPlan]);
}

async fn a_job_that_keeps_failing_is_given_up(world: &World) {
    let ids = Counter::default();
    let organization = enqueue(world, &ids, "failing", &[JobKind::SyncPairs]).await.into();
    let system = world.database.system();
    let mut at = now();
    let mut tries = 0;
    loop {
        let lease = at + TimeDelta::minutes(1);
        let claims = system.claim(Some(organization), true, at, lease, 1).await.unwrap();
        let Some(claim) = claims.first() else { break };
        tries += 1;
        assert!(tries < 20, "it is tried for ever");
        system.fail(claim, "database", at, at + TimeDelta::seconds(1)).await.unwrap();
        let early = system.claim(Some(organization), true, at, lease, 1).await.unwrap();
        assert!(early.is_empty(), "it waits before the next try");
        at += TimeDelta::seconds(2);
    }
    assert!(tries > 1);
    let reader = world.database.reader(organization).await.unwrap();
    let jobs = reader.jobs(None, 10, at).await.unwrap();
    assert_eq!(jobs[0].state, taiwa_database::platform::JobState::Failed);
    assert_eq!(jobs[0].error_code.as_deref(), Some("database"));
}

async fn a_single_job_waits_once_and_runs_once_more_if_asked_for_while_it_runs(world: &World) {
    let ids = Counter::default();
    let organization: taiwa_domain::id::OrganizationId =
        enqueue(world, &ids, "single", &[]).await.into();
    let system = world.database.system();
    let lease = |at| at + TimeDelta::minutes(1);
    let subject = ids.next();
    let ask = async |run_at, at| {
        let transaction = world.database.transaction(organization).await.unwrap();
        transaction.ask(&ids, JobKind::GuardSlot, &[subject], run_at, at).await.unwrap();
        transaction.commit().await.unwrap();
    };
    let claim = async |at| system.claim(Some(organization), true, at, lease(at), 10).await.unwrap();
    let settle = async |claim, next| {
        let transaction = world.database.transaction(organization).await.unwrap();
        let held = transaction.settle(&claim, next).await.unwrap();
        transaction.commit().await.unwrap();
        held
    };
    let (start, hour) = (now(), TimeDelta::hours(1));
    ask(start + hour, start).await;
    assert!(claim(start).await.is_empty(), "it is not due");
    ask(start, start).await;
    ask(start + hour, start).await;
    let without = system.claim(Some(organization), false, start, lease(start), 10).await.unwrap();
    assert!(without.is_empty(), "left to workers that can open calendars");
    let first = claim(start).await;
    assert_eq!(first.len(), 1, "asked for three times, it waits once, for the earliest time");
    assert!(claim(start).await.is_empty(), "while it runs no other worker has it");
    ask(start, start).await;
    assert!(claim(start).await.is_empty(), "not even when asked for");
    assert!(settle(first[0], None).await);
    let second = claim(start).await;
    assert_eq!((second.len(), second[0].attempt), (1, 1), "then it runs once more");
    assert!(!settle(first[0], None).await, "the first claim is over");
    assert!(settle(second[0], Some(start + hour)).await);
    assert!(claim(start).await.is_empty());
    let third = claim(start + hour).await;
    system.fail(&third[0], "calendar", start, start + hour * 2).await.unwrap();
    ask(start, start).await;
    assert!(claim(start + hour).await.is_empty(), "news do not hurry what waits after a failure");
    let fourth = claim(start + hour * 2).await;
    assert_eq!(fourth[0].attempt, 2);
    assert!(settle(fourth[0], None).await);
    assert!(claim(start + hour * 9).await.is_empty(), "nothing is left of it");
    let mut at = start;
    ask(at, at).await;
    for _ in 0..30 {
        let claims = claim(at).await;
        system.fail(&claims[0], "calendar", at, at + hour).await.unwrap();
        at += hour;
    }
    assert_eq!(claim(at).await.len(), 1, "it is never given up");
}

async fn what_is_asked_for_behind_lets_others_go_first(world: &World) {
    let ids = Counter::default();
    let organization: taiwa_domain::id::OrganizationId =
        enqueue(world, &ids, "behind", &[]).await.into();
    let system = world.database.system();
    let kind = JobKind::GuardSlot;
    let [early, late, both, singly] = std::array::from_fn(|_| ids.next());
    let later = now() + TimeDelta::minutes(1);
    let transaction = world.database.transaction(organization).await.unwrap();
    transaction.ask_behind(&ids, kind, &[early, both], now()).await.unwrap();
    transaction.ask_behind(&ids, kind, &[late], later).await.unwrap();
    transaction.ask(&ids, kind, &[singly, both], later, later).await.unwrap();
    transaction.ask_behind(&ids, kind, &[singly], later).await.unwrap();
    transaction.commit().await.unwrap();
    let claim = async |limit| {
        let lease = later + TimeDelta::minutes(1);
        let claims = system.claim(Some(organization), true, later, lease, limit).await.unwrap();
        claims.into_iter().map(|claim| claim.subject).collect::<Vec<_>>()
    };
    assert_eq!(claim(1).await, [both], "what was asked for both ways first was due first");
    assert_eq!(claim(2).await, [early, singly], "then what was asked for singly, and one more");
    assert_eq!(claim(9).await, [late]);
}
