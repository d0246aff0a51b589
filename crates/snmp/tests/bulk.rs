//! Whether an agent answers GETBULK: found out from its own answers, neither from a lost datagram nor from a slow answer.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use snmp::manager::{Credential, Session, Socket, Walker};
use snmp::message::{Community, Version};
use snmp::{Bindings, Kind, Message, Oid, Pdu, Value};
use tokio::net::UdpSocket;

const ROWS: u32 = 40;
const COLUMN: [u32; 10] = [1, 3, 6, 1, 2, 1, 2, 2, 1, 8];

fn objects() -> BTreeMap<Oid, Value<'static>> {
    let system = [1, 3].map(|object| (Oid::from([1, 3, 6, 1, 2, 1, 1, object, 0]), Value::TimeTicks(4711)));
    let rows = (1..=ROWS).map(|row| (Oid::joined(&COLUMN, &[row]), Value::Integer(1)));
    system.into_iter().chain(rows).collect()
}

fn answer(objects: &BTreeMap<Oid, Value<'static>>, datagram: &[u8]) -> Vec<u8> {
    let Message::Community(message) = Message::decode(datagram).unwrap() else { panic!() };
    let mut names: Vec<Oid> = message.pdu.bindings.iter().flatten().map(|binding| binding.name).collect();
    let mut bindings = Bindings::default();
    let repetitions = if message.pdu.kind == Kind::GetBulk { message.pdu.max_repetitions() } else { 1 };
    for _ in 0..repetitions {
        for name in &mut names {
            let found = match message.pdu.kind {
                Kind::Get => objects.get_key_value(name),
                _ => objects.range((Bound::Excluded(name.clone()), Bound::Unbounded)).next(),
            };
            match found {
                Some((next, value)) => {
                    bindings.push(next, value);
                    *name = next.clone();
                }
                None => bindings.push(name, &Value::EndOfMibView),
            }
        }
    }
    Community { pdu: Pdu::response(message.pdu.request_id, bindings), ..message }.encode()
}

/// What came: the kind of each datagram, and how many rows of each name it wants.
type Came = Arc<Mutex<Vec<(Kind, usize)>>>;

/// Reads a column of an agent that sends these answers at a datagram of this kind, the so-many-th GETBULK.
async fn read(mut sends: impl FnMut(Kind, usize, Vec<u8>) -> Vec<Vec<u8>> + Send + 'static) -> (usize, bool, Vec<(Kind, usize)>) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    let came: Came = Arc::default();
    let record = Arc::clone(&came);
    tokio::spawn(async move {
        let (objects, mut datagram, mut bulks) = (objects(), [0; 2000], 0);
        loop {
            let (length, from) = socket.recv_from(&mut datagram).await.unwrap();
            let Message::Community(message) = Message::decode(&datagram[..length]).unwrap() else { panic!() };
            let kind = message.pdu.kind;
            bulks += usize::from(kind == Kind::GetBulk);
            record.lock().unwrap().push((kind, if kind == Kind::GetBulk { message.pdu.max_repetitions() } else { 1 }));
            for answer in sends(kind, bulks, answer(&objects, &datagram[..length])) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    let credential = Credential::Community { version: Version::V2c, community: b"public".to_vec().into() };
    let session = Session::new(&Socket::open().await.unwrap(), address, credential, None);
    let walker = Walker::default();
    let found = walker.read(&session, &[Oid::from(COLUMN)], &[]).await.unwrap();
    let came = came.lock().unwrap().clone();
    assert_eq!(found.cut, []);
    (found.tables.column(&COLUMN).count(), walker.is_without_bulk(), came)
}

#[tokio::test]
async fn an_agent_that_answers_is_asked_for_nothing_else() {
    // A machine that stands still for a moment makes an answer late.
    for attempt in 1.. {
        let (rows, without, came) = read(|_, _, answer| vec![answer]).await;
        assert_eq!((rows, without), (ROWS as usize, false));
        if came == [(Kind::GetBulk, 50)] {
            return;
        }
        assert!(attempt < 10, "{came:?}");
    }
}

#[tokio::test]
async fn an_agent_that_passes_over_five_small_ones_answers_none() {
    let (rows, without, came) = read(|kind, _, answer| if kind == Kind::GetBulk { vec![] } else { vec![answer] }).await;
    assert_eq!((rows, without), (ROWS as usize, true));
    assert!(came.iter().filter(|(_, repetitions)| *repetitions == 2).count() == 5, "{came:?}");
    assert!(came.iter().filter(|(kind, _)| *kind == Kind::GetNext).count() > ROWS as usize, "{came:?}");
}

#[tokio::test]
async fn an_agent_five_of_whose_answers_are_lost_answers() {
    let (rows, without, _) =
        read(|kind, bulks, answer| if kind == Kind::GetBulk && bulks <= 5 { vec![] } else { vec![answer] }).await;
    assert_eq!((rows, without), (ROWS as usize, false));
}

#[tokio::test]
async fn an_agent_that_answers_small_ones_only_answers() {
    let (rows, without, _) = read(|_, _, answer| if answer.len() > 300 { vec![] } else { vec![answer] }).await;
    assert_eq!((rows, without), (ROWS as usize, false));
}

#[tokio::test]
async fn an_agent_that_answers_other_questions_first_answers() {
    let mut held = Vec::new();
    let (rows, without, _) = read(move |kind, _, answer| match kind {
        Kind::GetBulk => {
            held.push(answer);
            Vec::new()
        }
        // The answers to all GETBULKs come behind that to the fifth GET.
        _ if held.len() >= 6 => std::iter::once(answer).chain(held.drain(..)).collect(),
        _ => vec![answer],
    })
    .await;
    assert_eq!((rows, without), (ROWS as usize, false));
}
