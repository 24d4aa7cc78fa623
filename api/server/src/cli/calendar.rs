//! `taiwa calendar`.

use clap::{Args, Subcommand};
use serde_json::json;
use taiwa_domain::calendar::CalendarSystem;
use taiwa_operations::{calendar::accounts, organization};

use super::{Common, Problem, output};

/// Connects a company's calendars.
#[derive(Subcommand)]
pub(super) enum Calendar {
    /// Connect the Google calendars of everyone whose mail address is of a domain, by the service
    /// account that this server is configured with
    Delegate(Delegate),
}

#[derive(Args)]
pub(super) struct Delegate {
    /// The organization's key
    #[arg(long, value_name = "KEY")]
    organization: String,
    /// The domain of the company's Google Workspace, e.g. example.com
    #[arg(long, value_name = "DOMAIN")]
    domain: String,
}

impl Calendar {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let Self::Delegate(it) = self;
        let app = common.app().await?;
        if app.vault.is_none() {
            return Err(Problem::new(
                "key_ring",
                "what opens calendars is sealed by the key ring: name it with --key-ring or \
                 TAIWA_KEY_RING",
            ));
        }
        if !app.systems.offers(CalendarSystem::Google) {
            return Err(Problem::new(
                "google",
                "name the service account's key file in the configuration ([google] \
                 service_account) or TAIWA_GOOGLE_SERVICE_ACCOUNT",
            ));
        }
        let id = organization::by_key(&app, &it.organization).await?;
        let count = accounts::delegate(&app, id, &it.domain).await?;
        output::print(
            common.json,
            || json!({ "accounts": count }),
            || format!("{count} calendars are being connected by the running servers."),
        );
        Ok(())
    }
}
