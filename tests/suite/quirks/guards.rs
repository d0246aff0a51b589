//! Ports that must not be changed, and what shows them: each table in turn is silent, and the port that it alone would have kept is left
//! alone for that.

use lab::switch::state::Plug;
use lab::switch::traffic::Activity;
use model::ids::MacAddress;
use serde_json::{Value, json};
use snmp::Oid;

use super::*;

const LLDP_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4];
const CDP: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1];
const STP_ROOT_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 2, 7];
const ATTACHED_AGGREGATE: &[u32] = &[1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13];
const FORWARDING: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2];
const BRIDGE_ADDRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1, 1];
const EGRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 2];
const TRUNK_STATUS: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1, 14];

/// Makes the port a tagged member of these VLANs, which exist then.
fn tag(switch: &mut Switch, port: u32, vlans: &[u16]) {
    for vlan in vlans {
        switch.config.vlans.entry(vlan_id(*vlan)).or_default().egress.insert(BridgePort(port));
    }
    switch.startup = switch.config.clone();
}

/// The plan, and the refusals of it as port and reason, each once.
async fn refusals(odd: &Odd) -> (Value, Vec<(String, String)>) {
    let plan = odd.run(&["plan", "--format", "json"]).await.json();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = plan["refusals"].as_array().unwrap().iter().map(|row| (text(row, "port"), text(row, "reason"))).collect();
    all.dedup();
    (plan, all)
}

fn steps_on(plan: &Value, port: &str) -> usize {
    plan["steps"].as_array().unwrap().iter().filter(|step| step["port"] == json!(port)).count()
}

