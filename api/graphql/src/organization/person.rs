//! Persons.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject, connection::Connection};
use chrono::NaiveDate;
use taiwa_domain::{
    access::ReadComing,
    id::PersonId,
    organization::{self as domain, LineKind},
};
use taiwa_operations::{meeting as operations, rows::PairRow};

use super::{
    Locale,
    department::Department,
    particulars::{EmploymentStatus, EmploymentType, PersonName, WeeklyWindow, WorkStyle},
};
use crate::{
    context::caller,
    error::{Shared, failed},
    id::{Kind, global},
    load::{LinesDown, LinesUp, ManagerPairOf, PairsOf, PersonAt, PostsAt, TreeAt},
    page::Page,
    pair::Pair,
};

/// A person's post in a department.
pub(crate) struct Post {
    post: taiwa_operations::rows::Post,
    day: NaiveDate,
}

/// A person's post in a department.
#[Object]
impl Post {
    /// The department.
    async fn department(&self, context: &Context<'_>) -> Result<Option<Department>> {
        let tree = caller(context)?.loads.load_one(TreeAt(self.day)).await?;
        Ok(tree.and_then(|tree| Department::find(tree, self.post.department, self.day)))
    }

    /// Position or title.
    async fn position(&self) -> Option<&str> {
        self.post.position.as_deref()
    }

    /// Whether it is the primary post; the others are concurrent (兼務).
    async fn is_primary(&self) -> bool {
        self.post.primary
    }

    /// First day.
    async fn from(&self) -> NaiveDate {
        self.post.period.from
    }

    /// Last day, if it ends. Requires, until it comes: that person, HR or administrator.
    async fn until(&self, context: &Context<'_>) -> Result<Option<NaiveDate>> {
        recorded(context, self.post.person, self.post.period.last_day())
    }
}

/// A day that is recorded of somebody: once it has come, or for those who may know before.
fn recorded(
    context: &Context<'_>,
    person: PersonId,
    day: Option<NaiveDate>,
) -> Result<Option<NaiveDate>> {
    let actor = &caller(context)?.actor;
    let known = |day: &NaiveDate| {
        *day <= actor.today || actor.caller.grant::<ReadComing>(&Some(person)).is_ok()
    };
    Ok(day.filter(known))
}

/// A person in a chain of reporting lines.
#[derive(SimpleObject)]
pub(crate) struct ChainLink {
    /// Who.
    person: Person,
    /// Steps away, from 1.
    distance: u32,
}

/// An employee, as of a day.
pub(crate) struct Person {
    pub(crate) person: Arc<domain::Person>,
    pub(crate) day: NaiveDate,
    /// What a statement for the whole team brought along.
    pub(crate) team: Team,
}

/// What is known of a person's manager pair before anyone asks.
#[derive(Clone, Default)]
pub(crate) enum Team {
    /// Nothing: loaders are asked.
    #[default]
    Unknown,
    /// The pair, if there is one, with so many of its next meetings.
    Known(Option<Pair>),
}

impl Person {
    /// A person as of a day.
    pub(crate) fn new(person: Arc<domain::Person>, day: NaiveDate) -> Self {
        Self { person, day, team: Team::Unknown }
    }

    /// A person by their id as they are today, if there is one.
    pub(crate) async fn find(
        context: &Context<'_>,
        id: impl Into<Option<PersonId>>,
    ) -> Result<Option<Self>> {
        let Some(id) = id.into() else { return Ok(None) };
        let caller = caller(context)?;
        let day = caller.actor.today;
        let found = caller.loads.load_one(PersonAt(id, day)).await?;
        Ok(found.map(|person| Self::new(person, day)))
    }

