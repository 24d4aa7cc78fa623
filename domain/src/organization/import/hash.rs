//! The hash that names a plan: SHA-256 over the writes in a fixed byte form.
//!
//! Every struct is taken apart without `..`, so a field added to one of them cannot be forgotten
//! here.

use sha2::{Digest, Sha256};

use super::{Options, Writes, options::Mode, writes::*};
use crate::organization::{LineKind, Period, PersonName, Profile, WorkingHours};

/// The hash of a plan in lower-case hex.
pub(super) fn plan_hash(writes: &Writes, options: &Options, revision: i64) -> String {
    let mut bytes = Bytes { hasher: Sha256::new(), buffer: Vec::with_capacity(1 << 16) };
    bytes.text("taiwa import plan 1");
    bytes.int(revision);
    bytes.date(options.effective);
    bytes.byte(match options.mode {
        Mode::Upsert => 0,
        Mode::Snapshot => 1,
    });
    bytes.writes(writes);
    bytes.hasher.update(&bytes.buffer);
    bytes.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Bytes {
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl Bytes {
    fn raw(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > 1 << 16 {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        self.buffer.extend_from_slice(bytes);
    }

    fn byte(&mut self, byte: u8) {
        self.raw(&[byte]);
    }

    fn int(&mut self, number: i64) {
        self.raw(&number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.int(text.len() as i64);
        self.raw(text.as_bytes());
    }

    fn date(&mut self, date: chrono::NaiveDate) {
        use chrono::Datelike;
        self.raw(&date.num_days_from_ce().to_be_bytes());
    }

    fn period(&mut self, period: &Period) {
        let Period { from, until } = period;
        self.date(*from);
        self.date(*until);
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.int(list.len() as i64);
        for item in list {
            write(self, item);
        }
    }

    fn person(&mut self, person: PersonRef) {
        match person {
            PersonRef::Existing(id) => {
                self.byte(0);
                self.raw(id.0.as_bytes());
            }
            PersonRef::New(place) => {
                self.byte(1);
                self.int(place.into());
            }
        }
    }

    fn department(&mut self, department: DepartmentRef) {
        match department {
            DepartmentRef::Existing(id) => {
                self.byte(0);
                self.raw(id.0.as_bytes());
            }
            DepartmentRef::New(place) => {
                self.byte(1);
                self.int(place.into());
            }
        }
    }

    fn profile(&mut self, profile: &Profile) {
        let Profile { name, email, employment_type, zone, locale, hours, work_style } = profile;
        let PersonName { family, given, family_kana, given_kana, business } = name;
        self.text(family);
        self.text(given);
        for text in [family_kana, given_kana, business, email] {
            self.option(text.as_deref(), Self::text);
        }
        self.byte(*employment_type as u8);
        self.text(zone.name());
        self.byte(*locale as u8);
        self.hours(hours);
        self.byte(*work_style as u8);
    }

    fn hours(&mut self, hours: &WorkingHours) {
        self.list(hours.windows(), |bytes, window| {
            let (from, to) = window.minutes();
            bytes.byte(window.weekday.number());
            bytes.raw(&from.to_be_bytes());
            bytes.raw(&to.to_be_bytes());
        });
    }

    fn writes(&mut self, writes: &Writes) {
        let Writes {
            new_departments,
            department_changes,
            new_persons,
            profile_changes,
            rejoins,
            departures,
            employment_corrections,
            leave_changes,
            assignment_ends,
            assignment_starts,
            line_ends,
            line_starts,
        } = writes;
        self.list(new_departments, |b, NewDepartment { code, name, parent }| {
            b.option(code.as_deref(), Self::text);
            b.text(name);
            b.option(*parent, Self::department);
        });
        self.list(department_changes, |b, DepartmentChange { id, code, name, parent }| {
            b.raw(id.0.as_bytes());
            b.option(code.as_deref(), Self::text);
            b.text(name);
            b.option(*parent, Self::department);
        });
        self.list(new_persons, |b, NewPerson { number, profile, joined, left }| {
            b.text(number);
            b.profile(profile);
            b.date(*joined);
            b.option(*left, Self::date);
        });
        self.list(profile_changes, |b, ProfileChange { person, profile }| {
            b.raw(person.0.as_bytes());
            b.profile(profile);
        });
        self.list(rejoins, |b, Rejoin { person, joined, left }| {
            b.raw(person.0.as_bytes());
            b.date(*joined);
            b.option(*left, Self::date);
        });
        self.list(departures, |b, Departure { person, last_day }| {
            b.raw(person.0.as_bytes());
            b.date(*last_day);
        });
        self.list(employment_corrections, |b, EmploymentCorrection { person, was, now }| {
            b.raw(person.0.as_bytes());
            b.period(was);
            b.period(now);
        });
        self.list(leave_changes, |b, LeaveChange { person, remove, add }| {
            b.person(*person);
            b.list(remove, Self::period);
            b.list(add, Self::period);
        });
        self.list(assignment_ends, |b, id| b.raw(id.0.as_bytes()));
        self.list(
            assignment_starts,
            |b, AssignmentStart { person, department, position, primary, from }| {
                b.person(*person);
                b.department(*department);
                b.option(position.as_deref(), Self::text);
                b.byte(u8::from(*primary));
                b.date(*from);
            },
        );
        self.list(line_ends, |b, id| b.raw(id.0.as_bytes()));
        self.list(line_starts, |b, LineStart { report, manager, kind, from }| {
            b.person(*report);
            b.person(*manager);
            b.byte(match kind {
                LineKind::Solid => 0,
                LineKind::Dotted => 1,
            });
            b.date(*from);
        });
    }
}
