//! Phones added to files that people wrote: nothing else in them changes.

use model::ids::PortRef;
use model::site::PhoneSpec;
use proptest::prelude::*;
use voiceport::inventory;
use voiceport::inventory::insert::{NewPhone, insert, macs};

use super::{catalogue, one};

fn phone(mac: &str, at: Option<(&str, &str)>, remark: &str) -> NewPhone {
    NewPhone {
        mac: mac.parse().unwrap(),
        model: "yealink/t46s".parse().unwrap(),
        at: at.map(|(switch, port)| PortRef { switch: switch.into(), port: port.into() }),
        remark: remark.to_owned(),
    }
}

fn two() -> [NewPhone; 2] {
    [phone("00:15:65:00:00:01", Some(("desk-1", "Gi1/0/1")), "SIP-T46S, firmware 66.86.0.15"), phone("00:15:65:00:00:02", None, "")]
}

#[track_caller]
fn assert_added(old: &str, new: &str) {
    assert_eq!(insert(old, &two()).unwrap(), new);
}

const ITEMS: &str = "  - mac: 00:15:65:00:00:01  # SIP-T46S, firmware 66.86.0.15
    model: yealink/t46s
    at: {switch: desk-1, port: Gi1/0/1}
  - mac: 00:15:65:00:00:02
    model: yealink/t46s
";

#[test]
fn a_file_that_is_new_or_empty_gets_a_list() {
    for old in ["", "\n\n"] {
        assert_added(old, &format!("{old}phones:\n{ITEMS}"));
    }
    for old in ["# phones of the second floor\n", "---\n"] {
        assert_added(old, &format!("{old}\nphones:\n{ITEMS}"));
    }
    assert_added("# no end", &format!("# no end\n\nphones:\n{}", ITEMS.trim_end()));
}

#[test]
fn a_file_without_phones_gets_them_at_its_end() {
    assert_added("site:\n  name: hq\n", &format!("site:\n  name: hq\n\nphones:\n{ITEMS}"));
    assert_added("site:\n  name: hq\n\n", &format!("site:\n  name: hq\n\nphones:\n{ITEMS}"));
    assert_added("site:\n  name: hq", &format!("site:\n  name: hq\n\nphones:\n{}", ITEMS.trim_end()));
}

#[test]
fn a_list_goes_on_where_it_ends_as_it_is_written() {
    let old = "phones:  # all of them\n- mac: 00:04:13:00:00:01 # lobby\n  model: snom/d785\n\n# the wiring\nvlans: {data: 10}\n";
    let new = "phones:  # all of them\n- mac: 00:04:13:00:00:01 # lobby\n  model: snom/d785\n\
               - mac: 00:15:65:00:00:01  # SIP-T46S, firmware 66.86.0.15\n  model: yealink/t46s\n  \
               at: {switch: desk-1, port: Gi1/0/1}\n- mac: 00:15:65:00:00:02\n  model: yealink/t46s\n\
               \n# the wiring\nvlans: {data: 10}\n";
    assert_added(old, new);
    let spaced = "phones:\n\n    - {mac: 00:04:13:00:00:01, model: snom/d785}\n\n    - {mac: 00:04:13:00:00:02, model: snom/d785}";
    let added = insert(spaced, &two()[1..]).unwrap();
    assert_eq!(added, format!("{spaced}\n\n    - mac: 00:15:65:00:00:02\n      model: yealink/t46s"));
}

#[test]
fn the_ends_of_lines_stay_as_they_are() {
    let old = "phones:\r\n  - mac: 00:04:13:00:00:01\r\n    model: snom/d785\r\nvlans: {data: 10}";
    let (list, rest) = old.split_once("vlans").unwrap();
    assert_added(old, &format!("{list}{}vlans{rest}", ITEMS.replace('\n', "\r\n")));
    assert_added(
        "\u{feff}site: {name: hq}\r\n",
        &format!("\u{feff}site: {{name: hq}}\r\n\r\nphones:\r\n{}", ITEMS.replace('\n', "\r\n")),
    );
}

#[test]
fn an_empty_section_is_filled() {
    assert_added("phones:\nvlans: {data: 10}\n", &format!("phones:\n{ITEMS}vlans: {{data: 10}}\n"));
    assert_added("phones: # none yet\n", &format!("phones: # none yet\n{ITEMS}"));
    assert_added("phones:", &format!("phones:\n{}", ITEMS.trim_end()));
}

