//! LLDPDUs (IEEE 802.1AB-2016 clauses 8 and 9), basic TLVs; organisations' TLVs are in `org`. Not supported: LLDPDU extensions
//! (802.1ABdh). Pure.
//!
//! A decoded LLDPDU borrows from its frame. TLVs of unknown types and damaged optional TLVs are kept raw.

use crate::cursor::{Anomaly, Cursor, Damage, Rule};
use crate::med::MedTlv;
use crate::org::Organisational;

const END: u8 = 0;
const CHASSIS_ID: u8 = 1;
const PORT_ID: u8 = 2;
const TIME_TO_LIVE: u8 = 3;
const PORT_DESCRIPTION: u8 = 4;
const SYSTEM_NAME: u8 = 5;
const SYSTEM_DESCRIPTION: u8 = 6;
const SYSTEM_CAPABILITIES: u8 = 7;
const MANAGEMENT_ADDRESS: u8 = 8;
const ORGANISATION: u8 = 127;
/// Largest TLV information string: nine bits (§8.4).
const VALUE_MAX: usize = 511;
/// Largest chassis or port ID with its subtype (§8.5.2, §8.5.3).
const ID_MAX: usize = 256;

/// One LLDPDU (§8.2): mandatory TLVs in this order, optional ones in any, an End TLV.
///
/// ```text
/// +--------------+-----------+------------------+--------------+-----+------------+
/// | Chassis ID   | Port ID   | Time to live     | Optional     | ... | End of     |
/// | TLV (type 1) | TLV (2)   | TLV (3)          | TLV          |     | LLDPDU (0) |
/// +--------------+-----------+------------------+--------------+-----+------------+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lldpdu<'a> {
    /// Chassis ID (§8.5.2).
    pub chassis_id: Id<'a>,
    /// Port ID (§8.5.3).
    pub port_id: Id<'a>,
    /// Time to live in seconds (§8.5.4); 0 withdraws everything said before.
    pub ttl_s: u16,
    /// The other TLVs, in the order sent.
    pub tlvs: Vec<Tlv<'a>>,
    /// Damage to optional parts.
    pub anomalies: Vec<Anomaly>,
}

/// A chassis or port identifier (§8.5.2, §8.5.3).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |type = 1 or 2| length, 2 to 256|   ID subtype  |       ID      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     ID, 1 to 255 bytes ...                    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id<'a> {
    /// What the bytes are; the table differs between chassis and port.
    pub subtype: u8,
    /// Identifier as sent: text, a MAC address or a network address.
    pub bytes: &'a [u8],
}

