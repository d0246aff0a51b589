//! A manager of one of the lab's switches, made of messages alone: each question is sent once. I/O.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use lab::Lab;
use lab::layout::CLOSET;
use snmp::message::{Community, Level, Version};
use snmp::usm::{Cipher, Hash, Master, Peer, User};
use snmp::{ErrorStatus, Kind, Message, Pdu, Value, VarBind};
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// Silence for so long is no answer; agents in this process answer within milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Manager {
    socket: UdpSocket,
    access: Access,
    number: AtomicI32,
}

enum Access {
    Community(&'static str),
    User(Box<Peer>),
}

/// An answer: its error status and its bindings.
type Answer = (ErrorStatus, Vec<VarBind<'static>>);

impl Manager {
    /// Who may read the switch.
    pub async fn reader(lab: &Lab, switch: &str) -> Self {
        let agent = lab.agent(switch).unwrap();
        match switch {
            CLOSET => Self::with_community(agent, "closet-read").await,
            _ => Self::user(agent, "viewer").await,
        }
    }

    /// Who may write it too.
    pub async fn writer(lab: &Lab, switch: &str) -> Self {
        let agent = lab.agent(switch).unwrap();
        match switch {
            CLOSET => Self::with_community(agent, "closet-write").await,
            _ => Self::user(agent, "operator").await,
        }
    }

    pub async fn with_community(agent: SocketAddr, community: &'static str) -> Self {
        Self { socket: socket(agent).await, access: Access::Community(community), number: AtomicI32::new(1) }
    }

    /// As a user of the second switch.
    pub async fn user(agent: SocketAddr, name: &str) -> Self {
        Self::with_user(agent, name, &format!("{name}-auth-pass"), &format!("{name}-priv-pass")).await
    }

    /// Whether another datagram comes within so long.
    pub async fn hears_more(&self, within: Duration) -> bool {
        let mut datagram = vec![0; 1 << 16];
        timeout(within, self.socket.recv(&mut datagram)).await.is_ok_and(|received| received.is_ok())
    }

    /// With SNMPv3, SHA-256 and AES-256.
    async fn with_user(agent: SocketAddr, name: &str, authentication: &str, privacy: &str) -> Self {
        let master = |password| Master::new(Hash::Sha256, password).unwrap();
        let (authentication, privacy) = (Some(master(authentication)), Some((Cipher::Aes256, master(privacy))));
        let user = User { name: name.as_bytes().to_vec(), authentication, privacy };
        let socket = socket(agent).await;
        let report = exchange(&socket, &Peer::discovery(1), 1).await.expect("the agent says who it is");
        let Ok(Message::Secured(message)) = Message::decode(&report) else { panic!("{report:x?}") };
        let peer = Peer::learn(&user, &message, Instant::now()).unwrap();
        Self { socket, access: Access::User(Box::new(peer)), number: AtomicI32::new(2) }
    }

    /// `None` is silence.
    async fn ask(&self, pdu: Pdu<'_>) -> Option<Answer> {
        let id = self.number.fetch_add(1, Ordering::Relaxed);
        let pdu = Pdu { request_id: id, ..pdu };
        match &self.access {
            Access::Community(community) => {
                let question = Community { version: Version::V2c, community: community.as_bytes(), pdu }.encode();
                let answer = exchange(&self.socket, &question, id).await?;
                let Ok(Message::Community(message)) = Message::decode(&answer) else { panic!("{answer:x?}") };
                Some(taken(&message.pdu))
            }
            Access::User(peer) => {
                let counter = u64::try_from(id).unwrap();
                let answer = exchange(&self.socket, &peer.seal(id, b"", pdu, counter, Instant::now()), id).await?;
                let Ok(Message::Secured(message)) = Message::decode(&answer) else { panic!("{answer:x?}") };
                let mut peer = peer.clone();
                let opened = peer.open(Level::Privacy, &answer, &message, Instant::now()).unwrap();
                Some(taken(&opened.scoped().unwrap().pdu))
            }
        }
    }

    /// The value of an object; `None` is silence.
    pub async fn try_get(&self, oid: &str) -> Option<Value<'static>> {
        let (status, mut rows) = self.ask(Pdu::request(Kind::Get, 0, [parse(oid)])).await?;
        assert_eq!((status, rows.len()), (ErrorStatus::NO_ERROR, 1));
        rows.pop().map(|row| row.value)
    }

    /// The value of an object.
    pub async fn get(&self, oid: &str) -> Value<'static> {
        self.try_get(oid).await.expect("an answer")
    }

