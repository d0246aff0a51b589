//! Requests to one switch over the shared socket: GET, GETNEXT, GETBULK and SET with two separate credentials. I/O.
//!
//! Errors are sorted here: silence, garbage, a refused credential, an error status. An SNMPv3 Report ends a request at once, but for a
//! clock or an engine that changed, which is learned anew once. A wrong privacy password, which most agents answer with silence, is told
//! from a dead switch by asking once more without encryption.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::switch::snmp::Target;
use crate::switch::snmp::engine::{Engine, Outcome};
use crate::switch::snmp::keys::{Access, UserAccess};
use crate::switch::snmp::patience::{Patience, RoundTrip};
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::tables::Datum;
use crate::switch::snmp::walk::Speech;
use crate::switch::{CredentialFault, Error};
use model::credential::Credential;
use model::ids::SwitchName;
use snmp::message::{Level, Secured};
use snmp::usm::{Fault, Peer};
use snmp::{ErrorStatus, Kind, Malformed, Message, Pdu, Value};

/// Most objects in one GET: fits 484 octets with short values.
const OBJECTS_PER_GET: usize = 10;
/// Requests to one switch that may be without an answer: agents answer one after another.
const IN_FLIGHT: usize = 4;

/// Octets of variable bindings that fit an Ethernet frame (1472 octets of UDP) with a community around them.
const ROOM: usize = 1400;
/// The same with everything that SNMPv3 has around them, encryption too.
const ROOM_SECURED: usize = 1300;

/// A value to write.
pub type Scalar = Value<'static>;

/// Why a request brought no values.
#[derive(Debug)]
pub enum Failure {
    /// No answer.
    Silent {
        /// Datagrams sent.
        tries: u32,
        /// Time spent.
        elapsed: Duration,
    },
    /// The answer was an error status.
    Status {
        /// The status.
        status: ErrorStatus,
        /// Position of the object it is about, from 1; 0 when it is about none.
        position: usize,
    },
    /// Something else went wrong.
    Other(Error),
}

/// One switch on the shared socket.
pub struct Session {
    switch: SwitchName,
    address: String,
    to: SocketAddr,
    engine: Engine,
    read: Access,
    write: Option<Access>,
    link: Arc<Link>,
}

/// What all requests to one switch share.
struct Link {
    turns: Semaphore,
    round_trip: Mutex<RoundTrip>,
    requests: AtomicU64,
    varbinds: AtomicU64,
}

/// What a switch said.
enum Said {
    /// So many bindings.
    Answer(u64),
    Status(ErrorStatus, usize),
    Fault(Fault),
    /// An answer to this question that cannot be read.
    Garbage(String),
}

