//! Whom a manager's cell means. Any of them may hold a number, an email or a name; who stands
//! later in the file is found like who stands earlier.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use super::{
    Defect, DefectCode, Field,
    people::People,
    record::Reader,
    text::{email_key, name_key, number_key, variant_key},
};

/// Finds people by what managers' cells hold. The indexes are built when first needed.
pub(super) struct Directory<'p, 'a, 't> {
    people: &'p People<'a, 't>,
    numbers: HashMap<&'a str, usize>,
    left_out: HashSet<&'a str>,
    near: OnceCell<HashMap<String, Vec<usize>>>,
    emails: OnceCell<HashMap<String, Vec<usize>>>,
    names: OnceCell<HashMap<String, Vec<usize>>>,
    variants: OnceCell<HashMap<String, Vec<usize>>>,
}

/// A cell's answer.
enum Found {
    One(usize),
    /// One, by a number that is not exactly written so.
    Near(usize),
    Several(Vec<usize>),
    /// Nobody; maybe someone is close.
    Nobody(Option<usize>),
    /// A new person whose own row is left out.
    LeftOut,
}

impl<'p, 'a, 't> Directory<'p, 'a, 't> {
    pub(super) fn new(people: &'p People<'a, 't>) -> Self {
        let numbers = (0..people.len()).map(|index| (people.number(index), index)).collect();
        let left_out = people
            .roll
            .subjects
            .iter()
            .filter(|subject| !subject.good && subject.existing.is_none())
            .map(|subject| subject.number())
            .collect();
        Self {
            people,
            numbers,
            left_out,
            near: OnceCell::new(),
            emails: OnceCell::new(),
            names: OnceCell::new(),
            variants: OnceCell::new(),
        }
    }

    fn index(&self, keys: impl Fn(usize) -> Vec<String>) -> HashMap<String, Vec<usize>> {
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for person in 0..self.people.len() {
            for key in keys(person) {
                let people = index.entry(key).or_default();
                if people.last() != Some(&person) {
                    people.push(person);
                }
            }
        }
        index
    }

    fn spellings(&self, person: usize, fold: fn(&str) -> String) -> Vec<String> {
        let name = self.people.name(person);
        let mut keys = vec![
            fold(&format!("{}{}", name.family, name.given)),
            fold(&format!("{}{}", name.given, name.family)),
        ];
        keys.extend(name.business.as_deref().map(fold));
        keys.retain(|key| !key.is_empty());
        keys.dedup();
        keys
    }

