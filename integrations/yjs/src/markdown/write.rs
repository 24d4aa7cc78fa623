//! Blocks become Markdown.

use super::{Block, Inline, Item, List, inline, normal};

/// Writes Markdown, of which reading makes the same blocks, in their normal form.
pub fn write(blocks: &[Block]) -> String {
    let blocks = normal(blocks.to_vec());
    let mut text = lines(&blocks).join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn lines(blocks: &[Block]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // Whether the list before began with the usual sign: two lists in a row differ.
    let mut before: Option<(bool, bool)> = None;
    for block in blocks {
        if !found.is_empty() {
            found.push(String::new());
        }
        let mut now = None;
        match block {
            Block::Paragraph(inlines) => found.extend(paragraph(inlines)),
            Block::Heading(level, inlines) => {
                let text = inline::write(inlines);
                let signs = "#".repeat((*level).into());
                found.push(if text.is_empty() { signs } else { format!("{signs} {text}") });
            }
            Block::Rule => found.push("---".to_owned()),
            Block::Code { language, text } => {
                let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat(longest.max(2) + 1);
                found.push(format!("{fence}{language}"));
                found.extend(text.split('\n').map(str::to_owned));
                found.push(fence);
            }
            Block::Quote(blocks) => found.extend(
                lines(blocks)
                    .into_iter()
                    .map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }),
            ),
            Block::List(kind, items) => {
                let numbers = matches!(kind, List::Numbers(_));
                let usual = before != Some((numbers, true));
                now = Some((numbers, usual));
                list(*kind, items, usual, &mut found);
            }
        }
        before = now;
    }
    found
}

fn paragraph(inlines: &[Inline]) -> Vec<String> {
    let pieces: Vec<&[Inline]> = inlines.split(|it| matches!(it, Inline::Break)).collect();
    let last = pieces.len() - 1;
    let line = |(at, piece): (usize, &&[Inline])| {
        let mut line = harmless(inline::write(piece));
        if at < last {
            line.push('\\');
        }
        line
    };
    pieces.iter().enumerate().map(line).collect()
}

/// The line with what would make it another block escaped.
fn harmless(line: String) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let sign = line[digits..].chars().next();
    let escaped = match digits {
        0 => matches!(sign, Some('#' | '>' | '-' | '+' | '=' | '|')),
        _ => matches!(sign, Some('.' | ')')),
    };
    if escaped { format!("{}\\{}", &line[..digits], &line[digits..]) } else { line }
}

fn list(kind: List, items: &[Item], usual: bool, found: &mut Vec<String>) {
    let tight = items.iter().all(|item| {
        let mut rest = item.blocks.iter();
        let first = rest.next();
        matches!(first, None | Some(Block::Paragraph(_)))
            && rest.all(|it| matches!(it, Block::List(..)))
            && item.blocks.len() <= 2
    });
    for (at, item) in items.iter().enumerate() {
        if at > 0 && !tight {
            found.push(String::new());
        }
        let sign = match (kind, usual) {
            (List::Numbers(start), usual) => {
                let number = u64::from(start) + at as u64;
                // Longer ones are no numbers of lists.
                format!("{}{}", number.min(999_999_999), if usual { '.' } else { ')' })
            }
            (_, true) => "-".to_owned(),
            (_, false) => "*".to_owned(),
        };
        let column = sign.len() + 1;
        let tick = match (kind, item.done) {
            (List::Tasks, true) => " [x]",
            (List::Tasks, false) => " [ ]",
            _ => "",
        };
        let mut inside = Vec::new();
        if !matches!(item.blocks.first(), Some(Block::Paragraph(_))) {
            inside.push(String::new());
        }
        let mut lines = lines(&item.blocks);
        if let [Block::Paragraph(inlines), Block::List(..), ..] = item.blocks.as_slice() {
            // A list right below what it belongs to.
            let paragraph = paragraph(inlines).len();
            lines.remove(paragraph);
        }
        inside.extend(lines);
        for (at, line) in inside.into_iter().enumerate() {
            found.push(match (at, line.is_empty()) {
                (0, true) => format!("{sign}{tick}"),
                (0, false) => format!("{sign}{tick} {line}"),
                (_, true) => line,
                (_, false) => format!("{}{line}", " ".repeat(column)),
            });
        }
    }
}
