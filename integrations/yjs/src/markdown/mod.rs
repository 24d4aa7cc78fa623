//! Markdown as minutes need it: headings, paragraphs, lists, tasks, quotes, code, rules; bold,
//! italic, strikethrough, code and links.
//!
//! It is CommonMark with GitHub's task lists and strikethrough, less what minutes do not need
//! (HTML, tables, images, reference links, headings by underlining), and two rules of its own:
//! a line break in a paragraph is a line break, and marks may begin and end beside punctuation,
//! without which Japanese text loses its bold. Reading what was written gives back the same.

mod inline;
mod read;
mod write;

pub use read::read;
pub use write::write;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// Text.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Code as it is.
    Code {
        /// Of which language; may be empty.
        language: String,
        /// The code.
        text: String,
    },
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A list.
    List(List, Vec<Item>),
    /// A line across.
    Rule,
}

/// What stands before the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// Bullets.
    Bullets,
    /// Numbers, beginning with this one.
    Numbers(u32),
    /// Boxes to tick.
    Tasks,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Whether it is ticked, in a list of tasks.
    pub done: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inline {
    /// Text with its marks.
    Text(String, Marks),
    /// A line ends.
    Break,
}

/// How a piece of text is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// Code.
    pub code: bool,
    /// Where it leads.
    pub link: Option<String>,
}

/// The largest number that a list may begin with.
const MOST_NUMBER: u32 = 900_000_000;

/// How deep lists and quotes nest when they are read.
const DEEPEST: usize = 16;

/// Whether a link is one that people may be sent to.
pub(crate) fn is_link(target: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|it| target.starts_with(it))
        && !target.contains(char::is_control)
        && target.len() <= 2_000
}

/// The same document in the one form that Markdown can say: no empty paragraphs, no empty text, no
/// line breaks at the ends, code and nothing else.
pub fn normal(blocks: Vec<Block>) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for block in blocks {
        let block = match block {
            Block::Paragraph(inlines) => {
                let inlines = normal_inlines(inlines, false);
                if inlines.is_empty() {
                    continue;
                }
                Block::Paragraph(inlines)
            }
            Block::Heading(level, inlines) => {
                Block::Heading(level.clamp(1, 6), normal_inlines(inlines, true))
            }
            Block::Code { language, text } => {
                let language = language.trim().chars().filter(|it| !it.is_control() && *it != '`');
                let text = lines(&text).collect::<Vec<_>>().join("\n");
                Block::Code { language: language.collect(), text }
            }
            Block::Quote(blocks) => {
                let blocks = normal(blocks);
                if blocks.is_empty() {
                    continue;
                }
                Block::Quote(blocks)
            }
            Block::List(kind, items) => {
                if items.is_empty() {
                    continue;
                }
                let kind = match kind {
                    List::Numbers(start) => List::Numbers(start.min(MOST_NUMBER)),
                    other => other,
                };
                let items = items.into_iter().map(|it| Item {
                    done: it.done && kind == List::Tasks,
                    blocks: normal(it.blocks),
                });
                Block::List(kind, items.collect())
            }
            Block::Rule => Block::Rule,
        };
        found.push(block);
    }
    found
}

/// Lines without what ends them: alone, neither carriage returns nor zero bytes mean anything.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('\n').map(|it| it.replace(['\r', '\0'], ""))
}

fn normal_inlines(inlines: Vec<Inline>, one_line: bool) -> Vec<Inline> {
    let mut found: Vec<Inline> = Vec::new();
    let text = |found: &mut Vec<Inline>, text: String, marks: &Marks| {
        if text.is_empty() {
            return;
        }
        match found.last_mut() {
            Some(Inline::Text(before, same)) if same == marks => before.push_str(&text),
            _ => found.push(Inline::Text(text, marks.clone())),
        }
    };
    let end = |found: &mut Vec<Inline>| match one_line {
        true => found.push(Inline::Text(" ".to_owned(), Marks::default())),
        false if found.is_empty() => {}
        false => found.push(Inline::Break),
    };
    for inline in inlines {
        match inline {
            Inline::Break => end(&mut found),
            Inline::Text(all, marks) => {
                for (i, line) in lines(&all).enumerate() {
                    if i > 0 {
                        end(&mut found);
                    }
                    text(&mut found, line, &marks);
                }
            }
        }
    }
    while let Some(Inline::Break) = found.last() {
        found.pop();
    }
    if one_line {
        // A line end that became a space may have joined what it stood between.
        let pieces = std::mem::take(&mut found);
        for piece in pieces {
            if let Inline::Text(it, marks) = piece {
                text(&mut found, it, &marks);
            }
        }
    }
    found
}
