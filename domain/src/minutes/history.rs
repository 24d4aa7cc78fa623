//! How what was written becomes versions that people recognise.

use chrono::{DateTime, TimeDelta, Utc};

use crate::id::PersonId;

/// Two changes by one person belong to one version if no more time is between them.
pub const SESSION: TimeDelta = TimeDelta::minutes(10);

/// Something that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place among all that was written.
    pub sequence: i64,
    /// By whom; none where several people's were folded into one.
    pub author: Option<PersonId>,
    /// When it was stored.
    pub at: DateTime<Utc>,
}

/// What one person wrote in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first entry's sequence.
    pub from: i64,
    /// The last entry's sequence: the document as it was after that is this version.
    pub sequence: i64,
    /// By whom; none where several people's were folded into one.
    pub author: Option<PersonId>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
}

/// The versions of a document, oldest first. Entries come in the order of their sequence.
pub fn versions(entries: &[Entry]) -> Vec<Version> {
    let mut found: Vec<Version> = Vec::new();
    for it in entries {
        match found.last_mut() {
            Some(last) if last.author == it.author && it.at - last.ended_at <= SESSION => {
                last.sequence = it.sequence;
                last.ended_at = it.at;
            }
            _ => found.push(Version {
                from: it.sequence,
                sequence: it.sequence,
                author: it.author,
                began_at: it.at,
                ended_at: it.at,
            }),
        }
    }
    found
}

/// Which entries to fold into one each, so that history stays small: those of a version that is
/// over for an hour, and all but the latest `most` versions into the first that stays. Each range
/// is from the first sequence to the last, of two entries at least; the author of what becomes of
/// it is given with it.
pub fn fold(
    entries: &[Entry],
    now: DateTime<Utc>,
    most: usize,
) -> Vec<(i64, i64, Option<PersonId>)> {
    let all = versions(entries);
    let over: Vec<Version> =
        all.iter().copied().take_while(|it| it.ended_at + TimeDelta::hours(1) < now).collect();
    let excess = all.len().saturating_sub(most).min(over.len());
    let mut ranges = Vec::new();
    if let Some(last) = excess.checked_sub(1).map(|it| over[it]) {
        let same = over[..excess].iter().all(|it| it.author == last.author);
        ranges.push((over[0].from, last.sequence, last.author.filter(|_| same)));
    }
    ranges.extend(over[excess..].iter().map(|it| (it.from, it.sequence, it.author)));
    let several = |(from, until, _): &(i64, i64, Option<PersonId>)| {
        entries.iter().filter(|it| (*from..=*until).contains(&it.sequence)).count() > 1
    };
    ranges.retain(several);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn entry(sequence: i64, author: u128, minute: i64) -> Entry {
        Entry {
            sequence,
            author: Some(PersonId(Uuid::from_u128(author))),
            at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute),
        }
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn a_version_is_what_one_person_wrote_in_one_go() {
        let entries =
            [entry(1, 1, 0), entry(2, 1, 9), entry(3, 2, 10), entry(4, 1, 11), entry(5, 1, 22)];
        let found: Vec<_> = versions(&entries).iter().map(|it| (it.from, it.sequence)).collect();
        assert_eq!(found, [(1, 2), (3, 3), (4, 4), (5, 5)]);
    }

    #[test]
    fn what_is_over_is_folded_and_what_is_recent_is_not() {
        let entries =
            [entry(1, 1, 0), entry(2, 1, 5), entry(3, 2, 6), entry(4, 2, 60), entry(5, 2, 61)];
        let author = |n| Some(PersonId(Uuid::from_u128(n)));
        assert_eq!(fold(&entries, at(61), 100), []);
        assert_eq!(fold(&entries, at(66), 100), [(1, 2, author(1))]);
        assert_eq!(fold(&entries, at(122), 100), [(1, 2, author(1)), (4, 5, author(2))]);
        assert_eq!(fold(&entries, at(200), 1), [(1, 3, None), (4, 5, author(2))]);
    }

    #[test]
    fn what_was_folded_is_folded_no_further() {
        let entries = [entry(2, 1, 5), entry(5, 2, 61)];
        assert_eq!(fold(&entries, at(10_000), 100), []);
    }
}
