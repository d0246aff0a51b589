//! The JSON Schema for editors, kept equal to the code, and true of what the loader accepts.

use std::fs;
use std::path::Path;

use voiceport::inventory;

#[test]
fn the_checked_in_schema_is_the_one_in_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory/schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&inventory::schema()).unwrap());
    if std::env::var_os("VOICEPORT_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "VOICEPORT_BLESS=1 rewrites it");
}

#[test]
fn the_example_is_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&inventory::schema()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory/example");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let value: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path)).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}

#[test]
fn the_schema_knows_the_keys_that_the_loader_knows() {
    let validator = jsonschema::validator_for(&inventory::schema()).unwrap();
    for (valid, value) in [
        (true, serde_json::json!({"switches": {"a": {"linux": "br0", "write": "local"}}})),
        (false, serde_json::json!({"switches": {"a": {"linux": "br0", "address": "192.0.2.1"}}})),
        (false, serde_json::json!({"switches": {"a": {"adress": "192.0.2.1"}}})),
        (false, serde_json::json!({"vlans": {"voice": {"id": 4095}}})),
        (true, serde_json::json!({"phones": [{"mac": "001565123456", "model": "yealink/t46s"}]})),
    ] {
        assert_eq!(validator.is_valid(&value), valid, "{value}");
    }
}
