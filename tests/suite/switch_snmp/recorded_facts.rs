//! Ports, PoE and VLANs of a switch, as the expectation files of recordings write them. Pure.
//!
//! A port is one line, and equal ports are one line together: `Gi0/2..8,13: {if: 10102.., pse: 1.2..}` are Gi0/2 to Gi0/8 and Gi0/13,
//! and a value that ends in `..` is that of the first and counts on with the number in the name. What a line leaves out is not told.
//! Sets of VLANs are ranges; a set of more than forty in many pieces is its size and the sum of its numbers.

use std::collections::BTreeMap;

use model::switch::SwitchState;
use serde_json::{Map, Value, json};

/// Facts by what they are about: `port NAME`, `group NUMBER`, `vlans`, `unmapped_pse`.
pub type Facts = BTreeMap<String, Value>;

/// What an expectation file says.
pub fn expected(file: &Value) -> Facts {
    let mut facts = Facts::new();
    facts.insert("vlans".to_owned(), file["vlans"].clone());
    facts.insert("unmapped_pse".to_owned(), file["unmapped_pse"].clone());
    let of = |field: &str| file[field].as_object().unwrap_or_else(|| panic!("no {field} in the expectation file")).clone();
    facts.extend(of("pse_groups").into_iter().map(|(number, group)| (format!("group {number}"), group)));
    for (names, line) in of("ports") {
        for (name, offset) in names_of(&names) {
            let before = facts.insert(format!("port {name}"), counted(&line, offset));
            assert_eq!(before, None, "port {name} is in two lines");
        }
    }
    facts
}

/// What a state says.
pub fn told(state: &SwitchState) -> Facts {
    let mut facts = Facts::new();
    let unmapped: Vec<String> = state.unmapped_pse.iter().filter_map(|row| Some(row.index?.to_string())).collect();
    facts.insert("unmapped_pse".to_owned(), json!(unmapped));
    facts.insert("vlans".to_owned(), vlans(&json!(state.vlans)));
    facts.extend(state.pse_groups.iter().map(|(number, group)| (format!("group {number}"), without_nulls(json!(group)))));
    facts.extend(state.ports.iter().map(|(name, port)| (format!("port {name}"), port_line(&json!(port)))));
    facts
}

fn vlans(table: &Value) -> Value {
    match table.as_object() {
        None => json!("not told"),
        Some(table) if table.len() > 40 => json!(size_and_sum(&table.keys().map(|vlan| vlan.parse().unwrap()).collect::<Vec<_>>())),
        Some(table) => json!(table),
    }
}

fn port_line(port: &Value) -> Value {
    let voice = match &port["voice_vlan"] {
        Value::Object(voice) => voice["vlan"].clone(),
        word => word.clone(),
    };
    without_nulls(json!({
        "if": port["if_index"],
        "bridge": port["bridge_port"],
        "link": port["link_up"].as_bool().map(|up| if up { "up" } else { "down" }),
        "speed": port["speed_mbps"],
        "duplex": port["duplex"],
        "errors": errors(&port["input_errors"], &port["output_errors"]),
        "mode": port["mode"],
        "pvid": port["pvid"],
        "tagged": vlan_set(&port["tagged"]),
        "untagged": vlan_set(&port["untagged"]),
        "voice": voice,
        "med": some_of(&port["med_policies"]),
        "poe": poe(&port["poe"]),
        "uplink": some_of(&port["uplink_evidence"]),
    }))
}

/// Received and sent, `-` for the one that is not told.
fn errors(input: &Value, output: &Value) -> Value {
    let word = |count: &Value| if count.is_null() { "-".to_owned() } else { count.to_string() };
    if input.is_null() && output.is_null() { Value::Null } else { json!(format!("{}/{}", word(input), word(output))) }
}

fn poe(poe: &Value) -> Value {
    if poe.is_null() {
        return Value::Null;
    }
    let row = &poe["index"];
    without_nulls(json!({
        "row": row.is_object().then(|| format!("{}.{}", row["group"], row["port"])),
        "on": poe["enabled"],
        "does": poe["detection"],
        "class": poe["class"],
        "priority": poe["priority"],
        "limit": poe["limit"],
        "allocated": poe["allocated"],
        "measured": poe["measured"],
        "requested": poe["requested"],
        "allocation": poe["allocation"],
    }))
}

