//! What the driver does about agents that cannot do what they are asked: every one is read, and at what cost.

use std::sync::{Arc, Mutex};

use model::change::{Change, Delta};
use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol};
use model::ids::PortName;
use model::secret::Secret;
use model::switch::SwitchState;
use snmp::usm::{Authority, Cipher, Hash, Master, User};
use snmp::{ErrorStatus, Kind, Value};
use tokio::net::UdpSocket;
use voiceport::switch::snmp::{SnmpSwitch, Target, open_socket};
use voiceport::switch::{CredentialFault, Error, Scope, Switch};

use super::small_agent::{Fault, Listening, Request, SmallAgent};
use super::snmpd::{v2c, v3, v3_with};

use crate::support::Unlogged;

const PORTS: u32 = 60;
/// pethPsePortPowerClassifications.
const CLASS: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 10];
/// ifName.
const NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1];
/// ifName.7.
const NAME_7: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 7];

/// A switch of the standards with power on every port.
fn switch() -> SmallAgent {
    let mut switch = SmallAgent::default();
    switch.text("1.3.6.1.2.1.1.1.0", "a small switch");
    switch.put("1.3.6.1.2.1.1.3.0", Value::TimeTicks(4711));
    for port in 1..=PORTS {
        switch.put(&format!("1.3.6.1.2.1.2.2.1.3.{port}"), Value::Integer(6));
        switch.put(&format!("1.3.6.1.2.1.2.2.1.8.{port}"), Value::Integer(1));
        switch.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{port}"), &format!("ge{port}"));
        for (column, value) in [(3, 1), (6, 3), (7, 3), (10, 4)] {
            switch.put(&format!("1.3.6.1.2.1.105.1.1.1.{column}.1.{port}"), Value::Integer(value));
        }
    }
    switch
}

fn target(agent: &Listening, read: Credential) -> Target {
    Target { allow_generic_write: true, ..agent.target(read) }
}

async fn read_with(agent: &Listening, credential: Credential) -> Result<SwitchState, Error> {
    let switch = SnmpSwitch::connect(&open_socket().await?, target(agent, credential)).await?;
    switch.read(Scope::Everything).await
}

/// Reads a switch with a fault; how many requests it kept silent about: each costs a time-out, however fast the machine is.
async fn read_despite(fault: Fault) -> (SwitchState, usize) {
    let mut switch = switch();
    switch.fault(fault);
    let agent = switch.start().await;
    let state = read_with(&agent, v2c("public")).await.unwrap();
    (state, agent.unanswered())
}

/// Reads a switch with faults; what it cost in requests.
async fn read(faults: &[Fault]) -> (SwitchState, Vec<Request>) {
    let mut switch = switch();
    for fault in faults {
        switch.fault(fault.clone());
    }
    let agent = switch.start().await;
    let state = read_with(&agent, v2c("public")).await.unwrap();
    (state, agent.requests())
}

/// All ports with name, state and class.
fn complete(state: &SwitchState) {
    assert_eq!(state.ports.len(), PORTS as usize);
    for port in state.ports.values() {
        let poe = port.poe.as_ref().unwrap();
        assert!(port.link_up == Some(true) && poe.class.is_some() && poe.enabled == Some(true), "{port:?}");
    }
    assert!(!state.notes.iter().any(|note| note.contains("105.1.1")), "{:?}", state.notes);
}

#[tokio::test]
async fn a_sound_agent_is_asked_for_many_columns_at_once() {
    let (state, requests) = read(&[]).await;
    complete(&state);
    let values = PORTS as usize * 7;
    println!("{values} values in {} requests", requests.len());
    assert!(requests.len() <= 14, "{}: {requests:?}", requests.len());
    assert!(requests.iter().all(|request| request.repetitions <= 50));
}

#[tokio::test]
async fn an_answer_too_big_is_halved_until_it_fits() {
    for status in [ErrorStatus::TOO_BIG, ErrorStatus::GEN_ERR, ErrorStatus::RESOURCE_UNAVAILABLE] {
        let (state, requests) = read(&[Fault::RefusesAbove(12, status)]).await;
        complete(&state);
        let refused = requests.iter().filter(|request| request.names * request.repetitions > 12).count();
        assert!(refused < 12, "{status}: {refused} of {} refused", requests.len());
    }
}

