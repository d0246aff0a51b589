//! Codecs both ways with generated messages, messages cut anywhere, and arbitrary octets into every decoder.

use lldp::cursor::Cursor;
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerAt, PowerBt};
use lldp::lldpdu::{self, Id, Lldpdu, ManagementAddress, Tlv};
use lldp::location::{Civic, Coordinate, Location};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use lldp::{cdp, ethernet};
use model::neighbour::Source;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use voiceport::discover::decode;

use super::{catalogue, recogniser};

/// Everything a TLV of any kind can be made of: which, octets of any number, octets of a fixed number, civic elements, a number.
type Parts = (u8, Vec<u8>, [u8; 17], Vec<u8>, u32);

fn parts(longest: usize) -> impl Strategy<Value = Parts> {
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

fn lldp_tlv((choice, octets, fixed, civic, number): &Parts) -> Tlv<'_> {
    let (high, low) = halves(*number);
    let [octet, ..] = number.to_be_bytes();
    match choice % 26 {
        0 => Tlv::PortDescription(octets),
        1 => Tlv::SystemName(octets),
        2 => Tlv::SystemDescription(octets),
        3 => Tlv::SystemCapabilities { supported: high, enabled: low },
        4 => Tlv::ManagementAddress(ManagementAddress {
            family: octet,
            address: octets,
            interface_subtype: 2,
            interface_number: *number,
            object_id: fixed,
        }),
        5 => Tlv::Raw { kind: 9 + octet % 118, value: octets },
        6 => Tlv::Organisational(Organisational::Other { oui: [2, 0, 0], subtype: octet, value: octets }),
        7..=12 => Tlv::Organisational(Organisational::Dot1(match choice % 26 {
            7 => Dot1Tlv::PortVlanId(high),
            8 => Dot1Tlv::PortAndProtocolVlanId { flags: octet, vlan: low },
            9 => Dot1Tlv::VlanName { vlan: high, name: octets },
            10 => Dot1Tlv::ProtocolIdentity(octets),
            11 if octet & 1 == 1 => Dot1Tlv::LinkAggregation { status: octet, port: *number },
            11 => Dot1Tlv::ManagementVid(low),
            _ => Dot1Tlv::Raw { subtype: 8 + octet % 200, value: octets },
        })),
        13..=17 => Tlv::Organisational(Organisational::Dot3(match choice % 26 {
            13 => Dot3Tlv::MacPhy { autonegotiation: octet, advertised: high, mau: low },
            14 => Dot3Tlv::LinkAggregation { status: octet, port: *number },
            15 => Dot3Tlv::MaximumFrameSize(high),
            16 => {
                let at = (octet & 1 == 1).then_some(PowerAt { type_source_priority: octet, requested: high, allocated: low });
                let bt = at.filter(|_| octet & 2 == 2).map(|_| power_bt(fixed));
                let [pairs, class, ..] = *fixed;
                Dot3Tlv::Power(Power { support: octet, pairs, class, at, bt })
            }
            _ => Dot3Tlv::Raw { subtype: 5 + octet % 200, value: octets },
        })),
        _ => Tlv::Organisational(Organisational::Med(match choice % 26 {
            18 => MedTlv::Capabilities { supported: high, class: octet },
            19 => MedTlv::NetworkPolicy(NetworkPolicy { application: octet, bits: number & 0x00ff_ffff }),
            22 => MedTlv::Location(Location::Coordinate(Coordinate(u128::from_be_bytes(*fixed.first_chunk().unwrap())))),
            23 => MedTlv::Location(Location::Civic(Civic { of: octet, country: fixed.first_chunk().unwrap(), elements: civic })),
            24 => MedTlv::Location(Location::Elin(octets)),
            25 => MedTlv::Location(Location::Other { format: 4 + octet % 250, value: octets }),
            20 => MedTlv::ExtendedPower(ExtendedPower { type_source_priority: octet, value: low }),
            _ => MedTlv::Inventory { subtype: 5 + octet % 7, value: octets },
        })),
    }
}

fn power_bt(octets: &[u8; 17]) -> PowerBt {
    let pair = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    PowerBt {
        requested: [pair(0), pair(2)],
        allocated: [pair(4), pair(6)],
        status: pair(8),
        setup: octets[10],
        max_available: pair(11),
        autoclass: octets[13],
        power_down: [octets[14], octets[15], octets[16]],
    }
}

