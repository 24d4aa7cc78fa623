//! Reads CSV, TSV and XLSX files into tables, with every defect located.
//!
//! [`read`] tells the kind of file by its content, never by its name, and checks every
//! [`Limits`] before the bytes behind it are parsed. What the cells mean is decided elsewhere:
//! `taiwa_domain::organization::import`.

mod delimited;
mod encoding;
mod error;
mod limits;
mod number_format;
mod package;
mod workbook;

pub use error::ReadError;
pub use limits::Limits;
use taiwa_domain::organization::import::Table;

/// Reads a file. Its name only helps where the content leaves a choice of delimiter.
pub fn read(bytes: &[u8], file_name: Option<&str>, limits: &Limits) -> Result<Table, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLarge { limit: limits.bytes });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let contents = package::check(bytes, limits)?;
        return workbook::read(bytes, &contents, limits);
    }
    // Compound files: workbooks of before 2007, and workbooks behind a password.
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(ReadError::OldWorkbook);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(ReadError::NotATable);
    }
    let tabs = file_name.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".tsv") || name.ends_with(".tab")
    });
    delimited::read(bytes, tabs, limits)
}
