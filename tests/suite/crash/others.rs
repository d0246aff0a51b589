//! What others write between a run and its rollback, which is left alone and said.

use serde_json::{Value as Json, json};

use super::lane::Lane;
use super::side_by_side;

/// Somebody must put a new VLAN on the uplink: from then on it is in use, though other switches are behind that port.
#[test]
fn a_vlan_that_was_put_on_the_uplink_meanwhile_stays() {
    side_by_side(&["standard", "hpe-comware", "ubiquiti-edgeswitch"], |kind| {
        let lane = Lane::start(kind);
        lane.ask(&json!({"reset": {}}));
        let folder = lane.folder("run");
        lane.voiceport(&folder, "apply").end();
        let uplink = lane.ask(&json!({"site": {}}))["switches"][0]["uplink"].clone();
        let vlans = || lane.ask(&json!({"state": {"switch": "closet"}}))["running"]["vlans"]["20"].clone();
        assert_ne!(vlans(), Json::Null, "{kind}: the run made it");
        lane.ask(&json!({"write": {"switch": "closet", "port": uplink, "change": {"membership": {"vlan": 20, "is": "tagged"}}}}));
        for _ in 0..2 {
            let said = lane.voiceport(&folder, "rollback").end().exits(7);
            said.says(&format!("VLAN 20 is in use on {}", uplink.as_str().unwrap()));
            assert_eq!(vlans()["tagged"], json!([uplink]), "{kind}");
        }
        lane.ask(&json!({"write": {"switch": "closet", "port": uplink, "change": {"membership": {"vlan": 20, "is": "none"}}}}));
        lane.voiceport(&folder, "rollback").end().exits(0);
        assert_eq!(lane.difference(), Vec::<String>::new(), "{kind}");
    });
}

/// A value that somebody else set is left alone by every rollback.
#[test]
fn a_value_of_somebody_else_is_left_alone_each_time() {
    let lane = Lane::start("standard");
    lane.ask(&json!({"reset": {}}));
    let folder = lane.folder("run");
    lane.voiceport(&folder, "apply").end();
    lane.ask(&json!({"write": {"switch": "floor-2", "port": "Gi1/0/7", "change": {"pvid": 30}}}));
    for _ in 0..3 {
        let said = lane.voiceport(&folder, "rollback").end().exits(7);
        said.says("somebody else changed it since: it is 30 now, and this run changed access VLAN (PVID): 1 → 10");
        assert_eq!(lane.ask(&json!({"state": {"switch": "floor-2"}}))["running"]["ports"]["Gi1/0/7"]["pvid"], json!(30));
    }
}

/// Commands that only look send no request that writes.
#[test]
fn what_only_looks_writes_nothing() {
    let lane = Lane::start("ubiquiti-edgeswitch");
    lane.ask(&json!({"reset": {}}));
    let looks: [&[&str]; 8] = [
        &["plan"],
        &["plan", "--check"],
        &["plan", "--out", "plan.json"],
        &["apply", "--check"],
        &["verify"],
        &["doctor"],
        &["discover", "--all-switches"],
        &["power"],
    ];
    let folder = lane.folder("looks");
    for before_a_run in [true, false] {
        for look in looks {
            let said = lane.looks(&folder, look);
            assert!(!said.stdout.is_empty(), "{look:?}: {said}");
            let _ = std::fs::remove_file(lane.folder("plan.json"));
        }
        let sets = ["closet", "floor-2"].map(|switch| lane.ask(&json!({"sets": {"switch": switch}}))["sets"].clone());
        assert_eq!(sets, [json!(0), json!(0)], "before a run: {before_a_run}");
        lane.voiceport(&folder, "apply").end().exits(0);
        lane.ask(&json!({"reset": {}}));
    }
}
