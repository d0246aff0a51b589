//! Rows of generated frames, of frames cut anywhere, and of arbitrary bytes.

#[path = "../../../crates/lldp/tests/messages/mod.rs"]
mod messages;

use lldp::lldpdu::{Id, Lldpdu};
use lldp::{cdp, ethernet};
use model::neighbour::Source;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use voiceport::discover::decode;

use super::{catalogue, recogniser};
use messages::{cdp_tlv, lldp_tlv, parts};

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
        let id = Id { subtype: 7, bytes: &id };
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
    fn arbitrary_bytes_end_no_decoder(bytes in vec(any::<u8>(), 0..400)) {
        let _ = ethernet::decode(&bytes, None);
        for header in [&[0x88, 0xcc][..], &[0x81, 0, 0, 1, 0x88, 0xcc], &[1, 0, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 2, 180, 0, 0]] {
            let frame = [&[1; 12], header, &bytes].concat();
            let _ = decode::neighbour(&ethernet::decode(&frame, None).unwrap(), Source::Pcap);
        }
        for decoder in [ethernet::decode_cooked_v1, ethernet::decode_cooked_v2] {
            if let Ok(frame) = decoder(&bytes) {
                let _ = decode::neighbour(&frame, Source::Pcap);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_behind_valid_mandatory_tlvs_end_no_decoder(bytes in vec(any::<u8>(), 0..400)) {
        let frame = [&[1; 12], &[0x88, 0xcc, 2, 2, 7, 65, 4, 2, 7, 66, 6, 2, 0, 120][..], &bytes].concat();
        let row = decode::neighbour(&ethernet::decode(&frame, None).unwrap(), Source::Pcap).unwrap().unwrap();
        prop_assert_eq!(row.ttl_s, Some(120));
        let recogniser = voiceport::phones::Recogniser::new(&catalogue());
        prop_assert!(recogniser.identify(&row).is_none_or(|phone| phone.evidence.len() <= 512));
    }

    #[test]
    fn an_arbitrary_file_ends_no_reader(start in prop::sample::select(vec![&[][..], &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], &[0x0a, 0x0d, 0x0d, 0x0a]]),
                                        bytes in vec(any::<u8>(), 0..400)) {
        let _ = voiceport::discover::read_capture(&[start, &bytes].concat()[..], &recogniser(), &mut |_| ());
    }
}
