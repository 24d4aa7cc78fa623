//! Database migrations, additive first, for SQLite and PostgreSQL.
//!
//! Tables are written once, as SQL with the few types the engines name differently in braces (see
//! [`dialect`]). To add a migration: one file, one purpose, named `mYYYYMMDD_NNNNNN_what`, listed
//! last in [`Migrator`]; every tenant table goes through [`tenant::isolate`].

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

pub mod dialect;
mod m20261122_000001_platform;
mod m20261122_000002_organization;
mod m20261122_000003_one_on_ones;
mod m20261122_000004_calendar;
mod m20261125_000005_guardian;
mod m20261125_000006_content;
mod m20261125_000007_ways;
mod m20261125_000010_agenda;
mod m20261125_000011_library;
mod m20261125_000012_notes;
mod m20261125_000020_minutes;
mod m20261125_000030_held;
mod m20261125_000031_insight;
mod m20261126_000008_ways_again;
mod m20261126_000040_changes;
mod m20261126_000050_reminders;
mod m20261126_000051_deliveries;
mod m20261126_000052_slack;
mod m20261126_000060_privacy;
mod m20261126_000075_comments;
mod m20261126_000076_soonest_first;
mod m20261126_000077_behind;
mod m20261126_000078_named;
pub mod statistics;
pub mod tenant;

/// Runs the migrations in their order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_platform::Migration),
            Box::new(m20261122_000002_organization::Migration),
            Box::new(m20261122_000003_one_on_ones::Migration),
            Box::new(m20261122_000004_calendar::Migration),
            Box::new(m20261125_000005_guardian::Migration),
            Box::new(m20261125_000006_content::Migration),
            Box::new(m20261125_000007_ways::Migration),
            Box::new(m20261125_000010_agenda::Migration),
            Box::new(m20261125_000011_library::Migration),
            Box::new(m20261125_000012_notes::Migration),
            Box::new(m20261125_000020_minutes::Migration),
            Box::new(m20261125_000030_held::Migration),
            Box::new(m20261125_000031_insight::Migration),
            Box::new(m20261126_000008_ways_again::Migration),
            Box::new(m20261126_000040_changes::Migration),
            Box::new(m20261126_000050_reminders::Migration),
            Box::new(m20261126_000051_deliveries::Migration),
            Box::new(m20261126_000052_slack::Migration),
            Box::new(m20261126_000060_privacy::Migration),
            Box::new(m20261126_000075_comments::Migration),
            Box::new(m20261126_000076_soonest_first::Migration),
            Box::new(m20261126_000077_behind::Migration),
            Box::new(m20261126_000078_named::Migration),
        ]
    }
}

/// Declares a migration that runs one script and isolates the tenant tables it makes.
macro_rules! migration {
    ($name:literal, $sql:expr, tenant: [$($table:literal),* $(,)?], shared: [$($shared:literal),* $(,)?]) => {
        pub(crate) struct Migration;

        impl sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::DbErr> {
                $crate::dialect::run(manager, $sql).await?;
                $crate::tenant::isolate(manager, &[$($table),*]).await?;
                $crate::tenant::share(manager, &[$($shared),*]).await
            }
        }
    };
}
pub(crate) use migration;
