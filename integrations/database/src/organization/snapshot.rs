//! The organization on one day, whole: what an import is compared with.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{AssignmentId, DepartmentId, PersonId, ReportingLineId},
    organization::{AssignmentState, DepartmentState, LineState, Period, PersonState, Snapshot},
};
use uuid::Uuid;

use super::people::PersonRow;
use crate::{error::Result, handle::Reader, value::named};

#[derive(FromQueryResult)]
struct Span {
    person_id: Uuid,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
}

#[derive(FromQueryResult)]
struct PostRow {
    id: Uuid,
    person_id: Uuid,
    department_id: Uuid,
    position: Option<String>,
    is_primary: bool,
}

#[derive(FromQueryResult)]
struct LineRow {
    id: Uuid,
    report_id: Uuid,
    manager_id: Uuid,
    kind: String,
}

#[derive(FromQueryResult)]
struct DepartmentRow {
    id: Uuid,
    code: Option<String>,
    name: String,
    parent_id: Option<Uuid>,
}

impl Reader {
    /// Reads the organization as it is on `day`: one statement per table.
    pub async fn snapshot(&self, day: NaiveDate) -> Result<Snapshot> {
        let organization = self.organization_row().await?;
        let on_day = || [self.org(), day.into()];
        let departments: Vec<DepartmentRow> = self
            .session
            .rows(
                "select department_id as id, code, name, parent_id from department_version \
             where organization_id = $1 and valid_from <= $2 and valid_until > $2 \
             order by department_id",
                on_day(),
            )
            .await?;
        // The version on the day; of people known only later, the first one.
        let people: Vec<PersonRow> = self.session.rows(
            "select p.id, p.number, f.family_name, f.given_name, f.family_kana, f.given_kana, \
               f.business_name, f.email, f.employment_type, f.zone, f.locale, f.hours, f.work_style, \
               null as joined, null as left_after, 'active' as status \
             from person p join person_profile f \
               on f.organization_id = p.organization_id and f.person_id = p.id \
              and f.valid_until > $2 and (f.valid_from <= $2 or not exists ( \
                select 1 from person_profile o where o.organization_id = f.organization_id \
                and o.person_id = f.person_id and o.valid_from < f.valid_from)) \
             where p.organization_id = $1 order by p.number",
            on_day(),
        )
        .await?;
        let mut persons = Vec::with_capacity(people.len());
        let mut places = HashMap::with_capacity(people.len());
        for row in people {
            let person = row.into_person()?;
            places.insert(person.id.0, persons.len());
            persons.push(PersonState {
                id: person.id,
                number: person.number,
                profile: person.profile,
                employments: Vec::new(),
                leaves: Vec::new(),
                assignments: Vec::new(),
                lines: Vec::new(),
            });
        }
        let spans = |table: &str, condition: &str| {
            format!(
                "select person_id, valid_from, valid_until from {table} \
                 where organization_id = $1 {condition} order by person_id, valid_from"
            )
        };
        let employments: Vec<Span> =
            self.session.rows(&spans("employment", ""), [self.org()]).await?;
        for row in employments {
            if let Some(&at) = places.get(&row.person_id) {
                persons[at]
                    .employments
                    .push(Period { from: row.valid_from, until: row.valid_until });
            }
        }
        let leaves: Vec<Span> =
            self.session.rows(&spans("leave_of_absence", "and valid_until > $2"), on_day()).await?;
        for row in leaves {
            if let Some(&at) = places.get(&row.person_id) {
                persons[at].leaves.push(Period { from: row.valid_from, until: row.valid_until });
            }
        }
        // Posts and lines that begin later, of people who join later, count as theirs already.
        let current = |table: &str, person: &str, columns: &str| {
            format!(
                "select {columns} from {table} t where organization_id = $1 and valid_until > $2 \
                 and (valid_from <= $2 or not exists (select 1 from employment e \
                   where e.organization_id = t.organization_id and e.person_id = t.{person} \
                   and e.valid_from <= $2)) order by t.{person}, t.id"
            )
        };
        let posts: Vec<PostRow> = self
            .session
            .rows(
                &current(
                    "assignment",
                    "person_id",
                    "id, person_id, department_id, position, is_primary",
                ),
                on_day(),
            )
            .await?;
        for row in posts {
            if let Some(&at) = places.get(&row.person_id) {
                persons[at].assignments.push(AssignmentState {
                    id: AssignmentId(row.id),
                    department: DepartmentId(row.department_id),
                    position: row.position,
                    primary: row.is_primary,
                });
            }
        }
        let lines: Vec<LineRow> = self
            .session
            .rows(
                &current("reporting_line", "report_id", "id, report_id, manager_id, kind"),
                on_day(),
            )
            .await?;
        for row in lines {
            if let Some(&at) = places.get(&row.report_id) {
                persons[at].lines.push(LineState {
                    id: ReportingLineId(row.id),
                    manager: PersonId(row.manager_id),
                    kind: named("reporting line kind", &row.kind)?,
                });
            }
        }
        Ok(Snapshot {
            revision: organization.revision,
            day,
            zone: organization.zone,
            locale: organization.locale,
            departments: departments
                .into_iter()
                .map(|row| DepartmentState {
                    id: DepartmentId(row.id),
                    code: row.code,
                    name: row.name,
                    parent: row.parent_id.map(DepartmentId),
                })
                .collect(),
            persons,
        })
    }
}
