//! Which encoding a text file is in, and its text as UTF-8.
//!
//! A byte order mark wins; then UTF-8 if all of it is valid; then UTF-16 without a mark, told by
//! its zero bytes; then UTF-8 with a few broken bytes; then what a detector says among the
//! encodings HR systems write, Shift_JIS (CP932) where it is not sure.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    DecoderResult, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

/// Stands where bytes could not be decoded. It is no part of any UTF-8 text, so a cell that holds
/// it is found again after the cells have been told apart.
pub(crate) const BROKEN: u8 = 0xFF;

/// The text in UTF-8, apart from [`BROKEN`] bytes and, where it already was UTF-8, its own broken
/// bytes.
pub(crate) struct Decoded<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) name: &'static str,
}

pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = &bytes[mark..];
        let name = if encoding == UTF_8 { "UTF-8 (BOM)" } else { encoding.name() };
        return Decoded { bytes: convert(rest, encoding), name };
    }
    let encoding = detect(bytes);
    Decoded { bytes: convert(bytes, encoding), name: encoding.name() }
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let start = &bytes[..bytes.len().min(4096)];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    // Latin letters, digits and delimiters in UTF-16 are every other byte zero.
    if start.len() >= 4 && (zeros(0) + zeros(1)) * 5 > start.len() {
        return if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE };
    }
    let (broken, good) = utf8_sequences(bytes);
    if broken == 0 || good > broken * 10 {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"jp"), Utf8Detection::Deny);
    if [EUC_JP, ISO_2022_JP, WINDOWS_1252].contains(&guess) { guess } else { SHIFT_JIS }
}

/// How many broken places and how many good sequences beyond ASCII there are, read as UTF-8.
fn utf8_sequences(mut bytes: &[u8]) -> (usize, usize) {
    let (mut broken, mut good) = (0, 0);
    let several = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(_) if broken == 0 => return (0, 0),
            Ok(text) => return (broken, good + several(text)),
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                good += std::str::from_utf8(valid).map_or(0, several);
                broken += 1;
                bytes = &rest[error.error_len().unwrap_or(rest.len())..];
                // Enough to know that this is another encoding.
                if broken > 1_000 && good < broken {
                    return (broken, good);
                }
            }
        }
    }
}

fn convert<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, [u8]> {
    if encoding == UTF_8 {
        return Cow::Borrowed(bytes);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text: Vec<u8> = Vec::with_capacity(bytes.len() + bytes.len() / 2);
    let mut chunk = vec![0_u8; 64 << 10];
    let mut rest = bytes;
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut chunk, true);
        text.extend_from_slice(&chunk[..written]);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return Cow::Owned(text),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => text.push(BROKEN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[test]
    fn every_encoding_is_told() {
        let text = "社員番号,氏名\r\n000123,髙橋 一郎\r\n";
        let (sjis, ..) = SHIFT_JIS.encode(text);
        let (euc, ..) = EUC_JP.encode("社員番号,氏名\r\n000123,高橋 一郎\r\n");
        let files = [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8 (BOM)"),
            ([b"\xFF\xFE".to_vec(), utf16(text, u16::to_le_bytes)].concat(), "UTF-16LE"),
            ([b"\xFE\xFF".to_vec(), utf16(text, u16::to_be_bytes)].concat(), "UTF-16BE"),
            (utf16(text, u16::to_le_bytes), "UTF-16LE"),
            (sjis.to_vec(), "Shift_JIS"),
        ];
        for (bytes, name) in files {
            let decoded = decode(&bytes);
            assert_eq!(decoded.name, name);
            assert_eq!(std::str::from_utf8(&decoded.bytes), Ok(text), "{name}");
        }
        assert_eq!(decode(&euc).name, "EUC-JP");
    }

    #[test]
    fn broken_bytes_are_marked_and_not_replaced() {
        let (sjis, ..) = SHIFT_JIS.encode("社員番号,氏名,部署\n1,山田太郎,営業本部\n2,");
        let bytes = [&sjis[..], b"\x83\n"].concat();
        let decoded = decode(&bytes);
        assert_eq!(decoded.name, "Shift_JIS");
        assert!(decoded.bytes.contains(&BROKEN));

        let mut utf8 = "社員番号,氏名,部署\n1,山田太郎,営業本部\n2,".as_bytes().to_vec();
        utf8.extend(b"\xE5\xB1,x\n");
        let decoded = decode(&utf8);
        assert_eq!(decoded.name, "UTF-8");
        assert!(std::str::from_utf8(&decoded.bytes).is_err());
    }
}
