//! Content lines: folded lines put together again, then name, parameters and value.

/// One property as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// In upper case.
    pub(super) name: String,
    /// Names in upper case, values without quotation marks.
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Line {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Takes a line apart; `None` when it is none. Programs leave raw line breaks in titles, and
    /// what stands after one is no property of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let end = text.find([';', ':'])?;
        let (name, mut rest) = text.split_at(end);
        let plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !plain(name) {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let (key, after) = after.split_once('=')?;
            let (value, after) = parameter_value(after)?;
            parameters.push((key.to_ascii_uppercase(), value));
            rest = after;
        }
        let value = rest.strip_prefix(':')?;
        Some(Self { name: name.to_ascii_uppercase(), parameters, value: value.to_owned() })
    }
}

/// A parameter's value up to the next `;` or `:`, which may stand in it between quotation marks.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let mut quoted = false;
    for (place, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' | ':' if !quoted => return Some((text[..place].replace('"', ""), &text[place..])),
            _ => {}
        }
    }
    None
}

/// The properties of a text with the numbers of their lines, counted from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, Line)> {
    unfolded(text).filter_map(|(number, whole)| Some((number, Line::parse(&whole)?)))
}

/// The lines of a text, put together again, with their numbers, counted from 1.
pub(super) fn unfolded(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut raw = text.split('\n').enumerate().peekable();
    std::iter::from_fn(move || {
        let (number, first) = raw.next()?;
        let mut whole = first.trim_end_matches('\r').to_owned();
        while let Some((_, next)) = raw.next_if(|(_, next)| next.starts_with([' ', '\t'])) {
            whole.push_str(next[1..].trim_end_matches('\r'));
        }
        Some((number + 1, whole))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Line> {
        lines(text).map(|(_, line)| line).collect()
    }

    #[test]
    fn folded_lines_and_quoted_parameters_are_put_together() {
        let lines = parsed(
            "dtstart;TZID=\"Tokyo; Osaka: JST\";X=1:2026\r\n 1201T\r\n\t100000\r\nno line\nA:b:c\n",
        );
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].name, "DTSTART");
        assert_eq!(lines[0].parameter("TZID"), Some("Tokyo; Osaka: JST"));
        assert_eq!(lines[0].parameter("X"), Some("1"));
        assert_eq!(lines[0].value, "20261201T100000");
        assert_eq!((lines[1].name.as_str(), lines[1].value.as_str()), ("A", "b:c"));
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        for text in ["", ":", ";", "A", "A;B", "A;B=", "A;B=\"c:d", "ä:b", "A B:c"] {
            assert_eq!(parsed(text), [], "{text}");
        }
    }
}
