//! Windows reserved for 1on1s.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::NaiveDate;
use serde::Serialize;
use taiwa_domain::organization::Period;
use taiwa_operations::{cadence as operations, rows};

use super::{WeeklyWindowInput, time, weekday};
use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    organization::particulars::WeeklyWindow,
    payload::{idempotency, parse_id, payload, split},
};

/// A window reserved for 1on1s, visible to everyone so that colleagues keep it free.
pub(crate) struct ReservedWindow(rows::ReservedWindow);

impl ReservedWindow {
    async fn within(context: &Context<'_>, period: Period) -> Result<Vec<Self>> {
        let caller = caller(context)?;
        let found = operations::reserved(&caller.app, &caller.actor, period)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(Self).collect())
    }

    pub(crate) async fn on(context: &Context<'_>, day: Option<NaiveDate>) -> Result<Vec<Self>> {
        let day = day.unwrap_or(caller(context)?.actor.today);
        let until = day.succ_opt().unwrap_or(Period::OPEN);
        Self::within(context, Period { from: day, until }).await
    }

    pub(crate) async fn find(context: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        let today = caller(context)?.actor.today;
        let found = Self::within(context, Period::since(today)).await?;
        Ok(found.into_iter().find(|it| it.0.id.0 == id))
    }
}

/// A window reserved for 1on1s, visible to everyone so that colleagues keep it free.
#[Object]
impl ReservedWindow {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::ReservedWindow, self.0.id)
    }

    /// What colleagues see.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The department it is for, with those below; null = the whole organization.
    async fn department_id(&self) -> Option<ID> {
        self.0.department.map(|id| global(Kind::Department, id))
    }

    /// When, in each person's own zone.
    async fn window(&self) -> WeeklyWindow {
        (&self.0.window).into()
    }

    /// Whether 1on1s may stand nowhere else.
    async fn is_exclusive(&self) -> bool {
        self.0.exclusive
    }

    /// First day.
    async fn from(&self) -> NaiveDate {
        self.0.period.from
    }

    /// Last day, if it ends.
    async fn until(&self) -> Option<NaiveDate> {
        self.0.period.last_day()
    }
}

/// A window to reserve.
#[derive(InputObject, Serialize)]
pub(crate) struct ReserveWindowInput {
    /// For this department and those below; null = the whole organization.
    department_id: Option<ID>,
    /// What colleagues see, 1 to 100 characters.
    name: String,
    /// When, in each person's own zone.
    window: WeeklyWindowInput,
    /// Whether 1on1s may stand nowhere else.
    #[graphql(default)]
    is_exclusive: bool,
    /// First day; today if not given.
    from: Option<NaiveDate>,
    /// Last day, if it ends.
    until: Option<NaiveDate>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A window to give back.
#[derive(InputObject, Serialize)]
pub(crate) struct ReleaseWindowInput {
    /// The window.
    reserved_window_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of reserving a window.
    ReserveWindowPayload {
        /// The window.
        reserved_window: ReservedWindow
    }
}

payload! {
    /// What came of giving a window back.
    ReleaseWindowPayload {
        /// Its id.
        released_id: ID
    }
}

/// Reserving windows.
#[derive(Default)]
pub(crate) struct ReservedMutation;

#[Object]
impl ReservedMutation {
    /// Reserves a weekly window for 1on1s; plans follow. Requires: HR or administrator.
    async fn reserve_window(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The window.")] input: ReserveWindowInput,
    ) -> Result<ReserveWindowPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "reserveWindow", &input)?;
        let outcome = async {
            let department = input
                .department_id
                .as_ref()
                .map(|id| parse_id(Kind::Department, id, "departmentId"))
                .transpose()?;
            let window = operations::NewWindow {
                department,
                name: input.name.clone(),
                window: taiwa_domain::organization::WeeklyWindow {
                    weekday: weekday(input.window.weekday, "window.weekday")?,
                    from: time(&input.window.from, "window.from")?,
                    to: time(&input.window.to, "window.to")?,
                },
                exclusive: input.is_exclusive,
                from: input.from.unwrap_or(caller.actor.today),
                until: input.until,
            };
            operations::reserve(&caller.app, &caller.actor, key, window).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let reserved_window = match done {
            Some(done) => ReservedWindow::find(context, done.subject).await?,
            None => None,
        };
        Ok(ReserveWindowPayload { reserved_window, user_errors })
    }

    /// Gives a reserved window back; plans follow. Requires: HR or administrator.
    async fn release_window(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The window.")] input: ReleaseWindowInput,
    ) -> Result<ReleaseWindowPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "releaseWindow", &input)?;
        let outcome = async {
            let id = parse_id(Kind::ReservedWindow, &input.reserved_window_id, "reservedWindowId")?;
            operations::release(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let released_id = done.map(|done| global(Kind::ReservedWindow, done.subject));
        Ok(ReleaseWindowPayload { released_id, user_errors })
    }
}
