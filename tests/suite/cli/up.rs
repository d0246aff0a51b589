//! `voiceport up --lab`: the whole way, and each way it can go wrong.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use lab::Family;

use super::schemas::Schemas;
use super::secrecy;
use super::user::{Said, User};

const MACS: [&str; 8] = [
    "00:15:65:10:00:01",
    "00:15:65:10:00:02",
    "00:04:13:10:00:03",
    "00:0b:82:10:00:04",
    "80:5e:c0:10:00:05",
    "80:5e:c0:10:00:06",
    "00:04:13:10:00:07",
    "00:0b:82:10:00:08",
];

/// Runs that measure the path go one after the other: each notices when its machine is too busy to measure.
fn alone() -> MutexGuard<'static, ()> {
    static MEASURING: Mutex<()> = Mutex::new(());
    MEASURING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs it with a fault and a state folder that stays, and checks that it tells no secret and leaves nothing but report and state.
fn with_fault(user: &User, fault: &str) -> Said {
    let said = user.run(["up", "--lab", "--lab-fault", fault, "--state-dir", "state"]);
    secrecy::check_said(&said);
    secrecy::check_files(&user.folder(), &[]);
    let unexpected = |path: &String| path != "work/voiceport-report.html" && !path.starts_with("work/state");
    assert_eq!(user.files().into_iter().filter(unexpected).collect::<Vec<_>>(), [""; 0], "{said}");
    said
}

/// The last report as JSON, from the state folder.
fn kept_report(user: &User, code: i32) -> Value {
    let said = user.run(["report", "--state-dir", "state", "--format", "json"]).exits(code);
    secrecy::check_said(&said);
    super::schemas::check(&said.stdout, "report")
}

#[test]
fn the_whole_way_leaves_a_report_and_nothing_else() {
    let _alone = alone();
    let user = User::new();
    let said = user.run(["up", "--lab"]).exits(0);
    assert_eq!(said.stdout.lines().filter(|line| line.ends_with("in service")).count(), 8, "{said}");
    assert!(said.stdout.ends_with("Site lab: 8 of 8 phones in service, accepted.\n"), "{said}");
    secrecy::check_said(&said);
    assert_eq!(user.files(), ["work/voiceport-report.html"]);
    let page = user.read("voiceport-report.html");
    for words in MACS.iter().chain(&["Accepted", "Voice network acceptance: lab", "floor-2"]) {
        assert!(page.contains(words), "{words} is not in the report");
    }
    assert!(!page.contains("Not accepted") && !page.contains("<script") && !page.contains("http"), "{page}");
    secrecy::check_files(&user.folder(), &[]);
}

