//! IEEE 802.3 TLVs of LLDP (802.3-2018 clause 79, 802.3bt-2018): MAU type, frame size, power via MDI of af, at and bt. Energy-efficient
//! Ethernet and newer subtypes are kept raw. Pure.

use crate::cursor::{Cursor, Damage};

const MAC_PHY: u8 = 1;
const POWER_VIA_MDI: u8 = 2;
const LINK_AGGREGATION: u8 = 3;
const MAXIMUM_FRAME_SIZE: u8 = 4;
/// Bytes of the data-link-layer classification that 802.3at adds.
const AT_LENGTH: usize = 5;
/// Bytes that 802.3bt adds behind those.
const BT_LENGTH: usize = 17;

/// One 802.3 TLV; the values behind OUI and subtype.
///
/// ```text
/// MAC/PHY Configuration/Status (1); E autonegotiation enabled, S supported
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  reserved |E|S|     advertised capability     |    MAU type   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    MAU, end   |
/// +-+-+-+-+-+-+-+-+
/// Link Aggregation (3); A aggregated, C capable
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  reserved |A|C|               aggregated port ID              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    ID, end    |
/// +-+-+-+-+-+-+-+-+
/// Maximum Frame Size (4)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |       maximum frame size      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dot3Tlv<'a> {
    /// MAC/PHY configuration and status (79.3.1).
    MacPhy {
        /// Bit 1 autonegotiation supported, bit 2 enabled.
        autonegotiation: u8,
        /// Advertised capabilities (ifMauAutoNegCapAdvertisedBits).
        advertised: u16,
        /// Operational MAU type (dot3MauType).
        mau: u16,
    },
    /// Power via MDI (79.3.2).
    Power(Power),
    /// Link aggregation (annex 79C; withdrawn in favour of 802.1's).
    LinkAggregation {
        /// Bit 1 capable, bit 2 aggregated.
        status: u8,
        /// ifIndex of the aggregate; 0 when there is none.
        port: u32,
    },
    /// Maximum frame size (79.3.4) in bytes.
    MaximumFrameSize(u16),
    /// Every other subtype.
    Raw {
        /// Subtype that is unknown here.
        subtype: u8,
        /// Bytes behind OUI and subtype.
        value: &'a [u8],
    },
}

/// Power via MDI (79.3.2).
///
/// ```text
/// 802.3af: 3 bytes; C pairs controllable, E enabled, S supported, P port class PSE
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  res  |C|E|S|P| PSE power pair|  power class  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// 802.3at adds 5 bytes; power in 0.1 W
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |typ|src|res|pri|       PD requested power      | PSE allocated |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   power, end  |
/// +-+-+-+-+-+-+-+-+
/// 802.3bt adds 17 bytes: see PowerBt
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// MDI power support bits: 0x01 port class PSE, 0x02 supported, 0x04 enabled, 0x08 pair control.
    pub support: u8,
    /// PSE power pair: 1 signal, 2 spare.
    pub pairs: u8,
    /// Power class plus one: 1 to 5.
    pub class: u8,
    /// 802.3at data link layer classification.
    pub at: Option<PowerAt>,
    /// What 802.3bt adds.
    pub bt: Option<PowerBt>,
}

/// Data link layer classification (79.3.2.4 to 79.3.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerAt {
    /// Bits 7:6 type, 5:4 source, 1:0 priority.
    pub type_source_priority: u8,
    /// PD requested power in 0.1 W.
    pub requested: u16,
    /// PSE allocated power in 0.1 W.
    pub allocated: u16,
}

impl PowerAt {
    /// Power type (79.3.2.4.1): 1 or 2.
    #[must_use]
    pub const fn power_type(&self) -> u8 {
        if self.type_source_priority & 0x80 == 0 { 2 } else { 1 }
    }

    /// Whether the sender is a powered device.
    #[must_use]
    pub const fn is_pd(&self) -> bool {
        self.type_source_priority & 0x40 != 0
    }

    /// Power source (79.3.2.4.2); its meaning depends on [`PowerAt::is_pd`].
    #[must_use]
    pub const fn source(&self) -> u8 {
        self.type_source_priority >> 4 & 3
    }

    /// Power priority (79.3.2.4.3).
    #[must_use]
    pub const fn priority(&self) -> u8 {
        self.type_source_priority & 3
    }
}

/// Power via MDI of 802.3bt (79.3.2.7 to 79.3.2.11).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   PD requested power, mode A  |   PD requested power, mode B  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  PSE allocated power, alt. A  |  PSE allocated power, alt. B  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |PSE| PD|prs|cl. A|cl. B| class |  res  | type|L|  PSE maximum  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   power, end  | reserved|S|C|R| power down|        time       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   time, end   |
/// +-+-+-+-+-+-+-+-+
/// ```
///
/// L is the PD's load; S, C and R say that Autoclass is supported, completed and requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PowerBt {
    /// Requested power of a dual-signature PD in 0.1 W, mode A and B.
    pub requested: [u16; 2],
    /// Allocated power of a dual-signature PD in 0.1 W, alternative A and B.
    pub allocated: [u16; 2],
    /// Power status: the fields from `PSE` to `class` above.
    pub status: u16,
    /// System setup: `type` and `L` above.
    pub setup: u8,
    /// The most the PSE could give in 0.1 W.
    pub max_available: u16,
    /// Bits: 2 PSE supports Autoclass, 1 Autoclass completed, 0 Autoclass requested.
    pub autoclass: u8,
    /// Power down request and time.
    pub power_down: [u8; 3],
}

