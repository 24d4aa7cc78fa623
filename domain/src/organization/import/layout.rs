//! Which sheet, which row holds the headers, which column means what.

use super::{Cell, Defect, DefectCode, Field, Options, Sheet, Table, aliases, text::header_key};

/// Title lines above the headers are looked through this far.
const HEADER_WITHIN: usize = 30;

/// Where everything stands in the sheet that is read.
pub(super) struct Layout<'t> {
    pub(super) sheet: &'t Sheet,
    /// Place of the first row of data in the sheet's list.
    pub(super) first: usize,
    /// Column by field.
    columns: [Option<usize>; Field::COUNT],
    /// Headers as written.
    pub(super) headers: Vec<String>,
}

impl Layout<'_> {
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// The header over a field's column.
    pub(super) fn header(&self, field: Field) -> String {
        self.column(field)
            .and_then(|column| self.headers.get(column))
            .cloned()
            .unwrap_or_else(|| field.as_str().to_owned())
    }
}

/// Finds the sheet and its headers; `None` when nothing can be read, with the reason among the
/// defects.
pub(super) fn find<'t>(
    table: &'t Table,
    options: &Options,
    defects: &mut Vec<Defect>,
) -> Option<Layout<'t>> {
    let sheets: Vec<&Sheet> = match &options.sheet {
        None => table.sheets.iter().collect(),
        Some(name) => {
            let key = header_key(name);
            let named: Vec<&Sheet> = table
                .sheets
                .iter()
                .filter(|sheet| sheet.name.as_deref().is_some_and(|n| header_key(n) == key))
                .collect();
            if named.is_empty() {
                let names: Vec<&str> =
                    table.sheets.iter().filter_map(|sheet| sheet.name.as_deref()).collect();
                defects.push(
                    Defect::new(DefectCode::UnknownSheet)
                        .value(name)
                        .with("sheets", names.join(", ")),
                );
                return None;
            }
            named
        }
    };
    // The first sheet that has a column of numbers, else the one with the most known headers.
    let candidates: Vec<(&Sheet, usize, Vec<Option<Field>>)> = sheets
        .iter()
        .filter_map(|sheet| {
            let (row, fields) = header_row(sheet, options)?;
            Some((*sheet, row, fields))
        })
        .collect();
    let keyed = |fields: &[Option<Field>]| fields.contains(&Some(Field::Number));
    let score = |fields: &[Option<Field>]| fields.iter().flatten().count();
    let best = candidates.iter().position(|(.., fields)| keyed(fields) && score(fields) > 1);
    let best = best
        .or_else(|| (0..candidates.len()).rev().max_by_key(|&index| score(&candidates[index].2)));
    let Some((sheet, row, fields)) = best.and_then(|index| candidates.get(index)) else {
        defects.push(Defect::new(DefectCode::EmptyTable));
        return None;
    };
    for other in &sheets {
        if !std::ptr::eq(*other, *sheet) && !other.is_empty() {
            defects.push(
                Defect::new(DefectCode::OtherSheet)
                    .sheet(other.name.as_deref())
                    .with("read", sheet.name.as_deref().unwrap_or_default()),
            );
        }
    }
    layout(sheet, *row, fields, options, defects)
}

/// The row with the most headers that name a field; the first of equals.
fn header_row(sheet: &Sheet, options: &Options) -> Option<(usize, Vec<Option<Field>>)> {
    let mut best: Option<(usize, usize, Vec<Option<Field>>)> = None;
    for (index, row) in sheet.rows().take(HEADER_WITHIN).enumerate() {
        let fields: Vec<Option<Field>> = row
            .cells()
            .map(|cell| match cell {
                Cell::Text(text) => mapped(text, options).or_else(|| aliases::field_of(text)),
                _ => None,
            })
            .collect();
        let mut distinct: Vec<Field> = fields.iter().flatten().copied().collect();
        distinct.sort();
        distinct.dedup();
        if best.as_ref().is_none_or(|(score, ..)| distinct.len() > *score) {
            best = Some((distinct.len(), index, fields));
        }
    }
    best.map(|(_, index, fields)| (index, fields))
}

