//! English.

use crate::organization::import::DefectCode;

pub(super) fn texts(code: DefectCode) -> (&'static str, &'static str) {
    use DefectCode as D;
    match code {
        D::EmptyTable => (
            "The file has no rows under its headers.",
            "Check that the right file and sheet were chosen.",
        ),
        D::UnknownSheet => ("There is no sheet “{value}”.", "Name one of: {sheets}."),
        D::MissingHeader => (
            "No column is recognised as the employee number.",
            "Name its header, e.g. number=HEADER. The headers are: {headers}.",
        ),
        D::DuplicateKeyHeader => (
            "“{first}” and “{column}” (column {column_number}) both read as the employee number.",
            "Rename one of them, or name the right one, e.g. number={first}. A manager's number needs a header such as manager_number.",
        ),
        D::UnknownMapping => {
            ("The file has no header “{value}” for {field}.", "Name one of its headers: {headers}.")
        }
        D::UnterminatedQuote => (
            "A quotation mark opens in row {row} and never closes, so the rows after it cannot be told apart.",
            "Close it, or write \"\" for a quotation mark inside a value, and export the file again.",
        ),
        D::UnknownHeader => (
            "“{value}” is not a field of the import; the column is ignored.",
            "If it matters, name its field, e.g. position={value}.",
        ),
        D::MisspelledHeader => (
            "“{value}” is not recognised; it is close to “{alias}” ({field}). The column is ignored.",
            "Write “{alias}”, or name the field: {field}={value}.",
        ),
        D::DuplicateHeader => (
            "“{column}” (column {column_number}) reads as {field}, and so does “{first}”; only the first counts.",
            "Rename one of them, or name the right one: {field}=HEADER.",
        ),
        D::UnnamedColumn => (
            "Column {column} has values and no header; it is ignored.",
            "Write a header above it, or remove the column.",
        ),
        D::OtherSheet => {
            ("This sheet is not read; “{read}” is.", "To read it instead, name the sheet.")
        }
        D::GhostRows => (
            "{count} rows hold no value and are skipped, the first is row {row}.",
            "Nothing to do; deleting them makes the file smaller.",
        ),
        D::RowTooLong => (
            "The row has {cells} cells and there are {headers} headers: its values may stand in the wrong columns.",
            "A value with a comma or a tab in it must be quoted.",
        ),
        D::RowTooShort => (
            "The row has {cells} cells and there are {headers} headers; the missing ones count as blank.",
            "Check that no cell is missing in the middle of the row.",
        ),
        D::UndecodableBytes => (
            "Some bytes of “{value}” are no text in the file's encoding.",
            "Export the file as UTF-8 and check this cell.",
        ),
        D::UndecodableManager => (
            "Some bytes of the manager “{value}” are no text in the file's encoding.",
            "Export the file as UTF-8 and check this cell; until then the recorded line stays.",
        ),
        D::ReplacementCharacter => (
            "“{value}” lost characters before it came here.",
            "Correct the value where it was exported from, and export as UTF-8.",
        ),
        D::SpreadsheetError => (
            "The cell holds the spreadsheet error {value}.",
            "Repair the formula, or write the value itself.",
        ),
        D::SpreadsheetErrorManager => (
            "The manager's cell holds the spreadsheet error {value}.",
            "Repair the formula, or write the value itself; until then the recorded line stays.",
        ),
        D::FormulaUncalculated => (
            "The cell holds a formula whose result is not in the file.",
            "Open the file in a spreadsheet program and save it, or paste the values.",
        ),
        D::FormulaUncalculatedManager => (
            "The manager's cell holds a formula whose result is not in the file.",
            "Open the file in a spreadsheet program and save it, or paste the values; until then the recorded line stays.",
        ),
        D::ValueTooLong => (
            "{column} holds more than {limit} characters.",
            "Check that no two cells or rows ran together; shorten the value.",
        ),
        D::DepartmentTooDeep => (
            "The department path in {column} has more than {limit} levels.",
            "Check the separators between the departments; shorten the path.",
        ),
        D::MissingNumber => (
            "The row has no employee number.",
            "Write the number, or delete the row if it is a total or a remark.",
        ),
        D::DuplicateNumber => (
            "Rows {rows} have the same employee number “{value}” and say different things.",
            "Keep one row per person; for concurrent posts add a column post_kind.",
        ),
        D::RepeatedRow => ("The row repeats row {first} and is ignored.", "Delete it."),
        D::NearDuplicateNumber => (
            "The number “{value}” is new and differs from {other} only by case, width, hyphens or leading zeros.",
            "If it is the same person, write the number exactly as recorded. Format number columns as text so that zeros stay.",
        ),
        D::MissingName => {
            ("{number} is new and has no name.", "Write a family name or a full name.")
        }
        D::NameMismatch => (
            "{number} is recorded as {recorded}, and the file says {value}.",
            "If the number was given to someone else, use a new one. If the name changed, there is nothing to do.",
        ),
        D::EmailTaken => (
            "“{value}” is the email of {other}.",
            "If {number} is their new number, keep the recorded number. Otherwise correct one of the emails.",
        ),
        D::EmailOfFormer => (
            "“{value}” was the email of {other}, who left.",
            "If this is the same person coming back, use the recorded number so that the history stays together.",
        ),
        D::InvalidEmail => (
            "“{value}” is not an email address; it is ignored.",
            "Write an address such as name@example.com.",
        ),
        D::UnknownValue => {
            ("“{value}” is not understood in {column}; it is ignored.", "Write one of: {expected}.")
        }
        D::CannotClear => ("{column} cannot be empty; #CLEAR is ignored.", "Write the new value."),
        D::UnknownManager => (
            "Nobody matches “{value}”, the manager of {name}; the recorded line stays.",
            "{close} Write the manager's employee number or email.",
        ),
        D::AmbiguousManager => (
            "Several people match “{value}”, the manager of {name}: {several}. The recorded line stays.",
            "Write the manager's employee number or email.",
        ),
        D::SelfManager => (
            "{name} is named as their own manager; the recorded line stays.",
            "Leave the cell blank for someone without a manager, or write #CLEAR to remove the recorded one.",
        ),
        D::ManagerCycle => (
            "The managers form a circle: {cycle}. This line is left as recorded.",
            "Correct one of these managers.",
        ),
        D::ManagerLeft => (
            "{other}, named as the manager of {name}, has left ({date}); the recorded line stays.",
            "Name the successor.",
        ),
        D::ManagerNotJoined => (
            "{other}, named as the manager of {name}, joins only on {date}; the recorded line stays.",
            "Name another manager until then, or import this line with that day as the effective date.",
        ),
        D::ManagerLeftOut => (
            "“{value}”, the manager of {name}, is new and their own row is left out because of an error.",
            "Correct that row first.",
        ),
        D::ManagerMismatch => (
            "“{first}” is {other}, but {column} says “{value}”; the recorded line stays.",
            "Correct the number or the name.",
        ),
        D::ManagerNearNumber => (
            "The manager's number “{value}” is taken as {other}.",
            "Write the number exactly as recorded; format number columns as text so that zeros stay.",
        ),
        D::RedundantLine => (
            "A dotted line to {other} stands beside another line to them; it is ignored.",
            "Remove the name from this cell.",
        ),
        D::ExistingCycle => (
            "The recorded managers already form a circle: {cycle}.",
            "Correct one of these managers in the file.",
        ),
        D::SeveralRoots => (
            "{count} people have no manager on {date}: {names}.",
            "If only the head of the company has none, name the others' managers.",
        ),
        D::ManagerLeaves => {
            ("{other} leaves, and {name} gets no other manager.", "Name the successor in the file.")
        }
        D::AmbiguousDepartment => (
            "Several departments are called “{value}”: {several}.",
            "Write the whole path from the top, or the department's code.",
        ),
        D::DepartmentCycle => (
            "The departments form a circle: {cycle}. Their recorded parents stay; new ones stand at the top.",
            "Correct one of the parent codes.",
        ),
        D::UnknownParentDepartment => (
            "No department has the code “{value}”, the parent of {code}.",
            "Correct the code, or add a row that names the parent.",
        ),
        D::DepartmentConflict => {
            ("The rows disagree about department {value}: {what}.", "Write the same in all rows.")
        }
        D::UnnamedDepartment => (
            "Department {value} is new and has no name; its code is used.",
            "Add a column with the department's name.",
        ),
        D::NewDepartment => (
            "The department “{value}” is new and will be created.",
            "If it should be a recorded one, correct how it is written.",
        ),
        D::TwoPrimaryPosts => (
            "{value} has several primary posts, in rows {rows}.",
            "Mark all but one as concurrent in a column post_kind, or list them in concurrent_posts.",
        ),
        D::RepeatedPost => (
            "The post in {value} repeats another post of the same person; it is ignored.",
            "Remove it.",
        ),
        D::InvalidDate => {
            ("“{value}” in {column} is not a date: {reason}.", "Write it as YYYY-MM-DD.")
        }
        D::AmbiguousDates => (
            "{count} dates such as “{value}” in {column} could have day and month swapped; they are read as {read}, so this one is {date}.",
            "Write dates as YYYY-MM-DD.",
        ),
        D::FutureDate => ("{value} in {column} is more than a year ahead.", "Check the year."),
        D::AncientDate => ("{value} in {column} is very long ago.", "Check the year."),
        D::LeftBeforeJoined => (
            "The last day {value} lies before the joined date {other}.",
            "Correct one of the two dates.",
        ),
        D::LeaveBeforeJoined => (
            "The leave starts on {value}, before the joined date {other}.",
            "Correct one of the two dates.",
        ),
        D::LeaveEndsBeforeStart => (
            "The leave ends on {value}, before it starts on {other}.",
            "Correct one of the two dates.",
        ),
        D::LeaveWithoutStart => (
            "The end of leave {value} has no leave that it could end; it is ignored.",
            "Write the start of the leave as well.",
        ),
        D::PastLeave => ("The leave from {value} is over by the effective date.", "Nothing to do."),
        D::OverlappingEmployment => (
            "The joined date {value} lies before the end of an earlier employment and in none of them; {other} stays.",
            "Write the day on which the present employment began.",
        ),
        D::JoinedAssumed => (
            "{count} new people have no joined date; {date} is taken.",
            "Write the joined date if it matters.",
        ),
        D::RejoinAssumed => (
            "They left on {ended} and are listed again; they rejoin on {date}.",
            "Write the new joined date, or the last day if they did not come back.",
        ),
        D::ListedAfterLeaving => (
            "They left on {ended} and are listed again; they stay recorded as having left.",
            "Write the new joined date if they came back, or #CLEAR as the last day if they never left.",
        ),
        D::LeaversHeld => (
            "Row {row} cannot be told whose it is, so nobody is taken as having left; it would have been {count}: {names}.",
            "Correct that row and import again.",
        ),
    }
}
