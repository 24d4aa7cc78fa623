//! One row as typed values: what it says, before it is compared with anything.

use std::borrow::Cow;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    Cell, Defect, DefectCode, Field, Row,
    columns::Columns,
    date::{self, DateError},
    given::Given,
    layout::Layout,
    text::{nfkc, squeezed},
    value,
};
use crate::organization::{EmploymentType, Locale, WorkStyle, WorkingHours};

type Text<'t> = Cow<'t, str>;

/// Who a row names as the solid-line manager.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Wanted<'t> {
    /// Nobody: the recorded line stays.
    #[default]
    Keep,
    /// `#CLEAR`: no manager any more.
    Clear,
    /// The cell cannot be read: the recorded line stays, and the defect is listed already.
    Blocked,
    /// By any of number, email, name; each with the field it stands in.
    Asked(Vec<(Field, Text<'t>)>),
}

/// A row's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record<'t> {
    pub(super) row: u32,
    pub(super) number: Option<Text<'t>>,
    /// An error was found: the row is left out of the plan.
    pub(super) left_out: bool,
    pub(super) family: Given<String>,
    pub(super) given: Given<String>,
    pub(super) family_kana: Given<String>,
    pub(super) given_kana: Given<String>,
    pub(super) business: Given<String>,
    pub(super) email: Given<String>,
    pub(super) employment_type: Given<EmploymentType>,
    pub(super) zone: Given<Tz>,
    pub(super) locale: Given<Locale>,
    pub(super) hours: Given<WorkingHours>,
    pub(super) work_style: Given<WorkStyle>,
    pub(super) department: Given<Text<'t>>,
    pub(super) department_code: Given<Text<'t>>,
    pub(super) parent_code: Given<Text<'t>>,
    pub(super) position: Given<String>,
    /// One row per post: whether this one is the primary.
    pub(super) primary: Option<bool>,
    pub(super) concurrent: Given<Vec<(String, Option<String>)>>,
    pub(super) manager: Wanted<'t>,
    pub(super) dotted: Given<Vec<String>>,
    /// A dotted manager's cell that cannot be read: the recorded dotted lines stay.
    pub(super) dotted_blocked: bool,
    pub(super) joined: Given<NaiveDate>,
    pub(super) left: Given<NaiveDate>,
    pub(super) leave_from: Given<NaiveDate>,
    pub(super) leave_to: Given<NaiveDate>,
}

/// Errors that spreadsheets leave in exported text.
const ERRORS: [&str; 10] = [
    "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#FIELD!",
];

/// Characters of a value, of a list of several, and levels of a department's path.
const LONGEST: usize = 250;
const LONGEST_LIST: usize = 2_000;
const DEEPEST: usize = 20;

/// Most levels of a path in a text with one or several paths; too many rather than too few.
fn levels(text: &str) -> usize {
    if text.len() <= DEEPEST {
        return 0;
    }
    text.split([';', '；', '、', '|', '｜', '\n'])
        .map(|path| super::tree::segments(path).len())
        .max()
        .unwrap_or_default()
}

fn is_clear(text: &str) -> bool {
    text.len() <= 24 && nfkc(text).eq_ignore_ascii_case("#clear")
}

/// Reads one row after another.
pub(super) struct Reader<'t, 'l> {
    pub(super) layout: &'l Layout<'t>,
    pub(super) columns: Columns,
    pub(super) defects: Vec<Defect>,
}