    fn look_up(&self, text: &str) -> Found {
        if let Some(&index) = self.numbers.get(text) {
            return Found::One(index);
        }
        if text.contains('@') {
            let emails = self.emails.get_or_init(|| {
                self.index(|person| {
                    self.people.email(person).map(|email| email_key(&email)).into_iter().collect()
                })
            });
            return self.choose(emails.get(&email_key(text)));
        }
        if self.left_out.contains(text) {
            return Found::LeftOut;
        }
        let near = self
            .near
            .get_or_init(|| self.index(|person| vec![number_key(self.people.number(person))]));
        if let Some([one]) = near.get(&number_key(text)).map(Vec::as_slice) {
            return Found::Near(*one);
        }
        let comma_free: Cow<'_, str> = if text.contains([',', '，']) {
            text.replace([',', '，'], " ").into()
        } else {
            text.into()
        };
        let names = self.names.get_or_init(|| self.index(|p| self.spellings(p, name_key)));
        match self.choose(names.get(&name_key(&comma_free))) {
            Found::Nobody(_) => {
                let variants =
                    self.variants.get_or_init(|| self.index(|p| self.spellings(p, variant_key)));
                let close = variants.get(&variant_key(&comma_free)).and_then(|p| p.first());
                Found::Nobody(close.copied())
            }
            found => found,
        }
    }

    /// One of several people with a name or email: the one who is employed, if that is one.
    fn choose(&self, people: Option<&Vec<usize>>) -> Found {
        match people.map(Vec::as_slice).unwrap_or_default() {
            [] => Found::Nobody(None),
            [one] => Found::One(*one),
            several => {
                let here: Vec<usize> = several
                    .iter()
                    .copied()
                    .filter(|&person| self.people.start(person).is_some())
                    .collect();
                match here[..] {
                    [one] => Found::One(one),
                    _ => Found::Several(several.to_vec()),
                }
            }
        }
    }

    /// The solid-line manager by all that a row says; `None` when the line is blocked, with the
    /// reason among the defects.
    pub(super) fn solid(
        &self,
        report: usize,
        row: u32,
        asked: &[(Field, Cow<'_, str>)],
        reader: &mut Reader<'_, '_>,
    ) -> Option<usize> {
        let (field, text) = asked.first()?;
        let manager = match self.look_up(text) {
            // A name that several have, beside something surer in another column.
            Found::Several(_) if asked.len() > 1 => {
                let second = asked.get(1).map(|(_, text)| self.look_up(text));
                match second {
                    Some(Found::One(index)) => index,
                    _ => return self.one(report, row, *field, text, reader),
                }
            }
            _ => self.one(report, row, *field, text, reader)?,
        };
        for (other_field, other_text) in &asked[1..] {
            let agrees = match self.look_up(other_text) {
                Found::One(other) | Found::Near(other) => {
                    other == manager || self.is_called(manager, other_text)
                }
                Found::Several(others) => {
                    others.contains(&manager) || self.is_called(manager, other_text)
                }
                Found::LeftOut => false,
                // An email nobody has names nobody else either.
                Found::Nobody(_) => other_text.contains('@') || self.is_called(manager, other_text),
            };
            if !agrees {
                let defect = reader
                    .at(row, DefectCode::ManagerMismatch, *other_field, other_text)
                    .with("first", text)
                    .with("other", self.people.label(manager));
                reader.defects.push(defect);
                return None;
            }
        }
        self.fit(report, row, *field, text, manager, reader)
    }

    /// Whether a text begins with the family name or is the work name, variants apart: 佐藤部長 is
    /// what 佐藤 一郎 is called.
    fn is_called(&self, person: usize, text: &str) -> bool {
        let name = self.people.name(person);
        let key = variant_key(text);
        let family = variant_key(&name.family);
        let given = variant_key(&name.given);
        let starts = |part: &str| !part.is_empty() && key.starts_with(part);
        if given.is_empty() || !key.contains(&given) {
            // Only the family name, with or without a title; not another given name.
            let title = key.strip_prefix(&family).unwrap_or("?");
            let titles = [
                "",
                "部長",
                "課長",
                "本部長",
                "室長",
                "社長",
                "係長",
                "次長",
                "主任",
                "リーダー",
                "さん",
                "様",
            ];
            return starts(&family) && titles.contains(&title)
                || name.business.is_some_and(|business| variant_key(&business) == key);
        }
        starts(&family) || key.ends_with(&family)
    }

    /// A manager by one text; `None` when the line is blocked.
    pub(super) fn one(
        &self,
        report: usize,
        row: u32,
        field: Field,
        text: &str,
        reader: &mut Reader<'_, '_>,
    ) -> Option<usize> {
        let at = |code| reader.at(row, code, field, text).with("name", self.people.label(report));
        let (defect, found): (Defect, Option<usize>) = match self.look_up(text) {
            Found::One(index) => return Some(index),
            Found::Near(index) => (
                at(DefectCode::ManagerNearNumber).with("other", self.people.label(index)),
                Some(index),
            ),
            Found::Several(people) => {
                let several: Vec<String> =
                    people.iter().take(5).map(|&index| self.people.label(index)).collect();
                (at(DefectCode::AmbiguousManager).with("several", several.join(", ")), None)
            }
            Found::Nobody(close) => {
                let close = close.map(|index| self.people.label(index)).unwrap_or_default();
                (at(DefectCode::UnknownManager).with("close", close), None)
            }
            Found::LeftOut => (at(DefectCode::ManagerLeftOut), None),
        };
        reader.defects.push(defect);
        found
    }

    /// Whether the manager can be one on the day the line starts.
    pub(super) fn fit(
        &self,
        report: usize,
        row: u32,
        field: Field,
        text: &str,
        manager: usize,
        reader: &mut Reader<'_, '_>,
    ) -> Option<usize> {
        let day = self.people.start(report)?;
        let at = |code| {
            reader
                .at(row, code, field, text)
                .with("name", self.people.label(report))
                .with("other", self.people.label(manager))
        };
        let defect = if manager == report {
            at(DefectCode::SelfManager)
        } else if self.people.employed(manager, day) {
            return Some(manager);
        } else {
            let latest = self.people.latest(manager);
            match latest {
                Some(latest) if latest.from > day => {
                    at(DefectCode::ManagerNotJoined).with("date", latest.from)
                }
                _ => at(DefectCode::ManagerLeft).with(
                    "date",
                    latest.and_then(|l| l.last_day()).map(|d| d.to_string()).unwrap_or_default(),
                ),
            }
        };
        reader.defects.push(defect);
        None
    }
}