/// One optional TLV (§8.4).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   TLV type  | length of value |   value, 0 to 511 bytes ...   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tlv<'a> {
    /// Port description (§8.5.5).
    PortDescription(&'a [u8]),
    /// System name (§8.5.6).
    SystemName(&'a [u8]),
    /// System description (§8.5.7).
    SystemDescription(&'a [u8]),
    /// System capabilities (§8.5.8).
    SystemCapabilities {
        /// What it could do.
        supported: u16,
        /// What it does now.
        enabled: u16,
    },
    /// Management address (§8.5.9).
    ManagementAddress(ManagementAddress<'a>),
    /// An organisation's TLV (§8.6).
    Organisational(Organisational<'a>),
    /// A reserved type, or a TLV too damaged to be read as what it is.
    Raw {
        /// TLV type, 1 to 126.
        kind: u8,
        /// Information string: all behind type and length.
        value: &'a [u8],
    },
}

/// Management address (§8.5.9); its value, without the TLV's header.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | string length | address family|   address, 1 to 31 bytes ...  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  if numbering |                interface number               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  number, end  |   OID length  |    OID, 0 to 128 bytes ...    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagementAddress<'a> {
    /// IANA address family number.
    pub family: u8,
    /// Address in network byte order, of the length that its family has.
    pub address: &'a [u8],
    /// Interface numbering: 1 unknown, 2 ifIndex, 3 system port number.
    pub interface_subtype: u8,
    /// Interface at which the address answers, counted as `interface_subtype` says.
    pub interface_number: u32,
    /// Object identifier, BER encoded without tag; empty when none is given.
    pub object_id: &'a [u8],
}

/// Why an LLDPDU has to be discarded (§9.2.7.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// A mandatory TLV is cut short.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// The first three TLVs are not chassis ID, port ID, time to live.
    #[error("lldp: {expected} missing at offset {offset}: tlv {found} is there")]
    Missing {
        /// The TLV that should be there.
        expected: &'static str,
        /// TLV type that stands in its place.
        found: u8,
        /// Byte of the LLDPDU at which the TLV begins.
        offset: usize,
    },
    /// An identifier longer than the standard allows.
    #[error("lldp: {field} at offset {offset} has {length} bytes: at most {ID_MAX} are allowed")]
    TooLong {
        /// `chassis id` or `port id`.
        field: &'static str,
        /// Byte of the LLDPDU at which the TLV begins.
        offset: usize,
        /// Its length with the subtype.
        length: usize,
    },
}

/// A value that does not fit its TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("lldp: tlv {kind} of {length} bytes: it or a part of it is longer than its length field can say")]
pub struct TooLong {
    /// TLV type, 0 to 127.
    pub kind: u8,
    /// Bytes to be sent.
    pub length: usize,
}

/// What takes in an LLDPDU while it is read, without a copy of anything.
pub trait Sink<'a> {
    /// The mandatory TLVs, before everything else.
    fn head(&mut self, chassis_id: Id<'a>, port_id: Id<'a>, ttl_s: u16);
    /// Called once for each optional TLV, in the order sent.
    fn tlv(&mut self, tlv: Tlv<'a>);
    /// Damage to an optional part.
    fn anomaly(&mut self, anomaly: Anomaly);
}

/// Reads one LLDPDU into a sink; what follows its end (padding, FCS) is not looked at. On an error the sink was told nothing.
pub fn read<'a>(mut cursor: Cursor<'a>, sink: &mut impl Sink<'a>) -> Result<(), Invalid> {
    const CHASSIS_MAC: u8 = 4;
    const PORT_MAC: u8 = 3;
    let chassis = mandatory(&mut cursor, CHASSIS_ID, "chassis id")?;
    let chassis_id = id(chassis, "chassis id")?;
    let port = mandatory(&mut cursor, PORT_ID, "port id")?;
    let port_id = id(port, "port id")?;
    let ttl_s = mandatory(&mut cursor, TIME_TO_LIVE, "time to live")?.u16("time to live")?;
    sink.head(chassis_id, port_id, ttl_s);
    for (id, mac, field, offset) in
        [(chassis_id, CHASSIS_MAC, "chassis id", chassis.offset()), (port_id, PORT_MAC, "port id", port.offset())]
    {
        if id.subtype == mac && id.bytes.len() != 6 {
            sink.anomaly(odd(Rule::NoMacAddress { field, length: id.bytes.len() }, offset));
        }
    }
    read_optional(cursor, sink);
    Ok(())
}

/// Reads one LLDPDU whole.
pub fn decode(cursor: Cursor<'_>) -> Result<Lldpdu<'_>, Invalid> {
    let nothing = Id { subtype: 0, bytes: &[] };
    let mut lldpdu = Lldpdu { chassis_id: nothing, port_id: nothing, ttl_s: 0, tlvs: Vec::new(), anomalies: Vec::new() };
    read(cursor, &mut lldpdu)?;
    Ok(lldpdu)
}

impl<'a> Sink<'a> for Lldpdu<'a> {
    fn head(&mut self, chassis_id: Id<'a>, port_id: Id<'a>, ttl_s: u16) {
        (self.chassis_id, self.port_id, self.ttl_s) = (chassis_id, port_id, ttl_s);
    }

    fn tlv(&mut self, tlv: Tlv<'a>) {
        self.tlvs.push(tlv);
    }

    fn anomaly(&mut self, anomaly: Anomaly) {
        self.anomalies.push(anomaly);
    }
}

/// A TLV's header: seven bits of type, nine of length (§8.4).
#[inline]
fn header(cursor: &mut Cursor<'_>) -> Result<(u8, usize), Damage> {
    let [high, low] = cursor.array("tlv header")?;
    Ok((high >> 1, usize::from(u16::from_be_bytes([high & 1, low]))))
}

fn mandatory<'a>(cursor: &mut Cursor<'a>, kind: u8, expected: &'static str) -> Result<Cursor<'a>, Invalid> {
    let offset = cursor.offset();
    let (found, length) = header(cursor)?;
    if found != kind {
        return Err(Invalid::Missing { expected, found, offset });
    }
    Ok(cursor.part(length, expected)?)
}

fn id<'a>(mut value: Cursor<'a>, field: &'static str) -> Result<Id<'a>, Invalid> {
    if value.len() > ID_MAX {
        return Err(Invalid::TooLong { field, offset: value.offset(), length: value.len() });
    }
    // an identifier without bytes says nothing, yet some devices send an empty one: only the subtype is insisted on
    Ok(Id { subtype: value.u8(field)?, bytes: value.rest() })
}

fn read_optional<'a>(mut cursor: Cursor<'a>, sink: &mut impl Sink<'a>) {
    let mut seen = 0_u16;
    let mut policies = Policies::default();
    loop {
        let offset = cursor.offset();
        if cursor.is_empty() {
            return sink.anomaly(odd(Rule::EndMissing, offset));
        }
        let (kind, length) = match header(&mut cursor) {
            Ok(read) => read,
            Err(damage) => return sink.anomaly(damage.into()),
        };
        if kind == END {
            if length > 0 {
                sink.anomaly(odd(Rule::EndNotEmpty, offset));
            }
            return;
        }
        let available = cursor.len();
        let Ok(value) = cursor.part(length, "tlv value") else {
            let kind = u16::from(kind);
            return sink.anomaly(Anomaly::Overrun { protocol: "lldp", kind, offset, needed: length, available });
        };
        match kind {
            CHASSIS_ID..=TIME_TO_LIVE => sink.anomaly(odd(Rule::MandatoryAgain, offset)),
            // allowed once (§8.5.5 to §8.5.8)
            PORT_DESCRIPTION..=SYSTEM_CAPABILITIES => {
                if seen >> kind & 1 == 1 {
                    sink.anomaly(odd(Rule::OnceAgain, offset));
                }
                seen |= 1 << kind;
            }
            MANAGEMENT_ADDRESS | ORGANISATION => {}
            // 9 to 126 (table 8-1)
            _ => sink.anomaly(odd(Rule::ReservedType, offset)),
        }
        let mut cut = None;
        match Tlv::decode(kind, value, &mut cut) {
            Ok(tlv) => {
                if let Some(anomaly) = cut.or_else(|| policies.oddity(&tlv, offset)) {
                    sink.anomaly(anomaly);
                }
                sink.tlv(tlv);
            }
            Err(damage) => {
                sink.anomaly(damage.into());
                sink.tlv(Tlv::Raw { kind, value: value.peek() });
            }
        }
    }
}

