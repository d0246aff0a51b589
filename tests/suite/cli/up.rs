//! `voiceport up --lab`: the whole way, and each way it can go wrong.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use lab::Family;

use super::schemas::{self, Schemas};
use super::secrecy;
use super::simulated::SimulatedSite;
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
    schemas::check(&said.stdout, "report")
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
    assert_eq!((&report["verdict"], &report["findings"]), (&Value::from("accepted"), &serde_json::json!([])));
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
    assert!(
        said.stdout.contains("everything was put back and read back: floor-2 Gi1/0/7: PoE: off → on: "),
        "the port and the change are named: {said}"
    );
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
        let finding = format!("finding: refused: {switch}: PSE group 1 can give");
        assert_eq!(said.stdout.lines().filter(|line| line.starts_with(&finding)).count(), 1, "{said}");
    }
    assert!(!said.stderr.contains("  ok ") && !said.stderr.contains("as before"), "nothing was written: {said}");
    assert_eq!(said.stdout.lines().filter(|line| line.starts_with("finding: ")).count(), 2, "causes, no consequences: {said}");
    user.run(["history", "--state-dir", "state"]).exits(0).says("No runs yet.");
}

#[test]
fn another_vlan_than_the_one_written_puts_everything_back() {
    let user = User::new();
    let said = with_fault(&user, "wrong-vlan").exits(6);
    assert!(said.stdout.contains("everything was put back and read back"), "{said}");
    assert!(said.stderr.contains("read back 30 instead of what was written"), "{said}");
    assert!(
        said.stdout.contains(" failed: floor-2 Gi1/0/3: voice VLAN: none → 20: read back 30 instead"),
        "where, in the finding: {said}"
    );
    assert!(said.stderr.contains("they are as before"), "{said}");
}

#[test]
fn the_whole_way_goes_with_every_other_kind_of_switch_in_the_closet() {
    let _alone = alone();
    let others = |family: &Family| *family != Family::Standard && *family != Family::default();
    for family in Family::ALL.into_iter().filter(others) {
        let said = User::new().run(["up", "--lab", "--lab-closet", family.profile()]).exits(0);
        assert!(said.stdout.ends_with("Site lab: 8 of 8 phones in service, accepted.\n"), "{family:?}: {said}");
    }
    let said = User::new().run(["up", "--lab", "--lab-closet", "zyxel"]).exits(2);
    said.says("`zyxel` is not a kind of switch that the lab can build: use one of standard, cisco-ios, aruba-os-switch");
}

#[test]
fn a_switch_that_cannot_be_saved_is_not_accepted() {
    let _alone = alone();
    let user = User::new();
    let said = user.run(["up", "--lab", "--lab-closet", "standard", "--state-dir", "state"]).exits(5);
    let said = said.says("finding: saved failed: switch closet: what run 1 changed cannot be saved from here: a restart undoes it");
    assert!(said.stdout.ends_with("Site lab: 8 of 8 phones in service, not accepted.\n"), "{said}");
    let report = kept_report(&user, 5);
    assert_eq!(report["verdict"], "not_accepted");
    let saved = |switch: usize| report["switches"][switch]["checks"][0].clone();
    assert_eq!((&saved(0)["result"], &saved(0)["reason"]), (&"failed".into(), &"cannot_be_saved".into()));
    assert_eq!((&saved(1)["result"], &saved(1)["reason"]), (&"passed".into(), &Value::Null));
}

#[test]
fn while_phones_are_awaited_it_is_told_which_and_why() {
    // its phones fetch nowhere
    let site = SimulatedSite::start();
    let said = site.run(["up", "--yes", "--tftp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--until", "12s"]).exits(5);
    for words in [
        "waiting for 10 s: 0 of 8 phones in service\n",
        // it had power before, so that nothing says that it should ask
        "fetched: no record that it fetched snomD785-000413100003.htm from here: a phone that runs asks when it restarts; does DHCP",
        "fetched: it was started, and nobody has asked for 001565100001.cfg: does DHCP option 66 (160 for HTTP) name 127.0.0.1?",
        "time is up; these phones are not in service yet",
    ] {
        assert!(said.stderr.contains(words), "{words}: {said}");
    }
    let why =
        "finding: fetched failed: 2 phones, the first 101 Front desk (00:15:65:10:00:01): it was started, and nobody has asked";
    assert!(said.stdout.contains(why), "{said}");
    assert!(said.stdout.ends_with("Site lab: 0 of 8 phones in service, not accepted.\n"), "{said}");
}

#[test]
fn an_accepted_report_is_not_lost_to_a_worse_one() {
    let site = SimulatedSite::start_serving();
    let up = ["up", "--yes", "--tftp", site.tftp(), "--http", site.http(), "--until", "2m"];
    site.run(up).exits(0);
    // a phone gets another name: what it has is not what it should have
    site.user.write("lab.yaml", site.user.read("lab.yaml").replace("Front desk", "Lobby"));
    let worse = ["up", "--yes", "--tftp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--until", "1s"];
    let said = site.run(worse).exits(5).says("the site was accepted at ").says("that report stays: voiceport report 1");
    assert!(
        said.stdout.contains("fetched failed: phone 101 Lobby (00:15:65:10:00:01): 001565100001.cfg has changed since"),
        "{said}"
    );
    site.run(["report"]).exits(5);
    site.run(["report", "1"]).exits(0).says("accepted.");
}

#[test]
fn a_report_says_that_its_run_was_put_back() {
    let site = SimulatedSite::start_serving();
    site.run(["up", "--yes", "--tftp", site.tftp(), "--http", site.http(), "--until", "2m"]).exits(0);
    site.run(["report", "1"]).exits(0).says("accepted.");
    site.run(["rollback", "1", "--yes"]).exits(0);
    let said = site.run(["report", "1", "--html", "back.html"]).exits(5);
    assert!(said.stdout.contains("finding: run 1 was put back at ") && said.stdout.contains("not accepted."), "{said}");
    assert!(site.user.read("back.html").contains("Not accepted"));
    let report = schemas::check(&site.run(["report", "--format", "json"]).exits(5).stdout, "report");
    assert_eq!((&report["put_back"]["run"], &report["put_back"]["complete"]), (&1.into(), &true.into()));
}

#[test]
fn what_is_proved_already_counts_for_another_up() {
    let site = SimulatedSite::start_serving();
    let up = ["up", "--yes", "--tftp", site.tftp(), "--http", site.http(), "--until", "2m", "--format", "json"];
    site.run(up).exits(0);
    let again = site.run(up).exits(0);
    let last: Value = serde_json::from_str(again.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["verdict"], &last["apply"]["outcome"]), (&"accepted".into(), &"nothing_to_do".into()));
    // no phone had to ask again
    assert!(!again.stdout.contains("voiceport.serve/1"), "{again}");
    // and verify knows it too, from the record
    let verified = schemas::check(&site.run(["verify", "--format", "json"]).exits(0).stdout, "verify");
    assert_eq!(verified["verdict"], "accepted");
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
    schemas::check_error(&said);
}
