//! A workbook is a zip package: how much it unpacks to is found out before anything is kept.

use std::io::{Cursor, Read};

use crate::{Limits, ReadError, error::What};

/// What is known of a package after it was unpacked once.
pub(crate) struct Contents {
    /// Whether any sheet may have formulas; never `false` when one has.
    pub(crate) formulas: bool,
}

/// Refuses packages with too many parts, or that are or claim to be too large once unpacked. What
/// a package claims is not believed: every part is unpacked once and counted.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<Contents, ReadError> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| ReadError::Damaged(error.into()))?;
    if package.len() > limits.parts {
        return Err(ReadError::TooMany { what: What::Parts, limit: limits.parts });
    }
    let too_large = || ReadError::UnpackedTooLarge { limit: limits.unzipped };
    let mut declared = 0_u64;
    let mut workbook = false;
    for index in 0..package.len() {
        let part = package.by_index(index).map_err(|error| ReadError::Damaged(error.into()))?;
        declared = declared.saturating_add(part.size());
        workbook |= part.name().is_ok_and(|name| name == "[Content_Types].xml");
    }
    if !workbook {
        return Err(ReadError::NotATable);
    }
    if declared > limits.unzipped {
        return Err(too_large());
    }
    let mut left = limits.unzipped;
    let mut buffer = vec![0; 64 << 10];
    let mut formulas = false;
    for index in 0..package.len() {
        let mut part = package.by_index(index).map_err(|error| ReadError::Damaged(error.into()))?;
        // These have fonts and fills, or text alone.
        let other = part.name().is_ok_and(|name| {
            ["styles", "theme", "sharedStrings", "docProps"].iter().any(|word| name.contains(word))
        });
        let mut last = 0;
        loop {
            let count = part.read(&mut buffer).map_err(|error| ReadError::Damaged(error.into()))?;
            if count == 0 {
                break;
            }
            left = left.checked_sub(count as u64).ok_or_else(too_large)?;
            if !other && !formulas {
                // `<f>` and `<x:f>`; the two bytes may lie in two buffers.
                let starts = |one: u8, two: u8| two == b'f' && matches!(one, b'<' | b':');
                formulas = starts(last, buffer[0])
                    || buffer[..count].windows(2).any(|pair| starts(pair[0], pair[1]));
                last = buffer[count - 1];
            }
        }
    }
    Ok(Contents { formulas })
}
