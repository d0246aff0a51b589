//! Runs: whose they are, how an interrupted one is told of, finished and put back, and what is left open.

use nix::sys::signal::Signal;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::schemas;
use super::simulated::{SimulatedSite, ask};
use super::user::Background;

const WAYS_OUT: &str = "do the rest of it with `voiceport apply --finish`, or put it back with `voiceport rollback 1`";

/// A site whose apply was killed when the closet had its first change; with its configurations before.
fn interrupted() -> (SimulatedSite, [(Value, Value); 2]) {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    kill_at(&site, "  ok closet");
    (site, before)
}

fn kill_at(site: &SimulatedSite, line: &str) {
    site.answer_late(true);
    let mut apply = Background::start(&mut site.command(["apply", "--yes", "--parallel", "1"]));
    apply.await_line(line);
    apply.signal(Signal::SIGKILL);
    assert_eq!(apply.end().code, None);
    site.answer_late(false);
}

fn both(site: &SimulatedSite) -> [(Value, Value); 2] {
    ["closet", "floor-2"].map(|switch| site.configuration(switch))
}

fn saves(site: &SimulatedSite, switch: &str) -> Value {
    site.ask(&json!({"state": {"switch": switch}}))["saves"].take()
}

/// The journal of the site's user, as a program of another version would write it.
fn journal(site: &SimulatedSite) -> Connection {
    Connection::open(site.user.state().join("journal.sqlite")).unwrap()
}

#[test]
fn a_run_belongs_to_its_site() {
    let site = SimulatedSite::start_controlled();
    let mut other = site.user.start(["lab", "--write-inventory", "other.yaml", "--control", "other.sock"]);
    other.await_line("the simulated site runs");
    site.user.write("other.yaml", site.user.read("other.yaml").replace("name: lab", "name: customer-b"));
    site.run(["apply", "--yes"]).exits(0);
    let after = both(&site);
    let on_other = |arguments: &[&str]| site.user.run([&["-i", "other.yaml"], arguments].concat());
    on_other(&["rollback", "--yes"]).exits(1).says("no run of site customer-b");
    let refused = on_other(&["rollback", "1", "--yes", "--format", "json"]).exits(2);
    let refused = refused.says("run 1 is of site lab, and this is site customer-b");
    assert_eq!(schemas::check_error(&refused)["errors"][0]["code"], "foreign_run");
    let sets = |switch| ask(&site.user.folder().join("other.sock"), &json!({"sets": {"switch": switch}}));
    assert_eq!((sets("closet"), sets("floor-2")), (json!({"sets": 0}), json!({"sets": 0})));
    assert_eq!(both(&site), after);
    assert!(!site.run(["history"]).exits(0).stdout.contains("rolled back"));
    // of the same name but other switches: it is never meant by itself
    site.user.write("other.yaml", site.user.read("other.yaml").replace("name: customer-b", "name: lab"));
    on_other(&["rollback", "--yes"]).exits(1).says("no run of site lab");
    // an inventory that was moved is the same site
    site.user.write("moved/inventory.yaml", site.user.read("lab.yaml"));
    site.user.run(["-i", "moved/inventory.yaml", "rollback", "--yes"]).exits(0).says("Run 1: everything was put back");
}

#[test]
fn a_run_is_not_put_back_on_another_switch() {
    let site = SimulatedSite::start_controlled();
    site.run(["apply", "--yes"]).exits(0);
    let sets = site.sets("closet");
    let other = "json_replace(record, '$.switches[0].identity.hardware.base_mac', '02:00:5e:00:00:99')";
    journal(&site).execute(&format!("UPDATE runs SET record = {other}"), []).unwrap();
    for command in [&["rollback", "--yes"][..], &["rollback", "1", "--yes"]] {
        site.run(command)
            .exits(2)
            .says("another switch closet")
            .says("its base MAC address is 02:00:5e:10:00:01, and was 02:00:5e:00:00:99");
    }
    assert_eq!(site.sets("closet"), sets);
    site.run(["rollback", "--switch", "floor-2", "--yes"]).exits(0).says("not on closet, where its changes stay open");
}

