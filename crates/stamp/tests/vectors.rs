//! STAMP packets: known bytes, what comes in comes out, and nothing makes the decoder fall over.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests fail by panicking")]

use proptest::prelude::*;
use stamp::reflection::{Circumstances, reflect, reply_dscp};
use stamp::time::{ErrorEstimate, RawTime};
use stamp::tlv::{CLASS_OF_SERVICE, ClassOfService, DIRECT_MEASUREMENT, DirectMeasurement, Tlv, Tlvs};
use stamp::{Dscp, Reply, Request};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Sequence 1, SSID 0x1234, an unsynchronised NTP clock, and these extensions.
fn known_request(tlvs: &str) -> Vec<u8> {
    let mut datagram = bytes("00000001 e800000040000000 0d86 1234");
    datagram.extend([0; 28]);
    datagram.extend(bytes(tlvs));
    datagram
}

fn circumstances(ds_byte: Option<u8>) -> Circumstances {
    Circumstances {
        sequence: 7,
        received_in_session: 9,
        received_at: RawTime(0xe800_0000_5000_0000),
        sent_at: RawTime(0xe800_0000_6000_0000),
        error_estimate: ErrorEstimate(0x0d86),
        ds_byte,
        ttl: Some(63),
    }
}

fn reflected(tlvs: &str, ds_byte: Option<u8>) -> Vec<u8> {
    reflect(Request::decode(&known_request(tlvs)).unwrap(), &circumstances(ds_byte)).encode()
}

#[test]
fn the_known_request_decodes_and_encodes() {
    let request = Request::decode(&known_request("")).unwrap();
    assert_eq!((request.sequence, request.ssid, request.error_estimate), (1, 0x1234, ErrorEstimate(0x0d86)));
    assert_eq!(request.timestamp, RawTime(0xe800_0000_4000_0000));
    assert_eq!(request.encode(), known_request(""));
}

#[test]
fn the_reply_has_every_field_at_its_place() {
    let expected = bytes("00000007 e800000060000000 0d86 1234 e800000050000000 00000001 e800000040000000 0d86 0000 3f 000000");
    assert_eq!(reflected("", Some(0xb8)), expected);
    assert_eq!(Reply::decode(&expected).unwrap().encode(), expected);
}

#[test]
fn class_of_service_is_asked_and_answered_in_the_known_bytes() {
    let asked = Tlv::ask(CLASS_OF_SERVICE, &ClassOfService::wanting(Dscp::EF).encode());
    let tlvs = Tlvs { items: vec![asked], malformed: Vec::new() };
    let mut written = Vec::new();
    tlvs.encode(&mut written);
    assert_eq!(written, bytes("80040004 b8000000"));
    for (ds_byte, answer) in [(0xb8, "00040004 bae00000"), (0, "00040004 b8000000"), (0x6a, "00040004 b9a80000")] {
        assert_eq!(reflected("80040004 b8000000", Some(ds_byte))[44..], bytes(answer));
    }
}

#[test]
fn a_mark_of_network_control_is_refused_and_said_so() {
    // DSCP1 = 48; the request arrived with 46.
    let datagram = known_request("80040004 c0000000");
    let request = Request::decode(&datagram).unwrap();
    assert_eq!(reply_dscp(&request, Some(0xb8)), Dscp::EF);
    assert_eq!(reflected("80040004 c0000000", Some(0xb8))[44..], bytes("00040004 c2e10000"));
    // The known refusal: EF asked, arrived as 0, RP set.
    let refused = ClassOfService { wanted: Dscp::EF, seen: Dscp::BEST_EFFORT, ecn: 0, reverse_path: 1 };
    assert_eq!(refused.encode().to_vec(), bytes("b8010000"));
}

#[test]
fn a_mark_that_was_not_read_is_not_answered() {
    assert_eq!(reflected("80040004 b8000000", None)[44..], bytes("80040004 b8000000"));
}