#[tokio::test]
async fn an_agent_that_bears_one_value_at_a_time_is_read_one_by_one() {
    let (state, _) = read(&[Fault::RefusesAbove(1, ErrorStatus::TOO_BIG)]).await;
    complete(&state);
}

#[tokio::test]
async fn an_agent_that_sends_what_fits_is_asked_for_no_more_than_that() {
    let (state, requests) = read(&[Fault::HoldsAtMost(17)]).await;
    complete(&state);
    assert!(requests.len() < 60, "{}", requests.len());
}

#[tokio::test]
async fn rows_that_an_agent_skips_above_55_repetitions_are_not_lost() {
    let (state, _) = read(&[Fault::SkipsAbove55]).await;
    complete(&state);
}

#[tokio::test]
async fn a_column_that_makes_the_agent_fail_costs_only_itself() {
    let (state, requests) = read(&[Fault::GenErrAt(CLASS)]).await;
    assert_eq!(state.ports.len(), PORTS as usize);
    assert!(state.ports.values().all(|port| port.link_up == Some(true) && port.poe.as_ref().unwrap().class.is_none()));
    assert!(state.notes.iter().any(|note| note.ends_with(": genErr")), "{:?}", state.notes);
    assert!(requests.len() < 30, "{}", requests.len());
}

#[tokio::test]
async fn a_column_that_is_slower_than_the_time_out_costs_only_itself() {
    let (state, unanswered) = read_despite(Fault::SilentAt(CLASS)).await;
    assert_eq!(state.ports.len(), PORTS as usize);
    assert!(state.ports.values().all(|port| port.link_up == Some(true) && port.poe.as_ref().unwrap().class.is_none()));
    let told = state.notes.iter().any(|note| note.ends_with("no answer, though the switch answers other questions"));
    assert!(told, "{:?}", state.notes);
    assert!(unanswered <= 15, "{unanswered} requests without an answer");
}

#[tokio::test]
async fn an_agent_that_is_silent_about_large_requests_is_asked_small_ones() {
    let (state, unanswered) = read_despite(Fault::SilentAbove(20)).await;
    complete(&state);
    assert!(unanswered <= 30, "{unanswered} requests without an answer");
}

#[tokio::test]
async fn an_agent_without_getbulk_is_found_out_once() {
    let mut switch = switch();
    switch.fault(Fault::SilentBulk);
    let agent = switch.start().await;
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), target(&agent, v2c("public"))).await.unwrap();
    assert!(!switch.request_stats().unwrap().row_by_row, "nothing is known yet");
    complete(&switch.read(Scope::Everything).await.unwrap());
    let unanswered = agent.unanswered();
    assert!(switch.request_stats().unwrap().row_by_row);
    assert!(unanswered <= 30, "{unanswered} requests without an answer");
    complete(&switch.read(Scope::Everything).await.unwrap());
    assert_eq!(agent.unanswered(), unanswered, "it is not asked again");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_garbage_and_costs_only_its_column() {
    let (state, _) = read(&[Fault::GarbageAt(CLASS)]).await;
    assert!(state.ports.values().all(|port| port.link_up == Some(true) && port.poe.as_ref().unwrap().class.is_none()));
    assert!(state.notes.iter().any(|note| note.contains("its answer is malformed (byte ")), "{:?}", state.notes);
}

#[tokio::test]
async fn a_column_that_goes_round_ends_there_with_a_note() {
    let (state, _) = read(&[Fault::StandsStillAt(NAME_7)]).await;
    assert!(state.notes.iter().any(|note| note.ends_with("incomplete: it begins again with row 7")), "{:?}", state.notes);
    assert!(state.ports.values().all(|port| port.link_up == Some(true)));
    assert_eq!(NAME_7[..NAME.len()], *NAME);
}

#[tokio::test]
async fn version_1_is_read_without_bulk_requests() {
    let agent = switch().start().await;
    let state = read_with(&agent, CredentialOf::V1 { community: Secret::new("public") }).await.unwrap();
    complete(&state);
    let requests = agent.requests();
    assert!(requests.iter().all(|request| matches!(request.kind, Kind::Get | Kind::GetNext)));
    assert!(requests.len() < 90, "{}", requests.len());
}

