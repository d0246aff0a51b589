//! Which datagram is the answer to a question, and how often a question is sent: late, doubled and foreign answers, forged reports.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use snmp::manager::{Credential, Datum, Error, Session, Socket};
use snmp::message::{Community, Level, Secured, Version};
use snmp::usm::{Authority, Cipher, Fault, Hash, Master, Refused, User};
use snmp::{Bindings, Kind, Message, Oid, Pdu, Value};
use tokio::net::UdpSocket;

/// An object of the agents here; its value is its last number.
fn object(number: u32) -> Oid {
    Oid::new(&[1, 3, 6, 1, 4, 1, 9, 9, 1, number])
}

/// Answers every datagram with those that `answers` makes of it.
async fn agent(answers: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(run(socket, answers));
    address
}

async fn run(socket: UdpSocket, mut answers: impl FnMut(&[u8]) -> Vec<Vec<u8>>) {
    let mut datagram = [0; 2000];
    loop {
        let (length, from) = socket.recv_from(&mut datagram).await.unwrap();
        for answer in answers(&datagram[..length]) {
            socket.send_to(&answer, from).await.unwrap();
        }
    }
}

fn community(datagram: &[u8]) -> Community<'_> {
    match Message::decode(datagram).unwrap() {
        Message::Community(message) => message,
        Message::Secured(message) => panic!("{message:?}"),
    }
}

