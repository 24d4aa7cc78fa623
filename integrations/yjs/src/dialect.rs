//! What editors call things: headings, lists and marks in a rich document.

use serde_json::Value;

use crate::{
    diff::{Step, steps},
    markdown::{Block, Inline, Item, List, Marks, normal},
    tree::{Node, Run, Values},
};

/// What kind of shared type a document's root is, and the names in it. Chosen once, when the
/// document is made: an editor that meets names it does not know deletes what bears them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// An XML fragment with the names of Tiptap's StarterKit, task lists and links.
    Tiptap,
    /// An XML fragment with the names of ProseMirror's basic schema and its lists. It has no task
    /// lists and no strikethrough: a task begins with `[ ]` or `[x]` as text.
    ProseMirror,
    /// A text that is the Markdown itself, for CodeMirror, Monaco, or Quill without formats.
    Text,
}

struct Names {
    bullets: &'static str,
    numbers: &'static str,
    start: &'static str,
    item: &'static str,
    code: &'static str,
    language: &'static str,
    rule: &'static str,
    line_break: &'static str,
    bold: &'static str,
    italic: &'static str,
}

const TIPTAP: Names = Names {
    bullets: "bulletList",
    numbers: "orderedList",
    start: "start",
    item: "listItem",
    code: "codeBlock",
    language: "language",
    rule: "horizontalRule",
    line_break: "hardBreak",
    bold: "bold",
    italic: "italic",
};

const PROSEMIRROR: Names = Names {
    bullets: "bullet_list",
    numbers: "ordered_list",
    start: "order",
    item: "list_item",
    code: "code_block",
    language: "params",
    rule: "horizontal_rule",
    line_break: "hard_break",
    bold: "strong",
    italic: "em",
};

impl Shape {
    fn names(self) -> &'static Names {
        match self {
            Self::ProseMirror => &PROSEMIRROR,
            Self::Tiptap | Self::Text => &TIPTAP,
        }
    }
}

fn text_of(values: &Values, name: &str) -> Option<String> {
    match serde_json::from_str(values.get(name)?).ok()? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// What stands in an element, whatever it is called by whichever editor; nothing where there is
/// nothing to read.
pub(crate) fn block(node: &Node, shape: Shape) -> Option<Block> {
    let Node::Element { name, attributes, children } = node else {
        return paragraph(std::slice::from_ref(node));
    };
    let number = |name: &str| text_of(attributes, name).and_then(|it| it.parse::<f64>().ok());
    let blocks = || children.iter().filter_map(|it| block(it, shape)).collect::<Vec<_>>();
    let items = |kind: List| {
        let items: Vec<Item> = children.iter().map(|it| item(it, shape)).collect();
        (!items.is_empty()).then_some(Block::List(kind, items))
    };
    match name.as_str() {
        "heading" => {
            let level = number("level").map_or(1, |it| it.clamp(1.0, 6.0) as u8);
            Some(Block::Heading(level, inlines(children)))
        }
        "bulletList" | "bullet_list" if shape == Shape::ProseMirror => {
            items(List::Bullets).map(tasks)
        }
        "bulletList" | "bullet_list" => items(List::Bullets),
        "orderedList" | "ordered_list" => {
            let start = number("start").or_else(|| number("order"));
            items(List::Numbers(start.map_or(1, |it| it.clamp(0.0, 999_999_999.0) as u32)))
        }
        "taskList" | "task_list" => items(List::Tasks),
        "blockquote" => {
            let blocks = blocks();
            (!blocks.is_empty()).then_some(Block::Quote(blocks))
        }
        "codeBlock" | "code_block" => {
            let language = ["language", "params"].iter().find_map(|it| text_of(attributes, it));
            let language = language.filter(|it| it != "null").unwrap_or_default();
            Some(Block::Code { language, text: plain(children) })
        }
        "horizontalRule" | "horizontal_rule" => Some(Block::Rule),
        "paragraph" => paragraph(children),
        // Something that editors of this kind have and Markdown has not: what it says.
        _ if children.iter().any(|it| matches!(it, Node::Element { .. })) => {
            let mut blocks = blocks();
            match blocks.len() {
                0 | 1 => blocks.pop(),
                _ => Some(Block::Quote(blocks)),
            }
        }
        _ => paragraph(children),
    }
}

fn paragraph(children: &[Node]) -> Option<Block> {
    let inlines = inlines(children);
    let blank = inlines.iter().all(|it| match it {
        Inline::Break => true,
        Inline::Text(text, _) => text.is_empty(),
    });
    (!blank).then_some(Block::Paragraph(inlines))
}

fn item(node: &Node, shape: Shape) -> Item {
    let Node::Element { attributes, children, .. } = node else {
        return Item { done: false, blocks: block(node, shape).into_iter().collect() };
    };
    Item {
        done: attributes.get("checked").is_some_and(|it| it == "true"),
        blocks: children.iter().filter_map(|it| block(it, shape)).collect(),
    }
}

const OPEN: &str = "[ ] ";
const DONE: &str = "[x] ";

/// A list of bullets each of which begins with a box is a list of tasks.
fn tasks(list: Block) -> Block {
    let Block::List(List::Bullets, mut items) = list else { return list };
    let boxed = |item: &Item| match item.blocks.first() {
        Some(Block::Paragraph(inlines)) => match inlines.first() {
            Some(Inline::Text(text, marks)) if *marks == Marks::default() => {
                [OPEN, DONE].iter().position(|it| text.starts_with(it))
            }
            _ => None,
        },
        _ => None,
    };
    if !items.iter().all(|it| boxed(it).is_some()) {
        return Block::List(List::Bullets, items);
    }
    for item in &mut items {
        item.done = boxed(item) == Some(1);
        if let Some(Block::Paragraph(inlines)) = item.blocks.first_mut()
            && let Some(Inline::Text(text, _)) = inlines.first_mut()
        {
            text.drain(..OPEN.len());
        }
    }
    Block::List(List::Tasks, items)
}

fn plain(nodes: &[Node]) -> String {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(runs) => {
                text.extend(runs.iter().filter(|it| !it.embedded).map(|it| it.text.as_str()));
            }
            Node::Element { name, .. } if is_break(name) => text.push('\n'),
            Node::Element { children, .. } => text.push_str(&plain(children)),
        }
    }
    text
}

