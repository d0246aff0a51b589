//! The firmware that a phone says it runs. Pure.
//!
//! Of the LLDP-MED inventory the software revision, else the firmware revision, which with some vendors is the boot loader's; then CDP's
//! software version; then what looks like a version in the LLDP system description.

use model::neighbour::{Neighbour, Text};

use super::names::part;

/// Ending of an image's file name that is no part of its version.
const IMAGE: &str = ".loads";

/// The firmware; in the system description only what follows byte `after`, where a model's name ends.
pub(super) fn of<'a>(neighbour: &Neighbour<'a>, after: Option<usize>) -> Option<Text<'a>> {
    let inventory = neighbour.med.as_ref().and_then(|med| med.inventory.as_ref());
    let sent = inventory.and_then(|inventory| inventory.software.as_ref().or(inventory.firmware.as_ref()));
    let sent = sent.or_else(|| neighbour.cdp.as_ref()?.software.as_ref());
    if let Some(text) = sent {
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        return (start < end).then(|| part(text, start, without_ending(text, end)));
    }
    let description = neighbour.system_description.as_ref()?;
    let (start, end) = version(description, after.unwrap_or(0))?;
    Some(part(description, start, without_ending(description, end)))
}

fn without_ending(text: &str, end: usize) -> usize {
    text.get(..end).and_then(|text| text.strip_suffix(IMAGE)).map_or(end, str::len)
}

/// What looks like a version: a word with a digit and an inner dot, or what `firmware:` introduces.
fn version(text: &str, after: usize) -> Option<(usize, usize)> {
    let mut introduced = false;
    let mut start = after;
    for word in
        text.as_bytes().get(after..)?.split(|byte| matches!(byte, b' ' | b'\t'..=b'\r' | b',' | b';' | b'/' | b':' | b'(' | b')'))
    {
        let end = start + word.len();
        if (introduced || has_inner_dot(word)) && word.iter().any(u8::is_ascii_digit) {
            return Some((start, end));
        }
        introduced = word.eq_ignore_ascii_case(b"firmware") || (introduced && word.is_empty());
        start = end + 1;
    }
    None
}

fn has_inner_dot(word: &[u8]) -> bool {
    matches!(word, [_, inner @ .., _] if inner.contains(&b'.'))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_told_from_other_words() {
        let cases = [
            ("66.86.188.8", Some("66.86.188.8")),
            ("GXP1625 1.0.4.128", Some("1.0.4.128")),
            ("snom;snom715-SIP 8.8.3.32;lid:8.8.3.32", Some("8.8.3.32")),
            ("Cisco IP Phone 7911G,V5, SIP11.9-0-3S", Some("SIP11.9-0-3S")),
            ("Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.7.4560/22-Mar-22 11:27;UP/", Some("6.4.7.4560")),
            ("IP Phone, Firmware:90234AP", Some("90234AP")),
            ("IP Phone, firmware: 90234AP", Some("90234AP")),
            ("Dell Inc. OptiPlex 300", None),
            ("v1.", None),
            ("naïve „Telefon“ 1.2", Some("1.2")),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text, 0).map(|(start, end)| &text[start..end]), expected, "{text}");
        }
    }
}
