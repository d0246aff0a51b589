//! What the driver puts on the wire when nothing answers.

use model::credential::CredentialOf;
use model::secret::Secret;
use model::switch::{Access, VoiceVlanModel};
use snmp::{Oid, Value};
use tokio::net::UdpSocket;
use voiceport::switch::Error;
use voiceport::switch::snmp::{SnmpSwitch, Support, Target, open_socket, profiles};

use super::small_agent::SmallAgent;

#[tokio::test]
async fn a_byte_that_is_no_text_does_not_hide_what_the_switch_is() {
    let mut switch = switch_with_contexts();
    let description = b"Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E7 \xa9 2019 by Cisco Systems\0";
    switch.put("1.3.6.1.2.1.1.1.0", Value::octets(description.to_vec()));
    assert_eq!(switch.start().await.read().await.identity.profile, "cisco-ios");
}

#[tokio::test]
async fn a_silent_switch_is_asked_five_times_with_the_read_credential() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let community = |text: &str| Some(CredentialOf::V2c { community: Secret::new(text) });
    let target = Target {
        name: "desk-1".into(),
        address: "127.0.0.1".to_owned(),
        port: socket.local_addr().unwrap().port(),
        read: community("for-reading"),
        write: community("for-writing"),
        profile: None,
        allow_generic_write: false,
        power_budget: None,
    };
    let error = SnmpSwitch::connect(&open_socket().await.unwrap(), target).await.err().unwrap();
    assert!(matches!(error, Error::NoAnswer { tries: 5, .. }), "{error:?}");
    let mut bytes = [0_u8; 2000];
    let mut datagrams = 0;
    while let Ok(length) = socket.try_recv(&mut bytes) {
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        assert!(text.contains("for-reading") && !text.contains("for-writing"));
        datagrams += 1;
    }
    assert_eq!(datagrams, 5);
}

#[test]
fn the_built_in_profiles_are_listed_with_what_they_can_do() {
    let listed = profiles();
    let of = |support: Support| {
        listed.iter().filter(|profile| profile.support == support).map(|profile| profile.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(Support::Full), FULL);
    let read = ["juniper-ex", "ubiquiti-unifi", "mikrotik-routeros", "cisco-catos", "zyxel-gs1900", "mikrotik-swos"];
    assert_eq!(of(Support::ReadOnly), [&read[..], &["extreme-ers", "fortiswitch", "eltex-mes"]].concat());
    for profile in listed.iter().filter(|profile| profile.support == Support::ReadOnly) {
        assert!(profile.limits.is_some(), "{} says why", profile.name);
        assert!(profile.capabilities.poe <= Access::Read && profile.capabilities.voice_vlan == VoiceVlanModel::None);
    }
}

/// Those that whole runs are tested with, against an agent of their kind.
const FULL: [&str; 8] = [
    "standard",
    "cisco-ios",
    "cisco-small-business",
    "aruba-os-switch",
    "netgear-fastpath",
    "ubiquiti-edgeswitch",
    "dell-n",
    "hpe-comware",
];

/// A switch that keeps a BRIDGE-MIB for each VLAN: one port of its own VLAN 10 with voice VLAN 20, and a phone in the latter.
fn switch_with_contexts() -> SmallAgent {
    let mut switch = SmallAgent::default();
    switch.put("1.3.6.1.2.1.1.2.0", Value::Oid(Oid::new(&[1, 3, 6, 1, 4, 1, 9, 1, 1208])));
    switch.text(
        "1.3.6.1.2.1.1.1.0",
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E7, RELEASE SOFTWARE (fc3)",
    );
    switch.put("1.3.6.1.2.1.2.2.1.3.10101", Value::Integer(6));
    switch.text("1.3.6.1.2.1.31.1.1.1.1.10101", "Gi1/0/1");
    for vlan in [10, 20] {
        switch.put(&format!("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}"), Value::Integer(1));
    }
    switch.put("1.3.6.1.4.1.9.9.68.1.2.2.1.2.10101", Value::Integer(10));
    switch.put("1.3.6.1.4.1.9.9.68.1.5.1.1.1.10101", Value::Integer(20));
    switch
}

#[tokio::test]
async fn the_forwarding_table_of_each_vlan_is_read_in_its_context() {
    let mut switch = switch_with_contexts();
    switch.put_for("public@10", "1.3.6.1.2.1.17.1.4.1.2.1", Value::Integer(10101));
    switch.put_for("public@20", "1.3.6.1.2.1.17.1.4.1.2.7", Value::Integer(10101));
    switch.put_for("public@20", "1.3.6.1.2.1.17.4.3.1.2.0.4.242.1.2.3", Value::Integer(7));
    let state = switch.start().await.read().await;
    let [(name, port)] = Vec::from_iter(&state.ports).try_into().unwrap();
    let learned: Vec<_> = port.learned.iter().map(|row| (row.mac.to_string(), row.vlan)).collect();
    assert_eq!((name.as_str(), learned), ("Gi1/0/1", vec![("00:04:f2:01:02:03".to_owned(), Some(20))]));
    assert!(!state.notes.iter().any(|note| note.contains("forwarding")), "{:?}", state.notes);
}

#[tokio::test]
async fn contexts_that_are_silent_are_a_note_and_cost_little() {
    let agent = switch_with_contexts().start().await;
    let state = agent.read().await;
    assert!(
        state.notes.iter().any(|note| note.starts_with("the forwarding tables of its VLANs do not answer")),
        "{:?}",
        state.notes
    );
    let unanswered = agent.unanswered();
    assert!(
        (1..=5).contains(&unanswered),
        "{unanswered}: one context is asked as often as two seconds allow, the other not at all"
    );
}
