//! Agents whose tables of ports are indexed by other numbers than their MIBs say: every fact is told of the port it is of, or not at all.

use model::ids::PortName;
use model::switch::{SwitchState, VoiceVlan};
use snmp::{Oid, Value};

use super::small_agent::{Fault, SmallAgent};

const PVID: &str = "1.3.6.1.2.1.17.7.1.4.5.1.1";
const Q_FDB_PORT: &str = "1.3.6.1.2.1.17.7.1.2.2.1.2";
const FDB_PORT: &str = "1.3.6.1.2.1.17.4.3.1.2";

/// A switch with this sysObjectID, interfaces by ifIndex and type, and bridge ports with their ifIndex.
fn switch(object_id: &str, description: &str, interfaces: &[(u32, i64)], bridge_ports: &[(u32, u32)]) -> SmallAgent {
    let mut agent = SmallAgent::default();
    agent.text("1.3.6.1.2.1.1.1.0", description);
    agent.put("1.3.6.1.2.1.1.2.0", Value::Oid(object_id.parse::<Oid>().unwrap()));
    agent.put("1.3.6.1.2.1.1.3.0", Value::TimeTicks(4711));
    for (index, kind) in interfaces {
        agent.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{index}"), &format!("port {index}"));
        agent.put(&format!("1.3.6.1.2.1.2.2.1.3.{index}"), Value::Integer(*kind));
        agent.put(&format!("1.3.6.1.2.1.2.2.1.8.{index}"), Value::Integer(1));
    }
    for (port, index) in bridge_ports {
        agent.put(&format!("1.3.6.1.2.1.17.1.4.1.2.{port}"), Value::Integer(i64::from(*index)));
    }
    agent
}

/// A VLAN with a list of members, all untagged.
fn vlan(agent: &mut SmallAgent, vlan: u16, bits: &[u32]) {
    let mut list = vec![0_u8; 128];
    for bit in bits {
        let at = usize::try_from(bit - 1).unwrap();
        list[at / 8] |= 0x80 >> (at % 8);
    }
    for column in [2, 4] {
        agent.put(&format!("1.3.6.1.2.1.17.7.1.4.3.1.{column}.{vlan}"), Value::octets(list.clone()));
    }
    agent.put(&format!("1.3.6.1.2.1.17.7.1.4.3.1.5.{vlan}"), Value::Integer(1));
}

async fn read(agent: SmallAgent) -> SwitchState {
    agent.start().await.read().await
}

/// The PVID of a port, and its untagged VLANs.
fn told(state: &SwitchState, index: u32) -> (Option<u16>, Option<Vec<u16>>) {
    let port = &state.ports[&PortName::from(format!("port {index}"))];
    let untagged = port.untagged.as_ref().map(|vlans| vlans.iter().map(|vlan| vlan.get()).collect());
    (port.pvid.map(model::ids::VlanId::get), untagged)
}

#[tokio::test]
async fn pvids_by_if_index_are_of_the_ports_they_are_of() {
    let words = "HPE Comware Platform Software, Software Version 7.1.070\nHPE 5130 Switch";
    let interfaces = [(41, 6), (42, 6), (50, 161)];
    let mut agent = switch("1.3.6.1.4.1.25506.11.1.181", words, &interfaces, &[(1, 41), (2, 42), (41, 50)]);
    for (index, pvid, kind) in [(41, 20, 2), (42, 30, 1), (50, 1, 2)] {
        agent.put(&format!("{PVID}.{index}"), Value::Gauge32(pvid));
        agent.put(&format!("1.3.6.1.4.1.25506.8.35.1.1.1.5.{index}"), Value::Integer(kind));
    }
    let state = read(agent).await;
    assert_eq!(state.identity.profile, "hpe-comware");
    assert_eq!([41, 42, 50].map(|index| told(&state, index).0), [Some(20), Some(30), Some(1)]);
}

#[tokio::test]
async fn bits_that_are_if_indexes_are_read_though_bridge_ports_begin_at_0() {
    let indexes: Vec<u32> = (1..=8).chain([12]).collect();
    let interfaces: Vec<(u32, i64)> = indexes.iter().map(|index| (*index, 6)).collect();
    let bridge_ports: Vec<(u32, u32)> = indexes.iter().map(|index| (index - 1, *index)).collect();
    let mut agent = switch("1.3.6.1.4.1.99999.1", "made up", &interfaces, &bridge_ports);
    vlan(&mut agent, 1, &[2, 3, 4, 5, 6, 7, 8, 12]);
    vlan(&mut agent, 20, &[1]);
    let state = read(agent).await;
    assert_eq!(told(&state, 1).1, Some(vec![20]));
    assert_eq!(told(&state, 2).1, Some(vec![1]));
    assert_eq!(told(&state, 12).1, Some(vec![1]));
}

#[tokio::test]
async fn bits_that_are_bridge_ports_are_read_whatever_other_models_do() {
    let ports: Vec<u32> = (1..=8).chain([33, 34, 1000]).collect();
    let interfaces: Vec<(u32, i64)> = ports.iter().map(|port| (1000 + port, if *port == 1000 { 161 } else { 6 })).collect();
    let bridge_ports: Vec<(u32, u32)> = ports.iter().map(|port| (*port, 1000 + port)).collect();
    for object_id in ["1.3.6.1.4.1.6486.800.1.1.2.1.11.2.2", "1.3.6.1.4.1.99999.1"] {
        let mut agent = switch(object_id, "Alcatel-Lucent OS6250", &interfaces, &bridge_ports);
        vlan(&mut agent, 1, &[1, 2, 3, 4, 5, 6, 7, 8]);
        vlan(&mut agent, 20, &[33, 34, 1000]);
        let state = read(agent).await;
        let untagged = [1008, 1033, 1034, 2000].map(|index| told(&state, index).1);
        assert_eq!(untagged, [Some(vec![1]), Some(vec![20]), Some(vec![20]), Some(vec![20])], "{object_id}");
    }
}

