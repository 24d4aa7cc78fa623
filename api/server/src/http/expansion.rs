//! How large a document is once its fragments are written out, without writing them out.
//!
//! Validation and execution walk fragments wherever they are spread, so an 800-byte document of
//! fragments that each spread the next twice costs seconds. Here each fragment is measured
//! once and its measure reused: time is linear in the document.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::options::Limits;
use super::refusal::Refusal;

/// Selection sets, fragments and inline fragments nested in each other. Beyond this the
/// recursive walks of the library are not worth the stack they would need.
pub(super) const MAX_NESTING: u64 = 64;

/// The measure of a selection set with all its fragments written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Expansion {
    /// Fields, spreads and inline fragments.
    pub(super) selections: u64,
    /// Fields with an alias.
    pub(super) aliases: u64,
    /// Fields directly in the set.
    pub(super) top_fields: u64,
    /// Fields nested in each other.
    pub(super) depth: u64,
    /// Selection sets nested in each other, those of fragments included.
    pub(super) nesting: u64,
    /// Whether `__schema` or `__type` is asked anywhere.
    pub(super) introspects: bool,
}

impl Expansion {
    /// Adds a part that stands beside what is there.
    fn add(&mut self, part: Self) {
        self.selections = self.selections.saturating_add(part.selections);
        self.aliases = self.aliases.saturating_add(part.aliases);
        self.top_fields = self.top_fields.saturating_add(part.top_fields);
        self.depth = self.depth.max(part.depth);
        self.nesting = self.nesting.max(part.nesting);
        self.introspects |= part.introspects;
    }
}

/// Measures every operation of the document and holds it against the limits. As validation
/// walks all operations, whichever is executed, so do the sums.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<Expansion, Refusal> {
    let mut walk = Walk { document, fragments: HashMap::new() };
    let mut whole = Expansion::default();
    let mut root_fields = 0;
    for (_, operation) in document.operations.iter() {
        let part = walk.measure(&operation.node.selection_set.node, 1)?;
        root_fields = root_fields.max(part.top_fields);
        whole.add(part);
    }
    // Fragments that nothing spreads are validated too: they may hold a cycle.
    for (name, fragment) in &document.fragments {
        walk.fragment(name, &fragment.node.selection_set.node, 1)?;
    }
    let hold = |found: u64, limit: u64, refusal: fn(u64, u64) -> Refusal| {
        if found > limit { Err(refusal(limit, found)) } else { Ok(()) }
    };
    hold(whole.selections, limits.expanded_selections, Refusal::too_many_selections)?;
    hold(whole.nesting, MAX_NESTING, Refusal::too_deep)?;
    hold(whole.depth, limits.depth, Refusal::too_deep)?;
    hold(whole.aliases, limits.aliases, Refusal::too_many_aliases)?;
    hold(root_fields, limits.root_fields, Refusal::too_many_root_fields)?;
    Ok(whole)
}

/// A fragment whose measure is being taken (`None`) or known.
type Measures<'a> = HashMap<&'a Name, Option<Expansion>>;

struct Walk<'a> {
    document: &'a ExecutableDocument,
    fragments: Measures<'a>,
}