#[test]
fn unknown_and_malformed_extensions_come_back_flagged() {
    assert_eq!(reflected("80c80002 abcd", None)[44..], bytes("80c80002 abcd"));
    assert_eq!(reflected("00c80002 abcd", None)[44..], bytes("80c80002 abcd"));
    // A length of 400 that is not there.
    assert_eq!(reflected("80040190 b8000000", Some(0))[44..], bytes("40040190 b8000000"));
    // The right header, the wrong length for its type.
    assert_eq!(reflected("80040002 b800 80010001 00", Some(0))[44..], bytes("40040002 b800 00010001 00"));
    assert_eq!(reflected("8001", Some(0))[44..], bytes("4001"));
}

#[test]
fn the_reflector_counts_for_direct_measurement() {
    let answer = reflected("8005000c 00000002 00000000 00000000", None);
    assert_eq!(answer[44..], bytes("0005000c 00000002 00000009 00000008"));
    let counted = Reply::decode(&answer).unwrap().tlvs.answered(DIRECT_MEASUREMENT).cloned().unwrap();
    let known = DirectMeasurement { sender_sent: 2, reflector_received: 9, reflector_sent: 8 };
    assert_eq!(DirectMeasurement::decode(&counted.value), Some(known));
}

#[test]
fn what_is_shorter_than_the_base_packet_is_no_request() {
    for length in 0..44 {
        let datagram = vec![0; length];
        assert!(Request::decode(&datagram).is_err() && Reply::decode(&datagram).is_err());
    }
}

fn tlvs() -> impl Strategy<Value = Tlvs> {
    let tlv = (any::<u8>(), any::<u8>(), proptest::collection::vec(any::<u8>(), 0..40)).prop_map(|(flags, kind, value)| Tlv {
        flags,
        kind,
        value,
    });
    // A header whose length cannot be there.
    let malformed = prop_oneof![Just(Vec::new()), proptest::collection::vec(any::<u8>(), 1..4), Just(vec![0, 4, 1, 0, 9])];
    (proptest::collection::vec(tlv, 0..5), malformed).prop_map(|(items, malformed)| Tlvs { items, malformed })
}

proptest! {
    #[test]
    fn a_request_decodes_as_it_was_encoded(sequence: u32, time: u64, error: u16, ssid: u16, tlvs in tlvs()) {
        let (timestamp, error_estimate) = (RawTime(time), ErrorEstimate(error));
        let request = Request { sequence, timestamp, error_estimate, ssid, tlvs };
        prop_assert_eq!(Request::decode(&request.encode()), Ok(request));
    }

    #[test]
    fn a_reply_decodes_as_it_was_encoded(
        numbers in any::<(u32, u32)>(), times in any::<(u64, u64, u64)>(), errors in any::<(u16, u16)>(), ssid: u16, ttl: u8, tlvs in tlvs()
    ) {
        let reply = Reply {
            sequence: numbers.0,
            timestamp: RawTime(times.0),
            error_estimate: ErrorEstimate(errors.0),
            ssid,
            receive_timestamp: RawTime(times.1),
            sender_sequence: numbers.1,
            sender_timestamp: RawTime(times.2),
            sender_error_estimate: ErrorEstimate(errors.1),
            sender_ttl: ttl,
            tlvs,
        };
        prop_assert_eq!(Reply::decode(&reply.encode()), Ok(reply));
    }

    #[test]
    fn any_bytes_are_answered_in_as_many_bytes(datagram in proptest::collection::vec(any::<u8>(), 0..300), ds_byte: Option<u8>) {
        if let Ok(request) = Request::decode(&datagram) {
            let reply = reflect(request, &circumstances(ds_byte)).encode();
            prop_assert_eq!(reply.len(), datagram.len());
            prop_assert!(Reply::decode(&reply).is_ok());
        }
    }

    #[test]
    fn timestamps_keep_every_nanosecond(nanos in 0_u64..4_000_000_000_000_000_000) {
        prop_assert_eq!(RawTime::ntp(nanos).unix_nanos(ErrorEstimate(1).format()), nanos);
    }
}
