//! Markdown becomes blocks. Any text is Markdown: there are no errors.

use super::{Block, DEEPEST, Inline, Item, List, inline, normal};

/// Reads Markdown.
pub fn read(text: &str) -> Vec<Block> {
    let text = text.replace(['\r', '\0'], "").replace('\t', "    ");
    let lines: Vec<&str> = text.split('\n').collect();
    normal(blocks(&lines, 0))
}

fn is_blank(line: &str) -> bool {
    line.chars().all(|it| it == ' ')
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|it| *it == ' ').count()
}

/// The line without its first `most` spaces, as far as there are that many.
fn dedent(line: &str, most: usize) -> &str {
    &line[indent(line).min(most)..]
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if is_blank(lines[at]) {
            at += 1;
            continue;
        }
        let rest = lines[at].trim_start_matches(' ');
        at += if let Some(fence) = Fence::of(rest) {
            let (block, length) = fence.code(&lines[at..]);
            found.push(block);
            length
        } else if let Some((level, text)) = heading(rest) {
            found.push(Block::Heading(level, inline::read(text)));
            1
        } else if is_rule(rest) {
            found.push(Block::Rule);
            1
        } else if rest.starts_with('>') && depth < DEEPEST {
            let quoted: Vec<&str> = lines[at..]
                .iter()
                .map_while(|line| {
                    let rest = line.trim_start_matches(' ').strip_prefix('>')?;
                    Some(rest.strip_prefix(' ').unwrap_or(rest))
                })
                .collect();
            found.push(Block::Quote(blocks(&quoted, depth + 1)));
            quoted.len()
        } else if let Some(marker) = Marker::of(lines[at]).filter(|_| depth < DEEPEST) {
            let (block, length) = list(&lines[at..], marker, depth);
            found.push(block);
            length
        } else {
            let (block, length) = paragraph(&lines[at..], depth);
            found.push(block);
            length
        };
    }
    found
}

struct Fence {
    sign: char,
    length: usize,
    language: String,
}

impl Fence {
    fn of(rest: &str) -> Option<Self> {
        let sign = rest.chars().next().filter(|it| matches!(it, '`' | '~'))?;
        let length = rest.chars().take_while(|it| *it == sign).count();
        let language = rest[length..].trim_matches(' ');
        (length >= 3 && !language.contains('`')).then(|| Self {
            sign,
            length,
            language: language.to_owned(),
        })
    }

    fn ends(&self, line: &str) -> bool {
        let rest = line.trim_matches(' ');
        rest.len() >= self.length && rest.chars().all(|it| it == self.sign)
    }

    fn code(self, lines: &[&str]) -> (Block, usize) {
        let inside = &lines[1..];
        let length = inside.iter().position(|it| self.ends(it));
        // One that nobody closed goes to the end.
        let body = &inside[..length.unwrap_or(inside.len())];
        let indented = indent(lines[0]);
        let body: Vec<&str> = body.iter().map(|it| dedent(it, indented)).collect();
        let block = Block::Code { language: self.language, text: body.join("\n") };
        (block, length.map_or(lines.len(), |it| it + 2))
    }
}

fn heading(rest: &str) -> Option<(u8, &str)> {
    let level = rest.chars().take_while(|it| *it == '#').count();
    let text = &rest[level..];
    let is = (1..=6).contains(&level) && (text.is_empty() || text.starts_with(' '));
    is.then(|| (level as u8, text.trim_matches(' ')))
}

fn is_rule(rest: &str) -> bool {
    let mut signs = rest.chars().filter(|it| *it != ' ');
    let Some(sign) = signs.next().filter(|it| matches!(it, '-' | '*' | '_')) else { return false };
    rest.chars().filter(|it| *it == sign).count() >= 3 && signs.all(|it| it == sign)
}

/// What begins an item.
#[derive(Clone, Copy)]
struct Marker {
    sign: char,
    number: u32,
    /// Whether it is a task, and whether that is done.
    task: Option<bool>,
    /// Where its text is, and how far what belongs to it is indented.
    text: usize,
    column: usize,
}

impl Marker {
    fn of(line: &str) -> Option<Self> {
        let spaces = indent(line);
        let rest = &line[spaces..];
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let sign = rest[digits..].chars().next()?;
        let (number, length) = match (digits, sign) {
            (0, '-' | '*' | '+') => (0, 1),
            (1..=9, '.' | ')') => (rest[..digits].parse().ok()?, digits + 1),
            _ => return None,
        };
        let after = &rest[length..];
        let gap = indent(after);
        let empty = is_blank(after);
        if !empty && gap == 0 {
            return None;
        }
        let gap = if empty || gap > 4 { 1 } else { gap };
        let column = spaces + length + gap;
        let mut it = Self { sign, number, task: None, text: column.min(line.len()), column };
        let boxes = [("[ ]", false), ("[x]", true), ("[X]", true)];
        let text = &line[it.text..];
        if digits == 0
            && let Some((tick, done)) = boxes.iter().find(|(tick, _)| text.starts_with(tick))
            && text[tick.len()..].chars().next().is_none_or(|it| it == ' ')
        {
            it.task = Some(*done);
            it.text = (it.text + tick.len() + 1).min(line.len());
        }
        Some(it)
    }

    fn continues(&self, other: &Self) -> bool {
        self.sign == other.sign && self.task.is_some() == other.task.is_some()
    }
}

fn list(lines: &[&str], first: Marker, depth: usize) -> (Block, usize) {
    let mut items = Vec::new();
    let mut at = 0;
    let mut end = 0;
    while at < lines.len() {
        if is_blank(lines[at]) {
            at += 1;
            continue;
        }
        let marker = match items.is_empty() {
            true => first,
            false => match Marker::of(lines[at]) {
                Some(it) if first.continues(&it) && !is_rule(lines[at].trim_start_matches(' ')) => {
                    it
                }
                _ => break,
            },
        };
        let mut inside = vec![&lines[at][marker.text..]];
        at += 1;
        while let Some(line) = lines.get(at) {
            if !is_blank(line) && indent(line) < marker.column {
                break;
            }
            inside.push(dedent(line, marker.column));
            at += 1;
        }
        // Blank lines at the end are between this item and what follows.
        let blank = inside.iter().rev().take_while(|it| is_blank(it)).count();
        end = at - blank.min(inside.len() - 1);
        items.push(Item { done: marker.task.unwrap_or(false), blocks: blocks(&inside, depth + 1) });
    }
    let kind = match (first.task, first.sign) {
        (Some(_), _) => List::Tasks,
        (None, '.' | ')') => List::Numbers(first.number),
        _ => List::Bullets,
    };
    (Block::List(kind, items), end)
}

fn paragraph(lines: &[&str], depth: usize) -> (Block, usize) {
    let interrupts = |line: &&&str| {
        let rest = line.trim_start_matches(' ');
        is_blank(rest)
            || Fence::of(rest).is_some()
            || heading(rest).is_some()
            || is_rule(rest)
            || (depth < DEEPEST && (rest.starts_with('>') || Marker::of(line).is_some()))
    };
    let length = 1 + lines[1..].iter().take_while(|line| !interrupts(line)).count();
    let mut inlines = Vec::new();
    for (at, line) in lines[..length].iter().enumerate() {
        if at > 0 {
            inlines.push(Inline::Break);
        }
        let line = line.trim_matches(' ');
        let strokes = line.chars().rev().take_while(|it| *it == '\\').count();
        let ends = at + 1 < length && strokes % 2 == 1;
        inlines.extend(inline::read(if ends { &line[..line.len() - 1] } else { line }));
    }
    (Block::Paragraph(inlines), length)
}
