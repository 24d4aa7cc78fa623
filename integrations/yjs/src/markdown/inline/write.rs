//! Pieces of text become a line with marks.

use super::{Mark, read, tag};
use crate::markdown::{Block, Inline, Marks, normal};

/// Writes text of one line, so that reading gives the same.
pub(in crate::markdown) fn write(inlines: &[Inline]) -> String {
    // As people write it; where that reads as something else, as nobody can mistake it.
    let pretty = marked(inlines, false);
    let same = |line: &str| {
        normal(vec![Block::Paragraph(read(line))]) == [Block::Paragraph(inlines.to_vec())]
    };
    if inlines.is_empty() || same(&pretty) { pretty } else { marked(inlines, true) }
}

#[derive(Clone, PartialEq)]
enum Open {
    Link(String),
    Mark(Mark),
}

fn wanted(marks: &Marks) -> Vec<Open> {
    let link = marks.link.clone().map(Open::Link);
    let set =
        [(marks.bold, Mark::Bold), (marks.strike, Mark::Strike), (marks.italic, Mark::Italic)];
    link.into_iter()
        .chain(set.into_iter().filter(|(is, _)| *is).map(|(_, it)| Open::Mark(it)))
        .collect()
}

fn marked(inlines: &[Inline], tags: bool) -> String {
    let mut line = String::new();
    let mut open: Vec<Open> = Vec::new();
    let close = |it: Open, line: &mut String| match it {
        Open::Link(target) => {
            let plain = |it: char| it.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(it);
            if target.chars().all(plain) {
                line.push_str(&format!("]({target})"));
            } else {
                line.push_str("](<");
                for it in target.chars() {
                    if matches!(it, '<' | '>' | '\\') {
                        line.push('\\');
                    }
                    line.push(it);
                }
                line.push_str(">)");
            }
        }
        Open::Mark(mark) if tags => line.push_str(&tag(mark, true)),
        Open::Mark(mark) => line.push_str(sign(mark)),
    };
    for (at, inline) in inlines.iter().enumerate() {
        let Inline::Text(text, marks) = inline else { continue };
        let wanted = wanted(marks);
        while open.iter().any(|it| !wanted.contains(it)) {
            if let Some(it) = open.pop() {
                close(it, &mut line);
            }
        }
        let mut new: Vec<Open> = wanted.into_iter().filter(|it| !open.contains(it)).collect();
        // What goes on longest begins first.
        let lasts = |mark: &Open| {
            let goes_on = inlines[at..].iter().take_while(|it| match it {
                Inline::Text(_, marks) => self::wanted(marks).contains(mark),
                Inline::Break => false,
            });
            goes_on.count()
        };
        new.sort_by_key(|it| std::cmp::Reverse((matches!(it, Open::Link(_)), lasts(it))));
        for it in new {
            match &it {
                Open::Link(_) => line.push('['),
                Open::Mark(mark) if tags => line.push_str(&tag(*mark, false)),
                Open::Mark(mark) => line.push_str(sign(*mark)),
            }
            open.push(it);
        }
        let (first, last) = (at == 0, at + 1 == inlines.len());
        if marks.code {
            code_span(text, &mut line)
        } else {
            escape(text, first, last, tags, &mut line)
        }
    }
    while let Some(it) = open.pop() {
        close(it, &mut line);
    }
    line
}

fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Bold => "**",
        Mark::Italic => "*",
        Mark::Strike => "~~",
    }
}

fn code_span(text: &str, line: &mut String) {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let lengths: Vec<usize> = text.split(|it| it != '`').map(str::len).collect();
    let fence = (1..=longest + 1).find(|it| !lengths.contains(it)).unwrap_or(longest + 1);
    let fence = "`".repeat(fence);
    let edge = |it: Option<char>| matches!(it, Some('`' | ' '));
    let blank = text.chars().all(|it| it == ' ');
    let pad = !blank && (edge(text.chars().next()) || edge(text.chars().last()));
    let pad = if pad { " " } else { "" };
    line.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
}

fn escape(text: &str, first: bool, last: bool, all: bool, line: &mut String) {
    let chars: Vec<char> = text.chars().collect();
    for (at, it) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| chars[i]);
        let after = chars.get(at + 1).copied();
        let edge = (first && at == 0) || (last && at + 1 == chars.len());
        let word = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
        let escaped = match it {
            ' ' if edge => {
                line.push_str("&#32;");
                continue;
            }
            '\t' if edge => {
                line.push_str("&#9;");
                continue;
            }
            '\\' | '`' | '*' | '[' | ']' | '<' => true,
            '&' => all || after.is_none_or(|it| it == '#' || it.is_ascii_alphabetic()),
            '_' => all || !(word(before) && word(after)),
            '~' => all || after.is_none_or(|it| it == '~') || before.is_none_or(|it| it == '~'),
            _ => false,
        };
        if escaped {
            line.push('\\');
        }
        line.push(*it);
    }
}
