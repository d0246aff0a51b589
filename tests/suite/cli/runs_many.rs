//! Twenty sites from one machine and one state folder, changed at the same time.

use serde_json::json;

use super::simulated::ask;
use super::user::{Background, User};

const SITES: usize = 20;

#[test]
fn twenty_applies_of_twenty_sites_run_side_by_side() {
    let user = User::new();
    let labs: Vec<Background> = (0..SITES)
        .map(|number| {
            let (inventory, socket) = (format!("{number}.yaml"), format!("{number}.sock"));
            user.start(["lab", "--write-inventory", &inventory, "--control", &socket])
        })
        .collect();
    let _labs: Vec<Background> = labs
        .into_iter()
        .map(|mut lab| {
            lab.await_line("the simulated site runs");
            lab
        })
        .collect();
    let applies: Vec<Background> =
        (0..SITES).map(|number| user.start(["-i", &format!("{number}.yaml"), "apply", "--yes", "--switch", "floor-2"])).collect();
    for apply in applies {
        apply.end().exits(0).says("changes done and read back.");
    }
    for number in 0..SITES {
        let state = ask(&user.folder().join(format!("{number}.sock")), &json!({"state": {"switch": "floor-2"}}));
        assert_eq!(state["running"], state["startup"]);
    }
    let history = user.run(["history", "--format", "json"]).exits(0).json();
    let runs = history["runs"].as_array().unwrap();
    assert_eq!(runs.len(), SITES);
    assert!(runs.iter().all(|run| run["outcome"] == "applied"), "{history:#}");
}
