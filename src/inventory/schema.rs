//! The inventory's shape as JSON Schema 2020-12, for editors. Pure.
//!
//! It says less than the loader does: references between sections and the catalogue of models are the loader's to check.

use serde_json::{Value, json};

/// The JSON Schema of one inventory file.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "voiceport inventory",
        "description": "One file of a voiceport inventory; the files of a folder are merged in the order of their names.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "site": nullable(&site()),
            "defaults": {"description": "Settings of every phone: name to value; null switches off.", "$ref": "#/$defs/settings"},
            "vlans": named("VLANs by name.", &vlan()),
            "credentials": named("Credentials by name; `local` is predefined for Linux bridges.", &json!({"$ref": "#/$defs/credential"})),
            "switches": named("Switches by name.", &switch()),
            "phones": list("Phones.", &phone()),
            "pbx": nullable(&pbx()),
            "provisioning": nullable(&object("Who fetches files, and from where.", &[], &json!({
                "url": text("The URL phones fetch from, when it is not this machine's own address.")
            }))),
            "probe": nullable(&object("The far end of the voice path, to be measured.", &["target"], &json!({
                "target": text("A STAMP reflector: host, host:port or [v6]:port; port 862 by default."),
                "duration_s": integer("How long to measure, in seconds. Default: 30.", 1, 86_400),
                "streams": integer("Calls at the same time. Default: 1.", 1, 500),
            }))),
            "ups": named("Uninterruptible supplies by name.", &ups()),
            "cables": list("Cables whose length matters.", &cable()),
            "accept": nullable(&accept()),
        },
        "$defs": {
            "scalar": {"type": ["string", "number", "boolean"]},
            "settings": {
                "type": ["object", "null"],
                "additionalProperties": {"anyOf": [{"$ref": "#/$defs/secret"}, {"type": "null"}]}
            },
            "secret": secret(),
            "credential": credential(),
            "port": scalar("Port name as the switch calls it (ifName), like Gi1/0/7."),
        }
    })
}

fn site() -> Value {
    object(
        "The site.",
        &[],
        &json!({
            "name": scalar("Short name, for people and file names. Default: site."),
            "time_zone": text("IANA time zone, like Europe/Berlin."),
            "country": {"description": "ISO 3166 country code.", "type": ["string", "null"], "pattern": "^[A-Z]{2}$"}
        }),
    )
}

fn vlan() -> Value {
    object(
        "A VLAN.",
        &["id"],
        &json!({
            "id": integer("802.1Q VLAN ID.", 1, 4094),
            "role": choice("What it is for. Default: data.", &["voice", "management", "data"]),
            "priority": integer("802.1p priority of its traffic.", 0, 7),
            "dscp": {
                "description": "DSCP of its traffic: a number, or a name like ef.",
                "anyOf": [{"type": "integer", "minimum": 0, "maximum": 63}, {"type": "string"}, {"type": "null"}]
            }
        }),
    )
}

fn credential() -> Value {
    let keyed = |protocols: &[&str]| {
        object(
            "Protocol and password.",
            &["protocol", "secret"],
            &json!({
                "protocol": choice("Protocol.", protocols),
                "secret": {"$ref": "#/$defs/secret"},
                "insecure_literal": flag("Allow the secret to stand here as text.")
            }),
        )
    };
    object(
        "An SNMP credential.",
        &["snmp"],
        &json!({
            "snmp": choice("SNMP version.", &["v1", "v2c", "v3"]),
            "community": {"description": "Community of v1 and v2c.", "$ref": "#/$defs/secret"},
            "user": scalar("User name of v3."),
            "auth": nullable(&keyed(&["md5", "sha-1", "sha", "sha-224", "sha-256", "sha-384", "sha-512"])),
            "privacy": nullable(&keyed(&["des", "aes-128", "aes-192", "aes-256", "aes-192-reeder", "aes-256-reeder"])),
            "context": scalar("Context name of v3. Default: empty."),
            "insecure_literal": flag("Allow secrets of this credential to stand here as text.")
        }),
    )
}

fn secret() -> Value {
    let one = |key: &str, value: Value| json!({"type": "object", "additionalProperties": false, "required": [key], "properties": {key: value}});
    json!({
        "description": "Where a secret is kept; plain text only beside `insecure_literal: true`.",
        "anyOf": [
            one("env", text("Environment variable.")),
            one("file", text("File whose first line is the secret; relative to the inventory.")),
            one("command", json!({
                "description": "Program and arguments; the first line of output is the secret. No shell.",
                "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/scalar"}
            })),
            {
                "type": "object", "additionalProperties": false, "required": ["insecure_literal", "value"],
                "properties": {"insecure_literal": {"const": true}, "value": {"$ref": "#/$defs/scalar"}}
            },
            {"$ref": "#/$defs/scalar"}
        ]
    })
}

