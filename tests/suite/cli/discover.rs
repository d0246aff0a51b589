//! `voiceport discover --pcap`: capture files as people have them.

use serde_json::Value;

use super::schemas;
use super::user::{User, finish_with, project};
use crate::support::capture;

fn fixture(name: &str) -> String {
    project(&format!("tests/fixtures/discover/{name}")).to_str().unwrap().to_owned()
}

/// A pcap file with one frame: the smallest LLDP-MED announcement of a phone that names vendor and model.
pub(super) fn yealink() -> Vec<u8> {
    capture(&[announcement([0x00, 0x15, 0x65, 0x12, 0x34, 0x56], "Yealink", "SIP-T46S")])
}

/// The smallest LLDP-MED announcement of a phone that names vendor and model.
pub(super) fn announcement(mac: [u8; 6], manufacturer: &str, model: &str) -> Vec<u8> {
    let med = |subtype: u8, text: &str| [&[0x00, 0x12, 0xbb, subtype][..], text.as_bytes()].concat();
    let tlvs = [
        (1, [&[4][..], &mac].concat()),
        (2, [&[3][..], &mac].concat()),
        (3, vec![0, 120]),
        (7, vec![0x00, 0x24, 0x00, 0x24]),
        (127, vec![0x00, 0x12, 0xbb, 1, 0x00, 0x33, 3]),
        (127, med(9, manufacturer)),
        (127, med(10, model)),
        (0, vec![]),
    ];
    let mut frame = [&[0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e][..], &mac, &[0x88, 0xcc]].concat();
    for (kind, value) in tlvs {
        let head = (kind << 9) | u16::try_from(value.len()).unwrap();
        frame.extend(head.to_be_bytes());
        frame.extend(value);
    }
    frame
}

#[test]
fn a_phone_is_named_with_its_place_in_the_file() {
    let user = User::new();
    user.write("phone.pcap", yealink());
    let table = user.run(["discover", "--pcap", "phone.pcap"]).exits(0);
    assert!(table.stdout.contains("00:15:65:12:34:56") && table.stdout.contains("yealink T46S"), "{table}");
    assert!(table.stdout.ends_with("1 neighbour, 1 phone.\n"), "{table}");
    let found = schemas::check(&user.run(["discover", "--pcap", "phone.pcap", "--format", "json"]).exits(0).stdout, "discover");
    let row = &found["rows"][0];
    let phone = ["vendor", "model", "confidence"].map(|key| &row["phone"][key]);
    assert_eq!(phone, ["yealink", "T46S", "inventory_tlv"]);
    assert_eq!((&row["source"], &row["frame"]), (&"pcap".into(), &1.into()));
}

#[test]
fn real_captures_are_read_from_a_file_and_from_standard_input_alike() {
    let user = User::new();
    for name in ["lldpd-phone.pcap", "lldpd-switch.pcap"] {
        let file = fixture(name);
        let from_file = user.run(["discover", "--pcap", &file, "--format", "json"]).exits(0);
        let found = schemas::check(&from_file.stdout, "discover");
        assert_eq!((found["rows"].as_array().unwrap().len(), &found["rejected"]), (2, &serde_json::json!([])));
        let bytes = std::fs::read(&file).unwrap();
        let from_input = finish_with(&mut user.command(["discover", "--pcap", "-", "--format", "json"]), &bytes).exits(0);
        assert_eq!(from_input.stdout, from_file.stdout);
        let table = user.run(["discover", "--pcap", &file]).exits(0);
        assert!(table.stdout.contains("frame 1  LLDP, CDP"), "both of one device are one row: {table}");
    }
    user.run(["discover", "--pcap", &fixture("lldpd-phone.pcap")]).exits(0).says("SEP00005E005317");
}

/// The capture says once, in both forms, that it holds frames in part; JSON stays one document.
#[test]
fn a_capture_of_cut_frames_says_so_once() {
    let user = User::new();
    let file = yealink();
    let held = u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize - 9;
    let record = [&file[24..32], &u32::try_from(held).unwrap().to_le_bytes(), &file[36..40], &file[40..40 + held]].concat();
    user.write("cut.pcap", [&file[..24], &record, &record].concat());
    let note = "2 frames are in the capture only in part: capture whole frames, as `tcpdump -s 0` does";
    let table = user.run(["discover", "--pcap", "cut.pcap"]).exits(0);
    assert_eq!(table.stdout.matches(&format!("note: {note}")).count(), 1, "{table}");
    assert!(table.stdout.contains(&format!("the capture holds {held} of {} bytes", held + 9)), "{table}");
    assert!(table.stdout.ends_with("1 neighbour, 1 phone.\n"), "{table}");
    let json = user.run(["discover", "--pcap", "cut.pcap", "--format", "json"]).exits(0);
    let found = schemas::check(&json.stdout, "discover");
    assert_eq!(found["rejected"], serde_json::json!([{"frame": null, "reason": "cut_by_capture", "message": note}]));
}

