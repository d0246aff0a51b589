//! Who is there, of all the frames that came in.

use std::time::{Duration, Instant};

use lldp::cdp;
use lldp::ethernet::{self, Tag};
use lldp::lldpdu::{Id, Lldpdu, Tlv};
use model::neighbour::Anomaly;
use model::timestamp::Timestamp;
use voiceport::discover::{Change, NEIGHBOURS_MAX, Neighbourhood};
use voiceport::host::ReceivedFrame;

use super::recogniser;

/// A phone without an IP address: all of them have this chassis ID.
const NO_ADDRESS: (u8, &[u8]) = (5, &[1, 0, 0, 0, 0]);

fn lldp(sender: [u8; 6], chassis: (u8, &[u8]), port: &[u8], ttl_s: u16, name: &str) -> Vec<u8> {
    let tlvs = if ttl_s == 0 { Vec::new() } else { vec![Tlv::SystemName(name.as_bytes())] };
    let (chassis_id, port_id) = (Id { subtype: chassis.0, bytes: chassis.1 }, Id { subtype: 7, bytes: port });
    let lldpdu = Lldpdu { chassis_id, port_id, ttl_s, tlvs, anomalies: Vec::new() };
    ethernet::lldp_frame(sender, &lldpdu.encode().unwrap())
}

fn cdp(sender: [u8; 6], device: &str, ttl_s: u8) -> Vec<u8> {
    let tlvs = vec![cdp::Tlv::DeviceId(device.as_bytes()), cdp::Tlv::PortId(b"Port 1")];
    ethernet::cdp_frame(sender, &cdp::Message { version: 2, ttl_s, tlvs, anomalies: Vec::new() }.encode().unwrap()).unwrap()
}

const fn phone(number: u8) -> [u8; 6] {
    [0x02, 0, 0, 0, 0, number]
}

/// A neighbourhood whose clock the test sets.
struct Street {
    begin: Instant,
    seconds: u64,
    neighbourhood: Neighbourhood,
}

impl Street {
    fn new() -> Self {
        Self { begin: Instant::now(), seconds: 0, neighbourhood: Neighbourhood::new() }
    }

    fn hear(&mut self, interface: &str, bytes: &[u8]) {
        self.hear_tagged(interface, bytes, None);
    }

    fn hear_tagged(&mut self, interface: &str, bytes: &[u8], tag: Option<Tag>) {
        let received_at = Timestamp::from_unix_nanos(self.seconds * 1_000_000_000);
        let now = self.begin + Duration::from_secs(self.seconds);
        self.neighbourhood.receive(&ReceivedFrame { interface, received_at, tag, bytes }, now);
    }

    fn wait(&mut self, seconds: u64) {
        self.seconds += seconds;
        self.neighbourhood.expire(self.begin + Duration::from_secs(self.seconds));
    }

    fn names(&self) -> Vec<String> {
        let rows = self.neighbourhood.report(&recogniser()).rows;
        rows.iter()
            .map(|row| {
                let device = row.cdp.as_ref().and_then(|cdp| cdp.device_id.as_deref());
                row.system_name.as_deref().or(device).unwrap().to_owned()
            })
            .collect()
    }

    fn changes(&mut self) -> Vec<(Change, Option<String>)> {
        std::iter::from_fn(|| self.neighbourhood.change(&recogniser()))
            .map(|(change, row)| (change, row.system_name.map(std::borrow::Cow::into_owned)))
            .collect()
    }
}

#[test]
fn phones_without_an_address_are_not_one() {
    let mut street = Street::new();
    for number in 1..=3 {
        street.hear("port1", &lldp(phone(number), NO_ADDRESS, b"P1", 120, &format!("phone {number}")));
    }
    street.hear("port2", &lldp(phone(3), NO_ADDRESS, b"P1", 120, "phone 3"));
    street.hear("port2", &cdp(phone(3), "phone 3 by CDP", 180));
    assert_eq!(street.names(), ["phone 1", "phone 2", "phone 3", "phone 3", "phone 3 by CDP"]);
}

#[test]
fn a_neighbour_that_repeats_itself_is_one_row_as_last_told() {
    let mut street = Street::new();
    let frame = lldp(phone(1), NO_ADDRESS, b"P1", 120, "first");
    street.hear("port1", &frame);
    street.hear("port1", &lldp(phone(2), NO_ADDRESS, b"P1", 120, "second"));
    street.wait(30);
    street.hear("port1", &frame);
    let rows = street.neighbourhood.report(&recogniser()).rows;
    let times: Vec<_> = rows.iter().map(|row| row.seen_at.unwrap().unix_nanos() / 1_000_000_000).collect();
    assert_eq!(times, [30, 0]);
    street.hear("port1", &lldp(phone(1), NO_ADDRESS, b"P1", 120, "renamed"));
    street.hear_tagged("port1", &lldp(phone(2), NO_ADDRESS, b"P1", 120, "second"), Some(Tag(20)));
    assert_eq!(street.names(), ["renamed", "second"]);
    assert_eq!(street.neighbourhood.report(&recogniser()).rows[1].vlan, Some(20), "the same bytes in another VLAN are news");
    assert_eq!(street.changes().len(), 2, "only new ones are told");
}

