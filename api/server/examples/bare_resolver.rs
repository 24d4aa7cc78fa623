//! The least that a GraphQL server can do for a manager's team: one statement into structs, out
//! through axum and async-graphql. No caller, no grant, no limits. `tests/measure` compares the
//! real server with it.
//!
//! `bare_resolver DATABASE ORGANIZATION ADDRESS DAY`

use std::{collections::HashMap, error::Error, sync::Arc};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, ID, Object, Request, Response, Schema, SimpleObject,
};
use axum::{Json, Router, extract::State, routing::post};
use chrono::{DateTime, NaiveDate, Utc};
use taiwa_database::{
    Database, PoolSize,
    meeting::{TeamMember, TeamPage},
    organization::PeopleFilter,
};
use taiwa_domain::id::{OrganizationId, PersonId};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct World {
    database: Database,
    organization: OrganizationId,
    day: NaiveDate,
    /// The managers themselves, so that a request needs one statement alone.
    names: HashMap<PersonId, String>,
}

#[derive(SimpleObject)]
struct Manager {
    id: ID,
    display_name: String,
    reports: Reports,
}

#[derive(SimpleObject)]
struct Reports {
    edges: Vec<Edge>,
}

#[derive(SimpleObject)]
struct Edge {
    node: Report,
}

#[derive(SimpleObject)]
struct Report {
    id: ID,
    display_name: String,
    number: String,
    manager_pair: Option<Pair>,
}

#[derive(SimpleObject)]
struct Pair {
    id: ID,
    next_meetings: Vec<Meeting>,
}

#[derive(SimpleObject)]
struct Meeting {
    id: ID,
    status: String,
    minutes: u16,
    slot: Option<Slot>,
}

#[derive(SimpleObject)]
struct Slot {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl From<TeamMember> for Edge {
    fn from(member: TeamMember) -> Self {
        let meetings = member.next.into_iter().map(|meeting| Meeting {
            id: meeting.id.0.into(),
            status: format!("{:?}", meeting.status).to_uppercase(),
            minutes: meeting.minutes,
            slot: meeting
                .slot
                .map(|slot| Slot { starts_at: slot.starts_at, ends_at: slot.ends_at }),
        });
        let next_meetings = meetings.collect();
        Self {
            node: Report {
                id: member.person.id.0.into(),
                display_name: member.person.profile.name.display(),
                number: member.person.number,
                manager_pair: member.pair.map(|pair| Pair { id: pair.id.0.into(), next_meetings }),
            },
        }
    }
}

struct Query;

#[Object]
impl Query {
    async fn person(&self, context: &Context<'_>, id: ID) -> async_graphql::Result<Manager> {
        let world = context.data::<Arc<World>>()?;
        let manager = PersonId(id.parse()?);
        let name = world.names.get(&manager).ok_or("no such manager")?;
        let page =
            TeamPage { manager, day: world.day, after: None, limit: 8, from: now(), meetings: 2 };
        let team = world.database.reader(world.organization).await?.team(&page).await?;
        Ok(Manager {
            id,
            display_name: name.clone(),
            reports: Reports { edges: team.into_iter().map(Edge::from).collect() },
        })
    }
}

#[allow(clippy::disallowed_methods, reason = "a program of its own, without the server's clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

type Bare = Schema<Query, EmptyMutation, EmptySubscription>;

async fn graphql(State(schema): State<Bare>, Json(request): Json<Request>) -> Json<Response> {
    Json(schema.execute(request).await)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, address, day] = arguments.as_slice() else {
        return Err("usage: bare_resolver DATABASE ORGANIZATION ADDRESS DAY".into());
    };
    let day: NaiveDate = day.parse()?;
    let database = Database::connect(url, PoolSize::default()).await?;
    let organization =
        database.system().organization_by_key(key).await?.ok_or("no such organization")?;
    let everyone = database
        .reader(organization)
        .await?
        .people(day, &PeopleFilter::default(), None, None, u32::MAX, false)
        .await?;
    let names = everyone.into_iter().map(|it| (it.id, it.profile.name.display())).collect();
    let world = World { database, organization, day, names };
    let schema =
        Schema::build(Query, EmptyMutation, EmptySubscription).data(Arc::new(world)).finish();
    let router = Router::new().route("/graphql", post(graphql)).with_state(schema);
    let listener = tokio::net::TcpListener::bind(address.as_str()).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
