//! An agent with a handful of objects on a port of 127.0.0.1, with the faults of real agents: what tests of a manager ask. I/O.
//!
//! Every SET is answered as if it had been carried out; nothing is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use snmp::agent::access::Users;
use snmp::agent::{Access, Dispatcher, EngineClock, Handler, Objects, Principal, Requester, respond};
use snmp::message::Level;
use snmp::usm::Authority;
use snmp::{Kind, Pdu, Value};
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;

use super::faulty;
use crate::switch::fault::Fault;

/// The community whose objects users of SNMPv3 see too.
const PUBLIC: &str = "public";
/// snmpEngineTime and sysUpTime at the start, in seconds.
const UP_SECONDS: u64 = 1000;

/// The objects of each community, and the faults.
#[derive(Default)]
pub struct ObjectAgent {
    objects: BTreeMap<String, Objects>,
    faults: Vec<Fault>,
    users: Option<Users>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    pub kind: Kind,
    /// Its community, or its user.
    pub who: String,
    /// How many names it has.
    pub names: usize,
    /// How many rows of each it wants.
    pub repetitions: usize,
}

/// A running agent; it stops when this is dropped.
pub struct Listening {
    /// UDP port on 127.0.0.1.
    pub port: u16,
    task: AbortHandle,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    from: BTreeSet<SocketAddr>,
    datagrams: usize,
    unanswered: usize,
    requests: Vec<Request>,
}

impl Seen {
    fn count(&mut self, from: SocketAddr, answered: bool) {
        self.from.insert(from);
        self.datagrams += 1;
        self.unanswered += usize::from(!answered);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listening {
    /// Who has asked so far.
    #[must_use]
    pub fn asked_from(&self) -> BTreeSet<SocketAddr> {
        lock(&self.seen).from.clone()
    }

    /// How many datagrams came so far, understood or not.
    #[must_use]
    pub fn datagrams(&self) -> usize {
        lock(&self.seen).datagrams
    }

    /// How many of them were met with silence: each costs whoever asks a time-out.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        lock(&self.seen).unanswered
    }

    /// What was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.seen).requests.clone()
    }
}

impl ObjectAgent {
    /// Adds an object for the community `public`.
    pub fn put(&mut self, name: &[u32], value: Value<'static>) {
        self.put_for(PUBLIC, name, value);
    }

    /// Adds an object for a community, which exists from then on.
    pub fn put_for(&mut self, community: &str, name: &[u32], value: Value<'static>) {
        self.objects.entry(community.to_owned()).or_default().insert(name, value);
    }

    /// Misbehaves so too.
    pub fn push(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Answers this user of SNMPv3 too, with the objects of `public`.
    pub fn user(&mut self, authority: &Arc<Mutex<Authority>>, name: &str) {
        let principals = vec![Principal::writer(name)];
        self.users = Some(Users { authority: Arc::clone(authority), principals, level: Level::Nothing });
    }

    /// Answers from now on.
    pub async fn start(self) -> io::Result<Listening> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (port, seen) = (socket.local_addr()?.port(), Arc::<Mutex<Seen>>::default());
        let communities = self.objects.keys().map(|name| Principal::writer(name.as_str())).collect();
        let access = Access { communities, users: self.users, ..Access::default() };
        let answers = Answers {
            objects: self.objects,
            faults: self.faults,
            seen: Arc::clone(&seen),
            started: Instant::now(),
            garbled: false,
        };
        let mut dispatcher = Dispatcher::new(access, answers);
        let serve = async move {
            let mut buffer = vec![0; 1 << 16];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let answer = buffer.get(..length).and_then(|datagram| dispatcher.answer(from, datagram));
                lock(&dispatcher.handler_mut().seen).count(from, answer.is_some());
                let Some(answer) = answer else { continue };
                let garbled = std::mem::take(&mut dispatcher.handler_mut().garbled);
                // Whoever asked may be gone.
                let _ = socket.send_to(&if garbled { faulty::garble(answer) } else { answer }, from).await;
            }
        };
        Ok(Listening { port, task: tokio::spawn(serve).abort_handle(), seen })
    }
}

struct Answers {
    objects: BTreeMap<String, Objects>,
    faults: Vec<Fault>,
    seen: Arc<Mutex<Seen>>,
    started: Instant,
    /// Whether the answer just made is to break off.
    garbled: bool,
}

impl Handler for Answers {
    fn respond(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        let who = String::from_utf8_lossy(&requester.principal.name).into_owned();
        let names = pdu.bindings.iter().count();
        let repetitions = if pdu.kind == Kind::GetBulk { pdu.max_repetitions() } else { 1 };
        lock(&self.seen).requests.push(Request { kind: pdu.kind, who: who.clone(), names, repetitions });
        if pdu.kind == Kind::Set {
            let silent = self.faults.contains(&Fault::SilentToWrites);
            return respond::rows(pdu).filter(|_| !silent).map(|rows| respond::response(pdu, &rows));
        }
        let objects = self.objects.get(&who).or_else(|| self.objects.get(PUBLIC))?;
        let answered = faulty::read(objects, &self.faults, requester, pdu)?;
        let garbles = |fault: &Fault| matches!(fault, Fault::GarbageAt(root) if faulty::is_shown(&answered, root));
        self.garbled = self.faults.iter().any(garbles);
        Some(answered)
    }

    fn engine_clock(&mut self) -> EngineClock {
        let seconds = u32::try_from(UP_SECONDS + self.started.elapsed().as_secs()).unwrap_or(u32::MAX);
        EngineClock { boots: None, seconds }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
