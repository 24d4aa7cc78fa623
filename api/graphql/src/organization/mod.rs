//! The organization, its people and departments.

pub(crate) mod department;
pub(crate) mod holiday;
pub(crate) mod import;
pub(crate) mod import_mutation;
pub(crate) mod particulars;
pub(crate) mod person;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, connection::Connection};
use chrono::NaiveDate;
use taiwa_domain::access::ReadComing;
use taiwa_operations::rows::{PeopleFilter, PersonKey};

use crate::{
    cadence::reserved::ReservedWindow,
    calendar::{account::CalendarAccountCount, policy::GuardianPolicy},
    context::{Caller, caller},
    error::{Shared, coded, failed},
    id::{Kind, decode, global},
    load::{PersonAt, TreeAt},
    minutes::MinutesTemplate,
    notice::{delivery::NoticeDeliveryCount, slack::NoticeWayStatus},
    page::Page,
    privacy::RetentionPolicy,
};
use department::Department;
use particulars::EmploymentStatus;
use person::Person;

/// The language people are addressed in.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::Locale")]
pub(crate) enum Locale {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// The tenant: a company, school or other body whose 1on1 program this is.
pub(crate) struct Organization;

async fn row(context: &Context<'_>) -> Result<taiwa_domain::organization::Organization> {
    let caller = caller(context)?;
    let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
    Ok(reader.organization_row().await.map_err(Shared::from)?)
}

/// The day of which people and departments are asked for.
fn day_of(caller: &Caller, as_of: Option<NaiveDate>) -> Result<NaiveDate> {
    let today = caller.actor.today;
    let day = as_of.unwrap_or(today);
    if day > today && caller.actor.caller.grant::<ReadComing>(&None).is_err() {
        let message = "What is recorded for days to come is for HR and administrators. \
                       Ask for today or for a day before it.";
        return Err(coded("NOT_FOUND", message));
    }
    Ok(day)
}

/// The tenant: a company, school or other body whose 1on1 program this is.
#[Object]
impl Organization {
    /// Global id.
    pub(crate) async fn id(&self, context: &Context<'_>) -> Result<ID> {
        Ok(global(Kind::Organization, caller(context)?.actor.caller.organization))
    }

    /// Short name for commands.
    async fn key(&self, context: &Context<'_>) -> Result<String> {
        Ok(row(context).await?.key)
    }

    /// Full name.
    async fn name(&self, context: &Context<'_>) -> Result<String> {
        Ok(row(context).await?.name)
    }

    /// IANA time zone in which the organization counts days.
    async fn time_zone(&self, context: &Context<'_>) -> Result<&'static str> {
        Ok(row(context).await?.zone.name())
    }

    /// Language of people for whom none is given.
    async fn locale(&self, context: &Context<'_>) -> Result<Locale> {
        Ok(row(context).await?.locale.into())
    }

    /// Month in which the fiscal year starts, 1 to 12.
    async fn fiscal_year_start_month(&self, context: &Context<'_>) -> Result<u8> {
        Ok(row(context).await?.fiscal_year_start_month)
    }

    /// Today, as the organization counts days: the default of every `asOf`.
    async fn today(&self, context: &Context<'_>) -> Result<NaiveDate> {
        Ok(caller(context)?.actor.today)
    }

    /// Public holidays in the organization's zone and its own, by day.
    async fn holidays(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "First day.")] from: NaiveDate,
        #[graphql(desc = "First day after; at most 400 days later.")] until: NaiveDate,
    ) -> Result<Vec<holiday::Holiday>> {
        holiday::between(context, from, until).await
    }

    /// Windows reserved for 1on1s on a day, visible to everyone so that colleagues keep them free.
    async fn reserved_windows(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "As of this day; today if not given.")] as_of: Option<NaiveDate>,
    ) -> Result<Vec<ReservedWindow>> {
        ReservedWindow::on(context, as_of).await
    }

    /// How far the guardian of slots may go, and where people meet: everyone may know.
    async fn guardian_policy(&self, context: &Context<'_>) -> Result<GuardianPolicy> {
        GuardianPolicy::current(context).await
    }

    /// How long what people write is kept: everyone may know.
    async fn retention(&self, context: &Context<'_>) -> Result<RetentionPolicy> {
        RetentionPolicy::current(context).await
    }

    /// What minutes can begin with: the organization's own templates, then those that are shipped.
    async fn minutes_templates(&self, context: &Context<'_>) -> Result<Vec<MinutesTemplate>> {
        MinutesTemplate::offered(context).await
    }

    /// How many calendar accounts stand where. Requires: administrator.
    async fn calendar_accounts(&self, context: &Context<'_>) -> Result<Vec<CalendarAccountCount>> {
        CalendarAccountCount::all(context).await
    }

    /// The ways on which notices can leave Taiwa.
    async fn notice_ways(&self, context: &Context<'_>) -> Result<Vec<NoticeWayStatus>> {
        NoticeWayStatus::all(context).await
    }

    /// How many notices left Taiwa in the last days, by way and state: never whose, nor of what.
    /// Requires: administrator.
    async fn notice_deliveries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "So many days, 1 to 90.", default = 7)] days: u32,
    ) -> Result<Vec<NoticeDeliveryCount>> {
        NoticeDeliveryCount::all(context, days).await
    }
}

