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

/// What the engine's clock showed last, and when.
#[derive(Debug, Clone, Copy)]
struct Clock {
    boots: u32,
    /// latestReceivedEngineTime.
    time: u32,
    at: Instant,
    /// Whether an authenticated message said so. Until then it is good for a question, and nothing is late by it.
    is_proved: bool,
}

/// snmpEngineBoots of an engine that can count no further: nothing it sends is in time until it has another identity or key.
const LATCHED: u32 = i32::MAX.unsigned_abs();

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
            clock: Clock { boots, time, at: now, is_proved: false },
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
            time: self.clock.time(now),
            user: &self.user,
            digest: &[],
            digest_at: 0,
            salt: &[],
        };
        let message =
            Secured { id, max_size: message::LARGEST, level: self.level, reportable: true, security, data: Data::Encrypted(&[]) };
        self.keys.seal(&message, &Scoped { engine_id: &self.engine_id, context, pdu }, counter)
    }

    /// Judges a message that was decoded from this datagram, the answer to a question at no higher level than `asked`: an answer at
    /// the level of the question, unaltered and in time, or a Report. An authenticated message sets the clock (RFC 3414 §3.2 (7)).
    pub fn open<'a>(&mut self, asked: Level, datagram: &[u8], message: &Secured<'a>, now: Instant) -> Result<Opened<'a>, Fault> {
        let is_authentic = message.level >= Level::Authentication;
        if is_authentic {
            if message.security.engine_id != self.engine_id {
                return Err(Fault::UnknownEngine);
            }
            // Users with the same password have the same keys.
            if message.security.user != self.user {
                return Err(Fault::UnknownUser);
            }
            self.keys.verify(datagram, message)?;
            self.clock.follow(message, now);
            if self.clock.is_late(message, now) {
                return Err(Fault::NotInTimeWindow);
            }
        }
        let opened = Opened { revealed: Revealed::of(&self.keys, message)? };
        // Only a Report may be less protected than the question, and never one about the clock.
        if opened.scoped()?.pdu.kind == Kind::Report {
            let is_clock = opened.fault() == Some(Fault::NotInTimeWindow);
            return if is_clock && !is_authentic { Err(Fault::NotInTimeWindow) } else { Ok(opened) };
        }
        if message.level < asked.min(self.level) {
            return Err(Fault::WrongDigest);
        }
        if message.security.user != self.user {
            return Err(Fault::UnknownUser);
        }
        Ok(opened)
    }

    /// Whether the engine has sent an authenticated message.
    #[must_use]
    pub const fn is_proved(&self) -> bool {
        self.clock.is_proved
    }
}

impl Clock {
    /// Takes over the clock of an authenticated message, which never goes back.
    fn follow(&mut self, message: &Secured<'_>, now: Instant) {
        let Security { boots, time, .. } = message.security;
        if !self.is_proved || (boots, time) > (self.boots, self.time) {
            *self = Self { boots, time, at: now, is_proved: true };
        }
    }

    fn is_late(&self, message: &Secured<'_>, now: Instant) -> bool {
        let Security { boots, time, .. } = message.security;
        let is_old = boots < self.boots || boots == self.boots && time.saturating_add(TIME_WINDOW) < self.time(now);
        is_old || boots >= LATCHED
    }

    /// snmpEngineTime now.
    fn time(&self, now: Instant) -> u32 {
        let since: Duration = now.saturating_duration_since(self.at);
        self.time.saturating_add(u32::try_from(since.as_secs()).unwrap_or(u32::MAX)).min(i32::MAX.unsigned_abs())
    }
}