fn cdp_tlv((choice, octets, _, _, number): &Parts) -> cdp::Tlv<'_> {
    let (high, low) = halves(*number);
    let [octet, ..] = number.to_be_bytes();
    let address = cdp::Address { protocol_type: octet, protocol: octets.get(..3).unwrap_or_default(), octets };
    let addresses = vec![address; usize::from(octet % 3)];
    let levels = cdp::Levels { request: high, management: low, milliwatts: vec![*number; usize::from(octet % 4)] };
    match choice % 20 {
        0 => cdp::Tlv::DeviceId(octets),
        1 => cdp::Tlv::Addresses(addresses),
        2 => cdp::Tlv::PortId(octets),
        3 => cdp::Tlv::Capabilities(*number),
        4 => cdp::Tlv::Software(octets),
        5 => cdp::Tlv::Platform(octets),
        6 => cdp::Tlv::NativeVlan(high),
        7 => cdp::Tlv::Duplex(octet),
        8 => cdp::Tlv::VoipVlanReply { appliance: octet, vlan: high },
        9 => cdp::Tlv::VoipVlanQuery(octets),
        10 => cdp::Tlv::PowerConsumption(low),
        11 => cdp::Tlv::ManagementAddresses(addresses),
        12 => cdp::Tlv::PowerRequested(levels),
        13 => cdp::Tlv::PowerAvailable(levels),
        14 => cdp::Tlv::VtpDomain(octets),
        15 => cdp::Tlv::ExtendedTrust(octet),
        16 => cdp::Tlv::UntrustedCos(octet),
        17 => cdp::Tlv::SystemName(octets),
        18 => cdp::Tlv::Location { kind: octet, text: octets },
        _ => cdp::Tlv::Raw { kind: 0x1001 + high % 0xe000, value: octets },
    }
}

/// The row of a frame, as JSON without its anomalies.
fn facts(frame: &[u8]) -> Option<Value> {
    let row = decode::neighbour(&ethernet::decode(frame, None).ok()?, Source::Pcap)?.ok()?;
    let mut facts = serde_json::to_value(&row).unwrap();
    facts["anomalies"].take();
    Some(facts)
}

/// Whether everything that `part` says is said by `whole`, lists from their beginning.
fn says_no_more(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Null, _) => true,
        (Value::Array(part), Value::Array(whole)) => {
            part.len() <= whole.len() && part.iter().zip(whole).all(|(part, whole)| says_no_more(part, whole))
        }
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(key, part)| says_no_more(part, whole.get(key).unwrap_or(&Value::Null)))
        }
        _ => part == whole,
    }
}