fn is_break(name: &str) -> bool {
    matches!(name, "hardBreak" | "hard_break")
}

fn inlines(nodes: &[Node]) -> Vec<Inline> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Element { name, .. } if is_break(name) => found.push(Inline::Break),
            Node::Element { name, attributes, children } => {
                // A mention says whom it mentions in an attribute.
                let label = text_of(attributes, "label").filter(|_| name == "mention");
                let text = label.map_or_else(|| plain(children), |it| format!("@{it}"));
                found.push(Inline::Text(text, Marks::default()));
            }
            Node::Text(runs) => {
                for run in runs.iter().filter(|it| !it.embedded) {
                    let marks = marks(&run.marks);
                    for (i, line) in run.text.split('\n').enumerate() {
                        if i > 0 {
                            found.push(Inline::Break);
                        }
                        found.push(Inline::Text(line.to_owned(), marks.clone()));
                    }
                }
            }
        }
    }
    found
}

fn marks(values: &Values) -> Marks {
    let mut marks = Marks::default();
    for (name, value) in values {
        // Marks that may overlap are told apart by a hash.
        match name.split("--").next().unwrap_or(name) {
            "bold" | "strong" => marks.bold = true,
            "italic" | "em" => marks.italic = true,
            "strike" | "s" => marks.strike = true,
            "code" => marks.code = true,
            "link" => {
                let value: Option<Value> = serde_json::from_str(value).ok();
                let target = value.as_ref().and_then(|it| it.get("href")).and_then(Value::as_str);
                marks.link = target.filter(|it| crate::markdown::is_link(it)).map(str::to_owned);
            }
            _ => {}
        }
    }
    marks
}

/// The nodes that stand for `new`, where `old` stand now: those that say the same stay what they
/// are, with whatever Markdown cannot say of them; empty paragraphs, in which somebody may be
/// about to write, stay as well.
pub(crate) fn aligned(old: &[Node], new: &[Block], shape: Shape) -> Vec<Node> {
    let said: Vec<(usize, Vec<Block>)> = old
        .iter()
        .enumerate()
        .filter_map(|(at, node)| {
            let said = normal(block(node, shape).into_iter().collect());
            (!said.is_empty()).then_some((at, said))
        })
        .collect();
    let old_blocks: Vec<&[Block]> = said.iter().map(|(_, it)| it.as_slice()).collect();
    let new_blocks: Vec<&[Block]> = new.iter().map(std::slice::from_ref).collect();
    let mut nodes = Vec::new();
    let mut next = 0;
    // What is blank before the node at `until`.
    let blanks = |next: &mut usize, until: usize, nodes: &mut Vec<Node>| {
        nodes.extend_from_slice(&old[*next..until]);
        *next = until + 1;
    };
    for step in steps(&old_blocks, &new_blocks) {
        match step {
            Step::Keep(range, _) => {
                for (at, _) in &said[range] {
                    blanks(&mut next, *at, &mut nodes);
                    nodes.push(old[*at].clone());
                }
            }
            Step::Replace(gone, come) => {
                let mut gone = said[gone].iter();
                for block in &new[come] {
                    if let Some((at, _)) = gone.next() {
                        blanks(&mut next, *at, &mut nodes);
                    }
                    nodes.push(node(block, shape));
                }
                for (at, _) in gone {
                    blanks(&mut next, *at, &mut nodes);
                }
            }
        }
    }
    nodes.extend_from_slice(&old[next.min(old.len())..]);
    nodes
}

