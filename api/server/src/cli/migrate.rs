//! `taiwa migrate`.

use taiwa_database::Database;

use super::{Common, Problem, output};

pub(super) async fn run(common: &Common) -> Result<(), Problem> {
    let url = common.settings()?.database.ok_or_else(|| {
        Problem::new("database", "name the database with --database or TAIWA_DATABASE_URL")
    })?;
    let count = Database::migrate(&url).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Problem::new("database", format!("{error}: {}", cause.unwrap_or_default()))
    })?;
    output::print(
        common.json,
        || serde_json::json!({"applied": count}),
        || match count {
            0 => "The schema is up to date.".to_owned(),
            count => format!("{count} migrations applied."),
        },
    );
    Ok(())
}