#[test]
fn brackets_are_written_on_in_brackets() {
    let first = "{mac: \"00:15:65:00:00:01\", model: yealink/t46s, at: {switch: desk-1, port: Gi1/0/1}}";
    let second = "{mac: \"00:15:65:00:00:02\", model: yealink/t46s}";
    assert_added("phones: [] # none yet\nvlans: {}\n", &format!("phones: [{first}, {second}] # none yet\nvlans: {{}}\n"));
    let known = "{mac: 00:04:13:00:00:01, model: snom/d785}";
    assert_added(&format!("phones: [{known}]"), &format!("phones: [{known}, {first}, {second}]"));
    assert_added(&format!("phones: [{known},]\n"), &format!("phones: [{known}, {first}, {second},]\n"));
    assert_added(
        &format!("phones: [\n  {known} # lobby\n]\n"),
        &format!("phones: [\n  {known},\n  {first},\n  {second} # lobby\n]\n"),
    );
    let json = insert("{\"phones\": []}\n", &two()[..1]).unwrap();
    let item =
        "{\"mac\": \"00:15:65:00:00:01\", \"model\": \"yealink/t46s\", \"at\": {\"switch\": \"desk-1\", \"port\": \"Gi1/0/1\"}}";
    assert_eq!(json, format!("{{\"phones\": [{item}]}}\n"));
}

#[test]
fn what_cannot_be_added_to_is_refused_with_a_cure() {
    let cases = [
        ("phones: {}\n", "its `phones` are not a list"),
        ("phones: null\n", "its `phones` are not a list"),
        ("phones: none\n", "its `phones` are not a list"),
        ("site: &x [a]\nphones: *x\n", "its `phones` are not a list"),
        ("{site: {name: hq}}\n", "it has no `phones` and is written in braces"),
        ("site: [\n", "line 1: not YAML: "),
        ("site: {}\n---\nphones: []\n", "line 2: a second YAML document in one file"),
        ("site: {}\n...\n", "its phones are written in a way that cannot be added to without changing what stands there"),
        ("- a\n- b\n", "its phones are written in a way that cannot be added to without changing what stands there"),
    ];
    for (text, reason) in cases {
        let unfit = insert(text, &two()).unwrap_err();
        assert!(unfit.reason.starts_with(reason), "{text:?}: {unfit}");
        assert!(!unfit.hint.is_empty());
    }
}

#[test]
fn what_the_network_said_cannot_break_out_of_a_comment_or_a_name() {
    for remark in ["a\nphones: []", "a\u{85}b", "a\u{2028}b", "\u{1b}[31m", &"a".repeat(200)] {
        let added = insert("", &[phone("00:15:65:00:00:01", None, remark)]).unwrap();
        assert_eq!(added, "phones:\n  - mac: 00:15:65:00:00:01\n    model: yealink/t46s\n", "{remark:?}");
    }
    for port in ["null", "a: b", "a\"b\\", "# 1", "Slot: 0 Port: 1", "a\nb", "ü 1", "{x}", " 1 "] {
        let phones = [phone("00:15:65:00:00:01", Some(("desk-1", port)), "")];
        for old in ["", "phones: []", "{\"phones\": []}"] {
            assert!(insert(old, &phones).is_ok(), "{old:?} {port:?}");
        }
    }
}

#[test]
fn the_phones_of_a_text_are_known_by_their_addresses() {
    let known = macs("phones: [{mac: 00-04-13-00-00-01}, {mac: nonsense}, {model: x}]").unwrap();
    assert_eq!(known.into_iter().map(|mac| mac.to_string()).collect::<Vec<_>>(), ["00:04:13:00:00:01"]);
}

