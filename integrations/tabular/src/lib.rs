//! Reads CSV, TSV and XLSX files into tables, with every defect located.
