//! Private notes, talk balance, feedback and learning notes.
//!
//! What one keeps is asked for with [`OwnContent`], what two share with [`PairContent`]; whatever
//! is not the actor's answers *not found*.

use std::collections::HashMap;

use taiwa_database::{Reader, Transaction, meeting::notes::NotePage};
use taiwa_domain::{
    access::OwnContent,
    content::{Keeper, Sealed},
    id::{MeetingId, NoteId, PairId},
    meeting::notes::{Body, MOST_NOTES, Note, NoteKind, NoteRefused},
};

use super::agenda::{full, ours, text, those_ours};
use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin, content::Keys,
    write::keyed,
};

/// A note whose parts were opened for the actor.
#[derive(Clone, Debug)]
pub struct OpenNote {
    /// As it stands.
    pub it: Note,
    /// What it says; none once it was erased.
    pub body: Option<Body>,
    /// What the other replied.
    pub reply: Option<String>,
}

/// A note to be.
#[derive(Clone, Debug)]
pub struct NewNote {
    /// About which 1on1, or between whom; feedback and learning notes need one.
    pub pair: Option<PairId>,
    /// About which meeting; its pair need not be given then.
    pub meeting: Option<MeetingId>,
    /// What it says.
    pub body: Body,
}

fn refused(why: NoteRefused) -> Failure {
    let (code, field, ja, en) = match why {
        NoteRefused::Stale => (
            ErrorCode::Stale,
            "version",
            "ほかの変更が先に行われました。読み直してください。",
            "It changed since you read it. Read it again.",
        ),
        NoteRefused::NotAuthor => {
            (ErrorCode::Conflict, "", "書いた本人だけができます。", "Only its author can do this.")
        }
        NoteRefused::OwnFeedback => (
            ErrorCode::Conflict,
            "",
            "返信できるのは、受け取った側だけです。",
            "Only who received it can reply.",
        ),
        NoteRefused::Given => (
            ErrorCode::Conflict,
            "",
            "伝えたあとは変えられません。",
            "What was given stays as it was given.",
        ),
        NoteRefused::Kind => {
            (ErrorCode::Invalid, "", "種類の違う記録です。", "It is another kind of note.")
        }
    };
    UserError::new(code, field, ja, en).into()
}

fn checked(body: &Body) -> Result<()> {
    body.check().map_err(|field| {
        UserError::new(
            ErrorCode::Invalid,
            field,
            "空か、長すぎるか、範囲外です。",
            "It is empty, too long or out of range.",
        )
        .into()
    })
}

/// The keys of everyone who keeps some of these notes, as far as the actor is one of them; notes of
/// others are left out.
async fn open(
    app: &App,
    reader: &Reader,
    actor: &Actor,
    mut notes: Vec<Note>,
) -> Result<Vec<OpenNote>> {
    let me = actor.caller.person;
    let pairs: Vec<PairId> = notes
        .iter()
        .filter_map(|it| match it.keeper() {
            Keeper::Pair(pair) => Some(pair),
            Keeper::Person(_) => None,
        })
        .collect();
    let pairs =
        if pairs.is_empty() { Vec::new() } else { those_ours(reader, actor, &pairs).await? };
    notes.retain(|it| match it.keeper() {
        Keeper::Person(person) => person == me,
        Keeper::Pair(pair) => pairs.iter().any(|(id, _)| *id == pair),
    });
    let (ids, grants): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let mut keys = app.pair_keys(reader, &grants, &ids).await?;
    if notes.iter().any(|it| it.keeper() == Keeper::Person(me)) {
        let grant = actor.caller.grant::<OwnContent>(&me)?;
        keys = keys.and(app.own_keys(reader, &grant, me).await?);
    }
    notes.into_iter().map(|it| open_one(&keys, it)).collect()
}

fn open_one(keys: &Keys, it: Note) -> Result<OpenNote> {
    let body = match keys.open(it.keeper(), it.place(), &it.body)? {
        Some(text) => Some(
            serde_json::from_str(&text).map_err(|_| Failure::Internal("a note cannot be read"))?,
        ),
        None => None,
    };
    let reply = match &it.reply {
        Some(reply) => keys.open(it.keeper(), it.reply_place(), reply)?,
        None => None,
    };
    Ok(OpenNote { it, body, reply })
}

/// Notes by id, as far as they are the actor's to read.
pub async fn by_id(app: &App, actor: &Actor, ids: &[NoteId]) -> Result<Vec<OpenNote>> {
    let reader = app.reader(actor).await?;
    let found = reader.notes_by_id(ids).await?;
    open(app, &reader, actor, found).await
}

/// A page of what the actor keeps, about one pair if it is given, newest first.
pub async fn own(
    app: &App,
    actor: &Actor,
    pair: Option<PairId>,
    page: NotePage,
) -> Result<Vec<OpenNote>> {
    if page.kind.is_shared() {
        return Err(Failure::Internal("what two share is read by pair"));
    }
    let reader = app.reader(actor).await?;
    let found = reader.notes_of_author(actor.caller.person, pair, &page).await?;
    open(app, &reader, actor, found).await
}

/// A page of what each pair shares, newest first; pairs that are not the actor's are absent.
pub async fn of_pairs(
    app: &App,
    actor: &Actor,
    pairs: &[PairId],
    page: NotePage,
) -> Result<HashMap<PairId, Vec<OpenNote>>> {
    if !page.kind.is_shared() {
        return Err(Failure::Internal("what one keeps is read by author"));
    }
    let reader = app.reader(actor).await?;
    let pairs: Vec<PairId> =
        those_ours(&reader, actor, pairs).await?.into_iter().map(|(id, _)| id).collect();
    let notes = reader.notes_of_pairs(&pairs, &page).await?;
    let mut found: HashMap<PairId, Vec<OpenNote>> =
        pairs.iter().map(|id| (*id, Vec::new())).collect();
    for it in open(app, &reader, actor, notes).await? {
        if let Some(pair) = it.it.pair {
            found.entry(pair).or_default().push(it);
        }
    }
    Ok(found)
}

