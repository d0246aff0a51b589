//! What is missing, told with the cure that fits.

use std::net::UdpSocket;
use std::os::unix::process::CommandExt;
use std::process::Command;

use model::timestamp::Timestamp;
use serde_json::{Value, json};
use voiceport::change::journal::Journal;
use voiceport::change::plan::Plan;
use voiceport::change::record::Record;

use super::schemas;
use super::simulated::SimulatedSite;
use super::user::{Said, User, finish};

/// The rows of one kind.
fn rows(said: &Said, check: &str) -> Vec<Value> {
    let report = schemas::check(&said.stdout, "doctor");
    report["checks"].as_array().unwrap().iter().filter(|row| row["check"] == check).cloned().collect()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// Ports below this need no right on this machine.
fn first_free_port() -> u16 {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap();
    text.trim().parse().unwrap()
}

#[test]
fn a_port_that_is_taken_is_told_from_a_right_that_is_missing() {
    let user = User::new();
    // whoever may not have the port learns that from doctor as well
    let taken = UdpSocket::bind("0.0.0.0:862");
    let said = user.run(["--format", "json", "doctor"]);
    let ports = rows(&said, "port");
    let stamp = ports.iter().find(|row| text(row, "what").contains("862")).unwrap();
    assert_eq!(stamp["result"], "failed", "{said}");
    if taken.is_ok() {
        assert_eq!(text(stamp, "detail"), "another program has this port");
        assert!(text(stamp, "hint").contains("ss -lunpt 'sport = :862'") && !text(stamp, "hint").contains("setcap"), "{stamp}");
    } else {
        assert!(text(stamp, "hint").contains("ss -lunpt") || text(stamp, "hint").contains("setcap"), "{stamp}");
    }
}

/// As a user without rights, through a link to the binary: `setcap` refuses links.
#[test]
fn the_cure_for_a_missing_right_names_the_binary_itself_with_every_right() {
    let user = User::new();
    let link = user.folder().join("vp");
    let binary = user.command([""]).get_program().to_owned();
    std::os::unix::fs::symlink(&binary, &link).unwrap();
    let mut command = Command::new(&link);
    user.settle(&mut command);
    if nix::unistd::geteuid().is_root() {
        // nobody may look into this user's folders
        command.current_dir("/").uid(65534).gid(65534).env("HOME", "/nowhere");
    }
    let said = finish(command.args(["--format", "json", "doctor"]));
    let binary = std::fs::canonicalize(binary).unwrap().display().to_string();
    let mut cures: Vec<Value> = rows(&said, "listen");
    if first_free_port() > 69 {
        cures.extend(
            rows(&said, "port").into_iter().filter(|row| row["result"] == "failed" && text(row, "detail").starts_with("this user")),
        );
    }
    assert!(!cures.is_empty(), "{said}");
    for row in cures {
        let cure = text(&row, "hint");
        let all = ["cap_net_bind_service", "cap_net_raw", "cap_net_admin"].iter().all(|right| cure.contains(right));
        assert!(all && cure.contains("sudo setcap ") && cure.contains(&binary) && !cure.contains("/vp"), "{row}");
    }
    // whichever command lacks a right names the same cure, so that none takes away the right of another
    if nix::unistd::geteuid().is_root() {
        let commands = [(&["discover", "--interface", "lo", "--duration", "1s"][..], 0), (&["reflect", "127.0.0.1:862"], 862)];
        for (arguments, _) in commands.into_iter().filter(|(_, port)| *port == 0 || first_free_port() > *port) {
            let mut command = Command::new(&link);
            user.settle(&mut command);
            command.current_dir("/").uid(65534).gid(65534).env("HOME", "/nowhere").args(arguments);
            let said = finish(&mut command).exits(1);
            let cure = said.stderr.split("sudo setcap ").nth(1).unwrap_or_else(|| panic!("{said}"));
            assert!(cure.starts_with("cap_net_admin,cap_net_bind_service,cap_net_raw+ep /") && cure.contains(&binary), "{said}");
        }
    }
    let folder = &rows(&said, "state_folder")[0];
    assert!(folder["result"] == "passed" || text(folder, "hint").contains("--state-dir"), "{folder}");
}

#[test]
fn a_run_that_was_not_finished_is_told() {
    let user = User::new();
    assert_eq!(rows(&user.run(["--format", "json", "doctor"]), "interrupted_run")[0]["result"], "passed");
    let plan = json!({"site": "hq", "fingerprint": "", "steps": [], "placements": [], "power": [], "refusals": [], "notes": []});
    let plan: Plan = serde_json::from_value(plan).unwrap();
    Journal::open(&user.state())
        .unwrap()
        .begin(&plan, &Record::default(), Timestamp::from_system(std::time::SystemTime::now()))
        .unwrap();
    let row = &rows(&user.run(["--format", "json", "doctor"]), "interrupted_run")[0];
    assert_eq!(
        (&row["result"], text(row, "hint")),
        (&json!("failed"), "do the rest of it with `voiceport apply --finish`, or put it back with `voiceport rollback 1`")
    );
}

#[test]
fn the_write_credential_is_tried_only_when_asked() {
    let site = SimulatedSite::start();
    let said = site.run(["--format", "json", "doctor"]);
    let writes = rows(&said, "write");
    assert_eq!(writes.len(), 2, "{said}");
    for row in &writes {
        assert_eq!((&row["result"], text(row, "hint").contains("--try-write")), (&json!("not_checked"), true), "{row}");
    }
    assert!(rows(&said, "clock").iter().chain(&rows(&said, "inventory")).all(|row| row["result"] == "passed"), "{said}");

    let said = site.run(["--format", "json", "doctor", "--try-write"]);
    assert!(rows(&said, "write").iter().all(|row| row["result"] == "passed"), "{said}");
    for switch in ["closet", "floor-2"] {
        let named = said.stderr.lines().find(|line| line.starts_with(&format!("switch {switch}: setting ")));
        assert!(named.is_some_and(|line| line.contains(" to the value it has, `")), "{said}");
    }
    // nothing was changed by it
    assert_eq!(site.steps().as_array().unwrap().len(), 19);

    let text_of = site.user.read("lab.yaml");
    site.user.write("lab.yaml", text_of.replace("value: closet-write", "value: closet-wrong"));
    let said = site.run(["--format", "json", "doctor", "--try-write"]).exits(4);
    let failed: Vec<Value> = rows(&said, "write").into_iter().filter(|row| row["result"] == "failed").collect();
    assert!(failed.len() == 1 && text(&failed[0], "what") == "write to switch closet", "{said}");
    assert!(!said.to_string().contains("closet-wrong"), "{said}");

    // a switch without the right to write says which key gives it
    site.user.write("lab.yaml", text_of.replace("    write: closet-write\n", ""));
    let said = site.run(["--format", "json", "doctor", "--try-write"]);
    let closet = rows(&said, "write").into_iter().find(|row| text(row, "what").ends_with("closet")).unwrap();
    assert_eq!((&closet["result"], text(&closet, "hint").contains("switches.closet")), (&json!("not_checked"), true), "{closet}");
}

/// Once for each switch, with the key to add, instead of once for each change that was wanted.
#[test]
fn a_switch_that_may_not_be_written_is_refused_once() {
    let site = SimulatedSite::start_with(&["--closet", "standard"]);
    let text_of = site.user.read("lab.yaml");
    let cases = [
        ("    write: closet-write\n", "", "it has no `write` credential: add `write: CREDENTIAL` to switches.closet"),
        ("    allow_generic_write: true\n", "", "add `allow_generic_write: true` to switches.closet"),
    ];
    for (from, to, words) in cases {
        site.user.write("lab.yaml", text_of.replace(from, to));
        let plan = schemas::check(&site.run(["plan", "--format", "json"]).stdout, "plan");
        let refusals: Vec<&Value> =
            plan["refusals"].as_array().unwrap().iter().filter(|refusal| refusal["switch"] == "closet").collect();
        assert_eq!(refusals.len(), 1, "{refusals:#?}");
        assert_eq!((&refusals[0]["reason"], &refusals[0]["port"]), (&json!("read_only"), &Value::Null));
        assert!(text(refusals[0], "detail").contains(words), "{}", refusals[0]);
        assert!(plan["steps"].as_array().unwrap().iter().all(|step| step["switch"] == "floor-2"), "{plan:#}");
    }
}
