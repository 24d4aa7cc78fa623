//! `taiwa serve`.

use clap::Args;

use super::{Common, Problem};
use crate::serve;

/// Serves the GraphQL API and works off jobs.
///
/// Notices go out by mail once TAIWA_SMTP_URL (smtps://USER:PASSWORD@HOST) and TAIWA_MAIL_FROM
/// (Taiwa <taiwa@example.com>) are set.
#[derive(Args)]
pub(super) struct Serve {
    /// Address to listen on [env: TAIWA_LISTEN] [default: 127.0.0.1:8750]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Where links in messages lead, e.g. https://app.example.com/{kind}/{id} [env: TAIWA_APP_URL]
    #[arg(long, value_name = "URL")]
    app_url: Option<String>,
}

impl Serve {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let mut settings = common.settings()?;
        settings.listen = self.listen.or(settings.listen);
        settings.app_url = self.app_url.or(settings.app_url);
        serve::serve(settings.check()?).await
    }
}
