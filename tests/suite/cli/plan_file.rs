//! A saved plan: what it says is done and nothing else, and what is not what `plan` wrote is refused with the word for it.

use serde_json::{Value, json};

use super::schemas;
use super::simulated::SimulatedSite;

/// What somebody does to a saved plan.
type Edit = fn(&mut Value);

/// The site's plan, in a file.
fn saved(site: &SimulatedSite, arguments: &[&str]) -> Value {
    site.run([&["plan", "--out", "plan.json"], arguments].concat()).exits(0);
    serde_json::from_str(&site.user.read("plan.json")).unwrap()
}

#[test]
fn an_edited_plan_is_refused_and_nothing_is_done() {
    let site = SimulatedSite::start_controlled();
    let plan = saved(&site, &[]);
    let edit = |change: Edit| {
        let mut edited = plan.clone();
        change(&mut edited);
        edited
    };
    let edits: [(&str, Edit); 8] = [
        ("edited", |plan| drop(plan["steps"].as_array_mut().unwrap().drain(1..))),
        ("edited", |plan| plan["steps"] = json!([])),
        ("edited", |plan| plan["steps"][0]["change"]["vlan"] = json!(21)),
        ("edited", |plan| plan["steps"].as_array_mut().unwrap().swap(0, 1)),
        ("edited", |plan| plan["switches"] = json!(["closet"])),
        ("edited", |plan| plan["placements"][0]["at"] = Value::Null),
        ("edited", |plan| plan["site"] = json!("other")),
        ("another schema, `voiceport.plan/2`", |plan| plan["schema"] = json!("voiceport.plan/2")),
    ];
    for (word, change) in edits {
        site.user.write("edited.json", edit(change).to_string());
        for consent in ["--yes", "--check"] {
            let said = site.run(["apply", "edited.json", consent, "--format", "json"]).exits(2).says(word);
            schemas::check_error(&said);
        }
    }
    // another layout of the same file is the same plan
    site.user.write("same.json", serde_json::to_string(&plan).unwrap());
    site.run(["apply", "same.json", "--check"]).exits(0);
    assert_eq!((site.sets("closet"), site.sets("floor-2")), (0, 0));
}

#[test]
fn a_plan_of_another_site_is_refused() {
    let site = SimulatedSite::start();
    saved(&site, &[]);
    site.user.write("lab.yaml", site.user.read("lab.yaml").replace("name: lab", "name: customer-b"));
    site.run(["apply", "plan.json", "--yes"]).exits(2).says("it is of another site, lab: this is site customer-b");
}

#[test]
fn a_plan_of_one_switch_is_done_and_a_named_file_is_consent() {
    let site = SimulatedSite::start();
    let plan = saved(&site, &["--switch", "closet"]);
    assert_eq!(plan["switches"], json!(["closet"]));
    site.run(["apply", "plan.json", "--switch", "floor-2", "--yes"]).exits(2).says("it was made for closet");
    // nobody is at the terminal
    let done = site.run(["apply", "plan.json", "--format", "json"]).exits(0).json();
    assert_eq!(done["steps"].as_array().unwrap().len(), plan["steps"].as_array().unwrap().len());
    assert!(done["steps"].as_array().unwrap().iter().all(|step| step["switch"] == "closet" && step["status"] == "done"));
    let left = site.steps();
    assert!(left.as_array().unwrap().iter().all(|step| step["switch"] == "floor-2"), "{left}");
    site.run(["apply", "plan.json"]).exits(5).says("stale: nothing is left to change");
    site.run(["apply"]).exits(2).says("nobody to ask");
}

#[test]
fn a_stale_plan_says_what_changed_step_by_step() {
    let site = SimulatedSite::start_controlled();
    let plan = saved(&site, &[]);
    let first = plan["steps"].as_array().unwrap().iter().find(|step| step["switch"] == "floor-2").unwrap();
    let port = first["port"].as_str().unwrap();
    // somebody gives one phone its voice VLAN by hand, and turns another one's VLAN
    site.ask(&json!({"write": {"switch": "floor-2", "port": port, "change": {"voice_vlan": 20}}}));
    site.ask(&json!({"write": {"switch": "floor-2", "port": "Gi1/0/7", "change": {"voice_vlan": 30}}}));
    let said = site.run(["apply", "plan.json", "--yes"]).exits(5).says("stale: 2 differences to a plan made now");
    let said = said.says(&format!("floor-2 {port}: voice VLAN: none → 20: not to be changed any more"));
    said.says("floor-2 Gi1/0/7: voice VLAN: none → 20: it would be voice VLAN: 30 → 20 now");
    let other: Vec<&str> = plan["steps"].as_array().unwrap().iter().filter_map(|step| step["switch"].as_str()).collect();
    assert!(other.contains(&"closet"));
    assert_eq!(site.sets("closet"), 0);
}

#[test]
fn of_a_plan_whose_switch_does_not_answer_the_switch_is_told() {
    let site = SimulatedSite::start_controlled();
    saved(&site, &[]);
    site.ask(&json!({"silence": {"switch": "closet", "on": true}}));
    site.run(["apply", "plan.json", "--yes"]).exits(4).says("switch closet");
    assert_eq!(site.sets("floor-2"), 0);
}
