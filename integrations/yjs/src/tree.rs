//! What stands in a rich document, as plain values, and the small changes that make one of another.

use std::collections::BTreeMap;

use yrs::{
    Any, Number, Out, ReadTxn, Text, TransactionMut, Xml, XmlElementPrelim, XmlElementRef,
    XmlFragment, XmlOut, XmlTextPrelim, XmlTextRef,
    types::{Attrs, text::YChange},
};

use crate::diff::{Step, steps};

/// Attributes and marks: a name and JSON in one canonical spelling.
pub(crate) type Values = BTreeMap<String, String>;

/// A node of a rich document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Node {
    Element { name: String, attributes: Values, children: Vec<Node> },
    Text(Vec<Run>),
}

/// Text with the same marks; or one embedded thing, whose text is its JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) embedded: bool,
    pub(crate) marks: Values,
}

/// The children of an element, at most `depth` levels.
pub(crate) fn read<T: ReadTxn>(parent: &impl XmlFragment, txn: &T, depth: usize) -> Vec<Node> {
    let child = |child: XmlOut| match child {
        XmlOut::Element(it) => Some(Node::Element {
            name: it.try_tag()?.to_string(),
            attributes: it
                .attributes(txn)
                .filter_map(|(name, value)| match value {
                    Out::Any(value) => Some((name.to_owned(), canonical(&value))),
                    _ => None,
                })
                .collect(),
            children: match depth {
                0 => Vec::new(),
                _ => read(&it, txn, depth - 1),
            },
        }),
        XmlOut::Text(it) => Some(Node::Text(runs(&it, txn))),
        // No editor nests fragments; its place is kept, so that counting stays right.
        XmlOut::Fragment(_) => Some(Node::Text(Vec::new())),
    };
    parent.children(txn).filter_map(child).collect()
}

fn runs<T: ReadTxn>(text: &XmlTextRef, txn: &T) -> Vec<Run> {
    text.diff(txn, YChange::identity)
        .into_iter()
        .map(|chunk| {
            let marks = chunk.attributes.iter().flat_map(|it| it.iter());
            let (text, embedded) = match &chunk.insert {
                Out::Any(Any::String(text)) => (text.to_string(), false),
                Out::Any(other) => (canonical(other), true),
                _ => ("null".to_owned(), true),
            };
            Run {
                text,
                embedded,
                marks: marks.map(|(name, it)| (name.to_string(), canonical(it))).collect(),
            }
        })
        .collect()
}

/// Makes `new` of `old`, which is what stands in `parent` now.
pub(crate) fn change(
    parent: &impl XmlFragment,
    txn: &mut TransactionMut<'_>,
    old: &[Node],
    new: &[Node],
) {
    let mut at = 0;
    for step in steps(old, new) {
        let (old_range, new_range) = match step {
            Step::Keep(range, _) => {
                at += range.len() as u32;
                continue;
            }
            Step::Replace(old, new) => (old, new),
        };
        let (old, new) = (&old[old_range], &new[new_range]);
        let alike = old.iter().zip(new).take_while(|(a, b)| alike(a, b)).count();
        for (old, new) in old.iter().zip(new).take(alike) {
            match (parent.get(txn, at), old, new) {
                (
                    Some(XmlOut::Element(it)),
                    Node::Element { attributes: from, children: old, .. },
                    Node::Element { attributes: to, children: new, .. },
                ) => {
                    set(&it, txn, from, to);
                    change(&it, txn, old, new);
                }
                (Some(XmlOut::Text(it)), Node::Text(old), Node::Text(new)) => {
                    rewrite(&it, txn, old, new);
                }
                _ => {}
            }
            at += 1;
        }
        let gone = (old.len() - alike) as u32;
        if gone > 0 {
            parent.remove_range(txn, at, gone);
        }
        for node in &new[alike..] {
            insert(parent, txn, at, node);
            at += 1;
        }
    }
}

/// Whether one becomes the other by changes inside.
fn alike(old: &Node, new: &Node) -> bool {
    match (old, new) {
        (Node::Text(_), Node::Text(_)) => true,
        (Node::Element { name: a, .. }, Node::Element { name: b, .. }) => a == b,
        _ => false,
    }
}

fn insert(parent: &impl XmlFragment, txn: &mut TransactionMut<'_>, at: u32, node: &Node) {
    match node {
        Node::Text(new) => {
            let text = parent.insert(txn, at, XmlTextPrelim::new(""));
            rewrite(&text, txn, &[], new);
        }
        Node::Element { name, attributes, children } => {
            let element = parent.insert(txn, at, XmlElementPrelim::empty(name.as_str()));
            set(&element, txn, &Values::new(), attributes);
            for (at, child) in children.iter().enumerate() {
                insert(&element, txn, at as u32, child);
            }
        }
    }
}

