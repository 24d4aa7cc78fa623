//! Writing an import plan: a fixed number of statements per table, whatever the file's size.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::IdSource,
    organization::{
        Period, Profile,
        import::{DepartmentRef, PersonRef, Writes},
        search_text,
    },
};
use uuid::Uuid;

use crate::{
    entity::{
        assignment, department, department_version, employment, leave_of_absence, person,
        person_profile, reporting_line,
    },
    error::Result,
    handle::{Transaction, list},
    value::{execute, name, rows},
};

impl Transaction {
    /// Writes everything of an import plan with `effective` as the day on which changes hold.
    pub async fn apply_import(
        &self,
        writes: &Writes,
        effective: NaiveDate,
        ids: &dyn IdSource,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let organization_id = self.organization().0;
        let new_people: Vec<Uuid> = writes.new_persons.iter().map(|_| ids.next()).collect();
        let new_departments: Vec<Uuid> =
            writes.new_departments.iter().map(|_| ids.next()).collect();
        let person_id = |person: &PersonRef| match person {
            PersonRef::Existing(id) => id.0,
            PersonRef::New(index) => new_people[*index as usize],
        };
        let department_id = |department: &DepartmentRef| match department {
            DepartmentRef::Existing(id) => id.0,
            DepartmentRef::New(index) => new_departments[*index as usize],
        };

        self.insert(list(new_departments.iter().map(|&id| department::Model {
            organization_id,
            id,
            created_at: now,
        })))
        .await?;
        let changed = writes.department_changes.iter().map(|it| it.id.0);
        self.close_versions("department_version", "department_id", changed, effective).await?;
        let version =
            |department, code: &Option<String>, title: &str, parent: Option<&DepartmentRef>| {
                department_version::Model {
                    organization_id,
                    id: ids.next(),
                    department_id: department,
                    code: code.clone(),
                    name: title.to_owned(),
                    parent_id: parent.map(department_id),
                    valid_from: effective,
                    valid_until: Period::OPEN,
                }
            };
        self.insert(list(
            writes
                .new_departments
                .iter()
                .zip(&new_departments)
                .map(|(it, &id)| version(id, &it.code, &it.name, it.parent.as_ref())),
        ))
        .await?;
        self.insert(list(
            writes
                .department_changes
                .iter()
                .map(|it| version(it.id.0, &it.code, &it.name, it.parent.as_ref())),
        ))
        .await?;

        self.insert(list(writes.new_persons.iter().zip(&new_people).map(|(it, &id)| {
            person::Model { organization_id, id, number: it.number.clone(), created_at: now }
        })))
        .await?;
        self.insert(list(writes.new_persons.iter().zip(&new_people).map(|(it, &id)| {
            profile(
                organization_id,
                ids.next(),
                id,
                &it.number,
                &it.profile,
                it.joined.min(effective),
            )
        })))
        .await?;
        let changed = writes.profile_changes.iter().map(|it| it.person.0);
        self.close_versions("person_profile", "person_id", changed, effective).await?;
        let numbers = self.numbers(writes.profile_changes.iter().map(|it| it.person.0)).await?;
        self.insert(list(writes.profile_changes.iter().map(|it| {
            let number = numbers.get(&it.person.0).map_or("", String::as_str);
            profile(organization_id, ids.next(), it.person.0, number, &it.profile, effective)
        })))
        .await?;

        let job = |person, period: Period| employment::Model {
            organization_id,
            id: ids.next(),
            person_id: person,
            valid_from: period.from,
            valid_until: period.until,
        };
        let corrected: Vec<_> =
            writes.employment_corrections.iter().map(|it| (it.person.0, it.was)).collect();
        self.delete_spans("employment", &corrected).await?;
        self.insert(list(
            writes
                .new_persons
                .iter()
                .zip(&new_people)
                .map(|(it, &id)| job(id, Period::inclusive(it.joined, it.left))),
        ))
        .await?;
        self.insert(list(
            writes
                .rejoins
                .iter()
                .map(|it| job(it.person.0, Period::inclusive(it.joined, it.left)))
                .chain(writes.employment_corrections.iter().map(|it| job(it.person.0, it.now))),
        ))
        .await?;

        let gone: Vec<_> = writes
            .leave_changes
            .iter()
            .flat_map(|it| it.remove.iter().map(|period| (person_id(&it.person), *period)))
            .collect();
        self.delete_spans("leave_of_absence", &gone).await?;
        self.insert(list(
            writes.leave_changes.iter().flat_map(|it| it.add.iter().map(move |p| (it, p))).map(
                |(it, period)| leave_of_absence::Model {
                    organization_id,
                    id: ids.next(),
                    person_id: person_id(&it.person),
                    valid_from: period.from,
                    valid_until: period.until,
                },
            ),
        ))
        .await?;

        self.close_rows("assignment", writes.assignment_ends.iter().map(|id| id.0), effective)
            .await?;
        self.close_rows("reporting_line", writes.line_ends.iter().map(|id| id.0), effective)
            .await?;
        let mut leavers: BTreeMap<NaiveDate, Vec<Uuid>> = BTreeMap::new();
        for it in &writes.departures {
            leavers.entry(it.last_day).or_default().push(it.person.0);
        }
        // An employment that turns out to end earlier takes posts and lines along.
        for it in &writes.employment_corrections {
            if it.now.until < it.was.until
                && let Some(last_day) = it.now.last_day()
            {
                leavers.entry(last_day).or_default().push(it.person.0);
            }
        }
        for (last_day, people) in leavers {
            self.depart(&people, last_day).await?;
        }

        self.insert(list(writes.assignment_starts.iter().map(|it| assignment::Model {
            organization_id,
            id: ids.next(),
            person_id: person_id(&it.person),
            department_id: department_id(&it.department),
            position: it.position.clone(),
            is_primary: it.primary,
            valid_from: it.from,
            valid_until: Period::OPEN,
        })))
        .await?;
        self.insert(list(writes.line_starts.iter().map(|it| reporting_line::Model {
            organization_id,
            id: ids.next(),
            report_id: person_id(&it.report),
            manager_id: person_id(&it.manager),
            kind: name(it.kind),
            valid_from: it.from,
            valid_until: Period::OPEN,
        })))
        .await
    }

