//! PortList of Q-BRIDGE-MIB (RFC 4363): which bridge ports a VLAN has. The length is the agent's choice and is kept. Pure.

use std::collections::BTreeSet;

use crate::switch::snmp::profile::PortListCodec;
use crate::switch::snmp::read::numbering::Numbers;
use crate::switch::snmp::read::port_text::PortNames;
use model::ids::BridgePort;

/// How lists are read, and whether they may be written so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListForm {
    /// What a list consists of.
    pub codec: PortListCodec,
    /// What the numbers in the lists as they are configured are.
    pub configured: Numbers,
    /// What the numbers in the lists as they are in force are.
    pub in_force: Numbers,
    /// How many of all these numbers are not proved to be a port's.
    pub unproved: usize,
    /// Why that is not certain enough to write them.
    pub doubt: Option<FormDoubt>,
    /// What ports are called in lists that are text.
    pub names: PortNames,
}

/// Why the form of port lists is not certain enough to write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormDoubt {
    /// Only the other order of bits fits.
    #[error("its port lists have their bits the other way round than the profile says: they are not written")]
    Reversed,
    /// No form fits so many ports.
    #[error(
        "by its port lists {0} ports are untagged in another VLAN than their PVID: their form is not known, they are not written"
    )]
    Unknown(usize),
}

/// Whether a port is in a list. Byte 1 holds ports 1 to 8; ports beyond the end are no members. `None` when a text is no list.
#[must_use]
pub fn contains(list: &[u8], port: BridgePort, codec: PortListCodec) -> Option<bool> {
    if codec == PortListCodec::AsciiDecimal {
        return Some(decimal_ports(list)?.contains(&port.0));
    }
    Some(has_bit(list, port, codec))
}

/// Whether a port's bit is set.
#[must_use]
pub fn has_bit(bitmap: &[u8], port: BridgePort, codec: PortListCodec) -> bool {
    place(port, codec).is_some_and(|(byte, mask)| bitmap.get(byte).is_some_and(|byte| byte & mask != 0))
}

/// Whether lists are decimal numbers in text, where the standard wants bits: every one that is not empty consists of digits, commas and
/// hyphens.
/// Lists of bits have bytes of zeros among them.
#[must_use]
pub fn are_text<'a>(lists: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let is_text = |list: &[u8]| list.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'-'));
    let mut lists = lists.into_iter().filter(|list| !list.is_empty()).peekable();
    lists.peek().is_some() && lists.all(is_text)
}

/// The numbers in a list, lowest first where it is a bitmap.
pub fn numbers(list: &[u8], codec: PortListCodec) -> Vec<u32> {
    match codec {
        PortListCodec::AsciiDecimal => decimal_ports(list).into_iter().flatten().collect(),
        PortListCodec::MsbFirst | PortListCodec::LsbFirst => members(list, codec).map(|bit| bit.0).collect(),
    }
}

/// The ports of a bitmap, lowest first.
pub fn members(bitmap: &[u8], codec: PortListCodec) -> impl Iterator<Item = BridgePort> + '_ {
    let last = u32::try_from(bitmap.len() * 8).unwrap_or(u32::MAX);
    (1..=last).map(BridgePort).filter(move |port| has_bit(bitmap, *port, codec))
}

/// The list with one port put in or taken out, at its old length; `None` when the list has no place for the port, or is none.
#[must_use]
pub fn with(list: &[u8], port: BridgePort, member: bool, codec: PortListCodec) -> Option<Vec<u8>> {
    if codec == PortListCodec::AsciiDecimal {
        return with_decimal(list, port, member);
    }
    let (byte, mask) = place(port, codec)?;
    let mut changed = list.to_vec();
    match changed.get_mut(byte) {
        Some(byte) if member => *byte |= mask,
        Some(byte) => *byte &= !mask,
        None if member => return None,
        None => {}
    }
    Some(changed)
}

fn place(port: BridgePort, codec: PortListCodec) -> Option<(usize, u8)> {
    let position = port.0.checked_sub(1)?;
    let mask = match codec {
        PortListCodec::LsbFirst => 1 << (position % 8),
        PortListCodec::MsbFirst | PortListCodec::AsciiDecimal => 0x80 >> (position % 8),
    };
    Some((usize::try_from(position / 8).ok()?, mask))
}

