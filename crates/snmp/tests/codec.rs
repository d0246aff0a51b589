//! Messages both ways with generated contents, cut anywhere, and arbitrary bytes; datagrams of net-snmp's tools as they were on the wire.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests fail by panicking")]

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;
use snmp::message::{Community, Data, Level, Scoped, Secured, Security, Version};
use snmp::{Bindings, ErrorStatus, Kind, Message, Oid, Pdu, Value, VarBind};

#[path = "../fuzz/properties.rs"]
mod properties;

fn oid() -> impl Strategy<Value = Oid> {
    let second = prop_oneof![0..40_u32, Just(0)];
    let two = prop_oneof![(0..2_u32, second), (Just(2), any::<u32>())];
    (two, vec(prop_oneof![0..300_u32, any::<u32>()], 0..20))
        .prop_map(|((first, second), rest)| Oid::new(&[&[first, second][..], &rest].concat()))
}

fn bytes(longest: usize) -> impl Strategy<Value = Cow<'static, [u8]>> {
    vec(any::<u8>(), 0..longest).prop_map(Cow::Owned)
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        any::<i32>().prop_map(|number| Value::Integer(i64::from(number))),
        bytes(300).prop_map(Value::Octets),
        Just(Value::Null),
        oid().prop_map(Value::Oid),
        any::<[u8; 4]>().prop_map(Value::IpAddress),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        bytes(20).prop_map(Value::Opaque),
        any::<u64>().prop_map(Value::Counter64),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
        Just(Value::EndOfMibView),
    ]
}

fn pdu() -> impl Strategy<Value = (Pdu<'static>, Vec<VarBind<'static>>)> {
    let kinds = [Kind::Get, Kind::GetNext, Kind::Response, Kind::Set, Kind::GetBulk, Kind::Report];
    let bindings = vec((oid(), value()).prop_map(|(name, value)| VarBind { name, value }), 0..8);
    (prop::sample::select(kinds.to_vec()), any::<[i32; 3]>(), bindings).prop_map(|(kind, [request_id, status, index], written)| {
        let bindings = written.iter().collect();
        (Pdu { kind, request_id, status: ErrorStatus(status), index, bindings }, written)
    })
}

fn read(pdu: &Pdu<'_>) -> Vec<VarBind<'static>> {
    let owned = |binding: VarBind<'_>| VarBind { name: binding.name.clone(), value: binding.value.into_owned() };
    pdu.bindings.iter().map(|binding| owned(binding.unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn messages_with_a_community_are_read_as_they_were_written(
        (pdu, written) in pdu(), community in bytes(200), newer in any::<bool>()
    ) {
        let version = if newer { Version::V2c } else { Version::V1 };
        let message = Community { version, community: &community, pdu };
        let datagram = message.encode();
        let Message::Community(decoded) = Message::decode(&datagram).unwrap() else { panic!("{datagram:02x?}") };
        prop_assert_eq!(read(&decoded.pdu), written);
        prop_assert_eq!(decoded, message);
    }

    #[test]
    fn messages_of_version_3_are_read_as_they_were_written(
        (pdu, _) in pdu(), strings in vec(bytes(40), 7), numbers in any::<(i32, i32, u32, u32)>(), level in 0..3_u8, encrypted in any::<bool>()
    ) {
        let [engine_id, user, digest, salt, context_engine, context, cipher] = [0, 1, 2, 3, 4, 5, 6].map(|at: usize| &*strings[at]);
        let level = [Level::Nothing, Level::Authentication, Level::Privacy][usize::from(level)];
        let security = Security { engine_id, boots: numbers.2, time: numbers.3, user, digest, digest_at: 0, salt };
        let scoped = Scoped { engine_id: context_engine, context, pdu };
        let data = if encrypted { Data::Encrypted(cipher) } else { Data::Plain(scoped) };
        let message = Secured { id: numbers.0, max_size: numbers.1, level, reportable: encrypted, security, data };
        let datagram = message.encode();
        let Message::Secured(mut decoded) = Message::decode(&datagram).unwrap() else { panic!("{datagram:02x?}") };
        prop_assert!(datagram[decoded.security.digest_at..].starts_with(digest));
        decoded.security.digest_at = 0;
        prop_assert_eq!(decoded, message);
    }

    #[test]
    fn a_message_that_is_cut_is_refused_at_every_byte((pdu, _) in pdu()) {
        let datagram = Community { version: Version::V2c, community: b"public", pdu }.encode();
        for length in 0..datagram.len() {
            prop_assert!(Message::decode(&datagram[..length]).is_err(), "{}", length);
        }
    }

    #[test]
    fn no_bytes_end_the_decoder(bytes in vec(any::<u8>(), 0..120), at in any::<prop::sample::Index>(), (pdu, _) in pdu()) {
        properties::snmp(&bytes);
        let mut datagram = Community { version: Version::V2c, community: b"public", pdu }.encode();
        let at = at.index(datagram.len());
        datagram.splice(at..datagram.len().min(at + 2), bytes.iter().copied().take(3));
        properties::snmp(&datagram);
    }
}

/// What `snmpget -v2c -c public 127.0.0.1 1.3.6.1.2.1.1.3.0` (net-snmp 5.9.3) sent.
const NET_SNMP_GET: &[u8] = b"\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\
    \x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00\x05\x00";

#[test]
fn a_request_has_the_bytes_that_other_tools_send() {
    let pdu = Pdu::request(Kind::Get, 7, [[1, 3, 6, 1, 2, 1, 1, 3, 0]]);
    assert_eq!(Community { version: Version::V2c, community: b"public", pdu }.encode(), NET_SNMP_GET);
}

#[test]
fn what_is_behind_a_message_is_ignored() {
    let padded = [NET_SNMP_GET, &[0; 7]].concat();
    assert_eq!(Message::decode(&padded).unwrap(), Message::decode(NET_SNMP_GET).unwrap());
}

#[test]
fn what_is_no_message_is_told_with_its_place() {
    let told = |bytes: &[u8]| Message::decode(bytes).unwrap_err().to_string();
    assert_eq!(told(b""), "byte 0: no SNMP message");
    assert_eq!(told(b"HTTP/1.1 400"), "byte 0: no SNMP message");
    assert_eq!(told(b"\x30\x03\x02\x01\x02"), "byte 2: a version that is not known");
    assert_eq!(told(b"\x30\x82\xff\xff never heard of SNMP"), "byte 4: it ends within an element");
    let mut trap = NET_SNMP_GET.to_vec();
    trap[13] = 0xa4;
    assert_eq!(told(&trap), "byte 13: no PDU that is known");
}

#[test]
fn bindings_grow_one_by_one_and_tell_their_size() {
    let mut bindings = Bindings::default();
    bindings.push(&[1, 3, 6], &Value::Integer(1));
    assert_eq!(bindings.size(), 9);
    bindings.push(&[1, 3, 7], &Value::EndOfMibView);
    assert_eq!((bindings.size(), bindings.iter().count()), (17, 2));
}

#[test]
fn the_corpus_of_the_fuzz_target_holds() {
    let corpus = include_str!("../fuzz/corpus.hex");
    assert!(corpus.lines().count() > 30, "{}", corpus.lines().count());
    for line in corpus.lines() {
        let datagram: Vec<u8> = (0..line.len() / 2).map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap()).collect();
        let held = std::panic::catch_unwind(|| properties::snmp(&datagram));
        assert!(held.is_ok(), "{line}");
    }
}
