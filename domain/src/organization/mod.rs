//! Organization: persons, departments, assignments and reporting lines, all effective-dated.

pub mod department;
pub mod hours;
pub mod import;
pub mod period;
pub mod person;
pub mod reporting;
pub mod snapshot;
pub mod tenant;

pub use department::{Assignment, Department};
pub use hours::{HoursError, Weekday, WeeklyWindow, WorkingHours};
pub use period::Period;
pub use person::{
    EmploymentStatus, EmploymentType, Locale, Person, PersonName, Profile, WorkStyle, search_text,
};
pub use reporting::{LineKind, ReportingLine};
pub use snapshot::{AssignmentState, DepartmentState, LineState, PersonState, Snapshot};
pub use tenant::Organization;
