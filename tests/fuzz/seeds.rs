//! Writes what the fuzzers begin with into a folder: the frames of the project's fixtures, one message with every TLV, and the corpus.
//!
//!     seeds FOLDER
//!
//! makes a folder for each target: `FOLDER/lldp`, `FOLDER/cdp` and so on.

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::Compression;
use flate2::read::GzEncoder;

// the coverage counters of the codecs are libFuzzer's
use libfuzzer_sys as _;

use lldp::cdp;
use lldp::cdp_lists::{Address, Addresses, Levels, Prefix, Prefixes};
use lldp::ethernet::{self, Payload};
use lldp::lldpdu::{Id, Lldpdu, ManagementAddress, Tlv};
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerAt, PowerBt};
use lldp::location::{Civic, Coordinate, Location};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use snmp::{Bindings, Kind, Oid, Pdu, Value};
use snmp::message::{Community, Data, Level, Secured, Security, Version};
use snmp::usm::Peer;

#[allow(dead_code, reason = "only the engine and the user of messages of version 3")]
#[path = "../../crates/snmp/fuzz/properties.rs"]
mod properties;

const FIXTURES: [(&str, &[u8]); 2] = [
    ("phone", include_bytes!("../fixtures/discover/lldpd-phone.pcap")),
    ("switch", include_bytes!("../fixtures/discover/lldpd-switch.pcap")),
];
const SOURCE: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// Lines of hexadecimal digits.
const CORPUS: [(&str, &str); 7] = [
    ("lldp", include_str!("../../crates/lldp/fuzz/lldp.hex")),
    ("cdp", include_str!("../../crates/lldp/fuzz/cdp.hex")),
    ("ethernet", include_str!("../../crates/lldp/fuzz/ethernet.hex")),
    ("snmp", include_str!("../../crates/snmp/fuzz/corpus.hex")),
    ("stamp", include_str!("../../crates/stamp/fuzz/corpus.hex")),
    ("rows", include_str!("corpus/rows.hex")),
    ("pcap", include_str!("corpus/pcap.hex")),
];

fn main() {
    let folder = std::env::args_os().nth(1).expect("seeds FOLDER");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    };
    for (target, lines) in CORPUS {
        for (number, line) in lines.lines().enumerate() {
            let bytes: Vec<u8> = (0..line.len() / 2).map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap()).collect();
            write(target, &format!("corpus-{number}"), &bytes);
        }
    }
    for (name, capture) in FIXTURES {
        let frames = frames(capture);
        for frame in &frames {
            match ethernet::decode(frame, None).unwrap().payload {
                Payload::Lldp(cursor) => write("lldp", name, cursor.peek()),
                Payload::Cdp(cursor) => write("cdp", name, cursor.peek()),
                Payload::Other => {}
            }
        }
        write("pcap", name, capture);
        write("pcap", &format!("{name}-pcapng"), &pcapng(&frames));
        let mut compressed = Vec::new();
        GzEncoder::new(capture, Compression::best()).read_to_end(&mut compressed).unwrap();
        write("pcap", &format!("{name}-gzip"), &compressed);
    }
    write("lldp", "every-tlv", &every_lldp_tlv());
    write("cdp", "every-tlv", &every_cdp_tlv());
    for (number, datagram) in snmp_datagrams().iter().enumerate() {
        write("snmp", &format!("kind-{number}"), datagram);
    }
    let frames = [ethernet::lldp_frame(SOURCE, &every_lldp_tlv()), ethernet::cdp_frame(SOURCE, &every_cdp_tlv()).unwrap()];
    for (name, frame) in ["lldp", "cdp"].into_iter().zip(&frames) {
        // what follows the addresses is 802.3 without its length, or an EtherType and its payload
        let (protocol, payload): (&[u8], &[u8]) =
            if name == "cdp" { (&[0, 4], &frame[14..]) } else { (&frame[12..14], &frame[14..]) };
        let tagged = [&frame[..12], &[0x88, 0xa8, 0x60, 0x64, 0x81, 0x00, 0xa0, 0x0a], &frame[12..]].concat();
        let cooked_1 = [&[0, 1, 0, 1, 0, 6], &SOURCE[..], &[0, 0], protocol, payload].concat();
        let cooked_2 = [protocol, &[0, 0, 0, 0, 0, 2, 0, 1, 1, 6], &SOURCE, &[0, 0], payload].concat();
        let ppi = [&[0, 0, 8, 0, 1, 0, 0, 0], &frame[..]].concat();
        let erf = [&[0; 8][..], &[0x82, 0, 0, 0, 0, 0, 0, 0], &[2, 0, 0, 0, 0, 0, 0, 0], &[0, 0], frame].concat();
        let behind = |bytes: usize| [&[0; 12][..bytes], frame].concat();
        let switch_tag = |bytes: usize| [&frame[..12], &[0x40; 8][..bytes], &frame[12..]].concat();
        let by_link_type = [
            tagged,
            cooked_1,
            cooked_2,
            ppi,
            erf,
            behind(4),
            behind(12),
            behind(8),
            switch_tag(4),
            behind(4),
            switch_tag(8),
            frame.clone(),
        ];
        for (kind, bytes) in by_link_type.iter().enumerate() {
            let kind = u8::try_from(kind).unwrap();
            for target in ["ethernet", "rows"] {
                write(target, &format!("{name}-{kind}"), &[&[kind], &bytes[..]].concat());
            }
        }
    }
}