#[test]
fn what_is_no_capture_ends_with_1_and_says_so() {
    let user = User::new();
    user.write("notes.txt", "frames, frames, frames, and some more words about frames\n");
    user.write("empty.pcap", "");
    user.write("cut.pcap", &yealink()[..50]);
    for (file, words) in [
        ("missing.pcap", "missing.pcap: cannot be read: there is no such file"),
        ("notes.txt", "it is neither pcap nor pcapng"),
        ("empty.pcap", "it is neither pcap nor pcapng"),
        ("cut.pcap", "the file ends inside a frame"),
    ] {
        user.run(["discover", "--pcap", file]).exits(1).says("error: ").says(words);
        let said = user.run(["discover", "--pcap", file, "--format", "json"]).exits(1);
        assert!(schemas::check_error(&said)["error"].as_str().unwrap().contains(words), "{said}");
    }
    finish_with(&mut user.command(["discover", "--pcap", "-"]), b"").exits(1).says("neither pcap nor pcapng");
    user.run(["discover", "--pcap", "notes.txt"]).says("hint: save the capture with tcpdump -w");
}

#[test]
fn sources_do_not_mix() {
    let user = User::new();
    user.run(["discover", "--pcap", "a.pcap", "--interface", "eth0"]).exits(2);
    user.run(["discover", "--switch", "a", "--all-switches"]).exits(2);
    user.run(["discover", "--interface", "no-such-if0", "--duration", "1s"]).exits(1).says("interface no-such-if0: listen");
}

/// What is behind the frame that CDP's length tells: nothing of it is a check sequence.
#[test]
fn bytes_where_a_check_sequence_would_be_are_said_once_for_a_file() {
    let user = User::new();
    let cdp = |name: &[u8]| {
        let name = [&[0, 1, 0][..], &[u8::try_from(name.len() + 4).unwrap()], name].concat();
        let body = [&[0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0][..], &[2, 180, 0, 0], &name].concat();
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        let mut frame = [&[1, 0, 0x0c, 0xcc, 0xcc, 0xcc][..], &[0, 0, 0x5e, 0, 0x53, name[4]], &length, &body].concat();
        frame.resize(frame.len().max(60), 0);
        frame
    };
    let frames = |behind: &[u8]| [b"a", b"b", b"c"].map(|name| [&cdp(name)[..], behind].concat());
    let read = |behind: &[u8]| {
        user.write("behind.pcap", capture(&frames(behind)));
        schemas::check(&user.run(["discover", "--pcap", "behind.pcap", "--format", "json"]).exits(0).stdout, "discover")
    };
    let anomalies = |found: &Value| -> Vec<usize> {
        found["rows"].as_array().unwrap().iter().map(|row| row["anomalies"].as_array().unwrap().len()).collect()
    };
    let found = read(&[0xde, 0xad, 0xbe, 0xef]);
    let rejected: Vec<_> = found["rejected"].as_array().unwrap().iter().filter(|row| row["reason"] == "check_sequence").collect();
    let [note] = rejected[..] else { panic!("{found}") };
    let words = "3 frames end in four bytes that are no check sequence of the frame: it was changed on its way to the capture, \
                 or they are something else";
    assert_eq!((&note["message"], &note["frame"]), (&words.into(), &Value::Null));
    let wrong_checksum = read(&[]);
    assert_eq!(anomalies(&found), anomalies(&wrong_checksum), "{found}");
    // What is longer is said of each frame.
    let longer = read(&[1, 2, 3, 4, 5]);
    assert_eq!(anomalies(&longer), anomalies(&wrong_checksum).iter().map(|count| count + 1).collect::<Vec<_>>(), "{longer}");
    user.run(["discover", "--pcap", "behind.pcap"]).exits(0);
}
