//! Updates from outside, walked once before they are given to `yrs`.
//!
//! `yrs` decodes updates but was made for those of honest clients: sizes in them are reserved
//! before they are read, and what they nest is followed by recursion. The walk here knows the
//! format (lib0, version 1), refuses what no editor sends, and says what the update writes.

use std::collections::HashMap;

use yrs::updates::decoder::Decode;

use crate::{
    Limits,
    wire::{Malformed, Reader, Result, Writer},
};

/// A stretch of what one client wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The client's number.
    pub client: u64,
    /// Where it begins in the client's own count.
    pub clock: u32,
    /// How long it is, in UTF-16 units of text or pieces of anything else.
    pub length: u32,
}

impl Span {
    fn contains(&self, id: Id) -> bool {
        self.client == id.0 && (self.clock..self.clock + self.length).contains(&id.1)
    }
}

type Id = (u64, u32);

/// What an item hangs on, where the update says so.
#[derive(Clone, Copy)]
enum Hook {
    /// On the document itself.
    Root,
    /// Inside an element.
    Inside(Id),
    /// Beside another item.
    Beside(Id),
}

pub(crate) struct Piece {
    pub(crate) span: Span,
    /// Whether it is visible text.
    pub(crate) text: bool,
    element: bool,
    hook: Hook,
}

/// Everything in an update.
#[derive(Default)]
pub(crate) struct Walked {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) spans: Vec<Span>,
    pub(crate) deleted: Vec<Span>,
}

/// An update that was looked at and found to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

impl Checked {
    /// Looks at an update.
    ///
    /// # Errors
    ///
    /// When it is none, or none that an editor sends.
    pub fn new(bytes: Vec<u8>, limits: &Limits) -> Result<Self> {
        let walked = walk(&bytes)?;
        shallow(&walked.pieces, limits.depth)?;
        Ok(Self { bytes, spans: walked.spans })
    }

    /// What it writes.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The update.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn decode(&self) -> Result<yrs::Update> {
        yrs::Update::decode_v1(&self.bytes).map_err(|_| Malformed("update"))
    }
}

/// One update that does what several do.
///
/// # Errors
///
/// When one of them is no update.
pub fn merge<'a>(updates: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let updates: Vec<&[u8]> = updates.into_iter().collect();
    if let [one] = updates[..] {
        return Ok(one.to_vec());
    }
    yrs::merge_updates_v1(updates).map_err(|_| Malformed("update"))
}

/// A state vector from outside, written anew within bounds.
pub(crate) fn state_vector(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader::new(bytes);
    let count = reader.count(2)?;
    let mut clients = HashMap::with_capacity(count);
    for _ in 0..count {
        clients.insert(reader.number()?, reader.clock()?);
    }
    reader.end()?;
    let mut writer = Writer::default();
    writer.number(clients.len() as u64);
    for (client, clock) in clients {
        writer.number(client).number(clock.into());
    }
    Ok(writer.0)
}

pub(crate) fn walk(bytes: &[u8]) -> Result<Walked> {
    let mut reader = Reader::new(bytes);
    let mut walked = Walked::default();
    for _ in 0..reader.count(3)? {
        let count = reader.count(2)?;
        let (client, mut clock) = (reader.number()?, reader.clock()?);
        for _ in 0..count {
            let length = piece(&mut reader, client, clock, &mut walked)?;
            let next = clock.checked_add(length).filter(|it| *it <= i32::MAX as u32);
            clock = next.ok_or(Malformed("clock"))?;
        }
    }
    for _ in 0..reader.count(2)? {
        let client = reader.number()?;
        for _ in 0..reader.count(2)? {
            let (clock, length) = (reader.clock()?, reader.clock()?);
            if length == 0 || clock + length > i32::MAX as u32 {
                return Err(Malformed("deletion"));
            }
            walked.deleted.push(Span { client, clock, length });
        }
    }
    reader.end()?;
    Ok(walked)
}

