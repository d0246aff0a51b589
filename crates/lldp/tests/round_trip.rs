//! What is sent is read as the same, and what is cut or changed is noticed.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod messages;

use lldp::cdp;
use lldp::cursor::Cursor;
use lldp::dot1::Dot1Tlv;
use lldp::ethernet::{self, Payload};
use lldp::lldpdu::{self, Id, Lldpdu, Tlv};
use lldp::org::Organisational;
use proptest::collection::vec;
use proptest::prelude::*;

use messages::{cdp_tlv, lldp_tlv, parts};

proptest! {
    #[test]
    fn decoding_an_encoded_lldpdu_gives_it_back(
        ids in (any::<u8>(), vec(any::<u8>(), 0..255), any::<u8>(), vec(any::<u8>(), 0..255)),
        ttl_s: u16,
        tlvs in vec(parts(250), 0..20),
    ) {
        let (chassis_id, port_id) = (Id { subtype: ids.0, bytes: &ids.1 }, Id { subtype: ids.2, bytes: &ids.3 });
        let sent = Lldpdu { chassis_id, port_id, ttl_s, tlvs: tlvs.iter().map(lldp_tlv).collect(), anomalies: Vec::new() };
        let bytes = sent.encode().unwrap();
        let mut received = lldpdu::decode(Cursor::new("lldp", &bytes)).unwrap();
        // basic TLVs that are allowed once may be generated twice: they are kept, and noted
        received.anomalies.clear();
        prop_assert_eq!(received, sent);
    }

    #[test]
    fn decoding_an_encoded_cdp_message_gives_it_back(version in 1..=2_u8, ttl_s: u8, id: Vec<u8>, tlvs in vec(parts(300), 0..20)) {
        let mut sent = cdp::Message { version, ttl_s, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        sent.tlvs.extend(tlvs.iter().map(cdp_tlv));
        let bytes = sent.encode().unwrap();
        prop_assert_eq!(cdp::decode(Cursor::new("cdp", &bytes)).unwrap(), sent);
    }

    #[test]
    fn one_changed_byte_of_a_cdp_message_is_noticed(id in vec(any::<u8>(), 1..60), at: prop::sample::Index, flip in 1..=255_u8) {
        let sent = cdp::Message { version: 2, ttl_s: 180, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        let mut bytes = sent.encode().unwrap();
        let even = bytes.len() & !1; // Cisco's sum of an odd last byte cannot tell 0x80 from 0x7f
        bytes[at.index(even)] ^= flip;
        let unnoticed = cdp::decode(Cursor::new("cdp", &bytes)).is_ok_and(|message| message.anomalies.is_empty());
        prop_assert!(!unnoticed);
    }

    #[test]
    fn a_message_cut_anywhere_is_rejected_or_noted(id in vec(any::<u8>(), 1..9), ttl_s: u16, tlvs in vec(parts(32), 0..9)) {
        let lldp_id = Id { subtype: 7, bytes: &id };
        let tlvs_sent = tlvs.iter().map(lldp_tlv).collect();
        let sent = Lldpdu { chassis_id: lldp_id, port_id: lldp_id, ttl_s, tlvs: tlvs_sent, anomalies: Vec::new() };
        let bytes = sent.encode().unwrap();
        for length in 0..bytes.len() {
            let Ok(part) = lldpdu::decode(Cursor::new("lldp", &bytes[..length])) else { continue };
            prop_assert!(!part.anomalies.is_empty(), "lldp cut at {}: {:?}", length, part);
            prop_assert!(part.tlvs.len() <= sent.tlvs.len());
        }
        let mut sent = cdp::Message { version: 2, ttl_s: 180, tlvs: vec![cdp::Tlv::DeviceId(&id)], anomalies: Vec::new() };
        sent.tlvs.extend(tlvs.iter().map(cdp_tlv));
        // the checksum alone would miss one cut in 65,536: the 802.3 length does not
        let frame = ethernet::cdp_frame([2, 0, 0, 0, 0, 1], &sent.encode().unwrap()).unwrap();
        for length in 0..frame.len() {
            let Ok(header) = ethernet::decode(&frame[..length], None) else { continue };
            let Payload::Cdp(cursor) = header.payload else { continue };
            let noted = cdp::decode(cursor).map_or(true, |part| header.anomaly.is_some() || !part.anomalies.is_empty());
            prop_assert!(noted, "cdp cut at {}", length);
        }
    }
}

#[test]
fn a_value_longer_than_its_length_field_is_not_sent() {
    let long = vec![b'x'; 512];
    let id = Id { subtype: 7, bytes: b"id" };
    let mut lldpdu = Lldpdu { chassis_id: id, port_id: id, ttl_s: 120, tlvs: Vec::new(), anomalies: Vec::new() };
    for tlv in
        [Tlv::SystemName(&long), Tlv::Organisational(Organisational::Dot1(Dot1Tlv::VlanName { vlan: 1, name: &long[..256] }))]
    {
        lldpdu.tlvs = vec![tlv];
        assert!(lldpdu.encode().is_err(), "{tlv:?}");
    }
}
