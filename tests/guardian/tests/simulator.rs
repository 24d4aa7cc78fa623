//! A quarter of a company of 500 people who do to their calendars what people do, while Google
//! fails now and then.

use taiwa_guardian_tests::{Engine, Plan, Simulation};

#[tokio::test]
async fn a_quarter_leaves_nobody_in_two_places_and_no_slot_unaccounted_for() {
    let mut quarter = Simulation::new(Engine::Sqlite, Plan::default()).await;
    quarter.run(|_| {}).await;
    let report = quarter.report().await;
    let problems = quarter.problems().await;
    assert!(
        problems.is_empty(),
        "{} of {report:?}: {:#?}",
        problems.len(),
        &problems[..problems.len().min(5)]
    );
    assert!(report.doings > 100, "little happened: {report:?}");
    assert!(report.moved > 5 && report.displaced > 5, "{report:?}");
    assert!(report.kept > report.meetings / 2, "{report:?}");
    println!("{report:?}");
}
