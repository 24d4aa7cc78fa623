//! Talking points and actions: what the two people of a pair share, and nobody else sees.
//!
//! Everything here asks for [`PairContent`] (drafts: for [`OwnContent`] as well). What is not the
//! actor's answers *not found*, whatever the reason.

pub mod actions;
pub mod carry;
pub mod comments;
pub mod items;
pub mod read;

use taiwa_database::{Reader, pair::PairRow};
use taiwa_domain::{
    access::{Grant, PairContent},
    id::PairId,
    meeting::agenda::{LONGEST_TEXT, Refused},
};

use crate::{Actor, ErrorCode, Failure, Result, UserError};

/// Something whose text was opened for the actor.
#[derive(Clone, Debug)]
pub struct Opened<T> {
    /// As it stands.
    pub it: T,
    /// What it says; none once it was erased.
    pub text: Option<String>,
}

/// A pair, if the actor is one of the two.
pub(crate) async fn ours(
    reader: &Reader,
    actor: &Actor,
    pair: PairId,
) -> Result<(PairRow, Grant<PairContent>)> {
    let found = reader.pairs_by_id(actor.today, &[pair]).await?;
    let row = found.into_iter().next().ok_or(Failure::NotFound)?;
    let grant = actor.caller.grant::<PairContent>(&row.facts())?;
    Ok((row, grant))
}

/// Those of some pairs in which the actor is one of the two.
pub(crate) async fn those_ours(
    reader: &Reader,
    actor: &Actor,
    pairs: &[PairId],
) -> Result<Vec<(PairId, Grant<PairContent>)>> {
    let found = reader.pairs_by_id(actor.today, pairs).await?;
    Ok(found
        .into_iter()
        .filter_map(|row| {
            let grant = actor.caller.grant::<PairContent>(&row.facts()).ok()?;
            Some((row.pair.id, grant))
        })
        .collect())
}

/// Checks a text that somebody wrote.
pub(crate) fn text(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(UserError::new(
            ErrorCode::Invalid,
            field,
            format!("1〜{LONGEST_TEXT}文字で入力してください。"),
            format!("Give 1 to {LONGEST_TEXT} characters."),
        )
        .into());
    }
    Ok(())
}

pub(crate) fn full(field: &str, most: u64) -> Failure {
    UserError::new(
        ErrorCode::Conflict,
        field,
        format!("{most}件までです。話し終えたものや終わったものを片付けてから追加してください。"),
        format!("There can be {most} at most. Close some before you add more."),
    )
    .into()
}

fn refused(why: Refused) -> Failure {
    let (code, field, ja, en) = match why {
        Refused::NotAuthor => {
            (ErrorCode::Conflict, "", "書いた本人だけができます。", "Only its author can do this.")
        }
        Refused::Draft => (
            ErrorCode::Conflict,
            "",
            "まだ下書きです。先に共有してください。",
            "It is a draft. Share it first.",
        ),
        Refused::Closed => (
            ErrorCode::Conflict,
            "",
            "すでに閉じています。先に開き直してください。",
            "It is closed. Reopen it first.",
        ),
        Refused::CarriedOver => (
            ErrorCode::Conflict,
            "",
            "別のペアに引き継がれています。",
            "It was carried over into another pair.",
        ),
        Refused::Stale => (
            ErrorCode::Stale,
            "version",
            "ほかの変更が先に行われました。読み直してください。",
            "It changed since you read it. Read it again.",
        ),
        Refused::NotThere => (
            ErrorCode::NotFound,
            "meetingId",
            "このペアの、時間の決まったミーティングではありません。",
            "It is no meeting of this pair that has a time.",
        ),
        Refused::NotOneOfTheTwo => (
            ErrorCode::Invalid,
            "ownerId",
            "担当者はペアの二人のどちらかにしてください。",
            "The owner must be one of the two.",
        ),
    };
    UserError::new(code, field, ja, en).into()
}
