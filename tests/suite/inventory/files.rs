//! Files and folders as they are found on disk.

use std::fs;
use std::path::Path;

use voiceport::inventory::{self, Error};

use super::{catalogue, one};

#[test]
fn the_example_loads() {
    let site = inventory::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory/example"), &catalogue()).unwrap();
    assert_eq!((site.name.as_str(), site.switches.len(), site.phones.len()), ("hq", 2, 6));
    assert_eq!(site.phones[3].mac.to_string(), "00:04:13:12:34:59");
    assert_eq!(site.phones[3].settings.get("ntp_server"), Some(&model::site::Setting::Off));
    assert_eq!(site.cables.len(), 1);
}

#[test]
fn a_missing_path_and_an_empty_folder_are_told_apart() {
    let folder = tempdir("empty");
    fs::write(folder.join("notes.txt"), "phones:").unwrap();
    fs::write(folder.join(".hidden.yaml"), "phones:").unwrap();
    let missing = inventory::load(&folder.join("nothing"), &catalogue()).unwrap_err();
    assert!(matches!(missing, Error::Missing { .. }) && missing.hint().is_some(), "{missing}");
    let empty = inventory::load(&folder, &catalogue()).unwrap_err();
    assert!(matches!(empty, Error::Empty { .. }) && empty.to_string().contains("no .yaml"), "{empty}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn bytes_that_are_not_utf_8_are_found_beside_other_problems() {
    let folder = tempdir("latin1");
    fs::write(folder.join("a.yaml"), b"site:\n  name: M\xfcller\n").unwrap();
    fs::write(folder.join("b.yaml"), "vlans: {voice: {id: 5000}}\n").unwrap();
    let Err(Error::Invalid(problems)) = inventory::load(&folder, &catalogue()) else { panic!("it must be invalid") };
    let seen: Vec<_> = problems.list.iter().map(|problem| (problem.line, problem.column, problem.message.as_str())).collect();
    assert_eq!(seen, [(2, 10, "not UTF-8 from here on"), (1, 21, "VLAN voice: id: 5000 is out of range")]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_byte_order_mark_and_crlf_do_no_harm() {
    let site = inventory::parse(&one("\u{feff}site:\r\n  name: hq\r\n"), &catalogue()).unwrap();
    assert_eq!(site.name, "hq");
}

#[test]
fn relative_secrets_start_from_the_inventory() {
    assert_eq!(inventory::base(Path::new("site.yaml")), Path::new("."));
    assert_eq!(inventory::base(Path::new("a/site.yaml")), Path::new("a"));
    let folder = tempdir("base");
    assert_eq!(inventory::base(&folder), folder);
    fs::remove_dir_all(folder).unwrap();
}

fn tempdir(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("voiceport-inventory-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
