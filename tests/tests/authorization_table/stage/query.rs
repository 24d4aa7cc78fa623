//! The requests that try the queries.

use chrono::Days;
use taiwa_tests::json;

use super::{super::Case, Stage, ask::Request};

impl Stage {
    /// Makes ready to try a query; `real` makes a ghost of an id where one is wanted.
    pub(super) fn query(
        &self,
        case: &Case,
        name: &str,
        real: impl Fn(&String) -> String,
    ) -> Request {
        let id = match case.what {
            "person" => &self.person,
            "department" => &self.department,
            "organization" => &self.organization,
            "window" => &self.window,
            "meeting" => &self.meeting,
            "minutes" => &self.minutes,
            "plan" => &self.plan,
            "import" => &self.import.0,
            "agenda item" => &self.item,
            "action" => &self.action,
            _ => &self.pair,
        };
        let coming = case.what == "of a day to come";
        let query = match name {
            "people" if coming => "query($day: NaiveDate) { people(asOf: $day) { nodes { id } } }",
            "departments" if coming => "query($day: NaiveDate) { departments(asOf: $day) { id } }",
            "person" if coming => {
                "query($id: ID!, $day: NaiveDate) { person(id: $id, asOf: $day) { id } }"
            }
            "health" => "{ health { status } }",
            "viewer" => "{ viewer { roles person { id } calendar { feedRotatedAt } } }",
            "organization" => "{ organization { id name } }",
            "people" => "{ people(first: 5) { edges { node { id } } } }",
            "departments" => "{ departments { id headCount } }",
            "safetyText" => "{ safetyText { id text } }",
            "libraryQuestions" => "{ libraryQuestions { id text } }",
            "agendaTemplates" => "{ agendaTemplates { id title questions { id } } }",
            "cadencePolicies" => "{ cadencePolicies { id reason } }",
            "imports" => "{ imports { edges { node { id } } } }",
            "jobs" => "{ jobs { edges { node { id } } } }",
            "insight" => "{ insight { periods(kind: MONTH) { from } } }",
            "plans" => "{ plans { edges { node { id } } } }",
            "person" => "query($id: ID!) { person(id: $id) { id email } }",
            "node" => "query($id: ID!) { node(id: $id) { id __typename } }",
            "nodes" => "query($id: ID!) { nodes(ids: [$id]) { id __typename } }",
            other => panic!("no request for {other}"),
        };
        let id = if name == "person" { real(&self.person) } else { real(id) };
        let mut variables = if query.starts_with("query") { json!({"id": id}) } else { json!({}) };
        if coming {
            variables["day"] = json!(self.day + Days::new(30));
        }
        Request::Ask(query, variables)
    }
}
