//! What is recorded of a person: names, email, employment type, zone, language, hours, style.

use super::{ChangeKind, Differ, Difference};
use crate::organization::{
    PersonState, Profile, WorkingHours,
    import::{
        DefectCode, Field,
        given::Given,
        people::name,
        record::Record,
        roll::Subject,
        text::variant_key,
        writes::{NewPerson, ProfileChange},
    },
};

impl Differ<'_, '_, '_, '_> {
    pub(super) fn profile(
        &mut self,
        state: Option<&PersonState>,
        subject: &Subject<'_>,
        difference: &mut Difference,
    ) {
        let record = &subject.record;
        self.not_cleared(record);
        let old = state.map(|state| &state.profile);
        let profile = Profile {
            name: name(old.map(|old| &old.name), record),
            email: record.email.over(old.and_then(|old| old.email.clone())),
            employment_type: set(&record.employment_type, old.map(|old| old.employment_type))
                .unwrap_or_default(),
            zone: set(&record.zone, old.map(|old| old.zone)).unwrap_or(self.snapshot.zone),
            locale: set(&record.locale, old.map(|old| old.locale)).unwrap_or(self.snapshot.locale),
            hours: match &record.hours {
                Given::Value(hours) => hours.clone(),
                Given::Clear => WorkingHours::default(),
                Given::Keep => old.map(|old| old.hours.clone()).unwrap_or_default(),
            },
            work_style: set(&record.work_style, old.map(|old| old.work_style)).unwrap_or_default(),
        };
        let Some(state) = state else {
            let Some(latest) = subject.employment.latest else { return };
            self.writes.new_persons.push(NewPerson {
                number: subject.number().to_owned(),
                profile,
                joined: latest.from,
                left: latest.last_day(),
            });
            return;
        };
        if profile == state.profile {
            return;
        }
        self.compare_names(state, &profile, record, difference);
        let (old, new) = (&state.profile, &profile);
        if old.email != new.email {
            difference.note(
                ChangeKind::Updated,
                Field::Email,
                old.email.clone(),
                new.email.clone(),
            );
        }
        if old.employment_type != new.employment_type {
            difference.note(
                ChangeKind::Updated,
                Field::EmploymentType,
                word(&old.employment_type),
                word(&new.employment_type),
            );
        }
        if old.zone != new.zone {
            let name = |zone: chrono_tz::Tz| Some(zone.name().to_owned());
            difference.note(ChangeKind::Updated, Field::TimeZone, name(old.zone), name(new.zone));
        }
        if old.locale != new.locale {
            difference.note(
                ChangeKind::Updated,
                Field::Locale,
                word(&old.locale),
                word(&new.locale),
            );
        }
        if old.hours != new.hours {
            difference.note(
                ChangeKind::Updated,
                Field::WorkingHours,
                Some(old.hours.to_string()),
                Some(new.hours.to_string()),
            );
        }
        if old.work_style != new.work_style {
            difference.note(
                ChangeKind::Updated,
                Field::WorkStyle,
                word(&old.work_style),
                word(&new.work_style),
            );
        }
        self.writes.profile_changes.push(ProfileChange { person: state.id, profile });
    }

    /// `#CLEAR` where something must stand.
    fn not_cleared(&mut self, record: &Record<'_>) {
        let cleared = [
            (Field::EmploymentType, record.employment_type == Given::Clear),
            (Field::TimeZone, record.zone == Given::Clear),
            (Field::Locale, record.locale == Given::Clear),
            (Field::WorkStyle, record.work_style == Given::Clear),
        ];
        for (field, _) in cleared.into_iter().filter(|(_, cleared)| *cleared) {
            let defect = self.reader.at(record.row, DefectCode::CannotClear, field, "#CLEAR");
            self.reader.defects.push(defect);
        }
    }

    fn compare_names(
        &mut self,
        state: &PersonState,
        profile: &Profile,
        record: &Record<'_>,
        difference: &mut Difference,
    ) {
        let (old, new) = (&state.profile.name, &profile.name);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let pairs = [
            (Field::FamilyName, some(&old.family), some(&new.family)),
            (Field::GivenName, some(&old.given), some(&new.given)),
            (Field::FamilyKana, old.family_kana.clone(), new.family_kana.clone()),
            (Field::GivenKana, old.given_kana.clone(), new.given_kana.clone()),
            (Field::BusinessName, old.business.clone(), new.business.clone()),
        ];
        for (field, old, new) in pairs.into_iter().filter(|(_, old, new)| old != new) {
            difference.note(ChangeKind::Updated, field, old, new);
        }
        let differs = |old: &str, new: &str| variant_key(old) != variant_key(new);
        // A marriage changes one of the two, a correction a character: both at once is someone else.
        if !old.family.is_empty()
            && differs(&old.family, &new.family)
            && differs(&old.given, &new.given)
            && differs(
                &format!("{}{}", old.family, old.given),
                &format!("{}{}", new.family, new.given),
            )
            && differs(
                &format!("{}{}", old.family, old.given),
                &format!("{}{}", new.given, new.family),
            )
        {
            let field = if self.reader.layout.has(Field::FamilyName) {
                Field::FamilyName
            } else {
                Field::FullName
            };
            let defect = self
                .reader
                .at(record.row, DefectCode::NameMismatch, field, &new.display())
                .with("recorded", old.display())
                .with("number", &state.number);
            self.reader.defects.push(defect);
        }
    }
}

fn set<T: Copy>(given: &Given<T>, old: Option<T>) -> Option<T> {
    given.value().copied().or(old)
}

/// A value's name in JSON.
fn word(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}