#[tokio::test]
async fn each_forwarding_table_proves_its_own_numbers() {
    let mut agent = switch("1.3.6.1.4.1.99999.1", "made up", &[(101, 6), (102, 6)], &[(1, 101), (2, 102)]);
    agent.put(&format!("{Q_FDB_PORT}.1.2.0.0.0.0.1"), Value::Integer(102));
    agent.put(&format!("{FDB_PORT}.2.0.0.0.0.2"), Value::Integer(1));
    agent.put(&format!("{FDB_PORT}.2.0.0.0.0.3"), Value::Integer(77));
    let state = read(agent).await;
    let learned = |index: u32| {
        let port = &state.ports[&PortName::from(format!("port {index}"))];
        port.learned.iter().map(|entry| entry.mac.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((learned(101), learned(102)), (vec!["02:00:00:00:00:02".to_owned()], vec!["02:00:00:00:00:01".to_owned()]));
    let note = "1 address is learned on a port number that is no port's, or that two ports could be: not shown";
    assert!(state.notes.iter().any(|told| told == note), "{:?}", state.notes);
}

#[tokio::test]
async fn what_two_ports_could_be_is_said_of_neither() {
    let mut agent = switch("1.3.6.1.4.1.99999.1", "made up", &[(1, 6), (2, 6), (3, 6)], &[(1, 2), (2, 3), (3, 1)]);
    for number in 1..=3 {
        agent.put(&format!("{PVID}.{number}"), Value::Gauge32(10 + number));
    }
    vlan(&mut agent, 20, &[1, 2]);
    let state = read(agent).await;
    for index in 1..=3 {
        assert_eq!(told(&state, index), (None, None), "port {index}");
    }
    let notes = [
        "dot1qPvid: 3 port numbers fit no port, or two: what is said of them is not known, and not written",
        "its port lists: 2 port numbers fit no port, or two: what is said of them is not known, and not written",
    ];
    assert!(notes.iter().all(|note| state.notes.iter().any(|told| told == note)), "{:?}", state.notes);
}

/// A Huawei switch with ports whose ifIndexes, 11 to 13, are no bridge ports, and the rows of these voice VLANs.
fn with_voice_rows(rows: &[(u32, Value<'static>)]) -> SmallAgent {
    const ROWS: &str = "1.3.6.1.4.1.2011.5.25.42.3.1.2.32.1";
    let words = "Huawei Versatile Routing Platform Software VRP (R) software,Version 5.170 (S5720 V200R019C10)";
    let interfaces = [(11, 6), (12, 6), (13, 6)];
    let mut agent = switch("1.3.6.1.4.1.2011.2.23.291", words, &interfaces, &[(1, 11), (2, 12), (3, 13)]);
    for (index, vlan) in rows {
        agent.put(&format!("{ROWS}.2.{index}"), vlan.clone());
        agent.put(&format!("{ROWS}.51.{index}"), Value::Integer(1));
    }
    agent
}

fn voice(state: &SwitchState) -> [Option<VoiceVlan>; 3] {
    assert_eq!(state.identity.profile, "huawei");
    [11, 12, 13].map(|index| state.ports[&PortName::from(format!("port {index}"))].voice_vlan)
}

#[tokio::test]
async fn a_table_without_rows_does_not_tell_that_ports_have_none() {
    let note = "no row of a voice VLAN: which ports have one is not known, and no row proves what its numbers of ports are";
    let state = read(with_voice_rows(&[])).await;
    assert_eq!(voice(&state), [None; 3]);
    assert!(state.notes.iter().any(|told| told == note), "{:?}", state.notes);

    let state = read(with_voice_rows(&[(12, Value::Integer(20))])).await;
    assert_eq!(voice(&state), [VoiceVlan::None, VoiceVlan::Vlan(20.try_into().unwrap()), VoiceVlan::None].map(Some));
    assert!(!state.notes.iter().any(|told| told == note), "{:?}", state.notes);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_not_the_absence_of_one() {
    let state =
        read(with_voice_rows(&[(11, Value::Integer(20)), (12, Value::Integer(0)), (13, Value::octets(b"20".to_vec()))])).await;
    assert_eq!(voice(&state), [Some(VoiceVlan::Vlan(20.try_into().unwrap())), None, None]);

    // The rows behind the first are lost.
    let mut agent = with_voice_rows(&[(11, Value::Integer(20)), (12, Value::Integer(20))]);
    agent.fault(Fault::StandsStillAt(&[1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 3, 1, 2, 32, 1, 2, 11]));
    let state = read(agent).await;
    assert_eq!(voice(&state)[1..], [None, None], "{:?}", state.notes);
}

#[tokio::test]
async fn a_switch_that_tells_no_vlans_is_told_to_tell_none() {
    let state = read(switch("1.3.6.1.4.1.99999.1", "made up", &[(1, 6)], &[(1, 1)])).await;
    assert_eq!((state.vlans.clone(), told(&state, 1)), (None, (None, None)));
    for note in [
        "no table of VLANs: which VLANs exist is not known",
        "no access VLANs (PVIDs): which VLAN untagged frames are in is not known",
    ] {
        assert!(state.notes.iter().any(|told| told == note), "{:?}", state.notes);
    }
}
