//! Relay's `Node`.

use async_graphql::{Context, ID, Interface, Object, Result};
use taiwa_domain::id::{MeetingId, PairId, PersonId};
use taiwa_operations::{minutes as operations, organization::import, planning as plans};

use crate::{
    cadence::reserved::ReservedWindow,
    context::caller,
    error::failed,
    id::{Kind, decode_any},
    load::TreeAt,
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
        Kind::Person => Person::find(context, PersonId(id)).await?.map(Node::Person),
        Kind::Department => {
            let tree = caller.loads.load_one(TreeAt(day)).await?;
            tree.and_then(|tree| Department::find(tree, id.into(), day)).map(Node::Department)
        }
        Kind::Pair => Pair::find(context, PairId(id)).await?.map(Node::Pair),
        Kind::Meeting => Meeting::find(context, MeetingId(id)).await?.map(Node::Meeting),
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
