//! Frames that break a rule, and captures that hold frames in part: what is good is kept, what is wrong is said, and of whom.

use lldp::ethernet;
use lldp::lldpdu::{Id, Lldpdu, Tlv};
use lldp::med::{MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use model::neighbour::{Confidence, Neighbour};
use proptest::prelude::*;
use serde_json::{Value, json};
use voiceport::discover::{Reason, Rejected};
use voiceport::output::terminal;
use voiceport::phones::builtin;

use super::{catalogue, read};
use crate::support::{self, samples};

const SOURCE: [u8; 6] = [2, 0, 0, 0, 0, 7];

/// An LLDP frame: chassis ID, port ID, time to live, then `rest` as it is.
fn lldp(chassis: &[u8], rest: &[&[u8]]) -> Vec<u8> {
    let tlv = |kind: u8, value: &[u8]| [&[kind << 1, u8::try_from(value.len()).unwrap()], value].concat();
    let head = [tlv(1, chassis), tlv(2, b"\x05p7"), tlv(3, &[0, 120])].concat();
    ethernet::lldp_frame(SOURCE, &[&head[..], &rest.concat(), &[0, 0]].concat())
}

fn policy(application: u8, vlan: u32) -> Vec<u8> {
    let policy = NetworkPolicy { application, bits: 1 << 22 | vlan << 9 | 5 << 6 | 0x2e };
    let mut out = Vec::new();
    Organisational::Med(MedTlv::NetworkPolicy(policy)).encode(&mut out).unwrap();
    [&[0xfe, u8::try_from(out.len()).unwrap()], &out[..]].concat()
}

/// A CDP frame with these TLVs behind a device ID.
fn cdp(tlvs: &[(u16, &[u8])]) -> Vec<u8> {
    let mut message = vec![2, 180, 0, 0];
    for (kind, value) in std::iter::once(&(1, &b"sw-c"[..])).chain(tlvs) {
        message.extend(kind.to_be_bytes());
        message.extend(u16::try_from(value.len() + 4).unwrap().to_be_bytes());
        message.extend(*value);
    }
    let sum = lldp::cdp::checksum(&message).to_be_bytes();
    message[2..4].copy_from_slice(&sum);
    ethernet::cdp_frame(SOURCE, &message).unwrap()
}

fn row(frame: &[u8]) -> Neighbour<'static> {
    let mut rows = read(&support::capture(&[frame.to_vec()]), &catalogue());
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

fn notes(row: &Neighbour<'_>) -> Vec<String> {
    row.anomalies.iter().map(ToString::to_string).collect()
}

/// The fault samples' frames, as JSON, with what the built-in tables know.
fn sample(name: &str) -> Vec<Value> {
    let rows = read(&std::fs::read(samples("faults").join(name)).unwrap(), &builtin().unwrap());
    rows.into_iter().map(|row| serde_json::to_value(row.unwrap()).unwrap()).collect()
}

#[test]
fn a_mac_address_of_another_length_is_shown_and_not_believed() {
    let long = row(&lldp(&[&[4][..], &[0xab; 24]].concat(), &[]));
    assert_eq!(notes(&long), ["lldp: chassis id of subtype mac address has 24 bytes, not 6 at offset 16"]);
    let chassis = serde_json::to_value(&long.chassis_id).unwrap();
    assert_eq!(chassis, json!({"subtype": "mac_address", "value": format!("0x{}", "ab".repeat(24))}));
    assert_eq!(long.mac.unwrap().to_string(), "02:00:00:00:00:07", "the frame's source");
    assert_eq!(notes(&row(&lldp(&[4, 2, 0, 0, 0, 0, 9], &[]))), [""; 0]);
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d01_a_chassis_id_of_24_bytes_gives_no_mac_address() {
    let rows = sample("D01.pcap");
    assert_eq!(rows[0]["mac"], "02:00:00:00:00:10");
    assert_eq!(rows[0]["chassis_id"]["value"].as_str().unwrap().len(), 2 + 2 * 24);
    let note = rows[0]["anomalies"][0].as_str().unwrap();
    assert!(note.starts_with("lldp: chassis id of subtype mac address has 24 bytes, not 6"), "{note}");
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn samples_d02_to_d08_are_read_around_what_is_wrong() {
    let short = sample("D02.pcap");
    assert_eq!((short.len(), &short[0]["system_name"]), (2, &json!("SIP-T46S")));
    assert_eq!(short[1]["anomalies"].as_array().unwrap().len(), 1);
    assert_eq!(short[1]["system_name"], "SIP-T46S");
    let addresses = sample("D03.pcap")[0]["management_addresses"].as_array().unwrap().len();
    assert_eq!(addresses, 3);
    let object = &sample("D06.pcap")[0];
    assert_eq!(object["port_id"]["value"].as_str().unwrap().len(), 2);
    let reserved = &sample("D08.pcap")[0];
    assert_eq!(reserved["other_tlvs"].as_array().unwrap().iter().map(|tlv| tlv["type"].clone()).collect::<Vec<_>>(), [9, 126]);
    assert_eq!((&reserved["phone"]["model"], reserved["anomalies"].as_array().unwrap().len()), (&json!("T54W"), 2));
}

#[test]
fn a_second_policy_of_one_application_is_noted_and_kept() {
    let twice = row(&lldp(b"\x07id", &[&policy(1, 30), &policy(2, 30), &policy(1, 20)]));
    assert_eq!(notes(&twice), ["lldp-med: second network policy of application 1 at offset 48"]);
    let vlans: Vec<u16> = twice.med.unwrap().policies.iter().map(|policy| policy.vlan).collect();
    assert_eq!(vlans, [30, 30, 20]);
    assert!(table(&[lldp(b"\x07id", &[&policy(1, 30), &policy(1, 20), &policy(1, 30)])]).contains("30 or 20"));
    let high = row(&lldp(b"\x07id", &[&policy(200, 30), &policy(72, 30), &policy(200, 30)]));
    assert_eq!(notes(&high), ["lldp-med: second network policy of application 200 at offset 48"]);
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d09_two_voice_policies_are_noted() {
    let rows = sample("D09.pcap");
    let policies = rows[0]["med"]["policies"].as_array().unwrap();
    let voice: Vec<&Value> =
        policies.iter().filter(|policy| policy["application"] == "voice").map(|policy| &policy["vlan"]).collect();
    assert_eq!(voice, [&json!(30), &json!(20)]);
    assert!(rows[0]["anomalies"][0].as_str().unwrap().starts_with("lldp-med: second network policy of application 1"));
}

#[test]
fn a_damaged_tail_keeps_the_good_members_of_every_list() {
    let address = [1, 1, 0xcc, 0, 4, 192, 0, 2, 7];
    let addresses = [&[0, 0, 0, 2][..], &address, &[1, 1, 0xcc, 0, 4, 10]].concat();
    let prefixes = [192, 0, 2, 0, 24, 10, 0, 0, 0, 8, 172, 16];
    let levels = [0, 1, 0, 2, 0, 0, 0x2e, 0xe0, 0, 0, 0x18, 0x9c, 0, 1];
    let found = row(&cdp(&[(2, &addresses), (7, &prefixes), (0x19, &levels), (0x14, b"name")]));
    let facts = found.cdp.as_ref().unwrap();
    assert_eq!(found.management_addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.0.2.7"]);
    assert_eq!(facts.prefixes, ["192.0.2.0/24", "10.0.0.0/8"]);
    assert_eq!(facts.power_requested_mw, [12_000, 6_300]);
    assert_eq!(found.system_name.as_deref(), Some("name"));
    let kept: Vec<(u16, String)> =
        found.other_tlvs.iter().map(|tlv| (tlv.kind, json!(tlv.value).as_str().unwrap().to_owned())).collect();
    assert_eq!(kept.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [2, 7, 0x19]);
    assert!(kept[2].1.ends_with("0001"), "{kept:?}");
    let wrong: Vec<String> = notes(&found).iter().map(|note| note.split(" at offset").next().unwrap().to_owned()).collect();
    assert_eq!(wrong, ["cdp: address", "cdp: prefix", "cdp: power level"]);
}

#[test]
fn a_prefix_of_four_bytes_is_a_stub_routers_gateway() {
    let found = row(&cdp(&[(7, &[192, 0, 2, 1])]));
    let facts = found.cdp.unwrap();
    assert_eq!((facts.default_gateway, facts.prefixes.len()), (Some([192, 0, 2, 1].into()), 0));
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d10_both_power_levels_are_kept() {
    let rows = sample("D10.pcap");
    let phone = &rows[1];
    assert_eq!(phone["cdp"]["power_requested_mw"].as_array().unwrap().len(), 2, "{phone:#}");
    assert_eq!(phone["other_tlvs"][0]["type"], 0x19);
    assert!(phone["anomalies"][0].as_str().unwrap().starts_with("cdp: power level at offset"), "{phone:#}");
}

#[test]
fn a_query_for_a_voice_vlan_is_shown() {
    let shown = |tlvs: &[(u16, &[u8])]| {
        let table = table(&[cdp(tlvs)]);
        table.lines().nth(1).unwrap().split_once("frame 1").unwrap().1.to_owned()
    };
    assert!(shown(&[(0x0f, &[0x20])]).contains("  asks"), "{}", shown(&[(0x0f, &[0x20])]));
    assert!(shown(&[(0x0f, &[0x20, 2, 0])]).contains("  asks, has 512"));
    assert!(shown(&[(0x0e, &[1, 0, 20])]).contains("  20"));
    assert!(shown(&[(0x0e, &[1, 0, 0])]).contains("  priority tag"));
    assert!(shown(&[(0x0e, &[1, 0x0f, 0xff])]).contains("  untagged"));
}

/// What people see of a capture of frames.
fn table(frames: &[Vec<u8>]) -> String {
    use voiceport::output::Document;
    let mut report = voiceport::discover::DiscoverReport::default();
    for row in read(&support::capture(frames), &builtin().unwrap()) {
        match row {
            Ok(row) => report.rows.push(row),
            Err(rejected) => report.rejected.push(rejected),
        }
    }
    terminal::text(&report.view())
}

/// A capture that keeps at most `snap` bytes of each frame, as the frames' own lengths say.
fn cut(frame: &[u8], snap: usize) -> Vec<Result<Neighbour<'static>, Rejected>> {
    let mut file = support::capture(&[]);
    let held = &frame[..snap.min(frame.len())];
    for length in [0, 0, held.len(), frame.len()] {
        file.extend(u32::try_from(length).unwrap().to_le_bytes());
    }
    file.extend(held);
    read(&file, &catalogue())
}

/// A phone's frames: LLDP and CDP.
fn phone() -> [Vec<u8>; 2] {
    let name = [&[5 << 1, 8][..], b"SIP-T41S"].concat();
    [lldp(&[4, 2, 0, 0, 0, 0, 7], &[&name, &policy(1, 20)]), cdp(&[(6, b"Acme T46"), (5, &[b'v'; 30]), (0x0f, &[1, 0, 20])])]
}

#[test]
fn what_a_capture_cut_off_is_no_fault_of_the_sender() {
    for frame in phone() {
        assert_eq!(notes(cut(&frame, frame.len())[0].as_ref().unwrap()), [""; 0]);
        for snap in 14..frame.len() {
            let held = format!("the capture holds {snap} of {} bytes", frame.len());
            match cut(&frame, snap).as_slice() {
                // an LLC header that is cut is no longer that of CDP
                [] => assert!(snap < 22, "{snap}"),
                [Ok(row)] => assert_eq!(notes(row), std::slice::from_ref(&held), "{snap}: {row:?}"),
                [Err(rejected)] => assert_eq!((rejected.reason, &rejected.message), (Reason::CutByCapture, &held), "{snap}"),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn what_the_sender_did_wrong_is_noted_in_a_cut_frame_too() {
    let frame = lldp(&[4, 1, 2, 3], &[&[5 << 1, 4], b"name", &policy(1, 20)]);
    let rows = cut(&frame, frame.len() - 3);
    let noted = notes(rows[0].as_ref().unwrap());
    assert_eq!(noted[0], "lldp: chassis id of subtype mac address has 3 bytes, not 6 at offset 16");
    assert_eq!(noted[1..], [format!("the capture holds {} of {} bytes", frame.len() - 3, frame.len())]);
}

#[test]
fn padding_that_was_cut_off_changes_nothing() {
    for frame in phone() {
        let padded = [&frame[..], &[0; 40]].concat();
        assert_eq!(notes(cut(&padded, frame.len())[0].as_ref().unwrap()), [""; 0]);
    }
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d11_the_capture_is_to_blame() {
    let rows = sample("D11.pcapng");
    assert_eq!(rows[0]["anomalies"], json!(["the capture holds 128 of 195 bytes"]));
    assert_eq!(rows[0]["phone"]["model"], "T46S");
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d14_tags_are_kept() {
    let rows = sample("D14.pcap");
    let tags = |row: &Value| row["tags"].as_array().unwrap().iter().map(|tag| tag["vid"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(tags(&rows[0]), [0]);
    assert_eq!(tags(&rows[1]).len(), 2);
}

/// An LLDP frame of something that says what it is in an LLDP-MED inventory only.
fn inventory(class: u8, manufacturer: &str, model: &str, firmware: &str) -> Vec<u8> {
    let med = |tlv| Tlv::Organisational(Organisational::Med(tlv));
    let text = |subtype, text: &'static [u8]| med(MedTlv::Inventory { subtype, value: text });
    let leak = |text: &str| &*text.as_bytes().to_vec().leak();
    let tlvs = vec![
        med(MedTlv::Capabilities { supported: 0x3f, class }),
        text(6, leak(firmware)),
        text(9, leak(manufacturer)),
        text(10, leak(model)),
    ];
    let (chassis_id, port_id) = (Id { subtype: 4, bytes: &SOURCE }, Id { subtype: 3, bytes: &SOURCE });
    let lldpdu = Lldpdu { chassis_id, port_id, ttl_s: 120, tlvs, anomalies: Vec::new() };
    ethernet::lldp_frame(SOURCE, &lldpdu.encode().unwrap())
}

#[test]
fn a_phone_of_a_vendor_outside_the_catalogue_is_what_it_says() {
    let phone = row(&inventory(3, "Zultys", "ZIP 37G", "47.80.0.5")).phone.unwrap();
    let texts = (&*phone.vendor, phone.model.as_deref(), phone.firmware.as_deref(), &*phone.evidence);
    assert_eq!(texts, ("Zultys", Some("ZIP 37G"), Some("47.80.0.5"), "Zultys"));
    assert_eq!(phone.confidence, Confidence::InventoryTlv);
    // a computer with an inventory is none
    assert_eq!(row(&inventory(1, "Dell Inc.", "OptiPlex", "1.2")).phone, None);
}

#[test]
fn the_table_counts_the_phones_that_json_has() {
    let nobody = lldp(&[4, 2, 0, 0, 0, 0, 9], &[&[7 << 1, 4, 0, 0x24, 0, 0x24]]);
    let shown = table(&[inventory(3, "Zultys", "ZIP 37G", "1"), nobody]);
    assert!(shown.ends_with("2 neighbours, 1 phone, 1 telephone of no known vendor.\n"), "{shown}");
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d16_phones_outside_the_catalogue_are_named_as_sent() {
    let rows = sample("D16.pcap");
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let sent = &row["med"]["inventory"];
        let firmware = if sent["software"].is_null() { &sent["firmware"] } else { &sent["software"] };
        assert_eq!(
            row["phone"],
            json!({
                "vendor": sent["manufacturer"], "model": sent["model"], "firmware": firmware, "confidence": "inventory_tlv",
                "evidence": sent["manufacturer"],
            })
        );
    }
}

/// A mirror port's tag was put in front, and the check sequence of the frame without it left at the end.
#[test]
#[ignore = "needs the public captures: tests/run looks for them"]
fn a_public_capture_with_check_sequences_has_no_note_of_them() {
    let rows = read(&std::fs::read(samples("pcap").join("cisco-ip-phone-8841.pcap")).unwrap(), &builtin().unwrap());
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(notes(&row.unwrap()), [""; 0]);
    }
}

/// How a file says that its frames end with a check sequence.
#[derive(Debug, Clone, Copy)]
enum Told {
    PcapHeader,
    InterfaceInBits,
    InterfaceInBytes,
    Packet,
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let padded = [body, &[0; 3][..(4 - body.len() % 4) % 4]].concat();
    let length = u32::try_from(padded.len() + 12).unwrap().to_le_bytes();
    file.extend([&kind.to_le_bytes()[..], &length, &padded, &length].concat());
}

fn with_check_sequences(frames: &[Vec<u8>], told: Told) -> Vec<u8> {
    if matches!(told, Told::PcapHeader) {
        let mut file = support::capture(frames);
        file[23] = 0x24; // two 16-bit words
        return file;
    }
    let option = |code: u16, value: &[u8]| {
        let length = u16::try_from(value.len()).unwrap().to_le_bytes();
        [&code.to_le_bytes()[..], &length, value, &[0; 3][..(4 - value.len() % 4) % 4]].concat()
    };
    let mut file = Vec::new();
    block(&mut file, 0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    let length = match told {
        Told::InterfaceInBits => option(13, &[32]),
        Told::InterfaceInBytes => option(13, &[4]),
        Told::PcapHeader | Told::Packet => Vec::new(),
    };
    block(&mut file, 1, &[&[1, 0, 0, 0, 0, 0, 4, 0][..], &length, &[0; 4]].concat());
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        let mut body = [&[0; 12][..], &length, &length, frame].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        if matches!(told, Told::Packet) {
            body.extend(option(2, &(4_u32 << 5).to_le_bytes()));
            body.extend([0; 4]);
        }
        block(&mut file, 6, &body);
    }
    file
}

/// Check sequences that fit no frame: the receiver took a tag off, or somebody changed the addresses.
#[test]
fn a_capture_with_frame_check_sequences_is_not_full_of_notes() {
    let frames: Vec<Vec<u8>> = phone().iter().map(|frame| [&frame[..], &[0xde, 0xad, 0xbe, 0xef]].concat()).collect();
    let untold: Vec<_> = read(&support::capture(&frames), &catalogue()).into_iter().map(Result::unwrap).collect();
    assert_eq!((notes(&untold[0]).len(), notes(&untold[1]).len()), (0, 1), "CDP's length says that something follows");
    for told in [Told::PcapHeader, Told::InterfaceInBits, Told::InterfaceInBytes, Told::Packet] {
        let rows = read(&with_check_sequences(&frames, told), &catalogue());
        assert_eq!(rows.len(), 2, "{told:?}");
        for row in rows {
            assert_eq!(notes(&row.unwrap()), [""; 0], "{told:?}");
        }
    }
}

#[test]
fn a_check_sequence_is_no_tlv_of_an_lldpdu_without_end() {
    let [frame, _] = phone();
    let without_end = [&frame[..frame.len() - 2], &[0x7f, 0xff, 1, 2]].concat();
    let rows = read(&with_check_sequences(&[without_end], Told::PcapHeader), &catalogue());
    let row = rows[0].as_ref().unwrap();
    assert_eq!(notes(row), [format!("lldp: end of lldpdu missing at offset {}", frame.len() - 2)]);
}

#[test]
fn names_that_would_change_the_table_are_escaped() {
    let name = b"\x1b[2Jdesk\r\nframe 2  LLDP";
    let frame = lldp(b"\x07id", &[&[5 << 1, u8::try_from(name.len()).unwrap()], name]);
    let long = lldp(b"\x07id2", &[&[5 << 1, 200], &[b'n'; 200]]);
    let shown = table(&[frame, long]);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\r'), "{shown:?}");
    assert_eq!(shown.lines().count(), 5, "{shown}");
    assert!(shown.contains(&format!("{}…", "n".repeat(63))) && !shown.contains(&"n".repeat(64)), "{shown}");
}

proptest! {
    #[test]
    fn whatever_a_capture_cuts_off_no_rule_of_the_end_is_blamed(
        tlvs in prop::collection::vec((1..127_u8, prop::collection::vec(any::<u8>(), 0..40)), 0..8), at: prop::sample::Index,
    ) {
        let tlvs: Vec<Vec<u8>> =
            tlvs.iter().map(|(kind, value)| [&[kind << 1, u8::try_from(value.len()).unwrap()], &value[..]].concat()).collect();
        let frame = lldp(b"\x07id", &tlvs.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let snap = 29 + at.index(frame.len() - 29);
        for row in cut(&frame, snap).into_iter().flatten() {
            for note in notes(&row) {
                prop_assert!(!note.contains("truncated") && !note.contains("end of lldpdu missing"), "{note}");
            }
        }
    }
}
