//! No query per row: what a request costs in statements does not depend on how much it finds.
//!
//! On one thread: there the keys of a level are collected before the loaders run, so that what is
//! counted is what the resolvers ask for, not how threads were scheduled.

// Merged roots nest one future in another, as deep as there are parts of the schema.
#![recursion_limit = "256"]

#[path = "../../operations/tests/support/mod.rs"]
mod support;

use async_graphql::Request;
use chrono::{Days, NaiveDate};
use taiwa_domain::{
    access::Role,
    insight::{Fate, Figures, Scope, Span, SpanKind},
    meeting::{agenda::HopedResponse, notes::Body},
    minutes::{BuiltIn, MinutesShape},
    notice::Nowhere,
};
use taiwa_graphql::{Schema, Settings, schema, with_actor};
use taiwa_operations::{
    meeting::{agenda, notes},
    minutes, planning,
    rows::{CellRow, ReleaseRow, ReleaseState},
    work,
};

use support::{Engine, House};

/// Two directors with one manager each: of two people, and of eight. Ten more departments have
/// nobody in any pair.
fn company() -> String {
    let mut rows = String::from("number,name,email,department,manager number,joined\n");
    let mut add = |number: &str, manager: &str| {
        let department = match number.split_at(1) {
            ("C", n) => format!("Top/C{n}"),
            ("A", _) => "Top/A".to_owned(),
            _ => "Top/B".to_owned(),
        };
        rows.push_str(&format!(
            "{number},Given {number},{number}@example.com,{department},{manager},2020-04-01\n"
        ));
    };
    add("Z", "");
    (0..10).for_each(|n| add(&format!("C{n}"), ""));
    for (team, size) in [("A", 2), ("B", 8)] {
        add(&format!("{team}D"), "Z");
        add(&format!("{team}M"), &format!("{team}D"));
        for n in 0..size {
            add(&format!("{team}{n}"), &format!("{team}M"));
        }
    }
    rows
}

struct World {
    house: House,
    schema: Schema,
    _folder: tempfile::TempDir,
}

impl World {
    /// On a Monday noon, with a plan that begins a week later.
    async fn on(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = engine.database(&folder);
        let house = House::new(&url, "2026-11-23T12:00:00Z", Nowhere, company()).await;
        let (app, organization) = (&house.app, house.organization);
        let actor = app.operator(organization).await.expect("an operator");
        let monday = actor.today + Days::new(7);
        planning::plan_and_apply(app, &actor, monday, 13, |_| {}).await.expect("a plan");
        work::drain(app, Some(organization)).await.expect("holds");
        for team in ["A", "B"] {
            fill_agendas(&house, team).await;
        }
        fill_figures(&house).await;
        let settings = Settings { public_url: "http://127.0.0.1".to_owned() };
        Self { house, schema: schema(&settings), _folder: folder }
    }

    /// Answers a query as someone; the answer and how many statements it took.
    async fn ask(&self, number: &str, query: &str) -> (String, u64) {
        let (app, actor) = (&self.house.app, self.house.actor(number).await);
        let before = app.database.statements().count();
        let response = self.schema.execute(with_actor(Request::new(query), app, actor)).await;
        let statements = app.database.statements().count() - before;
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        (response.data.into_json().expect("JSON").to_string(), statements)
    }

    /// The global id of the department at the top.
    async fn department(&self) -> String {
        let (answer, _) = self.ask("Z", "{ departments { id } }").await;
        answer.split('"').find(|part| part.starts_with("department_")).expect("an id").to_owned()
    }
}

/// A talking point with a comment, and an action, in every pair that a team's manager organizes.
async fn fill_agendas(house: &House, team: &str) {
    let (app, organization) = (&house.app, house.organization);
    let actor = house.actor(&format!("{team}M")).await;
    let person = actor.caller.person;
    let reader = app.database.reader(organization).await.expect("a reader");
    let pairs = reader.pairs_of(actor.today, &[person]).await.expect("pairs");
    drop(reader);
    for row in pairs.iter().filter(|row| row.pair.organizer == person) {
        let pair = row.pair.id;
        let new = agenda::items::NewItem {
            pair,
            text: "a point".to_owned(),
            hoped: HopedResponse::Advice,
            draft: false,
        };
        let item = agenda::items::add(app, &actor, None, new).await.expect("a point").subject;
        let comment = agenda::comments::add(app, &actor, None, item.into(), "a comment");
        comment.await.expect("a comment");
        let new = agenda::actions::NewAction {
            pair,
            owner: person,
            text: "an action".to_owned(),
            due_on: None,
            item: Some(item.into()),
            meeting: None,
        };
        agenda::actions::add(app, &actor, None, new).await.expect("an action");
        let feedback = Body::Feedback {
            fact: "a".to_owned(),
            feeling: "b".to_owned(),
            proposal: "c".to_owned(),
            question: None,
        };
        let learning = Body::Learning { happened: "a".to_owned(), next_time: "b".to_owned() };
        for body in [feedback, learning] {
            let new = notes::NewNote { pair: Some(pair), meeting: None, body };
            notes::add(app, &actor, None, new).await.expect("a note");
        }
        let reader = app.database.reader(organization).await.expect("a reader");
        let next = reader.next_meetings(&[pair], app.now(), 2).await.expect("meetings");
        drop(reader);
        for it in next {
            let begins = minutes::Chosen::BuiltIn(BuiltIn::Standard);
            let made = minutes::create(app, &actor, None, it.id, MinutesShape::Tiptap, begins);
            made.await.expect("minutes");
        }
    }
}

