//! Messages of every kind, generated.

use lldp::cdp;
use lldp::cdp_lists::{Address, Addresses, Levels, Prefix, Prefixes};
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerAt, PowerBt};
use lldp::lldpdu::{ManagementAddress, Tlv};
use lldp::location::{Civic, Coordinate, Location};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use proptest::collection::vec;
use proptest::prelude::*;

/// Everything a TLV of any kind can be made of: which, bytes of any number, bytes of a fixed number, civic elements, a number.
pub type Parts = (u8, Vec<u8>, [u8; 17], Vec<u8>, u32);

pub fn parts(longest: usize) -> impl Strategy<Value = Parts> {
    (any::<u8>(), vec(any::<u8>(), 0..longest), any::<[u8; 17]>(), civic_elements(longest), any::<u32>())
}

/// Elements of a civic address: type, length, value.
fn civic_elements(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    vec((any::<u8>(), vec(any::<u8>(), 0..longest / 4)), 0..4).prop_map(|elements| {
        elements.iter().flat_map(|(kind, value)| [&[*kind, u8::try_from(value.len()).unwrap()][..], value].concat()).collect()
    })
}

fn halves(number: u32) -> (u16, u16) {
    (u16::try_from(number >> 16).unwrap(), u16::try_from(number & 0xffff).unwrap())
}

pub fn lldp_tlv((choice, bytes, fixed, civic, number): &Parts) -> Tlv<'_> {
    let (high, low) = halves(*number);
    let [byte, ..] = number.to_be_bytes();
    match choice % 26 {
        0 => Tlv::PortDescription(bytes),
        1 => Tlv::SystemName(bytes),
        2 => Tlv::SystemDescription(bytes),
        3 => Tlv::SystemCapabilities { supported: high, enabled: low },
        4 => Tlv::ManagementAddress(ManagementAddress {
            family: byte,
            address: bytes,
            interface_subtype: 2,
            interface_number: *number,
            object_id: fixed,
        }),
        5 => Tlv::Raw { kind: 9 + byte % 118, value: bytes },
        6 => Tlv::Organisational(Organisational::Other { oui: [2, 0, 0], subtype: byte, value: bytes }),
        7..=12 => Tlv::Organisational(Organisational::Dot1(match choice % 26 {
            7 => Dot1Tlv::PortVlanId(high),
            8 => Dot1Tlv::PortAndProtocolVlanId { flags: byte, vlan: low },
            9 => Dot1Tlv::VlanName { vlan: high, name: bytes },
            10 => Dot1Tlv::ProtocolIdentity(bytes),
            11 if byte & 1 == 1 => Dot1Tlv::LinkAggregation { status: byte, port: *number },
            11 => Dot1Tlv::ManagementVid(low),
            _ => Dot1Tlv::Raw { subtype: 8 + byte % 200, value: bytes },
        })),
        13..=17 => Tlv::Organisational(Organisational::Dot3(match choice % 26 {
            13 => Dot3Tlv::MacPhy { autonegotiation: byte, advertised: high, mau: low },
            14 => Dot3Tlv::LinkAggregation { status: byte, port: *number },
            15 => Dot3Tlv::MaximumFrameSize(high),
            16 => {
                let at = (byte & 1 == 1).then_some(PowerAt { type_source_priority: byte, requested: high, allocated: low });
                let bt = at.filter(|_| byte & 2 == 2).map(|_| power_bt(fixed));
                let [pairs, class, ..] = *fixed;
                Dot3Tlv::Power(Power { support: byte, pairs, class, at, bt })
            }
            _ => Dot3Tlv::Raw { subtype: 5 + byte % 200, value: bytes },
        })),
        _ => Tlv::Organisational(Organisational::Med(match choice % 26 {
            18 => MedTlv::Capabilities { supported: high, class: byte },
            19 => MedTlv::NetworkPolicy(NetworkPolicy { application: byte, bits: number & 0x00ff_ffff }),
            22 => MedTlv::Location(Location::Coordinate(Coordinate(u128::from_be_bytes(*fixed.first_chunk().unwrap())))),
            23 => MedTlv::Location(Location::Civic(Civic {
                of: byte,
                country: fixed.first_chunk().unwrap(),
                elements: civic,
                rest: &[],
            })),
            24 => MedTlv::Location(Location::Elin(bytes)),
            25 => MedTlv::Location(Location::Other { format: 4 + byte % 250, value: bytes }),
            20 => MedTlv::ExtendedPower(ExtendedPower { type_source_priority: byte, value: low }),
            _ => MedTlv::Inventory { subtype: 5 + byte % 7, value: bytes },
        })),
    }
}

fn power_bt(bytes: &[u8; 17]) -> PowerBt {
    let pair = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    PowerBt {
        requested: [pair(0), pair(2)],
        allocated: [pair(4), pair(6)],
        status: pair(8),
        setup: bytes[10],
        max_available: pair(11),
        autoclass: bytes[13],
        power_down: [bytes[14], bytes[15], bytes[16]],
    }
}

pub fn cdp_tlv((choice, bytes, _, _, number): &Parts) -> cdp::Tlv<'_> {
    let (high, low) = halves(*number);
    let [byte, ..] = number.to_be_bytes();
    let address = Address { protocol_type: byte, protocol: bytes.get(..3).unwrap_or_default(), bytes };
    let addresses = Addresses { list: vec![address; usize::from(byte % 3)], rest: &[] };
    let prefix = Prefix { network: number.to_be_bytes().into(), length: byte % 33 };
    let levels = Levels { request: high, management: low, milliwatts: vec![*number; usize::from(byte % 4)], rest: &[] };
    match choice % 22 {
        0 => cdp::Tlv::DeviceId(bytes),
        1 => cdp::Tlv::Addresses(addresses),
        2 => cdp::Tlv::PortId(bytes),
        3 => cdp::Tlv::Capabilities(*number),
        4 => cdp::Tlv::Software(bytes),
        5 => cdp::Tlv::Platform(bytes),
        6 => cdp::Tlv::NativeVlan(high),
        7 => cdp::Tlv::Duplex(byte),
        8 => cdp::Tlv::VoipVlanReply { appliance: byte, vlan: high },
        9 => cdp::Tlv::VoipVlanQuery(bytes),
        10 => cdp::Tlv::PowerConsumption(low),
        11 => cdp::Tlv::ManagementAddresses(addresses),
        12 => cdp::Tlv::PowerRequested(levels),
        13 => cdp::Tlv::PowerAvailable(levels),
        14 => cdp::Tlv::VtpDomain(bytes),
        15 => cdp::Tlv::ExtendedTrust(byte),
        16 => cdp::Tlv::UntrustedCos(byte),
        17 => cdp::Tlv::SystemName(bytes),
        19 => cdp::Tlv::Prefixes(Prefixes { list: vec![prefix; usize::from(byte % 5)], rest: &[] }),
        20 => cdp::Tlv::DefaultGateway(number.to_be_bytes()),
        18 => cdp::Tlv::Location { kind: byte, text: bytes },
        _ => cdp::Tlv::Raw { kind: 0x1001 + high % 0xe000, value: bytes },
    }
}
