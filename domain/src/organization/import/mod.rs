//! Import of an org chart from a file: a table and an organization in, a plan out.
//!
//! [`plan`] is pure. It reads the table's headers ([`Field`]), turns rows into typed records,
//! matches them with the recorded people, resolves departments and managers over the organization
//! as it would be afterwards, and returns an [`ImportPlan`]: counts, changes person by person,
//! every [`Defect`] with its place and the way out, and the [`Writes`] that applying performs.
//!
//! # What holds
//!
//! - The writes depend on what the file says, not on the order of its rows.
//! - Planning the same file against the applied result writes nothing.
//! - A row with an error is left out, and whoever it means counts as present: nobody leaves
//!   because of a typing error. A wrong manager blocks one line; warnings block nothing.
//! - Blank keeps, `#CLEAR` empties, a missing column keeps.
//!
//! # Days
//!
//! Changes hold from [`Options::effective`]. Posts and lines of people who join later start on
//! their first day. Who joined earlier gets posts and lines from the effective day on, also in the
//! first import into an empty organization: a file tells how things are, not since when. People
//! who are absent from a full snapshot leave on the day before the effective day.
//!
//! The snapshot must show the organization on the effective day; for people who join later it
//! shows the posts and lines of their first day.
//!
//! `README.md` beside this file has the tables of fields, defects and severities.

mod aliases;
pub mod apply;
mod changes;
mod columns;
mod cycle;
mod date;
pub mod defect;
mod departments;
#[cfg(test)]
mod documentation;
mod employment;
pub mod field;
mod given;
mod hash;
mod layout;
mod lines;
mod managers;
mod message;
pub mod options;
mod people;
pub mod plan;
mod planner;
mod posts;
mod record;
mod roll;
pub mod table;
mod text;
mod tree;
mod value;
pub mod writes;

pub use defect::{Defect, DefectCode, Effect, Severity};
pub use field::{Field, UnknownField};
pub use options::{BrakeRule, Mode, Options};
pub use plan::{Brake, ChangeDetail, ChangeKind, ColumnUse, Counts, ImportPlan, PersonChange};
pub use planner::plan;
pub use table::{Cell, Row, Sheet, Table};
pub use writes::{
    AssignmentStart, DepartmentChange, DepartmentRef, Departure, EmploymentCorrection, LeaveChange,
    LineStart, NewDepartment, NewPerson, PersonRef, ProfileChange, Rejoin, Writes,
};
