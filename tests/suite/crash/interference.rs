//! Answers that are lost, late or doubled, and another manager who writes, at any request of a run: the other's change survives, and the
//! run ends as it says.

use serde_json::{Value as Json, json};

use super::lane::{Lane, differences};
use super::side_by_side;
use super::trial::Chance;
use crate::cli::user::Background;

/// Kinds on which another manager's write can be told from this run's: rows of each port, or the lock of managers.
const KINDS: [&str; 6] = ["standard", "ubiquiti-edgeswitch", "hpe-comware", "cisco-small-business", "dell-n", "cisco-ios"];
/// A port of the closet without a phone.
const FREE_PORT: usize = 16;

/// Runs, one after another, each with a disturbance and a write of its own.
fn runs(kind: &str, count: u64) {
    let lane = Lane::start(kind);
    let port = lane.port(FREE_PORT);
    for number in 0..count {
        let mut draw = Chance(kind.len() as u64 * 1000 + number);
        lane.ask(&json!({"reset": {}}));
        let folder = lane.folder(&format!("run-{number}"));
        let mut running = lane.voiceport(&folder, "apply");
        let (disturbed_at, written_at) = (draw.below(lane.sets()), draw.below(lane.sets()));
        let disturbance = match draw.below(4) {
            0 => json!({"switch": "closet", "lose": 1 + draw.below(2)}),
            1 => json!({"switch": "closet", "double": 1 + draw.below(4)}),
            2 => json!({"switch": "closet", "late_ms": 20 + draw.below(200)}),
            _ => json!({"switch": "closet", "lose": 1, "double": 2, "late_ms": draw.below(100)}),
        };
        let change = if kind == "cisco-ios" { json!({"pvid": 10}) } else { json!({"membership": {"vlan": 10, "is": "tagged"}}) };
        let mut waiting = vec![
            (disturbed_at, json!({"answers": disturbance})),
            (written_at, json!({"write": {"switch": "closet", "port": port, "change": change}})),
        ];
        while !waiting.is_empty() {
            let over = running.has_ended();
            let sets = lane.sets_now();
            waiting.retain(|(at, request)| {
                let due = over || sets >= *at;
                if due {
                    lane.ask(request);
                }
                !due
            });
        }
        check(&lane, kind, &port, &format!("run {number}: {disturbance} at {disturbed_at}, written at {written_at}"), running);
    }
}

#[track_caller]
fn check(lane: &Lane, kind: &str, port: &str, what: &str, running: Background) {
    let said = running.end();
    let state = lane.state();
    let closet = &state["closet"]["running"];
    let survives = if kind == "cisco-ios" {
        closet["ports"][port]["pvid"] == json!(10)
    } else {
        closet["vlans"]["10"]["tagged"].as_array().unwrap().contains(&json!(port))
    };
    assert!(survives, "{kind}, {what}: the other's change is lost\n{said}");
    let (before, applied, code) = lane.references();
    let expected = if said.code == code {
        applied
    } else {
        assert_eq!(said.code, Some(6), "{kind}, {what}: {said}");
        before
    };
    for switch in ["closet", "floor-2"] {
        let (is, wanted) = (without(&state[switch]["running"], port), without(&expected[switch]["running"], port));
        assert_eq!(differences(&wanted, &is), Vec::<String>::new(), "{kind}, {what}: {switch}\n{said}");
    }
}

/// A configuration but for one port.
fn without(configuration: &Json, port: &str) -> Json {
    let mut left = configuration.clone();
    left["ports"].as_object_mut().unwrap().remove(port);
    for vlan in left["vlans"].as_object_mut().unwrap().values_mut() {
        for list in ["tagged", "untagged"] {
            if let Some(ports) = vlan[list].as_array_mut() {
                ports.retain(|member| member != port);
            }
        }
    }
    left
}

#[test]
fn what_another_manager_writes_meanwhile_survives() {
    side_by_side(&KINDS, |kind| runs(kind, 2));
}
