//! How much of a file is read.

/// Upper bounds, each checked before the memory for it is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of a workbook after unpacking, all parts together.
    pub unzipped: u64,
    /// Parts of a workbook.
    pub parts: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Rows with a value, all sheets together.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Cells of rows with a value, all sheets together.
    pub cells: usize,
    /// Bytes of one cell.
    pub field: usize,
    /// Bytes of all cells' text together; a workbook may repeat one text in every cell.
    pub text: usize,
}

impl Default for Limits {
    /// Room for some 500,000 people with thirty columns.
    fn default() -> Self {
        Self {
            bytes: 128 << 20,
            unzipped: 1 << 30,
            parts: 2_000,
            sheets: 100,
            rows: 1_100_000,
            columns: 512,
            cells: 20_000_000,
            field: 32 << 10,
            text: 512 << 20,
        }
    }
}
