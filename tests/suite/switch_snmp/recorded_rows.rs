//! The expectation files of recordings against a separate reader of the rows, `tests/interop/recordings/reader.py`. Pure.
//!
//! The reader knows the MIBs and nothing of voiceport, so that a file cannot merely repeat what voiceport says.

use serde_json::{Map, Value, json};

use super::recorded_facts::{self, vlan_set};

/// What of a port both say.
const OF_PORTS: [&str; 9] = ["if", "bridge", "link", "speed", "duplex", "errors", "pvid", "tagged", "untagged"];
/// RFC 3621 pethPsePortDetectionStatus and pethPsePortPowerPriority, from 1.
const DETECTION: [&str; 6] = ["disabled", "searching", "delivering", "fault", "test", "other_fault"];
const PRIORITY: [&str; 3] = ["critical", "high", "low"];

/// Where a file and the reader differ, a line each.
pub fn differences(name: &str, file: &Value, read: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut compare = |what: &str, file: &Value, read: &Value| {
        if file != read {
            lines.push(format!("{name}: {what}: the file has {file}, the rows {read}"));
        }
    };
    compare("profile", &file["profile"], &read["profile"]);
    compare("learned", &file["learned"], &read["learned"]);
    let facts = recorded_facts::expected(file);
    for (port, read) in read["ports"].as_object().unwrap() {
        match facts.get(&format!("port {port}")) {
            Some(told) => {
                for field in OF_PORTS {
                    compare(&format!("{port}: {field}"), &told[field], &of_port(read, field));
                }
                compare(&format!("{port}: voice"), &told["voice"], &read["voice"]);
            }
            None => compare(&format!("{port}: is a port"), &json!(false), &read["is_port"]),
        }
    }
    let known = |fact: &&String| fact.strip_prefix("port ").is_some_and(|port| read["ports"][port].is_null());
    compare("ports without rows", &json!(facts.keys().filter(known).collect::<Vec<_>>()), &json!([]));
    power(&facts, read, &mut compare);
    vendors_power(&facts, read, &mut compare);
    neighbours(file, read, &mut compare);
    lines
}

fn of_port(read: &Value, field: &str) -> Value {
    match field {
        "tagged" | "untagged" => vlan_set(&read[field]),
        _ => read[field].clone(),
    }
}

/// The rows of the standard's table: each is a port's or nobody's, and says what the file says.
fn power(facts: &recorded_facts::Facts, read: &Value, compare: &mut impl FnMut(&str, &Value, &Value)) {
    let rows = read["pse_rows"].as_object().unwrap();
    let powered = || facts.values().filter(|port| port["poe"]["row"].is_string());
    if !rows.is_empty() {
        let unmapped = facts["unmapped_pse"].as_array().unwrap().iter();
        let mut told: Vec<&str> = powered().map(|port| &port["poe"]["row"]).chain(unmapped).filter_map(Value::as_str).collect();
        let mut all: Vec<&str> = rows.keys().map(String::as_str).collect();
        told.sort_unstable();
        all.sort_unstable();
        compare("PSE rows", &json!(told), &json!(all));
    }
    for port in powered() {
        let Some(row) = rows.get(port["poe"]["row"].as_str().unwrap()) else { continue };
        let standard = [
            ("on", row["on"].as_i64().map(|on| json!(on == 1))),
            ("does", named(&DETECTION, &row["does"])),
            ("priority", named(&PRIORITY, &row["priority"])),
            ("class", row["class"].as_i64().filter(|_| row["does"] == 3).map(|class| json!(class - 1))),
        ];
        for (field, value) in standard {
            compare(&format!("PSE row {}: {field}", port["poe"]["row"]), &port["poe"][field], &value.unwrap_or_default());
        }
    }
    for (group, read) in read["main_pse"].as_object().unwrap() {
        let told = &facts[&format!("group {group}")];
        for field in ["nominal", "measured"] {
            // Watts by the standard; what the vendor's own table says to the milliwatt rounds to them.
            let watts = told[field].as_u64().map(|milliwatts| milliwatts / 1000);
            compare(&format!("group {group}: {field}"), &json!(watts), &read[field]);
        }
    }
}

/// A port in a vendor's own table has what that says and the standard's row, and nothing else. Who is in no table, vendor's or standard's,
/// has no power that is known.
fn vendors_power(facts: &recorded_facts::Facts, read: &Value, compare: &mut impl FnMut(&str, &Value, &Value)) {
    let vendors = read["vendor_power"].as_object().unwrap();
    for (port, read) in vendors {
        let mut told = facts[&format!("port {port}")]["poe"].clone();
        if let Some(told) = told.as_object_mut() {
            told.remove("row");
        }
        compare(&format!("{port}: power by its vendor's table"), &told, read);
    }
    let rows = read["pse_rows"].as_object().unwrap();
    let is_without = |(port, told): &(&String, &Value)| {
        let name = port.strip_prefix("port ").unwrap_or_default();
        told["poe"]["row"].as_str().is_some_and(|row| !rows.contains_key(row)) && !vendors.contains_key(name)
    };
    let without: Vec<&String> = facts.iter().filter(is_without).map(|(port, _)| port).collect();
    compare("power without a row", &json!(without), &json!([]));
    for (group, read) in read["vendor_groups"].as_object().unwrap() {
        compare(&format!("group {group} by its vendor's table"), &facts[&format!("group {group}")], read);
    }
}

fn named(names: &[&str], value: &Value) -> Option<Value> {
    let at = usize::try_from(value.as_i64()? - 1).ok()?;
    names.get(at).map(|name| json!(name))
}

/// Who is where, by which protocol, under which name and at which of its ports.
fn neighbours(file: &Value, read: &Value, compare: &mut impl FnMut(&str, &Value, &Value)) {
    let told = file["neighbours"].as_array().unwrap().iter().map(|row| {
        let id = |field: &str| row[field].as_str().and_then(|id| id.split_once(' ')).map(|(_, value)| value);
        let device = if row["by"] == "cdp" { row["cdp"]["device_id"].as_str() } else { id("chassis") };
        short(row, device, id("port_id"))
    });
    let read = read["neighbours"].as_array().unwrap().iter().map(|row| {
        let device = if row["by"] == "cdp" { &row["device"] } else { &row["chassis"] };
        short(row, device.as_str(), row["port_id"].as_str())
    });
    let sorted = |rows: Vec<String>| {
        let mut rows = rows;
        rows.sort_unstable();
        json!(rows)
    };
    compare("neighbours", &sorted(told.collect()), &sorted(read.collect()));
}

/// One line; addresses without what separates their digits.
fn short(row: &Value, device: Option<&str>, port_id: Option<&str>) -> String {
    let bare = |id: &str| {
        let digits: String = id.chars().filter(|letter| !matches!(letter, ':' | '-' | '.')).collect();
        let is_address = digits.len() == 12 && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        if is_address { digits.to_lowercase() } else { id.to_owned() }
    };
    let fields: Map<String, Value> = ["by", "port"].into_iter().map(|field| (field.to_owned(), row[field].clone())).collect();
    format!("{} {:?} {:?}", Value::Object(fields), device.map(bare), port_id.map(bare))
}