/// Cuts a frame everywhere: what is left says so, unless nothing of it can be read, and says nothing but what the whole said.
fn cut_everywhere(frame: &[u8]) -> Result<(), TestCaseError> {
    let whole = facts(frame).unwrap();
    for length in 0..frame.len() {
        let part = &frame[..length];
        let Some(part_facts) = facts(part) else { continue };
        prop_assert!(says_no_more(&part_facts, &whole), "cut at {}: {} of {}", length, part_facts, whole);
        let row = decode::neighbour(&ethernet::decode(part, None).unwrap(), Source::Pcap).unwrap().unwrap();
        prop_assert!(!row.anomalies.is_empty(), "cut at {}: {:?}", length, row);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_lldp_frame_cut_anywhere_says_no_more(id in vec(any::<u8>(), 0..9), ttl_s: u16, tlvs in vec(parts(32), 0..9)) {
        let id = Id { subtype: 7, octets: &id };
        let tlvs = tlvs.iter().map(lldp_tlv).collect();
        let lldpdu = Lldpdu { chassis_id: id, port_id: id, ttl_s, tlvs, anomalies: Vec::new() };
        cut_everywhere(&ethernet::lldp_frame([2, 0, 0, 0, 0, 1], &lldpdu.encode().unwrap()))?;
    }

    #[test]
    fn a_cdp_frame_cut_anywhere_says_no_more(id in vec(any::<u8>(), 0..9), tlvs in vec(parts(32), 0..9)) {
        let mut message = cdp::Message { version: 2, ttl_s: 180, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        message.tlvs.extend(tlvs.iter().map(cdp_tlv));
        cut_everywhere(&ethernet::cdp_frame([2, 0, 0, 0, 0, 1], &message.encode().unwrap()).unwrap())?;
    }
}

proptest! {
    #[test]
    fn decoding_an_encoded_lldpdu_gives_it_back(
        ids in (any::<u8>(), vec(any::<u8>(), 0..255), any::<u8>(), vec(any::<u8>(), 0..255)),
        ttl_s: u16,
        tlvs in vec(parts(250), 0..20),
    ) {
        let (chassis_id, port_id) = (Id { subtype: ids.0, octets: &ids.1 }, Id { subtype: ids.2, octets: &ids.3 });
        let sent = Lldpdu { chassis_id, port_id, ttl_s, tlvs: tlvs.iter().map(lldp_tlv).collect(), anomalies: Vec::new() };
        let octets = sent.encode().unwrap();
        let mut received = lldpdu::decode(Cursor::new("lldp", &octets)).unwrap();
        // basic TLVs that are allowed once may be generated twice: they are kept, and noted
        received.anomalies.clear();
        prop_assert_eq!(received, sent);
    }

    #[test]
    fn decoding_an_encoded_cdp_message_gives_it_back(version in 1..=2_u8, ttl_s: u8, id: Vec<u8>, tlvs in vec(parts(300), 0..20)) {
        let mut sent = cdp::Message { version, ttl_s, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        sent.tlvs.extend(tlvs.iter().map(cdp_tlv));
        let octets = sent.encode().unwrap();
        prop_assert_eq!(cdp::decode(Cursor::new("cdp", &octets)).unwrap(), sent);
    }

    #[test]
    fn one_changed_octet_of_a_cdp_message_is_noticed(id in vec(any::<u8>(), 1..60), at: prop::sample::Index, flip in 1..=255_u8) {
        let sent = cdp::Message { version: 2, ttl_s: 180, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        let mut octets = sent.encode().unwrap();
        let even = octets.len() & !1; // Cisco's sum of an odd last octet cannot tell 0x80 from 0x7f
        octets[at.index(even)] ^= flip;
        let unnoticed = cdp::decode(Cursor::new("cdp", &octets)).is_ok_and(|message| message.anomalies.is_empty());
        prop_assert!(!unnoticed);
    }

    #[test]
    fn arbitrary_octets_end_no_decoder(octets in vec(any::<u8>(), 0..400)) {
        let _ = ethernet::decode(&octets, None);
        for header in [&[0x88, 0xcc][..], &[0x81, 0, 0, 1, 0x88, 0xcc], &[1, 0, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 2, 180, 0, 0]] {
            let frame = [&[1; 12], header, &octets].concat();
            let _ = decode::neighbour(&ethernet::decode(&frame, None).unwrap(), Source::Pcap);
        }
        for decoder in [ethernet::decode_cooked_v1, ethernet::decode_cooked_v2] {
            if let Ok(frame) = decoder(&octets) {
                let _ = decode::neighbour(&frame, Source::Pcap);
            }
        }
    }

    #[test]
    fn arbitrary_octets_behind_valid_mandatory_tlvs_end_no_decoder(octets in vec(any::<u8>(), 0..400)) {
        let frame = [&[1; 12], &[0x88, 0xcc, 2, 2, 7, 65, 4, 2, 7, 66, 6, 2, 0, 120][..], &octets].concat();
        let row = decode::neighbour(&ethernet::decode(&frame, None).unwrap(), Source::Pcap).unwrap().unwrap();
        prop_assert_eq!(row.ttl_s, Some(120));
        let recogniser = voiceport::phones::Recogniser::new(&catalogue());
        prop_assert!(recogniser.identify(&row).is_none_or(|phone| phone.evidence.len() <= 512));
    }

    #[test]
    fn an_arbitrary_file_ends_no_reader(start in prop::sample::select(vec![&[][..], &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], &[0x0a, 0x0d, 0x0d, 0x0a]]),
                                        octets in vec(any::<u8>(), 0..400)) {
        let _ = voiceport::discover::read_capture(&[start, &octets].concat()[..], &recogniser(), &mut |_| ());
    }
}

#[test]
fn a_value_longer_than_its_length_field_is_not_sent() {
    let long = vec![b'x'; 512];
    let id = Id { subtype: 7, octets: b"id" };
    let mut lldpdu = Lldpdu { chassis_id: id, port_id: id, ttl_s: 120, tlvs: Vec::new(), anomalies: Vec::new() };
    for tlv in
        [Tlv::SystemName(&long), Tlv::Organisational(Organisational::Dot1(Dot1Tlv::VlanName { vlan: 1, name: &long[..256] }))]
    {
        lldpdu.tlvs = vec![tlv];
        assert!(lldpdu.encode().is_err(), "{tlv:?}");
    }
}