/// Every value with a community, and requests of each level of version 3 to the engine of the property.
fn snmp_datagrams() -> Vec<Vec<u8>> {
    let mut bindings = Bindings::default();
    let values = [
        Value::Integer(-129),
        Value::octets(&b"ge1"[..]),
        Value::Null,
        Value::Oid(Oid::new(&[1, 3, 6, 1, 4, 1, 9])),
        Value::IpAddress([192, 0, 2, 1]),
        Value::Counter32(1),
        Value::Gauge32(u32::MAX),
        Value::TimeTicks(4711),
        Value::Opaque((&[0x9f, 0x78, 4, 0, 0, 0, 0][..]).into()),
        Value::Counter64(u64::MAX),
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
    ];
    for (instance, value) in (1..).zip(&values) {
        bindings.push(&[1, 3, 6, 1, 2, 1, 2, 2, 1, instance], value);
    }
    let response = Pdu::response(7, bindings);
    let community = |version, pdu| Community { version, community: b"public", pdu }.encode();
    let mut datagrams = vec![
        community(Version::V2c, response.clone()),
        community(Version::V1, Pdu::request(Kind::GetNext, 7, [[1, 3]])),
        community(Version::V2c, Pdu::bulk(7, 20, [[1, 3]])),
        Peer::discovery(1),
    ];
    let now = std::time::Instant::now();
    let learned = Secured {
        id: 1,
        max_size: 65_507,
        level: Level::Nothing,
        reportable: false,
        security: Security {
            engine_id: &properties::ENGINE_ID,
            boots: 1,
            time: 100,
            user: b"",
            digest: &[],
            digest_at: 0,
            salt: &[],
        },
        data: Data::Encrypted(&[]),
    };
    let peer = Peer::learn(&properties::USER, &learned, now).unwrap();
    for level in [Level::Nothing, Level::Authentication, Level::Privacy] {
        datagrams.push(peer.at_level(level).seal(7, b"vlan-20", response.clone(), 1, now));
    }
    datagrams
}

/// The frames of a little-endian pcap file, cut out by hand.
fn frames(capture: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &capture[24..];
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        frames.push(rest[16..16 + length].to_vec());
        rest = &rest[16 + length..];
    }
    frames
}