    /// How many next meetings of each report's manager pair the query asks for, if it is the
    /// caller's own team: then one statement brings all of it.
    fn hot_shape(&self, context: &Context<'_>, page: &Page) -> Result<Option<u32>> {
        let own = caller(context)?.actor.caller.person == self.person.id;
        if !own || page.backwards || page.before.is_some() {
            return Ok(None);
        }
        let nodes = ["edges", "nodes"].map(|list| {
            let list = context.look_ahead().field(list);
            if list.field("node").exists() { list.field("node") } else { list }
        });
        let asked: Vec<u32> = nodes
            .iter()
            .flat_map(|node| node.field("managerPair").field("nextMeetings").selection_fields())
            .map(|field| match field.arguments() {
                Ok(arguments) => arguments
                    .iter()
                    .find(|(name, _)| name == "first")
                    .map_or(Some(2), |(_, value)| match value {
                        async_graphql::Value::Number(count) => {
                            count.as_u64().and_then(|count| u32::try_from(count).ok())
                        }
                        _ => None,
                    })
                    .unwrap_or(0),
                Err(_) => 0,
            })
            .collect();
        Ok(match asked.as_slice() {
            // One width; anything else goes the ordinary way.
            [first, rest @ ..] if (1..=20).contains(first) && rest.iter().all(|it| it == first) => {
                Some(*first)
            }
            _ => None,
        })
    }

    async fn others(
        &self,
        context: &Context<'_>,
        ids: impl IntoIterator<Item = taiwa_domain::id::PersonId>,
    ) -> Result<Vec<Self>> {
        let day = self.day;
        let ids: Vec<_> = ids.into_iter().collect();
        let found =
            caller(context)?.loads.load_many(ids.iter().map(|id| PersonAt(*id, day))).await?;
        Ok(ids
            .iter()
            .filter_map(|id| found.get(&PersonAt(*id, day)))
            .map(|person| Self::new(person.clone(), day))
            .collect())
    }

    async fn managers_by(&self, context: &Context<'_>, kind: LineKind) -> Result<Vec<Self>> {
        let lines = caller(context)?.loads.load_one(LinesUp(self.person.id, self.day)).await?;
        let ids = lines.into_iter().flatten().filter(|line| line.kind == kind);
        self.others(context, ids.map(|line| line.manager)).await
    }

    async fn reports_by(&self, context: &Context<'_>, kind: LineKind) -> Result<Vec<Self>> {
        let lines = caller(context)?.loads.load_one(LinesDown(self.person.id, self.day)).await?;
        let ids = lines.into_iter().flatten().filter(|line| line.kind == kind);
        let mut reports = self.others(context, ids.map(|line| line.report)).await?;
        reports.sort_by(|a, b| a.person.number.cmp(&b.person.number));
        Ok(reports)
    }
}

