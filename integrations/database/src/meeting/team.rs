//! The hot shape: a manager's reports with the next meetings of each pair, in one statement.

use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;
use taiwa_domain::{
    id::{PairId, PersonId},
    meeting::Meeting,
    organization::Person,
    pair::{Pair, PairKind},
};

use super::{COLUMNS, Row};
use crate::{
    error::Result,
    handle::Reader,
    organization::{PersonRow, employed_columns, joins},
    value::statement,
};

/// A report with the manager pair and its next meetings.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// The report.
    pub person: Person,
    /// The pair, if they are one on the day.
    pub pair: Option<Pair>,
    /// The next meetings, soonest first.
    pub next: Vec<Meeting>,
}

/// Which part of a team is wanted.
#[derive(Clone, Debug)]
pub struct TeamPage<'a> {
    /// Whose reports.
    pub manager: PersonId,
    /// As of this day.
    pub day: NaiveDate,
    /// Employee numbers after this one.
    pub after: Option<&'a str>,
    /// At most so many people.
    pub limit: u32,
    /// Meetings that start from here.
    pub from: DateTime<Utc>,
    /// At most so many meetings each.
    pub meetings: u32,
}

impl Reader {
    /// Reads a page of a team by employee number: one statement whatever the widths, and another
    /// where a line leads to someone who is not employed. Rows are flat, a meeting each, so that
    /// ids and times stay typed.
    pub async fn team(&self, page: &TeamPage<'_>) -> Result<Vec<TeamMember>> {
        let mut values = vec![
            self.org(),
            page.day.into(),
            page.manager.0.into(),
            page.from.into(),
            i64::from(page.meetings).into(),
            i64::from(page.limit).into(),
        ];
        values.extend(page.after.map(sea_orm::Value::from));
        let text = text(self.postgres(), page.after.is_some());
        let found = sea_orm::ConnectionTrait::query_all_raw(
            &self.session,
            statement(&self.session, text, values),
        )
        .await?;
        let mut team: Vec<TeamMember> = Vec::with_capacity(page.limit as usize);
        let mut away = Vec::new();
        for row in &found {
            let id = PersonId(row.try_get_by_index(0)?);
            if team.last().is_none_or(|member| member.person.id != id) {
                let pair: Option<uuid::Uuid> = row.try_get_by_index(PersonRow::WIDTH)?;
                let person = PersonRow::at(row, 0)?;
                if !person.employed() {
                    away.push(id);
                }
                team.push(TeamMember {
                    person: person.into_person()?,
                    pair: pair.map(|pair| Pair {
                        id: PairId(pair),
                        kind: PairKind::Manager,
                        organizer: page.manager,
                        partner: id,
                    }),
                    next: Vec::with_capacity(page.meetings as usize),
                });
            }
            if let (Some(member), Some(meeting)) = (team.last_mut(), meeting(row)?) {
                member.next.push(meeting);
            }
        }
        if !away.is_empty() {
            for person in self.people_by_id(page.day, &away).await? {
                if let Some(member) = team.iter_mut().find(|it| it.person.id == person.id) {
                    member.person = person;
                }
            }
        }
        Ok(team)
    }
}

/// The statement, written once for each of its four forms.
fn text(postgres: bool, after: bool) -> &'static str {
    static TEXTS: [OnceLock<String>; 4] = [const { OnceLock::new() }; 4];
    TEXTS[usize::from(postgres) * 2 + usize::from(after)].get_or_init(|| {
        let (organization, day, manager, from, each, limit) = ("$1", "$2", "$3", "$4", "$5", "$6");
        let after = if after { "and q.number > $7" } else { "" };
        let person = employed_columns(organization, day);
        let profile = joins(day);
        let holds = |row: &str| format!("{row}.valid_from <= {day} and {row}.valid_until > {day}");
        let next = format!(
            "where n.organization_id = {organization} and n.pair_id = r.id and n.sort_at >= {from} \
             and n.status in ('planned', 'scheduled') order by n.sort_at, n.id limit {each}"
        );
        let meetings = if postgres {
            format!("left join lateral (select n.* from meeting n {next}) m on true")
        } else {
            format!(
                "left join meeting m on m.organization_id = {organization} \
                 and m.id in (select n.id from meeting n {next})"
            )
        };
        format!(
            "select {person}, r.id, {COLUMNS} \
             from (select q.organization_id, q.id, q.number from reporting_line l \
               join person q on q.organization_id = l.organization_id and q.id = l.report_id \
               where l.organization_id = {organization} and l.manager_id = {manager} \
                 and l.kind = 'solid' and {line} {after} order by q.number limit {limit}) p \
             {profile} \
             left join pair r on r.organization_id = {organization} and r.kind = 'manager' \
               and r.organizer_id = {manager} and r.partner_id = p.id \
               and exists (select 1 from pair_episode s where s.organization_id = {organization} \
                 and s.pair_id = r.id and {episode}) \
             {meetings} order by p.number, m.sort_at, m.id",
            line = holds("l"),
            episode = holds("s"),
        )
    })
}

fn meeting(row: &QueryResult) -> Result<Option<Meeting>> {
    let at = PersonRow::WIDTH + 1;
    match row.try_get_by_index::<Option<uuid::Uuid>>(at)? {
        None => Ok(None),
        Some(_) => Row::at(row, at)?.into_meeting().map(Some),
    }
}
