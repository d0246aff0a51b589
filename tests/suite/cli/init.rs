//! From an empty folder to an inventory.

use super::schemas;
use super::user::User;

#[test]
fn an_empty_folder_gets_a_commented_inventory_that_checks() {
    let user = User::new();
    user.run(["init"]).exits(0).says("made inventory/site.yaml").says("fill it in, then: voiceport inventory check");
    assert_eq!(
        user.files(),
        ["work/inventory", "work/inventory/secrets", "work/inventory/site.yaml"],
        "an inventory and a folder for its secrets"
    );
    let text = user.read("inventory/site.yaml");
    assert!(
        text.contains("\n  name: work\n") && text.lines().filter(|line| line.trim_start().starts_with('#')).count() > 20,
        "{text}"
    );
    user.run(["inventory", "check"]).exits(0).says("site work: 0 switches, 0 phones, 2 VLANs: no problems");

    // what is filled in is asked for by name
    let switch = "switches:\n  desk-1: {address: 192.0.2.11, read: read, write: write}\n";
    user.write("inventory/site.yaml", text.replacen("switches:\n", switch, 1));
    let said = user.run(["inventory", "check"]).exits(3);
    for name in ["read", "write"] {
        said.stderr
            .find(&format!("credential {name}: community: secret file inventory/secrets/snmp-{name}: there is none"))
            .unwrap();
    }
    for name in ["read", "write"] {
        user.write(&format!("inventory/secrets/snmp-{name}"), "public\n");
    }
    user.run(["inventory", "check"]).exits(0).says("1 switches");
}

#[test]
fn nothing_is_overwritten() {
    let user = User::new();
    for (inventory, file) in [("inventory", "inventory/own.yml"), ("branch.yaml", "branch.yaml")] {
        user.write(file, "site: {name: precious}\n");
        let before = user.files();
        let said = user.run(["-i", inventory, "init"]).exits(1);
        assert!(said.stderr.contains(&format!("{file}: there is an inventory already: nothing was written")), "{said}");
        assert_eq!((user.read(file).as_str(), user.files()), ("site: {name: precious}\n", before));
    }
    // a link that leads nowhere is somebody's file too
    std::os::unix::fs::symlink("nowhere", user.folder().join("link.yaml")).unwrap();
    user.run(["-i", "link.yaml", "init"]).exits(1).says("link.yaml: there is an inventory already");
}

#[test]
fn a_file_may_be_named_and_the_answer_is_a_document() {
    let user = User::new();
    let said = user.run(["-i", "sites/branch.yaml", "--format", "json", "init", "--name", "Zürich: \"Süd\""]).exits(0);
    let made = schemas::check(&said.stdout, "init");
    assert_eq!((&made["file"], &made["phones_added"]), (&"sites/branch.yaml".into(), &serde_json::Value::Null));
    user.run(["-i", "sites/branch.yaml", "inventory", "check"]).exits(0).says("site Zürich: \"Süd\": 0 switches");
}
