//! Bytes into cells: line numbers, delimiters, quotes, limits, and files that are no tables.

mod support;

use std::io::Write as _;

use proptest::prelude::*;
use support::fixture_bytes;
use taiwa_domain::organization::import::{Cell, DefectCode, Table};
use taiwa_tabular::{Limits, ReadError, read};

fn table(text: &[u8]) -> Table {
    read(text, None, &Limits::default()).expect("a readable file")
}

fn rows(table: &Table) -> Vec<(u32, Vec<String>)> {
    table.sheets[0]
        .rows()
        .map(|row| (row.number(), row.cells().map(Cell::shown).collect()))
        .collect()
}

#[test]
fn line_numbers_count_line_ends_of_every_kind_and_lines_inside_quotes() {
    for end in ["\n", "\r\n"] {
        let text = ["a,b", "1,\"x", "y\"", "", ",", "2,z", ""].join(end);
        let table = table(text.as_bytes());
        let numbers: Vec<u32> = table.sheets[0].rows().map(|row| row.number()).collect();
        assert_eq!(numbers, [1, 2, 6], "{end:?}");
        assert_eq!(table.sheets[0].ghosts(), Some((1, 5)), "{end:?}");
    }
}

#[test]
fn delimiters_are_told_by_the_first_lines() {
    for text in ["a,b\n1,x;y\n", "a;b\n1;\"x,y,z\"\n", "a\tb\n1\tx, y\n"] {
        assert_eq!(rows(&table(text.as_bytes()))[1].1.len(), 2, "{text:?}");
    }
    // Nothing tells them apart but the name.
    let one = read(b"a\n1\n", Some("people.tsv"), &Limits::default()).expect("a table");
    assert_eq!(rows(&one).len(), 2);
}

#[test]
fn texts_that_keep_their_zeros_as_formulas_are_texts() {
    let table = table(b"number,name,total\n=\"000123\",x,=SUM(A1:A9)\n");
    let row = table.sheets[0].row(1).expect("a row");
    assert_eq!(row.cell(0), Cell::Text("000123"));
    assert_eq!(row.cell(2), Cell::FormulaUncalculated);
}

#[test]
fn a_quotation_mark_that_never_closes_is_located() {
    let table = table(b"a,b\r\n1,x\r\n2,\"y\r\n3,z\r\n");
    assert_eq!(table.defects[0].code, DefectCode::UnterminatedQuote);
    assert_eq!(table.defects[0].row, Some(3));
}

#[test]
fn broken_bytes_stay_where_they_are() {
    let mut bytes = "社員番号,氏名,部署\n1,山田,営業本部\n2,".as_bytes().to_vec();
    bytes.extend(b"\xE5\xB1");
    bytes.extend(",開発本部\n".as_bytes());
    let table = table(&bytes);
    let row = table.sheets[0].row(2).expect("a row");
    assert!(matches!(row.cell(1), Cell::Undecodable(_)));
    assert_eq!(row.cell(2), Cell::Text("開発本部"));
}

#[test]
fn limits_come_before_the_memory() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert!(matches!(read(b"a,b\n1,2\n3,4\n", None, &limits), Err(ReadError::TooLarge { .. })));
    for limits in [
        Limits { columns: 2, ..Limits::default() },
        Limits { cells: 5, ..Limits::default() },
        Limits { rows: 1, ..Limits::default() },
        Limits { text: 3, ..Limits::default() },
    ] {
        let result = read(b"a,b,c\n1,2,3\n", None, &limits);
        assert!(matches!(result, Err(ReadError::TooMany { .. })), "{limits:?}");
    }
    let limits = Limits { field: 3, ..Limits::default() };
    let result = read(b"a,b\n1,long\n", None, &limits);
    assert!(matches!(result, Err(ReadError::CellTooLong { row: 2, .. })));
}

#[test]
fn a_zip_bomb_is_refused_by_what_it_unpacks_to() {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["[Content_Types].xml", "xl/worksheets/sheet1.xml"] {
        package.start_file(name, options).expect("a part");
        package.write_all(&vec![b' '; 4 << 20]).expect("bytes");
    }
    let bytes = package.finish().expect("a package").into_inner();
    assert!(bytes.len() < 64 << 10);
    let limits = Limits { unzipped: 1 << 20, ..Limits::default() };
    assert!(matches!(read(&bytes, None, &limits), Err(ReadError::UnpackedTooLarge { .. })));
    let limits = Limits { parts: 1, ..Limits::default() };
    assert!(matches!(read(&bytes, None, &limits), Err(ReadError::TooMany { .. })));
}

/// A package that says it is smaller than it is.
#[test]
fn a_zip_bomb_that_lies_about_its_size_is_refused() {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    package.start_file("[Content_Types].xml", options).expect("a part");
    package.write_all(&vec![b' '; 4 << 20]).expect("bytes");
    let mut bytes = package.finish().expect("a package").into_inner();
    let size = (4_u32 << 20).to_le_bytes();
    let places: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, four)| *four == size).map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let limits = Limits { unzipped: 1 << 20, ..Limits::default() };
    assert!(read(&bytes, None, &limits).is_err());
}

#[test]
fn what_is_no_table_is_refused_with_a_way_out() {
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest";
    assert!(matches!(read(old, Some("a.xls"), &Limits::default()), Err(ReadError::OldWorkbook)));
    assert!(matches!(read(b"%PDF-1.7", None, &Limits::default()), Err(ReadError::NotATable)));
    let damaged = &fixture_bytes("aoba.xlsx")[..2000];
    let error = read(damaged, None, &Limits::default()).expect_err("half a workbook");
    assert!(matches!(error, ReadError::Damaged(_)));
    assert!(error.to_string().contains("save it again"));
}

#[test]
fn nothing_is_a_table_without_rows() {
    for bytes in [b"".as_slice(), b"\n\n", b"\xEF\xBB\xBF"] {
        assert!(table(bytes).sheets[0].is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_a_table_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, None, &Limits::default());
    }

    #[test]
    fn cells_come_back_as_they_were_written(
        cells in prop::collection::vec(
            prop::collection::vec("[a-zあ-ん漢字\",;\t\n 0-9]{0,8}", 3..=3), 1..20)
    ) {
        let mut text = String::from("あ,い,う\n");
        for row in &cells {
            let quoted: Vec<String> =
                row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text += &(quoted.join(",") + "\r\n");
        }
        let table = table(text.as_bytes());
        let mut line = 2;
        let mut expected = Vec::new();
        for row in &cells {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                expected.push((line, row.iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>()));
            }
            line += 1 + row.iter().map(|c| c.matches('\n').count() as u32).sum::<u32>();
        }
        prop_assert_eq!(&rows(&table)[1..], &expected[..]);
    }

    /// Half of a workbook, or one with a wrong byte, is an error or a table, never a panic.
    #[test]
    fn damaged_workbooks_are_told(at in 0..6000_usize, byte: u8, cut: bool) {
        let mut bytes = fixture_bytes("aoba.xlsx");
        let at = at % bytes.len();
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] = byte;
        }
        let _ = read(&bytes, None, &Limits::default());
    }
}
