//! The asking side of the user-based security model: what is known of one engine, and messages to and from it (RFC 3414 §3.1–3.2). Pure.

use std::time::{Duration, Instant};

use super::fault::{Fault, TIME_WINDOW};
use super::keys::{Keys, Revealed, User};
use crate::message;
use crate::message::{Data, Level, Scoped, Secured, Security};
use crate::pdu::{Kind, Pdu};

/// An engine that is asked, by one user.
#[derive(Debug, Clone)]
pub struct Peer {
    engine_id: Vec<u8>,
    user: Vec<u8>,
    level: Level,
    keys: Keys,
    clock: Clock,
}

/// What the engine's clock showed, and when.
#[derive(Debug, Clone, Copy)]
struct Clock {
    boots: u32,
    time: u32,
    at: Instant,
}

/// An answer that may be believed, or a Report.
#[derive(Debug)]
pub struct Opened<'a> {
    revealed: Revealed<'a>,
}

impl Opened<'_> {
    /// The answer and its context.
    pub fn scoped(&self) -> Result<Scoped<'_>, Fault> {
        self.revealed.scoped()
    }

    /// What a Report reports; `None` for an answer.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let scoped = self.scoped().ok()?;
        let first = scoped.pdu.bindings.iter().next()?.ok()?;
        if scoped.pdu.kind == Kind::Report { Fault::of(&first.name) } else { None }
    }
}

impl Peer {
    /// The question for an engine's identity (RFC 3414 §4).
    #[must_use]
    pub fn discovery(id: i32) -> Vec<u8> {
        let pdu = Pdu::request(Kind::Get, id, [[0_u32; 0]; 0]);
        let security = Security { engine_id: &[], boots: 0, time: 0, user: &[], digest: &[], digest_at: 0, salt: &[] };
        let data = Data::Plain(Scoped { engine_id: &[], context: &[], pdu });
        Secured { id, max_size: message::LARGEST, level: Level::Nothing, reportable: true, security, data }.encode()
    }

    /// Learns the engine from any message it sent; `None` when that does not tell its identity.
    #[must_use]
    pub fn learn(user: &User, message: &Secured<'_>, now: Instant) -> Option<Self> {
        let Security { engine_id, boots, time, .. } = message.security;
        if engine_id.is_empty() {
            return None;
        }
        Some(Self {
            engine_id: engine_id.to_vec(),
            user: user.name.clone(),
            level: user.level(),
            keys: user.localize(engine_id),
            clock: Clock { boots, time, at: now },
        })
    }

    /// snmpEngineID.
    #[must_use]
    pub fn engine_id(&self) -> &[u8] {
        &self.engine_id
    }

    /// The same engine asked at a lower level, to find out which part of a credential is wrong.
    #[must_use]
    pub fn at_level(&self, level: Level) -> Self {
        Self { level: level.min(self.level), ..self.clone() }
    }

    /// The datagram of a request. `counter` is a number that was not used before with these keys.
    #[must_use]
    pub fn seal(&self, id: i32, context: &[u8], pdu: Pdu<'_>, counter: u64, now: Instant) -> Vec<u8> {
        let security = Security {
            engine_id: &self.engine_id,
            boots: self.clock.boots,
            time: self.time(now),
            user: &self.user,
            digest: &[],
            digest_at: 0,
            salt: &[],
        };
        let message =
            Secured { id, max_size: message::LARGEST, level: self.level, reportable: true, security, data: Data::Encrypted(&[]) };
        self.keys.seal(&message, &Scoped { engine_id: &self.engine_id, context, pdu }, counter)
    }

    /// Judges a message that was decoded from this datagram: an answer at the level of the question, unaltered and in time, or a Report.
    pub fn open<'a>(&self, datagram: &[u8], message: &Secured<'a>, now: Instant) -> Result<Opened<'a>, Fault> {
        if message.level >= Level::Authentication {
            if message.security.engine_id != self.engine_id {
                return Err(Fault::UnknownEngine);
            }
            self.keys.verify(datagram, message)?;
        }
        let opened = Opened { revealed: Revealed::of(&self.keys, message)? };
        // Only a Report may be less protected than the question.
        if opened.scoped()?.pdu.kind == Kind::Report {
            return Ok(opened);
        }
        if message.level < self.level {
            return Err(Fault::WrongDigest);
        }
        if message.level >= Level::Authentication && self.is_late(message, now) {
            return Err(Fault::NotInTimeWindow);
        }
        Ok(opened)
    }

    /// Takes over the clock of a message that was opened; an earlier one changes nothing.
    pub fn follow(&mut self, message: &Secured<'_>, now: Instant) {
        let Security { boots, time, .. } = message.security;
        if boots > self.clock.boots || boots == self.clock.boots && time > self.time(now) {
            self.clock = Clock { boots, time, at: now };
        }
    }

    /// Sets the clock by a Report that ours is wrong.
    pub fn set_clock(&mut self, message: &Secured<'_>, now: Instant) {
        let Security { boots, time, .. } = message.security;
        self.clock = Clock { boots, time, at: now };
    }

    fn is_late(&self, message: &Secured<'_>, now: Instant) -> bool {
        let Security { boots, time, .. } = message.security;
        boots < self.clock.boots || boots == self.clock.boots && time.saturating_add(TIME_WINDOW) < self.time(now)
    }

    /// snmpEngineTime now.
    fn time(&self, now: Instant) -> u32 {
        let since: Duration = now.saturating_duration_since(self.clock.at);
        self.clock.time.saturating_add(u32::try_from(since.as_secs()).unwrap_or(u32::MAX)).min(i32::MAX.unsigned_abs())
    }
}