#[test]
fn a_shutdown_frame_removes_its_sender_and_nobody_else() {
    let mut street = Street::new();
    for number in 1..=2 {
        street.hear("port1", &lldp(phone(number), NO_ADDRESS, b"P1", 120, &format!("phone {number}")));
        street.hear("port1", &cdp(phone(number), &format!("device {number}"), 180));
    }
    street.hear("port1", &lldp(phone(1), NO_ADDRESS, b"P1", 0, ""));
    street.hear("port1", &cdp(phone(2), "device 2", 0));
    street.hear("port2", &lldp(phone(2), NO_ADDRESS, b"P1", 0, ""));
    assert_eq!(street.names(), ["device 1", "phone 2"]);
    let gone: Vec<_> = street.changes().into_iter().filter(|(change, _)| *change == Change::Withdrawn).collect();
    assert_eq!(gone, [(Change::Withdrawn, Some("phone 1".into())), (Change::Withdrawn, None)]);
    street.hear("port1", &lldp(phone(1), NO_ADDRESS, b"P1", 120, "phone 1"));
    assert_eq!(street.names(), ["device 1", "phone 2", "phone 1"], "who comes again is new");
}

#[test]
fn an_expired_time_to_live_removes_and_a_repetition_renews_it() {
    let mut street = Street::new();
    let lasting = lldp(phone(1), NO_ADDRESS, b"P1", 20, "lasting");
    street.hear("port1", &lasting);
    street.hear("port1", &lldp(phone(2), NO_ADDRESS, b"P1", 20, "silent"));
    street.wait(15);
    street.hear("port1", &lasting);
    street.wait(6);
    assert_eq!(street.names(), ["lasting"]);
    assert_eq!(street.changes(), [(Change::Found, Some("lasting".into())), (Change::Expired, Some("silent".into()))]);
    street.wait(60);
    assert!(street.names().is_empty());
}

#[test]
fn a_phone_that_gets_its_address_is_the_same_phone() {
    let mut street = Street::new();
    street.hear("port1", &lldp(phone(1), NO_ADDRESS, b"P1", 180, "phone"));
    street.hear("port1", &lldp(phone(1), (5, &[1, 192, 0, 2, 7]), b"P1", 180, "phone"));
    let rows = street.neighbourhood.report(&recogniser()).rows;
    assert_eq!(rows.iter().map(|row| row.chassis_id.as_ref().unwrap().value.to_string()).collect::<Vec<_>>(), ["192.0.2.7"]);
}

#[test]
fn what_cannot_be_read_is_counted_by_its_reason() {
    let mut street = Street::new();
    for _ in 0..3 {
        street.hear("port1", &ethernet::lldp_frame(phone(1), &[2, 7, 4]));
    }
    street.hear("port1", &[1, 2, 3]);
    street.hear("port1", &[&phone(1)[..], &phone(2), &[8, 0], &[0; 40]].concat());
    let report = street.neighbourhood.report(&recogniser());
    let reasons: Vec<_> = report.rejected.iter().map(|rejected| rejected.message.as_str()).collect();
    let [header, truncated] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert!(header.starts_with("interface port1: ethernet: ") && !header.contains("times"), "{header}");
    assert!(truncated.starts_with("interface port1: lldp: chassis id ") && truncated.ends_with(" (3 times)"), "{truncated}");
}

#[test]
fn somebody_who_makes_up_neighbours_does_not_fill_the_memory() {
    let mut street = Street::new();
    for number in 0..u32::try_from(NEIGHBOURS_MAX).unwrap() + 10 {
        let [a, b, c, d] = number.to_be_bytes();
        street.hear("port1", &lldp([2, 0, a, b, c, d], NO_ADDRESS, b"P1", 120, "one of many"));
    }
    let report = street.neighbourhood.report(&recogniser());
    assert_eq!(report.rows.len(), NEIGHBOURS_MAX);
    assert!(report.rejected[0].message.contains("10 frames of further neighbours were left out"), "{:?}", report.rejected);
}

#[test]
fn cdp_of_several_devices_on_one_interface_proves_no_place() {
    let mut street = Street::new();
    street.hear("port1", &cdp(phone(1), "switch", 180));
    street.hear("port1", &cdp(phone(2), "phone", 180));
    street.hear("port1", &lldp(phone(2), NO_ADDRESS, b"P1", 120, "phone by LLDP"));
    street.hear("port2", &cdp(phone(3), "alone", 180));
    let rows = street.neighbourhood.report(&recogniser()).rows;
    let noted: Vec<_> =
        rows.iter().map(|row| row.anomalies.iter().any(|anomaly| matches!(anomaly, Anomaly::Flooded { .. }))).collect();
    assert_eq!(noted, [true, true, false, false]);
}
