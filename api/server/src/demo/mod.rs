//! The sample company: 300 people imported, planned and held like any customer's.

mod attack;
mod busy;
pub(crate) mod history;
mod past;
mod personas;
mod policies;
pub(crate) mod reminder;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use taiwa_domain::{
    calendar::Busy,
    id::{OrganizationId, PairId},
    meeting::Slot,
    organization::{
        EmploymentStatus, Locale, Person, Weekday,
        import::{Mode, Options},
    },
};
use taiwa_operations::{
    Actor, App, calendar,
    organization::{self, import},
    planning as plans,
    rows::PeopleFilter,
    work,
};

pub(crate) use attack::Attack;
pub(crate) use past::dashboard;
pub(crate) use personas::{Persona, personas};

use crate::cli::{Problem, output};

/// The demo's organization.
pub(crate) const KEY: &str = "demo";
const COMPANY: &[u8] = include_bytes!("company.csv");
/// Weeks planned ahead.
pub(crate) const WEEKS: u32 = 13;

/// What was prepared.
pub(crate) struct Prepared {
    pub(crate) organization: OrganizationId,
    pub(crate) people: usize,
    pub(crate) pairs: usize,
    pub(crate) meetings: usize,
    pub(crate) skipped: usize,
    pub(crate) from: NaiveDate,
    pub(crate) today: NaiveDate,
    /// Whose history there is to read.
    pub(crate) pair: Option<PairId>,
    /// What happened to a slot; the first time alone.
    pub(crate) attack: Option<Attack>,
}

/// Makes the company where it is missing and plans from next Monday. Started again later, it
/// keeps everything and rolls the plan forward.
pub(crate) async fn prepare(app: &App) -> Result<Prepared, Problem> {
    let (organization, fresh) = match app.database.system().organization_by_key(KEY).await {
        Ok(Some(id)) => (id, false),
        Ok(None) => (found(app).await?, true),
        Err(error) => return Err(taiwa_operations::Failure::from(error).into()),
    };
    let actor = app.operator(organization).await?;
    if fresh {
        let bar = output::bar(0, "living through a past quarter");
        past::live(app, &actor).await?;
        history::live(app, &actor).await?;
        bar.finish_and_clear();
    }
    let from = plans::monday_from(actor.today + Days::new(1));
    let people = everyone(app, &actor, from).await?;
    fill_calendars(app, &actor, &people, from).await?;
    let bar = output::bar(0, "planning 13 weeks");
    let shown = bar.clone();
    let (draft, _) = plans::plan_and_apply(app, &actor, from, WEEKS, move |it| {
        shown.set_length(it.total as u64);
        shown.set_position(it.done as u64);
    })
    .await?;
    bar.finish_and_clear();
    let bar = output::bar(draft.body.occurrences.len() as u64, "holding slots in calendars");
    work::drain(app, Some(organization)).await?;
    bar.finish_and_clear();
    let attack = if fresh { attack::attack(app, &actor).await? } else { None };
    if fresh {
        reminder::remind(app, &actor).await?;
    }
    let meetings = draft.body.occurrences.iter().filter(|it| it.starts_at.is_some()).count();
    Ok(Prepared {
        organization,
        people: people.len(),
        pairs: draft.body.series.len(),
        meetings,
        skipped: draft.body.occurrences.len() - meetings,
        from,
        today: actor.today,
        pair: history::pair(app, &actor).await?.map(|it| it.id),
        attack,
    })
}

async fn found(app: &App) -> Result<OrganizationId, Problem> {
    let zone = chrono_tz::Asia::Tokyo;
    let made =
        organization::create(app, KEY, "Taiwa Demo 株式会社", zone, Locale::Ja, past::FISCAL)
            .await?;
    let actor = app.operator(made.id).await?;
    let file = import::File { name: Some("company.csv".into()), content: COMPANY.to_vec() };
    // What is known of the company has held for more than a year: it has a past.
    let effective = NaiveDate::from_ymd_opt(chrono::Datelike::year(&actor.today) - 1, 1, 1)
        .unwrap_or(actor.today);
    let options = Options::new(Mode::Upsert, effective, actor.today);
    let bar = output::bar(2, "importing the company");
    let plan = import::preview(app, &actor, file, options).await?;
    bar.inc(1);
    let database = |error| Problem::from(taiwa_operations::Failure::Database(error));
    let transaction = app.database.transaction(made.id).await.map_err(database)?;
    import::apply(app, &actor, &transaction, &plan).await?;
    transaction.commit().await.map_err(database)?;
    bar.inc(1);
    bar.finish_and_clear();
    work::drain(app, Some(made.id)).await?;
    policies::set(app, &actor).await?;
    personas::give_roles(app, &actor).await?;
    work::drain(app, Some(made.id)).await?;
    Ok(made.id)
}

