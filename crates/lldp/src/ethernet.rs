//! Ethernet II, IEEE 802.3 with LLC and SNAP, 802.1Q and 802.1ad tags; Linux cooked captures. Not supported: MACsec, PBB. Pure.
//!
//! Decoding finds what a frame carries; it looks at nothing behind the LLC or SNAP header.

use crate::cursor::{Anomaly, Cursor, Damage, Rule};

/// EtherType of LLDP (802.1AB §7.1.4).
pub const ETHERTYPE_LLDP: u16 = 0x88cc;
/// EtherType of an 802.1Q customer tag.
const ETHERTYPE_C_TAG: u16 = 0x8100;
/// EtherTypes of outer tags: 802.1ad, and two older ones in use before it.
const ETHERTYPES_S_TAG: [u16; 3] = [0x88a8, 0x9100, 0x9200];
/// Largest value of the type/length field that is a length (802.3 §3.2.6).
const LENGTH_MAX: u16 = 1500;
/// LLC of a SNAP header: DSAP, SSAP, unnumbered information (802.2).
const LLC_SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];
/// SNAP protocol of CDP: Cisco's OUI, protocol 0x2000.
const SNAP_CDP: [u8; 5] = [0, 0, 0x0c, 0x20, 0];
/// `Nearest bridge` group address of LLDP (802.1AB table 7-1).
pub const LLDP_MULTICAST: [u8; 6] = [0x01, 0x80, 0xc2, 0, 0, 0x0e];
/// Group address of CDP.
pub const CDP_MULTICAST: [u8; 6] = [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc];

/// A VLAN tag's control information.
///
/// ```text
///  0                   1
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | PCP |D|        VLAN ID        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// D: drop eligible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(pub u16);

impl Tag {
    /// VLAN identifier: 0 is a priority tag.
    #[must_use]
    pub const fn vid(self) -> u16 {
        self.0 & 0x0fff
    }

    /// Priority code point, 0 to 7.
    #[must_use]
    pub const fn pcp(self) -> u16 {
        self.0 >> 13
    }
}

/// The tags of one frame, outermost first: two in provider networks; of more the first three are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tags([Option<Tag>; 3]);

impl Tags {
    const fn of(outermost: Option<Tag>) -> Self {
        Self([outermost, None, None])
    }

    fn push(&mut self, tag: Tag) {
        if let Some(free) = self.0.iter_mut().find(|place| place.is_none()) {
            *free = Some(tag);
        }
    }

    /// The outermost tag.
    #[must_use]
    pub fn first(&self) -> Option<Tag> {
        self.iter().next()
    }

    /// The tags from the outermost inwards.
    pub fn iter(&self) -> impl Iterator<Item = Tag> {
        self.0.into_iter().flatten()
    }
}

/// What a frame carries, as far as this program cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// An LLDPDU; padding and a frame check sequence may follow it.
    Lldp(Cursor<'a>),
    /// A CDP message, cut to the 802.3 length.
    Cdp(Cursor<'a>),
    /// A frame of neither protocol.
    Other,
}

impl Payload<'_> {
    /// Where the message ends, from the frame's first byte, or what is there of it.
    #[must_use]
    pub const fn end(&self) -> Option<usize> {
        match self {
            Self::Lldp(cursor) | Self::Cdp(cursor) => Some(cursor.offset() + cursor.len()),
            Self::Other => None,
        }
    }
}

/// One frame's header, Ethernet II or IEEE 802.3 with LLC and SNAP; any number of tags.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      destination address                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |        destination, end       |         source address        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          source, end                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |        0x8100 or 0x88a8       | PCP |D|        VLAN ID        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     type, or 802.3 length     |   payload, or LLC AA AA ...   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Source address; `None` in a cooked capture of something without one.
    pub source: Option<[u8; 6]>,
    /// Its tags, outermost first.
    pub tags: Tags,
    /// What the frame carries behind its tags.
    pub payload: Payload<'a>,
    /// Where the 802.3 length ends, from the frame's first byte; 0 when its type field is a type.
    pub end: usize,
    /// A rule of 802.3 is broken: a length that is longer than the frame, bytes behind it, a group address as source.
    pub anomaly: Option<Anomaly>,
}

/// Decodes an Ethernet frame; `stripped` is a tag the receiver took off already.
pub fn decode(bytes: &[u8], stripped: Option<Tag>) -> Result<Frame<'_>, Damage> {
    let mut cursor = Cursor::new("ethernet", bytes);
    cursor.take(6, "destination address")?;
    let source = cursor.array("source address")?;
    let kind = cursor.u16("type or length")?;
    behind_addresses(cursor, kind, Frame::of(Some(source), stripped)).map(|frame| check_behind(bytes, source, stripped, frame))
}

