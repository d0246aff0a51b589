//! Cisco Discovery Protocol, versions 1 and 2, as observed: Cisco publishes no complete standard. Clusters, power negotiation beyond
//! requested and available, and spare pair TLVs are kept raw. Pure.
//!
//! A decoded message borrows from its frame.

use crate::cdp_lists::{Addresses, Levels, Prefixes};
use crate::cursor::{Anomaly, Cursor, Damage, Rule};

const DEVICE_ID: u16 = 0x0001;
const ADDRESSES: u16 = 0x0002;
const PORT_ID: u16 = 0x0003;
const CAPABILITIES: u16 = 0x0004;
const SOFTWARE: u16 = 0x0005;
const PLATFORM: u16 = 0x0006;
const PREFIXES: u16 = 0x0007;
const VTP_DOMAIN: u16 = 0x0009;
const NATIVE_VLAN: u16 = 0x000a;
const DUPLEX: u16 = 0x000b;
const VOIP_VLAN_REPLY: u16 = 0x000e;
const VOIP_VLAN_QUERY: u16 = 0x000f;
const POWER_CONSUMPTION: u16 = 0x0010;
const EXTENDED_TRUST: u16 = 0x0012;
const UNTRUSTED_COS: u16 = 0x0013;
const SYSTEM_NAME: u16 = 0x0014;
const MANAGEMENT_ADDRESSES: u16 = 0x0016;
const LOCATION: u16 = 0x0017;
const POWER_REQUESTED: u16 = 0x0019;
const POWER_AVAILABLE: u16 = 0x001a;
/// Bytes of a TLV's type and length, which its length counts too.
const TLV_HEADER: u16 = 4;

/// One CDP message.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    version    |  time to live |            checksum           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            TLVs ...                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// 1 or 2.
    pub version: u8,
    /// Time to live in seconds.
    pub ttl_s: u8,
    /// The TLVs, in the order sent.
    pub tlvs: Vec<Tlv<'a>>,
    /// Damage to what follows the header, and a wrong checksum.
    pub anomalies: Vec<Anomaly>,
}

