//! IEEE 802.1 TLVs of LLDP (802.1Q-2018 annex D): VLANs of the port, link
//! aggregation (802.1AX-2020 annex F); congestion and DCB TLVs are kept raw. Pure.

use crate::cursor::{Cursor, Damage, Rule};

const PORT_VLAN_ID: u8 = 1;
const PORT_AND_PROTOCOL_VLAN_ID: u8 = 2;
const VLAN_NAME: u8 = 3;
const PROTOCOL_IDENTITY: u8 = 4;
const MANAGEMENT_VID: u8 = 6;
const LINK_AGGREGATION: u8 = 7;
/// The DCBX application priority table, which is kept raw.
const APPLICATION_PRIORITY: u8 = 12;

/// One 802.1 TLV; the values behind OUI and subtype.
///
/// ```text
/// Port VLAN ID (1), Management VID (6)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |            VLAN ID            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// Port And Protocol VLAN ID (2); E enabled, S supported
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | reserved|E|S|r|            VLAN ID            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// VLAN Name (3)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |            VLAN ID            |     length    |    name ...   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// Link Aggregation (7); A aggregated, C capable
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  reserved |A|C|               aggregated port ID              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    ID, end    |
/// +-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dot1Tlv<'a> {
    /// Port VLAN ID (D.2.1); 0 when the port has none.
    PortVlanId(u16),
    /// Port and protocol VLAN ID (D.2.2).
    PortAndProtocolVlanId {
        /// Bit 1 supported, bit 2 enabled.
        flags: u8,
        /// VLAN ID; 0 when there is none.
        vlan: u16,
    },
    /// VLAN name (D.2.3).
    VlanName {
        /// VLAN ID as sent, not checked for its range.
        vlan: u16,
        /// Name of at most 32 bytes.
        name: &'a [u8],
    },
    /// Protocol identity (D.2.4): the first bytes of a protocol's frame.
    ProtocolIdentity(&'a [u8]),
    /// Management VID (D.2.6).
    ManagementVid(u16),
    /// Link aggregation (802.1AX F.1).
    LinkAggregation {
        /// Bit 1 capable, bit 2 aggregated.
        status: u8,
        /// ifIndex of the aggregate; 0 when there is none.
        port: u32,
    },
    /// Every other subtype.
    Raw {
        /// Subtype that is unknown here.
        subtype: u8,
        /// Bytes behind OUI and subtype.
        value: &'a [u8],
    },
}

impl<'a> Dot1Tlv<'a> {
    /// Reads what follows OUI and subtype.
    #[inline]
    pub fn decode(subtype: u8, mut value: Cursor<'a>) -> Result<Self, Damage> {
        Ok(match subtype {
            PORT_VLAN_ID => Self::PortVlanId(value.u16("port vlan id")?),
            PORT_AND_PROTOCOL_VLAN_ID => {
                Self::PortAndProtocolVlanId { flags: value.u8("flags")?, vlan: value.u16("port and protocol vlan id")? }
            }
            VLAN_NAME => {
                let vlan = value.u16("vlan id")?;
                Self::VlanName { vlan, name: counted(&mut value, "vlan name")? }
            }
            PROTOCOL_IDENTITY => Self::ProtocolIdentity(counted(&mut value, "protocol identity")?),
            MANAGEMENT_VID => Self::ManagementVid(value.u16("management vid")?),
            LINK_AGGREGATION => {
                Self::LinkAggregation { status: value.u8("aggregation status")?, port: value.u32("aggregated port id")? }
            }
            _ => Self::Raw { subtype, value: value.rest() },
        })
    }

    /// Which rule a TLV that is kept raw breaks: an application priority table is one byte, then three for each application, whose
    /// lowest three bits of the first are a selector, of which 0 is reserved (D.2.11).
    pub fn oddity(&self) -> Option<Rule> {
        let Self::Raw { subtype: APPLICATION_PRIORITY, value } = self else { return None };
        let (entries, rest) = value.get(1..).unwrap_or_default().as_chunks::<3>();
        let sound = rest.is_empty() && entries.iter().all(|[selector, ..]| selector & 0x07 != 0);
        (!sound).then_some(Rule::ApplicationPriority)
    }

    /// Subtype under which this TLV is sent.
    #[must_use]
    pub const fn subtype(&self) -> u8 {
        match self {
            Self::PortVlanId(_) => PORT_VLAN_ID,
            Self::PortAndProtocolVlanId { .. } => PORT_AND_PROTOCOL_VLAN_ID,
            Self::VlanName { .. } => VLAN_NAME,
            Self::ProtocolIdentity(_) => PROTOCOL_IDENTITY,
            Self::ManagementVid(_) => MANAGEMENT_VID,
            Self::LinkAggregation { .. } => LINK_AGGREGATION,
            Self::Raw { subtype, .. } => *subtype,
        }
    }

    /// Appends what follows OUI and subtype; `None` when a name is longer than 255 bytes.
    pub fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::PortVlanId(vlan) | Self::ManagementVid(vlan) => out.extend(vlan.to_be_bytes()),
            Self::PortAndProtocolVlanId { flags, vlan } => {
                out.push(*flags);
                out.extend(vlan.to_be_bytes());
            }
            Self::VlanName { vlan, name } => {
                out.extend(vlan.to_be_bytes());
                put_counted(out, name)?;
            }
            Self::ProtocolIdentity(value) => put_counted(out, value)?,
            Self::LinkAggregation { status, port } => {
                out.push(*status);
                out.extend(port.to_be_bytes());
            }
            Self::Raw { value, .. } => out.extend(*value),
        }
        Some(())
    }
}

fn counted<'a>(value: &mut Cursor<'a>, field: &'static str) -> Result<&'a [u8], Damage> {
    let length = value.u8("length")?;
    value.take(usize::from(length), field)
}

fn put_counted(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.push(u8::try_from(bytes.len()).ok()?);
    out.extend(bytes);
    Some(())
}
