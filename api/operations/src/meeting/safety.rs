//! The safety declaration: what it says, and where it was made and acknowledged.

use std::collections::{HashMap, HashSet};

use taiwa_database::Reader;
use taiwa_domain::{
    access::{AcknowledgeSafety, DeclareSafety, ManageLibrary, ReadOrganization},
    id::{MeetingId, PairId},
    meeting::{
        agenda::standing::next_of_pairs,
        library::bilingual,
        safety::{self as domain, LONGEST_TEXT, SafetyDeclaration, SafetyText, asked_for},
    },
};

use super::{
    agenda::{ours, those_ours},
    library::Given,
};
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// All versions of what is declared here: the one in use first, the shipped one last.
async fn texts(reader: &Reader) -> Result<Vec<SafetyText>> {
    let mut found = reader.safety_texts().await?;
    found.push(domain::shipped());
    Ok(found)
}

/// What is declared now. Everyone may read it.
pub async fn text(app: &App, actor: &Actor) -> Result<SafetyText> {
    actor.caller.grant::<ReadOrganization>(&())?;
    let found = texts(&*app.reader(actor).await?).await?;
    found.into_iter().next().ok_or(Failure::Internal("there is no text"))
}

/// Sets what is declared from now on, having seen a version. What was declared before stays, with
/// the words it was declared in.
pub async fn set_text(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    given: Given,
    seen: i64,
) -> Result<Done> {
    actor.caller.grant::<ManageLibrary>(&())?;
    let text = bilingual(given.ja, given.en, LONGEST_TEXT).map_err(|_| {
        UserError::new(
            ErrorCode::Invalid,
            "text",
            format!("日本語か英語の少なくとも一方を、1〜{LONGEST_TEXT}文字で入力してください。"),
            format!("Give a text of 1 to {LONGEST_TEXT} characters in Japanese, English or both."),
        )
    })?;
    let write = begin!(app, actor, idempotency);
    let latest = write.transaction.safety_texts().await?.first().map_or(0, |it| it.version);
    let it = SafetyText { id: app.id(), text, version: seen + 1 };
    if latest != seen || !write.transaction.add_safety_text(&it, app.now()).await? {
        return Err(UserError::new(
            ErrorCode::Stale,
            "version",
            "ほかの変更が先に行われました。読み直してください。",
            "It changed since you read it. Read it again.",
        )
        .into());
    }
    app.commit(write, it.id).await
}

/// Where a pair stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What is declared now.
    pub current: SafetyText,
    /// The latest declaration, with its words.
    pub latest: Option<(SafetyDeclaration, SafetyText)>,
}

/// Where pairs stand; those that are not the actor's are absent.
pub async fn standings(
    app: &App,
    actor: &Actor,
    pairs: &[PairId],
) -> Result<HashMap<PairId, Standing>> {
    let reader = app.reader(actor).await?;
    let pairs: Vec<PairId> =
        those_ours(&reader, actor, pairs).await?.into_iter().map(|(id, _)| id).collect();
    let texts = texts(&reader).await?;
    let current = texts.first().cloned().ok_or(Failure::Internal("there is no text"))?;
    let declared = reader.safety_declarations(&pairs).await?;
    let of = |pair: PairId| {
        let latest = declared.iter().find(|it| it.pair == pair)?;
        let text = texts.iter().find(|it| it.id == latest.text)?;
        Some((*latest, text.clone()))
    };
    Ok(pairs
        .into_iter()
        .map(|pair| (pair, Standing { current: current.clone(), latest: of(pair) }))
        .collect())
}

/// Whether meetings ask for the declaration; those that are not of the actor's pairs are absent.
pub async fn asked_in(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, bool>> {
    let reader = app.reader(actor).await?;
    let found = reader.meetings_by_id(meetings).await?;
    let pairs: Vec<PairId> = found.iter().map(|it| it.pair).collect();
    let pairs: Vec<PairId> =
        those_ours(&reader, actor, &pairs).await?.into_iter().map(|(id, _)| id).collect();
    let now = app.now();
    let next = next_of_pairs(&reader.coming_meetings(&pairs, now).await?, now);
    let held: HashSet<PairId> = reader.pairs_that_held(&pairs).await?.into_iter().collect();
    let declared = reader.safety_declarations(&pairs).await?;
    Ok(found
        .into_iter()
        .filter(|it| pairs.contains(&it.pair))
        .map(|it| {
            let latest = declared.iter().find(|latest| latest.pair == it.pair);
            (it.id, asked_for(next.contains(&it.id), held.contains(&it.pair), latest))
        })
        .collect())
}

/// Declares the text that is in use: the organizer of a pair.
pub async fn declare(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    pair: PairId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (row, _) = ours(&write.transaction, actor, pair).await?;
    actor.caller.grant::<DeclareSafety>(&row.facts())?;
    let text = texts(&write.transaction).await?.into_iter().next();
    let declared = SafetyDeclaration {
        id: app.id(),
        pair,
        text: text.ok_or(Failure::Internal("there is no text"))?.id,
        declared_at: app.now(),
        acknowledged_at: None,
    };
    write.transaction.add_safety_declaration(&declared).await?;
    app.commit(write, pair).await
}

/// Acknowledges the latest declaration: the partner of a pair.
pub async fn acknowledge(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    pair: PairId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (row, _) = ours(&write.transaction, actor, pair).await?;
    actor.caller.grant::<AcknowledgeSafety>(&row.facts())?;
    let latest = write.transaction.safety_declarations(&[pair]).await?.into_iter().next();
    let declared = latest.ok_or_else(|| {
        UserError::new(
            ErrorCode::Conflict,
            "",
            "まだ宣言されていません。",
            "Nothing was declared yet.",
        )
    })?;
    write.transaction.acknowledge_safety(&declared, app.now()).await?;
    app.commit(write, pair).await
}