/// Reads one struct and returns its length.
fn piece(reader: &mut Reader<'_>, client: u64, clock: u32, walked: &mut Walked) -> Result<u32> {
    let info = reader.byte()?;
    let span = |length| Span { client, clock, length };
    match info {
        // What was deleted and collected: its place remains.
        0 => {
            let length = some(reader.clock()?)?;
            walked.spans.push(span(length));
            return Ok(length);
        }
        // A gap.
        10 => return some(reader.clock()?),
        _ => {}
    }
    let mut hook = None;
    for flag in [0x80, 0x40] {
        if info & flag != 0 {
            let id = (reader.number()?, reader.clock()?);
            hook = hook.or(Some(Hook::Beside(id)));
        }
    }
    let hook = match hook {
        Some(hook) => hook,
        None => {
            let hook = match reader.number()? {
                1 => {
                    reader.text()?;
                    Hook::Root
                }
                0 => Hook::Inside((reader.number()?, reader.clock()?)),
                _ => return Err(Malformed("parent")),
            };
            if info & 0x20 != 0 {
                reader.text()?;
            }
            hook
        }
    };
    let (mut text, mut element) = (false, false);
    let length = match info & 0x1f {
        1 => reader.clock()?,
        3 => {
            reader.buffer()?;
            1
        }
        4 => {
            text = true;
            reader.text()?.encode_utf16().count() as u32
        }
        5 => {
            json(reader.text()?)?;
            1
        }
        6 => {
            reader.text()?;
            json(reader.text()?)?;
            1
        }
        7 => {
            element = true;
            match reader.number()? {
                // Arrays, maps, texts, fragments and XML texts; elements and hooks have names.
                0 | 1 | 2 | 4 | 6 => {}
                3 | 5 => {
                    reader.text()?;
                }
                _ => return Err(Malformed("type")),
            }
            1
        }
        8 => {
            let count = reader.count(1)?;
            for _ in 0..count {
                any(reader, 0)?;
            }
            count as u32
        }
        // Documents in documents, moves and what editors left behind long ago.
        _ => return Err(Malformed("content")),
    };
    let length = some(length)?;
    walked.spans.push(span(length));
    walked.pieces.push(Piece { span: span(length), text, element, hook });
    Ok(length)
}

fn some(length: u32) -> Result<u32> {
    if length == 0 { Err(Malformed("length")) } else { Ok(length) }
}

fn json(text: &str) -> Result<()> {
    // JavaScript writes the absence of a value so.
    if text == "undefined" {
        return Ok(());
    }
    serde_json::from_str::<serde_json::Value>(text).map(|_| ()).map_err(|_| Malformed("JSON"))
}

/// How deep values nest.
const DEEPEST_VALUE: usize = 16;

fn any(reader: &mut Reader<'_>, depth: usize) -> Result<()> {
    if depth > DEEPEST_VALUE {
        return Err(Malformed("value"));
    }
    match reader.byte()? {
        120 | 121 | 126 | 127 => {}
        125 => signed(reader)?,
        124 => {
            reader.take(4)?;
        }
        122 | 123 => {
            reader.take(8)?;
        }
        119 => {
            reader.text()?;
        }
        118 => {
            for _ in 0..reader.count(2)? {
                reader.text()?;
                any(reader, depth + 1)?;
            }
        }
        117 => {
            for _ in 0..reader.count(1)? {
                any(reader, depth + 1)?;
            }
        }
        116 => {
            reader.buffer()?;
        }
        _ => return Err(Malformed("value")),
    }
    Ok(())
}

/// A number with a sign: of its first byte six bits count.
fn signed(reader: &mut Reader<'_>) -> Result<()> {
    for _ in 0..8 {
        if reader.byte()? < 0x80 {
            return Ok(());
        }
    }
    Err(Malformed("number"))
}

/// Refuses elements in elements in elements: what is deep is followed by recursion elsewhere.
fn shallow(pieces: &[Piece], most: usize) -> Result<()> {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|i| (pieces[*i].span.client, pieces[*i].span.clock));
    let find = |id: Id| -> Option<usize> {
        let after = order.partition_point(|i| {
            let span = &pieces[*i].span;
            (span.client, span.clock) <= id
        });
        let i = *order.get(after.checked_sub(1)?)?;
        pieces[i].span.contains(id).then_some(i)
    };
    // Depths that are known; each piece is walked through once.
    let mut depths: Vec<Option<usize>> = vec![None; pieces.len()];
    for start in (0..pieces.len()).filter(|i| pieces[*i].element) {
        let mut path = Vec::new();
        let mut at = Some(start);
        let mut depth = 0;
        while let Some(i) = at {
            if let Some(known) = depths[i] {
                depth = known;
                break;
            }
            path.push(i);
            // Set while it is walked: whoever comes by again is in a circle, which `yrs` never
            // completes.
            depths[i] = Some(0);
            at = match pieces[i].hook {
                Hook::Root => None,
                Hook::Inside(id) | Hook::Beside(id) => find(id),
            };
        }
        for i in path.into_iter().rev() {
            if matches!(pieces[i].hook, Hook::Inside(_)) {
                depth += 1;
            }
            depths[i] = Some(depth);
            if depth > most {
                return Err(Malformed("depth"));
            }
        }
    }
    Ok(())
}
