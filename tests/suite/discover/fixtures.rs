//! The frames of real lldpd daemons (`tests/fixtures/discover`): what they say, and that every byte matters.

use std::io::Read;

use flate2::Compression;
use flate2::read::GzEncoder;
use lldp::ethernet::{self, Payload};
use lldp::{cdp, lldpdu};
use model::code_points::{MedApplication, MedDeviceClass, PowerEnd};
use model::neighbour::{Confidence, Neighbour, Protocol, Source};
use voiceport::discover::decode;

use super::{catalogue, read, recogniser};

const PHONE: &[u8] = include_bytes!("../../fixtures/discover/lldpd-phone.pcap");
const SWITCH: &[u8] = include_bytes!("../../fixtures/discover/lldpd-switch.pcap");
/// Bytes of a pcap file's header and of a record's header.
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;

fn rows(capture: &[u8]) -> [Neighbour<'static>; 2] {
    let rows: Vec<Neighbour<'_>> = read(capture, &catalogue()).into_iter().map(Result::unwrap).collect();
    rows.try_into().unwrap()
}

/// The frames of a little-endian pcap file, cut out by hand.
fn frames(capture: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &capture[FILE_HEADER..];
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        frames.push(rest[RECORD_HEADER..RECORD_HEADER + length].to_vec());
        rest = &rest[RECORD_HEADER + length..];
    }
    frames
}

#[test]
fn the_phones_lldp_frame_says_all_it_was_told_to() {
    let [row, _] = rows(PHONE);
    let json = serde_json::to_value(&row).unwrap();
    let expected = serde_json::json!({
        "source": "pcap", "frame": 1, "interface": null, "switch": null, "port": null, "seen_at": json["seen_at"], "vlan": null, "tags": [],
        "protocol": "lldp",
        "chassis_id": {"subtype": "mac_address", "value": "00:00:5e:00:53:17"},
        "port_id": {"subtype": "mac_address", "value": "00:00:5e:00:53:17"},
        "ttl_s": 8, "port_description": "eth0", "system_name": "SEP00005E005317", "system_description": "Acme T46 IP phone 66.86.0.15",
        "capabilities": ["bridge", "wlan_access_point", "router", "telephone", "station_only"],
        "capabilities_enabled": ["bridge", "telephone"],
        "management_addresses": ["192.0.2.17", json["management_addresses"][1]],
        "mac": "00:00:5e:00:53:17",
        "med": {
            "capabilities": ["capabilities", "network_policy", "location", "extended_power_pse", "extended_power_pd", "inventory"],
            "device_class": "endpoint_class_3",
            "policies": [{"application": "voice", "vlan": 0, "tagged": true, "unknown": true, "priority": 0, "dscp": 0}],
            "locations": [],
            "power": {"type": "pd", "source": "pse", "priority": "high", "value_mw": 6500},
            "inventory": {
                "hardware": "66.0", "firmware": "66.86.0.15", "software": "66.86.0.15", "serial": "EXAMPLE0017",
                "manufacturer": "Acme", "model": "T46", "asset": "A-0017",
            },
        },
        "dot1": null,
        "dot3": {
            "power": {
                "port_class": "pd", "supported": true, "enabled": true, "pairs_controllable": false, "pairs": "signal", "bt": null,
                "class": 2, "type": "type_2_pd", "source": "pse", "priority": "high", "requested_mw": 6500, "allocated_mw": 6500,
            },
            "mau": json["dot3"]["mau"], "autonegotiation": json["dot3"]["autonegotiation"],
            "link_aggregation": {"capable": true, "aggregated": false, "port": 0}, "max_frame_size": null,
        },
        "cdp": null, "poe": null, "other_tlvs": [],
        "phone": {
            "vendor": "acme", "model": "T46", "firmware": json["phone"]["firmware"], "confidence": "inventory_tlv",
            "evidence": json["phone"]["evidence"],
        },
        "anomalies": [],
    });
    assert_eq!(json, expected);
    assert!(row.management_addresses[1].to_string().starts_with("fe80::"), "{:?}", row.management_addresses);
    assert!(row.seen_at.unwrap().to_string().starts_with("20"));
}