fn set(element: &XmlElementRef, txn: &mut TransactionMut<'_>, old: &Values, new: &Values) {
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        element.remove_attribute(txn, name);
    }
    for (name, value) in new.iter().filter(|(name, value)| old.get(*name) != Some(value)) {
        element.insert_attribute(txn, name.as_str(), any(value));
    }
}

/// One UTF-16 position's worth, or one embedded thing.
struct Cell<'a> {
    what: What<'a>,
    marks: &'a Values,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum What<'a> {
    Char(char),
    Embedded(&'a str),
}

impl What<'_> {
    fn len(self) -> u32 {
        match self {
            Self::Char(it) => it.len_utf16() as u32,
            Self::Embedded(_) => 1,
        }
    }
}

fn cells(runs: &[Run]) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    for run in runs {
        let marks = &run.marks;
        if run.embedded {
            cells.push(Cell { what: What::Embedded(&run.text), marks });
        } else {
            cells.extend(run.text.chars().map(|it| Cell { what: What::Char(it), marks }));
        }
    }
    cells
}

fn rewrite(text: &XmlTextRef, txn: &mut TransactionMut<'_>, old: &[Run], new: &[Run]) {
    let (old, new) = (cells(old), cells(new));
    let whats = |cells: &[Cell<'_>]| cells.iter().map(|it| it.what.len()).sum::<u32>();
    let (a, b): (Vec<_>, Vec<_>) =
        (old.iter().map(|it| it.what).collect(), new.iter().map(|it| it.what).collect());
    let mut at = 0;
    for step in steps(&a, &b) {
        match step {
            Step::Keep(old_range, new_range) => {
                for (old, new) in old[old_range].iter().zip(&new[new_range]) {
                    if old.marks != new.marks {
                        let gone = old.marks.keys().filter(|it| !new.marks.contains_key(*it));
                        let mut marks: Attrs =
                            gone.map(|it| (it.as_str().into(), Any::Null)).collect();
                        marks.extend(attrs(new.marks));
                        text.format(txn, at, old.what.len(), marks);
                    }
                    at += old.what.len();
                }
            }
            Step::Replace(old_range, new_range) => {
                let gone = whats(&old[old_range]);
                if gone > 0 {
                    text.remove_range(txn, at, gone);
                }
                for chunk in new[new_range].chunk_by(|a, b| {
                    let chars = |it: &Cell<'_>| matches!(it.what, What::Char(_));
                    chars(a) && chars(b) && a.marks == b.marks
                }) {
                    let marks = attrs(chunk[0].marks);
                    if let What::Embedded(json) = chunk[0].what {
                        text.insert_embed_with_attributes(txn, at, any(json), marks);
                    } else {
                        let chars = chunk.iter().filter_map(|it| match it.what {
                            What::Char(it) => Some(it),
                            What::Embedded(_) => None,
                        });
                        let chars: String = chars.collect();
                        text.insert_with_attributes(txn, at, &chars, marks);
                    }
                    at += whats(chunk);
                }
            }
        }
    }
}

fn attrs(marks: &Values) -> Attrs {
    marks.iter().map(|(name, value)| (name.as_str().into(), any(value))).collect()
}

/// JSON with its keys in order.
fn canonical(any: &Any) -> String {
    json(any).to_string()
}

fn json(any: &Any) -> serde_json::Value {
    use serde_json::Value;
    match any {
        Any::Null | Any::Undefined | Any::Buffer(_) => Value::Null,
        Any::Bool(it) => Value::Bool(*it),
        Any::Number(Number::Int(it)) => Value::from(*it),
        // JavaScript has one kind of number.
        Any::Number(Number::Float(it)) if it.fract() == 0.0 && it.abs() < 1e15 => {
            Value::from(*it as i64)
        }
        Any::Number(Number::Float(it)) => Value::from(*it),
        Any::String(it) => Value::from(it.as_ref()),
        Any::Array(it) => it.iter().map(json).collect(),
        Any::Map(it) => {
            let sorted: BTreeMap<_, _> = it.iter().collect();
            Value::Object(sorted.into_iter().map(|(key, it)| (key.clone(), json(it))).collect())
        }
    }
}

fn any(json: &str) -> Any {
    Any::from_json(json).unwrap_or(Any::Null)
}