/// The response to a PDU: every object has its last number, and `more` with it.
fn response(pdu: &Pdu<'_>, more: i64) -> Pdu<'static> {
    let mut bindings = Bindings::default();
    for binding in pdu.bindings.iter().flatten() {
        let number = i64::from(*binding.name.last().unwrap());
        bindings.push(&binding.name, &Value::Integer(number + more));
    }
    Pdu::response(pdu.request_id, bindings)
}

/// The right answer to a request of SNMPv2c, or one with other values.
fn answer(datagram: &[u8], more: i64) -> Vec<u8> {
    let message = community(datagram);
    let pdu = response(&message.pdu, more);
    Community { pdu, ..message }.encode()
}

fn public() -> Credential {
    Credential::Community { version: Version::V2c, community: b"public".to_vec().into() }
}

async fn session(agent: SocketAddr) -> Session {
    Session::new(&Socket::open().await.unwrap(), agent, public(), Some(public()))
}

/// The value of an object; a failed request is a failed test.
async fn value(session: &Session, number: u32) -> Datum {
    let mut values = session.get(&[object(number)]).await.unwrap();
    assert_eq!((values.len(), &values[0].0), (1, &object(number)));
    values.remove(0).1
}

#[tokio::test]
async fn an_answer_that_comes_twice_or_late_is_none_to_the_next_question() {
    let mut earlier: Option<Vec<u8>> = None;
    let agent = agent(move |datagram| {
        let answer = answer(datagram, 0);
        let late = earlier.replace(answer.clone());
        late.into_iter().chain([answer.clone(), answer]).collect()
    });
    let session = session(agent.await).await;
    for number in 1..=50 {
        assert_eq!(value(&session, number).await, Datum::Number(i64::from(number)));
    }
    assert_eq!(session.stats().requests, 50);
}

#[tokio::test]
async fn the_answer_to_a_question_that_was_given_up_is_none_to_the_next() {
    let (got_it, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let mut given_up: Option<Vec<u8>> = None;
    let agent = agent(move |datagram| {
        let Some(earlier) = &given_up else {
            given_up = Some(answer(datagram, 0));
            got_it.send(()).unwrap();
            return Vec::new();
        };
        vec![earlier.clone(), answer(datagram, 0)]
    });
    let session = session(agent.await).await;
    let given_up = [object(7)];
    tokio::select! {
        values = session.get(&given_up) => panic!("{values:?}"),
        _ = asked.recv() => {}
    }
    assert_eq!(value(&session, 8).await, Datum::Number(8));
}

#[tokio::test]
async fn an_answer_from_another_address_is_none() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let agent = socket.local_addr().unwrap();
    let other_port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let other_address = UdpSocket::bind((Ipv4Addr::new(127, 0, 0, 2), agent.port())).await.unwrap();
    tokio::spawn(async move {
        let mut datagram = [0; 2000];
        loop {
            let (length, from) = socket.recv_from(&mut datagram).await.unwrap();
            for other in [&other_port, &other_address] {
                other.send_to(&answer(&datagram[..length], 100), from).await.unwrap();
            }
            socket.send_to(&answer(&datagram[..length], 0), from).await.unwrap();
        }
    });
    assert_eq!(value(&session(agent).await, 7).await, Datum::Number(7));
}

#[tokio::test]
async fn an_answer_under_another_number_version_or_community_is_none() {
    let agent = agent(|datagram| {
        let wrong = answer(datagram, 100);
        let message = community(&wrong);
        let of = |change: fn(&mut Community<'_>)| {
            let mut changed = message.clone();
            change(&mut changed);
            changed.encode()
        };
        vec![
            of(|message| message.pdu.request_id -= 1),
            of(|message| message.version = Version::V1),
            of(|message| message.community = b"private"),
            of(|message| message.community = b""),
            of(|message| message.pdu.kind = Kind::Report),
            of(|message| message.pdu.kind = Kind::Get),
            answer(datagram, 0),
        ]
    });
    let session = session(agent.await).await;
    assert_eq!(value(&session, 7).await, Datum::Number(7));
    assert_eq!(value(&session, 8).await, Datum::Number(8));
}

/// An agent that writes what it is told from the datagram of this number on, and keeps silent before; how many it got.
async fn deaf_before(first: usize) -> (SocketAddr, Arc<Mutex<usize>>) {
    let count: Arc<Mutex<usize>> = Arc::default();
    let counted = Arc::clone(&count);
    let agent = agent(move |datagram| {
        let mut count = counted.lock().unwrap();
        *count += 1;
        if *count < first { Vec::new() } else { vec![answer(datagram, 0)] }
    });
    (agent.await, count)
}

#[tokio::test]
async fn a_write_is_sent_once_unless_it_may_be_repeated() {
    let values = [(object(7), Value::Integer(7))];
    let (deaf, deaf_count) = deaf_before(2).await;
    let (hearing_third, third_count) = deaf_before(3).await;
    let (hearing_fourth, fourth_count) = deaf_before(4).await;
    let sessions = (session(deaf).await, session(hearing_third).await, session(hearing_fourth).await);
    let (once, third, fourth) =
        tokio::join!(sessions.0.set(&values), sessions.1.set_repeatable(&values), sessions.2.set_repeatable(&values));
    let whole = Duration::from_secs(6);
    assert!(matches!(once, Err(Error::NoAnswer { tries: 1, elapsed }) if elapsed >= whole), "{once:?}");
    assert_eq!(third, Ok(()));
    assert!(matches!(fourth, Err(Error::NoAnswer { tries: 3, elapsed }) if elapsed >= whole), "{fourth:?}");
    let counts = [deaf_count, third_count, fourth_count].map(|count| *count.lock().unwrap());
    assert_eq!(counts, [1, 3, 3]);
}

fn user(name: &str) -> User {
    let master = |password| Master::new(Hash::Sha256, password).unwrap();
    let privacy = Some((Cipher::Aes128, master("privpass12")));
    User { name: name.as_bytes().to_vec(), authentication: Some(master("authpass12")), privacy }
}

fn credential(name: &str) -> Credential {
    Credential::User { user: user(name), context: b"vlan-20".to_vec() }
}

fn authority() -> Authority {
    Authority::new(b"\x80\x01\x86\x9f\x04desk-1".to_vec(), 3, [user("op"), user("writer")], 1)
}

fn secured(datagram: &[u8]) -> Secured<'_> {
    match Message::decode(datagram).unwrap() {
        Message::Secured(message) => message,
        Message::Community(message) => panic!("{message:?}"),
    }
}

/// What an engine sends, as if it answered this message of this user in this context.
fn answer_as(authority: &mut Authority, datagram: &[u8], name: &str, context: &[u8], more: i64) -> Vec<u8> {
    let question = secured(datagram);
    let asked = authority.receive(datagram, question.clone(), 100).unwrap();
    let pdu = response(&asked.scoped().unwrap().pdu, more);
    let keys = user(name).localize(question.security.engine_id);
    let mut message = question.clone();
    message.reportable = false;
    message.security.user = name.as_bytes();
    keys.seal(&message, &snmp::message::Scoped { engine_id: question.security.engine_id, context, pdu }, 77)
}

/// A report that anybody can make who saw the question.
fn forged(datagram: &[u8], fault: Fault) -> Vec<u8> {
    let question = secured(datagram);
    let mut bindings = Bindings::default();
    bindings.push(&fault.oid(), &Value::Counter32(1));
    let pdu = Pdu { kind: Kind::Report, ..Pdu::response(0, bindings) };
    let scoped = snmp::message::Scoped { engine_id: question.security.engine_id, context: b"", pdu };
    let mut message =
        Secured { level: Level::Nothing, reportable: false, data: snmp::message::Data::Plain(scoped), ..question.clone() };
    (message.security.boots, message.security.digest, message.security.salt) = (9, &[], &[]);
    message.encode()
}

