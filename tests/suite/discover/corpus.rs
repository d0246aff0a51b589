//! What the fuzz targets check, on their corpus: inputs that found ways through the code which nothing else found.

#[path = "../../fuzz/properties.rs"]
pub mod properties;

/// A property of any bytes.
type Property = fn(&[u8]);

fn bytes(line: &str) -> Vec<u8> {
    (0..line.len() / 2).map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn the_corpus_of_each_fuzz_target_holds() {
    let targets: [(&str, Property); 4] = [
        (include_str!("../../../crates/lldp/fuzz/lldp.hex"), properties::lldp_row),
        (include_str!("../../../crates/lldp/fuzz/cdp.hex"), properties::cdp_row),
        (include_str!("../../fuzz/corpus/rows.hex"), properties::rows),
        (include_str!("../../fuzz/corpus/pcap.hex"), properties::pcap),
    ];
    for (corpus, property) in targets {
        assert!(corpus.lines().count() > 30, "{}", corpus.lines().count());
        for line in corpus.lines() {
            let held = std::panic::catch_unwind(|| property(&bytes(line)));
            assert!(held.is_ok(), "{line}");
        }
    }
}