/// The applications that a network policy was given for.
#[derive(Default)]
struct Policies([u128; 2]);

impl Policies {
    /// Which rule an organisation's TLV breaks.
    fn oddity(&mut self, tlv: &Tlv<'_>, offset: usize) -> Option<Anomaly> {
        match tlv {
            Tlv::Organisational(Organisational::Dot1(dot1)) => {
                dot1.oddity().map(|rule| Anomaly::Odd { protocol: "lldp 802.1", rule, offset })
            }
            Tlv::Organisational(Organisational::Med(MedTlv::NetworkPolicy(policy))) => {
                let application = policy.application;
                let [low, high] = &mut self.0;
                let seen = if application < 128 { low } else { high };
                let bit = 1 << (application & 127);
                let again = *seen & bit != 0;
                *seen |= bit;
                again.then_some(Anomaly::Odd { protocol: "lldp-med", rule: Rule::PolicyAgain { application }, offset })
            }
            _ => None,
        }
    }
}

const fn odd(rule: Rule, offset: usize) -> Anomaly {
    Anomaly::Odd { protocol: "lldp", rule, offset }
}

impl Lldpdu<'_> {
    /// The LLDPDU's bytes, with its End TLV.
    pub fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut out = Vec::new();
        put_bytes(&mut out, CHASSIS_ID, &[&[self.chassis_id.subtype], self.chassis_id.bytes])?;
        put_bytes(&mut out, PORT_ID, &[&[self.port_id.subtype], self.port_id.bytes])?;
        put_bytes(&mut out, TIME_TO_LIVE, &[&self.ttl_s.to_be_bytes()])?;
        for tlv in &self.tlvs {
            put(&mut out, tlv.kind(), |out| tlv.encode(out))?;
        }
        put_bytes(&mut out, END, &[])?;
        Ok(out)
    }
}

