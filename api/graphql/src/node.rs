//! Relay's `Node`.

use async_graphql::{Context, ID, Interface, Object, Result};
use taiwa_operations::{minutes as operations, organization::import, planning as plans};

use crate::{
    cadence::reserved::ReservedWindow,
    context::caller,
    error::failed,
    id::{Kind, decode_any},
    load::{MeetingOf, PairOf, PersonAt, TreeAt},
    meeting::{
        Meeting,
        agenda::{self, action::ActionItem, item::AgendaItem},
    },
    minutes::Minutes,
    organization::{Organization, department::Department, import::OrgImport, person::Person},
    pair::Pair,
    planning::Plan,
};

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub(crate) enum Node {
    /// The tenant.
    Organization(Organization),
    /// An employee.
    Person(Person),
    /// A department.
    Department(Department),
    /// Two people and their 1on1.
    Pair(Pair),
    /// A meeting.
    Meeting(Meeting),
    /// The shared record of a meeting.
    Minutes(Minutes),
    /// A talking point.
    AgendaItem(AgendaItem),
    /// An action.
    ActionItem(ActionItem),
    /// A plan.
    Plan(Plan),
    /// An import.
    OrgImport(OrgImport),
    /// A reserved window.
    ReservedWindow(ReservedWindow),
}

/// Finds an object the caller may know of; anything else is not found.
pub(crate) async fn find(context: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let caller = caller(context)?;
    let (app, actor, day) = (&caller.app, &caller.actor, caller.actor.today);
    let Some((kind, id)) = decode_any(id) else { return Ok(None) };
    let hidden = |failure: taiwa_operations::Failure| match failure {
        taiwa_operations::Failure::NotFound => Ok(None),
        other => Err(failed(&other)),
    };
    Ok(match kind {
        Kind::Organization => {
            (actor.caller.organization.0 == id).then(|| Node::Organization(Organization))
        }
        Kind::Person => caller
            .loads
            .load_one(PersonAt(id.into(), day))
            .await?
            .map(|person| Node::Person(Person::new(person, day))),
        Kind::Department => {
            let tree = caller.loads.load_one(TreeAt(day)).await?;
            tree.and_then(|tree| Department::find(tree, id.into(), day)).map(Node::Department)
        }
        Kind::Pair => {
            caller.loads.load_one(PairOf(id.into())).await?.map(|row| Node::Pair(Pair::new(row)))
        }
        Kind::Meeting => {
            caller.loads.load_one(MeetingOf(id.into())).await?.map(|it| Node::Meeting(Meeting(it)))
        }
        Kind::Minutes => operations::by_id(app, actor, &[id.into()])
            .await
            .map_err(|failure| failed(&failure))?
            .pop()
            .map(|it| Node::Minutes(Minutes(it))),
        Kind::AgendaItem => agenda::find_item(context, id.into()).await?.map(Node::AgendaItem),
        Kind::ActionItem => agenda::find_action(context, id.into()).await?.map(Node::ActionItem),
        Kind::Plan => plans::record(app, actor, id.into())
            .await
            .or_else(hidden)?
            .map(|record| Node::Plan(Plan::new(record))),
        Kind::Import => import::record(app, actor, id.into())
            .await
            .or_else(|failure| match failure {
                taiwa_operations::Failure::NotFound => Ok(None),
                other => Err(failed(&other)),
            })?
            .map(|record| Node::OrgImport(OrgImport::new(record))),
        Kind::ReservedWindow => ReservedWindow::find(context, id).await?.map(Node::ReservedWindow),
        _ => None,
    })
}

/// Relay's entry points.
#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its global id; null when there is no such thing for the caller.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Global id.")] id: ID,
    ) -> Result<Option<Node>> {
        find(context, &id).await
    }

    /// Many things by their global ids, in their order; null for those that are not there for the
    /// caller. At most 100.
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > 100 {
            return Err(crate::error::coded("INVALID_PAGE", "At most 100 ids."));
        }
        let found = ids.iter().map(|id| find(context, id));
        futures_util::future::try_join_all(found).await
    }
}
