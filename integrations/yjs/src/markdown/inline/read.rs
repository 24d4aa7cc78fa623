//! A line with marks becomes pieces of text.

use super::{Mark, tag};
use crate::markdown::{Inline, Marks, is_link};

enum Token {
    Text(String),
    Code(String),
    /// A run of `*`, `_` or `~`.
    Run {
        sign: char,
        length: usize,
        opens: bool,
        closes: bool,
    },
    Tag {
        mark: Mark,
        closes: bool,
    },
    LinkBegins,
    LinkEnds {
        target: String,
        source: String,
    },
}

/// Reads the text of one line.
pub(in crate::markdown) fn read(line: &str) -> Vec<Inline> {
    let tokens = tokens(line);
    let paired = pair(&tokens);
    let mut found = Vec::new();
    let mut marks = Marks::default();
    let mut depth = [0_i32; 3];
    let mut push = |text: &str, marks: &Marks| {
        if !text.is_empty() {
            found.push(Inline::Text(text.to_owned(), marks.clone()));
        }
    };
    for (token, pairing) in tokens.iter().zip(&paired) {
        let left = |sign: char| sign.to_string().repeat(pairing.left);
        match token {
            Token::Text(text) => push(text, &marks),
            Token::Code(text) => push(text, &Marks { code: true, ..marks.clone() }),
            Token::Run { sign, .. } if pairing.ends_first => push(&left(*sign), &marks),
            Token::Tag { mark, closes } if pairing.changes.is_empty() => {
                push(&tag(*mark, *closes), &marks);
            }
            Token::LinkBegins if pairing.link.is_none() => push("[", &marks),
            Token::LinkEnds { source, .. } if !pairing.paired => push(source, &marks),
            _ => {}
        }
        for (mark, by) in &pairing.changes {
            depth[*mark as usize] += by;
        }
        [marks.bold, marks.italic, marks.strike] = depth.map(|it| it > 0);
        match token {
            Token::LinkBegins if pairing.link.is_some() => marks.link = pairing.link.clone(),
            Token::LinkEnds { .. } if pairing.paired => marks.link = None,
            Token::Run { sign, .. } if !pairing.ends_first => push(&left(*sign), &marks),
            _ => {}
        }
    }
    found
}

fn tokens(line: &str) -> Vec<Token> {
    let chars: Vec<char> = line.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    // Where no closing fence of a length was found there is none further on.
    let mut unclosed = std::collections::HashSet::new();
    while at < chars.len() {
        let rest = &chars[at..];
        let taken = match rest[0] {
            '\\' if rest.get(1).is_some_and(char::is_ascii_punctuation) => {
                text.push(rest[1]);
                at += 2;
                continue;
            }
            '&' => match entity(rest) {
                Some((it, length)) => {
                    text.push(it);
                    at += length;
                    continue;
                }
                None => None,
            },
            '`' => code(rest, &mut unclosed),
            '*' | '_' | '~' => run(&chars, at),
            '<' => angle(rest),
            '[' => Some((Token::LinkBegins, 1)),
            ']' => link_end(rest),
            _ => None,
        };
        match taken {
            Some((token, length)) => {
                if !text.is_empty() {
                    tokens.push(Token::Text(std::mem::take(&mut text)));
                }
                tokens.push(token);
                at += length;
            }
            None => {
                let length = match rest[0] {
                    '`' => rest.iter().take_while(|it| **it == '`').count(),
                    _ => 1,
                };
                text.extend(&rest[..length]);
                at += length;
            }
        }
    }
    if !text.is_empty() {
        tokens.push(Token::Text(text));
    }
    tokens
}

fn entity(rest: &[char]) -> Option<(char, usize)> {
    let end = rest.iter().take(10).position(|it| *it == ';')?;
    let name: String = rest[1..end].iter().collect();
    let it = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "nbsp" => '\u{a0}',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|it| !matches!(it, '\0' | '\r' | '\n'))?
        }
    };
    Some((it, end + 1))
}

fn code(rest: &[char], unclosed: &mut std::collections::HashSet<usize>) -> Option<(Token, usize)> {
    let fence = rest.iter().take_while(|it| **it == '`').count();
    if unclosed.contains(&fence) {
        return None;
    }
    let mut at = fence;
    while at < rest.len() {
        let run = rest[at..].iter().take_while(|it| **it == '`').count();
        if run == fence {
            let mut inside: String = rest[fence..at].iter().collect();
            let padded = inside.starts_with(' ') && inside.ends_with(' ') && inside.len() > 1;
            if padded && inside.chars().any(|it| it != ' ') {
                inside = inside[1..inside.len() - 1].to_owned();
            }
            return Some((Token::Code(inside), at + fence));
        }
        at += run.max(1);
    }
    unclosed.insert(fence);
    None
}

