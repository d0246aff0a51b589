//! LLDP-MED TLVs (ANSI/TIA-1057 §10.2). Locations are in `location`. Pure.

use crate::cursor::{Anomaly, Cursor, Damage};
use crate::location::Location;

const CAPABILITIES: u8 = 1;
const NETWORK_POLICY: u8 = 2;
const LOCATION: u8 = 3;
const EXTENDED_POWER: u8 = 4;
const INVENTORY_FIRST: u8 = 5;
const INVENTORY_LAST: u8 = 11;

/// One LLDP-MED TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MedTlv<'a> {
    /// LLDP-MED capabilities (§10.2.2).
    Capabilities {
        /// Which TLVs the device knows.
        supported: u16,
        /// Device class: 1 to 3 endpoints, 4 network connectivity.
        class: u8,
    },
    /// Network policy (§10.2.3).
    NetworkPolicy(NetworkPolicy),
    /// Location identification (§10.2.4).
    Location(Location<'a>),
    /// Extended power via MDI (§10.2.5).
    ExtendedPower(ExtendedPower),
    /// One of the seven inventory TLVs (§10.2.6).
    Inventory {
        /// Subtype: 5 hardware, 6 firmware, 7 software revision, 8 serial number, 9 manufacturer, 10 model, 11 asset ID.
        subtype: u8,
        /// Bytes behind OUI and subtype.
        value: &'a [u8],
    },
    /// Every other subtype.
    Raw {
        /// Subtype that is unknown here.
        subtype: u8,
        /// Bytes behind OUI and subtype.
        value: &'a [u8],
    },
}

/// Network policy (§10.2.3).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  application  |U|T|X|        VLAN ID        | prio|    DSCP   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// U: the policy is unknown; T: tagged; X: reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Application type: 1 is voice, 2 voice signalling.
    pub application: u8,
    /// Flags, VLAN ID, layer 2 priority and DSCP: 24 bits.
    pub bits: u32,
}

/// Extended power via MDI (§10.2.5); power in 0.1 W.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |typ|src|  prio |          power value          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendedPower {
    /// Bits 7:6 type, 5:4 source, 3:0 priority.
    pub type_source_priority: u8,
    /// Power in 0.1 W.
    pub value: u16,
}

impl NetworkPolicy {
    /// The U bit: the policy is not known.
    #[must_use]
    pub const fn unknown(self) -> bool {
        self.bits & 0x0080_0000 != 0
    }

    /// The T bit: the VLAN is tagged.
    #[must_use]
    pub const fn tagged(self) -> bool {
        self.bits & 0x0040_0000 != 0
    }

    /// VLAN ID, 0 to 4095.
    #[must_use]
    pub const fn vlan(self) -> u16 {
        let [_, _, high, low] = (self.bits >> 9 & 0x0fff).to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    /// Layer 2 priority, 0 to 7.
    #[must_use]
    pub const fn priority(self) -> u8 {
        let [_, _, _, low] = (self.bits >> 6 & 7).to_be_bytes();
        low
    }

    /// Differentiated-services code point, 0 to 63.
    #[must_use]
    pub const fn dscp(self) -> u8 {
        let [_, _, _, low] = (self.bits & 0x3f).to_be_bytes();
        low
    }
}

impl ExtendedPower {
    /// Power type: 0 PSE, 1 PD.
    #[must_use]
    pub const fn kind(self) -> u8 {
        self.type_source_priority >> 6
    }

    /// Power source; its meaning depends on the type.
    #[must_use]
    pub const fn source(self) -> u8 {
        self.type_source_priority >> 4 & 3
    }

    /// Power priority: 1 critical, 2 high, 3 low.
    #[must_use]
    pub const fn priority(self) -> u8 {
        self.type_source_priority & 0x0f
    }
}

impl<'a> MedTlv<'a> {
    /// Reads what follows OUI and subtype. `cut` gets what is wrong with the tail of a list whose other members are good.
    #[inline]
    pub fn decode(subtype: u8, mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        Ok(match subtype {
            CAPABILITIES => Self::Capabilities { supported: value.u16("capabilities")?, class: value.u8("device class")? },
            NETWORK_POLICY => {
                let [application, high, middle, low] = value.array("network policy")?;
                Self::NetworkPolicy(NetworkPolicy { application, bits: u32::from_be_bytes([0, high, middle, low]) })
            }
            LOCATION => Self::Location(Location::decode(value, cut)?),
            EXTENDED_POWER => Self::ExtendedPower(ExtendedPower {
                type_source_priority: value.u8("power type, source, priority")?,
                value: value.u16("power value")?,
            }),
            INVENTORY_FIRST..=INVENTORY_LAST => Self::Inventory { subtype, value: value.rest() },
            _ => Self::Raw { subtype, value: value.rest() },
        })
    }

    /// Subtype under which this TLV is sent.
    #[must_use]
    pub const fn subtype(&self) -> u8 {
        match self {
            Self::Capabilities { .. } => CAPABILITIES,
            Self::NetworkPolicy(_) => NETWORK_POLICY,
            Self::Location(_) => LOCATION,
            Self::ExtendedPower(_) => EXTENDED_POWER,
            Self::Inventory { subtype, .. } | Self::Raw { subtype, .. } => *subtype,
        }
    }

    /// Appends what follows OUI and subtype; `None` when a location is longer than its length can say.
    pub fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Location(location) => location.encode(out)?,
            Self::Capabilities { supported, class } => {
                out.extend(supported.to_be_bytes());
                out.push(*class);
            }
            Self::NetworkPolicy(policy) => {
                let [_, high, middle, low] = policy.bits.to_be_bytes();
                out.extend([policy.application, high, middle, low]);
            }
            Self::ExtendedPower(power) => {
                out.push(power.type_source_priority);
                out.extend(power.value.to_be_bytes());
            }
            Self::Inventory { value, .. } | Self::Raw { value, .. } => out.extend(*value),
        }
        Some(())
    }
}
