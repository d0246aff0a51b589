//! `verify` of a part of the site, and of other checks than the inventory's.

use serde_json::{Value, json};

use super::schemas;
use super::simulated::SimulatedSite;
use super::user::Said;

/// Without what nobody here does: serving files and measuring the path.
const REQUIRED: &str = "powered,vlan,found,saved";

fn verdict(said: &Said) -> Value {
    schemas::check(&said.stdout, "verify")["verdict"].clone()
}

fn macs(report: &Value) -> Vec<&str> {
    report["phones"].as_array().unwrap().iter().map(|phone| phone["mac"].as_str().unwrap()).collect()
}

fn switches(report: &Value) -> Vec<&str> {
    report["switches"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn the_verdict_is_about_what_was_asked_for() {
    let site = SimulatedSite::start();
    site.run(["apply", "--switch", "closet", "--yes"]).exits(0);
    let closet = ["verify", "--switch", "closet", "--require", REQUIRED, "--format", "json"];
    let said = site.await_said(&closet, |said| said.code == Some(0));
    let report = schemas::check(&said.stdout, "verify");
    assert_eq!(report["verdict"], "accepted", "{report:#}");
    assert_eq!(report["scope"], json!({"switches": ["closet"], "phones": [], "phones_without_place": 0}));
    assert_eq!((switches(&report), &report["paths"]), (vec!["closet"], &json!([])));
    assert!(report["phones"].as_array().unwrap().iter().all(|phone| phone["at"]["switch"] == "closet"), "{report:#}");
    assert_eq!((&report["required_by"], &report["required"]), (&json!("command_line"), &json!(["powered", "vlan", "found", "saved"])));
    site.run(["verify", "--switch", "closet", "--require", REQUIRED])
        .exits(0)
        .says("Required by --require, instead of the inventory: powered, vlan, found, saved.")
        .says("Site lab, only switch closet: ");

    // the other switch has not been changed, and so neither is the whole site right
    for rest in [&["--switch", "floor-2"][..], &["--switch", "closet", "--switch", "floor-2"], &[]] {
        let said = site.run([&["verify", "--require", REQUIRED, "--format", "json"], rest].concat()).exits(5);
        assert_eq!(verdict(&said), "not_accepted", "{rest:?}");
    }
    // what the inventory requires holds where nothing else is asked for: nobody has served a file
    let said = site.run(["verify", "--switch", "closet", "--format", "json"]).exits(5);
    let report = schemas::check(&said.stdout, "verify");
    assert_eq!((&report["verdict"], &report["required_by"]), (&json!("incomplete"), &json!("inventory")));
    assert_eq!(report["required"], json!(["powered", "vlan", "found", "fetched", "saved"]), "a path is no part's");
}

#[test]
fn a_phone_is_named_by_address_or_extension_and_brings_its_switch() {
    let site = SimulatedSite::start();
    let one = |name: &str, require: &str| site.run(["verify", "--phone", name, "--require", require, "--format", "json"]);
    let by_extension = schemas::check(&one("101", "powered").exits(5).stdout, "verify");
    let by_address = schemas::check(&one("0015.6510.0001", "powered").exits(5).stdout, "verify");
    for report in [&by_extension, &by_address] {
        assert_eq!((macs(report), switches(report)), (vec!["00:15:65:10:00:01"], vec!["closet"]));
        assert_eq!((&report["verdict"], &report["findings"][0]["check"]), (&json!("not_accepted"), &json!("powered")));
    }
    // `saved` of the switch under a phone counts; its own checks do not
    let said = one("101", "saved").exits(5);
    assert_eq!(verdict(&said), "incomplete", "nothing tells yet whether the closet is saved");
    let both = schemas::check(&site.run(["verify", "--phone", "101", "--switch", "floor-2", "--format", "json"]).exits(5).stdout, "verify");
    assert!(macs(&both).contains(&"00:15:65:10:00:01") && macs(&both).len() > 1, "{both:#}");
    assert_eq!(switches(&both), ["closet", "floor-2"]);
    site.run(["verify", "--phone", "101"]).exits(5).says("Site lab, only phone 101: 0 of 1 phone in service, not accepted.");
}

#[test]
fn a_name_that_nothing_has_is_told_with_the_nearest() {
    let site = SimulatedSite::start();
    for (arguments, message, hint) in [
        (["--switch", "closset"], "switch closset: not in the inventory", "did you mean closet?"),
        (["--switch", "attic"], "switch attic: not in the inventory", "it has: closet, floor-2"),
        (["--phone", "1O1"], "phone 1O1: not in the inventory", "did you mean 101?"),
        (["--phone", "001565-100009"], "phone 00:15:65:10:00:09: not in the inventory", "did you mean 00:15:65:10:00:01?"),
        (["--phone", "reception"], "phone reception: not in the inventory", "voiceport inventory show"),
    ] {
        let said = site.run([&["verify", "--format", "json"], &arguments[..]].concat()).exits(2);
        let error = schemas::check_error(&said);
        assert_eq!((&error["error"], &error["hint"]), (&json!(message), &json!(hint)), "{arguments:?}");
    }
    for check in ["power", "", "powered,,vlan", "Powered"] {
        let said = site.run(["verify", "--require", check, "--format", "json"]).exits(2);
        let error = schemas::check_error(&said).to_string();
        assert!(error.contains("wired, powered, vlan, path, found, fetched, registered, saved or qos"), "{check}: {error}");
    }
}

#[test]
fn an_extension_of_two_phones_is_refused_with_both() {
    let site = SimulatedSite::start();
    let inventory = site.user.read("lab.yaml");
    let first = inventory.find("extension: ").unwrap();
    let number = &inventory[first..].split(['\n', ',', '}']).next().unwrap()["extension: ".len()..];
    let rest = &inventory[first + 11 + number.len()..];
    let second = rest.find("extension: ").unwrap();
    let other = rest[second..].split(['\n', ',', '}']).next().unwrap();
    site.user.write("lab.yaml", inventory.replace(other, &format!("extension: {number}")));
    site.run(["verify", "--phone", number.trim_matches('"')])
        .exits(2)
        .says("2 phones have this extension")
        .says("hint: name one by its address: ");
}