async fn everyone(app: &App, actor: &Actor, day: NaiveDate) -> Result<Vec<Person>, Problem> {
    let reader = app.reader(actor).await?;
    let filter = PeopleFilter {
        statuses: vec![
            EmploymentStatus::Active,
            EmploymentStatus::OnLeave,
            EmploymentStatus::NotJoined,
        ],
        ..PeopleFilter::default()
    };
    reader
        .people(day, &filter, None, None, 10_000, false)
        .await
        .map_err(|error| taiwa_operations::Failure::from(error).into())
}

/// Gives everyone a realistic calendar for the planned weeks.
async fn fill_calendars(
    app: &App,
    actor: &Actor,
    people: &[Person],
    from: NaiveDate,
) -> Result<(), Problem> {
    let failed = |error| Problem::from(taiwa_operations::Failure::Database(error));
    let reader = app.reader(actor).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let span = Slot {
        starts_at: midnight(from) - TimeDelta::days(1),
        ends_at: midnight(from + Days::new(u64::from(WEEKS) * 7)) + TimeDelta::days(1),
    };
    // A later start in the same week finds its calendars filled.
    let last_day = Slot { starts_at: span.ends_at - TimeDelta::days(4), ends_at: span.ends_at };
    if !reader.busy(Some(&ids), last_day).await.map_err(failed)?.is_empty() {
        return Ok(());
    }
    let lines = reader.lines_of_reports(from, &ids).await.map_err(failed)?;
    let managers: std::collections::HashSet<_> = lines.iter().map(|line| line.manager).collect();
    let above: std::collections::HashMap<_, _> = lines
        .iter()
        .filter(|line| line.kind == taiwa_domain::organization::LineKind::Solid)
        .map(|line| (line.report, line.manager))
        .collect();
    let posts = reader.posts(from, &ids).await.map_err(failed)?;
    let tree = reader.departments(from).await.map_err(failed)?;
    drop(reader);
    let nodes: std::collections::HashMap<_, _> =
        tree.iter().map(|node| (node.department.id, &node.department)).collect();
    let path = |mut id| {
        let mut names = Vec::new();
        while let Some(node) = nodes.get(&id).filter(|_| names.len() < 16) {
            names.push(node.name.as_str());
            match node.parent {
                Some(parent) => id = parent,
                None => break,
            }
        }
        names.reverse();
        names.join("/")
    };
    let departments: std::collections::HashMap<_, _> = posts
        .iter()
        .filter(|post| post.primary)
        .map(|post| (post.person, path(post.department)))
        .collect();
    let level = |person| {
        let (mut level, mut at) = (0_u8, person);
        while let Some(manager) = above.get(&at).filter(|_| level < 32) {
            level += 1;
            at = *manager;
        }
        level
    };
    let described: Vec<busy::DemoPerson<'_>> = people
        .iter()
        .map(|person| busy::DemoPerson {
            number: &person.number,
            zone: person.profile.zone,
            hours: person.profile.hours.windows(),
            department: departments.get(&person.id).map(String::as_str),
            is_manager: managers.contains(&person.id),
            level: level(person.id),
        })
        .collect();
    let spans: Vec<Busy> = busy::busy(&described, busy::Weeks { from, weeks: WEEKS })
        .into_iter()
        .map(|(place, starts_at, ends_at)| Busy {
            person: people[place].id,
            slot: Slot { starts_at, ends_at },
        })
        .collect();
    let bar = output::bar(spans.len() as u64, "filling calendars");
    calendar::seed_busy(app, actor.caller.organization, &ids, span, &spans, &*app.ids).await?;
    bar.finish_and_clear();
    Ok(())
}

/// Monday to Friday, for windows.
pub(crate) fn weekday(number: u8) -> Weekday {
    Weekday::try_from(number).unwrap_or(Weekday::MONDAY)
}