impl<'a> Walk<'a> {
    /// `level` bounds our own recursion; it is not part of the measure.
    fn measure(&mut self, set: &'a SelectionSet, level: u64) -> Result<Expansion, Refusal> {
        if level > MAX_NESTING {
            return Err(Refusal::too_deep(MAX_NESTING, level));
        }
        let mut whole = Expansion { nesting: 1, ..Expansion::default() };
        for item in &set.items {
            let mut part = match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let children = &field.selection_set.node;
                    let mut part = if children.items.is_empty() {
                        Expansion::default()
                    } else {
                        self.measure(children, level + 1)?
                    };
                    part.depth += 1;
                    part.top_fields = 1;
                    part.aliases = part.aliases.saturating_add(u64::from(field.alias.is_some()));
                    part.introspects |= matches!(field.name.node.as_str(), "__schema" | "__type");
                    part
                }
                Selection::InlineFragment(inline) => {
                    self.measure(&inline.node.selection_set.node, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    match self.document.fragments.get_key_value(name) {
                        Some((name, fragment)) => {
                            self.fragment(name, &fragment.node.selection_set.node, level + 1)?
                        }
                        // An unknown fragment adds nothing; validation will name it.
                        None => Expansion::default(),
                    }
                }
            };
            part.selections = part.selections.saturating_add(1);
            part.nesting += 1;
            whole.add(part);
        }
        Ok(whole)
    }

    fn fragment(
        &mut self,
        name: &'a Name,
        set: &'a SelectionSet,
        level: u64,
    ) -> Result<Expansion, Refusal> {
        match self.fragments.get(name) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(Refusal::fragment_cycle(name)),
            None => {}
        }
        self.fragments.insert(name, None);
        let measure = self.measure(set, level)?;
        self.fragments.insert(name, Some(measure));
        Ok(measure)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use async_graphql::parser::parse_query;
    use proptest::prelude::*;

    use super::*;

    fn check_text(text: &str) -> Result<Expansion, Refusal> {
        let generous = Limits {
            expanded_selections: u64::MAX,
            depth: u64::MAX,
            aliases: u64::MAX,
            root_fields: u64::MAX,
            ..Limits::default()
        };
        check(&parse_query(text).unwrap(), &generous)
    }

    /// The definition, by writing everything out.
    fn naive(document: &ExecutableDocument, set: &SelectionSet) -> Expansion {
        let mut whole = Expansion { nesting: 1, ..Expansion::default() };
        for item in &set.items {
            let inner = match &item.node {
                Selection::Field(field) => &field.node.selection_set.node,
                Selection::InlineFragment(inline) => &inline.node.selection_set.node,
                Selection::FragmentSpread(spread) => {
                    &document.fragments[&spread.node.fragment_name.node].node.selection_set.node
                }
            };
            let mut part =
                if inner.items.is_empty() { Expansion::default() } else { naive(document, inner) };
            part.selections += 1;
            part.nesting += 1;
            if let Selection::Field(field) = &item.node {
                part.depth += 1;
                part.top_fields = 1;
                part.aliases += u64::from(field.node.alias.is_some());
                part.introspects |= field.node.name.node == "__schema";
            }
            whole.add(part);
        }
        whole
    }

    /// A selection: `Spread(n)` means the n-th of the fragments that come later.
    #[derive(Clone, Debug)]
    enum Node {
        Field { alias: bool, meta: bool, children: Vec<Node> },
        Inline(Vec<Node>),
        Spread(usize),
    }

    fn nodes() -> impl Strategy<Value = Vec<Node>> {
        let leaf =
            prop_oneof![
                (any::<bool>(), proptest::bool::weighted(0.05))
                    .prop_map(|(alias, meta)| Node::Field { alias, meta, children: Vec::new() }),
                (0usize..4).prop_map(Node::Spread),
            ];
        let node = leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                (any::<bool>(), prop::collection::vec(inner.clone(), 1..3))
                    .prop_map(|(alias, children)| Node::Field { alias, meta: false, children }),
                prop::collection::vec(inner, 1..3).prop_map(Node::Inline),
            ]
        });
        prop::collection::vec(node, 1..4)
    }

    /// Fragment `i` may spread only later ones, so there is no cycle.
    fn write_set(out: &mut String, nodes: &[Node], next: usize, fragments: usize) {
        out.push('{');
        for node in nodes {
            match node {
                Node::Field { alias, meta, children } => {
                    out.push_str(if *alias { " x: " } else { " " });
                    out.push_str(if *meta { "__schema" } else { "f" });
                    if !children.is_empty() {
                        write_set(out, children, next, fragments);
                    }
                }
                Node::Inline(children) => {
                    out.push_str(" ... ");
                    write_set(out, children, next, fragments);
                }
                Node::Spread(n) if next < fragments => {
                    write!(out, " ...F{}", next + n % (fragments - next)).unwrap();
                }
                Node::Spread(_) => out.push_str(" g"),
            }
        }
        out.push('}');
    }

    proptest! {
        #[test]
        fn measures_what_writing_out_gives(
            operation in nodes(),
            fragments in prop::collection::vec(nodes(), 0..5),
        ) {
            let mut text = String::from("query");
            write_set(&mut text, &operation, 0, fragments.len());
            for (i, body) in fragments.iter().enumerate() {
                write!(text, " fragment F{i} on T ").unwrap();
                write_set(&mut text, body, i + 1, fragments.len());
            }
            let document = parse_query(&text).unwrap();
            let (_, root) = document.operations.iter().next().unwrap();
            let expected = naive(&document, &root.node.selection_set.node);
            prop_assert_eq!(check_text(&text).unwrap(), expected, "{}", text);
        }
    }

    #[test]
    fn the_fragment_bomb_is_counted_at_once() {
        let mut bomb = String::from("{ ...F0 }");
        // Written out this would outlast the machine: it ends because each fragment is counted
        // once.
        for i in 0..60 {
            write!(bomb, " fragment F{i} on Query {{ ...F{} ...F{} }}", i + 1, i + 1).unwrap();
        }
        bomb.push_str(" fragment F60 on Query { __typename }");
        let found = check_text(&bomb).unwrap().selections;
        // One spread, twice as many in each fragment, and 2^60 fields at the end.
        assert_eq!(found, (1 << 61) - 1 + (1 << 60));
        let refused = check(&parse_query(&bomb).unwrap(), &Limits::default()).unwrap_err();
        assert_eq!(refused.code, "QUERY_TOO_LARGE");
        assert_eq!(refused.measured.unwrap().found, Some(found));
    }

    #[test]
    fn counting_does_not_overflow() {
        let mut bomb = String::from("{ ...F0 }");
        for i in 0..60 {
            write!(bomb, " fragment F{i} on Query {{ ...F{} ...F{} ...F{} }}", i + 1, i + 1, i + 1)
                .unwrap();
        }
        bomb.push_str(" fragment F60 on Query { a: b }");
        assert_eq!(check_text(&bomb).unwrap().selections, u64::MAX);
    }

    #[test]
    fn cycles_are_refused_wherever_they_are() {
        for text in [
            "{ ...A } fragment A on T { ...A }",
            "{ ...A } fragment A on T { b { ...B } } fragment B on T { ... { ...A } }",
            "{ a } fragment A on T { ...B } fragment B on T { ...A }",
        ] {
            assert_eq!(check_text(text).unwrap_err().code, "FRAGMENT_CYCLE", "{text}");
        }
    }

    #[test]
    fn a_long_chain_of_fragments_is_too_deep() {
        let mut text = String::from("{ ...F0 }");
        for i in 0..100 {
            write!(text, " fragment F{i} on T {{ ...F{} }}", i + 1).unwrap();
        }
        text.push_str(" fragment F100 on T { a }");
        assert_eq!(check_text(&text).unwrap_err().code, "QUERY_TOO_DEEP");
    }

    #[test]
    fn each_limit_has_its_code() {
        let limits = Limits {
            expanded_selections: 6,
            depth: 2,
            aliases: 1,
            root_fields: 3,
            ..Limits::default()
        };
        for (text, code) in [
            ("{ a { b } }", None),
            ("{ a b c d e f g }", Some("QUERY_TOO_LARGE")),
            ("{ a { b { c } } }", Some("QUERY_TOO_DEEP")),
            ("{ x: a y: b }", Some("TOO_MANY_ALIASES")),
            ("{ a b ... { c d } }", Some("TOO_MANY_ROOT_FIELDS")),
        ] {
            let refused = check(&parse_query(text).unwrap(), &limits).err();
            assert_eq!(refused.map(|refusal| refusal.code), code, "{text}");
        }
    }
}
