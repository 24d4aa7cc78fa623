//! How notices leave the house.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::notice::words;
use taiwa_operations::{notice as operations, rows};

use crate::{
    context::caller,
    error::failed,
    payload::{UserError, idempotency, split},
    platform::Viewer,
};

/// A way on which notices leave Taiwa. Here they are listed in any case.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::notice::Way")]
pub(crate) enum NoticeWay {
    /// Mail to the person's work address.
    Email,
    /// A direct message in the organization's Slack.
    Slack,
}

/// How far a notice came on one way.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::notice::DeliveryState")]
pub(crate) enum NoticeDeliveryState {
    /// Not sent yet, or tried again.
    Waiting,
    /// The other system took it.
    Delivered,
    /// The other system will never take it.
    Failed,
    /// It was no longer worth sending.
    Dropped,
}

/// Why a notice did not go out.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::notice::DeliveryReason")]
pub(crate) enum NoticeDeliveryReason {
    /// What it tells was over before it could be sent.
    Expired,
    /// What it tells is no longer so.
    Outdated,
    /// The kind was switched off on this way.
    SwitchedOff,
    /// The person is on leave, or has left.
    Away,
    /// The person has no address on this way.
    NoAddress,
    /// There is nobody at the person's address.
    AddressRefused,
    /// The other system does not take the message.
    Refused,
    /// The way is not open any more.
    Closed,
}

/// A notice on one way. Requires: whom it is to.
pub(crate) struct NoticeDelivery(pub(crate) rows::Delivery);

/// A notice on one way. Requires: whom it is to.
#[Object]
impl NoticeDelivery {
    /// Which way.
    async fn way(&self) -> NoticeWay {
        self.0.way.into()
    }

    /// How far it came.
    async fn state(&self) -> NoticeDeliveryState {
        self.0.state.into()
    }

    /// Since when.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Why it did not go out, as a code.
    async fn reason(&self) -> Option<NoticeDeliveryReason> {
        self.0.reason.map(Into::into)
    }

    /// The reason for people, in the caller's language.
    async fn reason_label(&self, context: &Context<'_>) -> Result<Option<String>> {
        let locale = caller(context)?.actor.locale;
        Ok(self.0.reason.map(|reason| words::reason(locale, reason)))
    }
}

/// So many deliveries on a way are in a state: never whose, nor of what.
#[derive(SimpleObject)]
pub(crate) struct NoticeDeliveryCount {
    /// Which way.
    way: NoticeWay,
    /// How far.
    state: NoticeDeliveryState,
    /// How many.
    count: u64,
}

impl NoticeDeliveryCount {
    /// Those of the last days.
    pub(crate) async fn all(context: &Context<'_>, days: u32) -> Result<Vec<Self>> {
        let caller = caller(context)?;
        let found = operations::counts(&caller.app, &caller.actor, days).await;
        let found = found.map_err(|failure| failed(&failure))?;
        let count = |it: rows::DeliveryCount| Self {
            way: it.way.into(),
            state: it.state.into(),
            count: it.count,
        };
        Ok(found.into_iter().map(count).collect())
    }
}

/// A test of a way.
#[derive(InputObject, Serialize)]
pub(crate) struct SendTestNoticeInput {
    /// Which way.
    way: NoticeWay,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What came of asking for a test.
#[derive(SimpleObject)]
pub(crate) struct SendTestNoticePayload {
    /// The caller, whose newest notice is the test, with its delivery.
    viewer: Option<Viewer>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Trying ways.
#[derive(Default)]
pub(crate) struct DeliveryMutation;

#[Object]
impl DeliveryMutation {
    /// Sends the caller a test on one way, at once; `Notice.deliveries` says how it went. Requires:
    /// administrator.
    async fn send_test_notice(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The way.")] input: SendTestNoticeInput,
    ) -> Result<SendTestNoticePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "sendTestNotice", &input)?;
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome = operations::test(app, actor, key, input.way.into()).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(SendTestNoticePayload { viewer: done.map(|_| Viewer), user_errors })
    }
}
