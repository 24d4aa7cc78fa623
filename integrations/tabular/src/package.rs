//! A workbook is a zip package: how much it unpacks to is found out before anything is kept.

use std::io::{Cursor, Read};

use crate::{Limits, ReadError, error::What};

/// Refuses packages with too many parts, or that are or claim to be too large once unpacked. What
/// a package claims is not believed: every part is unpacked once and counted.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
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
    for index in 0..package.len() {
        let mut part = package.by_index(index).map_err(|error| ReadError::Damaged(error.into()))?;
        loop {
            let count = part.read(&mut buffer).map_err(|error| ReadError::Damaged(error.into()))?;
            if count == 0 {
                break;
            }
            left = left.checked_sub(count as u64).ok_or_else(too_large)?;
        }
    }
    Ok(())
}
