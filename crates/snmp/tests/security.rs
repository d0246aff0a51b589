//! The two sides of the user-based security model talk to each other: every pair of protocols, and every way to be refused.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::time::{Duration, Instant};

use snmp::message::{Level, Secured};
use snmp::usm::{Authority, Cipher, Fault, Hash, Master, Peer, Refused, User};
use snmp::{Kind, Message, Pdu, Value};

const HASHES: [Hash; 6] = [Hash::Md5, Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];
const CIPHERS: [Cipher; 6] =
    [Cipher::Des, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256, Cipher::Aes192Reeder, Cipher::Aes256Reeder];
const UP_TIME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
/// snmpEngineTime of the agents here.
const TIME: u32 = 5000;

fn user(hash: Hash, cipher: Option<Cipher>) -> User {
    with_passwords(hash, "authpass12", cipher.map(|cipher| (cipher, "privpass12")))
}

fn with_passwords(hash: Hash, authentication: &str, privacy: Option<(Cipher, &str)>) -> User {
    User {
        name: b"op".to_vec(),
        authentication: Some(Master::new(hash, authentication).unwrap()),
        privacy: privacy.map(|(cipher, password)| (cipher, Master::new(hash, password).unwrap())),
    }
}

fn nobody() -> User {
    User { name: b"guest".to_vec(), authentication: None, privacy: None }
}

fn agent(users: impl IntoIterator<Item = User>) -> Authority {
    Authority::new(b"\x80\x01\x86\x9f\x04desk-1".to_vec(), 3, users, 1)
}

fn secured(datagram: &[u8]) -> Secured<'_> {
    match Message::decode(datagram).unwrap() {
        Message::Secured(message) => message,
        Message::Community(message) => panic!("{message:?}"),
    }
}

/// The answer to a question, or the fault that is reported.
fn ask(agent: &mut Authority, peer: &Peer, time: u32) -> Result<Vec<u8>, (Fault, Vec<u8>)> {
    let now = Instant::now();
    let question = peer.seal(7, b"vlan-20", Pdu::request(Kind::Get, 8, [UP_TIME]), 1, now);
    match agent.receive(&question, secured(&question), time) {
        Ok(asked) => {
            let scoped = asked.scoped().unwrap();
            assert_eq!((asked.level(), scoped.context, asked.max_size()), (peer_level(&question), &b"vlan-20"[..], 65_507));
            let mut bindings = snmp::Bindings::default();
            bindings.push(&UP_TIME, &Value::TimeTicks(4711));
            let id = scoped.pdu.request_id;
            Ok(agent.answer(&asked, Pdu::response(id, bindings), time))
        }
        Err(Refused { fault, report }) => Err((fault, report.unwrap())),
    }
}

fn peer_level(datagram: &[u8]) -> Level {
    secured(datagram).level
}

