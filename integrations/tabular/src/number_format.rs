//! Numbers as a spreadsheet shows them, as far as employee numbers need it: leading zeros and
//! literal letters. Everything else is written plainly.

/// A format that pads or decorates whole numbers: `000000`, `"E"0000`, `00-000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A digit, zero where there is none.
    Zero,
    /// A digit where there is one.
    Digit,
    Literal(char),
}

impl Pattern {
    /// Reads a format code; `None` where the plain number is what is wanted.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '0' => pieces.push(Piece::Zero),
                '#' => pieces.push(Piece::Digit),
                '\\' => pieces.push(Piece::Literal(chars.next()?)),
                '"' => {
                    for c in chars.by_ref().take_while(|c| *c != '"') {
                        pieces.push(Piece::Literal(c));
                    }
                }
                '-' | '/' | ' ' | '(' | ')' => pieces.push(Piece::Literal(c)),
                // Widths and fillings show nothing.
                '_' | '*' => {
                    chars.next();
                }
                // Colours and locales.
                '[' => {
                    chars.by_ref().find(|c| *c == ']')?;
                }
                // Fractions, thousands, dates, text: not a number that is a name.
                _ => return None,
            }
        }
        let zeros = pieces.iter().filter(|piece| **piece == Piece::Zero).count();
        let literal = pieces.iter().any(|piece| matches!(piece, Piece::Literal(c) if *c != ' '));
        (zeros > 1 || (zeros == 1 && literal)).then_some(Self(pieces))
    }

    /// A whole number in this format.
    pub(crate) fn show(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut rest = digits.chars().rev().peekable();
        let first = self.0.iter().position(|piece| !matches!(piece, Piece::Literal(_)));
        let mut shown: Vec<char> = Vec::new();
        for (index, piece) in self.0.iter().enumerate().rev() {
            match piece {
                Piece::Literal(c) => shown.push(*c),
                Piece::Zero => shown.push(rest.next().unwrap_or('0')),
                Piece::Digit => shown.extend(rest.next()),
            }
            // Digits beyond the pattern stand before its first placeholder.
            if Some(index) == first {
                shown.extend(rest.by_ref());
            }
        }
        shown.iter().rev().collect()
    }
}

/// A number without a format: 1234, 0.5.
pub(crate) fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_stay() {
        let show = |code: &str, number| Pattern::parse(code).map(|p| p.show(number));
        assert_eq!(show("000000", 1234), Some("001234".to_owned()));
        assert_eq!(show("0000", 123_456), Some("123456".to_owned()));
        assert_eq!(show("\"E\"0000", 12), Some("E0012".to_owned()));
        assert_eq!(show("00-000", 1234), Some("01-234".to_owned()));
        assert_eq!(show("[Red]00000;-00000", 12), Some("00012".to_owned()));
        for code in ["General", "0", "#,##0", "0.00", "yyyy/mm/dd", "@", "0%", "0.00E+00"] {
            assert_eq!(Pattern::parse(code), None, "{code}");
        }
        assert_eq!(plain(1234.0), "1234");
        assert_eq!(plain(0.5), "0.5");
    }
}