#[tokio::test]
async fn a_closed_port_is_told_at_once() {
    let port = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for address in ["127.0.0.1", "::1"] {
        let agent = switch().start().await;
        let target = Target { address: address.to_owned(), port, ..target(&agent, v2c("public")) };
        let error = SnmpSwitch::connect(&open_socket().await.unwrap(), target).await.err().unwrap();
        assert!(matches!(&error, Error::Unreachable { cause, .. } if cause == "nothing listens at that port"), "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_write_community_is_told_from_a_dead_switch() {
    let mut agent = switch();
    agent.put_for("guess", "1.3.6.1.2.1.1.3.0", Value::TimeTicks(4711));
    agent.fault(Fault::SilentToWrites);
    let agent = agent.start().await;
    let target = Target { write: Some(v2c("guess")), ..target(&agent, v2c("public")) };
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), target).await.unwrap();
    let change = Change::PoeEnabled { allocation: None, delta: Delta { before: true, after: false } };
    let error = switch.write(Some(&PortName::from("ge3")), &change, &Unlogged).await.unwrap_err();
    assert!(matches!(error, Error::WriteUnanswered { tries: 3, reads: true, .. }), "{error:?}");
    assert!(error.to_string().ends_with("no answer after 3 tries, though it answers what is read"), "{error}");
    assert!(error.hint().unwrap().contains("switches.desk-1.write"));
    let written: Vec<_> = agent.requests().into_iter().filter(|request| request.who == "guess").collect();
    assert!(!written.is_empty() && written.iter().all(|request| request.kind == Kind::Set), "never read with it");
}

fn authority(boots: u32) -> Arc<Mutex<Authority>> {
    let master = |password| Master::new(Hash::Sha256, password).unwrap();
    let user = User {
        name: b"op256".to_vec(),
        authentication: Some(master("authpass12")),
        privacy: Some((Cipher::Aes256, master("privpass12"))),
    };
    Arc::new(Mutex::new(Authority::new(b"\x80\0\0\0\x01one".to_vec(), boots, [user], 1)))
}

fn operator() -> Credential {
    v3("op256", AuthProtocol::Sha256, PrivacyProtocol::Aes256)
}

#[tokio::test]
async fn an_engine_that_restarts_or_is_replaced_in_mid_run_is_learned_anew() {
    let authority = authority(3);
    let mut agent = switch();
    agent.user(&authority, "op256");
    let agent = agent.start().await;
    let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), target(&agent, operator())).await.unwrap();
    authority.lock().unwrap().boots += 1;
    complete(&switch.read(Scope::Everything).await.unwrap());

    let before = switch.request_stats().unwrap().requests;
    *authority.lock().unwrap() = {
        let master = |password| Master::new(Hash::Sha256, password).unwrap();
        let privacy = Some((Cipher::Aes256, master("privpass12")));
        let user = User { name: b"op256".to_vec(), authentication: Some(master("authpass12")), privacy };
        Authority::new(b"\x80\0\0\0\x01two".to_vec(), 1, [user], 1)
    };
    complete(&switch.read(Scope::Everything).await.unwrap());
    assert!(switch.request_stats().unwrap().requests - before < 22, "{}", switch.request_stats().unwrap().requests - before);
}

#[tokio::test]
async fn each_wrong_part_of_a_version_3_credential_is_named_at_once() {
    const AUTH: (AuthProtocol, &str) = (AuthProtocol::Sha256, "authpass12");
    const PRIVACY: (PrivacyProtocol, &str) = (PrivacyProtocol::Aes256, "privpass12");
    let authority = authority(3);
    let mut agent = switch();
    agent.user(&authority, "op256");
    let agent = agent.start().await;
    for (credential, fault) in [
        (v3_with("nobody", AUTH, PRIVACY), CredentialFault::UnknownUser),
        (v3_with("op256", (AUTH.0, "wrongpass1"), PRIVACY), CredentialFault::WrongAuthentication),
        (v3_with("op256", AUTH, (PRIVACY.0, "wrongpass1")), CredentialFault::WrongPrivacy),
    ] {
        let before = agent.datagrams();
        let error = read_with(&agent, credential).await.err();
        assert_eq!(error, Some(Error::Credential { switch: "desk-1".into(), cause: fault }));
        let asked = agent.datagrams() - before;
        assert!(asked < 6, "{fault:?} took {asked} datagrams");
    }
}