    /// Ends the versions of `owners` that hold on `day` the day before, and drops later ones.
    async fn close_versions(
        &self,
        table: &str,
        owner: &str,
        owners: impl Iterator<Item = Uuid>,
        day: NaiveDate,
    ) -> Result<()> {
        let list = self.ids(owners);
        let any = self.any(3);
        for action in [
            format!(
                "delete from {table} where organization_id = $1 and valid_from >= $2 and {owner} {any}"
            ),
            format!(
                "update {table} set valid_until = $2 where organization_id = $1 \
                 and valid_until > $2 and {owner} {any}"
            ),
        ] {
            execute(&self.session, &action, [self.org(), day.into(), list.clone()]).await?;
        }
        Ok(())
    }

    /// Ends rows the day before `day`; rows that would not have begun by then are dropped.
    async fn close_rows(
        &self,
        table: &str,
        list: impl Iterator<Item = Uuid>,
        day: NaiveDate,
    ) -> Result<()> {
        self.close_versions(table, "id", list, day).await
    }

    /// Ends the employment, posts and lines of people who leave, after their last day.
    async fn depart(&self, people: &[Uuid], last_day: NaiveDate) -> Result<()> {
        let day = last_day.succ_opt().unwrap_or(Period::OPEN);
        for (table, owner) in [
            ("assignment", "person_id"),
            ("reporting_line", "report_id"),
            ("reporting_line", "manager_id"),
        ] {
            self.close_versions(table, owner, people.iter().copied(), day).await?;
        }
        let any = self.any(3);
        execute(
            &self.session,
            &format!(
                "update employment set valid_until = $2 where organization_id = $1 \
                 and valid_from < $2 and valid_until > $2 and person_id {any}"
            ),
            [self.org(), day.into(), self.ids(people.iter().copied())],
        )
        .await
        .map(|_| ())
    }

    /// Deletes exactly these dated rows of these people.
    async fn delete_spans(&self, table: &str, spans: &[(Uuid, Period)]) -> Result<()> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            person_id: Uuid,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        if spans.is_empty() {
            return Ok(());
        }
        let wanted: std::collections::HashSet<_> = spans.iter().copied().collect();
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select id, person_id, valid_from, valid_until from {table} \
                 where organization_id = $1 and person_id {any}"
            ),
            [self.org(), self.ids(spans.iter().map(|(person, _)| *person))],
        )
        .await?;
        let doomed = found.iter().filter(|row| {
            wanted
                .contains(&(row.person_id, Period { from: row.valid_from, until: row.valid_until }))
        });
        let list = self.ids(doomed.map(|row| row.id));
        execute(
            &self.session,
            &format!("delete from {table} where organization_id = $1 and id {any}"),
            [self.org(), list],
        )
        .await
        .map(|_| ())
    }

    async fn numbers(
        &self,
        people: impl Iterator<Item = Uuid>,
    ) -> Result<std::collections::HashMap<Uuid, String>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            number: String,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!("select id, number from person where organization_id = $1 and id {any}"),
            [self.org(), self.ids(people)],
        )
        .await?;
        Ok(found.into_iter().map(|row| (row.id, row.number)).collect())
    }
}

fn profile(
    organization_id: Uuid,
    id: Uuid,
    person_id: Uuid,
    number: &str,
    it: &Profile,
    valid_from: NaiveDate,
) -> person_profile::Model {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let display_name = it.name.display();
    let searched = search_text([
        number,
        &it.name.family,
        &it.name.given,
        &display_name,
        &text(&it.name.family_kana),
        &text(&it.name.given_kana),
        &text(&it.email),
    ]);
    person_profile::Model {
        organization_id,
        id,
        person_id,
        valid_from,
        valid_until: Period::OPEN,
        family_name: it.name.family.clone(),
        given_name: it.name.given.clone(),
        family_kana: it.name.family_kana.clone(),
        given_kana: it.name.given_kana.clone(),
        business_name: it.name.business.clone(),
        display_name,
        search_text: searched,
        email_key: it.email.as_ref().map(|email| email.to_lowercase()),
        email: it.email.clone(),
        employment_type: name(it.employment_type),
        zone: it.zone.name().to_owned(),
        locale: name(it.locale),
        hours: serde_json::to_string(&it.hours).expect("windows serialise"),
        work_style: name(it.work_style),
    }
}
