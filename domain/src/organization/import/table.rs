//! What a file holds before anyone asks what it means: sheets, rows and cells, each knowing where
//! it stands.
//!
//! All text of a sheet lies in one string and a cell is twelve bytes, so that a file of a hundred
//! thousand rows costs little more memory than its bytes.

use chrono::NaiveDate;

use super::Defect;

/// A file's contents.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The sheets in the file's order; a text file has one.
    pub sheets: Vec<Sheet>,
    /// What the reader found wrong before any cell was understood.
    pub defects: Vec<Defect>,
    /// How the text was encoded, e.g. `Shift_JIS`; `None` for a workbook.
    pub encoding: Option<String>,
}

/// One sheet: rows that hold at least one value.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The sheet's name; `None` for a text file.
    pub name: Option<String>,
    /// Whether a cell's column is only its place between delimiters (CSV, TSV): there a missing or
    /// an extra cell shifts the others, in a workbook it does not.
    pub delimited: bool,
    text: String,
    slots: Vec<Slot>,
    rows: Vec<RowSlot>,
    ghosts: u32,
    first_ghost: u32,
    last_row: u32,
}

#[derive(Clone, Copy, Debug)]
struct RowSlot {
    number: u32,
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    at: u32,
    len: u32,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Empty,
    Text(Span),
    Number(Span),
    Date(NaiveDate),
    Bool(bool),
    Error(Span),
    Undecodable(Span),
    Formula,
}

/// A cell's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or only spaces.
    Empty,
    /// Text without the spaces around it.
    Text(&'a str),
    /// A number as the user's program shows it: `001234` where the format pads with zeros.
    Number(&'a str),
    /// A cell formatted as a date.
    Date(NaiveDate),
    /// A truth value.
    Bool(bool),
    /// A spreadsheet error such as `#REF!`.
    Error(&'a str),
    /// Bytes that are no text in the file's encoding; holds what could be read of them, with
    /// U+FFFD in place of the rest.
    Undecodable(&'a str),
    /// A formula whose result is not stored in the file.
    FormulaUncalculated,
}

impl<'a> Cell<'a> {
    /// The text of a cell that has one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a reader of a defect list should see it.
    pub fn shown(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Error(text) | Self::Undecodable(text) => {
                text.to_owned()
            }
            Self::Date(date) => date.to_string(),
            Self::Bool(value) => value.to_string().to_uppercase(),
            Self::FormulaUncalculated => "=…".to_owned(),
        }
    }
}

/// One row of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    number: u32,
    slots: &'a [Slot],
}

impl<'a> Row<'a> {
    /// The line or row number that the user's program shows, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many cells it has, trailing empty ones not counted in a workbook.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it has no cells.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The cell in a column, from 0; `Empty` past the end.
    pub fn cell(&self, column: usize) -> Cell<'a> {
        let text = |span: Span| &self.sheet.text[span.at as usize..(span.at + span.len) as usize];
        match self.slots.get(column).copied().unwrap_or(Slot::Empty) {
            Slot::Empty => Cell::Empty,
            Slot::Text(span) => Cell::Text(text(span)),
            Slot::Number(span) => Cell::Number(text(span)),
            Slot::Date(date) => Cell::Date(date),
            Slot::Bool(value) => Cell::Bool(value),
            Slot::Error(span) => Cell::Error(text(span)),
            Slot::Undecodable(span) => Cell::Undecodable(text(span)),
            Slot::Formula => Cell::FormulaUncalculated,
        }
    }

    /// All cells in order.
    pub fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        (0..self.len()).map(move |column| self.cell(column))
    }
}

impl Sheet {
    /// A sheet without rows.
    pub fn new(name: Option<String>, delimited: bool) -> Self {
        Self { name, delimited, ..Self::default() }
    }

    /// How many rows hold a value.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row holds a value.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at a place in the list (not its number).
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let row = self.rows.get(index)?;
        let end = self.rows.get(index + 1).map_or(self.slots.len(), |next| next.first as usize);
        Some(Row {
            sheet: self,
            number: row.number,
            slots: self.slots.get(row.first as usize..end).unwrap_or_default(),
        })
    }

    /// The rows that hold a value.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).filter_map(|index| self.row(index))
    }

    /// Rows without any value that stand before one with a value: how many, and the first one's
    /// number.
    pub fn ghosts(&self) -> Option<(u32, u32)> {
        (self.ghosts > 0).then_some((self.ghosts, self.first_ghost))
    }

    /// Adds a row. One without any value is only counted. A sheet's text must stay below four
    /// gigabytes; readers bound it long before.
    pub fn push_row<'c>(&mut self, number: u32, cells: impl IntoIterator<Item = Cell<'c>>) {
        let (first, text) = (self.slots.len(), self.text.len());
        let mut last_value = first;
        for cell in cells {
            let slot = self.slot(cell);
            self.slots.push(slot);
            if !matches!(slot, Slot::Empty) {
                last_value = self.slots.len();
            }
        }
        self.last_row = self.last_row.max(number);
        if last_value == first {
            self.slots.truncate(first);
            self.text.truncate(text);
            if self.ghosts == 0 {
                self.first_ghost = number;
            }
            self.ghosts += 1;
            return;
        }
        if !self.delimited {
            self.slots.truncate(last_value);
        }
        self.rows.push(RowSlot { number, first: first as u32 });
    }

    /// The bytes of text held, for the reader's limits.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    fn slot(&mut self, cell: Cell<'_>) -> Slot {
        match cell {
            Cell::Text(text) if text.trim().is_empty() => Slot::Empty,
            Cell::Empty => Slot::Empty,
            Cell::Text(text) => self.span(text.trim()).map_or(Slot::Empty, Slot::Text),
            Cell::Number(text) => self.span(text).map_or(Slot::Empty, Slot::Number),
            Cell::Error(text) => self.span(text).map_or(Slot::Empty, Slot::Error),
            Cell::Undecodable(text) => self.span(text).map_or(Slot::Empty, Slot::Undecodable),
            Cell::Date(date) => Slot::Date(date),
            Cell::Bool(value) => Slot::Bool(value),
            Cell::FormulaUncalculated => Slot::Formula,
        }
    }

    fn span(&mut self, text: &str) -> Option<Span> {
        let (at, len) = (u32::try_from(self.text.len()).ok()?, u32::try_from(text.len()).ok()?);
        at.checked_add(len)?;
        self.text.push_str(text);
        Some(Span { at, len })
    }
}

impl Table {
    /// A table from rows of text, as tests and small tools write it.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        let mut sheet = Sheet::new(None, true);
        for (index, cells) in rows.into_iter().enumerate() {
            sheet.push_row(index as u32 + 1, cells.into_iter().map(Cell::Text));
        }
        Self { sheets: vec![sheet], ..Self::default() }
    }
}
