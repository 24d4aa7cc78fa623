//! Partial responses
//! (<https://developers.google.com/workspace/calendar/api/guides/performance#partial>): a comma
//! separates fields, a slash goes down, parentheses go down for several.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Default)]
struct Mask(BTreeMap<String, Mask>);

/// What of `value` the selector names. An empty selector names everything.
pub(crate) fn select(value: Value, selector: &str) -> Value {
    if selector.is_empty() {
        return value;
    }
    let mut mask = Mask::default();
    parse(&mut selector.chars().filter(|c| !c.is_whitespace()).peekable(), &mut mask);
    cut(value, &mask)
}

fn parse(text: &mut std::iter::Peekable<impl Iterator<Item = char>>, into: &mut Mask) {
    loop {
        let mut at = &mut *into;
        let mut name = String::new();
        loop {
            match text.peek() {
                Some('/') => {
                    text.next();
                    at = at.0.entry(std::mem::take(&mut name)).or_default();
                }
                Some('(') => {
                    text.next();
                    let inner = at.0.entry(std::mem::take(&mut name)).or_default();
                    parse(text, inner);
                }
                Some(',' | ')') | None => break,
                Some(_) => name.extend(text.next()),
            }
        }
        if !name.is_empty() {
            at.0.entry(name).or_default();
        }
        match text.next() {
            Some(',') => {}
            _ => return,
        }
    }
}

fn cut(value: Value, mask: &Mask) -> Value {
    if mask.0.is_empty() || mask.0.contains_key("*") {
        return value;
    }
    match value {
        Value::Array(list) => Value::Array(list.into_iter().map(|one| cut(one, mask)).collect()),
        Value::Object(object) => object
            .into_iter()
            .filter_map(|(key, value)| mask.0.get(&key).map(|inner| (key, cut(value, inner))))
            .collect(),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_comes_back() {
        let page = json!({"timeZone": "UTC", "summary": "x", "items": [
            {"id": "a", "summary": "secret", "attendees": [{"email": "e", "self": true}],
             "p": {"private": {"k": 1}, "shared": {"k": 2}}}]});
        let got = select(page, "timeZone, items(id,attendees(self),p/private)");
        assert_eq!(
            got,
            json!({"timeZone": "UTC", "items": [
            {"id": "a", "attendees": [{"self": true}], "p": {"private": {"k": 1}}}]})
        );
    }
}