/// Takes an answer whose bindings can be read.
pub type Reader<'r> = &'r mut (dyn FnMut(&Pdu<'_>) + Send);

impl Session {
    /// Resolves the address and makes keys of both credentials. Nothing is sent yet.
    pub async fn open(engine: &Engine, target: &Target) -> Result<Self, Error> {
        let switch = target.name.clone();
        let missing = || Error::NotPossible {
            switch: switch.clone(),
            what: "no credential for reading".to_owned(),
            hint: Some(format!("name one under switches.{switch}.read; the write credential is never used for reading")),
        };
        let credential = target.read.as_ref().ok_or_else(missing)?;
        let link = Link {
            turns: Semaphore::new(IN_FLIGHT),
            round_trip: Mutex::default(),
            requests: AtomicU64::new(0),
            varbinds: AtomicU64::new(0),
        };
        Ok(Self {
            read: access(engine, &switch, credential)?,
            write: target.write.as_ref().map(|credential| access(engine, &switch, credential)).transpose()?,
            address: shown(&target.address, target.port),
            to: resolve(target).await?,
            engine: engine.clone(),
            switch: target.name.clone(),
            link: Arc::new(link),
        })
    }

    /// The same switch read with another credential for the same engine.
    pub fn with(&self, credential: &Credential) -> Result<Self, Error> {
        let read = access(&self.engine, &self.switch, credential)?;
        read.knows_as(&self.read);
        Ok(Self {
            read,
            write: None,
            switch: self.switch.clone(),
            address: self.address.clone(),
            to: self.to,
            engine: self.engine.clone(),
            link: Arc::clone(&self.link),
        })
    }

    /// How the session reads.
    pub const fn speech(&self) -> Speech {
        let room = if matches!(self.read, Access::User(_)) { ROOM_SECURED } else { ROOM };
        Speech { version_1: self.read.is_version_1(), room }
    }

    /// Whether there is a credential for writing.
    pub const fn can_write(&self) -> bool {
        self.write.is_some()
    }

    /// Requests sent since the session was opened, repetitions not counted.
    pub fn requests(&self) -> u64 {
        self.link.requests.load(Ordering::Relaxed)
    }

    /// Variable bindings received since the session was opened.
    pub fn varbinds(&self) -> u64 {
        self.link.varbinds.load(Ordering::Relaxed)
    }

    /// Reads instances. One that does not exist is left out.
    pub async fn get(&self, oids: &[Arcs]) -> Result<Vec<(Arcs, Datum)>, Failure> {
        self.get_within(oids, Patience::Read, false).await
    }

    async fn get_within(&self, oids: &[Arcs], patience: Patience, less: bool) -> Result<Vec<(Arcs, Datum)>, Failure> {
        let mut values = Vec::new();
        let mut left: Vec<Vec<&Arcs>> = oids.chunks(OBJECTS_PER_GET).rev().map(|chunk| chunk.iter().collect()).collect();
        while let Some(mut wanted) = left.pop() {
            let mut read = |pdu: &Pdu<'_>| {
                let bindings = pdu.bindings.iter().flatten();
                values.extend(bindings.filter_map(|binding| Some((binding.name.arcs().collect(), Datum::of(&binding.value)?))));
            };
            match self.ask(&self.read, Pdu::request(Kind::Get, 0, &wanted), patience, less, &mut read).await {
                Ok(()) => {}
                // SNMPv1 refuses the whole request when one object does not exist, and says which.
                Err(Failure::Status { status: ErrorStatus::NO_SUCH_NAME, position }) if self.read.is_version_1() => {
                    let missing = position.saturating_sub(1).min(wanted.len() - 1);
                    wanted.remove(missing);
                    left.extend(Some(wanted).filter(|wanted| !wanted.is_empty()));
                }
                Err(Failure::Status { .. }) if wanted.len() > 1 => {
                    let second = wanted.split_off(wanted.len() / 2);
                    left.extend([second, wanted]);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(values)
    }

    /// Reads what a request from [`behind`] asks for.
    pub async fn next(&self, request: Pdu<'_>, read: Reader<'_>) -> Result<(), Failure> {
        self.ask(&self.read, request, Patience::Read, false, read).await
    }

    /// Writes instances in one request, with the write credential.
    pub async fn set(&self, values: &[(Arcs, Scalar)]) -> Result<(), Failure> {
        let Some(access) = &self.write else {
            return Err(Failure::Other(Error::NotPossible {
                switch: self.switch.clone(),
                what: "no credential for writing".to_owned(),
                hint: Some(format!("name one under switches.{}.write", self.switch)),
            }));
        };
        let mut pdu = Pdu::request(Kind::Set, 0, [[0_u32; 0]; 0]);
        for (oid, value) in values {
            pdu.bindings.push(oid, value);
        }
        self.ask(access, pdu, Patience::Write, false, &mut |_| ()).await
    }

    /// The first question to a switch: tells a dead switch from a wrong credential before the long time-outs.
    pub async fn greet(&self, oids: &[Arcs]) -> Result<Vec<(Arcs, Datum)>, Error> {
        if !self.read.encrypts() {
            return self.get(oids).await.map_err(|failure| self.error(failure));
        }
        match self.get_within(oids, Patience::First, false).await {
            // Somebody said who it is, and is silent now.
            Err(Failure::Silent { .. }) if self.is_known() => {}
            answer => return answer.map_err(|failure| self.error(failure)),
        }
        let first = oids.first().map(std::slice::from_ref).unwrap_or_default();
        match self.get_within(first, Patience::Diagnosis, true).await {
            // Any authenticated answer proves user and authentication password, and that a level is wrong proves that somebody is there.
            Ok(_)
            | Err(Failure::Status { .. } | Failure::Other(Error::Credential { cause: CredentialFault::SecurityLevel, .. })) => {}
            Err(failure) => return Err(self.error(failure)),
        }
        // Once more with encryption, because the first question may just have been lost; silence now is the privacy password.
        match self.get_within(oids, Patience::Diagnosis, false).await {
            Err(Failure::Silent { .. }) => Err(self.credential(CredentialFault::WrongPrivacy)),
            answer => answer.map_err(|failure| self.error(failure)),
        }
    }

    fn is_known(&self) -> bool {
        matches!(&self.read, Access::User(access) if access.peer().is_some())
    }

    /// A failed read as an error of the switch.
    pub fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Silent { tries, elapsed } => {
                Error::NoAnswer { switch: self.switch.clone(), address: self.address.clone(), tries, elapsed }
            }
            Failure::Status { status, .. } => self.garbage(&format!("it answers a read with {status}")),
            Failure::Other(error) => error,
        }
    }

    /// A request until it is answered; a clock or an engine that is not what it was is learned anew, each once.
    async fn ask(&self, access: &Access, pdu: Pdu<'_>, patience: Patience, less: bool, read: Reader<'_>) -> Result<(), Failure> {
        let _turns = (self.link.turns.acquire().await, self.engine.turn().await);
        let (mut clock_set, mut engine_learned) = (false, false);
        loop {
            if let Access::User(access) = access {
                self.learn(access, patience).await?;
            }
            match self.question(access, pdu.borrowed(), patience, less, read).await? {
                Said::Answer(_) => return Ok(()),
                Said::Status(status, position) => return Err(Failure::Status { status, position }),
                Said::Fault(Fault::NotInTimeWindow) if !clock_set => clock_set = true,
                Said::Fault(Fault::UnknownEngine) if !engine_learned => {
                    engine_learned = true;
                    if let Access::User(access) = access {
                        *access.peer() = None;
                    }
                }
                Said::Fault(fault) => return Err(Failure::Other(self.fault(fault))),
                Said::Garbage(what) => return Err(Failure::Other(self.garbage(&what))),
            }
        }
    }

    /// Asks for the engine's identity, unless it is known.
    async fn learn(&self, access: &UserAccess, patience: Patience) -> Result<(), Failure> {
        if access.peer().is_some() {
            return Ok(());
        }
        let number = self.engine.number();
        let question = Peer::discovery(number);
        let learned = self.exchange(number, &question, patience, |datagram| match Message::decode(datagram) {
            Ok(Message::Secured(message)) => Peer::learn(&access.user, &message, Instant::now())
                .ok_or_else(|| "it does not tell its SNMPv3 engine ID".to_owned()),
            Ok(Message::Community(_)) => Err("it answers SNMPv3 with another version".to_owned()),
            Err(malformed) => Err(no_message(malformed)),
        });
        *access.peer() = Some(learned.await?);
        Ok(())
    }

    async fn question(
        &self,
        access: &Access,
        mut pdu: Pdu<'_>,
        patience: Patience,
        less: bool,
        read: Reader<'_>,
    ) -> Result<Said, Failure> {
        let number = self.engine.number();
        pdu.request_id = number;
        let Some(datagram) = access.seal(number, &pdu, self.engine.salt(), less) else {
            return Ok(Said::Fault(Fault::UnknownEngine));
        };
        let said = self.exchange(number, &datagram, patience, |datagram| judge(access, less, number, datagram, read)).await?;
        if let Said::Answer(bindings) = said {
            self.link.varbinds.fetch_add(bindings, Ordering::Relaxed);
        }
        Ok(said)
    }

    /// Sends a datagram until something comes that `judge` believes; what it does not believe is remembered and waited past.
    async fn exchange<T>(
        &self,
        number: i32,
        datagram: &[u8],
        patience: Patience,
        mut judge: impl FnMut(&[u8]) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        self.link.requests.fetch_add(1, Ordering::Relaxed);
        let (mut tries, mut wrong) = (0, None);
        let waits = patience.waits(&self.link.round_trip.lock().unwrap_or_else(PoisonError::into_inner));
        for wait in waits {
            tries += 1;
            let until = Instant::now() + wait;
            let mut sent = Some(datagram);
            loop {
                let left = until.saturating_duration_since(Instant::now());
                match self.engine.exchange(self.to, number, sent.take(), left).await {
                    Outcome::Answer(datagram) => match judge(&datagram) {
                        Ok(judged) => {
                            if tries == 1 {
                                self.link.round_trip.lock().unwrap_or_else(PoisonError::into_inner).took(started.elapsed());
                            }
                            return Ok(judged);
                        }
                        Err(why) => wrong = Some(why),
                    },
                    Outcome::Silence(garbage) => {
                        wrong = garbage.or(wrong);
                        break;
                    }
                    Outcome::Nobody(cause) => return Err(Failure::Other(self.unreachable(cause))),
                }
            }
        }
        match wrong {
            Some(why) => Err(Failure::Other(self.garbage(&why))),
            None => Err(Failure::Silent { tries, elapsed: started.elapsed() }),
        }
    }

    fn credential(&self, cause: CredentialFault) -> Error {
        Error::Credential { switch: self.switch.clone(), cause }
    }

    fn fault(&self, fault: Fault) -> Error {
        self.credential(match fault {
            Fault::UnknownUser => CredentialFault::UnknownUser,
            Fault::WrongDigest => CredentialFault::WrongAuthentication,
            Fault::Decryption => CredentialFault::WrongPrivacy,
            Fault::NotInTimeWindow => CredentialFault::OutsideTimeWindow,
            Fault::UnsupportedLevel => CredentialFault::SecurityLevel,
            Fault::UnknownEngine => return self.garbage("its SNMPv3 engine ID is another with every answer"),
        })
    }

    fn garbage(&self, what: &str) -> Error {
        Error::Garbage { switch: self.switch.clone(), what: format!("{}: {what}", self.address) }
    }

    fn unreachable(&self, cause: String) -> Error {
        Error::Unreachable { switch: self.switch.clone(), address: self.address.clone(), cause }
    }
}

/// The request for up to `repetitions` instances behind each of the names: one by GETNEXT, more by GETBULK.
pub fn behind(names: &[&[u32]], repetitions: u16) -> Pdu<'static> {
    match repetitions {
        0 | 1 => Pdu::request(Kind::GetNext, 0, names),
        more => Pdu::bulk(0, more, names),
    }
}

/// What a datagram with the number of the question says; why it is not believed.
fn judge(access: &Access, less: bool, number: i32, datagram: &[u8], read: Reader<'_>) -> Result<Said, String> {
    match (access, Message::decode(datagram).map_err(no_message)?) {
        (Access::Community(..), Message::Community(message)) => answered(&message.pdu, number, read),
        (Access::User(access), Message::Secured(message)) => secured(access, less, number, datagram, &message, read),
        _ => Err("it answers in another version of SNMP".to_owned()),
    }
}

fn secured(
    access: &UserAccess,
    less: bool,
    number: i32,
    datagram: &[u8],
    message: &Secured<'_>,
    read: Reader<'_>,
) -> Result<Said, String> {
    let (mut known, now) = (access.peer(), Instant::now());
    let peer = known.as_mut().ok_or("an answer of an unknown engine")?;
    let opened =
        if less { peer.at_level(Level::Authentication).open(datagram, message, now) } else { peer.open(datagram, message, now) };
    let opened = opened.map_err(|fault| format!("its answer cannot be believed ({fault})"))?;
    if let Some(fault) = opened.fault() {
        if fault == Fault::NotInTimeWindow {
            peer.set_clock(message, now);
        }
        return Ok(Said::Fault(fault));
    }
    peer.follow(message, now);
    drop(known);
    let scoped = opened.scoped().map_err(|fault| fault.to_string())?;
    if scoped.pdu.kind == Kind::Report {
        let told = scoped.pdu.bindings.iter().next().and_then(Result::ok);
        return Ok(Said::Garbage(format!(
            "a report of {}",
            told.map_or_else(|| "nothing".to_owned(), |told| told.name.to_string())
        )));
    }
    answered(&scoped.pdu, number, read)
}

fn answered(pdu: &Pdu<'_>, number: i32, read: Reader<'_>) -> Result<Said, String> {
    if pdu.kind != Kind::Response || pdu.request_id != number {
        return Err("it answers with what is no answer to the question".to_owned());
    }
    if pdu.status != ErrorStatus::NO_ERROR {
        return Ok(Said::Status(pdu.status, usize::try_from(pdu.index).unwrap_or(0)));
    }
    match pdu.bindings.count() {
        Ok(count) => {
            read(pdu);
            Ok(Said::Answer(count as u64))
        }
        Err(malformed) => Ok(Said::Garbage(format!("its answer is malformed ({malformed})"))),
    }
}

/// In words, for octets that are none.
pub(super) fn no_message(malformed: Malformed) -> String {
    format!("it answers what is no SNMP message ({malformed})")
}

fn access(engine: &Engine, switch: &SwitchName, credential: &Credential) -> Result<Access, Error> {
    Access::new(credential, |hash, password| engine.master(hash, password)).map_err(|what| Error::NotPossible {
        switch: switch.clone(),
        what,
        hint: Some(format!("check the credential named under switches.{switch}")),
    })
}

fn shown(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

async fn resolve(target: &Target) -> Result<SocketAddr, Error> {
    let unreachable =
        |cause: String| Error::Unreachable { switch: target.name.clone(), address: shown(&target.address, target.port), cause };
    if let Ok(ip) = target.address.parse() {
        return Ok(SocketAddr::new(ip, target.port));
    }
    let mut found =
        tokio::net::lookup_host((target.address.as_str(), target.port)).await.map_err(|error| unreachable(error.to_string()))?;
    found.next().ok_or_else(|| unreachable("the name has no address".to_owned()))
}