    /// The number of an object, of whatever type.
    pub async fn number(&self, oid: &str) -> i64 {
        number(&self.get(oid).await)
    }

    /// The bytes of an object.
    pub async fn bytes(&self, oid: &str) -> Vec<u8> {
        bytes(&self.get(oid).await)
    }

    /// Writes one object; the error is the status answered, `None` when no answer came.
    pub async fn set(&self, oid: &str, value: Value<'_>) -> Result<(), Option<ErrorStatus>> {
        self.set_all(&[(oid, value)]).await
    }

    /// Writes objects in one request.
    pub async fn set_all(&self, values: &[(&str, Value<'_>)]) -> Result<(), Option<ErrorStatus>> {
        let mut pdu = Pdu::request(Kind::Set, 0, [[0_u32; 0]; 0]);
        for (oid, value) in values {
            pdu.bindings.push(&parse(oid), value);
        }
        match self.ask(pdu).await {
            Some((ErrorStatus::NO_ERROR, _)) => Ok(()),
            Some((status, _)) => Err(Some(status)),
            None => Err(None),
        }
    }

    /// The row behind a name.
    pub async fn next(&self, oid: &[u32]) -> VarBind<'static> {
        let (status, mut rows) = self.ask(Pdu::request(Kind::GetNext, 0, [oid])).await.expect("an answer");
        assert_eq!((status, rows.len()), (ErrorStatus::NO_ERROR, 1));
        rows.remove(0)
    }

    /// Everything, by GETBULK.
    pub async fn walk(&self) -> Vec<VarBind<'static>> {
        let mut seen = Vec::new();
        let mut from = parse("1.0");
        loop {
            let (status, rows) = self.ask(Pdu::bulk(0, 25, [&from])).await.expect("an answer");
            assert_eq!(status, ErrorStatus::NO_ERROR);
            let more: Vec<_> = rows.into_iter().take_while(|row| row.value != Value::EndOfMibView).collect();
            let Some(last) = more.last() else { return seen };
            from = last.name.arcs().collect();
            seen.extend(more);
        }
    }

    /// One column: instance → value.
    pub async fn column(&self, column: &str) -> BTreeMap<Vec<u32>, Value<'static>> {
        let prefix = parse(column);
        let rows = self.walk().await.into_iter().filter(|row| row.name.is_below(&prefix));
        rows.map(|row| (row.name.arcs().skip(prefix.len()).collect(), row.value)).collect()
    }
}

async fn socket(agent: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind((agent.ip(), 0)).await.unwrap();
    socket.connect(agent).await.unwrap();
    socket
}

/// The answer to a question with this number; `None` when none comes in time, or nobody is there.
async fn exchange(socket: &UdpSocket, question: &[u8], id: i32) -> Option<Vec<u8>> {
    socket.send(question).await.ok()?;
    let answer = async {
        let mut datagram = vec![0; 1 << 16];
        loop {
            let length = socket.recv(&mut datagram).await.ok()?;
            if Message::decode(&datagram[..length]).unwrap().id() == id {
                return Some(datagram[..length].to_vec());
            }
        }
    };
    timeout(PATIENCE, answer).await.ok()?
}

fn taken(pdu: &Pdu<'_>) -> Answer {
    assert_eq!(pdu.kind, Kind::Response);
    let row = |row: VarBind<'_>| VarBind { name: row.name, value: row.value.into_owned() };
    (pdu.status, pdu.bindings.iter().map(|binding| row(binding.unwrap())).collect())
}

/// The arcs of an OID.
pub fn parse(oid: &str) -> Vec<u32> {
    oid.split('.').map(|arc| arc.parse().unwrap()).collect()
}

/// A number, of whatever type.
pub fn number(value: &Value<'_>) -> i64 {
    match value {
        Value::Integer(number) => *number,
        Value::Gauge32(number) | Value::Counter32(number) | Value::TimeTicks(number) => i64::from(*number),
        other => panic!("{other:?} is no number"),
    }
}

/// The bytes of an OCTET STRING.
pub fn bytes(value: &Value<'_>) -> Vec<u8> {
    match value {
        Value::Octets(bytes) => bytes.to_vec(),
        other => panic!("{other:?} is no OCTET STRING"),
    }
}
