//! What is announced as a phone, as others read it.

use std::net::Ipv4Addr;

use model::ids::MacAddress;
use voiceport::discover::announce::Endpoint;

/// Every frame of every kind of endpoint.
fn frames() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for ipv4 in [None, Some(Ipv4Addr::new(192, 0, 2, 9))] {
        for (speed, full_duplex) in [(None, true), (Some(100), false), (Some(1000), true)] {
            let endpoint = Endpoint { mac: MacAddress([2, 0, 0, 0, 0, 9]), ipv4, speed, full_duplex };
            let announcement = endpoint.announcement().unwrap();
            frames.extend(announcement.advertisement.into_iter().chain(announcement.shutdown));
        }
    }
    frames
}

mod interop {
    use std::process::Command;

    use serde_json::Value;

    use crate::support::{TempDir, both, capture};

    /// Every value of a field, wherever it stands in a packet.
    fn values<'a>(packet: &'a Value, field: &str, found: &mut Vec<&'a str>) {
        match packet {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if name == field => found.push(text),
                        inner => values(inner, field, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| values(item, field, found)),
            _ => {}
        }
    }

    fn all<'a>(packet: &'a Value, field: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        values(packet, field, &mut found);
        found
    }

    #[test]
    #[ignore = "needs tshark: tests/run runs it"]
    fn tshark_reads_every_frame_without_complaint() {
        let folder = TempDir::new();
        let frames = super::frames();
        let file = folder.write("announced.pcap", capture(&frames));
        let checked = ["-T", "json", "--no-duplicate-keys"];
        let output = Command::new("tshark").arg("-r").arg(file).args(checked).output().unwrap();
        assert!(output.status.success(), "{}", both(&output));
        let packets: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(packets.len(), frames.len());
        for packet in &packets {
            let text = packet.to_string();
            assert!(!text.contains("_ws.malformed") && !text.contains("_ws.expert"), "{packet:#}");
            let layers = &packet["_source"]["layers"];
            if layers["cdp"].is_object() {
                assert_eq!(all(packet, "cdp.checksum.status"), ["1"], "good is 1: {packet:#}");
                assert_eq!(all(packet, "cdp.deviceid"), ["voiceport-020000000009"], "{packet:#}");
            } else {
                assert!(layers["lldp"].is_object(), "{packet:#}");
            }
        }
        let [lldp, cdp] = [&packets[0], &packets[1]];
        assert_eq!(all(lldp, "lldp.media.subtype.class"), ["3"], "{lldp:#}");
        assert_eq!(all(lldp, "lldp.media.app_type"), ["1"], "{lldp:#}");
        assert_eq!(all(cdp, "cdp.capabilities"), ["0x00000090"], "{cdp:#}");
    }
}
