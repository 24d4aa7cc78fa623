//! Turning the key ring: what its keys sealed is sealed anew by the active one, while all else goes
//! on, so that a former key can be taken out.

use taiwa_database::platform::{Resealed, SealedIn};
use taiwa_domain::{
    content::{Keeper, Sealed},
    id::OrganizationId,
};
use taiwa_identity::{DataKey, Vault};
use uuid::Uuid;

use crate::{
    App, Failure, Result,
    calendar::secrets::{self, Kind},
    notice::slack,
};

/// Rows of a transaction.
const PAGE: u32 = 500;

/// How far turning is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Organizations that are done.
    pub organizations: usize,
    /// What was sealed anew.
    pub resealed: u64,
    /// What no key of the ring opens.
    pub unreadable: u64,
}

/// Seals anew whatever another than the active key sealed, in all organizations. It may be stopped
/// and run again at any time.
pub async fn reseal(app: &App, mut told: impl FnMut(Turned)) -> Result<Turned> {
    let vault = app.vault()?;
    let mut turned = Turned::default();
    for organization in app.database.system().organizations().await? {
        for place in SealedIn::ALL {
            let mut after = Uuid::nil();
            loop {
                let reader = app.database.reader(organization).await?;
                let found = reader.sealed(place, after, PAGE).await?;
                drop(reader);
                let Some((last, _)) = found.last() else { break };
                after = *last;
                let mut rows = Vec::new();
                for (id, old) in found {
                    if vault.is_current(&old.0) {
                        continue;
                    }
                    match anew(app, vault, organization, place, id, &old) {
                        Ok(new) => rows.push(Resealed { id, old, new }),
                        Err(_) => turned.unreadable += 1,
                    }
                }
                let transaction = app.database.transaction(organization).await?;
                turned.resealed += transaction.reseal(place, rows).await?;
                transaction.commit().await?;
                told(turned);
            }
        }
        turned.organizations += 1;
        told(turned);
    }
    Ok(turned)
}

/// How much a key has sealed, in all organizations.
pub async fn sealed_by(app: &App, key: &str) -> Result<u64> {
    let mut count = 0;
    for organization in app.database.system().organizations().await? {
        let reader = app.database.reader(organization).await?;
        for place in SealedIn::ALL {
            let mut after = Uuid::nil();
            loop {
                let found = reader.sealed(place, after, PAGE).await?;
                let Some((last, _)) = found.last() else { break };
                after = *last;
                let by = |it: &&(Uuid, Sealed)| Vault::sealed_by(&it.1.0) == Some(key);
                count += found.iter().filter(by).count() as u64;
            }
        }
    }
    Ok(count)
}

fn anew(
    app: &App,
    vault: &Vault,
    organization: OrganizationId,
    place: SealedIn,
    id: Uuid,
    old: &Sealed,
) -> Result<Sealed> {
    let key = |keeper| {
        let key = DataKey::unwrap(vault, organization, keeper, old);
        key.map(|key| key.wrap(vault)).map_err(|_| Failure::Internal("a content key"))
    };
    let secret = |kind| {
        let text = secrets::open(app, organization, kind, id, &old.0)?;
        secrets::seal(app, organization, kind, id, &text).map(Sealed)
    };
    match place {
        SealedIn::PairKeys => key(Keeper::Pair(id.into())),
        SealedIn::PersonKeys => key(Keeper::Person(id.into())),
        SealedIn::AccountSecrets => secret(Kind::Secret),
        SealedIn::AccountCredentials => secret(Kind::Credential),
        SealedIn::ConsentVerifiers => secret(Kind::Verifier),
        SealedIn::ChannelTokens => secret(Kind::Token),
        SealedIn::SlackTokens => {
            let token = vault.open(organization, slack::PLACE, &old.0);
            let token = token.map_err(|_| Failure::Internal("a token of Slack's"))?;
            Ok(Sealed(vault.seal(organization, slack::PLACE, &token)))
        }
    }
}