#[test]
fn as_json_every_line_is_an_object_of_a_published_schema() {
    let _alone = alone();
    let user = User::new();
    let said = user.run(["up", "--lab", "--format", "json", "--state-dir", "state", "--report", "site.html"]).exits(0);
    secrecy::check_said(&said);
    let schemas = Schemas::new();
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().map(|line| schemas.check(line)).collect();
    assert_eq!((names.first(), names.last()), (Some(&"voiceport.plan/1"), Some(&"voiceport.report/1")));
    for name in ["voiceport.serve/1", "voiceport.probe/1"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let of = |name: &str| lines.iter().filter(|line| line["schema"] == name).collect::<Vec<_>>();
    let steps = of("voiceport.step/1");
    assert_eq!(steps.len(), lines[0]["steps"].as_array().unwrap().len(), "each step once");
    assert!(steps.iter().all(|step| step["status"] == "done" && step["steps"] == steps.len()), "{steps:#?}");
    assert_eq!(of("voiceport.saving/1").len(), 2, "{names:?}");
    let report = lines.last().unwrap();
    assert_eq!((&report["accepted"], &report["findings"]), (&Value::Bool(true), &serde_json::json!([])));
    let macs: Vec<&str> = report["phones"].as_array().unwrap().iter().map(|phone| phone["mac"].as_str().unwrap()).collect();
    assert_eq!(macs, MACS);
    secrecy::check_files(&user.folder(), &[]);

    assert_eq!(kept_report(&user, 0), *report);
    user.run(["report", "--state-dir", "state", "--html", "again.html", "--junit", "junit.xml"]).exits(0);
    assert_eq!(user.read("again.html"), user.read("site.html"));
    let junit = user.read("junit.xml");
    assert!(MACS.iter().all(|mac| junit.contains(mac)), "{junit}");
    assert!(user.run(["history", "--state-dir", "state"]).exits(0).stdout.contains("applied"));
    user.run(["report", "7", "--state-dir", "state"]).exits(2).says("no report of run 7");
}

#[test]
fn a_refused_write_puts_everything_back() {
    let user = User::new();
    let said = with_fault(&user, "refuse-set").exits(6);
    assert!(said.stderr.contains("refused (commitFailed)") && said.stderr.contains("putting everything back"), "{said}");
    assert!(said.stderr.contains("all switches read again: they are as before"), "{said}");
    assert!(said.stdout.contains("finding: Run 1: failed, everything was put back and read back"), "{said}");
    assert!(user.read("voiceport-report.html").contains("Not accepted"));
    let report = kept_report(&user, 5);
    assert_eq!((&report["apply"]["outcome"], &report["apply"]["changed"]), (&"rolled_back".into(), &Value::Bool(false)));
    for step in report["apply"]["steps"].as_array().unwrap() {
        assert!(["pending", "failed", "reverted"].contains(&step["status"].as_str().unwrap()), "{step}");
    }
}

#[test]
fn a_lost_reply_is_no_failure() {
    let _alone = alone();
    let user = User::new();
    let said = with_fault(&user, "lose-reply").exits(0);
    let odd = said.stderr.lines().find(|line| line.contains("done, though the switch said otherwise"));
    assert!(odd.is_some_and(|line| line.contains("closet") && line.contains("no answer")), "{said}");
    assert!(said.stdout.contains("8 of 8 phones in service, accepted."), "{said}");
}

#[test]
fn a_plan_over_budget_is_not_carried_out() {
    let user = User::new();
    let said = with_fault(&user, "over-budget").exits(5);
    for switch in ["closet", "floor-2"] {
        assert!(said.stdout.contains(&format!("refused: {switch}: PSE group 1 can give")), "{said}");
        assert!(said.stdout.contains(&format!("finding: {switch}: PSE group 1 can give")), "{said}");
    }
    assert!(said.stdout.contains("refused, nothing was written"), "{said}");
    assert!(!said.stderr.contains("  ok ") && said.stderr.contains("they are as before"), "{said}");
    user.run(["history", "--state-dir", "state"]).exits(0).says("No runs yet.");
}

#[test]
fn another_vlan_than_the_one_written_puts_everything_back() {
    let user = User::new();
    let said = with_fault(&user, "wrong-vlan").exits(6);
    assert!(said.stdout.contains("everything was put back and read back"), "{said}");
    assert!(said.stderr.contains("read back 30 instead of what was written"), "{said}");
    assert!(said.stderr.contains("they are as before"), "{said}");
}

#[test]
fn the_whole_way_goes_with_every_other_kind_of_switch_in_the_closet() {
    let _alone = alone();
    for family in Family::ALL.into_iter().filter(|family| *family != Family::Standard) {
        let said = User::new().run(["up", "--lab", "--lab-closet", family.profile()]).exits(0);
        assert!(said.stdout.ends_with("Site lab: 8 of 8 phones in service, accepted.\n"), "{family:?}: {said}");
    }
    let said = User::new().run(["up", "--lab", "--lab-closet", "zyxel"]).exits(2);
    said.says("`zyxel` is not a kind of switch that the lab can build: use one of standard, cisco-ios, aruba-os-switch");
}

#[test]
fn an_unknown_fault_names_the_faults_there_are() {
    let said = User::new().run(["up", "--lab", "--lab-fault", "fire"]).exits(2);
    for fault in ["refuse-set", "lose-reply", "over-budget", "wrong-vlan"] {
        assert!(said.stderr.contains(fault), "{said}");
    }
    User::new().run(["up", "--lab-fault", "refuse-set"]).exits(2).says("--lab");
}

#[test]
fn an_error_is_one_line_of_json_too() {
    let user = User::new();
    let said = user.run(["up", "--format", "json", "--yes"]).exits(3);
    assert_eq!(said.stdout.lines().count(), 1, "{said}");
    super::schemas::check_error(&said);
}
