//! Requests to one agent over the shared socket: GET, GETNEXT, GETBULK and SET with two separate credentials. I/O.
//!
//! Errors are sorted here: silence, an unreadable answer, a refused credential, an error status. An SNMPv3 Report ends a request at once,
//! but for a clock or an engine that changed, which is learned anew once. A wrong privacy password, which most agents answer with
//! silence, is told from a dead agent by asking once more without encryption.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::credential::{BoundCredential, Credential, UserOfEngine};
use super::error::{BadAnswer, CredentialFault, Error};
use super::limits::Limits;
use super::response::{self, Reader, Response};
use super::socket::{Question, Reply, Socket};
use super::table::Datum;
use super::timeouts::{RoundTrip, Timeouts};
use crate::message::Level;
use crate::usm::{Fault, Peer};
use crate::{ErrorStatus, Kind, Message, Oid, Pdu, Value};

/// Most objects in one GET: fits 484 bytes with short values.
const OBJECTS_PER_GET: usize = 10;
/// sysUpTime.0, which every agent has.
pub const SYS_UP_TIME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
/// How often an agent must pass over a GETBULK and answer the GET behind it until it counts as one that answers none. With the GETBULK
/// before, that is by accident once in 10⁷ times where 4 % of all requests are lost, and once in 20,000 where it is 19 %; a mistake
/// makes reading slow, and nothing else.
const PASSED_OVER: usize = 5;
/// Requests to one agent that may be without an answer: agents answer one after another.
const IN_FLIGHT: usize = 4;

/// What was asked of an agent since its session was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestStats {
    /// Requests, repetitions not counted.
    pub requests: u64,
    /// Variable bindings received.
    pub varbinds: u64,
    /// Whether its tables are read row by row, because it answers no GETBULK.
    pub row_by_row: bool,
}

/// One agent on the shared socket.
pub struct Session {
    to: SocketAddr,
    socket: Socket,
    read: BoundCredential,
    write: Option<BoundCredential>,
    link: Arc<Link>,
}

/// What all requests to one agent share.
struct Link {
    turns: Semaphore,
    round_trip: Mutex<RoundTrip>,
    requests: AtomicU64,
    varbinds: AtomicU64,
}

/// How a request is made.
#[derive(Clone, Copy)]
struct Manner {
    timeouts: Timeouts,
    /// No higher level than this, whatever the credential has.
    most: Level,
}

const READ: Manner = Manner { timeouts: Timeouts::Read, most: Level::Privacy };
const WRITE: Manner = Manner { timeouts: Timeouts::Write, most: Level::Privacy };
const REPEATED_WRITE: Manner = Manner { timeouts: Timeouts::RepeatedWrite, most: Level::Privacy };

impl Session {
    /// One agent, with a credential for reading and perhaps another for writing. Nothing is sent yet.
    #[must_use]
    pub fn new(socket: &Socket, to: SocketAddr, read: Credential, write: Option<Credential>) -> Self {
        let link = Link {
            turns: Semaphore::new(IN_FLIGHT),
            round_trip: Mutex::default(),
            requests: AtomicU64::new(0),
            varbinds: AtomicU64::new(0),
        };
        Self {
            to,
            socket: socket.clone(),
            read: BoundCredential::new(read),
            write: write.map(BoundCredential::new),
            link: Arc::new(link),
        }
    }

    /// The same agent read with another credential of the same user, such as one for another context.
    #[must_use]
    pub fn with(&self, credential: Credential) -> Self {
        let read = BoundCredential::new(credential);
        read.knows_as(&self.read);
        Self { read, write: None, to: self.to, socket: self.socket.clone(), link: Arc::clone(&self.link) }
    }