/// The actor's own self-checks of talking in meetings.
pub async fn talk_balances(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, OpenNote>> {
    let reader = app.reader(actor).await?;
    let found = reader.talk_balances(actor.caller.person, meetings).await?;
    let opened = open(app, &reader, actor, found).await?;
    Ok(opened.into_iter().filter_map(|it| Some((it.it.meeting?, it))).collect())
}

/// The pair that a note is about, which must be the actor's.
async fn about(transaction: &Transaction, actor: &Actor, new: &NewNote) -> Result<Option<PairId>> {
    let mut pair = new.pair;
    if let Some(meeting) = new.meeting {
        let found = transaction.meetings_by_id(&[meeting]).await?;
        let of = found.first().ok_or(Failure::NotFound)?.pair;
        if pair.is_some_and(|it| it != of) {
            return Err(Failure::NotFound);
        }
        pair = Some(of);
    }
    if let Some(pair) = pair {
        ours(transaction, actor, pair).await?;
    }
    Ok(pair)
}

async fn writing_keys(
    app: &App,
    transaction: &Transaction,
    actor: &Actor,
    keeper: Keeper,
) -> Result<Keys> {
    match keeper {
        Keeper::Person(person) => {
            let grant = actor.caller.grant::<OwnContent>(&person)?;
            app.own_keys_for_writing(transaction, &grant, person).await
        }
        Keeper::Pair(pair) => {
            let (_, grant) = ours(transaction, actor, pair).await?;
            app.pair_keys_for_writing(transaction, &grant, pair).await
        }
    }
}

fn sealed(keys: &Keys, it: &Note, body: &Body) -> Result<Sealed> {
    let text = serde_json::to_string(body).map_err(|_| Failure::Internal("a note"))?;
    keys.seal(it.keeper(), it.place(), &text)
}

/// Writes a note. A self-check of talking replaces the one of the same meeting.
pub async fn add(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    new: NewNote,
) -> Result<Done> {
    checked(&new.body)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (kind, me, now) = (new.body.kind(), actor.caller.person, app.now());
    let pair = about(&write.transaction, actor, &new).await?;
    if pair.is_none() && kind != NoteKind::Private {
        return Err(Failure::NotFound);
    }
    if let Some(pair) = pair {
        write.transaction.lock_pairs(&[pair]).await?;
    }
    if write.transaction.note_count(me, kind).await? >= MOST_NOTES {
        return Err(full("", MOST_NOTES));
    }
    let standing = match new.meeting {
        Some(meeting) if kind == NoteKind::TalkBalance => {
            write.transaction.talk_balances(me, &[meeting]).await?.pop()
        }
        _ => None,
    };
    let mut it = Note {
        id: standing.as_ref().map_or_else(|| app.id(), |it| it.id),
        kind,
        author: me,
        pair,
        meeting: new.meeting,
        body: Sealed(Vec::new()),
        reply: None,
        replied_at: None,
        version: standing.as_ref().map_or(1, |it| it.version + 1),
        created_at: standing.as_ref().map_or(now, |it| it.created_at),
        updated_at: now,
    };
    let keys = writing_keys(app, &write.transaction, actor, it.keeper()).await?;
    it.body = sealed(&keys, &it, &new.body)?;
    write.transaction.put_note(&it).await?;
    app.commit(write, it.id).await
}

/// A note that the actor may know of, while nobody else changes what its pair shares.
async fn take(transaction: &Transaction, actor: &Actor, id: NoteId) -> Result<Note> {
    let find = async || -> Result<Note> {
        let found = transaction.notes_by_id(&[id]).await?;
        found.into_iter().next().ok_or(Failure::NotFound)
    };
    match find().await?.keeper() {
        Keeper::Person(person) if person == actor.caller.person => find().await,
        Keeper::Person(_) => Err(Failure::NotFound),
        Keeper::Pair(pair) => {
            ours(transaction, actor, pair).await?;
            transaction.lock_pairs(&[pair]).await?;
            find().await
        }
    }
}

/// Changes what a note says. `version` is the one that was seen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: NoteId,
    version: i64,
    body: Body,
) -> Result<Done> {
    checked(&body)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let mut it = take(&write.transaction, actor, id).await?;
    it.may_edit(actor.caller.person, body.kind(), version).map_err(refused)?;
    let keys = writing_keys(app, &write.transaction, actor, it.keeper()).await?;
    it.body = sealed(&keys, &it, &body)?;
    (it.version, it.updated_at) = (it.version + 1, app.now());
    write.transaction.put_note(&it).await?;
    app.commit(write, id).await
}

/// Removes a note for good.
pub async fn remove(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: NoteId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let it = take(&write.transaction, actor, id).await?;
    it.may_remove(actor.caller.person).map_err(refused)?;
    write.transaction.remove_note(&it, app.now()).await?;
    app.commit(write, id).await
}

/// Replies to feedback, once.
pub async fn reply(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: NoteId,
    plain: &str,
) -> Result<Done> {
    text("text", plain)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let mut it = take(&write.transaction, actor, id).await?;
    it.may_reply(actor.caller.person).map_err(refused)?;
    let keys = writing_keys(app, &write.transaction, actor, it.keeper()).await?;
    it.reply = Some(keys.seal(it.keeper(), it.reply_place(), plain)?);
    it.replied_at = Some(app.now());
    it.updated_at = app.now();
    write.transaction.put_note(&it).await?;
    app.commit(write, id).await
}