/// Which people a list holds; all conditions together.
#[derive(Default, InputObject)]
pub(crate) struct PersonFilter {
    /// Part of a name, kana, email or number, in any case and width.
    text: Option<String>,
    /// People with a post in this department or below it.
    department_id: Option<ID>,
    /// People who report to this person by a solid line.
    manager_id: Option<ID>,
    /// How they stand on the day; if not given, those employed (at work or on leave).
    statuses: Option<Vec<EmploymentStatus>>,
}

impl PersonFilter {
    /// `None` when it names something that is not there: then nobody matches.
    fn resolve(self) -> Option<PeopleFilter> {
        let person = match self.manager_id {
            Some(id) => Some(decode(Kind::Person, &id)?),
            None => None,
        };
        let department = match self.department_id {
            Some(id) => Some(decode(Kind::Department, &id)?),
            None => None,
        };
        Some(PeopleFilter {
            text: self.text,
            department,
            statuses: self.statuses.unwrap_or_default().into_iter().map(Into::into).collect(),
            manager: person,
        })
    }
}

/// A page of people.
pub(crate) async fn people_page(
    context: &Context<'_>,
    filter: Option<PersonFilter>,
    day: NaiveDate,
    page: Page,
) -> Result<Connection<String, Person>> {
    let caller = caller(context)?;
    let Some(filter) = filter.unwrap_or_default().resolve() else {
        return Ok(Connection::new(false, false));
    };
    if filter.text.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(coded("INVALID", "The text to search for has at most 100 characters."));
    }
    let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
    let people = reader
        .people(
            day,
            &filter,
            page.after.as_deref(),
            page.before.as_deref(),
            page.fetch(),
            page.backwards,
        )
        .await
        .map_err(Shared::from)?;
    Ok(page.connection(
        people,
        |person| person.number.clone(),
        |person| Person::new(person.into(), day),
    ))
}

/// The org chart.
#[derive(Default)]
pub(crate) struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// The caller's organization.
    async fn organization(&self, context: &Context<'_>) -> Result<Organization> {
        caller(context)?;
        Ok(Organization)
    }

    /// A person by id, employee number or email: exactly one of them.
    async fn person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Global id.")] id: Option<ID>,
        #[graphql(desc = "Employee number.")] number: Option<String>,
        #[graphql(desc = "Email, in any case.")] email: Option<String>,
        #[graphql(
            desc = "As of this day; today if not given. Days to come are for HR and administrators."
        )]
        as_of: Option<NaiveDate>,
    ) -> Result<Option<Person>> {
        let caller = caller(context)?;
        let day = day_of(caller, as_of)?;
        let key = match (id, number, email) {
            (Some(id), None, None) => {
                let Some(id) = decode(Kind::Person, &id) else { return Ok(None) };
                let found = caller.loads.load_one(PersonAt(id, day)).await?;
                return Ok(found.map(|person| Person::new(person, day)));
            }
            (None, Some(number), None) => PersonKey::Number(number),
            (None, None, Some(email)) => PersonKey::Email(email),
            _ => return Err(coded("INVALID", "Give exactly one of id, number and email.")),
        };
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        let found = reader.person_by_key(day, &key).await.map_err(Shared::from)?;
        Ok(found.map(|person| Person::new(person.into(), day)))
    }

    /// People by employee number.
    #[allow(clippy::too_many_arguments)]
    async fn people(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which people.")] filter: Option<PersonFilter>,
        #[graphql(
            desc = "As of this day; today if not given. Days to come are for HR and administrators."
        )]
        as_of: Option<NaiveDate>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let day = day_of(caller(context)?, as_of)?;
        people_page(context, filter, day, Page::new(first, after, last, before)?).await
    }

    /// The department tree: the departments at the top, or all of them.
    async fn departments(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "As of this day; today if not given. Days to come are for HR and administrators."
        )]
        as_of: Option<NaiveDate>,
        #[graphql(desc = "Only those without a parent.", default = true)] top_only: bool,
    ) -> Result<Vec<Department>> {
        let caller = caller(context)?;
        let day = day_of(caller, as_of)?;
        let Some(tree) = caller.loads.load_one(TreeAt(day)).await? else { return Ok(Vec::new()) };
        Ok((0..tree.nodes.len())
            .filter(|place| !top_only || tree.nodes[*place].department.parent.is_none())
            .map(|place| Department { tree: tree.clone(), place, day })
            .collect())
    }
}
