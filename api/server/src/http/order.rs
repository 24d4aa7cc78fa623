//! Fields of an answer in the order of the query, as the GraphQL specification requires.
//!
//! async-graphql resolves the fields of an object concurrently and writes them down as they
//! finish; clients that compare or stream answers rely on the order they asked in. The shape of
//! the query is worked out once per request and objects that happen to be in order, nearly all of
//! them, are only looked at.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value};

/// The response keys of an object in order, with the shapes below them. Selections under
/// different type conditions are put together: an object has those of its own type only.
struct Shape<'q> {
    keys: Vec<(&'q Name, Self)>,
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

impl<'q> Shape<'q> {
    fn new(sets: &[&'q SelectionSet], fragments: &'q Fragments) -> Self {
        let mut keys: Vec<(&'q Name, Vec<&'q SelectionSet>)> = Vec::new();
        for set in sets {
            collect(set, fragments, &mut keys);
        }
        Self {
            keys: keys
                .into_iter()
                .map(|(key, below)| (key, Self::new(&below, fragments)))
                .collect(),
        }
    }

    fn apply(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Value::Object(fields) => {
                let mut expected = self.keys.iter();
                let ordered =
                    fields.keys().all(|key| expected.by_ref().any(|(name, _)| *name == key));
                if !ordered {
                    let mut rest = std::mem::take(fields);
                    for (key, _) in &self.keys {
                        if let Some(value) = rest.swap_remove(*key) {
                            fields.insert((*key).clone(), value);
                        }
                    }
                }
                // Both are in one order now, so one walk over the shape finds every field.
                let mut shapes = self.keys.iter();
                for (key, value) in fields.iter_mut() {
                    if let Some((_, shape)) = shapes.by_ref().find(|(name, _)| *name == key)
                        && !shape.keys.is_empty()
                    {
                        shape.apply(value);
                    }
                }
            }
            _ => {}
        }
    }
}

fn collect<'q>(
    set: &'q SelectionSet,
    fragments: &'q Fragments,
    keys: &mut Vec<(&'q Name, Vec<&'q SelectionSet>)>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                let below = &field.node.selection_set.node;
                match keys.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, sets)) => sets.push(below),
                    None => keys.push((key, vec![below])),
                }
            }
            Selection::InlineFragment(fragment) => {
                collect(&fragment.node.selection_set.node, fragments, keys);
            }
            Selection::FragmentSpread(spread) => {
                // Cycles and bombs were refused before the document came here.
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                    collect(&fragment.node.selection_set.node, fragments, keys);
                }
            }
        }
    }
}

/// Puts the fields of `data` in the order of the operation that was executed.
pub(super) fn restore(data: &mut Value, document: &ExecutableDocument, operation: Option<&str>) {
    let found = document.operations.iter().find(|(name, _)| match operation {
        Some(wanted) => name.is_some_and(|name| name == wanted),
        None => true,
    });
    if let Some((_, operation)) = found {
        Shape::new(&[&operation.node.selection_set.node], &document.fragments).apply(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use serde_json::json;

    fn restored(query: &str, operation: Option<&str>, data: serde_json::Value) -> String {
        let mut data = Value::from_json(data).unwrap();
        restore(&mut data, &parse_query(query).unwrap(), operation);
        serde_json::to_string(&data).unwrap()
    }

    #[test]
    fn fields_stand_as_asked_for_at_every_level() {
        assert_eq!(
            restored(
                "{ b { z y } a: x { c } list { two one } }",
                None,
                json!({"list": [{"one": 1, "two": 2}, null], "a": {"c": 3}, "b": {"y": 4, "z": 5}}),
            ),
            r#"{"b":{"z":5,"y":4},"a":{"c":3},"list":[{"two":2,"one":1},null]}"#
        );
    }

    #[test]
    fn fragments_count_where_they_first_stand() {
        let query = "query A { ...F b { q } } query B { b } \
                     fragment F on Q { b { p ... on T { r } } a }";
        assert_eq!(
            restored(query, Some("A"), json!({"a": 1, "b": {"q": 2, "r": 3, "p": 4}})),
            r#"{"b":{"p":4,"r":3,"q":2},"a":1}"#
        );
    }

    #[test]
    fn what_a_type_condition_left_out_is_not_missed() {
        let query = "{ node { ... on A { x y } ... on B { z x } } }";
        assert_eq!(
            restored(query, None, json!({"node": {"x": 1, "z": 2}})),
            r#"{"node":{"x":1,"z":2}}"#
        );
    }
}