/// An agent of SNMPv3 that tells who it is; other questions are given to `answers` once they are believed.
async fn agent_3(mut answers: impl FnMut(&mut Authority, &[u8]) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let mut authority = authority();
    agent(move |datagram| match authority.receive(datagram, secured(datagram), 100) {
        Ok(_) => answers(&mut authority, datagram),
        Err(Refused { report, .. }) => report.into_iter().collect(),
    })
    .await
}

async fn session_3(agent: SocketAddr) -> Session {
    Session::new(&Socket::open().await.unwrap(), agent, credential("op"), Some(credential("writer")))
}

#[tokio::test]
async fn an_answer_to_another_user_or_of_another_context_is_none() {
    let agent = agent_3(|authority, datagram| {
        vec![
            answer_as(authority, datagram, "writer", b"vlan-20", 100),
            answer_as(authority, datagram, "op", b"vlan-30", 200),
            answer_as(authority, datagram, "op", b"vlan-20", 0),
        ]
    });
    let session = session_3(agent.await).await;
    assert_eq!(value(&session, 7).await, Datum::Number(7));
    assert_eq!(session.stats().requests, 2, "the engine's identity, and the object");
}

#[tokio::test]
async fn reports_that_anybody_can_send_do_not_end_a_question_of_a_proved_user() {
    let faults = [Fault::NotInTimeWindow, Fault::UnknownUser, Fault::WrongDigest, Fault::Decryption, Fault::UnsupportedLevel];
    let mut proved = false;
    let agent = agent_3(move |authority, datagram| {
        let forged =
            if std::mem::replace(&mut proved, true) { faults.map(|fault| forged(datagram, fault)).to_vec() } else { vec![] };
        forged.into_iter().chain([answer_as(authority, datagram, "op", b"vlan-20", 0)]).collect()
    });
    let session = session_3(agent.await).await;
    for number in 1..=3 {
        assert_eq!(value(&session, number).await, Datum::Number(i64::from(number)));
    }
    assert_eq!(session.stats().requests, 4);
}

#[tokio::test]
async fn a_report_of_the_clock_before_anything_is_proved_does_not_set_it() {
    let agent = agent_3(|authority, datagram| {
        vec![forged(datagram, Fault::NotInTimeWindow), answer_as(authority, datagram, "op", b"vlan-20", 0)]
    });
    assert_eq!(value(&session_3(agent.await).await, 7).await, Datum::Number(7));
}

#[tokio::test]
async fn a_forged_report_of_another_engine_leaves_the_clock() {
    let (mut authority, mut questions) = (authority(), Vec::new());
    let agent = agent(move |datagram| {
        let question = secured(datagram);
        if question.security.engine_id.is_empty() {
            let Err(Refused { report: Some(report), .. }) = authority.receive(datagram, question, 100) else { panic!() };
            let mut report = secured(&report);
            // Asked again, somebody else answers, with a clock of his own.
            (report.security.boots, report.security.time) = if questions.is_empty() { (3, 100) } else { (0, 0) };
            return vec![report.encode()];
        }
        assert_eq!(question.security.boots, 3);
        // The same question may come again where the machine is busy.
        if !questions.contains(&question.id) {
            questions.push(question.id);
        }
        if questions.iter().position(|id| *id == question.id) == Some(1) {
            vec![forged(datagram, Fault::UnknownEngine)]
        } else {
            vec![answer_as(&mut authority, datagram, "op", b"vlan-20", 0)]
        }
    });
    let session = session_3(agent.await).await;
    for number in 1..=3 {
        assert_eq!(value(&session, number).await, Datum::Number(i64::from(number)));
    }
    assert_eq!(session.stats().requests, 6, "the engine is asked for once more, and the second object");
}

#[tokio::test]
async fn the_discovery_before_a_write_is_repeated_and_the_write_is_not() {
    let (mut authority, mut discoveries) = (authority(), 0);
    let writes: Arc<Mutex<usize>> = Arc::default();
    let counted = Arc::clone(&writes);
    let agent = agent(move |datagram| match authority.receive(datagram, secured(datagram), 100) {
        Ok(_) => {
            *counted.lock().unwrap() += 1;
            Vec::new()
        }
        Err(refused) => {
            discoveries += 1;
            refused.report.filter(|_| discoveries > 1).into_iter().collect()
        }
    });
    let session = session_3(agent.await).await;
    let written = session.set(&[(object(7), Value::Integer(7))]).await;
    assert!(matches!(written, Err(Error::NoAnswer { tries: 1, .. })), "{written:?}");
    assert_eq!(*writes.lock().unwrap(), 1);
}
