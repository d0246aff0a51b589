//! The properties of the fuzz targets, on their corpus: inputs that found ways through the code which nothing else found.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "../fuzz/properties.rs"]
mod properties;

fn holds(corpus: &str, property: fn(&[u8])) {
    assert!(corpus.lines().count() > 30, "{}", corpus.lines().count());
    for line in corpus.lines() {
        let bytes: Vec<u8> =
            line.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
        assert!(std::panic::catch_unwind(|| property(&bytes)).is_ok(), "{line}");
    }
}

#[test]
fn lldpdus_are_read_as_they_are_sent() {
    holds(include_str!("../fuzz/lldp.hex"), properties::lldp);
}

#[test]
fn cdp_messages_are_read_as_they_are_sent() {
    holds(include_str!("../fuzz/cdp.hex"), properties::cdp);
}

#[test]
fn payloads_lie_in_their_frames() {
    holds(include_str!("../fuzz/ethernet.hex"), properties::ethernet);
}