#[test]
fn a_report_of_another_site_is_refused() {
    let site = SimulatedSite::start_serving();
    let servers = ["--tftp", site.tftp(), "--http", site.http()];
    let up = [&["up", "--yes", "--until", "1s", "--report", "site.html"][..], &servers].concat();
    site.run(up);
    assert!(site.run(["report"]).stdout.contains("00:15:65:10:00:01"));
    site.user.write("other.yaml", site.user.read("lab.yaml").replace("name: lab", "name: customer-b"));
    site.user.run(["-i", "other.yaml", "report"]).exits(1).says("no report yet");
    site.user.run(["-i", "other.yaml", "report", "1"]).exits(2).says("it is of site lab, and this is site customer-b");
}

#[test]
fn a_second_rollback_only_reads() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    // what is put back is shown before somebody is asked
    let asked = site.run(["rollback"]).exits(2).says("nobody to ask");
    assert!(asked.stderr.contains("voice VLAN: 20 → none") && asked.stderr.contains("PoE: on → off"), "{asked}");
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
    let counts = || ["closet", "floor-2"].map(|switch| (site.sets(switch), saves(&site, switch)));
    let then = counts();
    for command in [&["rollback", "--yes"][..], &["rollback", "1", "--yes"], &["rollback", "1"]] {
        let said = site.run(command).exits(0).says("already put back: read again, everything is as before it; nothing was written");
        assert!(!said.stdout.contains(": saved"), "{said}");
    }
    site.ask(&json!({"write": {"switch": "floor-2", "port": "Gi1/0/3", "change": {"voice_vlan": 30}}}));
    let differs = site.run(["rollback", "1", "--yes"]).exits(5).says("already put back; what is listed here is not as before it");
    assert!(differs.stdout.contains("it is 30 now"), "{differs}");
    assert_eq!(counts(), then);
}

#[test]
fn an_interrupted_run_is_told_of_by_every_command() {
    let (site, before) = interrupted();
    for command in [&["apply", "--yes"][..], &["apply", "--check"], &["up", "--yes"], &["power", "cycle", "closet", "0/1", "--yes"]]
    {
        site.run(command).exits(1).says("run 1 was interrupted").says(WAYS_OUT);
    }
    for command in [&["plan"][..], &["plan", "--check"], &["verify"], &["doctor"]] {
        let said = site.run(command).exits(5).says("was interrupted").says(WAYS_OUT);
        assert!(said.stdout.contains("run 1") || said.stderr.contains("run 1"), "{said}");
    }
    let plan = schemas::check(&site.run(["plan", "--format", "json"]).exits(5).stdout, "plan");
    assert_eq!(plan["refusals"][0]["reason"], "unfinished_run");
    let report = schemas::check(&site.run(["verify", "--format", "json"]).exits(5).stdout, "verify");
    assert_eq!((&report["findings"][0]["code"], &report["verdict"]), (&json!("unfinished_run"), &json!("not_accepted")));
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
    site.run(["plan", "--check"]).exits(5);
    assert!(site.run(["plan", "--format", "json"]).exits(0).json()["refusals"].as_array().unwrap().is_empty());
}

#[test]
fn an_interrupted_run_is_finished_and_saved() {
    let (site, _) = interrupted();
    site.run(["apply", "--finish"]).exits(2).says("nobody to ask");
    site.run(["apply", "--finish", "--check"]).exits(0).says("nothing was written");
    site.run(["apply", "--finish", "--yes"]).exits(0).says("Run 1: 19 changes done and read back.");
    for (running, startup) in both(&site) {
        assert_eq!(running, startup);
    }
    site.run(["plan", "--check"]).exits(0).says("nothing to change");
    site.run(["apply", "--finish", "--yes"]).exits(0).says("nothing to change");
}