/// Decodes an Ethernet frame in which a switch's chip has put a tag of its own behind the addresses.
pub fn decode_behind_switch_tag(bytes: &[u8], length: usize) -> Result<Frame<'_>, Damage> {
    let mut cursor = Cursor::new("ethernet", bytes);
    cursor.take(6, "destination address")?;
    let source = cursor.array("source address")?;
    cursor.take(length, "switch tag")?;
    let kind = cursor.u16("type or length")?;
    behind_addresses(cursor, kind, Frame::of(Some(source), None))
}

/// Decodes a frame of a Linux cooked capture, `LINKTYPE_LINUX_SLL`.
pub fn decode_cooked_v1(bytes: &[u8]) -> Result<Frame<'_>, Damage> {
    let mut cursor = Cursor::new("linux cooked v1", bytes);
    cursor.take(4, "packet type and arphrd")?;
    let length = cursor.u16("address length")?;
    let address: [u8; 8] = cursor.array("address")?;
    let protocol = cursor.u16("protocol")?;
    cooked(cursor, protocol, usize::from(length), address)
}

/// Decodes a frame of a Linux cooked capture, `LINKTYPE_LINUX_SLL2`.
pub fn decode_cooked_v2(bytes: &[u8]) -> Result<Frame<'_>, Damage> {
    let mut cursor = Cursor::new("linux cooked v2", bytes);
    let protocol = cursor.u16("protocol")?;
    cursor.take(9, "reserved, interface, arphrd, packet type")?;
    let length = cursor.u8("address length")?;
    let address: [u8; 8] = cursor.array("address")?;
    cooked(cursor, protocol, usize::from(length), address)
}

fn cooked(cursor: Cursor<'_>, protocol: u16, length: usize, address: [u8; 8]) -> Result<Frame<'_>, Damage> {
    const LINUX_802_3: u16 = 0x0001;
    const LINUX_LLC: u16 = 0x0004;
    let frame = Frame::of(address.first_chunk().copied().filter(|_| length == 6), None);
    match protocol {
        LINUX_802_3 | LINUX_LLC => Ok(Frame { payload: llc(cursor)?, ..frame }),
        kind => behind_addresses(cursor, kind, frame),
    }
}

fn behind_addresses<'a>(mut cursor: Cursor<'a>, mut kind: u16, mut frame: Frame<'a>) -> Result<Frame<'a>, Damage> {
    while is_tag(kind) {
        frame.tags.push(Tag(cursor.u16("tag control information")?));
        kind = cursor.u16("type or length")?;
    }
    if kind > LENGTH_MAX {
        frame.payload = by_ethertype(kind, cursor);
        return Ok(frame);
    }
    let length = usize::from(kind);
    if length > cursor.len() {
        frame.anomaly =
            Some(Anomaly::Odd { protocol: "ethernet", rule: Rule::LengthPastEnd, offset: cursor.offset().saturating_sub(2) });
    }
    frame.end = cursor.offset() + length;
    frame.payload = llc(cursor.limit(length))?;
    Ok(frame)
}

/// What follows the 802.3 length may be padding of a short frame, zeros, or a frame check sequence that is right (802.3 §3.2.9).
fn check_behind<'a>(bytes: &[u8], source: [u8; 6], stripped: Option<Tag>, mut frame: Frame<'a>) -> Frame<'a> {
    /// Bytes of the shortest frame without its check sequence.
    const SHORTEST: usize = 60;
    let odd = |rule, offset| Some(Anomaly::Odd { protocol: "ethernet", rule, offset });
    if source[0] & 1 == 1 {
        frame.anomaly = frame.anomaly.or(odd(Rule::GroupSource, 6));
    }
    let end = frame.end.max(SHORTEST);
    let behind = if frame.end == 0 { &[] } else { bytes.get(end..).unwrap_or_default() };
    let zeros = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    if zeros(behind) {
        return frame;
    }
    let rule = match behind.split_last_chunk::<4>() {
        Some((padding, fcs)) if zeros(padding) => {
            let covered = bytes.len().checked_sub(fcs.len()).and_then(|end| bytes.get(..end)).unwrap_or_default();
            (!is_check_sequence(covered, stripped, u32::from_le_bytes(*fcs))).then_some(Rule::NoCheckSequence)
        }
        _ => Some(Rule::BytesBehindLength),
    };
    frame.anomaly = frame.anomaly.or(rule.and_then(|rule| odd(rule, end)));
    frame
}

