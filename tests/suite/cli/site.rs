//! One command after the other on the simulated site, each a process of its own, as at a real one.

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::simulated::SimulatedSite;
use super::user::{Background, Said};
use super::{schemas, secrecy};

const FRONT_DESK: &str = "00:15:65:10:00:01";

#[test]
fn plan_apply_and_rollback_come_back_to_where_they_began() {
    let site = SimulatedSite::start();
    let planned = site.run(["plan", "--out", "plan.json"]).exits(0).says("Plan: 19 changes on 8 ports of 2 switches.");
    secrecy::check_said(&planned);
    let saved: Value = schemas::check(&site.user.read("plan.json"), "plan");
    assert_eq!(saved["steps"].as_array().unwrap().len(), 19);
    site.run(["plan", "--check"]).exits(5);

    let checked = schemas::check(&site.run(["apply", "--check", "--format", "json"]).exits(0).stdout, "apply");
    assert_eq!((&checked["outcome"], &checked["changed"], &checked["run"]), (&json!("checked"), &json!(true), &Value::Null));
    assert_eq!(site.steps(), saved["steps"], "nothing was written");

    let applied = site.run(["apply", "plan.json", "--yes", "--format", "json"]).exits(0);
    secrecy::check_said(&applied);
    let report = schemas::check(&applied.stdout, "apply");
    assert_eq!((&report["outcome"], &report["changed"], &report["run"]), (&json!("applied"), &json!(true), &json!(1)));
    assert!(report["steps"].as_array().unwrap().iter().all(|step| step["status"] == "done"), "{report:#}");
    site.run(["plan", "--check"]).exits(0).says("Plan: nothing to change.");

    let again = schemas::check(&site.run(["apply", "--yes", "--format", "json"]).exits(0).stdout, "apply");
    assert_eq!((&again["outcome"], &again["changed"]), (&json!("nothing_to_do"), &json!(false)));
    site.run(["apply", "plan.json", "--yes"])
        .exits(5)
        .says("plan plan.json: stale: nothing is left to change")
        .says("hint: make a new plan");

    let history = schemas::check(&site.run(["history", "--format", "json"]).exits(0).stdout, "history");
    let [run] = history["runs"].as_array().unwrap().as_slice() else { panic!("{history:#}") };
    assert_eq!((&run["run"], &run["outcome"], &run["steps"]), (&json!(1), &json!("applied"), &json!(19)));
    let shown = schemas::check(&site.run(["history", "show", "--format", "json"]).exits(0).stdout, "apply");
    assert_eq!(shown["steps"], report["steps"]);
    site.run(["history", "show", "77"]).exits(2).says("run 77: not in the journal").says("hint: voiceport history");

    let back = site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert!(!back.stdout.contains("failed"), "{back}");
    assert!(back.stderr.contains("  ok floor-2: saved"), "a restart must not bring it back: {back}");
    let verified = site.run(["verify", "--format", "json"]).exits(5).json();
    let unsaved: Vec<_> = verified["switches"].as_array().unwrap().iter().map(|switch| switch["unsaved_changes"].clone()).collect();
    assert_eq!(unsaved, [Value::Null, json!(false)], "the first switch does not tell");
    assert_eq!(site.steps(), saved["steps"]);
    site.run(["history"]).exits(0).says("rolled back");
    site.run(["apply", "plan.json", "--yes"]).exits(0).says("Run 2: 19 changes done and read back.");
    secrecy::check_files(&site.user.state(), &[]);
    assert_eq!(site.user.files().iter().filter(|path| path.starts_with("tmp/")).count(), 0);
}