#[test]
fn the_phones_cdp_frame_names_the_platform() {
    let [_, row] = rows(PHONE);
    let facts = row.cdp.as_ref().unwrap();
    assert_eq!((row.protocol, row.frame, row.ttl_s), (Protocol::Cdp, Some(2), Some(8)));
    assert_eq!(facts.device_id.as_deref(), Some("SEP00005E005317"));
    assert_eq!(facts.platform.as_deref(), Some("Acme T46"));
    assert_eq!(row.management_addresses[0].to_string(), "192.0.2.17");
    // lldpd never sets CDP's telephone bit
    assert_eq!(row.capabilities.unwrap().names().collect::<Vec<_>>(), ["switch", "host"]);
    let phone = row.phone.unwrap();
    assert_eq!((phone.model.as_deref(), phone.confidence), (Some("T46"), Confidence::CdpPlatform));
    assert!(row.anomalies.is_empty(), "{:?}", row.anomalies);
}

#[test]
fn the_switch_offers_vlan_20_and_is_no_phone() {
    for row in rows(SWITCH) {
        assert!(row.phone.is_none() && row.forwards() && row.anomalies.is_empty(), "{row:?}");
    }
    let [row, _] = rows(SWITCH);
    let med = row.med.unwrap();
    assert_eq!(med.device_class, Some(MedDeviceClass::NetworkConnectivity));
    let policies: Vec<_> =
        med.policies.iter().map(|policy| (policy.application, policy.vlan, policy.priority.get(), policy.dscp.get())).collect();
    assert_eq!(policies, [(MedApplication::Voice, 20, 5, 46), (MedApplication::VoiceSignaling, 20, 3, 24)]);
    assert_eq!(med.power.unwrap().kind, PowerEnd::Pse);
    assert_eq!(row.port_id.unwrap().value.to_string(), "sw17");
}

#[test]
fn encoding_what_was_decoded_gives_the_same_bytes() {
    for frame in [frames(PHONE), frames(SWITCH)].concat() {
        let header = ethernet::decode(&frame, None).unwrap();
        let source = header.source.unwrap();
        let again = match header.payload {
            Payload::Lldp(cursor) => ethernet::lldp_frame(source, &lldpdu::decode(cursor).unwrap().encode().unwrap()),
            Payload::Cdp(cursor) => ethernet::cdp_frame(source, &cdp::decode(cursor).unwrap().encode().unwrap()).unwrap(),
            Payload::Other => panic!("{header:?}"),
        };
        assert_eq!(again, frame);
    }
}

#[test]
fn a_frame_cut_anywhere_is_rejected_or_says_what_is_missing() {
    for frame in [frames(PHONE), frames(SWITCH)].concat() {
        for length in 0..frame.len() {
            let row = match ethernet::decode(&frame[..length], None) {
                Ok(header) => decode::neighbour(&header, Source::Pcap),
                Err(_) => continue,
            };
            // a cut LLC header is no longer that of CDP
            let Some(Ok(row)) = row else { continue };
            assert!(!row.anomalies.is_empty(), "cut at {length}: {row:?}");
        }
    }
}