impl PowerBt {
    fn decode(mut value: Cursor<'_>) -> Result<Self, Damage> {
        let mut pair = |field| Ok::<_, Damage>([value.u16(field)?, value.u16(field)?]);
        Ok(Self {
            requested: pair("pd requested power value, dual signature")?,
            allocated: pair("pse allocated power value, dual signature")?,
            status: value.u16("power status")?,
            setup: value.u8("system setup")?,
            max_available: value.u16("pse maximum available power")?,
            autoclass: value.u8("autoclass")?,
            power_down: value.array("power down")?,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for power in self.requested.iter().chain(&self.allocated) {
            out.extend(power.to_be_bytes());
        }
        out.extend(self.status.to_be_bytes());
        out.push(self.setup);
        out.extend(self.max_available.to_be_bytes());
        out.push(self.autoclass);
        out.extend(self.power_down);
    }

    /// `bits` of the power status from bit `at`.
    #[must_use]
    pub fn status_bits(&self, at: u32, bits: u32) -> u8 {
        u8::try_from(self.status >> at & ((1 << bits) - 1)).unwrap_or_default()
    }

    /// Power type (79.3.2.8.1): 0 type 3 PSE, 1 type 4 PSE, 2 and 3 type 3 PD, 4 and 5 type 4 PD, single and dual signature.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        self.setup >> 1 & 7
    }

    /// Seconds without power that the PD asks for; `None` when it does not ask.
    #[must_use]
    pub fn power_down_s(&self) -> Option<u32> {
        const REQUEST: u32 = 0x1d;
        let [high, middle, low] = self.power_down;
        let number = u32::from_be_bytes([0, high, middle, low]);
        (number >> 18 == REQUEST).then_some(number & 0x3_ffff)
    }
}

impl<'a> Dot3Tlv<'a> {
    /// Reads what follows OUI and subtype.
    #[inline]
    pub fn decode(subtype: u8, mut value: Cursor<'a>) -> Result<Self, Damage> {
        Ok(match subtype {
            MAC_PHY => Self::MacPhy {
                autonegotiation: value.u8("autonegotiation support and status")?,
                advertised: value.u16("pmd autonegotiation advertised capability")?,
                mau: value.u16("operational mau type")?,
            },
            POWER_VIA_MDI => Self::Power(Power::decode(value)?),
            LINK_AGGREGATION => {
                Self::LinkAggregation { status: value.u8("aggregation status")?, port: value.u32("aggregated port id")? }
            }
            MAXIMUM_FRAME_SIZE => Self::MaximumFrameSize(value.u16("maximum frame size")?),
            _ => Self::Raw { subtype, value: value.rest() },
        })
    }

    /// Subtype under which this TLV is sent.
    #[must_use]
    pub const fn subtype(&self) -> u8 {
        match self {
            Self::MacPhy { .. } => MAC_PHY,
            Self::Power(_) => POWER_VIA_MDI,
            Self::LinkAggregation { .. } => LINK_AGGREGATION,
            Self::MaximumFrameSize(_) => MAXIMUM_FRAME_SIZE,
            Self::Raw { subtype, .. } => *subtype,
        }
    }

    /// Appends what follows OUI and subtype.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::MacPhy { autonegotiation, advertised, mau } => {
                out.push(*autonegotiation);
                out.extend(advertised.to_be_bytes());
                out.extend(mau.to_be_bytes());
            }
            Self::Power(power) => power.encode(out),
            Self::LinkAggregation { status, port } => {
                out.push(*status);
                out.extend(port.to_be_bytes());
            }
            Self::MaximumFrameSize(size) => out.extend(size.to_be_bytes()),
            Self::Raw { value, .. } => out.extend(*value),
        }
    }
}

impl Power {
    #[inline]
    fn decode(mut value: Cursor<'_>) -> Result<Self, Damage> {
        let [support, pairs, class] = value.array("mdi power support, pse power pair, power class")?;
        let mut power = Self { support, pairs, class, at: None, bt: None };
        // the length alone tells the edition (79.3.2: 7, 12 or 29 bytes with OUI and subtype)
        if value.len() >= AT_LENGTH {
            power.at = Some(PowerAt {
                type_source_priority: value.u8("type, source, priority")?,
                requested: value.u16("pd requested power value")?,
                allocated: value.u16("pse allocated power value")?,
            });
            power.bt = PowerBt::decode(value).ok().filter(|_| value.len() >= BT_LENGTH);
        }
        Ok(power)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([self.support, self.pairs, self.class]);
        let Some(at) = self.at else { return };
        out.push(at.type_source_priority);
        out.extend(at.requested.to_be_bytes());
        out.extend(at.allocated.to_be_bytes());
        if let Some(bt) = self.bt {
            bt.encode(out);
        }
    }
}
