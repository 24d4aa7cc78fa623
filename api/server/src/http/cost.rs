//! What an operation costs: its fields, times the page sizes they stand under.
//!
//! A field counts one. Under a connection, `edges` and `nodes` count as often as the page is
//! long: `first` or `last`, literal or variable, and the server's default page where neither is
//! given. So `meetings(first: 20) { nodes { id startsAt } }` costs 1 + 20 × (1 + 2). Lists
//! without a page size count once; they are short by design.
//!
//! The cost is worked out once per document as a small formula over its variables. Fragments are
//! written out on the way, which the limit on expanded selections has made affordable.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Value, Variables};

/// The page a connection returns when the client names no size.
const DEFAULT_PAGE: u64 = 50;

/// The cost of an operation as a formula: a constant and the parts whose number is only known
/// with the variables.
#[derive(Debug, Default)]
pub(super) struct Cost {
    constant: u64,
    parts: Vec<(Pages, Cost)>,
}

/// How often a part counts: the sum of its page sizes. Someone may give both `first` and
/// `last`; the sum covers either.
#[derive(Debug, Default)]
struct Pages {
    literal: u64,
    variables: Vec<PageVariable>,
}

/// A page size given in a variable.
#[derive(Debug)]
struct PageVariable {
    name: Name,
    default: u64,
}

impl Cost {
    /// The formula for one operation of a document.
    pub(super) fn of(document: &ExecutableDocument, operation: &OperationDefinition) -> Self {
        Formula { document, operation }.set(&operation.selection_set.node, false).total()
    }

    /// The cost with these variables.
    pub(super) fn with(&self, variables: &Variables) -> u64 {
        self.parts.iter().fold(self.constant, |sum, (pages, item)| {
            sum.saturating_add(pages.with(variables).saturating_mul(item.with(variables)))
        })
    }

    fn add(&mut self, other: Self) {
        self.constant = self.constant.saturating_add(other.constant);
        self.parts.extend(other.parts);
    }

    /// Wraps instead of multiplying out, so that the formula stays as small as the document.
    fn times(self, pages: Pages) -> Self {
        if self.parts.is_empty() && pages.variables.is_empty() {
            Self { constant: self.constant.saturating_mul(pages.literal), parts: Vec::new() }
        } else {
            Self { constant: 0, parts: vec![(pages, self)] }
        }
    }
}

impl Pages {
    fn with(&self, variables: &Variables) -> u64 {
        self.variables.iter().fold(self.literal, |sum, size| {
            let value = variables.get(&size.name).and_then(literal).unwrap_or(size.default);
            sum.saturating_add(value)
        })
    }
}

/// The cost of a selection set: what comes once, and what comes once for each item of the page.
#[derive(Default)]
struct Split {
    once: Cost,
    each: Cost,
}

impl Split {
    fn total(mut self) -> Cost {
        self.once.add(self.each);
        self.once
    }
}

fn literal(value: &Value) -> Option<u64> {
    match value {
        // A negative size is an error for the resolver to name; it fetches nothing.
        Value::Number(n) => Some(n.as_u64().unwrap_or(0)),
        _ => None,
    }
}

struct Formula<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
}

