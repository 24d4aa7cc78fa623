//! The department tree and people's posts in it, as of a day.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{AssignmentId, DepartmentId, PersonId},
    organization::{Assignment, Department, Period},
};
use uuid::Uuid;

use crate::{error::Result, handle::Reader, value::rows};

/// A department with its head count.
#[derive(Clone, Debug)]
pub struct DepartmentNode {
    /// The department.
    pub department: Department,
    /// People whose primary post is in it, without those below; employed on the day.
    pub own_heads: u32,
}

/// A post with nothing more.
pub type Post = Assignment;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    code: Option<String>,
    name: String,
    parent_id: Option<Uuid>,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
    own_heads: i64,
}

#[derive(FromQueryResult)]
struct PostRow {
    id: Uuid,
    person_id: Uuid,
    department_id: Uuid,
    position: Option<String>,
    is_primary: bool,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
}

impl Reader {
    /// All departments on a day with their own head counts, by code and name. A tree has some
    /// thousands of nodes at most, so it is read whole.
    pub async fn departments(&self, day: NaiveDate) -> Result<Vec<DepartmentNode>> {
        let found: Vec<Row> = rows(
            &self.session,
            "select v.department_id as id, v.code, v.name, v.parent_id, v.valid_from, v.valid_until, \
               coalesce(h.heads, 0) as own_heads \
             from department_version v \
             left join (select a.department_id, count(*) as heads from assignment a \
               join employment e on e.organization_id = a.organization_id and e.person_id = a.person_id \
                 and e.valid_from <= $2 and e.valid_until > $2 \
               where a.organization_id = $1 and a.is_primary and a.valid_from <= $2 \
                 and a.valid_until > $2 group by a.department_id) h \
               on h.department_id = v.department_id \
             where v.organization_id = $1 and v.valid_from <= $2 and v.valid_until > $2 \
             order by coalesce(v.code, ''), v.name, v.department_id",
            [self.org(), day.into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| DepartmentNode {
                department: Department {
                    id: DepartmentId(row.id),
                    code: row.code,
                    name: row.name,
                    parent: row.parent_id.map(DepartmentId),
                    period: Period { from: row.valid_from, until: row.valid_until },
                },
                own_heads: row.own_heads as u32,
            })
            .collect())
    }

    /// The posts of these people on a day, primary first.
    pub async fn posts(&self, day: NaiveDate, people: &[PersonId]) -> Result<Vec<Post>> {
        let any = self.any(3);
        let found: Vec<PostRow> = rows(
            &self.session,
            &format!(
                "select id, person_id, department_id, position, is_primary, valid_from, valid_until \
                 from assignment where organization_id = $1 and person_id {any} \
                 and valid_from <= $2 and valid_until > $2 order by person_id, is_primary desc, id"
            ),
            [self.org(), day.into(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Assignment {
                id: AssignmentId(row.id),
                person: PersonId(row.person_id),
                department: DepartmentId(row.department_id),
                position: row.position,
                primary: row.is_primary,
                period: Period { from: row.valid_from, until: row.valid_until },
            })
            .collect())
    }

    /// The primary department of everyone on a day.
    pub async fn primary_departments(
        &self,
        day: NaiveDate,
    ) -> Result<Vec<(PersonId, DepartmentId)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            department_id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select person_id, department_id from assignment where organization_id = $1 \
             and is_primary and valid_from <= $2 and valid_until > $2",
            [self.org(), day.into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|r| (PersonId(r.person_id), DepartmentId(r.department_id)))
            .collect())
    }
}
