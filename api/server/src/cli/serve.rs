//! `taiwa serve`.

use clap::Args;

use super::{Common, Problem};
use crate::serve;

/// Serves the GraphQL API and works off jobs.
#[derive(Args)]
pub(super) struct Serve {
    /// Address to listen on [env: TAIWA_LISTEN] [default: 127.0.0.1:8750]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

impl Serve {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let mut settings = common.settings()?;
        settings.listen = self.listen.or(settings.listen);
        serve::serve(settings.check()?).await
    }
}
