//! What a person wants to be told.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Timelike, Utc};
use serde::Serialize;
use taiwa_domain::notice::{self as domain, QuietHours as Quiet, words};
use taiwa_operations::{Failure, notice::preferences as operations};

use super::{NoticeKind, delivery::NoticeWay};
use crate::{
    cadence::time,
    calendar::policy::shown,
    context::caller,
    error::failed,
    organization::particulars::hh_mm,
    payload::{idempotency, payload, split},
};

/// The ways of one kind of notice.
#[derive(SimpleObject)]
pub(crate) struct NoticeChoice {
    /// Which kind.
    kind: NoticeKind,
    /// The kind for people, in the caller's language.
    label: String,
    /// The ways on which it leaves Taiwa; empty = it is listed here alone.
    ways: Vec<NoticeWay>,
    /// Whether the caller chose them; else they are the default.
    is_chosen: bool,
}

/// Hours of every day in which nothing is sent, on the caller's wall clock.
#[derive(SimpleObject)]
pub(crate) struct QuietHours {
    /// They begin, `HH:MM`.
    from: String,
    /// They end, `HH:MM`; on the next day where it is not later. Equal = none.
    until: String,
}

/// A way on which there was nobody at the caller's address.
#[derive(SimpleObject)]
pub(crate) struct RefusedAddress {
    /// Which way.
    way: NoticeWay,
    /// When that was said. It is tried again after 30 days, and once preferences are set.
    refused_at: DateTime<Utc>,
}

/// What the caller wants to be told, by which ways, and when not. On days on which they do not work
/// and on holidays nothing is sent, either.
pub(crate) struct NoticePreferences(operations::Mine);

impl NoticePreferences {
    pub(crate) async fn mine(context: &Context<'_>) -> Result<Self> {
        let caller = caller(context)?;
        let found = operations::mine(&caller.app, &caller.actor).await;
        Ok(Self(found.map_err(|failure| failed(&failure))?))
    }
}

/// What the caller wants to be told, by which ways, and when not. On days on which they do not work
/// and on holidays nothing is sent, either.
#[Object]
impl NoticePreferences {
    /// The ways of each kind.
    async fn choices(&self, context: &Context<'_>) -> Result<Vec<NoticeChoice>> {
        let locale = caller(context)?.actor.locale;
        let chosen = &self.0.row.chosen;
        let choice = |kind| NoticeChoice {
            kind: NoticeKind::from(kind),
            label: words::label(locale, kind),
            ways: chosen.ways_of(kind).into_iter().map(Into::into).collect(),
            is_chosen: chosen.ways.contains_key(&kind),
        };
        Ok(domain::NoticeKind::CHOSEN.into_iter().map(choice).collect())
    }

    /// When nothing is sent.
    async fn quiet_hours(&self) -> QuietHours {
        let Quiet { from, until } = self.0.row.chosen.quiet_hours();
        let text = |time: chrono::NaiveTime| hh_mm(time.hour() * 60 + time.minute());
        QuietHours { from: text(from), until: text(until) }
    }

    /// Ways on which there was nobody at the caller's address.
    async fn refused_addresses(&self) -> Vec<RefusedAddress> {
        let refused = self.0.refused.iter();
        refused.map(|(way, at)| RefusedAddress { way: (*way).into(), refused_at: *at }).collect()
    }

    /// Counts their changes; 0 = never set.
    async fn version(&self) -> i64 {
        self.0.row.version
    }
}

/// The ways of one kind of notice.
#[derive(InputObject, Serialize)]
pub(crate) struct NoticeChoiceInput {
    /// Which kind.
    kind: NoticeKind,
    /// Exactly these ways; empty = it is listed in Taiwa alone.
    ways: Vec<NoticeWay>,
}

/// Hours of every day in which nothing is sent.
#[derive(InputObject, Serialize)]
pub(crate) struct QuietHoursInput {
    /// They begin, `HH:MM`.
    from: String,
    /// They end, `HH:MM`; on the next day where it is not later. Equal = none.
    until: String,
}

/// What the caller wants to be told.
#[derive(InputObject, Serialize)]
pub(crate) struct SetNoticePreferencesInput {
    /// Kinds to choose ways for; others stay as they are.
    choices: Option<Vec<NoticeChoiceInput>>,
    /// Other quiet hours; if not given, they stay as they are.
    quiet_hours: Option<QuietHoursInput>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

impl SetNoticePreferencesInput {
    fn change(&self) -> Result<operations::Change, Failure> {
        let choices = self.choices.iter().flatten();
        let ways = choices
            .map(|it| (it.kind.into(), it.ways.iter().map(|way| (*way).into()).collect()))
            .collect();
        let quiet = self.quiet_hours.as_ref().map(|it| {
            let from = time(&it.from, "quietHours.from")?;
            Ok::<_, Failure>(Some(Quiet::new(from, time(&it.until, "quietHours.until")?)))
        });
        Ok(operations::Change { ways, quiet: quiet.transpose()? })
    }
}

payload! {
    /// What came of setting preferences.
    SetNoticePreferencesPayload {
        /// The preferences as they stand now; also where the caller had seen older ones.
        notice_preferences: NoticePreferences
    }
}

/// Choosing what to be told.
#[derive(Default)]
pub(crate) struct PreferencesMutation;

#[Object]
impl PreferencesMutation {
    /// Sets what the caller wants to be told, by which ways, and when not. Requires: a token; it is
    /// done for the caller alone.
    async fn set_notice_preferences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The preferences.")] input: SetNoticePreferencesInput,
    ) -> Result<SetNoticePreferencesPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setNoticePreferences", &input)?;
        let outcome = async {
            let change = input.change()?;
            operations::set(&caller.app, &caller.actor, key, change, input.version).await
        }
        .await;
        let shown = shown(&outcome);
        let (_, user_errors) = split(context, outcome)?;
        let notice_preferences =
            if shown { Some(NoticePreferences::mine(context).await?) } else { None };
        Ok(SetNoticePreferencesPayload { notice_preferences, user_errors })
    }
}
