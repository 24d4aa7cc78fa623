//! The demo's cadence policies and its reserved window.

use chrono::NaiveTime;
use taiwa_domain::{
    cadence::{Cadence, Interval, Scope},
    organization::WeeklyWindow,
    pair::PairKind,
};
use taiwa_operations::{Actor, App, cadence};

use super::weekday;
use crate::cli::Problem;

/// Sets an organization default, overrides for three departments and one pair, pairs for dotted
/// lines, and an hour reserved for 1on1s.
pub(super) async fn set(app: &App, actor: &Actor) -> Result<(), Problem> {
    let failed = |error| Problem::from(taiwa_operations::Failure::Database(error));
    let reader = app.reader(actor).await?;
    let tree = reader.departments(actor.today).await.map_err(failed)?;
    let pairs = reader.all_pairs().await.map_err(failed)?;
    drop(reader);
    let department = |name: &str| {
        tree.iter().find(|node| node.department.name == name).map(|node| node.department.id)
    };
    let plain = |interval, minutes| Cadence { interval, minutes, ..Cadence::default() };
    let mut policies = vec![
        (
            Scope::Organization,
            PairKind::Manager,
            plain(Interval::Weeks(2), 30),
            "全社標準：隔週30分 / Company standard: 30 minutes every two weeks",
        ),
        (
            Scope::Organization,
            PairKind::Dotted,
            plain(Interval::Weeks(4), 30),
            "兼務・プロジェクト上長とは4週に一度 / Dotted-line managers: every four weeks",
        ),
    ];
    for (name, interval, minutes, reason) in [
        (
            "営業本部",
            Interval::Weeks(4),
            45,
            "外出が多いため4週に一度、長めに / Out of office often: longer, every four weeks",
        ),
        ("人事部", Interval::Weeks(2), 20, "短く、こまめに / Short and often"),
    ] {
        if let Some(id) = department(name) {
            let scope = Scope::Department(id);
            policies.push((scope, PairKind::Manager, plain(interval, minutes), reason));
        }
    }
    if let Some(pair) = pairs.iter().find(|pair| pair.kind == PairKind::Manager) {
        policies.push((
            Scope::Pair(pair.id),
            PairKind::Manager,
            plain(Interval::Weeks(1), 30),
            "着任直後のため当面は毎週 / New in the role: weekly for now",
        ));
    }
    for (scope, kind, cadence, reason) in policies {
        let policy = cadence::NewPolicy {
            scope,
            kind,
            cadence,
            reason: reason.to_owned(),
            from: actor.today,
            until: None,
        };
        // Pair policies belong to the two and to HR: written as set up, like the rest.
        let policy = cadence::check(app, policy)?;
        let transaction =
            app.database.transaction(actor.caller.organization).await.map_err(failed)?;
        transaction.add_policy(&policy, None, app.now()).await.map_err(failed)?;
        transaction
            .enqueue(
                &*app.ids,
                taiwa_operations::rows::JobKind::SyncPairs,
                actor.caller.organization.0,
                app.now(),
            )
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
    }
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let window = cadence::NewWindow {
        department: None,
        name: "1on1の時間 / 1on1 hour".to_owned(),
        window: WeeklyWindow { weekday: weekday(3), from: at(15), to: at(17) },
        exclusive: false,
        from: actor.today,
        until: None,
    };
    cadence::reserve(app, actor, None, window).await?;
    Ok(())
}
