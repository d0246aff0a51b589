//! What holds for every inventory.

use std::fmt::Write;
use std::time::Instant;

use proptest::prelude::*;

use model::ids::MacAddress;
use voiceport::inventory::{self, Source};

use super::{catalogue, one};

fn spellings(mac: MacAddress) -> Vec<String> {
    let bare = mac.bare();
    let dotted = format!("{}.{}.{}", &bare[..4], &bare[4..8], &bare[8..]);
    let lower = [mac.to_string(), mac.to_string().replace(':', "-"), bare, dotted];
    lower.iter().flat_map(|text| [text.clone(), text.to_uppercase(), format!("\"{text}\"")]).collect()
}

proptest! {
    #[test]
    fn every_spelling_of_a_mac_is_the_same_phone(bytes in any::<[u8; 6]>()) {
        let mut bytes = bytes;
        bytes[0] &= 0xfe;
        bytes[5] |= 1;
        let mac = MacAddress(bytes);
        for text in spellings(mac) {
            let site = inventory::parse(&one(&format!("phones:\n- mac: {text}\n  model: snom/d785\n")), &catalogue());
            prop_assert_eq!(site.map(|site| site.phones[0].mac), Ok(mac), "{}", text);
        }
    }

    #[test]
    fn random_text_never_panics(text in "\\PC{0,200}") {
        if let Err(problems) = inventory::parse(&one(&text), &catalogue()) {
            prop_assert!(!problems.render(true).is_empty());
        }
    }

    #[test]
    fn random_pieces_of_inventories_never_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        if let Err(problems) = inventory::parse(&one(&pieces.concat()), &catalogue()) {
            prop_assert!(!problems.render(false).is_empty());
            prop_assert!(problems.list.iter().all(|problem| problem.line > 0 && problem.column > 0));
        }
    }

    #[test]
    fn a_secret_is_never_shown_whatever_is_wrong_around_it(
        line in 0..SECRETIVE.len(),
        change in prop::collection::vec(prop::sample::select(PIECES), 0..4),
    ) {
        let mut lines = SECRETIVE.to_vec();
        let change = change.concat();
        if !lines[line].contains("hunter2") {
            lines[line] = &change;
        }
        if let Err(problems) = inventory::parse(&one(&lines.join("\n")), &catalogue()) {
            let (text, data) = (problems.render(false), serde_json::to_string(&problems).unwrap());
            prop_assert!(!text.contains("hunter2") && !data.contains("hunter2"), "{}", text);
        }
    }

    #[test]
    fn the_order_in_which_files_are_given_changes_nothing(order in Just((0..4).collect::<Vec<usize>>()).prop_shuffle()) {
        let texts = [
            "vlans: {voice: {id: 20, role: voice}}\nphones: [{mac: 001565123456, model: snom/d785}]\n",
            "vlans: {voice: {id: 21}, other: {id: 20}}\n",
            "phones: [{mac: 00-15-65-12-34-56, model: snom/d785}, 3]\nswiches: {}\n",
            "switches: {a: {address: 192.0.2.1}}\nsite: [\n",
        ];
        let source = |index: usize| Source { name: format!("{index}.yaml"), text: texts[index].to_owned() };
        let straight: Vec<_> = (0..4).map(source).collect();
        let shuffled: Vec<_> = order.into_iter().map(source).collect();
        prop_assert_eq!(inventory::parse(&straight, &catalogue()), inventory::parse(&shuffled, &catalogue()));
    }
}

/// An inventory with secrets as text, none of them allowed.
const SECRETIVE: [&str; 16] = [
    "credentials:",
    "  a:",
    "    snmp: v2c",
    "    community: hunter2",
    "  b:",
    "    snmp: v3",
    "    user: op",
    "    auth: {protocol: md5, secret: \"hunter2\"}",
    "pbx: {address: pbx}",
    "phones:",
    "  - mac: 00:15:65:12:34:56",
    "    model: snom/d785",
    "    lines:",
    "      - extension: 101",
    "        secret: hunter2",
    "        name: Front desk",
];

const PIECES: &[&str] = &[
    "phones:",
    "\n",
    "\n  ",
    "- ",
    "mac: ",
    "001565123456",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ": ",
    "&a ",
    "*a",
    "<<: ",
    "\t",
    "\"",
    "'",
    "|\n",
    "!x ",
    "---",
    "switches: ",
    "vlans: ",
    "credentials:\n  a: ",
    "snmp: v3",
    "secret: ",
    "ü",
    "\u{7}",
    "null",
    "? ",
    "%",
    "defaults: ",
    "site: ",
    "lines: ",
    "#",
    "\r\n",
];

#[test]
fn aliases_cannot_blow_up() {
    let mut text = "site: {name: x}\ndefaults:\n  a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = level - 1;
        writeln!(text, "  a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}, *a{below}, *a{below}]").unwrap();
    }
    let problems = inventory::parse(&one(&text), &catalogue()).unwrap_err();
    assert!(problems.list.iter().any(|problem| problem.message.contains("aliases make this file too large")), "{problems:?}");
}

#[test]
fn deep_nesting_ends_in_a_problem() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        let problems = inventory::parse(&one(&text), &catalogue()).unwrap_err();
        assert!(problems.list[0].message.starts_with("not YAML: "), "{}", problems.list[0].message);
    }
}

#[test]
fn twenty_thousand_phones_load_and_as_many_mistakes_are_told() {
    let mut text = "pbx: {address: 192.0.2.5}\nphones:\n".to_owned();
    for number in 0..20_000_u32 {
        let [_, _, high, low] = number.to_be_bytes();
        writeln!(text, "  - mac: 00:15:65:12:{high:02x}:{low:02x}").unwrap();
        writeln!(text, "    model: yealink/t46s").unwrap();
        writeln!(text, "    lines: [{{extension: \"{number}\", name: Desk {number}, secret: {{file: secrets/{number}}}}}]")
            .unwrap();
    }
    let start = Instant::now();
    assert_eq!(inventory::parse(&one(&text), &catalogue()).unwrap().phones.len(), 20_000);
    println!("20,000 phones: {:?}", start.elapsed());
    let start = Instant::now();
    let problems = inventory::parse(&one(&text.replace("name:", "nmae:")), &catalogue()).unwrap_err();
    assert_eq!((problems.list.len(), problems.more), (10_000, 10_000), "so many are kept, the rest is counted");
    assert_eq!(problems.to_string(), "20000 problems in the inventory: these are the first 20");
    println!("20,000 mistakes: {:?}", start.elapsed());
}