/// The numbers of a text such as `1,3,4-7`; `None` when it is something else.
fn decimal_ports(list: &[u8]) -> Option<BTreeSet<u32>> {
    let text = std::str::from_utf8(list).ok()?.trim_matches(|letter: char| letter == '\0' || letter.is_ascii_whitespace());
    if text.is_empty() {
        return Some(BTreeSet::new());
    }
    let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
    Some(ranges?.into_iter().flatten().collect())
}

fn range(text: &str) -> Option<std::ops::RangeInclusive<u32>> {
    /// More ports than any stack has: a text that says more is no list of ports.
    const MOST_PORTS: u32 = 10_000;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last <= MOST_PORTS).then_some(first..=last)
}

fn with_decimal(list: &[u8], port: BridgePort, member: bool) -> Option<Vec<u8>> {
    let mut numbers = decimal_ports(list)?;
    if member {
        numbers.insert(port.0);
    } else {
        numbers.remove(&port.0);
    }
    Some(numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",").into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BITMAPS: [PortListCodec; 2] = [PortListCodec::MsbFirst, PortListCodec::LsbFirst];

    fn ports(list: &[u8], codec: PortListCodec) -> BTreeSet<BridgePort> {
        (0..1000).map(BridgePort).filter(|port| contains(list, *port, codec) == Some(true)).collect()
    }

    fn numbers(list: &[u8], codec: PortListCodec) -> Vec<u32> {
        ports(list, codec).into_iter().map(|port| port.0).collect()
    }

    #[test]
    fn the_same_ports_in_three_codecs() {
        assert_eq!(numbers(&[0x80, 0xc0, 0x01], PortListCodec::MsbFirst), [1, 9, 10, 24]);
        assert_eq!(numbers(&[0x01, 0x03, 0x80], PortListCodec::LsbFirst), [1, 9, 10, 24]);
        assert_eq!(numbers(b"1,9,10,24", PortListCodec::AsciiDecimal), [1, 9, 10, 24]);
    }

    #[test]
    fn lists_are_text_when_all_of_them_are() {
        let text = |lists: &[&[u8]]| are_text(lists.iter().copied());
        assert!(text(&[b"1,2,24", b"", b"7"]));
        assert!(!text(&[b"00", &[0x30, 0]]), "one has an byte that is no digit");
        assert!(!text(&[b"", b""]), "nothing says so");
    }

    #[test]
    fn a_text_that_is_no_list_is_unknown_and_not_empty() {
        for text in [&b"1/0/1,1/0/4-7"[..], b"N/A", b"3-1", b"1,,2", b"1;2", b"1-99999", &[0x80, 0]] {
            assert_eq!(contains(text, BridgePort(1), PortListCodec::AsciiDecimal), None, "{text:?}");
            assert_eq!(with(text, BridgePort(1), true, PortListCodec::AsciiDecimal), None, "{text:?}");
        }
        assert_eq!(contains(b"", BridgePort(1), PortListCodec::AsciiDecimal), Some(false));
        assert_eq!(contains(b" 1-3 \0", BridgePort(3), PortListCodec::AsciiDecimal), Some(true));
    }

    #[test]
    fn a_port_beyond_the_end_has_no_place() {
        assert_eq!(with(&[0xff], BridgePort(9), true, PortListCodec::MsbFirst), None);
        assert_eq!(with(&[0xff], BridgePort(9), false, PortListCodec::MsbFirst), Some(vec![0xff]));
        assert_eq!(with(&[0xff], BridgePort(0), true, PortListCodec::MsbFirst), None);
    }

    proptest! {
        #[test]
        fn one_port_changes_and_nothing_else(list in proptest::collection::vec(any::<u8>(), 1..80), port in 1_u32..640, member: bool) {
            let port = BridgePort(port);
            for codec in BITMAPS {
                if let Some(changed) = with(&list, port, member, codec) {
                    prop_assert_eq!(changed.len(), list.len());
                    let mut expected = ports(&list, codec);
                    if member { expected.insert(port); } else { expected.remove(&port); }
                    prop_assert_eq!(ports(&changed, codec), expected);
                } else {
                    prop_assert!(usize::try_from(port.0).unwrap() > list.len() * 8);
                }
            }
        }

        #[test]
        fn any_bytes_decode(list in proptest::collection::vec(any::<u8>(), 0..200)) {
            for codec in [PortListCodec::MsbFirst, PortListCodec::LsbFirst, PortListCodec::AsciiDecimal] {
                let _ = ports(&list, codec);
            }
        }
    }
}
