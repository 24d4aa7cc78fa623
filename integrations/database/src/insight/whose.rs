//! Whose figures are whose.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    access::Role,
    id::{DepartmentId, PersonId},
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Reader,
    value::{name, rows},
};

impl Reader {
    /// The departments that a person belongs to on a day, with all above them, and those in which
    /// anyone below them by solid lines has a primary post.
    pub async fn own_departments(
        &self,
        day: NaiveDate,
        person: PersonId,
    ) -> Result<Vec<DepartmentId>> {
        #[derive(FromQueryResult)]
        struct Id {
            id: Uuid,
        }
        let found: Vec<Id> = rows(
            &self.session,
            "with recursive line(id) as ( \
               select l.report_id from reporting_line l where l.organization_id = $1 \
                 and l.manager_id = $3 and l.kind = 'solid' \
                 and l.valid_from <= $2 and l.valid_until > $2 \
               union \
               select l.report_id from line b join reporting_line l on l.manager_id = b.id \
                 where l.organization_id = $1 and l.kind = 'solid' \
                 and l.valid_from <= $2 and l.valid_until > $2), \
             own(id) as ( \
               select a.department_id from assignment a where a.organization_id = $1 \
                 and a.person_id = $3 and a.valid_from <= $2 and a.valid_until > $2 \
               union \
               select v.parent_id from own b join department_version v on v.department_id = b.id \
                 where v.organization_id = $1 and v.parent_id is not null \
                 and v.valid_from <= $2 and v.valid_until > $2) \
             select id from own union \
             select a.department_id from assignment a \
               where a.organization_id = $1 and a.person_id in (select id from line) and a.is_primary \
               and a.valid_from <= $2 and a.valid_until > $2",
            [self.org(), day.into(), person.0.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| DepartmentId(row.id)).collect())
    }

    /// People with a role, longest in it first, at most so many.
    pub async fn role_holders(&self, role: Role, limit: u32) -> Result<Vec<PersonId>> {
        #[derive(FromQueryResult)]
        struct Id {
            person_id: Uuid,
        }
        let found: Vec<Id> = rows(
            &self.session,
            "select person_id from role_assignment where organization_id = $1 and role = $2 \
             order by created_at, person_id limit $3",
            [self.org(), name(role).into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| PersonId(row.person_id)).collect())
    }
}
