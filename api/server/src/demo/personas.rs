//! People to look at the demo as.

use taiwa_domain::{
    access::Role,
    id::{OrganizationId, PersonId},
};
use taiwa_identity::expose;
use taiwa_operations::{Actor, App, platform, rows::PersonKey};

use crate::cli::Problem;

/// A persona with a token.
pub(crate) struct Persona {
    pub(crate) role: &'static str,
    pub(crate) name: String,
    pub(crate) id: PersonId,
    pub(crate) number: &'static str,
    pub(crate) token: String,
    pub(crate) query: &'static str,
}

/// Who: persona, employee number in `company.csv`, role, a first query.
const PEOPLE: [(&str, &str, Option<Role>, &str); 6] = [
    (
        "member",
        "T0064",
        None,
        "{ viewer { person { displayName manager { displayName } } \
         pairs { kind nextMeetings(first: 3) { slot { startsAt endsAt isProtected } } } } }",
    ),
    (
        "manager",
        "T0004",
        None,
        "{ viewer { person { displayName reports(first: 8) { edges { node { displayName \
         managerPair { nextMeetings(first: 2) { status slot { startsAt endsAt isProtected } } } } } } } } }",
    ),
    (
        "middle_manager",
        "T0029",
        None,
        "{ viewer { person { displayName manager { displayName } reports(first: 8) { edges { node \
         { displayName pairs { kind organizer { displayName } partner { displayName } \
         nextMeetings(first: 1) { slot { startsAt isProtected } } } } } } } } }",
    ),
    (
        "hr",
        "T0018",
        Some(Role::Hr),
        "{ cadencePolicies { scope reason cadence { everyWeeks minutes } } \
         plans(first: 1) { edges { node { startsOn weeks pairCount placedCount isExact \
         seriesCost lowerBound skipped { reason count } } } } }",
    ),
    (
        "executive",
        "T0001",
        Some(Role::Executive),
        "{ organization { name reservedWindows { name window { weekday from to } } } \
         departments { name headCount children { name headCount } } }",
    ),
    (
        "administrator",
        "T0052",
        Some(Role::Administrator),
        "{ jobs(first: 5) { edges { node { kind state progressDone } } } \
         people(first: 5, filter: {text: \"sato\"}) { edges { node { number displayName \
         timeZone department { name } } } } }",
    ),
];

async fn find(app: &App, actor: &Actor, number: &str) -> Result<(PersonId, String), Problem> {
    let reader = app.reader(actor).await?;
    let key = PersonKey::Number(number.to_owned());
    let person = reader
        .person_by_key(actor.today, &key)
        .await
        .map_err(taiwa_operations::Failure::from)?
        .ok_or_else(|| Problem::new("demo", format!("the demo has no {number}")))?;
    Ok((person.id, person.profile.name.display()))
}

/// Gives the personas their roles.
pub(super) async fn give_roles(app: &App, actor: &Actor) -> Result<(), Problem> {
    for (_, number, role, _) in PEOPLE {
        if let Some(role) = role {
            let (id, _) = find(app, actor, number).await?;
            platform::set_role(app, actor, None, id, role, true).await?;
        }
    }
    Ok(())
}

/// The personas with fresh tokens.
pub(crate) async fn personas(
    app: &App,
    organization: OrganizationId,
) -> Result<Vec<Persona>, Problem> {
    let actor = app.operator(organization).await?;
    let mut personas = Vec::with_capacity(PEOPLE.len());
    for (role, number, _, query) in PEOPLE {
        let (id, name) = find(app, &actor, number).await?;
        let issued = app.issue_token(organization, id, platform::TOKEN_LIFETIME).await?;
        personas.push(Persona { role, name, id, number, token: expose(&issued).to_owned(), query });
    }
    Ok(personas)
}