    /// The limits of what is read.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.read.limits()
    }

    /// Whether there is a credential for writing.
    #[must_use]
    pub const fn can_write(&self) -> bool {
        self.write.is_some()
    }

    /// What was asked since the session was opened.
    #[must_use]
    pub fn stats(&self) -> RequestStats {
        RequestStats {
            requests: self.link.requests.load(Ordering::Relaxed),
            varbinds: self.link.varbinds.load(Ordering::Relaxed),
            row_by_row: false,
        }
    }

    /// Reads instances. One that does not exist is left out.
    pub async fn get(&self, oids: &[Oid]) -> Result<Vec<(Oid, Datum)>, Error> {
        self.get_in(oids, READ).await
    }

    async fn get_in(&self, oids: &[Oid], manner: Manner) -> Result<Vec<(Oid, Datum)>, Error> {
        let mut values = Vec::new();
        let mut left: Vec<Vec<&Oid>> = oids.chunks(OBJECTS_PER_GET).rev().map(|chunk| chunk.iter().collect()).collect();
        while let Some(mut wanted) = left.pop() {
            let mut read = |pdu: &Pdu<'_>| {
                let bindings = pdu.bindings.iter().flatten();
                values.extend(bindings.filter_map(|binding| Some((binding.name, Datum::of(&binding.value)?))));
            };
            match self.ask(&self.read, Pdu::request(Kind::Get, 0, &wanted), manner, &mut read).await {
                Ok(()) => {}
                // SNMPv1 refuses the whole request when one object does not exist, and says which.
                Err(Error::Status { status: ErrorStatus::NO_SUCH_NAME, position }) if self.read.is_version_1() => {
                    let missing = position.saturating_sub(1).min(wanted.len() - 1);
                    wanted.remove(missing);
                    left.extend(Some(wanted).filter(|wanted| !wanted.is_empty()));
                }
                Err(Error::Status { .. }) if wanted.len() > 1 => {
                    let second = wanted.split_off(wanted.len() / 2);
                    left.extend([second, wanted]);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(values)
    }

    /// Sends a request from [`next_rows`] and gives its answer to `read`.
    pub async fn next(&self, request: Pdu<'_>, read: Reader<'_>) -> Result<(), Error> {
        self.ask(&self.read, request, READ, read).await
    }

    /// How long an answer takes at most when neither it nor its question is lost, as far as is known.
    pub fn first_wait(&self) -> Duration {
        self.round_trip().first_wait()
    }

    /// Whether the agent answers the smallest GETBULK. One that does not is found out by its own answers and not by waiting: each of
    /// some GETs is sent right behind the GETBULK, and an agent that answers the one has passed over the other. A few lost datagrams
    /// prove nothing, and a slow agent is waited for. It takes as many round trips as there are GETs, and one wait for an agent that
    /// answers out of order.
    pub async fn answers_bulk(&self) -> Result<bool, Error> {
        const SYSTEM: [u32; 7] = [1, 3, 6, 1, 2, 1, 1];
        let mut question = self.socket.question(self.to);
        let bulk = Pdu { request_id: question.number(), ..next_rows(&[&SYSTEM], 2) };
        let Some(datagram) = self.read.seal(question.number(), &bulk, self.socket.salt(), READ.most) else { return Ok(true) };
        self.link.requests.fetch_add(1, Ordering::Relaxed);
        for _ in 0..PASSED_OVER {
            question.send(&datagram).await.map_err(Error::Unreachable)?;
            let other = Pdu::request(Kind::Get, 0, &[Oid::from(SYS_UP_TIME)]);
            let answered = self.send(&self.read, other, READ, &mut |_| ()).await;
            if let Reply::Answer(_) = question.answer(Instant::now()).await {
                return Ok(true);
            }
            answered?;
        }
        Ok(matches!(question.answer(Instant::now() + self.first_wait()).await, Reply::Answer(_)))
    }

    /// Writes instances in one request, with the credential for writing. The request is sent once and its answer waited for: what is
    /// sent again may undo what somebody else wrote in between. After silence, only reading tells whether it took effect.
    pub async fn set(&self, values: &[(Oid, Value<'static>)]) -> Result<(), Error> {
        self.set_in(values, WRITE).await
    }

    /// The same for values that nobody else changes and that may be written twice: sent again while there is no answer.
    pub async fn set_repeatable(&self, values: &[(Oid, Value<'static>)]) -> Result<(), Error> {
        self.set_in(values, REPEATED_WRITE).await
    }

    async fn set_in(&self, values: &[(Oid, Value<'static>)], manner: Manner) -> Result<(), Error> {
        let credential = self.write.as_ref().ok_or(Error::NoWriteCredential)?;
        let mut pdu = Pdu::request(Kind::Set, 0, [[0_u32; 0]; 0]);
        for (oid, value) in values {
            pdu.bindings.push(oid, value);
        }
        self.ask(credential, pdu, manner, &mut |_| ()).await
    }

    /// The first request to an agent: tells a dead agent from a wrong credential before the long time-outs.
    pub async fn probe(&self, oids: &[Oid]) -> Result<Vec<(Oid, Datum)>, Error> {
        if !self.read.encrypts() {
            return self.get(oids).await;
        }
        match self.get_in(oids, Manner { timeouts: Timeouts::First, ..READ }).await {
            // The agent answered engine discovery but not the request.
            Err(Error::NoAnswer { .. }) if self.read.knows_engine() => {}
            answer => return answer,
        }
        let first = oids.first().map(std::slice::from_ref).unwrap_or_default();
        let diagnosis = Manner { timeouts: Timeouts::Diagnosis, ..READ };
        match self.get_in(first, Manner { most: Level::Authentication, ..diagnosis }).await {
            // Any authenticated answer proves user and authentication password, and that a level is wrong proves that an agent is there.
            Ok(_) | Err(Error::Status { .. } | Error::Credential(CredentialFault::SecurityLevel)) => {}
            Err(error) => return Err(error),
        }
        // Once more with encryption, because the first request may just have been lost; silence now is the privacy password.
        match self.get_in(oids, diagnosis).await {
            Err(Error::NoAnswer { .. }) => Err(Error::Credential(CredentialFault::WrongPrivacy)),
            answer => answer,
        }
    }

    /// A request until it is answered; a clock or an engine that is not what it was is learned anew, each once.
    async fn ask(&self, credential: &BoundCredential, pdu: Pdu<'_>, manner: Manner, read: Reader<'_>) -> Result<(), Error> {
        let _turns = (self.link.turns.acquire().await, self.socket.turn().await);
        let (mut clock_set, mut engine_learned) = (false, false);
        loop {
            if let BoundCredential::User(user) = credential
                && user.peer().is_none()
            {
                self.discover(user, manner.timeouts).await?;
            }
            match self.send(credential, pdu.borrowed(), manner, read).await? {
                Response::Answer(_) => return Ok(()),
                Response::Status(status, position) => return Err(Error::Status { status, position }),
                Response::Fault(Fault::NotInTimeWindow) if !clock_set => clock_set = true,
                Response::Fault(Fault::UnknownEngine) if !engine_learned => {
                    engine_learned = true;
                    if let BoundCredential::User(user) = credential {
                        self.discover(user, manner.timeouts).await?;
                    }
                }
                Response::Fault(fault) => return Err(fault.into()),
                Response::Bad(what) => return Err(Error::BadAnswer(what)),
            }
        }
    }

    /// Asks for the engine's identity (RFC 3414 §4). What is known of the same engine stays known, its clock above all.
    async fn discover(&self, user: &UserOfEngine, timeouts: Timeouts) -> Result<(), Error> {
        let question = self.socket.question(self.to);
        let request = Peer::discovery(question.number());
        let learned = self.exchange(question, &request, timeouts.of_discovery(), |datagram| match Message::decode(datagram) {
            Ok(Message::Secured(message)) => {
                Peer::learn(&user.user, &message, Instant::now().into_std()).ok_or(BadAnswer::NoEngineId)
            }
            Ok(Message::Community(_)) => Err(BadAnswer::OtherVersion),
            Err(malformed) => Err(BadAnswer::NotSnmp(malformed)),
        });
        let learned = learned.await?;
        let mut known = user.peer();
        if known.as_ref().is_none_or(|known| known.engine_id() != learned.engine_id()) {
            *known = Some(learned);
        }
        Ok(())
    }

    async fn send(
        &self,
        credential: &BoundCredential,
        mut pdu: Pdu<'_>,
        Manner { timeouts, most }: Manner,
        read: Reader<'_>,
    ) -> Result<Response, Error> {
        let question = self.socket.question(self.to);
        let number = question.number();
        pdu.request_id = number;
        let Some(datagram) = credential.seal(number, &pdu, self.socket.salt(), most) else {
            return Ok(Response::Fault(Fault::UnknownEngine));
        };
        let judge = |datagram: &[u8]| response::judge(credential, most, number, datagram, read);
        let response = self.exchange(question, &datagram, timeouts, judge).await?;
        if let Response::Answer(bindings) = response {
            self.link.varbinds.fetch_add(bindings, Ordering::Relaxed);
        }
        Ok(response)
    }

    /// Sends a datagram until something comes that `judge` believes; what it does not believe is remembered and waited past.
    async fn exchange<T>(
        &self,
        mut question: Question<'_>,
        datagram: &[u8],
        timeouts: Timeouts,
        mut judge: impl FnMut(&[u8]) -> Result<T, BadAnswer>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        self.link.requests.fetch_add(1, Ordering::Relaxed);
        let (mut tries, mut wrong) = (0, None);
        let waits = timeouts.waits(&self.round_trip());
        for wait in waits {
            tries += 1;
            let until = Instant::now() + wait;
            question.send(datagram).await.map_err(Error::Unreachable)?;
            loop {
                match question.answer(until).await {
                    Reply::Answer(datagram) => match judge(&datagram) {
                        Ok(judged) => {
                            // Which of several datagrams was answered is not known, and a write takes its own time.
                            if tries == 1 && !timeouts.is_write() {
                                self.round_trip().took(started.elapsed());
                            }
                            return Ok(judged);
                        }
                        Err(why) => wrong = Some(why),
                    },
                    Reply::Silence(unreadable) => {
                        wrong = unreadable.or(wrong);
                        break;
                    }
                    Reply::Nobody(cause) => return Err(Error::Unreachable(cause)),
                }
            }
        }
        Err(wrong.map_or(Error::NoAnswer { tries, elapsed: started.elapsed() }, Error::BadAnswer))
    }

    fn round_trip(&self) -> MutexGuard<'_, RoundTrip> {
        self.link.round_trip.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request for up to `repetitions` instances behind each of the names: one by GETNEXT, more by GETBULK.
#[must_use]
pub fn next_rows(names: &[&[u32]], repetitions: u16) -> Pdu<'static> {
    match repetitions {
        0 | 1 => Pdu::request(Kind::GetNext, 0, names),
        more => Pdu::bulk(0, more, names),
    }
}
