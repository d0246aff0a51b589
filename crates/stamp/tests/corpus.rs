//! The property of the fuzz target, on its corpus: inputs that found ways through the code which nothing else found.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "../fuzz/properties.rs"]
mod properties;

#[test]
fn datagrams_are_read_as_they_are_sent() {
    let corpus = include_str!("../fuzz/corpus.hex");
    assert!(corpus.lines().count() > 10, "{}", corpus.lines().count());
    for line in corpus.lines() {
        let bytes: Vec<u8> =
            line.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
        assert!(std::panic::catch_unwind(|| properties::stamp(&bytes)).is_ok(), "{line}");
    }
}
