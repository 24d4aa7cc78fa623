//! Persons as of a day.

use chrono::NaiveDate;
use std::sync::LazyLock;

use sea_orm::{FromQueryResult, QueryResult};
use taiwa_domain::{
    id::{DepartmentId, PersonId},
    organization::{EmploymentStatus, Person, PersonName, Profile, WorkingHours},
};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::Reader,
    value::{Sql, named, parsed, rows},
};

/// How a person is named from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonKey {
    /// By email, without case.
    Email(String),
    /// By employee number.
    Number(String),
}

/// Which people a list holds, all conditions together.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// Part of a name, kana, email or number, in any case.
    pub text: Option<String>,
    /// People with a post in this department or below it.
    pub department: Option<DepartmentId>,
    /// How they stand on the day; empty = employed (at work or on leave).
    pub statuses: Vec<EmploymentStatus>,
    /// People reporting to this person by a solid line.
    pub manager: Option<PersonId>,
}

#[derive(FromQueryResult)]
pub(crate) struct PersonRow {
    pub(crate) id: Uuid,
    number: String,
    family_name: String,
    given_name: String,
    family_kana: Option<String>,
    given_kana: Option<String>,
    business_name: Option<String>,
    email: Option<String>,
    employment_type: String,
    zone: String,
    locale: String,
    hours: String,
    work_style: String,
    status: String,
    joined: Option<NaiveDate>,
    left_after: Option<NaiveDate>,
}

/// Nearly everyone has the ordinary hours: those are compared, not parsed.
fn hours(text: &str) -> Result<WorkingHours> {
    static ORDINARY: LazyLock<(String, WorkingHours)> = LazyLock::new(|| {
        let hours = WorkingHours::default();
        (serde_json::to_string(&hours).expect("windows serialise"), hours)
    });
    if text == ORDINARY.0 {
        return Ok(ORDINARY.1.clone());
    }
    serde_json::from_str(text).map_err(|_| DatabaseError::Corrupt("working hours"))
}

impl PersonRow {
    /// Reads the columns of [`columns`] that begin at the place `at`: by place, since looking up
    /// names costs more than reading values where one statement brings hundreds of them.
    pub(crate) fn at(row: &QueryResult, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by_index(at)?,
            number: row.try_get_by_index(at + 1)?,
            family_name: row.try_get_by_index(at + 2)?,
            given_name: row.try_get_by_index(at + 3)?,
            family_kana: row.try_get_by_index(at + 4)?,
            given_kana: row.try_get_by_index(at + 5)?,
            business_name: row.try_get_by_index(at + 6)?,
            email: row.try_get_by_index(at + 7)?,
            employment_type: row.try_get_by_index(at + 8)?,
            zone: row.try_get_by_index(at + 9)?,
            locale: row.try_get_by_index(at + 10)?,
            hours: row.try_get_by_index(at + 11)?,
            work_style: row.try_get_by_index(at + 12)?,
            joined: row.try_get_by_index(at + 13)?,
            left_after: row.try_get_by_index(at + 14)?,
            status: row.try_get_by_index(at + 15)?,
        })
    }

    /// How many columns [`columns`] has.
    pub(crate) const WIDTH: usize = 16;

    /// Whether they are employed on the day; see [`employed_columns`].
    pub(crate) fn employed(&self) -> bool {
        self.joined.is_some()
    }

    pub(crate) fn into_person(self) -> Result<Person> {
        Ok(Person {
            id: PersonId(self.id),
            number: self.number,
            profile: Profile {
                name: PersonName {
                    family: self.family_name,
                    given: self.given_name,
                    family_kana: self.family_kana,
                    given_kana: self.given_kana,
                    business: self.business_name,
                },
                email: self.email,
                employment_type: named("employment type", &self.employment_type)?,
                zone: parsed("time zone", &self.zone)?,
                locale: named("locale", &self.locale)?,
                hours: hours(&self.hours)?,
                work_style: named("work style", &self.work_style)?,
            },
            status: named("employment status", &self.status)?,
            joined: self.joined,
            left: self
                .left_after
                .filter(|day| *day != taiwa_domain::organization::Period::OPEN)
                .and_then(|day| day.pred_opt()),
        })
    }
}

/// What a person's columns have in common, however they stand.
const PROFILE: &str = "p.id, p.number, f.family_name, f.given_name, f.family_kana, f.given_kana, \
     f.business_name, f.email, f.employment_type, f.zone, f.locale, f.hours, f.work_style";

/// Columns of a person `p` as of the day bound as `day`, given the joins of [`joins`]. Of people
/// who left or have not joined the latest (else next) employment counts.
fn columns(organization: &str, day: &str) -> String {
    let mine = format!("b.organization_id = {organization} and b.person_id = p.id");
    let leave = on_leave(organization, day);
    format!(
        "{PROFILE}, coalesce(e.valid_from, \
             (select max(b.valid_from) from employment b where {mine} and b.valid_from <= {day}), \
             (select min(b.valid_from) from employment b where {mine})) as joined, \
           coalesce(e.valid_until, \
             (select max(b.valid_until) from employment b where {mine} and b.valid_from <= {day})) \
             as left_after, \
           case when e.valid_from is not null then {leave} \
             when exists (select 1 from employment b where {mine} and b.valid_from <= {day}) \
             then 'left' else 'not_joined' end as status"
    )
}