#[test]
fn what_was_never_saved_is_offered_to_be_saved() {
    let site = SimulatedSite::start_controlled();
    site.run(["apply", "--yes", "--no-persist"]).exits(0);
    let (running, startup) = site.configuration("floor-2");
    assert_ne!(running, startup);
    for command in [&["apply", "--yes"][..], &["apply", "--check"]] {
        site.run(command).exits(4).says("Run 1: nothing to change, but its changes were never saved").says("apply --finish");
    }
    site.run(["apply", "--yes", "--no-persist"]).exits(0).says("nothing to change");
    site.run(["apply", "--finish", "--yes"]).exits(0).says("floor-2: saved");
    for (running, startup) in both(&site) {
        assert_eq!(running, startup);
    }
    site.run(["apply", "--yes"]).exits(0).says("nothing to change");
}

#[test]
fn the_end_of_the_terminal_turns_an_apply_round() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.answer_late(true);
    for (signal, words) in [(Signal::SIGHUP, "stopped by SIGHUP: the terminal was closed"), (Signal::SIGTERM, "stopped by SIGTERM")]
    {
        let mut apply = Background::start(&mut site.command(["apply", "--yes", "--parallel", "1"]));
        apply.await_line("  ok closet");
        apply.signal(signal);
        apply.end().exits(6).says(words);
        assert_eq!(both(&site), before);
    }
}

#[test]
fn under_nohup_an_apply_goes_on() {
    let site = SimulatedSite::start_controlled();
    site.answer_late(true);
    let words = site.command(["apply", "--yes", "--parallel", "1"]);
    let mut nohup = std::process::Command::new("nohup");
    site.user.settle(&mut nohup);
    nohup.arg(words.get_program()).args(words.get_args());
    let mut apply = Background::start(&mut nohup);
    apply.await_line("  ok closet");
    apply.signal(Signal::SIGHUP);
    apply.end().exits(0).says("Run 1: 19 changes done and read back.");
}

#[test]
fn a_rollback_asked_to_stop_goes_on_and_asked_twice_is_resumed() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    site.answer_late(true);
    let mut rollback = Background::start(&mut site.command(["rollback", "--yes"]));
    rollback.await_line("  <- ");
    rollback.signal(Signal::SIGINT);
    rollback.end().exits(0).says("what was begun is put back to its end").says("Run 1: everything was put back");
    assert_eq!(both(&site), before);

    site.run(["apply", "--yes"]).exits(0);
    let mut rollback = Background::start(&mut site.command(["rollback", "--yes"]));
    rollback.await_line("  <- ");
    // nothing more is answered, so that it cannot end meanwhile
    for switch in ["closet", "floor-2"] {
        site.ask(&json!({"silence": {"switch": switch, "on": true}}));
    }
    rollback.signal(Signal::SIGINT);
    rollback.await_line("what was begun is put back to its end");
    rollback.signal(Signal::SIGINT);
    rollback.end().exits(7).says("run 2 was left in the middle").says("voiceport rollback 2");
    for switch in ["closet", "floor-2"] {
        site.ask(&json!({"silence": {"switch": switch, "on": false}}));
    }
    site.run(["rollback", "--yes"]).exits(0).says("Run 2: everything was put back and read back.");
    assert_eq!(both(&site), before);
}

#[test]
fn one_dead_switch_does_not_hold_up_the_others() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    let applied = both(&site);
    site.ask(&json!({"silence": {"switch": "closet", "on": true}}));
    let said = site.run(["rollback", "--yes"]).exits(7).says("but not on closet, where its changes stay open");
    said.says("switch closet");
    assert_eq!(both(&site), [applied[0].clone(), before[1].clone()]);
    let rest = site.run(["rollback", "--yes", "--format", "json"]).exits(7).json();
    assert_eq!((&rest["left_out"], &rest["errors"][0]["switch"]), (&json!(["closet"]), &json!("closet")));
    site.ask(&json!({"silence": {"switch": "closet", "on": false}}));
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
}

#[test]
fn of_an_interrupted_run_each_switch_is_free_as_soon_as_it_is_put_back() {
    let (site, before) = interrupted();
    site.ask(&json!({"silence": {"switch": "floor-2", "on": true}}));
    site.run(["rollback", "--switch", "nowhere", "--yes"]).exits(2).says("hint: it has: closet, floor-2");
    site.run(["rollback", "--switch", "closet", "--yes"]).exits(0);
    assert_eq!(site.configuration("closet"), before[0]);
    site.ask(&json!({"silence": {"switch": "floor-2", "on": false}}));
    site.run(["apply", "--switch", "closet", "--yes"]).exits(0).says("Run 2:");
}