fn some_of(list: &Value) -> Value {
    if list.as_array().is_some_and(Vec::is_empty) { Value::Null } else { list.clone() }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    }
}

/// Ranges, `none` for the empty set, a plain number for one VLAN.
pub fn vlan_set(set: &Value) -> Value {
    let Some(set) = set.as_array() else { return Value::Null };
    let numbers: Vec<u64> = set.iter().map(|vlan| vlan.as_u64().unwrap()).collect();
    if let [only] = numbers[..] {
        return json!(only);
    }
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in &numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let runs: Vec<String> =
        runs.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") }).collect();
    match runs.join(",") {
        text if text.is_empty() => json!("none"),
        text if numbers.len() > 40 && text.len() > 60 => json!(size_and_sum(&numbers)),
        text => json!(text),
    }
}

fn size_and_sum(numbers: &[u64]) -> String {
    format!("{} VLANs, sum {}", numbers.len(), numbers.iter().sum::<u64>())
}

/// The names of a line, each with its distance from the first.
fn names_of(names: &str) -> Vec<(String, u64)> {
    let Some(end) = names.find("..").into_iter().chain(names.find(',')).min() else { return vec![(names.to_owned(), 0)] };
    let (prefix, first) = number_at_end(&names[..end]).unwrap_or_else(|| panic!("{names}: no number to count from"));
    let number = |text: &str| -> u64 { text.parse().unwrap_or_else(|_| panic!("{names}: {text} is no number")) };
    names[prefix.len()..]
        .split(',')
        .flat_map(|run| {
            let (first, last) = run.split_once("..").unwrap_or((run, run));
            number(first)..=number(last)
        })
        .map(|number| (format!("{prefix}{number}"), number - first))
        .collect()
}

fn number_at_end(text: &str) -> Option<(&str, u64)> {
    let start = text.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |position| position + 1);
    Some((&text[..start], text[start..].parse().ok()?))
}

/// A line with every value that counts on at its place.
fn counted(line: &Value, offset: u64) -> Value {
    match line {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), counted(value, offset))).collect::<Map<_, _>>())
        }
        Value::String(text) => match text.strip_suffix("..").and_then(number_at_end) {
            Some(("", number)) => json!(number + offset),
            Some((prefix, number)) => json!(format!("{prefix}{}", number + offset)),
            None => line.clone(),
        },
        other => other.clone(),
    }
}

#[test]
fn a_line_is_a_port_for_each_of_its_names() {
    let file = json!({
        "vlans": "not told", "unmapped_pse": [], "pse_groups": {},
        "ports": {"Gi0/2..3,7": {"if": "10102..", "poe": {"row": "1.2.."}, "pvid": 1}, "swp00": {"if": 1}},
    });
    let facts = expected(&file);
    assert_eq!(facts["port Gi0/2"], json!({"if": 10102, "poe": {"row": "1.2"}, "pvid": 1}));
    assert_eq!(facts["port Gi0/7"], json!({"if": 10107, "poe": {"row": "1.7"}, "pvid": 1}));
    assert_eq!(facts.keys().collect::<Vec<_>>(), ["port Gi0/2", "port Gi0/3", "port Gi0/7", "port swp00", "unmapped_pse", "vlans"]);
    assert_eq!(names_of("port1.1.1..2"), [("port1.1.1".to_owned(), 0), ("port1.1.2".to_owned(), 1)]);
}

#[test]
fn sets_of_vlans_are_short() {
    assert_eq!(vlan_set(&json!([])), json!("none"));
    assert_eq!(vlan_set(&json!([7])), json!(7));
    assert_eq!(vlan_set(&json!([1, 2, 3, 9])), json!("1-3,9"));
    assert_eq!(vlan_set(&json!((1..=100).map(|number| number * 2).collect::<Vec<u64>>())), json!("100 VLANs, sum 10100"));
    assert_eq!(vlan_set(&Value::Null), Value::Null);
}