/// What the asking side learns from the agent's answer to its first question.
fn discover(agent: &mut Authority, user: &User) -> Peer {
    let question = Peer::discovery(1);
    match agent.receive(&question, secured(&question), TIME) {
        Err(Refused { fault: Fault::UnknownEngine, report: Some(report) }) => {
            Peer::learn(user, &secured(&report), Instant::now()).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

/// What the asking side makes of an answer to a question at this user's level: no fault, one that is reported, or why it is not believed.
fn opened(peer: &mut Peer, answer: &[u8], now: Instant) -> Result<Option<Fault>, Fault> {
    peer.open(Level::Privacy, answer, &secured(answer), now).map(|opened| opened.fault())
}

/// The fault in a Report, as the asking side reads it.
fn told(peer: &mut Peer, report: &[u8]) -> Option<Fault> {
    opened(peer, report, Instant::now()).unwrap()
}

/// A message as somebody sends it who has no keys: with what it should say of the engine's clock.
fn forged(datagram: &[u8], boots: u32, time: u32) -> Vec<u8> {
    let mut message = secured(datagram);
    (message.level, message.security.boots, message.security.time, message.security.digest) = (Level::Nothing, boots, time, &[]);
    message.encode()
}

#[test]
fn every_pair_of_protocols_asks_and_answers() {
    let ciphers = std::iter::once(None).chain(CIPHERS.map(Some));
    for (hash, cipher) in HASHES.into_iter().flat_map(|hash| ciphers.clone().map(move |cipher| (hash, cipher))) {
        let user = user(hash, cipher);
        let mut agent = agent([user.clone()]);
        let mut peer = discover(&mut agent, &user);
        let answer = ask(&mut agent, &peer, TIME).unwrap();
        let opened = peer.open(Level::Privacy, &answer, &secured(&answer), Instant::now()).unwrap();
        let scoped = opened.scoped().unwrap();
        assert_eq!((scoped.pdu.request_id, scoped.context, opened.fault()), (8, &b"vlan-20"[..], None));
        assert_eq!(scoped.pdu.bindings.iter().next().unwrap().unwrap().value, Value::TimeTicks(4711));
        let readable = answer.windows(UP_TIME.len() - 2).any(|window| window == [6, 1, 2, 1, 1, 3, 0]);
        assert_eq!(readable, cipher.is_none(), "{hash:?} {cipher:?}");
    }
}

#[test]
fn who_has_no_keys_asks_in_the_open() {
    let mut agent = agent([nobody()]);
    let mut peer = discover(&mut agent, &nobody());
    let answer = ask(&mut agent, &peer, TIME).unwrap();
    assert_eq!(opened(&mut peer, &answer, Instant::now()), Ok(None));
    assert!(!peer.is_proved(), "nothing is signed");
}

#[test]
fn each_wrong_part_of_a_credential_has_its_own_report() {
    let right = user(Hash::Sha256, Some(Cipher::Aes256));
    let cases = [
        (User { name: b"mallory".to_vec(), ..right.clone() }, Fault::UnknownUser),
        (with_passwords(Hash::Sha256, "authpass13", Some((Cipher::Aes256, "privpass12"))), Fault::WrongDigest),
        (with_passwords(Hash::Sha1, "authpass12", Some((Cipher::Aes256, "privpass12"))), Fault::WrongDigest),
        (with_passwords(Hash::Sha256, "authpass12", Some((Cipher::Aes256, "privpass13"))), Fault::Decryption),
        (with_passwords(Hash::Sha256, "authpass12", Some((Cipher::Aes128, "privpass12"))), Fault::Decryption),
    ];
    for (wrong, fault) in cases {
        let mut agent = agent([right.clone()]);
        let mut peer = discover(&mut agent, &wrong);
        let (refused, report) = ask(&mut agent, &peer, TIME).unwrap_err();
        assert_eq!((refused, told(&mut peer, &report), agent.count(fault)), (fault, Some(fault), 1), "{wrong:?}");
    }
    let mut agent = agent([user(Hash::Sha256, None)]);
    let mut peer = discover(&mut agent, &right);
    let (refused, report) = ask(&mut agent, &peer, TIME).unwrap_err();
    assert_eq!((refused, told(&mut peer, &report)), (Fault::UnsupportedLevel, Some(Fault::UnsupportedLevel)));
}

#[test]
fn a_wrong_clock_is_set_by_the_report_which_is_signed() {
    let user = user(Hash::Sha256, Some(Cipher::Aes256));
    let mut agent = agent([user.clone()]);
    let mut peer = discover(&mut agent, &user);
    assert!(ask(&mut agent, &peer, TIME + 150).is_ok(), "the window is 150 seconds wide");
    let (fault, report) = ask(&mut agent, &peer, TIME + 151).unwrap_err();
    assert_eq!((fault, told(&mut peer, &report)), (Fault::NotInTimeWindow, Some(Fault::NotInTimeWindow)));
    assert_eq!(secured(&report).level, Level::Authentication);
    assert!(ask(&mut agent, &peer, TIME + 151).is_ok());

    // it restarts
    agent.boots += 1;
    let (fault, report) = ask(&mut agent, &peer, 1).unwrap_err();
    assert_eq!((fault, told(&mut peer, &report)), (Fault::NotInTimeWindow, Some(Fault::NotInTimeWindow)));
    assert!(ask(&mut agent, &peer, 1).is_ok());
}

#[test]
fn a_report_of_the_clock_that_is_not_signed_changes_nothing() {
    let user = user(Hash::Sha256, Some(Cipher::Aes256));
    let mut agent = agent([user.clone()]);
    let mut peer = discover(&mut agent, &user);
    let (_, report) = ask(&mut agent, &peer, TIME + 151).unwrap_err();
    for (boots, time) in [(3, TIME + 151), (9, 1), (i32::MAX.unsigned_abs(), 1)] {
        let report = forged(&report, boots, time);
        assert_eq!(opened(&mut peer, &report, Instant::now()), Err(Fault::NotInTimeWindow), "boots {boots}, time {time}");
        assert!(!peer.is_proved());
        let (fault, _) = ask(&mut agent, &peer, TIME + 151).unwrap_err();
        assert_eq!(fault, Fault::NotInTimeWindow, "the clock is as it was before boots {boots}, time {time}");
    }
    let answer = ask(&mut agent, &peer, TIME).unwrap();
    assert_eq!(opened(&mut peer, &answer, Instant::now()), Ok(None));
    assert!(peer.is_proved());
    let report = forged(&report, 9, 1);
    assert_eq!(opened(&mut peer, &report, Instant::now()), Err(Fault::NotInTimeWindow), "nor later");
    assert!(ask(&mut agent, &peer, TIME).is_ok());
}

#[test]
fn the_first_signed_message_corrects_a_forged_discovery() {
    let user = user(Hash::Sha256, None);
    let mut agent = agent([user.clone()]);
    let question = Peer::discovery(1);
    let Err(Refused { report: Some(report), .. }) = agent.receive(&question, secured(&question), TIME) else { panic!() };
    let now = Instant::now();
    for (boots, time) in [(0, 0), (2, TIME), (70_000, 1), (i32::MAX.unsigned_abs(), i32::MAX.unsigned_abs())] {
        let mut peer = Peer::learn(&user, &secured(&forged(&report, boots, time)), now).unwrap();
        let (_, report) = ask(&mut agent, &peer, TIME).unwrap_err();
        assert_eq!(told(&mut peer, &report), Some(Fault::NotInTimeWindow), "boots {boots}");
        let answer = ask(&mut agent, &peer, TIME).unwrap();
        assert_eq!(opened(&mut peer, &answer, Instant::now()), Ok(None), "boots {boots}");
    }
}

#[test]
fn boots_never_go_back() {
    let user = user(Hash::Sha1, Some(Cipher::Aes128));
    let mut agent = agent([user.clone()]);
    let mut peer = discover(&mut agent, &user);
    let now = Instant::now();
    let earlier = ask(&mut agent, &peer, TIME).unwrap();
    let (_, earlier_report) = ask(&mut agent, &peer, TIME + 151).unwrap_err();
    agent.boots += 1;
    let (_, report) = ask(&mut agent, &peer, 40).unwrap_err();
    assert_eq!(told(&mut peer, &report), Some(Fault::NotInTimeWindow));
    for replayed in [&earlier, &earlier_report] {
        assert_eq!(opened(&mut peer, replayed, now), Err(Fault::NotInTimeWindow), "signed, but of the boot before");
    }
    assert!(ask(&mut agent, &peer, 40).is_ok(), "the clock is that of the last boot");

    // An engine that can count its boots no further is never in time again (RFC 3414 §2.2.3).
    agent.boots = i32::MAX.unsigned_abs();
    let (_, report) = ask(&mut agent, &peer, 40).unwrap_err();
    assert_eq!(opened(&mut peer, &report, now), Err(Fault::NotInTimeWindow));
}

#[test]
fn another_user_with_the_same_password_is_not_the_one_who_was_asked() {
    let reader = user(Hash::Sha256, None);
    let writer = User { name: b"writer".to_vec(), ..reader.clone() };
    let mut agent = agent([reader.clone(), writer.clone()]);
    let mut peer = discover(&mut agent, &reader);
    let other = discover(&mut agent, &writer);
    let answer = ask(&mut agent, &other, TIME).unwrap();
    assert_eq!(opened(&mut peer, &answer, Instant::now()), Err(Fault::UnknownUser));
    assert!(!peer.is_proved());
}

#[test]
fn an_answer_that_comes_late_is_not_believed() {
    let user = user(Hash::Sha256, None);
    let mut agent = agent([user.clone()]);
    let mut peer = discover(&mut agent, &user);
    let answer = ask(&mut agent, &peer, TIME).unwrap();
    let now = Instant::now();
    for (after, believed) in [(0, Ok(None)), (150, Ok(None)), (152, Err(Fault::NotInTimeWindow))] {
        assert_eq!(opened(&mut peer, &answer, now + Duration::from_secs(after)), believed, "{after} s");
    }
    let newer = ask(&mut agent, &peer, TIME + 100).unwrap();
    assert_eq!(opened(&mut peer, &newer, now), Ok(None));
    let late = opened(&mut peer, &answer, now + Duration::from_secs(52));
    assert_eq!(late, Err(Fault::NotInTimeWindow), "the clock follows answers");

    // An engine whose clock runs more slowly than this machine's.
    let slow = ask(&mut agent, &peer, TIME + 101).unwrap();
    assert_eq!(opened(&mut peer, &slow, now + Duration::from_secs(400)), Ok(None), "it is newer than all before");
}

#[test]
fn an_answer_that_was_altered_or_stripped_is_not_believed() {
    let user = user(Hash::Sha1, Some(Cipher::Aes128));
    let mut agent = agent([user.clone()]);
    let mut peer = discover(&mut agent, &user);
    let answer = ask(&mut agent, &peer, TIME).unwrap();
    for at in 0..answer.len() {
        let mut altered = answer.clone();
        altered[at] ^= 0x10;
        let Ok(Message::Secured(message)) = Message::decode(&altered) else { continue };
        assert!(peer.open(Level::Privacy, &altered, &message, Instant::now()).is_err(), "byte {at}");
    }
    assert!(!peer.is_proved(), "nothing of it was believed");
    let plain = ask(&mut agent, &peer.at_level(Level::Authentication), TIME).unwrap();
    assert_eq!(opened(&mut peer, &plain, Instant::now()), Err(Fault::WrongDigest), "less than was asked for");
    let asked_for = peer.open(Level::Authentication, &plain, &secured(&plain), Instant::now());
    assert!(asked_for.is_ok(), "as much as was asked for");
}

#[test]
fn a_password_too_short_is_refused() {
    assert!(Master::new(Hash::Sha256, "seven77").is_err());
    assert!(Master::new(Hash::Sha256, "eight888").is_ok());
}