fn run(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let sign = chars[at];
    let length = chars[at..].iter().take_while(|it| **it == sign).count();
    let fits = if sign == '~' { length == 2 } else { length <= 3 };
    if !fits {
        // All of them are text: what is left of them would look like a shorter run.
        let text = sign.to_string().repeat(length);
        return Some((Token::Text(text), length));
    }
    let before = at.checked_sub(1).map(|it| chars[it]);
    let after = chars.get(at + length).copied();
    let word = |it: Option<char>| sign == '_' && it.is_some_and(|it| it.is_ascii_alphanumeric());
    let opens = after.is_some_and(|it| !it.is_whitespace()) && !word(before);
    let closes = before.is_some_and(|it| !it.is_whitespace()) && !word(after);
    Some((Token::Run { sign, length, opens, closes }, length))
}

fn angle(rest: &[char]) -> Option<(Token, usize)> {
    let end = rest.iter().take(10).position(|it| *it == '>')?;
    let inside: String = rest[1..end].iter().collect();
    let (closes, name) = match inside.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inside.as_str()),
    };
    let mark = match name {
        "strong" | "b" => Mark::Bold,
        "em" | "i" => Mark::Italic,
        "s" | "del" => Mark::Strike,
        _ => return None,
    };
    Some((Token::Tag { mark, closes }, end + 1))
}

fn link_end(rest: &[char]) -> Option<(Token, usize)> {
    if rest.get(1) != Some(&'(') {
        return None;
    }
    let mut target = String::new();
    let mut at = 2;
    let bracketed = rest.get(at) == Some(&'<');
    let begin: String = rest[at..].iter().skip(usize::from(bracketed)).take(8).collect();
    if !["https://", "http://", "mailto:"].iter().any(|it| begin.starts_with(it)) {
        return None;
    }
    if bracketed {
        at += 1;
        loop {
            match (*rest.get(at)?, rest.get(at + 1)) {
                ('>', _) => break,
                ('\\', Some(next)) if next.is_ascii_punctuation() => {
                    target.push(*next);
                    at += 2;
                }
                (other, _) => {
                    target.push(other);
                    at += 1;
                }
            }
            if target.len() > 2_000 {
                return None;
            }
        }
        at += 1;
    } else {
        while let Some(it) = rest.get(at).filter(|it| !matches!(it, ')' | ' ' | '<' | '>')) {
            target.push(*it);
            at += 1;
            if target.len() > 2_000 {
                return None;
            }
        }
    }
    (rest.get(at) == Some(&')') && is_link(&target)).then(|| {
        let source = rest[..=at].iter().collect();
        (Token::LinkEnds { target, source }, at + 1)
    })
}

#[derive(Clone, Default)]
struct Pairing {
    /// What begins and ends here.
    changes: Vec<(Mark, i32)>,
    /// Signs that belong to nothing and are text.
    left: usize,
    /// Whether those come before what changes.
    ends_first: bool,
    paired: bool,
    link: Option<String>,
}

/// How many beginnings are looked through for the one that an end belongs to.
const NEAREST: usize = 64;

/// Where the nearest beginning is that fits.
fn nearest(open: &[usize], fits: impl Fn(&usize) -> bool) -> Option<usize> {
    let from = open.len().saturating_sub(NEAREST);
    open[from..].iter().rposition(fits).map(|it| it + from)
}

/// Finds what belongs together: each end to the nearest beginning of its kind, and nothing across.
fn pair(tokens: &[Token]) -> Vec<Pairing> {
    let mut pairings = vec![Pairing::default(); tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(_) | Token::Code(_) => {}
            Token::LinkBegins => open.push(at),
            Token::LinkEnds { target, .. } => {
                let begins = |i: &usize| matches!(tokens[*i], Token::LinkBegins);
                if let Some(place) = nearest(&open, begins) {
                    pairings[open[place]].link = Some(target.clone());
                    pairings[at].paired = true;
                    open.truncate(place);
                }
            }
            Token::Tag { closes: false, .. } => open.push(at),
            Token::Tag { mark, closes: true } => {
                let begins = |i: &usize| matches!(tokens[*i], Token::Tag { mark: it, closes: false } if it == *mark);
                if let Some(place) = nearest(&open, begins) {
                    pairings[open[place]].changes.push((*mark, 1));
                    pairings[at].changes.push((*mark, -1));
                    open.truncate(place);
                }
            }
            Token::Run { sign, length, opens, closes } => {
                pairings[at].left = *length;
                while *closes && pairings[at].left > 0 {
                    let left = pairings[at].left;
                    let fits = |i: &usize| match tokens[*i] {
                        Token::Run { sign: it, .. } if it == *sign => {
                            let begun = pairings[*i].left;
                            // All of one of the two: two signs are never half used up by one.
                            begun == 3 || left == 3 || begun == left
                        }
                        _ => false,
                    };
                    let Some(place) = nearest(&open, fits) else { break };
                    let begun = open[place];
                    let used = pairings[begun].left.min(left).min(2);
                    let mark = match (*sign, used) {
                        ('~', _) => Mark::Strike,
                        (_, 2) => Mark::Bold,
                        _ => Mark::Italic,
                    };
                    pairings[begun].changes.push((mark, 1));
                    pairings[begun].left -= used;
                    pairings[begun].ends_first = true;
                    pairings[at].changes.push((mark, -1));
                    pairings[at].left -= used;
                    open.truncate(place + usize::from(pairings[begun].left > 0));
                }
                if *opens && pairings[at].left > 0 {
                    open.push(at);
                }
            }
        }
    }
    pairings
}
