//! A switch whose lists of ports are text, with names like `1/0/4` and `LAG1`, and whose PVIDs are where this firmware has them.

use model::ids::VlanId;
use model::switch::{Access, SwitchState};
use snmp::{Oid, Value};

use super::small_agent::SmallAgent;

const PORT: &str = "1.3.6.1.4.1.11863.6.14.1.1.1.1";
const VLAN: &str = "1.3.6.1.4.1.11863.6.14.1.2.1.1";

/// Six ports and an aggregate: VLAN 20 tagged on 1 and 3 to 5 and on the aggregate, VLAN 1 untagged on all but port 6, which is in 20.
fn switch() -> SmallAgent {
    let mut switch = SmallAgent::default();
    switch.text("1.3.6.1.2.1.1.1.0", "JetStream 6-Port Gigabit Smart Switch");
    switch.put("1.3.6.1.2.1.1.2.0", Value::Oid(Oid::new(&[1, 3, 6, 1, 4, 1, 11863, 5, 28])));
    for number in 1_u32..=7 {
        let is_aggregate = number == 7;
        let (index, own) = if is_aggregate { (32_769, "LAG1".to_owned()) } else { (49_152 + number, format!("1/0/{number}")) };
        let name = if is_aggregate { "port-channel 1".to_owned() } else { format!("gigabitEthernet {own}") };
        switch.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{index}"), &name);
        switch.put(&format!("1.3.6.1.2.1.2.2.1.3.{index}"), Value::Integer(if is_aggregate { 161 } else { 6 }));
        switch.put(&format!("1.3.6.1.2.1.17.1.4.1.2.{index}"), Value::Integer(i64::from(index)));
        switch.text(&format!("{PORT}.1.{index}"), &own);
        switch.put(&format!("{PORT}.2.{index}"), Value::Integer(if number == 6 { 20 } else { 1 }));
        switch.put(&format!("{PORT}.3.{index}"), Value::Integer(1));
        switch.put(&format!("{PORT}.4.{index}"), Value::Integer(0));
    }
    for (vlan, tagged, untagged) in [(1, "", "1/0/1-5,LAG1"), (20, "1/0/1,1/0/3-5,LAG1", "1/0/6")] {
        switch.text(&format!("{VLAN}.3.{vlan}"), tagged);
        switch.text(&format!("{VLAN}.4.{vlan}"), untagged);
        switch.put(&format!("{VLAN}.6.{vlan}"), Value::Integer(1));
    }
    switch
}

/// Tagged and untagged VLANs and the PVID of a port.
fn told(state: &SwitchState, port: &str) -> (Option<Vec<u16>>, Option<Vec<u16>>, Option<u16>) {
    let port = &state.ports[&port.into()];
    let numbers = |vlans: &std::collections::BTreeSet<VlanId>| vlans.iter().map(|vlan| vlan.get()).collect();
    (port.tagged.as_ref().map(numbers), port.untagged.as_ref().map(numbers), port.pvid.map(VlanId::get))
}

#[tokio::test]
async fn names_in_lists_are_ports_and_the_pvid_is_in_its_column() {
    let state = switch().start().await.read().await;
    assert_eq!(state.identity.profile, "tplink-jetstream");
    assert_eq!(told(&state, "gigabitEthernet 1/0/1"), (Some(vec![20]), Some(vec![1]), Some(1)));
    assert_eq!(told(&state, "gigabitEthernet 1/0/2"), (Some(vec![]), Some(vec![1]), Some(1)));
    assert_eq!(told(&state, "gigabitEthernet 1/0/4"), (Some(vec![20]), Some(vec![1]), Some(1)));
    assert_eq!(told(&state, "gigabitEthernet 1/0/6"), (Some(vec![]), Some(vec![20]), Some(20)));
    assert_eq!(told(&state, "port-channel 1"), (Some(vec![20]), Some(vec![1]), Some(1)));
}

#[tokio::test]
async fn a_text_that_is_no_list_makes_every_membership_unknown() {
    for text in ["1/0/1;1/0/3", "1/0/1,LAG9", "all", "1/0/5-3"] {
        let mut switch = switch();
        switch.text(&format!("{VLAN}.3.20"), text);
        let state = switch.start().await.read().await;
        for port in state.ports.values() {
            assert_eq!((&port.tagged, &port.untagged), (&None, &None), "{text}");
        }
        assert_ne!(state.capabilities.membership, Access::Write);
        let note =
            format!("vlanTagMemberAdd.20 is {text:?}, which is no list of ports: members of VLANs are not known and not changed");
        assert!(state.notes.contains(&note), "{:?}", state.notes);
    }
}

#[tokio::test]
async fn a_column_that_nothing_proves_is_not_read() {
    let mut switch = switch();
    switch.text(&format!("{PORT}.4.49153"), "N/A");
    let state = switch.start().await.read().await;
    assert!(state.ports.values().all(|port| port.pvid.is_none()));
    assert_eq!(state.capabilities.access_vlan, Access::None);
    assert!(state.notes.iter().any(|note| note.contains("vlanPortPvid is not proved")), "{:?}", state.notes);
}
