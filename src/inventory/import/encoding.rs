//! The text of a file that a spreadsheet wrote, in whichever encoding it did. Pure.
//!
//! With a byte order mark: UTF-8 or UTF-16. Without one: UTF-16 where about every second byte is zero, else UTF-8, else Windows-1252, the
//! encoding of "CSV" in Excel on Western Windows. Not supported: other code pages, which nothing in a file tells apart.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Without a byte order mark.
    pub(super) text: String,
    /// The encoding's name where it is a guess.
    pub(super) guessed: Option<&'static str>,
    /// First byte of `text` that stands for bytes the encoding does not have.
    pub(super) damaged: Option<usize>,
}

pub(super) fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(mark..).unwrap_or_default());
    }
    let many = bytes.len() / 4;
    match zeros(bytes) {
        (even, odd) if odd > even.max(many) => return with(UTF_16LE, bytes),
        (even, odd) if even > odd.max(many) => return with(UTF_16BE, bytes),
        _ => {}
    }
    if std::str::from_utf8(bytes).is_ok() {
        return with(UTF_8, bytes);
    }
    Decoded { guessed: Some(WINDOWS_1252.name()), ..with(WINDOWS_1252, bytes) }
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    let damaged = if has_errors { text.find('\u{fffd}') } else { None };
    Decoded { text: text.into_owned(), guessed: None, damaged }
}

/// How many bytes are zero at even and at odd places.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let count = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    (count(0), count(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(of).collect()
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_gives_the_same_text() {
        let text = "mac;name\r\n001565123456;Zoë Müller\r\n";
        let files = [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            utf_16(&format!("\u{feff}{text}"), u16::to_be_bytes),
            utf_16(text, u16::to_le_bytes),
            utf_16(text, u16::to_be_bytes),
        ];
        for file in files {
            assert_eq!(decode(&file), Decoded { text: text.to_owned(), guessed: None, damaged: None });
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_taken_for_windows_1252() {
        let decoded = decode(b"name\r\nM\xfcller \x80 \x93x\x94\r\n");
        assert_eq!((decoded.text.as_str(), decoded.guessed), ("name\r\nMüller € “x”\r\n", Some("windows-1252")));
    }

    #[test]
    fn half_a_character_is_damage() {
        assert_eq!(decode(b"\xff\xfea\x00\x00\xd8").damaged, Some(1));
        assert_eq!(decode(b"\xef\xbb\xbfab\xc3").damaged, Some(2));
        assert_eq!(decode("\u{feff}a\u{fffd}b".as_bytes()).damaged, None);
    }
}
