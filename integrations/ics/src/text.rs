//! Content lines as they are written: escaped, folded, ended by CRLF.

/// Octets of a line without its line end.
const LINE: usize = 75;

/// Collects content lines.
#[derive(Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// A line whose value is written as it is. Nothing that a person typed comes here.
    pub(crate) fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        self.folded(&format!("{name}:{value}"));
    }

    /// A line with a text value.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.folded(&format!("{name}:{}", escaped(value)));
    }

    /// A line that is written as it is, name and all.
    pub(crate) fn raw(&mut self, line: &str) {
        self.folded(line);
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Breaks a line so that no part is longer than 75 octets and no character is torn apart.
    fn folded(&mut self, line: &str) {
        let mut used = 0;
        for character in line.chars() {
            if used + character.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(character);
            used += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A text value: what would end it or split it is escaped; other control characters, which the
/// standard does not allow, are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            '\r' => {
                // CRLF is one line end.
                if rest.peek() != Some(&'\n') {
                    out.push_str("\\n");
                }
            }
            '\t' => out.push('\t'),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// What a text value says.
pub(crate) fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_cannot_end_its_line() {
        assert_eq!(escaped("a;b,c\\d\r\nEND:VEVENT\re\0"), "a\\;b\\,c\\\\d\\nEND:VEVENT\\ne");
    }

    proptest! {
        #[test]
        fn folding_keeps_the_text_and_the_length(text in "\\PC{0,200}") {
            let mut writer = Writer::default();
            writer.text("SUMMARY", &text);
            let out = writer.finish();
            prop_assert!(out.ends_with("\r\n"));
            for line in out.split_terminator("\r\n") {
                prop_assert!(line.len() <= LINE, "{}", line.len());
            }
            let unfolded = out.replace("\r\n ", "");
            prop_assert_eq!(plain(&escaped(&text)), text.clone());
            prop_assert_eq!(unfolded, format!("SUMMARY:{}\r\n", escaped(&text)));
        }
    }
}
