//! Everything that a person may read of what was said, for that person to take along.
//!
//! It is asked for in the person's own name through the schema itself, so that an export shows
//! what the API shows them and no grant is judged twice. Piece by piece: one pair's history stands
//! in memory at a time.

mod markdown;

use async_graphql::{Request, Response, Value, Variables};
use serde_json::{Value as Json, json};
use taiwa_operations::{Actor, App};

pub use markdown::Markdown;

use crate::Api;

/// A piece of an export, in the order in which they come.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Who exports, as the organization knows them.
    Person(Json),
    /// One pair with all that its two people share.
    Pair(Json),
    /// Some of a list of one's own: private notes, checks of one's talking, looks of others.
    Own(&'static str, Vec<Json>),
}

/// The lists of one's own, by the name of their field.
pub const OWN: [&str; 3] = ["privateNotes", "talkBalances", "statusLooks"];

/// An export could not be read to its end.
#[derive(Clone, Copy, Debug)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an export cannot be read")
    }
}

impl std::error::Error for Unreadable {}

/// An export under way.
pub struct Export {
    api: Api,
    app: App,
    actor: Actor,
    next: Next,
}

enum Next {
    Person,
    Pairs(Vec<Json>),
    /// Which of [`OWN`], after which cursor.
    Own(usize, Json),
}

const PERSON: &str = "id number displayName email locale timeZone joinedOn leftOn";
const NAME: &str = "{ id displayName }";

impl Export {
    /// Of what `actor` may read.
    pub fn new(api: Api, app: App, actor: Actor) -> Self {
        Self { api, app, actor, next: Next::Person }
    }

    /// The next piece; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Piece>, Unreadable> {
        match &mut self.next {
            Next::Person => {
                let query = format!(
                    "{{ viewer {{ person {{ {PERSON} }} \
                     pairs {{ id kind organizer {NAME} partner {NAME} \
                       episodes {{ from until }} }} }} }}"
                );
                let mut viewer = self.ask(&query, json!({})).await?["viewer"].take();
                let mut pairs = rows(viewer["pairs"].take());
                pairs.reverse();
                self.next = Next::Pairs(pairs);
                Ok(Some(Piece::Person(viewer["person"].take())))
            }
            Next::Pairs(pairs) => match pairs.pop() {
                Some(pair) => self.pair(pair).await.map(|it| Some(Piece::Pair(it))),
                None => {
                    self.next = Next::Own(0, Json::Null);
                    Box::pin(self.next()).await
                }
            },
            Next::Own(at, after) => {
                let (at, after) = (*at, after.take());
                let Some(name) = OWN.get(at) else { return Ok(None) };
                let query = format!(
                    "query($after: String) {{ viewer {{ {name}(first: 100, after: $after) {{ \
                       pageInfo {{ hasNextPage endCursor }} nodes {{ {} }} }} }} }}",
                    own_fields(name)
                );
                let mut found = self.ask(&query, json!({"after": after})).await?;
                let page = found["viewer"][name].take();
                self.next = match more(&page) {
                    Some(cursor) => Next::Own(at, cursor),
                    None => Next::Own(at + 1, Json::Null),
                };
                Ok(Some(Piece::Own(name, rows(page["nodes"].clone()))))
            }
        }
    }

    /// A pair with all its lists, to their ends.
    async fn pair(&self, mut pair: Json) -> Result<Json, Unreadable> {
        let query = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on Pair {{ \
               openItems {{ {ITEM} }} \
               safety {{ declaredAt acknowledgedAt declaredText {{ text }} }} }} }} }}"
        );
        let mut found = self.ask(&query, json!({"id": pair["id"]})).await?["node"].take();
        for name in ["openItems", "safety"] {
            pair[name] = found[name].take();
        }
        for (name, first, fields) in PAIR_LISTS {
            let query = format!(
                "query($id: ID!, $after: String) {{ node(id: $id) {{ ... on Pair {{ \
                   {name}(first: {first}, after: $after) {{ \
                   pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }} }} }} }} }}"
            );
            let (mut all, mut after) = (Vec::new(), Json::Null);
            loop {
                let variables = json!({"id": pair["id"], "after": after});
                let mut page = self.ask(&query, variables).await?["node"][name].take();
                all.append(&mut rows(page["nodes"].take()));
                match more(&page) {
                    Some(cursor) => after = cursor,
                    None => break,
                }
            }
            pair[name] = all.into();
        }
        Ok(pair)
    }

    async fn ask(&self, query: &str, variables: Json) -> Result<Json, Unreadable> {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let request = crate::with_actor(request, &self.app, self.actor.clone());
        let Response { data, errors, .. } = self.api.0.execute(request).await;
        // Whoever downloads slowly holds no connection meanwhile.
        self.actor.release().await;
        if !errors.is_empty() || matches!(data, Value::Null) {
            tracing::error!(errors = errors.len(), "an export cannot be read");
            return Err(Unreadable);
        }
        data.into_json().map_err(|_| Unreadable)
    }
}

