//! Organisationally specific TLVs of LLDP (802.1AB §8.6): who may define them, and the three organisations decoded here. Pure.
//!
//! TLVs of other organisations (PROFINET, DCBX, MUD, vendors' own) are kept raw.

use crate::cursor::{Anomaly, Cursor, Damage};
use crate::dot1::Dot1Tlv;
use crate::dot3::Dot3Tlv;
use crate::med::MedTlv;

/// IEEE 802.1.
pub const OUI_DOT1: [u8; 3] = [0x00, 0x80, 0xc2];
/// IEEE 802.3.
pub const OUI_DOT3: [u8; 3] = [0x00, 0x12, 0x0f];
/// TIA TR-41.
pub const OUI_MED: [u8; 3] = [0x00, 0x12, 0xbb];

/// One organisation's TLV (802.1AB §8.6).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  type = 127 |      length     |              OUI              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    OUI, end   |    subtype    |  information, 0 to 507 bytes  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Organisational<'a> {
    /// IEEE 802.1 (802.1Q annex D).
    Dot1(Dot1Tlv<'a>),
    /// IEEE 802.3 (802.3 clause 79).
    Dot3(Dot3Tlv<'a>),
    /// LLDP-MED (ANSI/TIA-1057).
    Med(MedTlv<'a>),
    /// Any other organisation.
    Other {
        /// Whose TLV it is.
        oui: [u8; 3],
        /// Which of its TLVs.
        subtype: u8,
        /// The organisation's information string.
        value: &'a [u8],
    },
}

impl<'a> Organisational<'a> {
    /// Reads a TLV's information string. `cut` gets what is wrong with the tail of a list whose other members are good.
    #[inline]
    pub fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        let oui = value.array("organizationally unique identifier")?;
        let subtype = value.u8("organizationally defined subtype")?;
        Ok(match oui {
            OUI_DOT1 => Self::Dot1(Dot1Tlv::decode(subtype, value.speaking("lldp 802.1"))?),
            OUI_DOT3 => Self::Dot3(Dot3Tlv::decode(subtype, value.speaking("lldp 802.3"))?),
            OUI_MED => Self::Med(MedTlv::decode(subtype, value.speaking("lldp-med"), cut)?),
            _ => Self::Other { oui, subtype, value: value.rest() },
        })
    }

    /// Appends the information string; `None` when a part does not fit its length field.
    pub fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        let (oui, subtype) = match self {
            Self::Dot1(tlv) => (OUI_DOT1, tlv.subtype()),
            Self::Dot3(tlv) => (OUI_DOT3, tlv.subtype()),
            Self::Med(tlv) => (OUI_MED, tlv.subtype()),
            Self::Other { oui, subtype, .. } => (*oui, *subtype),
        };
        out.extend(oui);
        out.push(subtype);
        match self {
            Self::Dot1(tlv) => tlv.encode(out)?,
            Self::Dot3(tlv) => tlv.encode(out),
            Self::Med(tlv) => tlv.encode(out)?,
            Self::Other { value, .. } => out.extend(*value),
        }
        Some(())
    }
}
