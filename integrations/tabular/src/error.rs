//! Why a file cannot be read at all.

use taiwa_domain::organization::Locale;

/// Nothing of the file was taken. The displayed text names what is wrong and the way out.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// More bytes than allowed.
    #[error(
        "the file is larger than {limit} bytes: split it, or leave out columns that are not needed"
    )]
    TooLarge {
        /// How many are allowed.
        limit: usize,
    },
    /// A workbook that unpacks to more than allowed.
    #[error(
        "the workbook unpacks to more than {limit} bytes: save the one sheet that is needed as CSV"
    )]
    UnpackedTooLarge {
        /// How many are allowed.
        limit: u64,
    },
    /// Too many parts, sheets, rows, columns or cells.
    #[error("the file has more than {limit} {what}: leave out what is not needed")]
    TooMany {
        /// Of what.
        what: What,
        /// How many are allowed.
        limit: usize,
    },
    /// A cell that holds more than allowed.
    #[error(
        "a cell in row {row} holds more than {limit} bytes; often a quotation mark is not closed before it"
    )]
    CellTooLong {
        /// Its row.
        row: u32,
        /// How many are allowed.
        limit: usize,
    },
    /// A workbook of before 2007, or one behind a password.
    #[error(
        "the file is an old .xls workbook or protected by a password: save it as .xlsx without a password, or as CSV"
    )]
    OldWorkbook,
    /// Neither text nor a workbook.
    #[error("the file is neither a CSV or TSV file nor an .xlsx workbook")]
    NotATable,
    /// The workbook is damaged.
    #[error(
        "the workbook cannot be read ({0}): open it in a spreadsheet program and save it again"
    )]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What there can be too many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Parts of a package.
    Parts,
    /// Sheets.
    Sheets,
    /// Rows.
    Rows,
    /// Columns.
    Columns,
    /// Cells.
    Cells,
    /// Bytes of text.
    Text,
}

impl What {
    fn name(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Parts, Locale::En) => "parts",
            (Self::Sheets, Locale::En) => "sheets",
            (Self::Rows, Locale::En) => "rows",
            (Self::Columns, Locale::En) => "columns",
            (Self::Cells, Locale::En) => "cells",
            (Self::Text, Locale::En) => "bytes of text",
            (Self::Parts, Locale::Ja) => "部品",
            (Self::Sheets, Locale::Ja) => "シート",
            (Self::Rows, Locale::Ja) => "行",
            (Self::Columns, Locale::Ja) => "列",
            (Self::Cells, Locale::Ja) => "セル",
            (Self::Text, Locale::Ja) => "文字データ（バイト）",
        }
    }
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name(Locale::En))
    }
}

impl ReadError {
    /// What is wrong and the way out, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            Self::TooLarge { limit } => format!(
                "ファイルが{limit}バイトを超えています。分割するか、不要な列を除いてください。"
            ),
            Self::UnpackedTooLarge { limit } => format!(
                "ブックを展開すると{limit}バイトを超えます。必要なシートだけをCSVで保存してください。"
            ),
            Self::TooMany { what, limit } => format!(
                "{}の数が上限（{limit}）を超えています。不要なものを除いてください。",
                what.name(locale)
            ),
            Self::CellTooLong { row, limit } => format!(
                "{row}行目に{limit}バイトを超えるセルがあります。その前の引用符「\"」が閉じているか確かめてください。"
            ),
            Self::OldWorkbook => "古い形式（.xls）またはパスワード付きのブックです。パスワードなしの .xlsx か CSV で保存し直してください。".to_owned(),
            Self::NotATable => "CSV、TSV、.xlsx のいずれでもありません。".to_owned(),
            Self::Damaged(cause) => format!(
                "ブックを読めません（{cause}）。表計算ソフトで開いて保存し直してください。"
            ),
        }
    }
}