/// Appends one TLV: two bytes kept free, the value, then the header with the value's length. `value` gives `None` when a part of it is
/// longer than that part's own length field can say.
fn put(out: &mut Vec<u8>, kind: u8, value: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Result<(), TooLong> {
    let start = out.len();
    out.extend([0, 0]);
    let parts = value(out);
    let length = out.len() - start - 2;
    let bits = u16::try_from(length).ok().filter(|bits| parts.is_some() && usize::from(*bits) <= VALUE_MAX);
    let bits = bits.ok_or(TooLong { kind, length })?;
    let header = (u16::from(kind) << 9 | bits).to_be_bytes();
    for (byte, sent) in out.iter_mut().skip(start).zip(header) {
        *byte = sent;
    }
    Ok(())
}

fn put_bytes(out: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) -> Result<(), TooLong> {
    put(out, kind, |out| {
        for part in parts {
            out.extend(*part);
        }
        Some(())
    })
}

impl<'a> Tlv<'a> {
    #[inline]
    fn decode(kind: u8, mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        Ok(match kind {
            PORT_DESCRIPTION => Self::PortDescription(value.rest()),
            SYSTEM_NAME => Self::SystemName(value.rest()),
            SYSTEM_DESCRIPTION => Self::SystemDescription(value.rest()),
            SYSTEM_CAPABILITIES => Self::SystemCapabilities {
                supported: value.u16("system capabilities")?,
                enabled: value.u16("enabled capabilities")?,
            },
            MANAGEMENT_ADDRESS => Self::ManagementAddress(ManagementAddress::decode(value)?),
            ORGANISATION => Self::Organisational(Organisational::decode(value, cut)?),
            _ => Self::Raw { kind, value: value.rest() },
        })
    }

    /// Type under which this TLV is sent.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::PortDescription(_) => PORT_DESCRIPTION,
            Self::SystemName(_) => SYSTEM_NAME,
            Self::SystemDescription(_) => SYSTEM_DESCRIPTION,
            Self::SystemCapabilities { .. } => SYSTEM_CAPABILITIES,
            Self::ManagementAddress(_) => MANAGEMENT_ADDRESS,
            Self::Organisational(_) => ORGANISATION,
            Self::Raw { kind, .. } => *kind,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::PortDescription(value) | Self::SystemName(value) | Self::SystemDescription(value) | Self::Raw { value, .. } => {
                out.extend(*value);
            }
            Self::SystemCapabilities { supported, enabled } => {
                out.extend(supported.to_be_bytes());
                out.extend(enabled.to_be_bytes());
            }
            Self::ManagementAddress(address) => address.encode(out)?,
            Self::Organisational(tlv) => tlv.encode(out)?,
        }
        Some(())
    }
}

impl<'a> ManagementAddress<'a> {
    #[inline]
    fn decode(mut value: Cursor<'a>) -> Result<Self, Damage> {
        let length = value.u8("management address string length")?;
        let mut string = value.part(usize::from(length), "management address")?;
        let family = string.u8("management address subtype")?;
        let interface_subtype = value.u8("interface numbering subtype")?;
        let interface_number = value.u32("interface number")?;
        let length = value.u8("oid string length")?;
        let object_id = value.take(usize::from(length), "object identifier")?;
        Ok(Self { family, address: string.rest(), interface_subtype, interface_number, object_id })
    }

    fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        out.push(u8::try_from(self.address.len() + 1).ok()?);
        out.push(self.family);
        out.extend(self.address);
        out.push(self.interface_subtype);
        out.extend(self.interface_number.to_be_bytes());
        out.push(u8::try_from(self.object_id.len()).ok()?);
        out.extend(self.object_id);
        Some(())
    }
}