impl<'a> Formula<'a> {
    /// `each` is filled only where the set belongs to a connection.
    fn set(&self, set: &'a SelectionSet, connection: bool) -> Split {
        let mut sum = Split::default();
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let cost = self.field(&field.node);
                    let each = connection && is_items(&field.node);
                    if each { sum.each.add(cost) } else { sum.once.add(cost) }
                }
                Selection::InlineFragment(inline) => {
                    let inner = self.set(&inline.node.selection_set.node, connection);
                    sum.once.add(inner.once);
                    sum.each.add(inner.each);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(set) = self.fragment(&spread.node.fragment_name.node) {
                        let inner = self.set(set, connection);
                        sum.once.add(inner.once);
                        sum.each.add(inner.each);
                    }
                }
            }
        }
        sum
    }

    fn field(&self, field: &'a Field) -> Cost {
        let mut cost = Cost { constant: 1, parts: Vec::new() };
        let children = &field.selection_set.node;
        if children.items.is_empty() {
            return cost;
        }
        let pages = self.pages(field);
        if self.has_items(children) {
            let default = Pages { literal: DEFAULT_PAGE, variables: Vec::new() };
            let inner = self.set(children, true);
            cost.add(inner.once);
            cost.add(inner.each.times(pages.unwrap_or(default)));
        } else {
            let inner = self.set(children, false).total();
            cost.add(match pages {
                Some(pages) => inner.times(pages),
                None => inner,
            });
        }
        cost
    }

    /// The page sizes of a field, or nothing where it names none.
    fn pages(&self, field: &Field) -> Option<Pages> {
        let mut pages: Option<Pages> = None;
        for argument in ["first", "last"].iter().filter_map(|name| field.get_argument(name)) {
            match argument.node.clone().into_const_with(Err) {
                Ok(value) => {
                    if let Some(size) = literal(&value) {
                        let pages = pages.get_or_insert_default();
                        pages.literal = pages.literal.saturating_add(size);
                    }
                }
                Err(name) => {
                    pages.get_or_insert_default().variables.push(self.variable(name));
                }
            }
        }
        pages
    }

    fn variable(&self, name: Name) -> PageVariable {
        let default = self
            .operation
            .variable_definitions
            .iter()
            .find(|definition| definition.node.name.node == name)
            .and_then(|definition| definition.node.default_value.as_ref())
            .and_then(|value| literal(&value.node));
        PageVariable { name, default: default.unwrap_or(DEFAULT_PAGE) }
    }

    fn has_items(&self, set: &SelectionSet) -> bool {
        set.items.iter().any(|item| match &item.node {
            Selection::Field(field) => is_items(&field.node),
            Selection::InlineFragment(inline) => self.has_items(&inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => self
                .fragment(&spread.node.fragment_name.node)
                .is_some_and(|set| self.has_items(set)),
        })
    }

    fn fragment(&self, name: &Name) -> Option<&'a SelectionSet> {
        self.document.fragments.get(name).map(|fragment| &fragment.node.selection_set.node)
    }
}

fn is_items(field: &Field) -> bool {
    matches!(field.name.node.as_str(), "edges" | "nodes")
        && !field.selection_set.node.items.is_empty()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn cost(text: &str, variables: serde_json::Value) -> u64 {
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        Cost::of(&document, &operation.node).with(&Variables::from_json(variables))
    }

    #[test]
    fn pages_multiply_what_is_on_them() {
        for (text, expected) in [
            ("{ a b { c } }", 3),
            ("{ m(first: 20) { nodes { id at } } }", 1 + 20 * 3),
            ("{ m(last: 20) { edges { node { id } } pageInfo { hasNextPage } } }", 1 + 20 * 3 + 2),
            ("{ m { nodes { id } } }", 1 + 50 * 2),
            (
                "{ m(first: 2) { nodes { items(first: 3) { nodes { id } } } } }",
                1 + 2 * (1 + 1 + 3 * 2),
            ),
            ("{ list(first: 5) { id } }", 1 + 5),
            ("{ m(first: 5) { ...C } } fragment C on T { nodes { id } totalCount }", 1 + 5 * 2 + 1),
            ("{ m(first: 5, last: 7) { nodes { id } } }", 1 + 12 * 2),
            ("{ m(first: -5) { nodes { id } } }", 1),
            ("{ node(id: 1) { nodes } }", 2),
        ] {
            assert_eq!(cost(text, json!({})), expected, "{text}");
        }
    }

    #[test]
    fn page_sizes_may_come_in_variables() {
        let text = "query($n: Int = 7, $m: Int) {
            p(first: $n) { nodes { q(first: $m) { nodes { id } } r(first: 2) { nodes { id } } } }
        }";
        let page = |n: u64, m: u64| 1 + n * (1 + (1 + m * 2) + (1 + 2 * 2));
        assert_eq!(cost(text, json!({})), page(7, 50));
        assert_eq!(cost(text, json!({"n": 3, "m": 4})), page(3, 4));
        assert_eq!(cost(text, json!({"n": null, "m": "many"})), page(7, 50));
    }

    #[test]
    fn large_costs_stop_at_the_top() {
        let text =
            "{ a(first: 4000000000) { b(first: 4000000000) { c(first: 4000000000) { d } } } }";
        assert_eq!(cost(text, json!({})), u64::MAX);
    }
}
