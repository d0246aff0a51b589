//! LinkType types of captures: what stands before the Ethernet frame, or instead of its header. Pure.
//!
//! Not supported: link types that carry Ethernet only inside another protocol (IP tunnels, DOCSIS, WLAN).

use crate::cursor::{Cursor, Damage};
use crate::ethernet::{self, Frame};

/// How the frames of one interface begin (LINKTYPE_…).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkType {
    /// 1: Ethernet.
    Ethernet,
    /// 113: Linux cooked, version 1.
    CookedV1,
    /// 276: Linux cooked, version 2.
    CookedV2,
    /// 192: per-packet information before the frame.
    Ppi,
    /// 197: ERF records.
    Erf,
    /// Bytes before the frame: 240 and 241 netANALYZER, 274 mPackets, 282 a prepended switch tag.
    Before(usize),
    /// Bytes of a switch's tag behind the addresses: 281, 284, 285 (DSA).
    Tagged(usize),
}

impl LinkType {
    /// The link type of a number; `None` when it carries no Ethernet frames.
    #[must_use]
    pub const fn of(number: i32) -> Option<Self> {
        // the upper bits of a pcap header's field tell the length of the frame check sequence
        Some(match number & 0xffff {
            1 => Self::Ethernet,
            113 => Self::CookedV1,
            276 => Self::CookedV2,
            192 => Self::Ppi,
            197 => Self::Erf,
            240 | 282 => Self::Before(4),
            // four bytes of the analyser, then preamble and start delimiter
            241 => Self::Before(12),
            274 => Self::Before(8),
            281 | 284 => Self::Tagged(4),
            285 => Self::Tagged(8),
            _ => return None,
        })
    }

    /// What a frame carries; `None` when it is no Ethernet frame.
    #[must_use]
    pub fn frame(self, bytes: &[u8]) -> Option<Result<Frame<'_>, Damage>> {
        match self {
            Self::Ethernet => Some(ethernet::decode(bytes, None)),
            Self::CookedV1 => Some(ethernet::decode_cooked_v1(bytes)),
            Self::CookedV2 => Some(ethernet::decode_cooked_v2(bytes)),
            Self::Before(length) => Some(behind(length, bytes)),
            Self::Tagged(length) => Some(ethernet::decode_behind_switch_tag(bytes, length)),
            Self::Ppi => ppi(bytes).transpose(),
            Self::Erf => erf(bytes).transpose(),
        }
    }
}

fn behind(length: usize, bytes: &[u8]) -> Result<Frame<'_>, Damage> {
    let mut cursor = Cursor::new("capture header", bytes);
    cursor.take(length, "header")?;
    ethernet::decode(cursor.rest(), None)
}

/// ```text
/// | version | flags | length (2) | link type (4) | fields… |     little-endian
/// ```
fn ppi(bytes: &[u8]) -> Result<Option<Frame<'_>>, Damage> {
    const HEADER: u16 = 8;
    let mut cursor = Cursor::new("per-packet information", bytes);
    cursor.take(2, "version, flags")?;
    let length = u16::from_le_bytes(cursor.array("length")?);
    let link = u32::from_le_bytes(cursor.array("link type")?);
    cursor.take(usize::from(length.saturating_sub(HEADER)), "fields")?;
    if link != 1 {
        return Ok(None);
    }
    ethernet::decode(cursor.rest(), None).map(Some)
}

/// ```text
/// | time (8) | type | flags | record length (2) | lost (2) | frame length (2) | extension headers (8 each)… | offset, pad | frame |
/// ```
fn erf(bytes: &[u8]) -> Result<Option<Frame<'_>>, Damage> {
    const EXTENDED: u8 = 0x80;
    /// Ethernet, and Ethernet with a colour, a hash or both.
    const ETHERNET: [u8; 4] = [2, 11, 16, 20];
    let mut cursor = Cursor::new("erf", bytes);
    cursor.take(8, "time stamp")?;
    let mut kind = cursor.u8("type")?;
    let ethernet = ETHERNET.contains(&(kind & !EXTENDED));
    cursor.take(7, "flags, lengths, lost")?;
    while kind & EXTENDED != 0 {
        let [first, ..] = cursor.array::<8>("extension header")?;
        kind = first;
    }
    if !ethernet {
        return Ok(None);
    }
    cursor.take(2, "offset, pad")?;
    ethernet::decode(cursor.rest(), None).map(Some)
}