const ITEM: &str = "id text hopedResponse isDraft state author { id displayName } createdAt \
     sharedAt closedAt wasCarriedOver comments { id text author { id displayName } createdAt editedAt }";

const ACTION: &str = "id text state dueOn owner { id displayName } author { id displayName } \
     createdAt closedAt wasCarriedOver";

/// The lists of a pair: field, size of a page, what is asked for of each.
const PAIR_LISTS: [(&str, u8, &str); 4] = [
    (
        "meetings",
        10,
        "id status dueWeek slot { startsAt endsAt } skipReason \
         outcome { state myWord reason label } \
         agenda { id text hopedResponse isDraft state author { id displayName } createdAt \
           sharedAt closedAt wasCarriedOver \
           comments { id text author { id displayName } createdAt editedAt } } \
         sharedMinutes { id markdown updatedAt }",
    ),
    ("actions", 100, ACTION),
    (
        "feedback",
        100,
        "id fact feeling proposal question reply author { id displayName } createdAt repliedAt",
    ),
    ("learningNotes", 100, "id happened nextTime author { id displayName } createdAt updatedAt"),
];

fn own_fields(name: &str) -> &'static str {
    match name {
        "privateNotes" => "id text ciphertext createdAt updatedAt pair { id } meeting { id }",
        "talkBalances" => "id ownPercent text updatedAt meeting { id }",
        _ => "id lookedAt viewer { id displayName } pair { id }",
    }
}

fn rows(list: Json) -> Vec<Json> {
    match list {
        Json::Array(rows) => rows,
        _ => Vec::new(),
    }
}

/// Where a page goes on.
fn more(page: &Json) -> Option<Json> {
    let info = &page["pageInfo"];
    (info["hasNextPage"] == true).then(|| info["endCursor"].clone())
}

/// Writes pieces as one JSON document, as they come.
#[derive(Default)]
pub struct Document {
    open: Option<&'static str>,
    rows: usize,
}

impl Document {
    /// The text of a piece.
    pub fn piece(&mut self, piece: Piece) -> String {
        match piece {
            Piece::Person(person) => format!("{{\"person\":{person}{}", self.list("pairs")),
            Piece::Pair(pair) => self.rows("pairs", vec![pair]),
            Piece::Own(name, rows) => self.rows(name, rows),
        }
    }

    /// The text that ends the document.
    pub fn end(&mut self) -> String {
        "]}".to_owned()
    }

    fn list(&mut self, name: &'static str) -> String {
        let before = if self.open.is_some() { "]" } else { "" };
        (self.open, self.rows) = (Some(name), 0);
        format!("{before},\"{name}\":[")
    }

    fn rows(&mut self, name: &'static str, rows: Vec<Json>) -> String {
        let mut out = if self.open == Some(name) { String::new() } else { self.list(name) };
        for row in rows {
            if self.rows > 0 {
                out.push(',');
            }
            out.push_str(&row.to_string());
            self.rows += 1;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    #[test]
    fn pieces_make_one_document() {
        let mut document = Document::default();
        let mut text = String::new();
        for piece in [
            Piece::Person(json!({"id": "p"})),
            Piece::Pair(json!({"id": 1})),
            Piece::Pair(json!({"id": 2})),
            Piece::Own("privateNotes", vec![json!(1)]),
            Piece::Own("privateNotes", vec![json!(2), json!(3)]),
            Piece::Own("talkBalances", vec![]),
            Piece::Own("statusLooks", vec![json!(4)]),
        ] {
            text.push_str(&document.piece(piece));
        }
        text.push_str(&document.end());
        let found: Map<String, Json> = serde_json::from_str(&text).unwrap();
        assert_eq!(
            Json::Object(found),
            json!({
                "person": {"id": "p"}, "pairs": [{"id": 1}, {"id": 2}],
                "privateNotes": [1, 2, 3], "talkBalances": [], "statusLooks": [4],
            })
        );
    }
}
