//! The authoritative side of the user-based security model: an agent that checks who asks (RFC 3414 §3.2). Pure.

use std::collections::BTreeMap;

use super::fault::{Fault, TIME_WINDOW};
use super::keys::{Keys, Revealed, User};
use crate::message;
use crate::message::{Data, Level, Scoped, Secured, Security};
use crate::pdu::{Bindings, Kind, Pdu};
use crate::value::Value;

/// An authoritative engine: its identity, its users, and what it counted.
#[derive(Debug)]
pub struct Authority {
    engine_id: Vec<u8>,
    /// snmpEngineBoots.
    pub boots: u32,
    users: BTreeMap<Vec<u8>, (Level, Keys)>,
    counts: [u32; Fault::ALL.len()],
    counter: u64,
}

/// A message that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Counter that the report names.
    pub fault: Fault,
    /// The Report to send, unless its sender wants none.
    pub report: Option<Vec<u8>>,
}

/// A request that may be answered: right user, unaltered, in time.
#[derive(Debug)]
pub struct Asked<'a> {
    message: Secured<'a>,
    revealed: Revealed<'a>,
}

impl Asked<'_> {
    /// Name of the user it was sent by.
    #[must_use]
    pub const fn user(&self) -> &[u8] {
        self.message.security.user
    }

    /// What is done for security.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.message.level
    }

    /// The largest answer that the asker takes, in bytes.
    #[must_use]
    pub fn max_size(&self) -> usize {
        usize::try_from(self.message.max_size).unwrap_or(0)
    }

    /// The request and its context.
    pub fn scoped(&self) -> Result<Scoped<'_>, Fault> {
        self.revealed.scoped()
    }
}

impl Authority {
    /// An engine. `counter` is where the salts begin: a number that no earlier run came near.
    #[must_use]
    pub fn new(engine_id: Vec<u8>, boots: u32, users: impl IntoIterator<Item = User>, counter: u64) -> Self {
        let localize = |user: User| {
            let keys = user.localize(&engine_id);
            (user.name.clone(), (user.level(), keys))
        };
        let users = users.into_iter().map(localize).collect();
        Self { engine_id, boots, users, counts: [0; Fault::ALL.len()], counter }
    }

    /// snmpEngineID.
    #[must_use]
    pub fn engine_id(&self) -> &[u8] {
        &self.engine_id
    }

    /// How often a fault was counted.
    #[must_use]
    pub fn count(&self, fault: Fault) -> u32 {
        self.counts.get(fault as usize - 1).copied().unwrap_or(0)
    }

    /// Judges a message that was decoded from this datagram; `time` is snmpEngineTime now, in seconds.
    pub fn receive<'a>(&mut self, datagram: &[u8], message: Secured<'a>, time: u32) -> Result<Asked<'a>, Refused> {
        match self.judge(datagram, &message, time) {
            Ok(revealed) => Ok(Asked { message, revealed }),
            Err(fault) => {
                if let Some(count) = self.counts.get_mut(fault as usize - 1) {
                    *count = count.wrapping_add(1);
                }
                let report = message.reportable.then(|| self.report(fault, &message, time));
                Err(Refused { fault, report })
            }
        }
    }

    fn judge<'a>(&self, datagram: &[u8], message: &Secured<'a>, time: u32) -> Result<Revealed<'a>, Fault> {
        let security = &message.security;
        if security.engine_id != self.engine_id {
            return Err(Fault::UnknownEngine);
        }
        let (level, keys) = self.users.get(security.user).ok_or(Fault::UnknownUser)?;
        if message.level > *level {
            return Err(Fault::UnsupportedLevel);
        }
        if message.level >= Level::Authentication {
            keys.verify(datagram, message)?;
            if security.boots != self.boots || security.time.abs_diff(time) > TIME_WINDOW {
                return Err(Fault::NotInTimeWindow);
            }
        }
        Revealed::of(keys, message)
    }

    /// A Report, signed when it tells the time, so that the asker may believe it.
    fn report(&mut self, fault: Fault, message: &Secured<'_>, time: u32) -> Vec<u8> {
        let mut bindings = Bindings::default();
        bindings.push(&fault.oid(), &Value::Counter32(self.count(fault)));
        let request_id = match &message.data {
            Data::Plain(scoped) => scoped.pdu.request_id,
            Data::Encrypted(_) => 0, // RFC 3412 §7.1 (3)
        };
        let pdu = Pdu { kind: Kind::Report, ..Pdu::response(request_id, bindings) };
        let level = if fault == Fault::NotInTimeWindow { Level::Authentication } else { Level::Nothing };
        let engine_id = self.engine_id.clone();
        self.send(message, level, &Scoped { engine_id: &engine_id, context: b"", pdu }, time)
    }

    /// The datagram that answers a request, at the level of the request.
    #[must_use]
    pub fn answer(&mut self, asked: &Asked<'_>, pdu: Pdu<'_>, time: u32) -> Vec<u8> {
        let (engine_id, context) =
            asked.scoped().map_or((Vec::new(), &b""[..]), |scoped| (scoped.engine_id.to_vec(), scoped.context));
        self.send(&asked.message, asked.message.level, &Scoped { engine_id: &engine_id, context, pdu }, time)
    }

    fn send(&mut self, to: &Secured<'_>, level: Level, scoped: &Scoped<'_>, time: u32) -> Vec<u8> {
        self.counter = self.counter.wrapping_add(1);
        let user = to.security.user;
        let message = Secured {
            id: to.id,
            max_size: message::LARGEST,
            level,
            reportable: false,
            security: Security { engine_id: &self.engine_id, boots: self.boots, time, user, digest: &[], digest_at: 0, salt: &[] },
            data: Data::Encrypted(&[]),
        };
        match self.users.get(user) {
            Some((_, keys)) => keys.seal(&message, scoped, self.counter),
            None => Secured { data: Data::Plain(scoped.clone()), ..message }.encode(),
        }
    }
}
