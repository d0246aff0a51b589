//! Public captures: every frame compared with what tshark decodes, and broken ones survived.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::{catalogue, read};
use crate::support::samples;

/// Rows and rejections by frame number, as JSON.
fn decoded(file: &Path) -> BTreeMap<u64, Value> {
    let rows = read(&std::fs::read(file).unwrap(), &catalogue());
    rows.into_iter()
        .map(|row| match row {
            Ok(row) => (row.frame.unwrap(), serde_json::to_value(row).unwrap()),
            Err(rejected) => (rejected.frame.unwrap(), json!({"rejected": rejected.message})),
        })
        .collect()
}

fn expected(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("expected-tshark.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
#[ignore = "needs the public captures: tests/run looks for them"]
fn every_frame_says_what_tshark_says() {
    let folder = samples("pcap");
    let mut files: BTreeMap<String, BTreeMap<u64, Value>> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut frames = 0;
    for theirs in expected(&folder) {
        let name = theirs["file"].as_str().unwrap().to_owned();
        let path = folder.join(&name);
        if !path.exists() {
            continue; // one of the broken ones
        }
        let frame = theirs["frame"].as_u64().unwrap();
        let rows = files.entry(name.clone()).or_insert_with(|| decoded(&path));
        frames += 1;
        let Some(ours) = rows.get(&frame) else {
            differences.push(format!("{name} {frame}: no row"));
            continue;
        };
        for (field, theirs, ours) in compared(&theirs, ours) {
            if theirs != ours {
                differences.push(format!("{name} {frame}: {field}: tshark {theirs}, here {ours}"));
            }
        }
    }
    assert!(frames > 100, "only {frames} frames compared");
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Fields of both, in one form.
fn compared(theirs: &Value, ours: &Value) -> Vec<(&'static str, Value, Value)> {
    let mut fields = vec![
        ("protocol", theirs["proto"].clone(), ours["protocol"].clone()),
        ("vlan", theirs["vlans"].get(0).cloned().unwrap_or(Value::Null), ours["vlan"].clone()),
        ("tags", theirs["vlans"].clone(), ours["tags"].as_array().into_iter().flatten().map(|tag| tag["vid"].clone()).collect()),
        ("ttl", theirs["ttl"].clone(), ours["ttl_s"].clone()),
        (
            "capabilities",
            capabilities(&theirs[if theirs["proto"] == "lldp" { "caps" } else { "caps_names" }]),
            ours["capabilities"].clone(),
        ),
    ];
    fields.extend(if theirs["proto"] == "lldp" { compared_lldp(theirs, ours) } else { compared_cdp(theirs, ours) });
    fields
}

fn compared_lldp(theirs: &Value, ours: &Value) -> Vec<(&'static str, Value, Value)> {
    let inventory = theirs["med"]["inventory"].as_object().map_or(Value::Null, |texts| {
        let texts = ["asset", "firmware", "hardware", "manufacturer", "model", "serial", "software"].map(|key| {
            let text = texts.get(key).and_then(Value::as_str).map(str::trim_end).filter(|text| !text.is_empty());
            (key.to_owned(), json!(text))
        });
        Value::Object(texts.into_iter().collect())
    });
    let mut fields = compared_dot3_power(&theirs["dot3_power"], &ours["dot3"]["power"]);
    fields.extend([
        ("chassis", id(&theirs["chassis"], &CHASSIS), ours["chassis_id"].clone()),
        ("port", id(&theirs["port"], &PORT), ours["port_id"].clone()),
        ("port description", theirs["port_desc"].clone(), ours["port_description"].clone()),
        ("system name", theirs["sys_name"].clone(), ours["system_name"].clone()),
        ("system description", theirs["sys_desc"].clone(), ours["system_description"].clone()),
        ("enabled capabilities", capabilities(&theirs["caps_enabled"]), ours["capabilities_enabled"].clone()),
        ("management addresses", addresses(&theirs["mgmt"]), ours["management_addresses"].clone()),
        ("frame size", theirs["mtu"].clone(), ours["dot3"]["max_frame_size"].clone()),
        ("port vlan", theirs["pvid"].clone(), ours["dot1"]["port_vlan"].clone()),
        ("vlan names", names(&theirs["vlans_named"]), ours["dot1"].get("vlan_names").cloned().unwrap_or_else(|| json!([]))),
        (
            "med class",
            one_of(
                &["not_defined", "endpoint_class_1", "endpoint_class_2", "endpoint_class_3", "network_connectivity"],
                &theirs["med"]["class"],
            ),
            ours["med"]["device_class"].clone(),
        ),
        ("med policies", policies(&theirs["med"]["policies"]), ours["med"].get("policies").cloned().unwrap_or_else(|| json!([]))),
        ("med capabilities", med_capabilities(&theirs["med"]["caps"]), ours["med"]["capabilities"].clone()),
        ("med power", theirs["med"]["power"]["mw"].clone(), ours["med"]["power"]["value_mw"].clone()),
        ("med power type", one_of(&["pse", "pd"], &theirs["med"]["power"]["type"]), ours["med"]["power"]["type"].clone()),
        (
            "med power source",
            source(&theirs["med"]["power"]["source"], theirs["med"]["power"]["type"] == 1),
            ours["med"]["power"]["source"].clone(),
        ),
        (
            "med power priority",
            one_of(&["unknown", "critical", "high", "low"], &theirs["med"]["power"]["prio"]),
            ours["med"]["power"]["priority"].clone(),
        ),
        ("med inventory", inventory, ours["med"]["inventory"].clone()),
    ]);
    fields
}

/// One of some names, by its number.
fn one_of(names: &[&str], value: &Value) -> Value {
    value.as_u64().map_or(Value::Null, |at| json!(names[usize::try_from(at).unwrap()]))
}

fn compared_dot3_power(power: &Value, ours: &Value) -> Vec<(&'static str, Value, Value)> {
    vec![
        ("class", power["class"].as_u64().and_then(|class| class.checked_sub(1)).into(), ours["class"].clone()),
        ("power class of the port", bit(&power["support"], 1, ["pd", "pse"]), ours["port_class"].clone()),
        ("power supported", bit(&power["support"], 2, [false, true]), ours["supported"].clone()),
        ("power enabled", bit(&power["support"], 4, [false, true]), ours["enabled"].clone()),
        ("pair control", bit(&power["support"], 8, [false, true]), ours["pairs_controllable"].clone()),
        ("pairs", one_of(&["pairs_0", "signal", "spare"], &power["pair"]), ours["pairs"].clone()),
        (
            "power source",
            source(&power["source"], power["type"].as_u64().is_some_and(|kind| kind & 1 == 1)),
            ours["source"].clone(),
        ),
        ("power type", one_of(&["type_2_pse", "type_2_pd", "type_1_pse", "type_1_pd"], &power["type"]), ours["type"].clone()),
        ("power priority", one_of(&["unknown", "critical", "high", "low"], &power["prio"]), ours["priority"].clone()),
        ("power requested", power["requested_mw"].clone(), ours["requested_mw"].clone()),
        ("power allocated", power["allocated_mw"].clone(), ours["allocated_mw"].clone()),
    ]
}

fn compared_cdp(theirs: &Value, ours: &Value) -> Vec<(&'static str, Value, Value)> {
    let list = |value: &Value| if value.is_null() { json!([]) } else { value.clone() };
    let mut all: Vec<Value> = Vec::new();
    for key in ["addresses", "mgmt_addresses"] {
        for address in theirs[key].as_array().into_iter().flatten() {
            if !all.contains(address) {
                all.push(address.clone());
            }
        }
    }
    let bad_sum = ours["anomalies"].to_string().contains("checksum");
    vec![
        ("device id", theirs["device_id"].clone(), ours["cdp"]["device_id"].clone()),
        ("port", theirs["port_id"].clone(), ours["port_id"]["value"].clone()),
        ("platform", theirs["platform"].clone(), ours["cdp"]["platform"].clone()),
        ("software", theirs["software"].clone(), ours["cdp"]["software"].clone()),
        ("native vlan", theirs["native_vlan"].clone(), ours["cdp"]["native_vlan"].clone()),
        ("voice vlan", theirs["voice_vlan"].clone(), ours["cdp"]["voice_vlan"].clone()),
        ("voice vlan query", theirs["voice_vlan_query"].clone(), ours["cdp"]["voice_vlan_query"]["vlan"].clone()),
        ("version", theirs["version"].clone(), ours["cdp"]["version"].clone()),
        ("vtp domain", text(&theirs["vtp_domain"]), ours["cdp"]["vtp_domain"].clone()),
        ("system name", text(&theirs["sys_name"]), ours["system_name"].clone()),
        ("duplex", theirs["duplex"].clone(), ours["cdp"]["duplex"].clone()),
        ("addresses", json!(all), ours["management_addresses"].clone()),
        ("consumption", theirs["power_mw"].clone(), ours["cdp"]["power_consumption_mw"].clone()),
        ("requested", list(&theirs["power_requested_mw"]), ours["cdp"]["power_requested_mw"].clone()),
        ("available", list(&theirs["power_available_mw"]), ours["cdp"]["power_available_mw"].clone()),
        ("checksum", theirs["checksum_ok"].clone(), json!(!bad_sum)),
    ]
}

/// An empty text says nothing.
fn text(theirs: &Value) -> Value {
    theirs.as_str().filter(|text| !text.is_empty()).into()
}

/// One of two names by a bit.
fn bit<T: serde::Serialize + Copy>(theirs: &Value, bit: u64, names: [T; 2]) -> Value {
    theirs.as_u64().map_or(Value::Null, |bits| json!(names[usize::from(bits & bit != 0)]))
}

fn source(theirs: &Value, is_pd: bool) -> Value {
    let names = if is_pd { ["unknown", "pse", "local", "pse_and_local"] } else { ["unknown", "primary", "backup", "source_3"] };
    theirs.as_u64().map_or(Value::Null, |source| json!(names[usize::try_from(source).unwrap()]))
}

fn med_capabilities(theirs: &Value) -> Value {
    const NAMES: [&str; 6] = ["capabilities", "network_policy", "location", "extended_power_pse", "extended_power_pd", "inventory"];
    let Some(bits) = theirs.as_array() else { return Value::Null };
    let name = |bit: u64| NAMES.get(usize::try_from(bit).unwrap()).map_or_else(|| format!("bit_{bit}"), |name| (*name).to_owned());
    bits.iter().map(|bit| name(bit.as_u64().unwrap())).collect::<Vec<_>>().into()
}

const CHASSIS: [&str; 7] =
    ["chassis_component", "interface_alias", "port_component", "mac_address", "network_address", "interface_name", "local"];
const PORT: [&str; 7] =
    ["interface_alias", "port_component", "mac_address", "network_address", "interface_name", "agent_circuit_id", "local"];

fn id(theirs: &Value, names: &[&str; 7]) -> Value {
    let Some(subtype) = theirs["subtype"].as_u64() else { return Value::Null };
    let value = theirs["id"].as_str().unwrap();
    let value = value.strip_prefix("hex:").map_or_else(|| value.to_owned(), |digits| format!("0x{digits}"));
    json!({"subtype": names[usize::try_from(subtype).unwrap() - 1], "value": value})
}

fn capabilities(theirs: &Value) -> Value {
    let Some(names) = theirs.as_array() else { return Value::Null };
    let word = |name: &str| match name {
        "station" => "station_only".to_owned(),
        "wlan" => "wlan_access_point".to_owned(),
        "docsis" => "docsis_cable_device".to_owned(),
        "trans_bridge" => "bridge".to_owned(),
        "phone" => "telephone".to_owned(),
        "mac_relay" => "two_port_mac_relay".to_owned(),
        other => other.to_owned(),
    };
    names.iter().map(|name| word(name.as_str().unwrap())).collect::<Vec<_>>().into()
}

fn addresses(theirs: &Value) -> Value {
    let one = |entry: &Value| {
        let address = entry["addr"].as_str().unwrap_or_default();
        match (entry["family"].as_str(), address.len()) {
            (Some("other"), 12) => {
                let pairs: Vec<&str> = (0..6).map(|pair| &address[pair * 2..pair * 2 + 2]).collect();
                pairs.join(":")
            }
            _ => address.to_owned(),
        }
    };
    theirs.as_array().map(|entries| entries.iter().map(one).collect::<Vec<_>>()).unwrap_or_default().into()
}

fn names(theirs: &Value) -> Value {
    let one = |entry: &Value| json!({"vlan": entry["id"], "name": entry["name"]});
    theirs.as_array().map(|entries| entries.iter().map(one).collect::<Vec<_>>()).unwrap_or_default().into()
}

fn policies(theirs: &Value) -> Value {
    let one = |entry: &Value| {
        let application = match entry["app"].as_u64().unwrap() {
            1 => "voice".to_owned(),
            2 => "voice_signaling".to_owned(),
            other => format!("type_{other}"),
        };
        json!({
            "application": application, "vlan": entry["vlan"], "tagged": entry["tagged"] == 1, "unknown": entry["unknown"] == 1,
            "priority": entry["prio"], "dscp": entry["dscp"],
        })
    };
    theirs.as_array().map(|entries| entries.iter().map(one).collect::<Vec<_>>()).unwrap_or_default().into()
}

#[test]
#[ignore = "needs the public captures: tests/run looks for them"]
fn broken_frames_are_rejected_or_noted() {
    let folder = samples("pcap");
    let mut silent = Vec::new();
    for entry in std::fs::read_dir(folder.join("malformed")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let rows = decoded(&path);
        let noted = rows.values().any(|row| row["anomalies"] != json!([]));
        if !noted {
            silent.push(format!("{name}: {rows:?}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
