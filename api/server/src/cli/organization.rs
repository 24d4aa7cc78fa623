//! `taiwa organization`.

use chrono_tz::Tz;
use clap::{Subcommand, ValueEnum};
use taiwa_domain::organization::Locale;
use taiwa_operations::organization;

use super::{Common, Problem, output};

#[derive(Subcommand)]
pub(super) enum Organization {
    /// Make an organization
    Create {
        /// Short name for commands: lower-case letters, digits, hyphens
        key: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// IANA time zone, e.g. Asia/Tokyo
        #[arg(long, value_name = "ZONE")]
        time_zone: String,
        /// Language of people for whom none is given
        #[arg(long, value_enum, default_value = "ja")]
        locale: Language,
        /// Month in which the fiscal year starts
        #[arg(long, value_name = "1-12", default_value_t = 4)]
        fiscal_year_start: u8,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Language {
    Ja,
    En,
}

impl Organization {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let Self::Create { key, name, time_zone, locale, fiscal_year_start } = self;
        let zone: Tz = time_zone.parse().map_err(|_| {
            Problem::new(
                "invalid",
                format!("“{time_zone}” is not an IANA time zone such as Asia/Tokyo"),
            )
        })?;
        let locale = match locale {
            Language::Ja => Locale::Ja,
            Language::En => Locale::En,
        };
        let app = common.app().await?;
        let made = organization::create(&app, &key, &name, zone, locale, fiscal_year_start).await?;
        let result = serde_json::json!({
            "id": made.id, "key": made.key, "name": made.name, "timeZone": zone.name(),
        });
        output::print(
            common.json,
            || &result,
            || {
                format!(
                    "Organization {} ({}) made. Next: taiwa import FILE --organization {}",
                    made.key, made.name, made.key
                )
            },
        );
        Ok(())
    }
}
