//! Who is there: what clients say of themselves, with an identity that they cannot choose.
//!
//! A client names itself by a number and describes itself by any JSON: both can be made up. So a
//! number belongs to the person on whose connection it was first seen, and the server writes the
//! name in the description itself.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::{
    Limits,
    wire::{Malformed, Reader, Result, Writer},
};

/// What one client says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The client's own number.
    pub client: u64,
    /// Counts what it said; the highest counts.
    pub clock: u32,
    /// JSON: an object, or `null` for one that has left.
    pub state: String,
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Presence>> {
    let mut reader = Reader::new(bytes);
    let count = reader.count(3)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (client, clock) = (reader.number()?, reader.clock()?);
        let state = reader.text()?;
        if state.len() > limits.presence {
            return Err(Malformed("presence"));
        }
        found.push(Presence { client, clock, state: state.to_owned() });
    }
    reader.end()?;
    Ok(found)
}

pub(crate) fn write(presences: &[Presence]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.number(presences.len() as u64);
    for it in presences {
        writer.number(it.client).number(it.clock.into()).buffer(it.state.as_bytes());
    }
    writer.0
}

/// A connection, with the identity that the server gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Tells connections apart.
    pub connection: u64,
    /// The person's id, as clients know it.
    pub id: String,
    /// The person's name, as clients show it.
    pub name: String,
}

/// Everyone who is at one document.
#[derive(Debug, Default)]
pub struct Awareness {
    clients: HashMap<u64, (Seat, Presence)>,
}

impl Awareness {
    /// Takes what a connection said and returns what the others are to hear: with the identity of
    /// the connection, and only of clients that were first seen on
    /// one of that person: who connects again is still the same client.
    pub fn take(&mut self, seat: &Seat, said: Vec<Presence>, limits: &Limits) -> Vec<Presence> {
        let mut heard = Vec::new();
        for mut it in said {
            let known = self.clients.get(&it.client);
            let room = || {
                let of_seat =
                    self.clients.values().filter(|(at, _)| at.connection == seat.connection);
                of_seat.count() < limits.seats
            };
            let accepted = match known {
                Some((at, before)) => at.id == seat.id && it.clock > before.clock,
                None => room(),
            };
            let Some(state) = identified(&it.state, seat).filter(|_| accepted) else { continue };
            it.state = state;
            self.clients.insert(it.client, (seat.clone(), it.clone()));
            heard.push(it);
        }
        heard
    }

    /// Everyone who is there now.
    pub fn present(&self) -> Vec<Presence> {
        let there = self.clients.values().map(|(_, it)| it).filter(|it| it.state != "null");
        there.cloned().collect()
    }

    /// A connection is gone: returns what the others are to hear.
    pub fn leave(&mut self, connection: u64) -> Vec<Presence> {
        let mut left = Vec::new();
        self.clients.retain(|_, (at, it)| {
            if at.connection == connection && it.state != "null" {
                let clock = it.clock.saturating_add(1);
                left.push(Presence { client: it.client, clock, state: "null".to_owned() });
            }
            at.connection != connection
        });
        left
    }
}

/// The state with the identity of its connection; none if it is no state.
fn identified(state: &str, seat: &Seat) -> Option<String> {
    let mut state: Map<String, Value> = match serde_json::from_str(state).ok()? {
        Value::Null => return Some("null".to_owned()),
        Value::Object(state) => state,
        _ => return None,
    };
    let mut user = json!({"id": seat.id, "name": seat.name});
    // Colours are what editors tell cursors apart by.
    for key in ["color", "colorLight"] {
        let colour = state.get("user").and_then(|user| user.get(key)).and_then(Value::as_str);
        if let Some(colour) = colour.filter(|it| it.len() <= 32) {
            user[key] = colour.into();
        }
    }
    state.insert("user".to_owned(), user);
    Some(Value::Object(state).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(connection: u64) -> Seat {
        Seat { connection, id: format!("person_{connection}"), name: format!("名前{connection}") }
    }

    fn said(client: u64, clock: u32, state: &str) -> Vec<Presence> {
        vec![Presence { client, clock, state: state.to_owned() }]
    }

    #[test]
    fn a_name_is_what_the_server_says_and_colours_stay() {
        let mut awareness = Awareness::default();
        let forged = r##"{"user": {"name": "社長", "id": "x", "color": "#f00"}, "cursor": 3}"##;
        let heard = awareness.take(&seat(1), said(7, 1, forged), &Limits::default());
        let state: Value = serde_json::from_str(&heard[0].state).unwrap();
        assert_eq!(state["user"], json!({"id": "person_1", "name": "名前1", "color": "#f00"}));
        assert_eq!(state["cursor"], 3);
    }

    #[test]
    fn nobody_speaks_for_a_client_of_another_person() {
        let mut awareness = Awareness::default();
        let limits = Limits::default();
        awareness.take(&seat(1), said(7, 1, "{}"), &limits);
        assert_eq!(awareness.take(&seat(2), said(7, 9, "null"), &limits), []);
        assert_eq!(awareness.present().len(), 1);
        // Connected again before the first connection is known to be gone.
        let again = Seat { connection: 3, ..seat(1) };
        assert_eq!(awareness.take(&again, said(7, 2, "{}"), &limits).len(), 1);
        assert_eq!(awareness.leave(1), []);
        let left = awareness.leave(3);
        assert_eq!(left, said(7, 3, "null"));
        assert_eq!(awareness.present(), []);
    }

    #[test]
    fn a_connection_has_few_clients_and_says_objects() {
        let mut awareness = Awareness::default();
        let limits = Limits { seats: 2, ..Limits::default() };
        for client in 0..5 {
            awareness.take(&seat(1), said(client, 1, "{}"), &limits);
        }
        assert_eq!(awareness.present().len(), 2);
        for state in ["[]", "3", "{", "\"x\""] {
            assert_eq!(awareness.take(&seat(2), said(9, 1, state), &limits), [], "{state}");
        }
    }

    #[test]
    fn old_news_is_dropped() {
        let mut awareness = Awareness::default();
        let limits = Limits::default();
        awareness.take(&seat(1), said(7, 5, "{}"), &limits);
        assert_eq!(awareness.take(&seat(1), said(7, 5, "{}"), &limits), []);
        assert_eq!(awareness.take(&seat(1), said(7, 4, "null"), &limits), []);
    }
}
