//! Counts tokens and nesting of a document before the parser sees it.
//!
//! The parser is recursive and builds a tree; this pass is one loop over bytes that allocates
//! nothing. It need not be right about what is valid, only never count less than the parser
//! would read.

/// What one pass over the text found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lexed {
    /// Names, numbers, strings and punctuators.
    pub(super) tokens: u64,
    /// The deepest nesting of brackets of any kind.
    pub(super) nesting: u64,
}

/// Counts the tokens of `text` and the depth of its brackets.
pub(super) fn lex(text: &str) -> Lexed {
    let bytes = text.as_bytes();
    let mut lexed = Lexed::default();
    let mut open: u64 = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = after(bytes, at, |b| !matches!(b, b'\n' | b'\r'));
                continue;
            }
            b'"' => at = after_string(bytes, at),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => at = after(bytes, at, is_name),
            b'0'..=b'9' | b'-' => at = after_number(bytes, at),
            b'.' if bytes[at..].starts_with(b"...") => at += 3,
            b'{' | b'(' | b'[' => {
                open += 1;
                lexed.nesting = lexed.nesting.max(open);
                at += 1;
            }
            b'}' | b')' | b']' => {
                open = open.saturating_sub(1);
                at += 1;
            }
            _ => at += 1,
        }
        lexed.tokens += 1;
    }
    lexed
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The first position after `at` whose byte is not `wanted`.
fn after(bytes: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[at + 1..].iter().position(|&b| !wanted(b)).map_or(bytes.len(), |n| at + 1 + n)
}

/// A sign belongs to a number only at its start or after its exponent: `[1-1-1]` is three.
fn after_number(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let sign = matches!(byte, b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E');
        if !sign && !is_name(byte) && byte != b'.' {
            break;
        }
        at += 1;
    }
    at
}

fn after_string(bytes: &[u8], start: usize) -> usize {
    if bytes[start..].starts_with(b"\"\"\"") {
        let mut at = start + 3;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"\\\"\"\"") {
                at += 4;
            } else if bytes[at..].starts_with(b"\"\"\"") {
                return at + 3;
            } else {
                at += 1;
            }
        }
        return bytes.len();
    }
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            // An unterminated string ends here; the parser will refuse it.
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_grammar_calls_tokens() {
        for (text, tokens, nesting) in [
            ("", 0, 0),
            ("{ a }", 3, 1),
            (
                "query Q($n: [Int!]! = [1, -2.5e-3]) { a(first: $n) { ...F @skip(if: true) } }",
                37,
                3,
            ),
            ("{ a # { { {\n b }", 4, 1),
            ("{ a(s: \"}} \\\" {{\") }", 8, 2),
            ("{ a(s: \"\"\"{ \\\"\"\" {\"\"\") }", 8, 2),
            ("{ a(s: \"\"\"never closed {", 6, 2),
            ("[1-1-1]", 5, 1),
            ("\"open\n}}", 3, 0),
            ("{ 名 }", 5, 1),
            ("\"ends in a backslash\\", 1, 0),
        ] {
            assert_eq!(lex(text), Lexed { tokens, nesting }, "{text}");
        }
    }
}
