//! Erasing a person: what says who they were becomes a tombstone, what was theirs alone goes with
//! its key, and what they shared stays for those they shared it with.

use taiwa_database::live::Topic;
use taiwa_domain::{access::Administer, content::Keeper, id::PersonId, privacy::erased_name};

use crate::{
    Actor, App, Done, ErrorCode, Idempotency, Result, UserError, begin, calendar::accounts,
};

/// Erases a person who has left. There is no way back.
pub async fn erase(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    person: PersonId,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    let write = begin!(app, actor, idempotency);
    let transaction = &write.transaction;
    // Imports change the same rows.
    transaction.lock_revision().await?;
    let found = transaction.people_by_id(actor.today, &[person]).await?;
    if found.is_empty() {
        return Err(UserError::new(
            ErrorCode::NotFound,
            "personId",
            "この人は見つかりません。",
            "There is no such person.",
        )
        .into());
    }
    if transaction.employed_from(person, actor.today).await? {
        return Err(UserError::new(
            ErrorCode::Conflict,
            "personId",
            "在籍中の人は消去できません。退職日を取り込んだあとに消去してください。",
            "They are still employed. Import the day on which they leave first.",
        )
        .into());
    }
    if transaction.erased_at(person).await?.is_none() {
        let now = app.now();
        let locale = transaction.organization_row().await?.locale;
        accounts::leave(app, transaction, person).await?;
        transaction.erase_person(person, erased_name(locale), now).await?;
        transaction.shred_content_keys(&[Keeper::Person(person)], now).await?;
        transaction.empty_imports().await?;
        transaction.revoke_tokens(person, None, now).await?;
        transaction.announce(Topic::Access, person.0, 0).await?;
        transaction.advance_revision().await?;
    }
    app.commit(write, person).await
}