fn switch() -> Value {
    let mut switch = object(
        "A switch: `address` for SNMP, or `linux` for a bridge of this machine.",
        &[],
        &json!({
            "address": text("Host name or IP address."),
            "port": integer("UDP port. Default: 161.", 1, 65535),
            "linux": text("Interface name of the bridge, like br0."),
            "read": text("Credential for reading. Default: that for writing; `local` for a Linux bridge."),
            "write": text("Credential for writing. Without one nothing is written."),
            "profile": text("Profile name. Default: auto, by sysObjectID."),
            "voice_vlan": scalar("Voice VLAN of its phone ports. Default: the site's only VLAN with the role voice."),
            "data_vlan": scalar("Data VLAN of its phone ports. Default: what they have."),
            "protect": list("Ports never to be changed.", &json!({"$ref": "#/$defs/port"})),
            "power_budget_w": watts("Power budget in watts, where the switch does not tell one."),
            "allow_generic_write": flag("Allow writing to a switch that only the generic profile matches.")
        }),
    );
    if let Some(switch) = switch.as_object_mut() {
        switch.insert("oneOf".to_owned(), json!([{"required": ["address"]}, {"required": ["linux"]}]));
    }
    switch
}

fn phone() -> Value {
    let at = object(
        "Where it is plugged in. Default: where discovery finds it.",
        &["switch", "port"],
        &json!({
            "switch": scalar("Name of the switch."),
            "port": {"$ref": "#/$defs/port"}
        }),
    );
    let line = object(
        "A line (account).",
        &["extension", "secret"],
        &json!({
            "extension": scalar("What others dial."),
            "name": scalar("What the display shows."),
            "user": scalar("SIP user. Default: the extension."),
            "secret": {"description": "SIP password.", "$ref": "#/$defs/secret"},
            "insecure_literal": flag("Allow the secret to stand here as text.")
        }),
    );
    object(
        "A phone.",
        &["mac", "model"],
        &json!({
            "mac": scalar("MAC address in any usual spelling."),
            "model": {"description": "Vendor and model, like yealink/t46s.", "type": "string", "pattern": "^[^/]+/[^/]+$"},
            "at": nullable(&at),
            "address": text("Its fixed IP address, when it has one."),
            "lines": list("Its lines, first line first.", &line),
            "poe_priority": choice("PoE priority of its port. Default: what it has.", &["critical", "high", "low"]),
            "poe_limit_w": watts("Power its port is limited to, in watts. Default: what it has."),
            "settings": {"description": "Settings of this phone alone; null switches off.", "$ref": "#/$defs/settings"}
        }),
    )
}

fn pbx() -> Value {
    object(
        "The telephone system.",
        &["address"],
        &json!({
            "address": text("Host name or IP address."),
            "port": integer("SIP port. Default: 5060, or 5061 for tls.", 1, 65535),
            "transport": choice("SIP transport. Default: udp.", &["udp", "tcp", "tls"])
        }),
    )
}

fn ups() -> Value {
    object(
        "An uninterruptible supply.",
        &["energy_wh"],
        &json!({
            "energy_wh": integer("Usable energy in watt-hours.", 1, 10_000_000),
            "switches": list("Switches behind it.", &json!({"$ref": "#/$defs/scalar"})),
            "base_load_w": watts("What the switches themselves draw in watts, without PoE.")
        }),
    )
}

fn cable() -> Value {
    object(
        "A cable from a switch port to a phone.",
        &["switch", "port", "length_m"],
        &json!({
            "switch": scalar("Name of the switch."),
            "port": {"$ref": "#/$defs/port"},
            "length_m": integer("Length in metres.", 1, 500),
            "category": choice("Category.", &["cat3", "cat5e", "cat6", "cat6a", "cat7"])
        }),
    )
}

fn accept() -> Value {
    const CHECKS: [&str; 9] = ["wired", "powered", "vlan", "path", "found", "fetched", "registered", "saved", "qos"];
    let reservation = object(
        "What is accepted although one check of one phone, switch or path does not pass.",
        &["check", "reason"],
        &json!({
            "check": choice("The check.", &CHECKS),
            "phone": scalar("MAC address of the phone it is about."),
            "switch": scalar("Name of the switch it is about, for `saved`."),
            "path": text("Target of `probe`, for `qos`."),
            "reason": text("Why, for those who sign.")
        }),
    );
    object(
        "What the site is accepted by.",
        &[],
        &json!({
            "require": list("Checks that must pass. Default: powered, vlan, found, fetched, saved, and qos where `probe` is given.", &json!({"enum": CHECKS})),
            "reservations": list("What is accepted all the same.", &reservation)
        }),
    )
}

fn object(description: &str, required: &[&str], properties: &Value) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn named(description: &str, entry: &Value) -> Value {
    json!({"description": description, "type": ["object", "null"], "additionalProperties": entry})
}

fn list(description: &str, item: &Value) -> Value {
    json!({"description": description, "type": ["array", "null"], "items": item})
}

fn nullable(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": ["string", "null"]})
}

/// Text that other YAML readers may take for a number.
fn scalar(description: &str) -> Value {
    json!({"description": description, "type": ["string", "number", "boolean", "null"]})
}

fn flag(description: &str) -> Value {
    json!({"description": format!("{description} Default: false."), "type": ["boolean", "null"]})
}

fn integer(description: &str, low: u32, high: u32) -> Value {
    json!({"description": description, "type": ["integer", "null"], "minimum": low, "maximum": high})
}

fn watts(description: &str) -> Value {
    json!({"description": description, "type": ["number", "null"], "minimum": 0})
}

fn choice(description: &str, words: &[&str]) -> Value {
    let words: Vec<Option<&str>> = words.iter().copied().map(Some).chain([None]).collect();
    json!({"description": description, "enum": words})
}