/// Whether this is the check sequence of a frame as it is, or as it was: switches add a tag to what they mirror, and receivers take one
/// off, without a new check sequence.
fn is_check_sequence(covered: &[u8], stripped: Option<Tag>, fcs: u32) -> bool {
    /// Bytes of the two addresses, behind which tags are.
    const ADDRESSES: usize = 12;
    let (addresses, mut rest) = covered.split_at_checked(ADDRESSES).unwrap_or((covered, &[]));
    if frame_check_sequence(&[covered]) == fcs {
        return true;
    }
    if let Some(Tag(tag)) = stripped {
        let with = |kind: u16| frame_check_sequence(&[addresses, &kind.to_be_bytes(), &tag.to_be_bytes(), rest]);
        return std::iter::once(ETHERTYPE_C_TAG).chain(ETHERTYPES_S_TAG).any(|kind| with(kind) == fcs);
    }
    while let Some(([high, low, _, _], inner)) = rest.split_first_chunk::<4>()
        && is_tag(u16::from_be_bytes([*high, *low]))
    {
        if frame_check_sequence(&[addresses, inner]) == fcs {
            return true;
        }
        rest = inner;
    }
    false
}

/// Whether a tag follows an EtherType.
fn is_tag(kind: u16) -> bool {
    kind == ETHERTYPE_C_TAG || ETHERTYPES_S_TAG.contains(&kind)
}

/// CRC-32 of a frame that lies in parts (802.3 §3.2.9), bit by bit: few frames are captured with it.
fn frame_check_sequence(parts: &[&[u8]]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let bit = |crc: u32, _| (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg());
    !parts.iter().copied().flatten().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

fn by_ethertype(kind: u16, cursor: Cursor<'_>) -> Payload<'_> {
    if kind == ETHERTYPE_LLDP { Payload::Lldp(cursor.speaking("lldp")) } else { Payload::Other }
}

fn llc(mut cursor: Cursor<'_>) -> Result<Payload<'_>, Damage> {
    if !cursor.peek().starts_with(&LLC_SNAP) {
        return Ok(Payload::Other);
    }
    cursor.take(LLC_SNAP.len(), "llc header")?;
    let snap: [u8; 5] = cursor.array("snap header")?;
    Ok(match snap {
        SNAP_CDP => Payload::Cdp(cursor.speaking("cdp")),
        [0, 0, 0, high, low] => by_ethertype(u16::from_be_bytes([high, low]), cursor),
        _ => Payload::Other,
    })
}

impl<'a> Frame<'a> {
    const fn of(source: Option<[u8; 6]>, outer: Option<Tag>) -> Frame<'a> {
        Frame { source, tags: Tags::of(outer), payload: Payload::Other, end: 0, anomaly: None }
    }
}

/// An Ethernet II frame with an LLDPDU, as it leaves `source`.
#[must_use]
pub fn lldp_frame(source: [u8; 6], lldpdu: &[u8]) -> Vec<u8> {
    [&LLDP_MULTICAST[..], &source, &ETHERTYPE_LLDP.to_be_bytes(), lldpdu].concat()
}

/// An 802.3 frame with LLC, SNAP and a CDP message, as it leaves `source`; `None` when the message exceeds the length field.
#[must_use]
pub fn cdp_frame(source: [u8; 6], message: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(message.len() + LLC_SNAP.len() + SNAP_CDP.len()).ok().filter(|length| *length <= LENGTH_MAX)?;
    Some([&CDP_MULTICAST[..], &source, &length.to_be_bytes(), &LLC_SNAP, &SNAP_CDP, message].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: [u8; 6] = [2, 0, 0, 0, 0, 1];

    #[test]
    fn two_tags_before_an_802_3_length_are_read() {
        let mut frame = cdp_frame(SOURCE, b"message").unwrap();
        frame.splice(12..12, [0x88, 0xa8, 0x60, 0x64, 0x81, 0x00, 0xa0, 0x0a]);
        frame.extend([0; 30]);
        let decoded = decode(&frame, None).unwrap();
        assert_eq!(decoded.tags.iter().map(|tag| (tag.vid(), tag.pcp())).collect::<Vec<_>>(), [(100, 3), (10, 5)]);
        let Payload::Cdp(cursor) = decoded.payload else { panic!("{decoded:?}") };
        assert_eq!(cursor.peek(), b"message");
    }

    #[test]
    fn cooked_captures_lead_to_the_same_payload() {
        let mut v1 = vec![0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x88, 0xcc];
        v1.extend(b"lldpdu");
        let decoded = decode_cooked_v1(&v1).unwrap();
        assert_eq!(decoded.source, Some(SOURCE));
        assert!(matches!(decoded.payload, Payload::Lldp(cursor) if cursor.peek() == b"lldpdu"));
        let mut v2 = vec![0, 4, 0, 0, 0, 0, 0, 2, 0, 1, 1, 6, 2, 0, 0, 0, 0, 1, 0, 0];
        v2.extend([0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 2]);
        let decoded = decode_cooked_v2(&v2).unwrap();
        assert!(matches!(decoded.payload, Payload::Cdp(cursor) if cursor.peek() == [2]));
    }
}