/// CRC-32 as Ethernet has it.
fn frame_check_sequence(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn bytes_behind_the_802_3_length_are_noted() {
    let cdp = &frames(PHONE)[1];
    let no_check_sequence = "four bytes behind the padding that are no check sequence of the frame";
    let cases = [(&[0, 0x0c, 0xff, 0xff][..], no_check_sequence), (&[1, 0, 0x0c, 0xff, 0xff], "bytes behind the 802.3 length")];
    for (behind, words) in cases {
        let trailing = [&cdp[..], behind].concat();
        let header = ethernet::decode(&trailing, None).unwrap();
        let row = decode::neighbour(&header, Source::Pcap).unwrap().unwrap();
        assert_eq!(row.anomalies[0].to_string(), format!("ethernet: {words} at offset {}", cdp.len()));
    }
}

#[test]
fn padding_and_a_frame_check_sequence_change_nothing() {
    for capture in [PHONE, SWITCH] {
        for frame in frames(capture) {
            let zeros = [&frame[..], &[0; 20]].concat();
            let padded = [&zeros[..], &frame_check_sequence(&zeros).to_le_bytes()].concat();
            let row = |bytes: &[u8]| {
                let header = ethernet::decode(bytes, None).unwrap();
                decode::neighbour(&header, Source::Pcap).unwrap().unwrap().into_owned()
            };
            assert_eq!(row(&padded), row(&frame));
        }
    }
}

/// A switch puts a tag into what it mirrors and leaves the check sequence; a receiver takes a tag off and leaves it too.
#[test]
fn a_check_sequence_from_before_a_tag_came_or_went_is_one() {
    let cdp = &frames(SWITCH)[1];
    let fcs = frame_check_sequence(cdp).to_le_bytes();
    for tags in [&[0x81, 0, 0, 1][..], &[0x88, 0xa8, 0, 100, 0x81, 0, 0, 1]] {
        let mirrored = [&cdp[..12], tags, &cdp[12..], &fcs].concat();
        let header = ethernet::decode(&mirrored, None).unwrap();
        assert_eq!(decode::neighbour(&header, Source::Pcap).unwrap().unwrap().anomalies, []);
    }
    let tagged = [&cdp[..12], &[0x81, 0, 0xa0, 20], &cdp[12..]].concat();
    let fcs = frame_check_sequence(&tagged).to_le_bytes();
    let received = [&cdp[..], &fcs].concat();
    let anomalies = |tag| {
        let header = ethernet::decode(&received, Some(ethernet::Tag(tag))).unwrap();
        decode::neighbour(&header, Source::Interface).unwrap().unwrap().anomalies.len()
    };
    assert_eq!((anomalies(0xa014), anomalies(0xa015)), (0, 1));
}

#[test]
fn a_capture_cut_anywhere_keeps_the_rows_before_the_damage() {
    let whole = read(PHONE, &catalogue());
    let first_ends = FILE_HEADER + RECORD_HEADER + frames(PHONE)[0].len();
    for length in 0..PHONE.len() {
        let mut rows = Vec::new();
        let result = voiceport::discover::read_capture(&PHONE[..length], &recogniser(), &mut |row| {
            rows.push(row.map(Neighbour::into_owned));
        });
        assert_eq!(result.is_ok(), length == FILE_HEADER || length == first_ends, "cut at {length}: {result:?}");
        assert_eq!(rows, whole[..usize::from(length >= first_ends)], "cut at {length}");
    }
}

/// A pipe: gives what there is in pieces of every size.
struct Pieces<'a>(&'a [u8], usize);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 5000 + 1;
        let length = self.1.min(out.len()).min(self.0.len());
        out[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

#[test]
fn a_long_capture_from_a_pipe_gives_every_row() {
    let mut file = PHONE.to_vec();
    for _ in 1..2000 {
        file.extend(&PHONE[FILE_HEADER..]);
    }
    // one frame longer than any buffer to begin with, which is neither LLDP nor CDP
    let length = 300_000_u32.to_le_bytes();
    file.extend([&[0; 8][..], &length, &length, &vec![9; 300_000]].concat());
    file.extend(&PHONE[FILE_HEADER..]);
    let mut numbers = Vec::new();
    let mut each = |row: Result<Neighbour, _>| numbers.push(row.unwrap().frame.unwrap());
    voiceport::discover::read_capture(Pieces(&file, 0), &recogniser(), &mut each).unwrap();
    assert_eq!(numbers, (1..=4000).chain(4002..=4003).collect::<Vec<_>>());
}

#[test]
fn a_block_longer_than_the_file_ends_it_whole_and_in_pieces() {
    let mut file = PHONE.to_vec();
    file[FILE_HEADER + 8..FILE_HEADER + 12].copy_from_slice(&[0x44; 4]);
    let end = |input: &mut (dyn std::io::Read + Send)| {
        voiceport::discover::read_capture(input, &recogniser(), &mut |_| ()).unwrap_err().to_string()
    };
    let expected = "capture: after frame 0: the file ends inside a frame";
    assert_eq!((end(&mut &file[..]), end(&mut Pieces(&file, 0))), (expected.to_owned(), expected.to_owned()));
}

/// The same frames as pcapng with nanoseconds, a named interface and a block of an unknown type between them.
#[test]
fn pcapng_gives_the_same_rows_with_interface_and_nanoseconds() {
    let mut file = Vec::new();
    block(&mut file, 0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    let options = [&[2, 0, 4, 0][..], b"eth1", &[9, 0, 1, 0, 9, 0, 0, 0], &[0; 4]].concat();
    block(&mut file, 1, &[&[1, 0, 0, 0, 0, 0, 4, 0][..], &options].concat());
    for frame in frames(PHONE) {
        block(&mut file, 0x0bad, b"whatever");
        let stamp: u64 = 1_700_000_000_000_000_000;
        let (high, low) = (u32::try_from(stamp >> 32).unwrap(), u32::try_from(stamp & 0xffff_ffff).unwrap());
        let length = u32::try_from(frame.len()).unwrap();
        let mut packet = Vec::new();
        for word in [0, high, low, length, length] {
            packet.extend(word.to_le_bytes());
        }
        packet.extend(&frame);
        packet.resize(packet.len().next_multiple_of(4), 0);
        block(&mut file, 6, &packet);
    }
    let mut in_pieces = Vec::new();
    voiceport::discover::read_capture(Pieces(&file, 0), &recogniser(), &mut |row| in_pieces.push(row.map(Neighbour::into_owned)))
        .unwrap();
    assert_eq!(in_pieces, read(&file, &catalogue()));
    assert_eq!(in_pieces.len(), 2);
    for (row, mut expected) in read(&file, &catalogue()).into_iter().map(Result::unwrap).zip(rows(PHONE)) {
        assert_eq!(row.seen_at.unwrap().to_string(), "2023-11-14T22:13:20.000000Z");
        expected.seen_at = row.seen_at;
        expected.interface = Some("eth1".into());
        assert_eq!(row, expected);
    }
}

#[test]
fn a_pcapng_block_shorter_than_its_own_lengths_is_damage() {
    for (order, length) in
        [(0x1a2b_3c4d_u32.to_le_bytes(), 8_u32.to_le_bytes()), (0x1a2b_3c4d_u32.to_be_bytes(), 8_u32.to_be_bytes())]
    {
        let section = if order[0] == 0x4d { 28_u32.to_le_bytes() } else { 28_u32.to_be_bytes() };
        let version = if order[0] == 0x4d { [1, 0, 0, 0] } else { [0, 1, 0, 0] };
        let header = [&[0x0a, 0x0d, 0x0d, 0x0a], &section[..], &order, &version, &[0xff; 8], &section].concat();
        let file = [&header[..], &[1, 0, 0, 0x80], &length, &[0; 20]].concat();
        let error = voiceport::discover::read_capture(&file[..], &recogniser(), &mut |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "capture: after frame 0: a block's length is wrong");
    }
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
    file.extend([&kind.to_le_bytes()[..], &length, body, &length].concat());
}

#[test]
fn an_input_that_fails_says_why() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("cable pulled"))
        }
    }
    let input = std::io::Read::chain(&PHONE[..100], Failing);
    let error = voiceport::discover::read_capture(input, &recogniser(), &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "capture: after frame 0: cable pulled");
}

#[test]
fn rows_before_a_failure_are_kept_even_where_all_fits_into_one_reading() {
    let mut file = Vec::new();
    GzEncoder::new(PHONE, Compression::fast()).read_to_end(&mut file).unwrap();
    let sum = file.len() - 8;
    file[sum] ^= 1;
    for input in [&mut &file[..] as &mut (dyn Read + Send), &mut Pieces(&file, 0)] {
        let mut rows = 0;
        let error = voiceport::discover::read_capture(input, &recogniser(), &mut |_| rows += 1).unwrap_err();
        assert_eq!(
            (rows, error.to_string().as_str()),
            (2, "capture: after frame 2: corrupt gzip stream does not have a matching checksum")
        );
    }
}

#[test]
fn what_is_no_capture_is_called_so() {
    for input in [&b""[..], b"site: {name: hq}", &[0; 4096]] {
        let error = voiceport::discover::read_capture(input, &recogniser(), &mut |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "capture: it is neither pcap nor pcapng");
    }
}