/// Published months in which a dashboard has little and much to show: the quarter before the last
/// has two departments a month, the last all of them.
async fn fill_figures(house: &House) {
    let (app, organization) = (&house.app, house.organization);
    let hr = house.actor("Z").await.caller.person;
    let transaction = app.database.transaction(organization).await.expect("a transaction");
    transaction.add_role(app.id(), hr, Role::Hr, app.now()).await.expect("a role");
    let today = app.now().date_naive();
    let mut departments = transaction.departments(today).await.expect("departments");
    // Every month has figures of the one at the top.
    departments.sort_by_key(|node| node.department.parent.is_some());
    assert_eq!(departments.len(), 13);
    // Nobody said anything: help is offered everywhere.
    let mut figures = Figures::default();
    (0..5).for_each(|_| figures.count(Fate::Unconfirmed, None));
    for month in [4, 5, 6, 7, 8, 9] {
        let day = NaiveDate::from_ymd_opt(2026, month, 15).expect("a day");
        let release = ReleaseRow {
            id: app.ids.next(),
            span: Span::of(SpanKind::Month, day, 4),
            state: ReleaseState::Released,
            parts: Vec::new(),
            managers: None,
            closed_at: Some(app.now()),
        };
        let shown = if month < 7 { 2 } else { departments.len() };
        let cells: Vec<CellRow> = departments[..shown]
            .iter()
            .enumerate()
            .map(|(n, node)| CellRow {
                id: app.ids.next(),
                release: release.id,
                span: release.span,
                scope: Scope::Department(node.department.id),
                name: Some(node.department.name.clone()),
                sort: format!("{n:06}0{}", node.department.id.0.simple()),
                figures: figures.clone(),
            })
            .collect();
        transaction.put_insight_releases(&[release]).await.expect("a release");
        transaction.add_insight_cells(&cells).await.expect("cells");
    }
    transaction.commit().await.expect("a commit");
}

const NEXT: &str =
    "managerPair { id nextMeetings(first: 2) { id status slot { startsAt endsAt isProtected } } }";

/// A request that finds two of something for `A` (which `?` stands for) and eight for `B`.
struct Wider {
    /// Who asks: the manager, or the director above.
    by: &'static str,
    query: String,
    /// How many statements more the wider answer may take. Where a request asks for the same kind
    /// of thing on several ways, these meet in one statement or not, as it happens; one statement a
    /// row would be six more.
    slack: u64,
}

fn requests() -> Vec<Wider> {
    let exactly = |by, query: String| Wider { by, query, slack: 0 };
    let about = |by, query: String| Wider { by, query, slack: 4 };
    vec![
        // The manager's own page: a chain, so exactly as many.
        exactly("M", format!("{{ viewer {{ person {{ reports(first: 8) {{ edges {{ node {{ displayName {NEXT} }} }} }} }} }} }}")),
        // The same as the manager's manager sees it: every look is recorded.
        exactly("D", format!("{{ person(number: \"?M\") {{ reports(first: 8) {{ nodes {{ displayName {NEXT} }} }} }} }}")),
        about("M", format!("{{ people(filter: {{text: \"given ?\"}}, first: 20) {{ nodes {{ number manager {{ displayName manager {{ number }} }} department {{ name parent {{ name }} }} posts {{ position department {{ headCount }} }} reports(first: 9) {{ nodes {{ number }} }} {NEXT} }} }} }}")),
        about("M", "{ viewer { pairs { kind organizer { displayName } partner { displayName department { name } } nextMeetings(first: 3) { slot { isProtected } } } } }".to_owned()),
        about("M", "{ viewer { meetings(first: #) { nodes { pair { partner { displayName } } slot { isProtected } } } } }".to_owned()),
        // Where slots stand is one statement for all of them, however much of it is asked for.
        exactly("M", "{ viewer { person { reports(first: 8) { nodes { managerPair { nextMeetings(first: 2) { releaseReason slot { state isProtected isPinned interventions } } } } } } } }".to_owned()),
        about("M", "{ viewer { meetings(first: #) { nodes { place { text } slot { state } } } } }".to_owned()),
        // What two people share, with their meetings, pairs and comments.
        about("M", "{ viewer { pairs { openItems { text author { number } comments { text author { number } } } actions(first: #) { nodes { text owner { number } agendaItem { text } meeting { id } } } } } }".to_owned()),
        about("M", "{ viewer { meetings(first: #) { nodes { agenda { text comments { text } discussedIn { id } } actions { text agendaItem { id } } } } } }".to_owned()),
        about("M", "{ viewer { pairs { feedback(first: #) { nodes { fact author { number } } } learningNotes { nodes { happened } } safety { isCurrent currentText { text } } } } }".to_owned()),
        about("M", "{ viewer { meetings(first: #) { nodes { asksForSafetyDeclaration talkBalance { ownPercent } } } } }".to_owned()),
        about("M", "{ viewer { meetings(first: #) { nodes { id suggestions { situation reason message templates { title questions { text } } } } } } }".to_owned()),
        exactly("M", "{ viewer { actions(first: #) { nodes { text pair { id } } } } }".to_owned()),
        about("M", "{ viewer { person { reports(first: 8) { nodes { managerPair { nextMeetings(first: 2) { sharedMinutes { version markdown contributors { characters person { displayName } } } } } } } } } }".to_owned()),
        about("M", "{ viewer { person { reports { nodes { dottedManagers { number } pairs { id kind } } } } } }".to_owned()),
    ]
}

