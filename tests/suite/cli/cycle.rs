//! `power cycle`: a port loses its power and gets it back as it was, and nothing else does.

use std::time::Instant;

use serde_json::json;

use super::schemas;
use super::simulated::SimulatedSite;

#[test]
fn a_phone_is_restarted_and_is_no_run_to_put_back() {
    let site = SimulatedSite::start();
    site.run(["apply", "--yes"]).exits(0);
    let started = Instant::now();
    let cycled = site.run(["power", "cycle", "floor-2", "Gi1/0/4", "--yes"]).exits(0);
    assert!(started.elapsed().as_secs() >= 3, "long enough for the phone to notice");
    cycled
        .says("PoE: on → off")
        .says("PoE: off → on")
        .says("floor-2 Gi1/0/4: the device has lost its power")
        .says("floor-2 Gi1/0/4: the device draws power again");
    let history = schemas::check(&site.run(["history", "--format", "json"]).exits(0).stdout, "history");
    let runs: Vec<_> = history["runs"].as_array().unwrap().iter().map(|run| (&run["run"], &run["outcome"])).collect();
    assert_eq!(runs, [(&json!(2), &json!("applied")), (&json!(1), &json!("applied"))]);
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back");
}

#[test]
fn what_is_no_phones_port_is_refused_with_the_reason() {
    let site = SimulatedSite::start();
    let steps = site.steps();
    let off =
        steps.as_array().unwrap().iter().find(|step| step["switch"] == "floor-2" && step["change"]["poe_enabled"].is_object());
    let off = off.unwrap()["port"].as_str().unwrap().to_owned();
    site.run(["power", "cycle", "floor-2", &off, "--yes"]).exits(5).says("its power is not on");
    site.run(["power", "cycle", "floor-2", "Gi9/9", "--yes"]).exits(5).says("no port is called Gi9/9; nearest: ");
    site.run(["power", "cycle", "attic", "Gi1/0/4", "--yes"]).exits(2).says("switch attic: not in the inventory");
    site.run(["apply", "--yes"]).exits(0);
    let uplink = site.run(["power", "cycle", "floor-2", "Gi1/1/1", "--yes", "--force"]).exits(5);
    assert!(
        uplink.stdout.contains("uplink") || uplink.stdout.contains("behind it") || uplink.stdout.contains("protects"),
        "{uplink}"
    );
    site.run(["power", "cycle", "floor-2", "Gi1/0/4"]).exits(2).says("there is nobody to ask");
    let document = schemas::check(
        &site.run(["power", "cycle", "floor-2", "gigabitethernet1/0/4", "--yes", "--format", "json"]).exits(0).stdout,
        "apply",
    );
    assert_eq!((&document["outcome"], document["steps"].as_array().unwrap().len()), (&json!("applied"), 2));
}
