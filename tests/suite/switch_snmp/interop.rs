//! The driver against net-snmp's agent with a switch's tables behind it.

use model::change::{Change, Delta, Membership};
use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol, UsmUserOf};
use model::identifier::Identifier;
use model::ids::{PortName, VlanId};
use model::secret::Secret;
use model::switch::{Access, Detection, PoePriority, SwitchState, VoiceVlanModel};
use model::units::Milliwatts;
use serde_json::{Value, json};
use voiceport::switch::snmp::{SnmpSwitch, Target, open_socket};
use voiceport::switch::{CredentialFault, Error, Persistence, Scope, Switch};

use super::snmpd::{SnmpdSwitch, v2c, v3, v3_with};

use crate::support::Unlogged;

fn target(switch: &SnmpdSwitch, read: Credential, write: Option<Credential>) -> Target {
    Target {
        name: "desk-1".into(),
        address: "127.0.0.1".to_owned(),
        port: switch.port,
        read: Some(read),
        write,
        profile: None,
        allow_generic_write: true,
        power_budget: None,
    }
}

async fn connect(switch: &SnmpdSwitch, read: Credential, write: Option<Credential>) -> Result<SnmpSwitch, Error> {
    SnmpSwitch::connect(&open_socket().await?, target(switch, read, write)).await
}

fn vlan(number: u16) -> VlanId {
    VlanId::new(number).unwrap()
}

fn port(name: &str) -> PortName {
    PortName::from(name)
}

fn check_facts(state: &SwitchState) {
    assert_eq!(state.identity.system_name.as_deref(), Some("desk-1"));
    assert_eq!(state.identity.profile, "standard");
    assert_eq!((state.ports.len(), &state.unmapped_pse, &state.unplaced_neighbours), (24, &vec![], &vec![]));
    assert_eq!(state.capabilities.voice_vlan, VoiceVlanModel::TaggedMember);
    assert_eq!(state.vlans.as_ref().unwrap().get(&vlan(1)).map(String::as_str), Some("default"));
    assert_eq!(state.pse_groups.get(&1).unwrap().nominal, Some(Milliwatts::from_watts(370)));

    let phone_port = state.ports.get(&port("ge3")).unwrap();
    let poe = phone_port.poe.as_ref().unwrap();
    assert_eq!(
        (poe.enabled, poe.detection, poe.class, poe.priority),
        (Some(true), Some(Detection::Delivering), Some(2), Some(PoePriority::Low))
    );
    assert_eq!((phone_port.if_index.unwrap().0, phone_port.bridge_port.unwrap().0, phone_port.link_up), (103, 3, Some(true)));
    assert_eq!((phone_port.pvid, phone_port.untagged.as_ref().unwrap().len()), (Some(vlan(1)), 1));
    let [phone] = phone_port.neighbours.as_slice() else { panic!("{:?}", phone_port.neighbours) };
    assert_eq!(phone.mac.unwrap().to_string(), "00:15:65:aa:bb:03");
    assert_eq!(phone.capabilities_enabled.unwrap().names().collect::<Vec<_>>(), ["bridge", "telephone"]);
    assert_eq!(phone.management_addresses, [Identifier::Ip("192.0.2.53".parse().unwrap())]);
    let med = phone.med.as_ref().unwrap();
    assert_eq!(med.device_class, Some(model::code_points::MedDeviceClass::Endpoint3));
    assert_eq!(med.inventory.as_ref().unwrap().model.as_deref(), Some("SIP-T46S"));
    let [policy] = med.policies.as_slice() else { panic!("{med:?}") };
    assert_eq!(
        (policy.application, policy.vlan, policy.tagged, policy.dscp.get()),
        (model::code_points::MedApplication::Voice, 20, true, 46)
    );
    assert_eq!(med.power.as_ref().unwrap().value_mw, 6500);
}

/// Every kind of change, read back and undone.
async fn check_writes(switch: &SnmpSwitch) {
    let create = Change::VlanExists { vlan: vlan(20), name: "voice".to_owned(), delta: Delta { before: false, after: true } };
    let member = |before, after| Change::Membership { vlan: vlan(20), delta: Delta { before, after } };
    let on_port = [
        member(Membership::None, Membership::Tagged),
        member(Membership::Tagged, Membership::Untagged),
        Change::Pvid { delta: Delta { before: vlan(1), after: vlan(20) } },
        Change::PoePriority { delta: Delta { before: PoePriority::Low, after: PoePriority::Critical }, number: None },
        Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None },
    ];
    let before = facts(switch).await;
    let name = port("ge7");
    let mut steps = vec![(None, create)];
    steps.extend(on_port.into_iter().map(|change| (Some(&name), change)));
    for (port, change) in &steps {
        switch.write(*port, change, &Unlogged).await.unwrap();
        check_read_back(switch, *port, change).await;
    }
    assert_ne!(facts(switch).await, before);
    for (port, change) in steps.iter().rev() {
        switch.write(*port, &change.inverse(), &Unlogged).await.unwrap();
        check_read_back(switch, *port, &change.inverse()).await;
    }
    assert_eq!(facts(switch).await, before);
}