/// One TLV; its length counts the header.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |              type             |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  value, length - 4 bytes ...                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tlv<'a> {
    /// Device ID: a host name, often with a domain, a MAC or a serial number.
    DeviceId(&'a [u8]),
    /// Addresses of the interface.
    Addresses(Addresses<'a>),
    /// Port ID: the interface's name.
    PortId(&'a [u8]),
    /// Bits of what the device does: 0x01 router, 0x08 switch, 0x80 phone (type 0x0004).
    Capabilities(u32),
    /// Software version, often several lines (type 0x0005).
    Software(&'a [u8]),
    /// Product name of the hardware (type 0x0006).
    Platform(&'a [u8]),
    /// IPv4 prefixes that the device routes to (type 0x0007).
    Prefixes(Prefixes<'a>),
    /// IPv4 default gateway of a stub router: a prefix TLV of four bytes (type 0x0007).
    DefaultGateway([u8; 4]),
    /// VTP management domain; empty when the device is in none (type 0x0009).
    VtpDomain(&'a [u8]),
    /// VLAN that the port sends untagged (type 0x000a).
    NativeVlan(u16),
    /// Duplex: 1 full, 0 half.
    Duplex(u8),
    /// VoIP VLAN reply: which VLAN a phone is to use.
    VoipVlanReply {
        /// Kind of appliance; 1 is a phone. Absent in the three-byte form.
        appliance: u8,
        /// VLAN that the phone shall send voice in.
        vlan: u16,
    },
    /// VoIP VLAN query: a phone asks, and may say which VLAN it has.
    VoipVlanQuery(&'a [u8]),
    /// Power consumption in milliwatts.
    PowerConsumption(u16),
    /// Whether the priority of frames that come through a phone is trusted: 0 no, 1 yes.
    ExtendedTrust(u8),
    /// Class of service that frames get which are not trusted.
    UntrustedCos(u8),
    /// sysName, which may differ from the device ID (type 0x0014).
    SystemName(&'a [u8]),
    /// Addresses at which the device is managed (type 0x0016).
    ManagementAddresses(Addresses<'a>),
    /// Physical location.
    Location {
        /// What the text is; 0 is a description.
        kind: u8,
        /// Text as typed by an administrator.
        text: &'a [u8],
    },
    /// Power requested.
    PowerRequested(Levels<'a>),
    /// Power available.
    PowerAvailable(Levels<'a>),
    /// Every other type, or a TLV too damaged to be read as what it is.
    Raw {
        /// TLV type, 0x0001 and up.
        kind: u16,
        /// Bytes behind type and length.
        value: &'a [u8],
    },
}

/// Why a message cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The header is cut short.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// A version nobody has described.
    #[error("cdp: version {0} is not known: 1 and 2 are")]
    Version(u8),
    /// No device ID, which every message needs.
    #[error("cdp: device id missing")]
    NoDeviceId,
}

/// A message that does not fit its length fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cdp: tlv {kind:#06x} is longer than its length field can say")]
pub struct TooLong {
    /// TLV type, 0x0001 and up.
    pub kind: u16,
}

/// What takes in a message while it is read, without a copy of anything but lists.
pub trait Sink<'a> {
    /// Version and time to live in seconds, before everything else.
    fn head(&mut self, version: u8, ttl_s: u8);
    /// Called once for each TLV that could be read, in the order sent.
    fn tlv(&mut self, tlv: Tlv<'a>);
    /// Damage behind the header, or a wrong checksum.
    fn anomaly(&mut self, anomaly: Anomaly);
}

/// Reads one message into a sink; `cursor` must end where the 802.3 length says. After [`Invalid::NoDeviceId`] what the sink was told is
/// worth nothing.
pub fn read<'a>(mut cursor: Cursor<'a>, sink: &mut impl Sink<'a>) -> Result<(), Invalid> {
    let bytes = cursor.peek();
    let version = cursor.u8("version")?;
    if !(1..=2).contains(&version) {
        return Err(Invalid::Version(version));
    }
    let ttl_s = cursor.u8("time to live")?;
    let sent = cursor.u16("checksum")?;
    sink.head(version, ttl_s);
    let computed = checksum(bytes);
    if sent != computed {
        sink.anomaly(Anomaly::Checksum { protocol: "cdp", sent, computed });
    }
    if read_tlvs(cursor, sink) { Ok(()) } else { Err(Invalid::NoDeviceId) }
}

/// Reads one message whole.
pub fn decode(cursor: Cursor<'_>) -> Result<Message<'_>, Invalid> {
    let mut message = Message { version: 0, ttl_s: 0, tlvs: Vec::new(), anomalies: Vec::new() };
    read(cursor, &mut message)?;
    Ok(message)
}

impl<'a> Sink<'a> for Message<'a> {
    fn head(&mut self, version: u8, ttl_s: u8) {
        (self.version, self.ttl_s) = (version, ttl_s);
    }

    fn tlv(&mut self, tlv: Tlv<'a>) {
        self.tlvs.push(tlv);
    }

    fn anomaly(&mut self, anomaly: Anomaly) {
        self.anomalies.push(anomaly);
    }
}

/// The Internet checksum (RFC 1071) of a message whose checksum field counts as zero, with Cisco's treatment of an odd last byte: it is
/// added as a signed number in the low half of the last word, and a negative one loses one more.
#[must_use]
pub fn checksum(message: &[u8]) -> u16 {
    let (words, odd) = message.as_chunks::<2>();
    let field = 1; // the checksum itself is the second word
    let even: u32 =
        words.iter().enumerate().filter(|(at, _)| *at != field).map(|(_, word)| u32::from(u16::from_be_bytes(*word))).sum();
    let last = match odd {
        [byte] if *byte >= 0x80 => 0xff00 | u32::from(byte - 1),
        [byte] => u32::from(*byte),
        _ => 0,
    };
    let mut sum = even + last;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let [_, _, high, low] = sum.to_be_bytes();
    !u16::from_be_bytes([high, low])
}

/// Whether there was a device ID among the TLVs.
fn read_tlvs<'a>(mut cursor: Cursor<'a>, sink: &mut impl Sink<'a>) -> bool {
    let mut has_device_id = false;
    while !cursor.is_empty() {
        let offset = cursor.offset();
        let (kind, length) = match header(&mut cursor) {
            Ok(read) => read,
            Err(damage) => {
                sink.anomaly(damage.into());
                break;
            }
        };
        let Some(length) = length.checked_sub(TLV_HEADER).map(usize::from) else {
            sink.anomaly(Anomaly::Odd { protocol: "cdp", rule: Rule::ShorterThanHeader, offset });
            break;
        };
        let available = cursor.len();
        let Ok(value) = cursor.part(length, "tlv value") else {
            sink.anomaly(Anomaly::Overrun { protocol: "cdp", kind, offset, needed: length, available });
            break;
        };
        has_device_id |= kind == DEVICE_ID;
        let mut cut = None;
        match Tlv::decode(kind, value, &mut cut) {
            Ok(tlv) => {
                if let Some(anomaly) = cut {
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
    has_device_id
}

impl Message<'_> {
    /// The message's bytes with their checksum.
    pub fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut out = vec![self.version, self.ttl_s, 0, 0];
        for tlv in &self.tlvs {
            let value = tlv.value().ok_or(TooLong { kind: tlv.kind() })?;
            let length = u16::try_from(value.len()).ok().and_then(|length| length.checked_add(TLV_HEADER));
            out.extend(tlv.kind().to_be_bytes());
            out.extend(length.ok_or(TooLong { kind: tlv.kind() })?.to_be_bytes());
            out.extend(value);
        }
        let sum = checksum(&out).to_be_bytes();
        for (byte, sent) in out.iter_mut().skip(2).zip(sum) {
            *byte = sent;
        }
        Ok(out)
    }
}

fn header(cursor: &mut Cursor<'_>) -> Result<(u16, u16), Damage> {
    Ok((cursor.u16("tlv type")?, cursor.u16("tlv length")?))
}

impl<'a> Tlv<'a> {
    /// `cut` gets what is wrong with the tail of a list whose other members are good.
    fn decode(kind: u16, mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        Ok(match kind {
            DEVICE_ID => Self::DeviceId(value.rest()),
            ADDRESSES => Self::Addresses(Addresses::decode(value, cut)?),
            PORT_ID => Self::PortId(value.rest()),
            CAPABILITIES => Self::Capabilities(value.u32("capabilities")?),
            SOFTWARE => Self::Software(value.rest()),
            PLATFORM => Self::Platform(value.rest()),
            PREFIXES if value.len() == 4 => Self::DefaultGateway(value.array("default gateway")?),
            PREFIXES => Self::Prefixes(Prefixes::decode(value, cut)),
            VTP_DOMAIN => Self::VtpDomain(value.rest()),
            NATIVE_VLAN => Self::NativeVlan(value.u16("native vlan")?),
            DUPLEX => Self::Duplex(value.u8("duplex")?),
            VOIP_VLAN_REPLY => Self::VoipVlanReply { appliance: value.u8("appliance")?, vlan: value.u16("voip vlan")? },
            VOIP_VLAN_QUERY => Self::VoipVlanQuery(value.rest()),
            POWER_CONSUMPTION => Self::PowerConsumption(value.u16("power consumption")?),
            EXTENDED_TRUST => Self::ExtendedTrust(value.u8("extended trust")?),
            UNTRUSTED_COS => Self::UntrustedCos(value.u8("cos for untrusted ports")?),
            SYSTEM_NAME => Self::SystemName(value.rest()),
            MANAGEMENT_ADDRESSES => Self::ManagementAddresses(Addresses::decode(value, cut)?),
            LOCATION => Self::Location { kind: value.u8("location type")?, text: value.rest() },
            POWER_REQUESTED => Self::PowerRequested(Levels::decode(value, cut)?),
            POWER_AVAILABLE => Self::PowerAvailable(Levels::decode(value, cut)?),
            _ => Self::Raw { kind, value: value.rest() },
        })
    }

    /// Type under which this TLV is sent.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        match self {
            Self::DeviceId(_) => DEVICE_ID,
            Self::Addresses(_) => ADDRESSES,
            Self::PortId(_) => PORT_ID,
            Self::Capabilities(_) => CAPABILITIES,
            Self::Software(_) => SOFTWARE,
            Self::Platform(_) => PLATFORM,
            Self::Prefixes(_) | Self::DefaultGateway(_) => PREFIXES,
            Self::VtpDomain(_) => VTP_DOMAIN,
            Self::NativeVlan(_) => NATIVE_VLAN,
            Self::Duplex(_) => DUPLEX,
            Self::VoipVlanReply { .. } => VOIP_VLAN_REPLY,
            Self::VoipVlanQuery(_) => VOIP_VLAN_QUERY,
            Self::PowerConsumption(_) => POWER_CONSUMPTION,
            Self::ExtendedTrust(_) => EXTENDED_TRUST,
            Self::UntrustedCos(_) => UNTRUSTED_COS,
            Self::SystemName(_) => SYSTEM_NAME,
            Self::ManagementAddresses(_) => MANAGEMENT_ADDRESSES,
            Self::Location { .. } => LOCATION,
            Self::PowerRequested(_) => POWER_REQUESTED,
            Self::PowerAvailable(_) => POWER_AVAILABLE,
            Self::Raw { kind, .. } => *kind,
        }
    }

    fn value(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::DeviceId(value)
            | Self::PortId(value)
            | Self::Software(value)
            | Self::Platform(value)
            | Self::VtpDomain(value)
            | Self::SystemName(value)
            | Self::VoipVlanQuery(value)
            | Self::Raw { value, .. } => value.to_vec(),
            Self::Addresses(addresses) | Self::ManagementAddresses(addresses) => addresses.encode()?,
            Self::Prefixes(prefixes) => prefixes.encode(),
            Self::DefaultGateway(address) => address.to_vec(),
            Self::Capabilities(bits) => bits.to_be_bytes().to_vec(),
            Self::NativeVlan(number) | Self::PowerConsumption(number) => number.to_be_bytes().to_vec(),
            Self::Duplex(byte) | Self::ExtendedTrust(byte) | Self::UntrustedCos(byte) => vec![*byte],
            Self::Location { kind, text } => [&[*kind][..], text].concat(),
            Self::VoipVlanReply { appliance, vlan } => [&[*appliance][..], &vlan.to_be_bytes()].concat(),
            Self::PowerRequested(levels) | Self::PowerAvailable(levels) => levels.encode(),
        })
    }
}
