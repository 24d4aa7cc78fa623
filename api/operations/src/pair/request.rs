//! Pairs made by hand: asked for by one of the two, begun when both accepted.

use chrono::NaiveDate;
use taiwa_database::platform::JobKind;
use taiwa_domain::{
    access::AnswerPairRequest,
    id::PersonId,
    organization::EmploymentStatus,
    pair::{Pair, PairKind, PairRequest},
};
use uuid::Uuid;

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// Asks another person to become a pair. For a mentor pair the caller says who mentors.
pub async fn ask(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    kind: PairKind,
    organizer: PersonId,
    partner: PersonId,
    starts_on: NaiveDate,
) -> Result<Done> {
    actor.caller.grant::<AnswerPairRequest>(&(organizer, partner))?;
    if !kind.by_hand() {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "kind",
            "手動で作れるのはメンターとピアのペアだけです。上司とのペアはレポートラインから作られます。",
            "Only mentor and peer pairs are made by hand; the others follow the reporting lines.",
        )
        .into());
    }
    if organizer == partner {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "partnerId",
            "自分自身とはペアになれません。",
            "Nobody makes a pair with themselves.",
        )
        .into());
    }
    if starts_on < actor.today {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "startsOn",
            "開始日は今日以降にしてください。",
            "The first day must be today or later.",
        )
        .into());
    }
    let write = begin!(app, actor, idempotency);
    let people = write.transaction.people_by_id(actor.today, &[organizer, partner]).await?;
    let known = |id| {
        people.iter().find(|person| person.id == id && person.status != EmploymentStatus::Left)
    };
    let (Some(first), Some(second)) = (known(organizer), known(partner)) else {
        return Err(Failure::NotFound);
    };
    let (organizer, partner) = if kind == PairKind::Peer && second.number < first.number {
        (partner, organizer)
    } else {
        (organizer, partner)
    };
    let now = app.now();
    let mut request = PairRequest {
        id: app.id(),
        kind,
        organizer,
        partner,
        requested_by: actor.caller.person,
        starts_on,
        organizer_accepted_at: None,
        partner_accepted_at: None,
        declined_at: None,
        pair: None,
    };
    // Asking is accepting.
    request.answer(actor.caller.person, true, now).map_err(|_| Failure::NotFound)?;
    write.transaction.add_pair_request(&request, now).await?;
    app.commit(write, request.id).await
}

/// Accepts or declines a request. The pair begins when both accepted.
pub async fn answer(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: Uuid,
    accept: bool,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let Some(mut request) = write.transaction.pair_request(id).await? else {
        return Err(Failure::NotFound);
    };
    actor.caller.grant::<AnswerPairRequest>(&(request.organizer, request.partner))?;
    if request.pair.is_some() {
        return app.commit(write, id).await;
    }
    let both = request.answer(actor.caller.person, accept, app.now()).map_err(|_| {
        UserError::new(
            ErrorCode::Conflict,
            "requestId",
            "この依頼は辞退されています。もう一度依頼してください。",
            "The request was declined. Ask again.",
        )
    })?;
    if both {
        let (kind, organizer, partner) = (request.kind, request.organizer, request.partner);
        let existing = write
            .transaction
            .pairs_of(actor.today, &[organizer])
            .await?
            .into_iter()
            .map(|row| row.pair)
            .find(|it| it.kind == kind && it.organizer == organizer && it.partner == partner);
        let pair = match existing {
            Some(pair) => pair,
            None => {
                let pair = Pair { id: app.id(), kind, organizer, partner };
                write.transaction.add_pairs(&[pair], app.now()).await?;
                pair
            }
        };
        request.pair = Some(pair.id);
    }
    write.transaction.update_pair_request(&request).await?;
    if both {
        let organization = actor.caller.organization.0;
        write.transaction.enqueue(&*app.ids, JobKind::SyncPairs, organization, app.now()).await?;
    }
    app.commit(write, id).await
}

/// The actor's requests, newest first.
pub async fn mine(app: &App, actor: &Actor) -> Result<Vec<PairRequest>> {
    Ok(app.reader(actor).await?.pair_requests_of(actor.caller.person).await?)
}