/// What a write may change.
async fn facts(switch: &SnmpSwitch) -> Value {
    let state = switch.read(Scope::Everything).await.unwrap();
    let ports: Vec<_> = state.ports.iter().map(|(name, port)| (name, &port.poe, port.pvid, &port.tagged, &port.untagged)).collect();
    json!([state.vlans, ports])
}

async fn check_read_back(switch: &SnmpSwitch, name: Option<&PortName>, change: &Change) {
    let asked = switch.request_stats().unwrap().requests;
    let state = switch.read(Scope::Step { port: name, change }).await.unwrap();
    assert!(switch.request_stats().unwrap().requests - asked <= 2, "reading one step back is cheap");
    let on_port = name.map(|name| state.ports.get(name).unwrap());
    match change {
        Change::VlanExists { vlan, delta, .. } => assert_eq!(state.vlans.unwrap().contains_key(vlan), delta.after),
        Change::Membership { vlan, delta } => {
            let on_port = on_port.unwrap();
            let is = (on_port.tagged.as_ref().unwrap().contains(vlan), on_port.untagged.as_ref().unwrap().contains(vlan));
            assert_eq!(is, (delta.after == Membership::Tagged, delta.after == Membership::Untagged));
        }
        Change::Pvid { delta } => assert_eq!(on_port.unwrap().pvid, Some(delta.after)),
        Change::PoePriority { delta, .. } => assert_eq!(on_port.unwrap().poe.as_ref().unwrap().priority, Some(delta.after)),
        Change::PoeEnabled { delta, .. } => assert_eq!(on_port.unwrap().poe.as_ref().unwrap().enabled, Some(delta.after)),
        Change::VoiceVlan { .. }
        | Change::VoiceAttribute { .. }
        | Change::SwitchVoiceVlan { .. }
        | Change::VoiceFunction { .. }
        | Change::PortMode { .. }
        | Change::IdleTrunk { .. }
        | Change::DscpPriority { .. }
        | Change::PoeAllocation { .. }
        | Change::PoeLimit { .. } => unreachable!("this switch has no such object"),
    }
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn v2c_reads_all_facts_and_writes_each_kind_of_change() {
    let snmpd = SnmpdSwitch::start();
    let switch = connect(&snmpd, v2c("public"), Some(v2c("private"))).await.unwrap();
    check_facts(&switch.read(Scope::Everything).await.unwrap());
    check_writes(&switch).await;
    assert_eq!(switch.persist().await, Ok(Persistence::NotPossible));
    assert_eq!(snmpd.committed()["pvid"]["7"], 1);
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn v1_reads_all_facts_and_writes() {
    let snmpd = SnmpdSwitch::start();
    let community = |text: &str| CredentialOf::V1 { community: Secret::new(text) };
    let switch = connect(&snmpd, community("public"), Some(community("private"))).await.unwrap();
    check_facts(&switch.read(Scope::Everything).await.unwrap());
    let change = Change::PoePriority { delta: Delta { before: PoePriority::Low, after: PoePriority::High }, number: None };
    switch.write(Some(&port("ge3")), &change, &Unlogged).await.unwrap();
    assert_eq!(snmpd.committed()["poe"]["3"]["prio"], 2);
    let create = Change::VlanExists { vlan: vlan(20), name: "voice".to_owned(), delta: Delta { before: false, after: true } };
    let state = switch.read(Scope::Step { port: None, change: &create }).await.unwrap();
    assert_eq!(state.vlans.unwrap().len(), 0, "what does not exist is no error");
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn v3_reads_all_facts_and_writes_each_kind_of_change() {
    let snmpd = SnmpdSwitch::start();
    let without_privacy = CredentialOf::V3(UsmUserOf {
        user: "op224".to_owned(),
        auth: Some((AuthProtocol::Sha224, Secret::new("authpass12"))),
        privacy: None,
        context: String::new(),
    });
    for credential in [
        v3("op256", AuthProtocol::Sha256, PrivacyProtocol::Aes256),
        v3("op1", AuthProtocol::Sha1, PrivacyProtocol::Aes128),
        v3("op512", AuthProtocol::Sha512, PrivacyProtocol::Aes192),
        v3("opdes", AuthProtocol::Md5, PrivacyProtocol::Des),
        without_privacy,
        // Its key must be lengthened as Blumenthal says.
        v3("oplong", AuthProtocol::Sha1, PrivacyProtocol::Aes256),
    ] {
        let switch = connect(&snmpd, credential.clone(), Some(credential)).await.unwrap();
        check_facts(&switch.read(Scope::Everything).await.unwrap());
        check_writes(&switch).await;
    }
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn a_wrong_v3_credential_is_named() {
    const AUTH: (AuthProtocol, &str) = (AuthProtocol::Sha256, "authpass12");
    const PRIVACY: (PrivacyProtocol, &str) = (PrivacyProtocol::Aes256, "privpass12");
    let snmpd = SnmpdSwitch::start();
    for (credential, fault) in [
        (v3_with("nobody", AUTH, PRIVACY), CredentialFault::UnknownUser),
        (v3_with("op256", (AUTH.0, "wrongpass1"), PRIVACY), CredentialFault::WrongAuthentication),
        (v3_with("op256", (AuthProtocol::Sha1, AUTH.1), PRIVACY), CredentialFault::WrongAuthentication),
        (v3_with("op256", AUTH, (PRIVACY.0, "wrongpass1")), CredentialFault::WrongPrivacy),
        (v3_with("op256", AUTH, (PrivacyProtocol::Aes128, PRIVACY.1)), CredentialFault::WrongPrivacy),
        (v3("oplong", AuthProtocol::Sha1, PrivacyProtocol::Aes256Reeder), CredentialFault::WrongPrivacy),
        (v3_with("opdes", (AuthProtocol::Md5, AUTH.1), (PrivacyProtocol::Des, "wrongpass1")), CredentialFault::WrongPrivacy),
        (v3("op224", AuthProtocol::Sha224, PrivacyProtocol::Aes128), CredentialFault::SecurityLevel),
    ] {
        let error = connect(&snmpd, credential, None).await.err();
        assert_eq!(error, Some(Error::Credential { switch: "desk-1".into(), cause: fault }));
    }
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn a_wrong_community_is_silence() {
    let snmpd = SnmpdSwitch::start();
    let error = connect(&snmpd, v2c("guess"), None).await.err().unwrap();
    assert!(matches!(error, Error::NoAnswer { tries: 5, .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("wrong community"));
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn a_read_only_credential_is_refused_by_name() {
    let snmpd = SnmpdSwitch::start();
    let change = Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None };
    for reader in [v2c("public"), v3("reader", AuthProtocol::Sha256, PrivacyProtocol::Aes128)] {
        let switch = connect(&snmpd, reader.clone(), Some(reader)).await.unwrap();
        let error = switch.write(Some(&port("ge3")), &change, &Unlogged).await.unwrap_err();
        assert_eq!(error.to_string(), "switch desk-1 (port ge3): set pethPsePortAdminEnable.1.103 = 2: refused (noAccess)");
        assert!(error.hint().unwrap().contains("write credential"));
    }
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn a_pvid_of_no_vlan_is_refused_by_the_switch() {
    let snmpd = SnmpdSwitch::start();
    let switch = connect(&snmpd, v2c("public"), Some(v2c("private"))).await.unwrap();
    let change = Change::Pvid { delta: Delta { before: vlan(1), after: vlan(99) } };
    let error = switch.write(Some(&port("ge3")), &change, &Unlogged).await.unwrap_err();
    assert_eq!(error.to_string(), "switch desk-1 (port ge3): set dot1qPvid.3 = 99: refused (inconsistentValue)");
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn an_unknown_kind_of_switch_is_written_only_when_allowed() {
    let snmpd = SnmpdSwitch::start();
    let careful = Target { allow_generic_write: false, ..target(&snmpd, v2c("public"), Some(v2c("private"))) };
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), careful).await.unwrap();
    assert_eq!(switch.capabilities().poe, Access::Read);
    let change = Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None };
    let error = switch.write(Some(&port("ge3")), &change, &Unlogged).await.unwrap_err();
    assert!(error.hint().unwrap().contains("allow_generic_write"), "{error}");
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn two_writers_of_one_vlan_do_not_undo_each_other() {
    let snmpd = SnmpdSwitch::start();
    let switch = connect(&snmpd, v2c("public"), Some(v2c("private"))).await.unwrap();
    let create = Change::VlanExists { vlan: vlan(20), name: String::new(), delta: Delta { before: false, after: true } };
    switch.write(None, &create, &Unlogged).await.unwrap();
    let join = Change::Membership { vlan: vlan(20), delta: Delta { before: Membership::None, after: Membership::Tagged } };
    let (ge1, ge9) = (port("ge1"), port("ge9"));
    let (first, second) = tokio::join!(switch.write(Some(&ge1), &join, &Unlogged), switch.write(Some(&ge9), &join, &Unlogged));
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(snmpd.committed()["vlan"]["20"]["2"], "808000");
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn saving_by_a_copy_row_is_done_once_and_leaves_no_row() {
    let snmpd = SnmpdSwitch::start();
    let copying = Target { profile: Some("cisco-ios".to_owned()), ..target(&snmpd, v2c("public"), Some(v2c("private"))) };
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), copying).await.unwrap();
    assert_eq!(switch.persist().await, Ok(Persistence::Saved));
    assert_eq!((&snmpd.committed()["saved"], &snmpd.committed()["copy"]), (&1.into(), &json!({})));
}

#[tokio::test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
async fn a_save_that_fails_tells_the_cause() {
    let snmpd = SnmpdSwitch::start_with(&["--copy-fails"]);
    let copying = Target { profile: Some("cisco-ios".to_owned()), ..target(&snmpd, v2c("public"), Some(v2c("private"))) };
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), copying).await.unwrap();
    let error = switch.persist().await.unwrap_err().to_string();
    assert!(error.contains("ccCopyState") && error.ends_with("refused (failed: noMem)"), "{error}");
    assert_eq!(snmpd.committed()["copy"], json!({}));
}
