//! The encoding of lib0, of which Yjs' messages are made: variable-length integers and buffers.

/// Bytes that are not what they should be. Says nothing of what is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed: {0}")]
pub struct Malformed(pub(crate) &'static str);

pub(crate) type Result<T> = std::result::Result<T, Malformed>;

/// Numbers are JavaScript's: beyond 53 bits they are no integers there.
const LARGEST: u64 = (1 << 53) - 1;

/// Reads from bytes that nobody vouches for.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().ok_or(Malformed("too short"))?;
        self.0 = rest;
        Ok(*first)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        if length > self.0.len() {
            return Err(Malformed("too short"));
        }
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if value <= LARGEST { Ok(value) } else { Err(Malformed("number")) };
            }
        }
        Err(Malformed("number"))
    }

    /// How many things follow, each of at least `size` bytes: never more than there is room for.
    pub(crate) fn count(&mut self, size: usize) -> Result<usize> {
        let count = self.number()? as usize;
        if count > self.left() / size {
            return Err(Malformed("count"));
        }
        Ok(count)
    }

    /// A position in what one client wrote.
    pub(crate) fn clock(&mut self) -> Result<u32> {
        let clock = u32::try_from(self.number()?).map_err(|_| Malformed("clock"))?;
        if clock > i32::MAX as u32 { Err(Malformed("clock")) } else { Ok(clock) }
    }

    pub(crate) fn buffer(&mut self) -> Result<&'a [u8]> {
        let length = self.number()? as usize;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.buffer()?).map_err(|_| Malformed("text"))
    }

    pub(crate) fn end(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed("too long")) }
    }
}

/// Writes what clients read.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn number(&mut self, mut value: u64) -> &mut Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    pub(crate) fn buffer(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64).0.extend_from_slice(bytes);
        self
    }
}