async fn silent(switch: &'static str, table: &[u32]) -> Odd {
    Odd::with(switch, &[Fault::Silent(Oid::new(table))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_silent_refuses_every_port_that_would_be_changed() {
    let tables = [LLDP_REMOTE, STP_ROOT_PORT, ATTACHED_AGGREGATE, FORWARDING, BRIDGE_ADDRESS, EGRESS];
    let one = |table: &'static [u32]| async move {
        let odd = silent(CLOSET, table).await;
        let before = odd.state();
        let (plan, refused) = refusals(&odd).await;
        let ports = ["1/1", "1/2", "1/5", "1/9"].map(|port| (port.to_owned(), "unguarded".to_owned()));
        assert_eq!((plan["steps"].as_array().unwrap().len(), refused), (0, ports.to_vec()), "{}", Oid::new(table));
        if table == LLDP_REMOTE {
            odd.run(&["apply", "--yes"]).await.exits(5).says("its LLDP neighbours could not be read whole");
        }
        assert_eq!(odd.state().config, before.config);
    };
    // Each waits for time-outs: all at once.
    tables.map(one).into_iter().collect::<tokio::task::JoinSet<()>>().join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_a_catalyst_refuse_too() {
    for table in [CDP, TRUNK_STATUS] {
        let odd = silent(FLOOR_2, table).await;
        let (plan, refused) = refusals(&odd).await;
        assert_eq!(plan["steps"], json!([]), "{}", Oid::new(table));
        assert!(refused.iter().all(|(_, reason)| reason == "unguarded") && !refused.is_empty(), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_the_switch_does_not_have_opens_the_guard() {
    for table in [LLDP_REMOTE, &[1, 2, 840, 10006], FORWARDING, &[1, 3, 6, 1, 2, 1, 17, 2], BRIDGE_ADDRESS] {
        let table: &'static [u32] = Vec::leak(table.to_vec());
        let odd = Odd::with(CLOSET, &[Fault::Lacks(table)]).await;
        let (plan, refused) = refusals(&odd).await;
        assert_eq!((plan["steps"].as_array().unwrap().len(), refused), (10, Vec::new()), "{}", Oid::new(table));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_tagged_in_several_vlans_is_a_trunk_on_every_kind_of_switch() {
    for family in [Family::Standard, Family::ArubaOs, Family::Fastpath, Family::EdgeSwitch] {
        let odd = Odd::of(family, |switch| tag(switch, 1, &[30, 40, 50])).await;
        let (plan, refused) = refusals(&odd).await;
        let port = odd.state().layout.if_name(BridgePort(1));
        assert_eq!((steps_on(&plan, &port), refused), (0, vec![(port, "lock_out".to_owned())]), "{family:?}");
        odd.run(&["apply", "--yes"]).await.exits(5).says("it is a trunk, tagged in the VLANs 30, 40, 50");
        assert_eq!(odd.state().config.ports[&BridgePort(1)].poe, PoeMode::Disable, "{family:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_with_one_tagged_vlan_and_an_untagged_one_is_no_trunk() {
    for family in [Family::Standard, Family::ArubaOs, Family::Fastpath, Family::EdgeSwitch] {
        // The voice VLAN there already, or another one: either way the port is a phone's.
        for vlan in [20, 30] {
            let odd = Odd::of(family, move |switch| tag(switch, 1, &[vlan])).await;
            let before = odd.state();
            let (plan, refused) = refusals(&odd).await;
            let port = odd.state().layout.if_name(BridgePort(1));
            assert_eq!((steps_on(&plan, &port) > 0, refused), (true, Vec::new()), "{family:?} {vlan}");
            odd.run(&["apply", "--yes"]).await.exits(0);
            // What the run itself tagged makes no trunk that it could not put back.
            odd.run_on_all(&["rollback", "--yes"]).await.exits(0).says(ALL_BACK);
            check_back(&odd, &before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_an_aggregate_is_one_while_it_is_down() {
    let odd = Odd::with(CLOSET, &[Fault::IdleAggregate(vec![BridgePort(1), BridgePort(2)])]).await;
    let (plan, refused) = refusals(&odd).await;
    let lock_out = |port: &str| (port.to_owned(), "lock_out".to_owned());
    assert_eq!(refused, [lock_out("1/1"), lock_out("1/2")]);
    assert_eq!((steps_on(&plan, "1/1"), steps_on(&plan, "1/2"), steps_on(&plan, "1/5") > 0), (0, 0, true));
    odd.run(&["plan"]).await.exits(5).says("is a link of the aggregate lag 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_whose_vlan_is_assigned_is_left_alone() {
    let cases = [
        (CLOSET, Fault::Authenticates(BridgePort(1)), "1/1", "its VLAN is assigned by 802.1X"),
        (CLOSET, Fault::AssignsVlan(BridgePort(1), vlan_id(1)), "1/1", "its VLAN is assigned by the switch itself"),
        (FLOOR_2, Fault::Authenticates(BridgePort(3)), "Gi1/0/3", "its VLAN is assigned by 802.1X"),
    ];
    for (switch, fault, port, words) in cases {
        let odd = Odd::with(switch, &[fault]).await;
        let (plan, refused) = refusals(&odd).await;
        assert_eq!((steps_on(&plan, port), refused), (0, vec![(port.to_owned(), "lock_out".to_owned())]), "{words}");
        odd.run(&["plan"]).await.exits(5).says(words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_leads_to_a_switch_or_this_machine_is_left_alone() {
    // The floor's own address, behind a port that shows nothing else.
    let floor = MacAddress([0x02, 0x00, 0x5e, 0x10, 0x00, 0x02]);
    let odd = Odd::prepared(CLOSET, move |switch| {
        switch.plugs.insert(BridgePort(1), Plug { mac: floor, power: None, lldp: None });
    })
    .await;
    let plan = odd.run_on_all(&["plan", "--format", "json"]).await.json();
    assert_eq!(steps_on(&plan, "1/1"), 0);
    odd.run_on_all(&["plan"]).await.exits(5).says("the management address of floor-2 is learned on it");
    let own = voiceport::host::Interface::all().unwrap().into_iter().find(|interface| interface.mac.0 != [0; 6]);
    // A machine with the loopback alone has no address that could be learned.
    let Some(own) = own else { return };
    let odd = Odd::prepared(CLOSET, move |switch| {
        switch.plugs.insert(BridgePort(1), Plug { mac: own.mac, power: None, lldp: None });
    })
    .await;
    let (plan, refused) = refusals(&odd).await;
    assert_eq!((steps_on(&plan, "1/1"), refused), (0, vec![("1/1".to_owned(), "lock_out".to_owned())]));
    odd.run(&["plan"]).await.exits(5).says("this machine is learned on it");
}

/// What goes on behind a port of the switch.
fn talk(odd: &Odd, port: u32, activity: Activity) {
    odd.lab.talk(odd.switch, BridgePort(port), activity);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_in_a_call_keeps_what_it_has_also_with_disrupt() {
    let odd = Odd::with(CLOSET, &[]).await;
    odd.run(&["apply", "--yes"]).await.exits(0);
    talk(&odd, 5, Activity::Call);
    for rollback in [&["rollback", "--yes"][..], &["rollback", "--yes", "--disrupt"]] {
        let said = odd.run_on_all(rollback).await.exits(7);
        said.says("its phone is in a call, which the change would cut: do it again later");
        assert_eq!(odd.member(5, 20), (true, false), "the call goes on");
        assert_eq!(odd.member(1, 20), (false, false), "the others are put back");
    }
    talk(&odd, 5, Activity::Idle);
    odd.run_on_all(&["rollback", "--yes"]).await.exits(0);
    assert_eq!(odd.member(5, 20), (false, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_which_nothing_is_known_waits_for_disrupt() {
    // A switch that has no unicast counters tells nothing at once.
    let lacks = [&[1, 3, 6, 1, 2, 1, 2, 2, 1, 11][..], &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 7]].map(|column| {
        let column: &'static [u32] = Vec::leak(column.to_vec());
        Fault::Lacks(column)
    });
    let odd = Odd::with(CLOSET, &lacks).await;
    let before = odd.state();
    odd.run(&["apply", "--yes"]).await.exits(0);
    odd.run_on_all(&["rollback", "--yes"]).await.exits(7).says("give --disrupt to do it all the same");
    assert_eq!((odd.member(5, 20), odd.power(1)), ((true, false), PoeMode::Auto));
    odd.run_on_all(&["rollback", "--yes", "--disrupt"]).await.exits(0);
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_left_for_later_by_apply() {
    let odd = Odd::with(FLOOR_2, &[]).await;
    // Its phone is in another voice VLAN, and talks.
    talk(&odd, 4, Activity::Call);
    for apply in [&["apply", "--yes"][..], &["apply", "--yes", "--disrupt"]] {
        odd.run(apply).await.exits(5).says("its phone is in a call");
        assert_eq!(odd.voice(4), VoiceVlan::Vlan(vlan_id(30)));
    }
    assert_eq!(odd.voice(3), VoiceVlan::Vlan(vlan_id(20)), "the others are done");
    talk(&odd, 4, Activity::Idle);
    odd.run(&["apply", "--yes"]).await.exits(0);
    assert_eq!(odd.voice(4), VoiceVlan::Vlan(vlan_id(20)));
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_asks_the_guards_again() {
    let odd = Odd::with(CLOSET, &[]).await;
    odd.run(&["apply", "--yes"]).await.exits(0);
    let inventory = odd.user.read("lab.yaml");
    // A port of a phone in the inventory cannot be protected: the phone is placed where it is seen.
    let unplaced = inventory.replacen("    at: {switch: closet, port: \"1/2\"}\n", "", 1);
    let protected = unplaced.replacen("  closet:\n", "  closet:\n    protect: [\"1/2\"]\n", 1);
    assert!(unplaced != inventory && protected != unplaced);
    odd.user.write("lab.yaml", protected);
    odd.run_on_all(&["rollback", "--yes"]).await.exits(7).says("the inventory protects this port");
    assert_eq!((odd.member(2, 10), odd.member(2, 20)), ((false, true), (true, false)));
    odd.user.write("lab.yaml", inventory);
    odd.run_on_all(&["rollback", "--yes"]).await.exits(0);
    assert_eq!(odd.member(2, 20), (false, false));
}