/// The same without those sub-selects, for statements of every request: PostgreSQL sets them up
/// even where nobody needs them, which is a third of what such a statement costs. Whoever is not
/// [`PersonRow::employed`] must be read again.
pub(crate) fn employed_columns(organization: &str, day: &str) -> String {
    let leave = on_leave(organization, day);
    format!("{PROFILE}, e.valid_from as joined, e.valid_until as left_after, {leave} as status")
}

fn on_leave(organization: &str, day: &str) -> String {
    format!(
        "case when exists (select 1 from leave_of_absence b \
           where b.organization_id = {organization} and b.person_id = p.id \
             and b.valid_from <= {day} and b.valid_until > {day}) \
         then 'on_leave' else 'active' end"
    )
}

/// The profile and the employment of a person `p` on the day.
pub(crate) fn joins(day: &str) -> String {
    let holds = |row: &str| {
        format!(
            "{row}.organization_id = p.organization_id and {row}.person_id = p.id \
             and {row}.valid_from <= {day} and {row}.valid_until > {day}"
        )
    };
    format!("join person_profile f on {} left join employment e on {}", holds("f"), holds("e"))
}

/// Persons as of a day; the caller adds conditions.
fn select(sql: &mut Sql, organization: &str, day: &str) {
    let (columns, joins) = (columns(organization, day), joins(day));
    sql.push(&format!(
        "select {columns} from person p {joins} where p.organization_id = {organization}"
    ));
}

impl Reader {
    /// People that match, by employee number, after (or, backwards, before) a number.
    pub async fn people(
        &self,
        day: NaiveDate,
        filter: &PeopleFilter,
        after: Option<&str>,
        before: Option<&str>,
        limit: u32,
        backwards: bool,
    ) -> Result<Vec<Person>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let at = sql.bind(day);
        sql.push("select * from (");
        select(&mut sql, &organization, &at);
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let escaped = taiwa_domain::organization::search_text([text])
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let pattern = sql.bind(format!("%{escaped}%"));
            sql.push(&format!(" and f.search_text like {pattern} escape '\\'"));
        }
        if let Some(manager) = filter.manager {
            let manager = sql.bind(manager.0);
            sql.push(&format!(
                " and p.id in (select r.report_id from reporting_line r \
                 where r.organization_id = {organization} and r.manager_id = {manager} \
                 and r.kind = 'solid' and r.valid_from <= {at} and r.valid_until > {at})"
            ));
        }
        if let Some(department) = filter.department {
            let root = sql.bind(department.0);
            sql.push(&format!(
                " and p.id in (with recursive below(id) as (select {root} union \
                   select v.department_id from department_version v join below b on v.parent_id = b.id \
                   where v.organization_id = {organization} and v.valid_from <= {at} and v.valid_until > {at}) \
                 select a.person_id from assignment a where a.organization_id = {organization} \
                   and a.department_id in (select id from below) \
                   and a.valid_from <= {at} and a.valid_until > {at})"
            ));
        }
        if let Some(after) = after {
            let after = sql.bind(after);
            sql.push(&format!(" and p.number > {after}"));
        }
        if let Some(before) = before {
            let before = sql.bind(before);
            sql.push(&format!(" and p.number < {before}"));
        }
        sql.push(") found where status in (");
        let employed = [EmploymentStatus::Active, EmploymentStatus::OnLeave];
        let statuses: &[_] = if filter.statuses.is_empty() { &employed } else { &filter.statuses };
        for (n, status) in statuses.iter().enumerate() {
            let status = sql.bind(crate::value::name(*status));
            sql.push(if n == 0 { "" } else { ", " }).push(&status);
        }
        let limit = sql.bind(i64::from(limit));
        let order = if backwards { "desc" } else { "asc" };
        sql.push(&format!(") order by number {order} limit {limit}"));
        let found: Vec<PersonRow> = rows(&self.session, &sql.text, sql.values).await?;
        let mut people: Vec<Person> =
            found.into_iter().map(PersonRow::into_person).collect::<Result<_>>()?;
        if backwards {
            people.reverse();
        }
        Ok(people)
    }

    /// The people with these ids, in no order; unknown ids are absent.
    pub async fn people_by_id(&self, day: NaiveDate, ids: &[PersonId]) -> Result<Vec<Person>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let at = sql.bind(day);
        select(&mut sql, &organization, &at);
        sql.values.push(self.ids(ids.iter().map(|id| id.0)));
        let any = self.any(sql.values.len() as u8);
        sql.push(&format!(" and p.id {any}"));
        let found: Vec<PersonRow> = rows(&self.session, &sql.text, sql.values).await?;
        found.into_iter().map(PersonRow::into_person).collect()
    }

    /// Finds a person by email or number.
    pub async fn person_by_key(&self, day: NaiveDate, key: &PersonKey) -> Result<Option<Person>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let at = sql.bind(day);
        select(&mut sql, &organization, &at);
        match key {
            PersonKey::Email(email) => {
                let email = sql.bind(email.to_lowercase());
                sql.push(&format!(" and f.email_key = {email}"));
            }
            PersonKey::Number(number) => {
                let number = sql.bind(number.as_str());
                sql.push(&format!(" and p.number = {number}"));
            }
        }
        sql.push(" order by p.number limit 1");
        let mut found: Vec<PersonRow> = rows(&self.session, &sql.text, sql.values).await?;
        found.pop().map(PersonRow::into_person).transpose()
    }
}
