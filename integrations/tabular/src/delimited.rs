//! CSV and TSV.

use std::borrow::Cow;

use taiwa_domain::organization::import::{Cell, Defect, DefectCode, Sheet, Table};

use crate::{Limits, ReadError, encoding, error::What};

pub(crate) fn read(bytes: &[u8], tabs: bool, limits: &Limits) -> Result<Table, ReadError> {
    let decoded = encoding::decode(bytes);
    let text: &[u8] = &decoded.bytes;
    // Text has no zero bytes, whatever its encoding.
    if text.contains(&0) {
        return Err(ReadError::NotATable);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text, tabs))
        .buffer_capacity(64 << 10)
        .from_reader(text);
    let mut sheet = Sheet::new(None, true);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut record = csv::ByteRecord::new();
    let mut cells = 0_usize;
    let mut last = 0;
    while reader.read_byte_record(&mut record).map_err(|error| ReadError::Damaged(error.into()))? {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let (line, start) = lines.of(start);
        last = start;
        if record.len() > limits.columns {
            return Err(ReadError::TooMany { what: What::Columns, limit: limits.columns });
        }
        cells += record.len();
        if cells > limits.cells {
            return Err(ReadError::TooMany { what: What::Cells, limit: limits.cells });
        }
        if let Some(limit) = record.iter().any(|f| f.len() > limits.field).then_some(limits.field) {
            return Err(ReadError::CellTooLong { row: line, limit });
        }
        let lossy: Vec<Option<Cow<'_, str>>> = record
            .iter()
            .map(|field| std::str::from_utf8(field).err().map(|_| String::from_utf8_lossy(field)))
            .collect();
        sheet.push_row(
            line,
            record.iter().zip(&lossy).map(|(field, lossy)| match lossy {
                Some(lossy) => Cell::Undecodable(lossy),
                None => cell(std::str::from_utf8(field).unwrap_or_default()),
            }),
        );
        if sheet.len() > limits.rows {
            return Err(ReadError::TooMany { what: What::Rows, limit: limits.rows });
        }
        if sheet.text_bytes() > limits.text {
            return Err(ReadError::TooMany { what: What::Text, limit: limits.text });
        }
    }
    let mut table =
        Table { sheets: vec![sheet], defects: Vec::new(), encoding: Some(decoded.name.to_owned()) };
    if let Some(at) = open_quote(&text[last..], delimiter(text, tabs)) {
        let row = Lines { text, at: 0, line: 1 }.of(last + at).0;
        table.defects.push(Defect::new(DefectCode::UnterminatedQuote).row(row));
    }
    Ok(table)
}

/// A field as it was meant: `="000123"` is how exports keep zeros from spreadsheets.
fn cell(text: &str) -> Cell<'_> {
    let trimmed = text.trim();
    let Some(formula) = trimmed.strip_prefix('=') else { return Cell::Text(text) };
    match formula.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('"') => Cell::Text(plain),
        _ if formula.contains('(') => Cell::FormulaUncalculated,
        _ => Cell::Text(text),
    }
}

/// Line numbers of growing places in a text.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that starts at a byte, and its first byte: the parser says where it
    /// went on reading, which may be before the rest of the last line end or blank lines.
    fn of(&mut self, start: usize) -> (u32, usize) {
        let mut start = start.min(self.text.len());
        while matches!(self.text.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let mut before = self.text.get(self.at..start).unwrap_or_default();
        while let Some(place) = before.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let pair = before[place] == b'\r' && before.get(place + 1) == Some(&b'\n');
            self.line += 1;
            before = &before[place + 1 + usize::from(pair)..];
        }
        self.at = self.at.max(start);
        (self.line, start)
    }
}

/// Where the last record opens a quotation mark that never closes.
fn open_quote(record: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = 0;
    while at < record.len() {
        if record[at] == b'"' {
            let open = at;
            at += 1;
            loop {
                match record.get(at) {
                    None => return Some(open),
                    Some(b'"') if record.get(at + 1) == Some(&b'"') => at += 2,
                    Some(b'"') => break,
                    Some(_) => at += 1,
                }
            }
        }
        // On to the next field.
        while at < record.len() && record[at] != delimiter && record[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    None
}

/// The delimiter that most of the first lines have most of.
fn delimiter(text: &[u8], tabs: bool) -> u8 {
    let start = &text[..text.len().min(64 << 10)];
    let mut quoted = false;
    let mut counts = [[0_u32; 3]; 20];
    let mut line = 0;
    for &byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                line += 1;
                if line == counts.len() {
                    break;
                }
            }
            b',' if !quoted => counts[line][0] += 1,
            b';' if !quoted => counts[line][1] += 1,
            b'\t' if !quoted => counts[line][2] += 1,
            _ => {}
        }
    }
    let score = |index: usize| {
        let lines = counts.iter().filter(|line| line[index] > 0).count();
        let total: u32 = counts.iter().map(|line| line[index]).sum();
        (lines, total)
    };
    let preferred = if tabs { [2, 0, 1] } else { [0, 2, 1] };
    let best = preferred.into_iter().rev().max_by_key(|&index| score(index)).unwrap_or(0);
    [b',', b';', b'\t'][best]
}
