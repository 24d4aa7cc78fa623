//! The starts of one pair within a span, by the same rules as a plan's weeks, for whoever looks
//! for a single meeting's time.

use chrono::{DateTime, Utc};

use super::{
    clock::{WEEK, inside},
    diary::Diary,
    instance::Instance,
    model::{Problem, mask},
    plan::Reason,
    validate::InstanceError,
    weeks,
    zone::NEVER,
};

/// A start on the organizer's clock.
pub(crate) struct Opening {
    /// When.
    pub(crate) start: DateTime<Utc>,
    /// Why no meeting can start there, if none can.
    pub(crate) refused: Option<Reason>,
    /// The organization reserves windows for 1on1s, and it lies in none.
    pub(crate) unreserved: bool,
}

/// Every start of the horizon for the pair in a row of the instance, in order of time. All fixed
/// meetings stand.
pub(crate) fn openings(
    instance: &Instance,
    row: usize,
) -> Result<Vec<Opening>, Vec<InstanceError>> {
    instance.validate()?;
    let problem = Problem::new(instance);
    let mut diary = Diary::new(&problem);
    for (link, here) in problem.links.iter().enumerate() {
        here.fixed.iter().for_each(|&(_, start)| diary.place(link, start));
    }
    let Some(link) = problem.links.iter().position(|link| link.row == row) else {
        return Ok(Vec::new());
    };
    let here = &problem.links[link];
    let unreserved = |start: i32| {
        !problem.reserved.is_empty()
            && here.ends().iter().any(|&end| {
                let local = problem.zone(end).local(start).rem_euclid(WEEK);
                !inside(&problem.reserved, local, here.minutes)
            })
    };
    let starts = weeks::starts(&problem, link, mask(problem.weeks));
    let opening = |start| Opening {
        start: problem.epoch.instant(start),
        refused: diary.refusal(link, start),
        unreserved: unreserved(start),
    };
    Ok(starts.filter(|&start| start != NEVER).map(opening).collect())
}