impl<'t> Reader<'t, '_> {
    /// What a row says.
    pub(super) fn read(&mut self, row: Row<'t>) -> Record<'t> {
        let mut record = Record { row: row.number(), ..Record::default() };
        record.number = match self.text(row, Field::Number, &mut record) {
            Given::Value(number) => Some(number),
            Given::Clear => {
                self.cannot_clear(&record, Field::Number);
                None
            }
            Given::Keep => None,
        };
        if record.number.is_none() && !record.left_out {
            record.left_out = true;
            self.report(&record, DefectCode::MissingNumber, Field::Number, "");
        }
        self.shape(row, &mut record);
        self.names(row, &mut record);
        record.email =
            match self.text(row, Field::Email, &mut record).map(|text| nfkc(&text).into_owned()) {
                Given::Value(email) if !value::is_email(&email) => {
                    self.report(&record, DefectCode::InvalidEmail, Field::Email, &email);
                    Given::Keep
                }
                other => other,
            };
        record.employment_type =
            self.word(row, Field::EmploymentType, &mut record, value::employment_type);
        record.zone = self.word(row, Field::TimeZone, &mut record, value::zone);
        record.locale = self.word(row, Field::Locale, &mut record, value::locale);
        record.work_style = self.word(row, Field::WorkStyle, &mut record, value::work_style);
        record.hours = self.word(row, Field::WorkingHours, &mut record, |text| text.parse().ok());
        record.department = self.text(row, Field::Department, &mut record);
        record.department_code = self.text(row, Field::DepartmentCode, &mut record);
        record.parent_code = self.text(row, Field::ParentDepartmentCode, &mut record);
        record.position = self.text(row, Field::Position, &mut record).map(|text| squeezed(&text));
        record.primary =
            self.word(row, Field::PostKind, &mut record, value::primary_post).value().copied();
        record.concurrent =
            self.text(row, Field::ConcurrentPosts, &mut record).map(|text| posts(&text));
        self.managers(row, &mut record);
        record.joined = self.date(row, Field::Joined, &mut record);
        record.left = self.date(row, Field::Left, &mut record);
        record.leave_from = self.date(row, Field::LeaveFrom, &mut record);
        record.leave_to = self.date(row, Field::LeaveTo, &mut record);
        record
    }

    /// A defect in a field's cell; the column only where the file has one, the value where there
    /// is any.
    pub(super) fn at(&self, row: u32, code: DefectCode, field: Field, value: &str) -> Defect {
        let mut defect = Defect::new(code)
            .sheet(self.layout.sheet.name.as_deref())
            .row(row)
            .with("field", field);
        if self.layout.has(field) {
            defect = defect.column(self.layout.header(field));
        }
        if value.is_empty() { defect } else { defect.value(value) }
    }

    fn report(&mut self, record: &Record<'_>, code: DefectCode, field: Field, value: &str) {
        let defect = self.at(record.row, code, field, value);
        self.defects.push(defect);
    }

    fn cannot_clear(&mut self, record: &Record<'_>, field: Field) {
        self.report(record, DefectCode::CannotClear, field, "#CLEAR");
    }

    /// More or fewer cells than headers, where that shifts columns.
    fn shape(&mut self, row: Row<'t>, record: &mut Record<'t>) {
        let (cells, headers) = (row.len(), self.layout.headers.len());
        if !self.layout.sheet.delimited || cells == headers {
            return;
        }
        let long = cells > headers && (headers..cells).any(|c| row.cell(c) != Cell::Empty);
        let code = if long {
            record.left_out = true;
            DefectCode::RowTooLong
        } else if cells < headers {
            DefectCode::RowTooShort
        } else {
            return;
        };
        self.defects.push(
            Defect::new(code)
                .sheet(self.layout.sheet.name.as_deref())
                .row(record.row)
                .with("cells", cells)
                .with("headers", headers),
        );
    }

    /// A cell's text; a cell that cannot be read is reported and leaves out the row, or the line
    /// where it names a manager.
    fn text(&mut self, row: Row<'t>, field: Field, record: &mut Record<'t>) -> Given<Text<'t>> {
        let Some(column) = self.layout.column(field) else { return Given::Keep };
        use DefectCode as D;
        let cell = row.cell(column);
        let codes = match cell {
            Cell::Empty => return Given::Keep,
            Cell::Text(text) => {
                if text.starts_with(['#', '＃']) {
                    if is_clear(text) {
                        return Given::Clear;
                    }
                    if ERRORS.contains(&text) {
                        [D::SpreadsheetError, D::SpreadsheetErrorManager]
                    } else {
                        return Given::Value(Cow::Borrowed(text));
                    }
                } else {
                    if text.contains('\u{FFFD}') {
                        self.report(record, D::ReplacementCharacter, field, text);
                    }
                    if self.too_long(field, text, record) {
                        return Given::Keep;
                    }
                    return Given::Value(Cow::Borrowed(text));
                }
            }
            Cell::Number(text) => return Given::Value(Cow::Borrowed(text)),
            Cell::Date(_) | Cell::Bool(_) => return Given::Value(Cow::Owned(cell.shown())),
            Cell::Error(_) => [D::SpreadsheetError, D::SpreadsheetErrorManager],
            Cell::FormulaUncalculated => [D::FormulaUncalculated, D::FormulaUncalculatedManager],
            Cell::Undecodable(_) => [D::UndecodableBytes, D::UndecodableManager],
        };
        let code = codes[usize::from(field.is_manager())];
        self.report(record, code, field, &cell.shown());
        match field {
            Field::DottedManagers => record.dotted_blocked = true,
            field if field.is_manager() => record.manager = Wanted::Blocked,
            _ => record.left_out = true,
        }
        Given::Keep
    }

    /// A text that is longer than any of its kind, or a path with too many levels: often a shifted
    /// column or two rows run together.
    fn too_long(&mut self, field: Field, text: &str, record: &mut Record<'t>) -> bool {
        let list = matches!(field, Field::ConcurrentPosts | Field::DottedManagers);
        let limit = if list { LONGEST_LIST } else { LONGEST };
        let (code, limit) = if text.len() > limit && text.chars().count() > limit {
            (DefectCode::ValueTooLong, limit)
        } else if matches!(field, Field::Department | Field::ConcurrentPosts)
            && levels(text) > DEEPEST
        {
            (DefectCode::DepartmentTooDeep, DEEPEST)
        } else {
            return false;
        };
        let defect = self.at(record.row, code, field, text).with("limit", limit);
        self.defects.push(defect);
        record.left_out = true;
        true
    }

    fn word<T>(
        &mut self,
        row: Row<'t>,
        field: Field,
        record: &mut Record<'t>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Given<T> {
        match self.text(row, field, record) {
            Given::Keep => Given::Keep,
            Given::Clear => Given::Clear,
            Given::Value(text) => match read(&text) {
                Some(value) => Given::Value(value),
                None => {
                    self.report(record, DefectCode::UnknownValue, field, &text);
                    Given::Keep
                }
            },
        }
    }

    fn names(&mut self, row: Row<'t>, record: &mut Record<'t>) {
        let name = |reader: &mut Self, field, record: &mut Record<'t>| {
            reader.text(row, field, record).map(|text| squeezed(&text))
        };
        if let Given::Value(full) = name(self, Field::FullName, record) {
            let (family, given) = value::split_name(&full);
            record.family = Given::Value(family);
            record.given = given.map_or(Given::Clear, Given::Value);
        }
        // Half-width kana is an old system's way of writing, not the person's.
        if let Given::Value(full) = name(self, Field::FullKana, record) {
            let (family, given) = value::split_name(&nfkc(&full));
            record.family_kana = Given::Value(family);
            record.given_kana = given.map_or(Given::Clear, Given::Value);
        }
        // A column of its own is surer than a split.
        for field in [Field::FamilyName, Field::GivenName, Field::FamilyKana, Field::GivenKana] {
            let given = name(self, field, record);
            if given == Given::Keep {
                continue;
            }
            match field {
                Field::FamilyName if given == Given::Clear => self.cannot_clear(record, field),
                Field::FamilyName => record.family = given,
                Field::GivenName => record.given = given,
                Field::FamilyKana => {
                    record.family_kana = given.map(|kana| nfkc(&kana).into_owned())
                }
                _ => record.given_kana = given.map(|kana| nfkc(&kana).into_owned()),
            }
        }
        record.business = name(self, Field::BusinessName, record);
    }

    fn managers(&mut self, row: Row<'t>, record: &mut Record<'t>) {
        let mut asked = Vec::new();
        let mut clear = false;
        for field in [Field::ManagerNumber, Field::ManagerEmail, Field::Manager, Field::ManagerName]
        {
            match self.text(row, field, record) {
                Given::Value(text) => asked.push((field, text)),
                Given::Clear => clear = true,
                Given::Keep => {}
            }
        }
        if record.manager != Wanted::Blocked {
            record.manager = match (asked.is_empty(), clear) {
                (false, _) => Wanted::Asked(asked),
                (true, true) => Wanted::Clear,
                (true, false) => Wanted::Keep,
            };
        }
        record.dotted = self.text(row, Field::DottedManagers, record).map(|text| {
            text.split([';', '；', '、', '|', '｜', ',', '，', '\n'])
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        });
    }

    fn date(&mut self, row: Row<'t>, field: Field, record: &mut Record<'t>) -> Given<NaiveDate> {
        let Some(column) = self.layout.column(field) else { return Given::Keep };
        let date = match row.cell(column) {
            Cell::Empty => return Given::Keep,
            Cell::Date(date) => Ok(date),
            _ => match self.text(row, field, record) {
                Given::Keep => return Given::Keep,
                Given::Clear => return self.open(field, record),
                Given::Value(text) => {
                    let whole = match row.cell(column) {
                        Cell::Number(number) => number.split('.').next().unwrap_or(number),
                        _ => &text,
                    };
                    date::parse(whole, self.columns.order(field))
                        .map(|reading| reading.date)
                        .map_err(|error| (error, text))
                }
            },
        };
        match date {
            Ok(date) if date::is_open(date) => self.open(field, record),
            Ok(date) => {
                self.plausible(field, record, date);
                Given::Value(date)
            }
            Err((error, text)) => {
                record.left_out = true;
                let reason = match error {
                    DateError::Form => "form",
                    DateError::NoSuchDay => "no_such_day",
                    DateError::ShortYear => "short_year",
                    DateError::NoDay => "no_day",
                };
                let defect = self
                    .at(record.row, DefectCode::InvalidDate, field, &text)
                    .with("reason", reason);
                self.defects.push(defect);
                Given::Keep
            }
        }
    }

    /// "No end" where an end may be missing; nothing to clear elsewhere.
    fn open(&mut self, field: Field, record: &Record<'_>) -> Given<NaiveDate> {
        if field == Field::Joined {
            self.cannot_clear(record, field);
            return Given::Keep;
        }
        Given::Clear
    }

    fn plausible(&mut self, field: Field, record: &Record<'_>, date: NaiveDate) {
        let code = if date < self.columns.oldest {
            DefectCode::AncientDate
        } else if field == Field::Joined && date > self.columns.newest {
            DefectCode::FutureDate
        } else {
            return;
        };
        self.report(record, code, field, &date.to_string());
    }
}

/// `営業本部/第一営業部:課長; D-020:部長`: department and position of each post.
fn posts(text: &str) -> Vec<(String, Option<String>)> {
    text.split([';', '；', '、', '|', '｜', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once([':', '：']) {
            Some((department, position)) => {
                let position = squeezed(position);
                (department.trim().to_owned(), (!position.is_empty()).then_some(position))
            }
            None => (part.to_owned(), None),
        })
        .collect()
}
