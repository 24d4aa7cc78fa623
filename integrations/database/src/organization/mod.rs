//! Organizations, persons, departments, assignments and reporting lines.

mod apply;
mod departments;
mod holidays;
mod imports;
mod lines;
mod people;
mod snapshot;
mod tenant;

pub use departments::{DepartmentNode, Post};
pub use imports::ImportRecord;
pub use lines::{ChainLink, LineRow};
pub use people::{PeopleFilter, PersonKey};
pub(crate) use people::{PersonRow, employed_columns, joins};
