//! Figures: what is counted of meetings, closed spans, published cells.

mod cells;
mod release;
mod tally;
mod whose;

pub use cells::{CellRow, CellsPage, HeatRow};
pub use release::{ReleaseRow, ReleaseState};
pub use tally::TallyRow;