/// An employee, as of a day.
#[Object]
impl Person {
    /// Global id; stays through departures and rehires.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Person, self.person.id)
    }

    /// Employee number.
    async fn number(&self) -> &str {
        &self.person.number
    }

    /// The name colleagues know.
    async fn display_name(&self) -> String {
        self.person.profile.name.display()
    }

    /// All names.
    async fn name(&self) -> PersonName {
        let it = &self.person.profile.name;
        PersonName {
            display: it.display(),
            family: it.family.clone(),
            given: it.given.clone(),
            family_kana: it.family_kana.clone(),
            given_kana: it.given_kana.clone(),
            business: it.business.clone(),
        }
    }

    /// Work email.
    async fn email(&self) -> Option<&str> {
        self.person.profile.email.as_deref()
    }

    /// How they stand on the day.
    async fn status(&self) -> EmploymentStatus {
        self.person.status.into()
    }

    /// How employed.
    async fn employment_type(&self) -> EmploymentType {
        self.person.profile.employment_type.into()
    }

    /// Where they usually work.
    async fn work_style(&self) -> WorkStyle {
        self.person.profile.work_style.into()
    }

    /// IANA time zone of their working day.
    async fn time_zone(&self) -> &'static str {
        self.person.profile.zone.name()
    }

    /// Language.
    async fn locale(&self) -> Locale {
        self.person.profile.locale.into()
    }

    /// Weekly working hours, wall clock in their zone.
    async fn working_hours(&self) -> Vec<WeeklyWindow> {
        self.person.profile.hours.windows().iter().map(Into::into).collect()
    }

    /// First day of the latest employment. Requires, until it comes: that person, HR or
    /// administrator.
    async fn joined_on(&self, context: &Context<'_>) -> Result<Option<NaiveDate>> {
        recorded(context, self.person.id, self.person.joined)
    }

    /// Last day of that employment, if it ends. Requires, until it comes: that person, HR or
    /// administrator.
    async fn left_on(&self, context: &Context<'_>) -> Result<Option<NaiveDate>> {
        recorded(context, self.person.id, self.person.left)
    }

    /// Posts on the day, the primary one first.
    async fn posts(&self, context: &Context<'_>) -> Result<Vec<Post>> {
        let posts = caller(context)?.loads.load_one(PostsAt(self.person.id, self.day)).await?;
        let day = self.day;
        Ok(posts.into_iter().flatten().map(|post| Post { post, day }).collect())
    }

    /// The department of the primary post.
    async fn department(&self, context: &Context<'_>) -> Result<Option<Department>> {
        let caller = caller(context)?;
        let posts = caller.loads.load_one(PostsAt(self.person.id, self.day)).await?;
        let Some(post) = posts.into_iter().flatten().find(|post| post.primary) else {
            return Ok(None);
        };
        let tree = caller.loads.load_one(TreeAt(self.day)).await?;
        Ok(tree.and_then(|tree| Department::find(tree, post.department, self.day)))
    }

    /// The manager by the solid line.
    async fn manager(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Ok(self.managers_by(context, LineKind::Solid).await?.pop())
    }

    /// Further managers by dotted lines.
    async fn dotted_managers(&self, context: &Context<'_>) -> Result<Vec<Person>> {
        self.managers_by(context, LineKind::Dotted).await
    }

    /// Who reports to them by solid lines, by employee number.
    async fn reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let page = Page::new(first, after, last, before)?;
        let Some(meetings) = self.hot_shape(context, &page)? else {
            let reports = self.reports_by(context, LineKind::Solid).await?;
            return Ok(page.keyed(reports, |it| &it.person.number, |person| person));
        };
        let caller = caller(context)?;
        let (day, after) = (self.day, page.after.as_deref());
        let team =
            operations::own_team(&caller.app, &caller.actor, day, after, page.fetch(), meetings)
                .await
                .map_err(|failure| failed(&failure))?;
        Ok(page.connection(
            team,
            |member| member.person.number.clone(),
            |member| {
                let next = Some((meetings, Arc::new(member.next)));
                let pair = member
                    .pair
                    .map(|pair| Pair { row: PairRow { pair, organizers_manager: None }, next });
                Person { person: member.person.into(), day, team: Team::Known(pair) }
            },
        ))
    }

    /// Who reports to them by dotted lines.
    async fn dotted_reports(&self, context: &Context<'_>) -> Result<Vec<Person>> {
        self.reports_by(context, LineKind::Dotted).await
    }

    /// Managers up to the top by solid lines, nearest first.
    async fn chain_up(&self, context: &Context<'_>) -> Result<Vec<ChainLink>> {
        let caller = caller(context)?;
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        let links = reader.chain_up(self.day, self.person.id).await.map_err(Shared::from)?;
        drop(reader);
        let people = self.others(context, links.iter().map(|link| link.person)).await?;
        Ok(people
            .into_iter()
            .filter_map(|person| {
                let link = links.iter().find(|link| link.person == person.person.id)?;
                Some(ChainLink { distance: link.distance, person })
            })
            .collect())
    }

    /// Everyone below them by solid lines, nearest first.
    async fn chain_down(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let page = Page::new(first, after, last, before)?;
        let caller = caller(context)?;
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        let links = reader.chain_down(self.day, self.person.id).await.map_err(Shared::from)?;
        drop(reader);
        page.slice(self.others(context, links.iter().map(|link| link.person)).await?, |it| it)
    }

    /// The 1on1 with their manager by the solid line; null unless the caller may see its status:
    /// the two, and the manager's own manager. Requires: status of the pair.
    async fn manager_pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        if let Team::Known(pair) = &self.team {
            return Ok(pair.clone());
        }
        let found = caller(context)?.loads.load_one(ManagerPairOf(self.person.id)).await?;
        Ok(found.map(Pair::new))
    }

    /// Their pairs, as far as the caller may see them. Requires: status of the pair.
    async fn pairs(&self, context: &Context<'_>) -> Result<Vec<Pair>> {
        let found = caller(context)?.loads.load_one(PairsOf(self.person.id)).await?;
        Ok(found.into_iter().flatten().map(Pair::new).collect())
    }
}
