//! `voiceport discover --save`: phones found go into an inventory file, and nothing else in it changes.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::discover::announcement;
use super::simulated::SimulatedSite;
use super::user::User;
use crate::support::{capture, voiceport};

const T46S: [u8; 6] = [0x00, 0x15, 0x65, 0x12, 0x34, 0x56];
const VVX: [u8; 6] = [0x00, 0x04, 0xf2, 0x12, 0x34, 0x57];
const MORE: [u8; 6] = [0x00, 0x15, 0x65, 0x12, 0x34, 0x59];
const UNKNOWN: [u8; 6] = [0x00, 0x15, 0x65, 0x12, 0x34, 0x58];

/// A capture file with three phones, only one of which can be set up.
fn three_phones() -> Vec<u8> {
    capture(&[
        announcement(T46S, "Yealink", "SIP-T46S"),
        announcement(VVX, "Polycom", "VVX 411"),
        announcement(UNKNOWN, "Yealink", "SIP-T99Z"),
    ])
}

#[test]
fn found_phones_are_added_and_the_others_are_told_with_the_reason() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    let old = "# our site\nsite: {name: hq}\r\nphones:  # by room\n- {mac: 00:04:13:00:00:01, model: snom/d785} # lobby";
    let file = user.write("site.yaml", old);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("site.yaml", user.folder().join("link.yaml")).unwrap();
    let save = ["-i", "site.yaml", "discover", "--pcap", "phones.pcap", "--save", "link.yaml"];
    user.run(save)
        .exits(0)
        .says("added 1 phone to link.yaml; 2 left out:")
        .says("phone 00:04:f2:12:34:57: it is a Poly VVX 411, and there is no template for it in this version")
        .says("phone 00:15:65:12:34:58: it is a Yealink SIP-T99Z, and there is no template for it in this version");
    assert_eq!(user.read("site.yaml"), format!("{old}\n- mac: 00:15:65:12:34:56\n  model: yealink/t46s"));
    assert!(user.folder().join("link.yaml").is_symlink());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    user.run(["-i", "site.yaml", "inventory", "check"]).exits(0);
    user.run(save).exits(0).says("added no phone to link.yaml; 2 left out:");
    assert!(!user.files().iter().any(|file| file.contains("/.")), "{:?}", user.files());
}

#[test]
fn a_file_of_a_folder_knows_the_phones_of_the_others() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    user.write("inventory/10-site.yaml", "site: {name: hq}\nphones: [{mac: 00:15:65:12:34:56, model: yealink/t46s}]\n");
    let save = ["discover", "--pcap", "phones.pcap", "--save", "inventory/20-phones.yaml"];
    user.run(save).exits(0).says("added no phone to inventory/20-phones.yaml; 2 left out:");
    assert!(!user.folder().join("inventory/20-phones.yaml").exists());
    user.write("inventory/10-site.yaml", "site: {name: hq}\n");
    user.run(save).exits(0).says("added 1 phone to inventory/20-phones.yaml");
    assert_eq!(user.read("inventory/20-phones.yaml"), "phones:\n  - mac: 00:15:65:12:34:56\n    model: yealink/t46s\n");
}

#[test]
fn an_inventory_folder_gets_a_file_for_what_was_discovered() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    let site = "site: {name: hq}\nphones:\n  - {mac: 00:04:13:00:00:01, model: snom/d785}\n";
    user.write("inventory/10-site.yaml", site);
    let save = ["discover", "--pcap", "phones.pcap", "--save"];
    user.run(save).exits(0).says("added 1 phone to inventory/discovered.yaml");
    let written = user.read("inventory/discovered.yaml");
    let (header, phones) = written.split_once("\n\n").unwrap();
    assert!(header.starts_with("# Phones that `voiceport discover --save` found."), "{written}");
    assert_eq!(phones, "phones:\n  - mac: 00:15:65:12:34:56\n    model: yealink/t46s\n");
    assert_eq!(user.read("inventory/10-site.yaml"), site);
    user.run(["inventory", "check"]).exits(0);
    user.run(save).exits(0).says("added no phone to inventory/discovered.yaml");
    // what a person wrote there stays, and the next phone comes behind it
    let edited = format!("{written}    # the lobby's\n    settings: {{language: Deutsch}}\nups: {{}}\n");
    user.write("inventory/discovered.yaml", &edited);
    user.write("more.pcap", capture(&[announcement(MORE, "Yealink", "SIP-T46S")]));
    user.run(["discover", "--pcap", "more.pcap", "--save", "inventory"])
        .exits(0)
        .says("added 1 phone to inventory/discovered.yaml");
    let (before, after) = edited.split_once("ups:").unwrap();
    let added = "  - mac: 00:15:65:12:34:59\n    model: yealink/t46s\n";
    assert_eq!(user.read("inventory/discovered.yaml"), format!("{before}{added}ups:{after}"));
    assert!(!user.files().iter().any(|file| file.contains("/.")), "{:?}", user.files());
}