#[test]
fn a_plan_made_before_the_site_changed_is_stale() {
    let site = SimulatedSite::start();
    site.run(["plan", "--out", "plan.json"]).exits(0);
    site.run(["apply", "--switch", "closet", "--yes"]).exits(0);
    let refused = site.run(["apply", "plan.json", "--yes", "--format", "json"]).exits(5).says("stale");
    let document = schemas::check_error(&refused);
    assert_eq!(document["hint"], "make a new plan: voiceport plan --out plan.json");
    site.run(["apply", "none.json", "--yes"]).exits(1).says("none.json: cannot be read: there is no such file");
    site.user.write("text.json", "a plan");
    site.run(["apply", "text.json", "--yes"])
        .exits(2)
        .says("plan text.json: it is no plan")
        .says("it is not JSON (line 1, column 1)");
}

#[test]
fn what_is_refused_of_a_whole_switch_is_said_once() {
    let site = SimulatedSite::start();
    let inventory = site.user.read("lab.yaml");
    site.user.write("lab.yaml", inventory.replacen("    write: closet-write\n", "", 1));
    let planned = site.run(["plan"]).exits(5);
    assert!(planned.stdout.ends_with("Plan: 8 changes on 4 ports of 1 switch, 1 refused.\n"), "{planned}");
    site.user.write("lab.yaml", inventory.replacen("user: viewer", "user: nobody", 1));
    let planned = site.run(["plan"]).exits(4).says("refused: switch floor-2 was not read: 4 phones\nPlan: ");
    assert_eq!(planned.stdout.matches("refused: ").count(), 1, "{planned}");
}

#[test]
fn a_plan_for_switches_that_do_not_answer_is_not_called_stale() {
    let site = SimulatedSite::start();
    site.run(["plan", "--out", "plan.json"]).exits(0);
    site.user.write("lab.yaml", site.user.read("lab.yaml").replace("    port: ", "    port: 9 #"));
    let said = site.run(["apply", "plan.json", "--yes"]).exits(4).says("switch closet: 127.0.0.1:9: nothing listens at that port");
    assert!(!said.stderr.contains("stale"), "{said}");
}

#[test]
fn naming_a_switch_leaves_the_others_alone() {
    let site = SimulatedSite::start();
    let planned = site.run(["plan", "--switch", "closet", "--check"]).exits(5);
    assert!(planned.stdout.contains("closet") && !planned.stdout.contains("floor-2"), "{planned}");
    let applied = site.run(["apply", "--switch", "closet", "--yes", "--no-persist"]).exits(0);
    assert!(!applied.stdout.contains("floor-2") && !applied.stdout.contains("saved"), "{applied}");
    let left = site.steps();
    assert!(left.as_array().unwrap().iter().all(|step| step["switch"] == "floor-2"), "{left:#}");
    assert_eq!(left.as_array().unwrap().len(), 8);
    site.run(["plan", "--switch", "attic"])
        .exits(2)
        .says("switch attic: not in the inventory")
        .says("hint: it has: closet, floor-2");
}

