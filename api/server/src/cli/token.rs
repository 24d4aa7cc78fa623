//! `taiwa token`.

use chrono::SecondsFormat;
use clap::{Args, ValueEnum};
use taiwa_database::organization::PersonKey;
use taiwa_domain::access::Role;
use taiwa_identity::expose;
use taiwa_operations::{organization, platform};

use super::{Common, Problem, output};

/// Issues an access token of one hour for a person, for local use.
#[derive(Args)]
pub(super) struct Token {
    /// The organization's key
    #[arg(long, value_name = "KEY")]
    organization: String,
    /// The person's email or employee number
    #[arg(long, value_name = "EMAIL_OR_NUMBER")]
    person: String,
    /// Also give the person this role for good
    #[arg(long, value_enum)]
    role: Option<RoleName>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Hr,
    Executive,
    Administrator,
}

impl Token {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let app = common.app().await?;
        if app.tokens.is_none() {
            return Err(Problem::new(
                "key_ring",
                "a token is signed by the key ring: name it with --key-ring or TAIWA_KEY_RING",
            ));
        }
        let id = organization::by_key(&app, &self.organization).await?;
        let operator = app.operator(id).await?;
        let key = if self.person.contains('@') {
            PersonKey::Email(self.person.clone())
        } else {
            PersonKey::Number(self.person.clone())
        };
        let found = app.reader(&operator).await?.person_by_key(operator.today, &key).await;
        let person = found.map_err(taiwa_operations::Failure::from)?.ok_or_else(|| {
            Problem::new(
                "not_found",
                format!("nobody here has the email or number “{}”", self.person),
            )
        })?;
        if let Some(role) = self.role {
            let role = match role {
                RoleName::Hr => Role::Hr,
                RoleName::Executive => Role::Executive,
                RoleName::Administrator => Role::Administrator,
            };
            platform::set_role(&app, &operator, None, person.id, role, true).await?;
        }
        let issued = app.issue_token(id, person.id, platform::TOKEN_LIFETIME).await?;
        let token = expose(&issued);
        let result = serde_json::json!({
            "token": token,
            "person": person.number,
            "personId": person.id,
            "name": person.profile.name.display(),
            "expiresAt": issued.verified.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        });
        output::print(common.json, || &result, || token.to_owned());
        Ok(())
    }
}
