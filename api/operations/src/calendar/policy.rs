//! How far the guardian may go: the organization's policy, each person's own consent.

use std::collections::{HashMap, HashSet};

use taiwa_database::calendar::{DefenceConsent, GuardianPolicy};
use taiwa_domain::{
    access::{ActForPair, ManagePolicies, OwnCalendar, ReadOrganization},
    calendar::{Place, guardian::DefenceLevel},
    id::{MeetingId, PairId},
};

use super::guard;
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// Most minutes before the start from which no machine moves a meeting: two weeks.
const LONGEST_FREEZE: i64 = 14 * 24 * 60;
/// Longest link or place.
const LONGEST_PLACE: usize = 500;

/// What the organization lets the guardian do: everyone may know.
pub async fn policy(app: &App, actor: &Actor) -> Result<GuardianPolicy> {
    actor.caller.grant::<ReadOrganization>(&())?;
    Ok(app.reader(actor).await?.guardian_policy().await?)
}

/// Where meetings take place, for their two people alone: a link lets in whoever has it. What
/// stands in a calendar counts before the organization's word, in the actor's own before the
/// other's.
pub async fn places(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, Place>> {
    let reader = app.reader(actor).await?;
    let mut meetings = reader.meetings_by_id(meetings).await?;
    let pairs: Vec<PairId> = meetings.iter().map(|it| it.pair).collect();
    let pairs = reader.pairs_by_id(actor.today, &pairs).await?;
    let ours: HashSet<PairId> = pairs
        .iter()
        .filter(|row| actor.caller.grant::<ActForPair>(&row.facts()).is_ok())
        .map(|row| row.pair.id)
        .collect();
    meetings.retain(|it| it.slot.is_some() && ours.contains(&it.pair));
    let ids: Vec<MeetingId> = meetings.iter().map(|it| it.id).collect();
    let mut blocks = reader.slot_blocks(&ids).await?;
    blocks.sort_by_key(|block| block.person != actor.caller.person);
    let usual = reader.guardian_policy().await?.place;
    let stands = |text: &String| match text.starts_with("https://") {
        true => Place::Link(text.clone()),
        false => Place::Room(text.clone()),
    };
    let of = |id: MeetingId| {
        let own = blocks.iter().filter(|it| it.meeting == id).find_map(|it| it.place.as_ref());
        own.map_or_else(|| usual.clone(), stands)
    };
    Ok(ids.into_iter().map(|id| (id, of(id))).collect())
}

/// Sets what the guardian may do. `it.version` is the one that was seen.
pub async fn set_policy(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    it: GuardianPolicy,
) -> Result<Done> {
    actor.caller.grant::<ManagePolicies>(&())?;
    let mut errors = Vec::new();
    if !(0..=LONGEST_FREEZE).contains(&it.freeze.num_minutes()) {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "freezeMinutes",
            format!("0〜{LONGEST_FREEZE}分にしてください。"),
            format!("Give 0 to {LONGEST_FREEZE} minutes."),
        ));
    }
    match &it.place {
        Place::Link(text) if !text.starts_with("https://") || text.len() > LONGEST_PLACE => {
            errors.push(UserError::new(
                ErrorCode::Invalid,
                "place.text",
                "https:// で始まる500バイト以内のリンクにしてください。",
                "The link must begin with https:// and have at most 500 bytes.",
            ));
        }
        Place::Room(text) if text.trim().is_empty() || text.len() > LONGEST_PLACE => {
            errors.push(UserError::new(
                ErrorCode::Invalid,
                "place.text",
                "1〜500バイトにしてください。",
                "Give 1 to 500 bytes.",
            ));
        }
        _ => {}
    }
    if !errors.is_empty() {
        return Err(Failure::User(errors));
    }
    let write = begin!(app, actor, idempotency);
    let before = write.transaction.guardian_policy().await?.place;
    if !write.transaction.set_guardian_policy(&it, actor.author(), app.now()).await? {
        return Err(stale());
    }
    if it.place == Place::Conference && before != Place::Conference {
        write.transaction.forget_places(app.now()).await?;
    }
    guard::ask_for_all(app, &write.transaction).await?;
    app.commit(write, actor.caller.organization).await
}

fn stale() -> Failure {
    UserError::new(
        ErrorCode::Stale,
        "version",
        "ほかの変更が先に行われました。読み直してください。",
        "It changed since you read it. Read it again.",
    )
    .into()
}

/// The actor's own consent.
pub async fn consent(app: &App, actor: &Actor) -> Result<DefenceConsent> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let found = app.reader(actor).await?.defence_consents(&[person]).await?;
    Ok(found.into_iter().next().map(|(_, it)| it).unwrap_or_default())
}

/// Sets the actor's own consent.
pub async fn set_consent(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    level: DefenceLevel,
    version: i64,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let write = begin!(app, actor, idempotency);
    let consent = DefenceConsent { level, version };
    if !write.transaction.set_defence_consent(person, consent, app.now()).await? {
        return Err(stale());
    }
    guard::ask_for_person(app, &write.transaction, person).await?;
    app.commit(write, person).await
}