#[test]
fn what_is_worse_for_the_network_is_never_hidden() {
    let site = SimulatedSite::start_with(&["--fault", "refuse-set"]);
    let ghost = "  ghost: {address: 127.0.0.1, port: 9, read: closet-read, write: closet-write, voice_vlan: voice, data_vlan: data}\n\npbx:";
    site.user.write("lab.yaml", site.user.read("lab.yaml").replacen("pbx:", ghost, 1));
    site.run(["apply", "--yes"]).exits(6).says("switch ghost").says("everything was put back and read back");
}

#[test]
fn a_run_that_this_version_cannot_read_stops_no_other() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    let journal = journal(&site);
    let old = json!({"site": "lab", "steps": [{"number": 1, "change": {"kind": "of_long_ago"}}]}).to_string();
    for (plan, outcome) in [(old.as_str(), None), ("{", Some("\"applied\"")), (old.as_str(), Some("\"of_long_ago\""))] {
        let insert = "INSERT INTO runs (started_at, outcome, plan) VALUES (1, ?1, ?2)";
        journal.execute(insert, params![outcome, plan]).unwrap();
    }
    let history = schemas::check(&site.run(["history", "--format", "json"]).exits(0).stdout, "history");
    let rows = history["runs"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!((&rows[2]["site"], &rows[2]["steps"]), (&json!("lab"), &Value::Null), "{history:#}");
    assert!(rows[1]["unreadable"].as_str().unwrap().contains("another version of voiceport wrote it"), "{history:#}");
    site.run(["history"]).exits(0).says("cannot be read");
    site.run(["history", "show", "2"]).exits(1).says("run 2: another version of voiceport wrote it");
    site.run(["rollback", "2", "--yes"]).exits(1).says("run 2: another version");
    site.run(["verify"]);
    site.run(["plan", "--check"]).exits(0);
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
}

#[test]
fn a_journal_of_an_older_version_is_taken_over() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    journal(&site).execute_batch("ALTER TABLE runs DROP COLUMN record").unwrap();
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
    site.run(["apply", "--yes"]).exits(0).says("Run 2:");
}

#[test]
fn a_switch_that_left_the_inventory_is_put_back_from_the_runs_own_record() {
    let site = SimulatedSite::start_controlled();
    let text = site.user.read("lab.yaml");
    // a secret that the inventory refers to is fetched again; one that stands in it is not kept
    site.user.write("secrets/write", "closet-write\n");
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
    std::fs::set_permissions(site.user.folder().join("secrets/write"), mode).unwrap();
    let with_file = text.replace("{insecure_literal: true, value: closet-write}", "{file: secrets/write}");
    let with_file = with_file.replace("{insecure_literal: true, value: closet-read}", "{file: secrets/write}");
    site.user.write("lab.yaml", &with_file);
    let before = both(&site);
    site.run(["apply", "--yes"]).exits(0);
    let kept: String = journal(&site).query_row("SELECT record FROM runs", [], |row| row.get(0)).unwrap();
    assert!(kept.contains("secrets/write") && !kept.contains("closet-write\"}"), "{kept}");
    for secret in ["lab-secret", "operator-auth-pass", "viewer-priv-pass"] {
        assert!(!kept.contains(secret), "{secret} is in {kept}");
    }

    let without = |text: &str, from: &str, to: &str| {
        let begin = text.find(from).unwrap();
        let end = text[begin..].find(to).unwrap() + begin;
        format!("{}{}", &text[..begin], &text[end..])
    };
    let gone = without(&without(&with_file, "  closet:\n", "  floor-2:\n"), "  closet-read:", "  floor-2-read:");
    let phones = gone.find("phones:").unwrap();
    let gone = format!("{}phones: []\n", &gone[..phones]);
    site.user.write("gone.yaml", gone);
    site.user.run(["-i", "gone.yaml", "inventory", "check"]).exits(0);
    site.user.run(["-i", "gone.yaml", "rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
}
