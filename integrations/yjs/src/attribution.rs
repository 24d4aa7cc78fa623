//! Who wrote what: the person on whose authenticated connection an update first came.
//!
//! What a client wrote is a range of its own clock. Clients' numbers can be made up, so nothing is
//! concluded from them; a range belongs to whoever delivered it first, for good.

use std::{collections::BTreeMap, ops::Range};

use uuid::Uuid;

use crate::{
    update::Span,
    wire::{Malformed, Reader, Result, Writer},
};

/// Ranges of clients' clocks and the people who delivered them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// Of each client disjoint ranges, in order; neighbours differ in their person.
    clients: BTreeMap<u64, Vec<(Range<u32>, Uuid)>>,
}

impl Attribution {
    /// Gives to `person` what of `spans` is nobody's yet.
    pub fn claim(&mut self, spans: &[Span], person: Uuid) {
        for span in spans {
            let known = self.clients.entry(span.client).or_default();
            let mut free = Vec::new();
            let mut at = span.clock;
            let end = span.clock + span.length;
            for (range, _) in known.iter().filter(|(it, _)| it.end > span.clock) {
                if range.start >= end {
                    break;
                }
                if at < range.start {
                    free.push((at..range.start, person));
                }
                at = at.max(range.end);
            }
            if at < end {
                free.push((at..end, person));
            }
            if free.is_empty() {
                continue;
            }
            known.extend(free);
            known.sort_by_key(|(range, _)| range.start);
            known.dedup_by(|next, before| {
                let one = before.0.end == next.0.start && before.1 == next.1;
                if one {
                    before.0.end = next.0.end;
                }
                one
            });
        }
    }

    /// Who delivered what a client wrote at a clock.
    pub fn of(&self, client: u64, clock: u32) -> Option<Uuid> {
        self.runs(client, clock, 1).next().map(|(_, person)| person)
    }

    /// The people of a range, as (how long, who), in order. What is nobody's is left out.
    pub fn runs(
        &self,
        client: u64,
        clock: u32,
        length: u32,
    ) -> impl Iterator<Item = (u32, Uuid)> + '_ {
        let end = clock + length;
        let ranges = self.clients.get(&client).map(Vec::as_slice).unwrap_or_default();
        ranges[ranges.partition_point(|(it, _)| it.end <= clock)..]
            .iter()
            .take_while(move |(it, _)| it.start < end)
            .map(move |(it, person)| (it.end.min(end) - it.start.max(clock), *person))
    }

    /// As bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.number(self.clients.len() as u64);
        for (client, ranges) in &self.clients {
            writer.number(*client).number(ranges.len() as u64);
            for (range, person) in ranges {
                writer.number(range.start.into()).number(range.len() as u64);
                writer.0.extend_from_slice(person.as_bytes());
            }
        }
        writer.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// When they are none that [`write`](Self::write) made.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mut clients = BTreeMap::new();
        for _ in 0..reader.count(2)? {
            let client = reader.number()?;
            let mut ranges = Vec::new();
            for _ in 0..reader.count(18)? {
                let (start, length) = (reader.clock()?, reader.clock()?);
                let person = reader.take(16)?.try_into().map_err(|_| Malformed("person"))?;
                ranges.push((start..start + length, Uuid::from_bytes(person)));
            }
            clients.insert(client, ranges);
        }
        reader.end()?;
        Ok(Self { clients })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(n: u8) -> Uuid {
        Uuid::from_u128(n.into())
    }

    proptest! {
        /// Against the obvious: a table with a cell for each position.
        #[test]
        fn the_first_to_deliver_owns_it(
            claims in prop::collection::vec((0_u64..3, 0_u32..40, 1_u32..15, 1_u8..4), 0..30),
        ) {
            let mut attribution = Attribution::default();
            let mut table = BTreeMap::new();
            for (client, clock, length, who) in claims {
                attribution.claim(&[Span { client, clock, length }], person(who));
                for at in clock..clock + length {
                    table.entry((client, at)).or_insert(person(who));
                }
            }
            for client in 0..3 {
                for clock in 0..60 {
                    let expected = table.get(&(client, clock)).copied();
                    prop_assert_eq!(attribution.of(client, clock), expected);
                }
                let counted: u32 = attribution.runs(client, 5, 30).map(|(length, _)| length).sum();
                let expected = table.keys().filter(|(c, at)| *c == client && (5..35).contains(at));
                prop_assert_eq!(counted as usize, expected.count());
            }
            prop_assert_eq!(Attribution::read(&attribution.write()), Ok(attribution));
        }
    }
}
