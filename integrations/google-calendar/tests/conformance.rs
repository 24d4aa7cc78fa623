//! The port's own suite, with both ways of access.

mod support;

use std::sync::Arc;

use support::{ALICE, Stage, at};
use taiwa_domain::{
    calendar::conformance::{Fixture, run},
    id::MeetingId,
};
use taiwa_google_calendar::{Account, GoogleCalendar, SCOPES, ServiceAccount};
use uuid::Uuid;

fn fixture(calendar: &GoogleCalendar, run: u128) -> Fixture<'_> {
    let meetings = [1, 2].map(|number| MeetingId(Uuid::from_u128(number)));
    Fixture { calendar, meetings, start: at("2027-01-11T01:00:00Z"), run }
}

#[tokio::test]
async fn a_google_calendar_keeps_the_ports_promises() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    run(&fixture(&calendar, 7)).await;
    stage.standin.set(|settings| settings.page_limit = 1);
    run(&fixture(&calendar, 8)).await;
}

#[tokio::test]
async fn so_does_one_by_delegation() {
    let stage = Stage::new().await;
    let file = stage.standin.hand().service_account("robot@project.example.com", &SCOPES);
    let service = Arc::new(ServiceAccount::from_json(&file.into()).unwrap());
    let account = Account::delegated(service, ALICE);
    let calendar = GoogleCalendar::primary(stage.google.clone(), account);
    run(&fixture(&calendar, 9)).await;
    let quota: Vec<_> = stage.standin.requests().into_iter().map(|seen| seen.quota_user).collect();
    assert!(quota.iter().all(|user| user.as_ref().is_some_and(|user| user.len() < 40)));
}