fn element(name: &str, attributes: &[(&str, Value)], children: Vec<Node>) -> Node {
    let attributes = attributes.iter().map(|(name, it)| ((*name).to_owned(), it.to_string()));
    Node::Element { name: name.to_owned(), attributes: attributes.collect(), children }
}

fn node(block: &Block, shape: Shape) -> Node {
    let names = shape.names();
    let nodes = |blocks: &[Block]| blocks.iter().map(|it| node(it, shape)).collect::<Vec<_>>();
    match block {
        Block::Paragraph(inlines) => element("paragraph", &[], content(inlines, shape)),
        Block::Heading(level, inlines) => {
            element("heading", &[("level", (*level).into())], content(inlines, shape))
        }
        Block::Code { language, text } => {
            let run = Run { text: text.clone(), embedded: false, marks: Values::new() };
            let children = if text.is_empty() { vec![] } else { vec![Node::Text(vec![run])] };
            let language = (names.language, language.as_str().into());
            match &language.1 {
                Value::String(it) if it.is_empty() => element(names.code, &[], children),
                _ => element(names.code, &[language], children),
            }
        }
        Block::Quote(blocks) => element("blockquote", &[], nodes(blocks)),
        Block::Rule => element(names.rule, &[], vec![]),
        Block::List(List::Tasks, items) if shape == Shape::ProseMirror => {
            let boxed = items.iter().map(|it| {
                let text = if it.done { DONE } else { OPEN };
                let text = Inline::Text(text.to_owned(), Marks::default());
                let mut blocks = it.blocks.clone();
                match blocks.first_mut() {
                    Some(Block::Paragraph(inlines)) => inlines.insert(0, text),
                    _ => blocks.insert(0, Block::Paragraph(vec![text])),
                }
                element(names.item, &[], nodes(&blocks))
            });
            element(names.bullets, &[], boxed.collect())
        }
        Block::List(kind, items) => {
            let (name, start, item, task) = match kind {
                List::Bullets => (names.bullets, None, names.item, false),
                List::Numbers(start) => (names.numbers, Some(*start), names.item, false),
                List::Tasks => ("taskList", None, "taskItem", true),
            };
            let items = items.iter().map(|it| {
                // Editors want a paragraph first, also an empty one.
                let mut children = nodes(&it.blocks);
                if !matches!(it.blocks.first(), Some(Block::Paragraph(_))) {
                    children.insert(0, element("paragraph", &[], vec![]));
                }
                let done = [("checked", Value::from(it.done))];
                element(item, if task { &done } else { &[] }, children)
            });
            let start = start.filter(|it| *it != 1).map(|it| (names.start, Value::from(it)));
            element(name, start.as_slice(), items.collect())
        }
    }
}

fn content(inlines: &[Inline], shape: Shape) -> Vec<Node> {
    let names = shape.names();
    let mut nodes = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Break => nodes.push(element(names.line_break, &[], vec![])),
            Inline::Text(text, marks) => {
                let mut values = Values::new();
                let none = || Value::Object(serde_json::Map::new()).to_string();
                for (is, name) in [
                    (marks.bold, names.bold),
                    (marks.italic, names.italic),
                    (marks.strike && shape != Shape::ProseMirror, "strike"),
                    (marks.code, "code"),
                ] {
                    if is {
                        values.insert(name.to_owned(), none());
                    }
                }
                if let Some(link) = &marks.link {
                    values.insert("link".to_owned(), serde_json::json!({"href": link}).to_string());
                }
                let run = Run { text: text.clone(), embedded: false, marks: values };
                match nodes.last_mut() {
                    Some(Node::Text(runs)) => runs.push(run),
                    _ => nodes.push(Node::Text(vec![run])),
                }
            }
        }
    }
    nodes
}
