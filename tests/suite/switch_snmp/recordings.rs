//! Recordings of thirty real switches, read as any other switch is, against what was read by hand from their rows.
//!
//! `tests/cases/recordings/NAME.yaml` holds what `NAME.snmprec` must give: the profile, what cannot be read in words, every neighbour
//! with its place and identity, how many addresses are learned on which port, and every port with its link, power and VLANs. The files
//! are written by hand from the recordings' rows, never by voiceport.

use std::collections::BTreeMap;
use std::path::Path;

use model::switch::SwitchState;
use serde_json::{Map, Value, json};

use super::recorded_facts::Facts;

const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/recordings");

/// What a state says, in the words of the expectation files.
fn told(state: &SwitchState) -> Value {
    let neighbours: Vec<Value> = state.neighbours().map(|row| neighbour(&serde_json::to_value(row).unwrap())).collect();
    let learned: BTreeMap<&str, usize> = state
        .ports
        .iter()
        .filter(|(_, port)| !port.learned.is_empty())
        .map(|(name, port)| (name.as_str(), port.learned.len()))
        .collect();
    json!({"profile": state.identity.profile, "notes": state.notes, "neighbours": neighbours, "learned": learned})
}

/// A neighbour's row, short: what is not told is left out.
fn neighbour(row: &Value) -> Value {
    let short = [
        ("by", "protocol"),
        ("port", "port"),
        ("chassis", "chassis_id"),
        ("port_id", "port_id"),
        ("mac", "mac"),
        ("port_description", "port_description"),
        ("name", "system_name"),
        ("can", "capabilities"),
        ("does", "capabilities_enabled"),
        ("addresses", "management_addresses"),
        ("med", "med"),
        ("dot1", "dot1"),
        ("dot3", "dot3"),
        ("poe", "poe"),
        ("cdp", "cdp"),
        ("other_tlvs", "other_tlvs"),
        ("anomalies", "anomalies"),
    ];
    let mut told = Map::new();
    for (name, field) in short {
        let value = match (name, &row[field]) {
            ("chassis" | "port_id", Value::Object(id)) => {
                json!(format!("{} {}", id["subtype"].as_str().unwrap(), id["value"].as_str().unwrap()))
            }
            ("can" | "does", list) => list.clone(),
            ("other_tlvs", Value::Array(list)) => list.iter().map(other_tlv).collect(),
            ("cdp", Value::Object(cdp)) => {
                // The software's text is as long as the row and says nothing about places.
                Value::Object(
                    cdp.iter().filter(|(key, _)| *key != "software").map(|(key, value)| (key.clone(), value.clone())).collect(),
                )
            }
            (_, other) => other.clone(),
        };
        let value = if matches!(name, "can" | "does") { value } else { without_empty(value) };
        if !value.is_null() || name == "port" {
            told.insert(name.to_owned(), value);
        }
    }
    Value::Object(told)
}

fn other_tlv(tlv: &Value) -> Value {
    let oui = tlv["oui"].as_str().unwrap_or("0x").trim_start_matches("0x").to_owned();
    json!(format!("{oui}.{} {}", tlv["subtype"].as_u64().unwrap_or_default(), tlv["value"].as_str().unwrap()))
}

/// Without nulls and empty lists, at every depth; `Null` when nothing is left.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept: Map<String, Value> =
                fields.into_iter().map(|(key, value)| (key, without_empty(value))).filter(|(_, value)| !value.is_null()).collect();
            if kept.is_empty() { Value::Null } else { Value::Object(kept) }
        }
        Value::Array(list) if list.is_empty() => Value::Null,
        other => other,
    }
}