/// The nested query that everybody asks: what it costs is written down.
async fn the_hot_query_costs_as_much_as_it_says(world: &World) {
    let ask = async |slot: &str| {
        let query = format!(
            "{{ viewer {{ person {{ reports(first: 8) {{ nodes {{ managerPair {{ \
             nextMeetings(first: 2) {{ slot {{ {slot} }} }} }} }} }} }} }} }}"
        );
        world.ask("BM", &query).await.1
    };
    let plain = ask("startsAt endsAt").await;
    assert_eq!(ask("startsAt endsAt isPinned").await, plain);
    assert_eq!(ask("startsAt endsAt isProtected").await, plain + 1);
    assert_eq!(ask("isProtected state interventions").await, plain + 1);
}

async fn a_wider_team_costs_no_more_statements(world: &World) {
    let mut wrong = Vec::new();
    for Wider { by, query, slack } in requests() {
        let of = async |team: &str| {
            let first = if team == "A" { "4" } else { "16" };
            let query = query.replace('?', team).replace('#', first);
            world.ask(&format!("{team}{by}"), &query).await
        };
        let ((few, narrow), (many, wide)) = (of("A").await, of("B").await);
        assert!(many.len() > few.len() * 2, "{query} finds no more for more: {few} {many}");
        assert!(narrow > 0, "{query} asks nothing");
        if wide > narrow + slack {
            wrong.push(format!("{narrow} statements for two, {wide} for eight: {query}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What HR's dashboards ask, of the quarter that begins in month `#`.
const DASHBOARDS: [&str; 2] = [
    "{ insight { departments(period: {kind: MONTH, containing: \"2026-0#-15\"}, first: 100) { nodes { \
     label department { name headCount parent { name } } period { label } figures { completionRate } \
     before { completionRate } support { helps { label } helpers { displayName } } } } } }",
    "{ insight { heatMap(from: \"2026-0#-01\", until: \"2026-0@-20\", first: 100) { nodes { label \
     department { name } cells { period { label } figures { completionRate } \
     before { completionRate } support { helpers { displayName } } } } } } }",
];

/// However many departments there are to show, and however many periods of each.
async fn a_dashboard_costs_no_more_for_more_departments(world: &World) {
    for query in DASHBOARDS {
        let of = async |first: u8| {
            let last = (first + 2).to_string();
            let query = query.replace('#', &first.to_string()).replace('@', &last);
            world.ask("Z", &query).await
        };
        let ((few, narrow), (many, wide)) = (of(4).await, of(7).await);
        assert!(many.len() > few.len() * 4, "{query} finds no more for more: {few} {many}");
        assert!(narrow > 0, "{query} asks nothing");
        assert_eq!(narrow, wide, "statements for two departments and for thirteen: {query}");
    }
    let trend = async |last: u8| {
        let query = format!(
            "{{ insight {{ trend(departmentId: \"{}\", kind: MONTH, last: {last}) {{ label \
             period {{ label }} before {{ completionRate }} support {{ helpers {{ number }} }} }} }} }}",
            world.department().await
        );
        world.ask("Z", &query).await
    };
    let ((few, narrow), (many, wide)) = (trend(2).await, trend(6).await);
    assert!(many.len() > few.len() * 2, "a trend finds no more for more: {few} {many}");
    assert_eq!(narrow, wide, "statements for two months and for six");
}

/// Runs both on an engine.
async fn costs(engine: Engine) {
    let world = World::on(engine).await;
    the_hot_query_costs_as_much_as_it_says(&world).await;
    a_wider_team_costs_no_more_statements(&world).await;
    a_dashboard_costs_no_more_for_more_departments(&world).await;
}

#[tokio::test]
async fn more_to_find_costs_no_more_statements_on_sqlite() {
    costs(Engine::Sqlite).await;
}

#[tokio::test]
async fn more_to_find_costs_no_more_statements_on_postgres() {
    costs(Engine::Postgres).await;
}