/// A file as people write it: sections in some order, in some style, with comments, and the phones of a list.
fn file() -> impl Strategy<Value = String> {
    let section = prop::sample::select(vec![
        "site:\n  name: hq\n",
        "vlans: {data: {id: 10}, voice: {id: 20, role: voice}}\n",
        "# a comment: with a colon\n\n",
        "switches:\n  desk-1:\n    linux: br0 # not here\n",
        "cables: []\n",
        "defaults:\n  ntp_server: 192.0.2.1\n\n",
        "\n",
    ]);
    let item = prop::sample::select(vec![
        "mac: 00:04:13:00:00:11\nmodel: snom/d785",
        "mac: 00:04:13:00:00:12 # a comment\n\nmodel: snom/d785\nlines:\n- {extension: \"1\", secret: {env: A}}\n- extension: \"2\"\n  secret: {env: B}",
        "model: snom/d785\nmac: \"00:04:13:00:00:13\"\nsettings:\n  text: |\n    a\n\n    b\n  # inside",
        "mac: 00:04:13:00:00:14\nmodel: >-\n  snom/d785\n",
        "{mac: 00:04:13:00:00:15, model: snom/d785}\n\n# behind",
    ]);
    let items = prop::collection::vec(item, 0..4);
    let list = (items, 0_usize..5, any::<bool>()).prop_map(|(items, indent, gap)| {
        let blanks = " ".repeat(indent);
        let lines = |item: &str| -> String {
            let mut text = String::new();
            for (number, line) in item.lines().enumerate() {
                let lead = if number == 0 { format!("{blanks}- ") } else { format!("{blanks}  ") };
                text.push_str(if line.is_empty() { "" } else { &lead });
                text.push_str(line);
                text.push('\n');
            }
            text
        };
        let items: Vec<String> = items.into_iter().map(lines).collect();
        if items.is_empty() { "phones: []\n".to_owned() } else { format!("phones:\n{}", items.join(if gap { "\n" } else { "" })) }
    });
    let flow = prop::sample::select(vec![
        "phones:\n",
        "phones: # later\n# more\n",
        "phones: [{mac: 00:04:13:00:00:16, model: snom/d785}]\n",
        "\"phones\": [\n    {mac: 00:04:13:00:00:17, model: snom/d785}, # first\n    {mac: 00:04:13:00:00:18, model: snom/d785}\n  ]\n",
        "",
    ]);
    let phones = prop_oneof![list.boxed(), flow.prop_map(str::to_owned).boxed()];
    let sections = prop::sample::subsequence((0..7).collect::<Vec<usize>>(), 0..4);
    (sections, prop::collection::vec(section, 7), phones, 0_usize..4, any::<bool>(), any::<bool>()).prop_map(
        |(chosen, sections, phones, place, crlf, whole)| {
            let mut parts: Vec<String> = Vec::new();
            for index in chosen {
                if !parts.iter().any(|part| part.as_str() == sections[index]) {
                    parts.push(sections[index].to_owned());
                }
            }
            parts.insert(place.min(parts.len()), phones);
            let text = parts.concat();
            let text = if whole { text } else { text.trim_end().to_owned() };
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

/// The phones an inventory has, read without its other sections.
fn phones(text: &str) -> Vec<PhoneSpec> {
    let text = text.to_owned();
    inventory::parse(&one(&text), &catalogue()).map(|site| site.phones).unwrap_or_default()
}

proptest! {
    #[test]
    fn the_old_text_stays_and_the_phones_come_behind_its_own(old in file(), count in 1_usize..3) {
        let new_phones = [phone("00:15:65:00:00:01", None, "seen as SIP-T46S"), phone("00:15:65:00:00:02", None, "")];
        let new = insert(&old, &new_phones[..count]).unwrap();
        let start = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
        let split = (0..=start).rev().find(|at| old.is_char_boundary(*at) && new.ends_with(&old[*at..]));
        prop_assert!(split.is_some(), "old text is not a beginning and an end of the new one:\n{old}\n---\n{new}");
        let known = macs(&old).unwrap();
        let after = macs(&new).unwrap();
        prop_assert_eq!(after.len(), known.len() + count);
        prop_assert!(known.is_subset(&after));
        if let Ok(site) = inventory::parse(&one(&old), &catalogue()) {
            let mut expected = site.phones;
            let found = phones(&new);
            expected.extend(found.iter().skip(found.len() - count).cloned());
            prop_assert_eq!(&found, &expected);
            let added: Vec<_> = found.iter().rev().take(count).rev().map(|phone| phone.mac).collect();
            prop_assert_eq!(added, new_phones[..count].iter().map(|phone| phone.mac).collect::<Vec<_>>());
        }
        prop_assert!(!old.contains("\r\n") || !new.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn no_text_ends_it(old in "[-a-z0-9:#\\[\\]{}\"' \\n,&*|>]{0,60}") {
        if let Ok(new) = insert(&old, &two()) {
            prop_assert!(new.len() > old.len());
        }
    }
}