fn mapped(header: &str, options: &Options) -> Option<Field> {
    let key = header_key(header);
    options
        .mapping
        .iter()
        .find(|(_, wanted)| wanted == header)
        .or_else(|| options.mapping.iter().find(|(_, wanted)| header_key(wanted) == key))
        .map(|(field, _)| *field)
}

fn layout<'t>(
    sheet: &'t Sheet,
    header: usize,
    fields: &[Option<Field>],
    options: &Options,
    defects: &mut Vec<Defect>,
) -> Option<Layout<'t>> {
    let row = sheet.row(header)?;
    let number = row.number();
    let headers: Vec<String> = row.cells().map(Cell::shown).collect();
    let at = |code, column: usize| {
        Defect::new(code).sheet(sheet.name.as_deref()).row(number).column(headers[column].clone())
    };
    let mut columns = [None; Field::COUNT];
    let mut refused = false;
    for (field, wanted) in &options.mapping {
        if !headers.iter().any(|header| header_key(header) == header_key(wanted)) {
            refused = true;
            defects.push(
                Defect::new(DefectCode::UnknownMapping)
                    .sheet(sheet.name.as_deref())
                    .row(number)
                    .value(wanted)
                    .with("field", field)
                    .with("headers", headers.join(", ")),
            );
        }
    }
    for (column, field) in fields.iter().enumerate() {
        match field {
            Some(field) => {
                let explicit = options.mapping.iter().any(|(mapped, _)| mapped == field);
                let by_mapping = mapped(&headers[column], options) == Some(*field);
                let slot = &mut columns[*field as usize];
                match *slot {
                    None if !explicit || by_mapping => *slot = Some(column),
                    // What was mapped by hand is not reported as a duplicate.
                    _ if explicit => {}
                    None => {}
                    Some(first) => {
                        let key = *field == Field::Number;
                        refused |= key;
                        let code = if key {
                            DefectCode::DuplicateKeyHeader
                        } else {
                            DefectCode::DuplicateHeader
                        };
                        defects.push(
                            at(code, column)
                                .with("field", field)
                                .with("first", &headers[first])
                                .with("column_number", column + 1),
                        );
                    }
                }
            }
            None if headers[column].is_empty() => {
                let used = sheet.rows().skip(header + 1).any(|r| r.cell(column) != Cell::Empty);
                if used {
                    defects.push(at(DefectCode::UnnamedColumn, column).column(letters(column)));
                }
            }
            None => match row.cell(column) {
                Cell::Undecodable(_) => defects
                    .push(at(DefectCode::UndecodableBytes, column).value(headers[column].clone())),
                _ => match aliases::closest(&headers[column]) {
                    Some((alias, close)) if !fields.contains(&Some(close)) => defects.push(
                        at(DefectCode::MisspelledHeader, column)
                            .value(headers[column].clone())
                            .with("alias", alias)
                            .with("field", close),
                    ),
                    _ => defects
                        .push(at(DefectCode::UnknownHeader, column).value(headers[column].clone())),
                },
            },
        }
    }
    if columns[Field::Number as usize].is_none() && !refused {
        refused = true;
        defects.push(
            Defect::new(DefectCode::MissingHeader)
                .sheet(sheet.name.as_deref())
                .row(number)
                .with("headers", headers.join(", ")),
        );
    }
    if header + 1 >= sheet.len() && !refused {
        refused = true;
        defects.push(Defect::new(DefectCode::EmptyTable).sheet(sheet.name.as_deref()));
    }
    if let Some((count, first)) = sheet.ghosts() {
        defects.push(
            Defect::new(DefectCode::GhostRows)
                .sheet(sheet.name.as_deref())
                .row(first)
                .with("count", count),
        );
    }
    (!refused).then_some(Layout { sheet, first: header + 1, columns, headers })
}

/// A column's letters as spreadsheets show them: A, B, …, Z, AA.
pub(super) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|&byte| char::from(byte)).collect()
}