#[test]
fn the_first_phones_make_the_inventory_folder() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    user.run(["discover", "--pcap", "phones.pcap", "--save"]).exits(0).says("added 1 phone to inventory/discovered.yaml");
    user.run(["inventory", "check"]).exits(0);
    user.write("site.yaml", "site: {name: hq}\n");
    user.run(["-i", "site.yaml", "discover", "--pcap", "phones.pcap", "--save"]).exits(0).says("added 1 phone to site.yaml");
}

#[test]
fn a_full_disk_leaves_the_inventory_as_it_was() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    user.write("inventory/10-site.yaml", "site: {name: hq}\n");
    let before = user.files();
    // no byte may be written to a file, which is told as an error instead of a signal
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" discover --pcap phones.pcap --save";
    let program = voiceport().get_program().to_owned();
    let said = Command::new("sh").args(["-c", script]).arg(program).current_dir(user.folder()).output().unwrap();
    let errors = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{errors}");
    assert!(errors.contains("writing inventory/discovered.yaml: File too large"), "{errors}");
    assert_eq!(user.files(), before);
}

#[test]
fn what_cannot_be_written_is_left_as_it_is() {
    let user = User::new();
    user.write("phones.pcap", three_phones());
    let cases = [
        ("null.yaml", "phones: null\n", 3, "null.yaml: its `phones` are not a list"),
        ("broken.yaml", "phones: [\n", 3, "broken.yaml: line 1: not YAML"),
        ("notes.txt", "phones:\n", 2, "--save notes.txt: not an inventory file"),
    ];
    for (name, text, code, words) in cases {
        user.write(name, text);
        let said = user.run(["discover", "--pcap", "phones.pcap", "--save", name]).exits(code).says(words).says("hint: ");
        // it is said before anybody waits for frames
        assert_eq!(said.stdout.is_empty(), name != "null.yaml", "{said}");
        assert_eq!(user.read(name), text);
    }
    symlink("nowhere.yaml", user.folder().join("dangling.yaml")).unwrap();
    user.run(["discover", "--pcap", "phones.pcap", "--save", "dangling.yaml"]).exits(1).says("reading dangling.yaml: ");
    user.run(["discover", "--pcap", "phones.pcap", "--save", "no/folder.yaml"]).exits(1).says("writing no/folder.yaml: ");
    let file = user.write("read-only.yaml", "phones:\n");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444)).unwrap();
    user.run(["discover", "--pcap", "phones.pcap", "--save", "read-only.yaml"]).exits(1).says("it is read-only");
    user.write("invalid.yaml", "vlans: {voice: {id: 5000}}\n");
    user.run(["-i", "invalid.yaml", "discover", "--pcap", "phones.pcap", "--save", "new.yaml"]).exits(3).says("5000");
    assert!(!user.folder().join("new.yaml").exists());
}

#[test]
fn a_phone_that_a_switch_hears_is_added_with_its_place() {
    let site = SimulatedSite::start();
    let whole = site.user.read("lab.yaml");
    let place = whole.find("  - mac: 00:04:13:10:00:03").unwrap();
    let end = place + whole[place..].find("  # Has power already").unwrap();
    site.user.write("fewer.yaml", format!("{}{}", &whole[..place], &whole[end..]));
    let command = ["discover", "--switch", "closet", "--save", "fewer.yaml", "--inventory", "fewer.yaml"];
    site.user.run(command).exits(0).says("added 1 phone to fewer.yaml");
    let saved = site.user.read("fewer.yaml");
    let (before, added) = saved.split_once("  - mac: 00:04:13:10:00:03").unwrap();
    assert_eq!(before, format!("{}{}", &whole[..place], &whole[end..]));
    let (_, lines) = added.split_once('\n').unwrap();
    assert_eq!(lines, "    model: snom/d785\n    at: {switch: closet, port: 0/5}\n");
    site.user.run(command).exits(0).says("added no phone to fewer.yaml");
    // another phone at its port: the one that the inventory has there is replaced by hand
    site.user.write("other.yaml", whole.replace("00:04:13:10:00:03", "00:04:13:10:00:99"));
    let said = site.user.run(["discover", "--switch", "closet", "--save", "other.yaml", "--inventory", "other.yaml"]).exits(0);
    said.says("phone 00:04:13:10:00:03: the inventory has phone 00:04:13:10:00:99 at closet 0/5: when this one replaces it");
}