fn expected(name: &str) -> Value {
    let file = Path::new(EXPECTED).join(name).with_extension("yaml");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Where the two differ, a line each.
fn differences(name: &str, told: &Value, expected: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for field in ["profile", "notes", "learned"] {
        if told[field] != expected[field] {
            lines.push(format!("{name}: {field}: told {}, expected {}", told[field], expected[field]));
        }
    }
    let rows = |of: &Value| -> Vec<String> { of["neighbours"].as_array().unwrap().iter().map(sorted_text).collect() };
    let (told, expected) = (rows(told), rows(expected));
    lines.extend(told.iter().filter(|row| !expected.contains(row)).map(|row| format!("{name}: told     {row}")));
    lines.extend(expected.iter().filter(|row| !told.contains(row)).map(|row| format!("{name}: expected {row}")));
    if told.len() != expected.len() {
        lines.push(format!("{name}: {} neighbours, expected {}", told.len(), expected.len()));
    }
    lines
}

/// Where facts differ, a line for each that is told and one for each that is expected.
fn differing_facts(name: &str, told: &Facts, expected: &Facts) -> Vec<String> {
    let lines = |word: &'static str, facts: &Facts, others: &Facts| -> Vec<String> {
        let other = |about: &&String| facts.get(*about) != others.get(*about);
        facts.keys().filter(other).map(|about| format!("{name}: {about}: {word} {}", sorted_text(&facts[about]))).collect()
    };
    [lines("told    ", told, expected), lines("expected", expected, told)].concat()
}

/// JSON with its keys in order, so that equal rows are equal texts.
fn sorted_text(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let ordered: BTreeMap<&String, String> = fields.iter().map(|(key, value)| (key, sorted_text(value))).collect();
            let fields: Vec<String> = ordered.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(sorted_text).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

mod interop {
    use std::path::Path;
    use std::process::Command;
    use std::time::Instant;

    use model::credential::CredentialOf;
    use model::secret::Secret;
    use voiceport::switch::snmp::{SnmpSwitch, Target, open_socket};
    use voiceport::switch::{Scope, Switch};

    use super::super::snmpsim::Simulator;
    use super::super::{recorded_facts, recorded_rows};
    use super::{differences, differing_facts, expected, told};
    use crate::support::samples;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "snmprec"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn target(name: &str, port: u16) -> Target {
        Target {
            name: name.into(),
            address: "127.0.0.1".to_owned(),
            port,
            read: Some(CredentialOf::V2c { community: Secret::new(name) }),
            write: None,
            profile: None,
            allow_generic_write: false,
            power_budget: None,
        }
    }

    #[test]
    #[ignore = "needs python3 and the public recordings: tests/run looks for them"]
    fn the_files_are_what_a_separate_reader_makes_of_the_rows() {
        const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/recordings/reader.py");
        let folder = samples("snmprec");
        let read = Command::new("python3").arg(READER).arg(&folder).output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let read: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
        let names = names(&folder);
        assert_eq!(names.len(), 30, "{names:?}");
        let wrong: Vec<String> =
            names.iter().flat_map(|name| recorded_rows::differences(name, &expected(name), &read[name.as_str()])).collect();
        assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    }

    #[tokio::test]
    #[ignore = "needs snmpsim and the public recordings: tests/run installs it and looks for them"]
    async fn every_recording_gives_what_its_rows_say() {
        let folder = samples("snmprec");
        let simulator = Simulator::start(&folder);
        let engine = open_socket().await.unwrap();
        let names = names(&folder);
        assert_eq!(names.len(), 30, "{names:?}");
        let mut wrong = Vec::new();
        for name in &names {
            let started = Instant::now();
            let switch = SnmpSwitch::connect(&engine, target(name, simulator.port)).await.unwrap();
            let state = switch.read(Scope::Everything).await.unwrap();
            println!(
                "{name}: {} ports, {} neighbours, {} requests, {:.1?}",
                state.ports.len(),
                state.neighbours().count(),
                switch.request_stats().unwrap().requests,
                started.elapsed()
            );
            let expected = expected(name);
            wrong.extend(differences(name, &told(&state), &expected));
            wrong.extend(differing_facts(name, &recorded_facts::told(&state), &recorded_facts::expected(&expected)));
        }
        assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    }
}
