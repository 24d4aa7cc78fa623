//! Writing notes and feedback.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::{id::NoteId, meeting::notes::Body};
use taiwa_operations::{
    Done, ErrorCode, Failure,
    meeting::notes::{self as operations, OpenNote},
};

use super::notes::{Feedback, LearningNote, PrivateNote, TalkBalance, find};
use crate::{
    calendar::policy::shown,
    context::caller,
    id::{Kind, decode},
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// A private note to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddPrivateNoteInput {
    /// What it says: 1 to 10,000 characters. Give this or `ciphertext`.
    text: Option<String>,
    /// Bytes that the client sealed, in base64, at most 64 KiB: the server learns nothing of them.
    ciphertext: Option<String>,
    /// About which 1on1.
    pair_id: Option<ID>,
    /// About which meeting.
    meeting_id: Option<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a private note is to say.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdatePrivateNoteInput {
    /// Which.
    note_id: ID,
    /// What it says: 1 to 10,000 characters. Give this or `ciphertext`.
    text: Option<String>,
    /// Bytes that the client sealed, in base64, at most 64 KiB: the server learns nothing of them.
    ciphertext: Option<String>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A note to remove for good.
#[derive(InputObject, Serialize)]
pub(crate) struct RemoveNoteInput {
    /// Which: a private note, a talk balance or a learning note.
    note_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A self-check of talking in a meeting.
#[derive(InputObject, Serialize)]
pub(crate) struct RecordTalkBalanceInput {
    /// In which meeting.
    meeting_id: ID,
    /// How much of the talking the caller did, in percent: 0 to 100.
    own_percent: u8,
    /// What the caller makes of it: at most 10,000 characters.
    text: Option<String>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Feedback to give.
#[derive(InputObject, Serialize)]
pub(crate) struct GiveFeedbackInput {
    /// Between whom.
    pair_id: ID,
    /// About which meeting.
    meeting_id: Option<ID>,
    /// What could be seen or heard: 1 to 10,000 characters.
    fact: String,
    /// What it did to the caller: 1 to 10,000 characters.
    feeling: String,
    /// What might be done instead: 1 to 10,000 characters.
    proposal: String,
    /// What the caller asks in return.
    question: Option<String>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A reply to feedback.
#[derive(InputObject, Serialize)]
pub(crate) struct ReplyToFeedbackInput {
    /// To which.
    feedback_id: ID,
    /// What: 1 to 10,000 characters.
    text: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A learning note to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddLearningNoteInput {
    /// Between whom.
    pair_id: ID,
    /// About which meeting.
    meeting_id: Option<ID>,
    /// What happened: 1 to 10,000 characters.
    happened: String,
    /// What to do next time: 1 to 10,000 characters.
    next_time: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a learning note is to say.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateLearningNoteInput {
    /// Which.
    note_id: ID,
    /// What happened: 1 to 10,000 characters.
    happened: String,
    /// What to do next time: 1 to 10,000 characters.
    next_time: String,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of writing a private note.
    AddPrivateNotePayload {
        /// The note.
        private_note: PrivateNote
    }
}

payload! {
    /// What came of changing a private note.
    UpdatePrivateNotePayload {
        /// The note as it stands now; also where the caller had seen an older one.
        private_note: PrivateNote
    }
}

payload! {
    /// What came of removing a note.
    RemoveNotePayload {
        /// Its id.
        removed_id: ID
    }
}

payload! {
    /// What came of a self-check of talking.
    RecordTalkBalancePayload {
        /// The self-check.
        talk_balance: TalkBalance
    }
}

payload! {
    /// What came of giving feedback.
    GiveFeedbackPayload {
        /// The feedback.
        feedback: Feedback
    }
}

payload! {
    /// What came of replying to feedback.
    ReplyToFeedbackPayload {
        /// The feedback.
        feedback: Feedback
    }
}

payload! {
    /// What came of writing a learning note.
    AddLearningNotePayload {
        /// The note.
        learning_note: LearningNote
    }
}

payload! {
    /// What came of changing a learning note.
    UpdateLearningNotePayload {
        /// The note as it stands now; also where the caller had seen an older one.
        learning_note: LearningNote
    }
}

async fn answer(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<OpenNote>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let note = match done {
        Some(done) => find(context, done.subject.into()).await?,
        None => None,
    };
    Ok((note, user_errors))
}

/// Like [`answer`]; a stale change is answered with what stands.
async fn answer_change(
    context: &Context<'_>,
    id: &ID,
    outcome: Result<Done, Failure>,
) -> Result<(Option<OpenNote>, Vec<UserError>)> {
    let stands = if shown(&outcome) { decode::<NoteId>(Kind::Note, id) } else { None };
    let (_, user_errors) = split(context, outcome)?;
    let note = match stands {
        Some(id) => find(context, id).await?,
        None => None,
    };
    Ok((note, user_errors))
}

/// What a private note is to say: a text, or bytes that the client sealed.
fn private(text: Option<String>, ciphertext: Option<String>) -> Result<Body, Failure> {
    match (text, ciphertext) {
        (Some(text), None) => Ok(Body::Private { text }),
        (None, Some(bytes)) => Ok(Body::Ciphertext { bytes }),
        _ => Err(taiwa_operations::UserError::new(
            ErrorCode::Invalid,
            "text",
            "text か ciphertext のどちらか一方を指定してください。",
            "Give either text or ciphertext.",
        )
        .into()),
    }
}

/// Writing notes and feedback.
#[derive(Default)]
pub(crate) struct NoteMutation;

#[Object]
impl NoteMutation {
    /// Writes a note that only the caller reads, whoever asks. Requires: a token; a note about a pair
    /// or meeting: one of the two.
    async fn add_private_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The note.")] input: AddPrivateNoteInput,
    ) -> Result<AddPrivateNotePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addPrivateNote", &input)?;
        let outcome = async {
            let meeting = input.meeting_id.as_ref();
            let meeting = meeting.map(|id| parse_id(Kind::Meeting, id, "meetingId")).transpose()?;
            let pair = input.pair_id.as_ref();
            let pair = pair.map(|id| parse_id(Kind::Pair, id, "pairId")).transpose()?;
            let body = private(input.text, input.ciphertext)?;
            let new = operations::NewNote { pair, meeting, body };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (note, user_errors) = answer(context, outcome).await?;
        Ok(AddPrivateNotePayload { private_note: note.map(PrivateNote), user_errors })
    }

    /// Changes a private note. Requires: its author.
    async fn update_private_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to say.")] input: UpdatePrivateNoteInput,
    ) -> Result<UpdatePrivateNotePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updatePrivateNote", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Note, &input.note_id, "noteId")?;
            let body = private(input.text, input.ciphertext)?;
            operations::edit(&caller.app, &caller.actor, key, id, input.version, body).await
        }
        .await;
        let (note, user_errors) = answer_change(context, &input.note_id, outcome).await?;
        Ok(UpdatePrivateNotePayload { private_note: note.map(PrivateNote), user_errors })
    }

    /// Removes a private note, a talk balance or a learning note for good. Requires: its author.
    async fn remove_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveNoteInput,
    ) -> Result<RemoveNotePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "removeNote", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Note, &input.note_id, "noteId")?;
            operations::remove(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(RemoveNotePayload { removed_id: done.map(|_| input.note_id), user_errors })
    }

    /// Records how much of the talking in a meeting the caller did; only the caller sees it. Done
    /// again it replaces what was recorded. Requires: one of the two.
    async fn record_talk_balance(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The self-check.")] input: RecordTalkBalanceInput,
    ) -> Result<RecordTalkBalancePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "recordTalkBalance", &input)?;
        let outcome = async {
            let meeting = Some(parse_id(Kind::Meeting, &input.meeting_id, "meetingId")?);
            let body = Body::TalkBalance { own_percent: input.own_percent, text: input.text };
            let new = operations::NewNote { pair: None, meeting, body };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (note, user_errors) = answer(context, outcome).await?;
        Ok(RecordTalkBalancePayload { talk_balance: note.map(TalkBalance), user_errors })
    }

    /// Gives the other of a pair feedback in four parts; it stays as it was given. Requires: one of
    /// the two.
    async fn give_feedback(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The feedback.")] input: GiveFeedbackInput,
    ) -> Result<GiveFeedbackPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "giveFeedback", &input)?;
        let outcome = async {
            let meeting = input.meeting_id.as_ref();
            let meeting = meeting.map(|id| parse_id(Kind::Meeting, id, "meetingId")).transpose()?;
            let pair = Some(parse_id(Kind::Pair, &input.pair_id, "pairId")?);
            let body = Body::Feedback {
                fact: input.fact,
                feeling: input.feeling,
                proposal: input.proposal,
                question: input.question,
            };
            let new = operations::NewNote { pair, meeting, body };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (note, user_errors) = answer(context, outcome).await?;
        Ok(GiveFeedbackPayload { feedback: note.map(Feedback), user_errors })
    }

    /// Replies to feedback, once. Requires: who received it.
    async fn reply_to_feedback(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The reply.")] input: ReplyToFeedbackInput,
    ) -> Result<ReplyToFeedbackPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "replyToFeedback", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Note, &input.feedback_id, "feedbackId")?;
            operations::reply(&caller.app, &caller.actor, key, id, &input.text).await
        }
        .await;
        let (note, user_errors) = answer(context, outcome).await?;
        Ok(ReplyToFeedbackPayload { feedback: note.map(Feedback), user_errors })
    }

    /// Writes a learning note for the two of a pair. Requires: one of the two.
    async fn add_learning_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The note.")] input: AddLearningNoteInput,
    ) -> Result<AddLearningNotePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addLearningNote", &input)?;
        let outcome = async {
            let meeting = input.meeting_id.as_ref();
            let meeting = meeting.map(|id| parse_id(Kind::Meeting, id, "meetingId")).transpose()?;
            let pair = Some(parse_id(Kind::Pair, &input.pair_id, "pairId")?);
            let body = Body::Learning { happened: input.happened, next_time: input.next_time };
            let new = operations::NewNote { pair, meeting, body };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (note, user_errors) = answer(context, outcome).await?;
        Ok(AddLearningNotePayload { learning_note: note.map(LearningNote), user_errors })
    }

    /// Changes a learning note. Requires: its author.
    async fn update_learning_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to say.")] input: UpdateLearningNoteInput,
    ) -> Result<UpdateLearningNotePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateLearningNote", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Note, &input.note_id, "noteId")?;
            let body = Body::Learning { happened: input.happened, next_time: input.next_time };
            operations::edit(&caller.app, &caller.actor, key, id, input.version, body).await
        }
        .await;
        let (note, user_errors) = answer_change(context, &input.note_id, outcome).await?;
        Ok(UpdateLearningNotePayload { learning_note: note.map(LearningNote), user_errors })
    }
}
