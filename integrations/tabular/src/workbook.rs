//! XLSX workbooks.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDate;
use taiwa_domain::organization::import::{Cell, Sheet, Table};

use crate::{
    Limits, ReadError,
    error::What,
    number_format::{Pattern, plain},
    package::Contents,
};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn damaged(error: XlsxError) -> ReadError {
    ReadError::Damaged(error.into())
}

pub(crate) fn read(bytes: &[u8], contents: &Contents, limits: &Limits) -> Result<Table, ReadError> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    // What people hid they do not mean; hidden rows and columns of a shown sheet are read, because
    // filters hide rows.
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    if names.len() > limits.sheets {
        return Err(ReadError::TooMany { what: What::Sheets, limit: limits.sheets });
    }
    let mut table = Table::default();
    let mut spent = Spent::default();
    for name in names {
        let sheet = sheet(&mut book, &name, contents, limits, &mut spent)?;
        table.sheets.push(sheet);
    }
    Ok(table)
}

#[derive(Default)]
struct Spent {
    rows: usize,
    cells: usize,
    text: usize,
}

/// A row's values while its cells arrive.
#[derive(Default)]
struct Line {
    number: u32,
    values: Vec<Value>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Shown(String),
    Date(NaiveDate),
    Bool(bool),
    Error(String),
    Formula,
}

fn sheet(
    book: &mut Book<'_>,
    name: &str,
    contents: &Contents,
    limits: &Limits,
    spent: &mut Spent,
) -> Result<Sheet, ReadError> {
    // Formulas come in a pass of their own, so it is spared where there are none.
    let uncalculated =
        if contents.formulas { uncalculated(book, name, limits)? } else { Vec::new() };
    let mut uncalculated = uncalculated.into_iter().peekable();
    let mut sheet = Sheet::new(Some(name.to_owned()), false);
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(sheet),
        Err(error) => return Err(damaged(error)),
    };
    let patterns: Vec<Option<Pattern>> = cells
        .styles()
        .iter()
        .map(|style| Pattern::parse(&style.number_format.as_ref()?.format_code))
        .collect();
    let mut line = Line::default();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let number = row.saturating_add(1);
        if number != line.number {
            push(&mut sheet, &mut line, limits, spent)?;
            line.number = number;
        }
        let value = match value(cell.get_value()) {
            Value::Empty if uncalculated.next_if_eq(&cell.get_position()).is_some() => {
                Value::Formula
            }
            Value::Empty => continue,
            Value::Text(text) if text.len() > limits.field => {
                return Err(ReadError::CellTooLong { row: number, limit: limits.field });
            }
            Value::Number(number) => match patterns.get(style) {
                Some(Some(pattern)) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => {
                    Value::Shown(pattern.show(number as u64))
                }
                _ => Value::Number(number),
            },
            value => value,
        };
        let column = column as usize;
        if column >= limits.columns {
            return Err(ReadError::TooMany { what: What::Columns, limit: limits.columns });
        }
        if line.values.len() <= column {
            line.values.resize(column + 1, Value::Empty);
        }
        line.values[column] = value;
    }
    push(&mut sheet, &mut line, limits, spent)?;
    Ok(sheet)
}

/// Cells with a formula and no result, in the order of the sheet.
fn uncalculated(
    book: &mut Book<'_>,
    name: &str,
    limits: &Limits,
) -> Result<Vec<(u32, u32)>, ReadError> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(damaged(error)),
    };
    let mut found = Vec::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            found.push(cell.pos);
            if found.len() > limits.cells {
                return Err(ReadError::TooMany { what: What::Cells, limit: limits.cells });
            }
        }
    }
    Ok(found)
}

fn push(
    sheet: &mut Sheet,
    line: &mut Line,
    limits: &Limits,
    spent: &mut Spent,
) -> Result<(), ReadError> {
    if line.number == 0 {
        return Ok(());
    }
    let (before, rows) = (sheet.text_bytes(), sheet.len());
    let shown: Vec<Option<String>> = line
        .values
        .iter()
        .map(|value| match value {
            Value::Number(number) => Some(plain(*number)),
            _ => None,
        })
        .collect();
    sheet.push_row(
        line.number,
        line.values.iter().zip(&shown).map(|(value, shown)| match value {
            Value::Empty => Cell::Empty,
            Value::Text(text) => Cell::Text(text),
            Value::Number(_) => Cell::Number(shown.as_deref().unwrap_or_default()),
            Value::Shown(text) => Cell::Number(text),
            Value::Date(date) => Cell::Date(*date),
            Value::Bool(value) => Cell::Bool(*value),
            Value::Error(text) => Cell::Error(text),
            Value::Formula => Cell::FormulaUncalculated,
        }),
    );
    spent.rows += sheet.len() - rows;
    spent.cells += line.values.len();
    spent.text += sheet.text_bytes() - before;
    line.values.clear();
    for (what, count, limit) in [
        (What::Rows, spent.rows, limits.rows),
        (What::Cells, spent.cells, limits.cells),
        (What::Text, spent.text, limits.text),
    ] {
        if count > limit {
            return Err(ReadError::TooMany { what, limit });
        }
    }
    Ok(())
}

fn value(data: &DataRef<'_>) -> Value {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::String(text) => text_value(text),
        DataRef::SharedString(text) => text_value(text),
        DataRef::Bool(value) => Value::Bool(*value),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            // A time of day alone is shown as a number; nobody means a date by it.
            if date.is_duration() || date.as_f64() < 1.0 {
                return Value::Number(date.as_f64());
            }
            NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
                .map_or(Value::Number(date.as_f64()), Value::Date)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text_value(text),
        DataRef::Error(error) => Value::Error(error.to_string()),
    }
}

fn text_value(text: &str) -> Value {
    if text.trim().is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}
