//! Ports that must not be changed, and what shows them: each table in turn is silent, and the port that it alone would have kept is left
//! alone for that.

use lab::switch::state::Plug;
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
