//! What only a whole column tells: whether 04/05/2015 is April or May.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::{
    Cell, Defect, DefectCode, Field,
    date::{self, Order},
    layout::Layout,
};
use crate::organization::{Locale, Snapshot};

const DATES: [Field; 4] = [Field::Joined, Field::Left, Field::LeaveFrom, Field::LeaveTo];

/// Orders of the date columns, and the span of plausible dates.
pub(super) struct Columns {
    orders: [Order; DATES.len()],
    pub(super) oldest: NaiveDate,
    pub(super) newest: NaiveDate,
}

impl Columns {
    pub(super) fn order(&self, field: Field) -> Order {
        DATES
            .iter()
            .position(|date| *date == field)
            .map_or(Order::MonthFirst, |index| self.orders[index])
    }

    /// Looks through every date column once.
    pub(super) fn find(
        layout: &Layout<'_>,
        snapshot: &Snapshot,
        today: NaiveDate,
        defects: &mut Vec<Defect>,
    ) -> Self {
        let usual = usual_order(snapshot);
        let orders = DATES.map(|field| order(layout, field, usual, defects));
        Self {
            orders,
            // Nobody hired before 1940 is employed now.
            oldest: NaiveDate::from_ymd_opt(1940, 1, 1).unwrap_or(NaiveDate::MIN),
            newest: today.checked_add_days(Days::new(366)).unwrap_or(NaiveDate::MAX),
        }
    }
}

/// Where dates end with the year, Americans write the month first, and so do Japanese exports of
/// American systems; the rest of the world writes the day first.
fn usual_order(snapshot: &Snapshot) -> Order {
    let america = snapshot.zone.name().starts_with("America/")
        || snapshot.zone.name().starts_with("US/")
        || matches!(snapshot.zone, Tz::Asia__Manila | Tz::Pacific__Honolulu);
    if snapshot.locale == Locale::Ja || america { Order::MonthFirst } else { Order::DayFirst }
}

fn order(layout: &Layout<'_>, field: Field, usual: Order, defects: &mut Vec<Defect>) -> Order {
    let Some(column) = layout.column(field) else { return usual };
    let (mut day_first, mut month_first) = (0_u32, 0_u32);
    let mut unsure: Option<(u32, String, u32)> = None;
    for index in layout.first..layout.sheet.len() {
        let Some(row) = layout.sheet.row(index) else { break };
        let Cell::Text(text) = row.cell(column) else { continue };
        // A year in front leaves nothing to decide, and is what nearly every file has.
        if text.len() >= 5 && text.as_bytes()[..4].iter().all(u8::is_ascii_digit) {
            continue;
        }
        match date::parse(text, usual).map(|reading| reading.order) {
            Ok(Some(Ok(Order::DayFirst))) => day_first += 1,
            Ok(Some(Ok(Order::MonthFirst))) => month_first += 1,
            Ok(Some(Err(()))) if !text.contains('.') => match &mut unsure {
                Some((.., count)) => *count += 1,
                None => unsure = Some((row.number(), text.to_owned(), 1)),
            },
            _ => {}
        }
    }
    let order = match (day_first, month_first) {
        (1.., 0) => return Order::DayFirst,
        (0, 1..) => return Order::MonthFirst,
        _ => usual,
    };
    if let Some((row, value, count)) = unsure {
        let read = match order {
            Order::DayFirst => "DD/MM/YYYY",
            Order::MonthFirst => "MM/DD/YYYY",
        };
        let date = date::parse(&value, order).map(|r| r.date.to_string()).unwrap_or_default();
        defects.push(
            Defect::new(DefectCode::AmbiguousDates)
                .sheet(layout.sheet.name.as_deref())
                .row(row)
                .column(layout.header(field))
                .value(value)
                .with("field", field)
                .with("read", read)
                .with("date", date)
                .with("count", count),
        );
    }
    order
}
