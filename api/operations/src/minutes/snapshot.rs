//! What is sealed of a snapshot: the whole document, and who wrote what of it.
//!
//! A version byte, the document's length (four bytes, the highest first), the document, and the
//! attribution up to the end. What began as JSON is older: two lists of numbers, some four times
//! as long. It is read for as long as such a snapshot stands; each is written anew as its minutes
//! go on.

use serde::Deserialize;
use taiwa_yjs::Attribution;

use crate::{Failure, Result};

/// The only version there is. No JSON begins with it.
const VERSION: u8 = 1;

/// A document with who wrote what of it.
pub(super) struct Whole {
    pub(super) document: Vec<u8>,
    pub(super) attribution: Attribution,
}

/// For whatever is not as it was written. Says nothing of what is in it.
pub(super) fn broken<E>(_: E) -> Failure {
    Failure::Internal("minutes cannot be read")
}

#[derive(Deserialize)]
struct Numbers {
    document: Vec<u8>,
    attribution: Vec<u8>,
}

impl Whole {
    pub(super) fn write(&self) -> Result<Vec<u8>> {
        let length = u32::try_from(self.document.len()).map_err(broken)?;
        let attribution = self.attribution.write();
        let mut bytes = Vec::with_capacity(5 + self.document.len() + attribution.len());
        bytes.push(VERSION);
        bytes.extend(length.to_be_bytes());
        bytes.extend_from_slice(&self.document);
        bytes.extend(attribution);
        Ok(bytes)
    }

    /// From either form.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let (document, attribution) = match bytes {
            [b'{', ..] => {
                let numbers: Numbers = serde_json::from_slice(bytes).map_err(broken)?;
                (numbers.document, Attribution::read(&numbers.attribution))
            }
            [VERSION, rest @ ..] => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(|| broken(()))?;
                let length = u32::from_be_bytes(*length) as usize;
                let (document, rest) = rest.split_at_checked(length).ok_or_else(|| broken(()))?;
                (document.to_vec(), Attribution::read(rest))
            }
            _ => return Err(broken(())),
        };
        Ok(Self { document, attribution: attribution.map_err(broken)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use taiwa_yjs::Span;
    use uuid::Uuid;

    use super::*;

    /// Two people's document; its bytes are anything, even such as JSON has.
    fn whole(document: &[u8]) -> Whole {
        let mut attribution = Attribution::default();
        for (client, person) in [(7, 1), (1 << 40, 2)] {
            let span = Span { client, clock: 3, length: 200 };
            attribution.claim(&[span], Uuid::from_u128(person));
        }
        Whole { document: document.to_vec(), attribution }
    }

    /// As snapshots were written before there was a version.
    fn as_numbers(whole: &Whole) -> Vec<u8> {
        let attribution = whole.attribution.write();
        serde_json::json!({"document": whole.document, "attribution": attribution})
            .to_string()
            .into_bytes()
    }

    fn refused(bytes: &[u8]) -> bool {
        matches!(Whole::read(bytes), Err(Failure::Internal("minutes cannot be read")))
    }

    #[test]
    fn both_forms_are_read() {
        for document in [b"".as_slice(), b"{\"document\":[1]}", &[0, 1, 255]] {
            let whole = whole(document);
            for bytes in [whole.write().expect("it fits"), as_numbers(&whole)] {
                let read = Whole::read(&bytes).expect("it was written so");
                assert_eq!(read.document, document);
                assert_eq!(read.attribution, whole.attribution);
            }
        }
    }

    #[test]
    fn a_snapshot_is_no_longer_than_what_is_in_it() {
        let whole = whole(&[200; 10_000]);
        let written = whole.write().expect("it fits").len();
        assert_eq!(written, 5 + 10_000 + whole.attribution.write().len());
        assert!(as_numbers(&whole).len() > 3 * written);
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_refused() {
        let whole = whole(b"a document");
        for bytes in [whole.write().expect("it fits"), as_numbers(&whole)] {
            for length in 0..bytes.len() {
                assert!(refused(&bytes[..length]), "{length} of {} bytes", bytes.len());
            }
            for more in [b"\0".as_slice(), b"{}", b"\x01"] {
                assert!(refused(&[&bytes, more].concat()), "{more:?} behind it");
            }
        }
        // A length that goes beyond the end, by one and by far.
        let mut bytes = whole.write().expect("it fits");
        let room = bytes.len() - 5;
        for length in [room as u32 + 1, u32::MAX] {
            bytes[1..5].copy_from_slice(&length.to_be_bytes());
            assert!(refused(&bytes), "{length} bytes of {room}");
        }
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = whole(b"a document").write().expect("it fits");
        for version in (0..=u8::MAX).filter(|it| *it != VERSION) {
            bytes[0] = version;
            assert!(refused(&bytes), "{version}");
        }
    }

    proptest! {
        /// Bytes that nobody wrote are refused or read, and never a panic.
        #[test]
        fn no_bytes_are_too_much(
            first in prop_oneof![Just(VERSION), Just(b'{'), any::<u8>()],
            rest in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let bytes: Vec<u8> = std::iter::once(first).chain(rest).collect();
            prop_assert!(Whole::read(&bytes).is_ok() || refused(&bytes));
        }
    }
}
