//! An SNMP agent with a handful of objects and the misbehaviour of real ones, on a loopback port of this process. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use model::credential::Credential;
use model::switch::SwitchState;
use snmp::message::{Community, Secured, Version};
use snmp::usm::{Authority, Refused};
use snmp::{Bindings, ErrorStatus, Kind, Message, Pdu, Value};
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;
use voiceport::switch::snmp::{Engine, SnmpSwitch, Target};
use voiceport::switch::{Scope, Switch};

use super::snmpd::v2c;

/// How an agent misbehaves.
#[derive(Clone, Copy)]
pub enum Quirk {
    /// An answer of more bindings is refused so.
    RefusesAbove(usize, ErrorStatus),
    /// A request for more bindings is not answered.
    SilentAbove(usize),
    /// A request behind this name is not answered.
    SilentAt(&'static [u32]),
    /// A request behind this name is refused with genErr.
    GenErrAt(&'static [u32]),
    /// A request behind this name is answered with octets that break off.
    GarbageAt(&'static [u32]),
    /// What is behind this name is itself again.
    StandsStillAt(&'static [u32]),
    /// No more bindings than these in one answer.
    HoldsAtMost(usize),
    /// Rows are left out when more than 55 are asked for.
    SkipsAbove55,
    /// Writes are not answered.
    SilentToWrites,
}

/// The objects, by community.
#[derive(Default)]
pub struct SmallAgent {
    objects: BTreeMap<String, BTreeMap<Vec<u32>, Value<'static>>>,
    quirks: Vec<Quirk>,
    authority: Option<Arc<Mutex<Authority>>>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    from: BTreeSet<SocketAddr>,
    datagrams: usize,
    requests: Vec<Request>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its kind.
    pub kind: Kind,
    /// Its community, or its user.
    pub who: String,
    /// How many names it has.
    pub names: usize,
    /// How many rows of each it wants.
    pub repetitions: usize,
    /// Whether it was answered.
    pub answered: bool,
}

/// A running agent; it stops when this is dropped.
pub struct Listening {
    /// UDP port on 127.0.0.1.
    pub port: u16,
    task: AbortHandle,
    seen: Arc<Mutex<Seen>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listening {
    /// The switch of this agent for somebody who only reads.
    pub fn target(&self, read: Credential) -> Target {
        Target {
            name: "desk-1".into(),
            address: "127.0.0.1".to_owned(),
            port: self.port,
            read: Some(read),
            write: None,
            profile: None,
            allow_generic_write: false,
            power_budget: None,
        }
    }

    /// Everything, read with the community `public`.
    pub async fn read(&self) -> SwitchState {
        let switch = SnmpSwitch::connect(&Engine::open().await.unwrap(), self.target(v2c("public"))).await.unwrap();
        switch.read(Scope::Everything).await.unwrap()
    }

    /// Who has asked so far.
    pub fn asked_from(&self) -> BTreeSet<SocketAddr> {
        self.seen.lock().unwrap().from.clone()
    }

    /// How many datagrams came so far, understood or not.
    pub fn datagrams(&self) -> usize {
        self.seen.lock().unwrap().datagrams
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().requests.clone()
    }
}

impl SmallAgent {
    /// Adds an object for the community `public`.
    pub fn put(&mut self, oid: &str, value: Value<'static>) {
        self.put_for("public", oid, value);
    }

    /// Adds an object for a community, which exists from then on.
    pub fn put_for(&mut self, community: &str, oid: &str, value: Value<'static>) {
        let oid = oid.split('.').map(|arc| arc.parse().unwrap()).collect();
        self.objects.entry(community.to_owned()).or_default().insert(oid, value);
    }

    /// Adds a text.
    pub fn text(&mut self, oid: &str, text: &str) {
        self.put(oid, Value::octets(text.as_bytes().to_vec()));
    }

    /// Misbehaves so too.
    pub fn quirk(&mut self, quirk: Quirk) {
        self.quirks.push(quirk);
    }

    /// Answers users of version 3 too, with the objects of `public`.
    pub fn authority(&mut self, authority: &Arc<Mutex<Authority>>) {
        self.authority = Some(Arc::clone(authority));
    }

    /// Answers from now on.
    pub async fn start(self) -> Listening {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (port, seen) = (socket.local_addr().unwrap().port(), Arc::clone(&self.seen));
        let serve = async move {
            let started = Instant::now();
            let mut octets = vec![0; 1 << 16];
            while let Ok((length, from)) = socket.recv_from(&mut octets).await {
                {
                    let mut seen = self.seen.lock().unwrap();
                    seen.from.insert(from);
                    seen.datagrams += 1;
                }
                let uptime = 1000 + u32::try_from(started.elapsed().as_secs()).unwrap();
                if let Some(answer) = self.answer(&octets[..length], uptime) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        };
        Listening { port, task: tokio::spawn(serve).abort_handle(), seen }
    }

    fn answer(&self, datagram: &[u8], uptime: u32) -> Option<Vec<u8>> {
        match Message::decode(datagram).ok()? {
            Message::Community(Community { version, community, pdu }) => {
                let name = std::str::from_utf8(community).unwrap();
                let pdu = self.perform(name, version == Version::V1, &pdu)?;
                let encode = |pdu| Community { version, community, pdu }.encode();
                let broken = |place: &[u32]| pdu.bindings.iter().any(|binding| binding.unwrap().name.is_below(place));
                if self.quirks.iter().any(|quirk| matches!(quirk, Quirk::GarbageAt(place) if broken(place))) {
                    return Some(break_off(encode(pdu)));
                }
                Some(encode(pdu))
            }
            Message::Secured(message) => self.secured(datagram, message, uptime),
        }
    }

    fn secured(&self, datagram: &[u8], message: Secured<'_>, uptime: u32) -> Option<Vec<u8>> {
        let mut authority = self.authority.as_ref()?.lock().unwrap();
        match authority.receive(datagram, message, uptime) {
            Ok(asked) => {
                let pdu = self.perform("public", false, &asked.scoped().unwrap().pdu)?;
                Some(authority.answer(&asked, pdu, uptime))
            }
            Err(Refused { report, .. }) => report,
        }
    }

    /// The answer to a request; `None` for silence.
    fn perform(&self, who: &str, version_1: bool, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        let names: Vec<Vec<u32>> = pdu.bindings.iter().map(|binding| binding.unwrap().name.arcs().collect()).collect();
        let repetitions = if pdu.kind == Kind::GetBulk { pdu.max_repetitions() } else { 1 };
        let answer = self.response(who, version_1, pdu, &names, repetitions);
        let (kind, who, answered) = (pdu.kind, who.to_owned(), answer.is_some());
        self.seen.lock().unwrap().requests.push(Request { kind, who, names: names.len(), repetitions, answered });
        answer
    }

    fn response(&self, who: &str, version_1: bool, pdu: &Pdu<'_>, names: &[Vec<u32>], repetitions: usize) -> Option<Pdu<'static>> {
        let kind = pdu.kind;
        let objects = self.objects.get(who)?;
        let refusal = |status, index| {
            let bindings = names.iter().fold(Bindings::default(), |mut all, name| {
                all.push(name, &Value::Null);
                all
            });
            Some(Pdu { status, index, ..Pdu::response(pdu.request_id, bindings) })
        };
        let at = |place: &[u32]| names.iter().position(|name| name.starts_with(place));
        for quirk in &self.quirks {
            match *quirk {
                Quirk::RefusesAbove(most, status) if names.len() * repetitions > most => return refusal(status, 0),
                Quirk::SilentAbove(most) if names.len() * repetitions > most => return None,
                Quirk::SilentAt(place) if at(place).is_some() => return None,
                Quirk::SilentToWrites if kind == Kind::Set => return None,
                Quirk::GenErrAt(place) => {
                    if let Some(position) = at(place) {
                        return refusal(ErrorStatus::GEN_ERR, i32::try_from(position + 1).unwrap());
                    }
                }
                _ => {}
            }
        }
        match kind {
            Kind::Get => {
                let found = |name: &Vec<u32>| objects.get(name).cloned().unwrap_or(Value::NoSuchObject);
                if let (true, Some(missing)) = (version_1, names.iter().position(|name| !objects.contains_key(name))) {
                    return refusal(ErrorStatus::NO_SUCH_NAME, i32::try_from(missing + 1).unwrap());
                }
                Some(response(pdu, names.iter().map(|name| (name.clone(), found(name)))))
            }
            Kind::GetNext | Kind::GetBulk => {
                let rows = self.rows(objects, names, repetitions);
                let missing = rows.iter().position(|(_, value)| *value == Value::EndOfMibView);
                if let (true, Some(missing)) = (version_1, missing) {
                    return refusal(ErrorStatus::NO_SUCH_NAME, i32::try_from(missing + 1).unwrap());
                }
                Some(response(pdu, rows))
            }
            _ => Some(owned(pdu)),
        }
    }

    fn rows(
        &self,
        objects: &BTreeMap<Vec<u32>, Value<'static>>,
        names: &[Vec<u32>],
        repetitions: usize,
    ) -> Vec<(Vec<u32>, Value<'static>)> {
        let mut positions = names.to_vec();
        let mut rows = Vec::new();
        let skips = repetitions > 55 && self.quirks.iter().any(|quirk| matches!(quirk, Quirk::SkipsAbove55));
        for repetition in 0..repetitions {
            for position in &mut positions {
                let stands = self.quirks.iter().any(|quirk| matches!(quirk, Quirk::StandsStillAt(place) if position == place));
                let begin = if stands { Bound::Included(&position[..]) } else { Bound::Excluded(&position[..]) };
                match objects.range::<[u32], _>((begin, Bound::Unbounded)).next() {
                    Some((name, value)) => {
                        position.clone_from(name);
                        if !(skips && repetition % 7 == 3) {
                            rows.push((name.clone(), value.clone()));
                        }
                    }
                    None => rows.push((position.clone(), Value::EndOfMibView)),
                }
            }
        }
        for quirk in &self.quirks {
            if let Quirk::HoldsAtMost(most) = quirk {
                rows.truncate(*most);
            }
        }
        rows
    }
}

/// Makes the last variable binding longer than what is left for it.
fn break_off(mut datagram: Vec<u8>) -> Vec<u8> {
    let last =
        (0..datagram.len() - 1).rev().find(|at| datagram[*at] == 0x30 && usize::from(datagram[at + 1]) == datagram.len() - at - 2);
    datagram[last.unwrap() + 1] += 1;
    datagram
}

fn response(pdu: &Pdu<'_>, rows: impl IntoIterator<Item = (Vec<u32>, Value<'static>)>) -> Pdu<'static> {
    let mut bindings = Bindings::default();
    for (name, value) in rows {
        bindings.push(&name, &value);
    }
    Pdu::response(pdu.request_id, bindings)
}

/// The answer to a write that is obeyed: its own bindings.
fn owned(pdu: &Pdu<'_>) -> Pdu<'static> {
    let rows = pdu.bindings.iter().map(|binding| binding.unwrap());
    response(pdu, rows.map(|binding| (binding.name.arcs().collect(), binding.value.into_owned())))
}