#[test]
fn what_the_switches_show_is_told_by_discover_power_and_verify() {
    let site = SimulatedSite::start();
    let all = site.run(["discover", "--all-switches", "--format", "json"]).exits(0);
    let found = schemas::check(&all.stdout, "discover");
    let rows = found["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["source"] == "switch"), "{found:#}");
    let phone = |switch: &str, port: &str| {
        let here = |row: &&Value| row["switch"] == switch && row["port"] == port && row["protocol"] == "lldp";
        let row = rows.iter().find(here).unwrap_or_else(|| panic!("{found:#}"));
        (row["mac"].clone(), row["phone"]["vendor"].clone(), row["phone"]["model"].clone())
    };
    assert_eq!(phone("closet", "0/5"), (json!("00:04:13:10:00:03"), json!("snom"), json!("D785")));
    assert_eq!(phone("floor-2", "Gi1/0/4"), (json!("80:5e:c0:10:00:06"), json!("yealink"), json!("T54W")));
    let one = schemas::check(&site.run(["discover", "--switch", "closet", "--format", "json"]).exits(0).stdout, "discover");
    assert!(one["rows"].as_array().unwrap().iter().all(|row| row["switch"] == "closet"), "{one:#}");

    let power = schemas::check(&site.run(["power", "--format", "json"]).exits(0).stdout, "power");
    let groups = power["groups"].as_array().unwrap();
    assert_eq!(groups.iter().map(|group| &group["budget_mw"]).collect::<Vec<_>>(), [&json!(124_000), &json!(370_000)]);
    site.run(["power"]).exits(0).says("HEADROOM");

    let before = schemas::check(&site.run(["verify", "--format", "json"]).exits(5).stdout, "verify");
    assert_eq!((&before["verdict"], before["phones"].as_array().unwrap().len()), (&json!("not_accepted"), 8));
    let finding = |code: &str, check: &str| {
        let is = |finding: &&Value| finding["code"] == code && finding["check"] == check;
        before["findings"].as_array().unwrap().iter().find(is).cloned().unwrap_or_else(|| panic!("{before:#}"))
    };
    let power = finding("check_failed", "powered");
    assert!(power["message"].as_str().unwrap().starts_with("powered failed: 2 phones, the first 101 Front desk"), "{power:#}");
    assert_eq!((&power["switch"], power["phones"].as_array().unwrap().len()), (&json!("closet"), 2));
    assert_eq!(
        check(&before, 0, "wired"),
        json!({
            "check": "wired", "result": "not_reached", "required": false, "reason": "earlier_check", "detail": null,
            "after": "powered", "reservation": null,
        })
    );
    site.run(["apply", "--yes"]).exits(0);
    // nobody serves: that the phones have their files was not checked, and so the site is not accepted
    let found = |said: &Said| said.json()["phones"].as_array().unwrap().iter().all(|phone| result(phone, "found") == "passed");
    let after = site.await_said(&["verify", "--format", "json"], found).exits(5);
    let after = schemas::check(&after.stdout, "verify");
    assert_eq!(after["verdict"], "incomplete");
    let phone = &after["phones"][0];
    for name in ["wired", "powered", "vlan", "found"] {
        assert_eq!(result(phone, name), "passed", "{name}");
    }
    for name in ["path", "fetched", "registered"] {
        assert_eq!(result(phone, name), "not_checked", "{name}");
    }
    assert_eq!(check(&after, 0, "fetched")["reason"], "no_record");
    assert_eq!(after["switches"][0]["checks"][0]["result"], "passed");
    assert_eq!(
        (&after["paths"][0]["checks"][0]["check"], &after["paths"][0]["checks"][0]["required"]),
        (&json!("qos"), &json!(true))
    );
}

/// A check of one of the phones.
fn check(report: &Value, phone: usize, name: &str) -> Value {
    let checks = report["phones"][phone]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap().clone()
}

fn result(phone: &Value, name: &str) -> String {
    let checks = phone["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap()["result"].as_str().unwrap().to_owned()
}

#[test]
fn a_phones_files_are_rendered_for_it_and_explained_without_its_password() {
    let site = SimulatedSite::start();
    let files = site.run(["render", "--phone", FRONT_DESK]).exits(0).says("==> 001565100001.cfg <==\n");
    assert!(files.stdout.contains("account.1.password = lab-secret-101\n"), "{files}");
    assert!(!files.stdout.contains("lab-secret-102"), "{files}");
    let bare = site.run(["render", "--phone", "001565-100001", "--quiet"]).exits(0);
    assert_eq!((bare.stdout, bare.stderr.as_str()), (files.stdout.clone(), ""));

    let explained = site.run(["render", "--explain", "--phone", FRONT_DESK]).exits(0);
    assert!(explained.stdout.contains("line.1.password") && explained.stdout.contains("***"), "{explained}");
    secrecy::check_said(&explained);
    let explained = site.run(["render", "--explain", "--phone", FRONT_DESK, "--format", "json"]).exits(0);
    secrecy::check_said(&explained);
    schemas::check(&explained.stdout, "render");

    let one = site.run(["render", "--phone", FRONT_DESK, "--file", "001565100001.cfg"]).exits(0);
    assert!(!one.stdout.contains("==>") && files.stdout.ends_with(&one.stdout), "{one}");
    site.run(["render", "--phone", FRONT_DESK, "--file", "phone.xml"])
        .exits(2)
        .says("hint: it fetches: y000000000066.cfg, 001565100001.cfg");
    let all = schemas::check(&site.run(["render", "--format", "json"]).exits(0).stdout, "render");
    assert_eq!((all["phones"].as_array().unwrap().len(), &all["folder"]), (8, &Value::Null));
    assert_eq!(all["phones"][0]["files"][1]["content"], one.stdout);

    site.run(["render"]).exits(2).says("name a folder with --out");
    site.run(["render", "--phone", "00:15:65:00:00:99"]).exits(2).says("phone 00:15:65:00:00:99: not in the inventory");
    let written = site.run(["render", "--out", "files", "--format", "json"]).exits(0);
    secrecy::check_said(&written);
    let written = schemas::check(&written.stdout, "render");
    assert_eq!((&written["folder"], &written["phones"][0]["files"][0]["content"]), (&json!("files"), &Value::Null));
    site.run(["render", "--out", "files"]).exits(0).says("14 files of 8 phones in files");
    let own = site.user.folder().join("files/001565100001/001565100001.cfg");
    assert!(files.stdout.ends_with(&std::fs::read_to_string(&own).unwrap()));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(own).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "it holds a password");
}

#[test]
fn of_two_applies_at_once_one_is_refused() {
    let site = SimulatedSite::start();
    let mut first = Background::start(&mut site.command(["apply", "--yes", "--parallel", "1"]));
    first.await_line("  ok ");
    first.signal(Signal::SIGSTOP);
    let second = site
        .run(["apply", "--yes", "--format", "json"])
        .exits(1)
        .says("another voiceport is changing the switches of this site (process");
    schemas::check_error(&second);
    site.run(["rollback", "--yes"]).exits(1).says("another voiceport is changing the switches of this site");
    first.signal(Signal::SIGCONT);
    first.end().exits(0).says("Run 1: 19 changes done and read back.");
}

#[test]
fn a_killed_apply_is_told_of_and_put_back() {
    let site = SimulatedSite::start();
    let before = site.steps();
    let mut apply = Background::start(&mut site.command(["apply", "--yes", "--parallel", "1"]));
    apply.await_line("  ok closet");
    apply.signal(Signal::SIGKILL);
    assert_eq!(apply.end().code, None);
    let half = site.run(["plan", "--format", "json"]).exits(5).json()["steps"].take();
    assert_ne!(half, before);
    assert_ne!(half, json!([]), "it was killed in the middle");
    site.run(["history"]).exits(0).says("interrupted");
    let cure = "do the rest of it with `voiceport apply --finish`, or put it back with `voiceport rollback 1`";
    site.run(["apply", "--yes"]).exits(1).says("run 1 was interrupted").says(cure);
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(site.steps(), before);
    site.run(["apply", "--yes"]).exits(0);
}

#[test]
fn ctrl_c_turns_an_apply_round() {
    let site = SimulatedSite::start();
    let before = site.steps();
    let mut apply = Background::start(&mut site.command(["apply", "--yes", "--parallel", "1"]));
    apply.await_line("  ok closet");
    apply.signal(Signal::SIGINT);
    apply.end().exits(6).says("stopped by Ctrl-C");
    assert_eq!(site.steps(), before);
}

#[test]
fn the_simulated_site_ends_with_ctrl_c_and_its_faults_are_as_announced() {
    let site = SimulatedSite::start_with(&["--fault", "refuse-set"]);
    site.run(["apply", "--yes"]).exits(6).says("everything was put back and read back");
    let SimulatedSite { user, lab, .. } = site;
    lab.signal(Signal::SIGINT);
    lab.end().exits(0);
    assert_eq!(user.files().iter().filter(|path| path.starts_with("tmp/")).count(), 0);
}