/// A section with one named interface of nanosecond resolution, one enhanced and one simple packet block.
fn pcapng(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    block(&mut file, 0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    let options = [&[2, 0, 4, 0][..], b"eth1", &[9, 0, 1, 0, 9, 0, 0, 0], &[0; 4]].concat();
    block(&mut file, 1, &[&[1, 0, 0, 0, 0, 0, 4, 0][..], &options].concat());
    let length = |frame: &[u8]| u32::try_from(frame.len()).unwrap().to_le_bytes();
    let padded = |frame: &[u8]| [frame, &[0; 3]].concat()[..frame.len().next_multiple_of(4)].to_vec();
    if let [first, second] = frames {
        block(&mut file, 6, &[&[0; 4][..], &[1; 8], &length(first), &length(first), &padded(first)].concat());
        block(&mut file, 3, &[&length(second)[..], &padded(second)].concat());
    }
    file
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
    file.extend([&kind.to_le_bytes()[..], &length, body, &length].concat());
}

fn every_lldp_tlv() -> Vec<u8> {
    let at = PowerAt { type_source_priority: 0x53, requested: 130, allocated: 120 };
    let bt =
        PowerBt { requested: [60, 70], allocated: [50, 60], status: 0x8df1, setup: 6, max_available: 700, ..PowerBt::default() };
    let dot1 = [
        Dot1Tlv::PortVlanId(10),
        Dot1Tlv::PortAndProtocolVlanId { flags: 6, vlan: 30 },
        Dot1Tlv::VlanName { vlan: 20, name: b"voice" },
        Dot1Tlv::ProtocolIdentity(&[0x88, 0x8e, 1, 0]),
        Dot1Tlv::ManagementVid(99),
        Dot1Tlv::LinkAggregation { status: 3, port: 5 },
        Dot1Tlv::Raw { subtype: 9, value: &[1, 2] },
    ];
    let dot3 = [
        Dot3Tlv::MacPhy { autonegotiation: 3, advertised: 0x6c01, mau: 16 },
        Dot3Tlv::Power(Power { support: 7, pairs: 1, class: 5, at: Some(at), bt: Some(bt) }),
        Dot3Tlv::LinkAggregation { status: 3, port: 5 },
        Dot3Tlv::MaximumFrameSize(1522),
        Dot3Tlv::Raw { subtype: 5, value: &[0; 8] },
    ];
    let med = [
        MedTlv::Capabilities { supported: 0x3f, class: 3 },
        MedTlv::NetworkPolicy(NetworkPolicy { application: 1, bits: 0x40_296e }),
        MedTlv::Location(Location::Coordinate(Coordinate(18 << 122 | 15 << 16 | 1 << 44 | 1))),
        MedTlv::Location(Location::Civic(Civic {
            of: 1,
            country: b"FR",
            elements: &[3, 5, b'P', b'a', b'r', b'i', b's', 27, 1, b'3'],
            rest: &[],
        })),
        MedTlv::Location(Location::Elin(b"911")),
        MedTlv::ExtendedPower(ExtendedPower { type_source_priority: 0x52, value: 65 }),
        MedTlv::Inventory { subtype: 5, value: b"1" },
        MedTlv::Inventory { subtype: 6, value: b"2" },
        MedTlv::Inventory { subtype: 7, value: b"3" },
        MedTlv::Inventory { subtype: 8, value: b"4" },
        MedTlv::Inventory { subtype: 9, value: b"Acme" },
        MedTlv::Inventory { subtype: 10, value: b"T46" },
        MedTlv::Inventory { subtype: 11, value: b"5" },
    ];
    let mut tlvs = vec![
        Tlv::PortDescription(b"port"),
        Tlv::SystemName(b"name"),
        Tlv::SystemDescription(b"description"),
        Tlv::SystemCapabilities { supported: 0x24, enabled: 0x20 },
        Tlv::ManagementAddress(ManagementAddress {
            family: 1,
            address: &[192, 0, 2, 1],
            interface_subtype: 2,
            interface_number: 3,
            object_id: &[0x2b, 6],
        }),
        Tlv::Raw { kind: 9, value: &[1] },
        Tlv::Organisational(Organisational::Other { oui: [0, 0x12, 0x34], subtype: 1, value: &[9] }),
    ];
    tlvs.extend(dot1.map(|tlv| Tlv::Organisational(Organisational::Dot1(tlv))));
    tlvs.extend(dot3.map(|tlv| Tlv::Organisational(Organisational::Dot3(tlv))));
    tlvs.extend(med.map(|tlv| Tlv::Organisational(Organisational::Med(tlv))));
    let chassis_id = Id { subtype: 5, bytes: &[1, 192, 0, 2, 1] };
    let port_id = Id { subtype: 3, bytes: &SOURCE };
    Lldpdu { chassis_id, port_id, ttl_s: 120, tlvs, anomalies: Vec::new() }.encode().unwrap()
}

fn every_cdp_tlv() -> Vec<u8> {
    let ipv6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let list = vec![
        Address { protocol_type: 1, protocol: &[0xcc], bytes: &[192, 0, 2, 1] },
        Address { protocol_type: 2, protocol: &[0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd], bytes: &ipv6 },
    ];
    let addresses = Addresses { list, rest: &[] };
    let prefixes = vec![Prefix { network: [192, 0, 2, 0].into(), length: 24 }, Prefix { network: [10, 0, 0, 0].into(), length: 8 }];
    let levels = || Levels { request: 1, management: 2, milliwatts: vec![12_000, 6_300], rest: &[] };
    let tlvs = vec![
        cdp::Tlv::DeviceId(b"SEP020000000001"),
        cdp::Tlv::Addresses(addresses.clone()),
        cdp::Tlv::PortId(b"Port 1"),
        cdp::Tlv::Capabilities(0x90),
        cdp::Tlv::Software(b"1.2"),
        cdp::Tlv::Platform(b"Acme T46"),
        cdp::Tlv::Prefixes(Prefixes { list: prefixes, rest: &[] }),
        cdp::Tlv::DefaultGateway([192, 0, 2, 1]),
        cdp::Tlv::VtpDomain(b"domain"),
        cdp::Tlv::NativeVlan(10),
        cdp::Tlv::Duplex(1),
        cdp::Tlv::VoipVlanReply { appliance: 1, vlan: 20 },
        cdp::Tlv::VoipVlanQuery(&[1, 0, 20]),
        cdp::Tlv::PowerConsumption(6300),
        cdp::Tlv::ExtendedTrust(0),
        cdp::Tlv::UntrustedCos(0),
        cdp::Tlv::SystemName(b"name"),
        cdp::Tlv::ManagementAddresses(addresses),
        cdp::Tlv::Location { kind: 0, text: b"here" },
        cdp::Tlv::PowerRequested(levels()),
        cdp::Tlv::PowerAvailable(levels()),
        cdp::Tlv::Raw { kind: 8, value: &[0; 4] },
    ];
    cdp::Message { version: 2, ttl_s: 180, tlvs, anomalies: Vec::new() }.encode().unwrap()
}
