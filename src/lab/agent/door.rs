//! Who is let in: communities and users, and what each may do. Pure.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::lab::plant::Plant;
use crate::lab::quirk::Quirk;
use snmp::message::{Community, LARGEST, Level, Secured, Version};
use snmp::usm::Authority;
use snmp::{ErrorStatus, Message};

use super::Keys;
use super::responder::{Asker, Responder};

/// What is around the bindings of an answer at most, in octets.
const AROUND: usize = 300;
/// By how much a clock that is lost is wrong at every request, in seconds.
const ASTRAY: u32 = 1000;

/// The agent of one switch.
pub(super) struct Door {
    plant: Arc<Plant>,
    guard: Guard,
    responder: Responder,
    asked: u32,
}

enum Guard {
    Communities { read: &'static str, write: &'static str },
    Users { authority: Box<Authority>, write: Vec<u8>, level: Level },
}

impl Door {
    /// The agent of this switch.
    pub(super) fn new(plant: Arc<Plant>, keys: Keys) -> Self {
        let guard = match keys {
            Keys::Communities { read, write } => Guard::Communities { read, write },
            Keys::Users { read, write } => {
                let (name, level) = (write.name.clone(), write.level());
                let engine = engine_id(plant.read(|switch| switch.layout.name));
                Guard::Users { authority: Box::new(Authority::new(engine, 1, [read, write], 1)), write: name, level }
            }
        };
        Self { responder: Responder::new(Arc::clone(&plant)), plant, guard, asked: 0 }
    }

    /// The datagram that answers this one, and how long it takes; `None` for silence.
    pub(super) fn answer(&mut self, from: SocketAddr, datagram: &[u8]) -> Option<(Vec<u8>, Duration)> {
        match Message::decode(datagram).ok()? {
            Message::Community(message) => self.community(from, message),
            Message::Secured(message) => self.secured(from, datagram, message),
        }
    }

    fn community(&mut self, from: SocketAddr, message: Community<'_>) -> Option<(Vec<u8>, Duration)> {
        let Guard::Communities { read, write } = self.guard else { return None };
        let Community { version, community, pdu } = message;
        let writes = community == write.as_bytes();
        if !writes && community != read.as_bytes() {
            return None;
        }
        let room = room(usize::try_from(LARGEST).unwrap_or(0));
        let who = Asker { from, writes, version_1: version == Version::V1, encrypted: false, room };
        let reply = self.responder.answer(who, &pdu)?;
        Some((Community { version, community, pdu: reply.pdu }.encode(), reply.after))
    }

    fn secured(&mut self, from: SocketAddr, datagram: &[u8], message: Secured<'_>) -> Option<(Vec<u8>, Duration)> {
        let Guard::Users { authority, write, level } = &mut self.guard else { return None };
        self.asked = self.asked.wrapping_add(1);
        let astray = if self.plant.read(|switch| switch.quirks.has(&Quirk::LosesClock)) { ASTRAY } else { 0 };
        let time = (self.plant.now_cs() / 100).wrapping_add(astray.wrapping_mul(self.asked));
        authority.boots = self.plant.boots();
        let asked = match authority.receive(datagram, message, time) {
            Ok(asked) => asked,
            Err(refused) => return refused.report.map(|report| (report, Duration::ZERO)),
        };
        let pdu = asked.scoped().ok()?.pdu;
        if asked.level() < *level {
            let refused = pdu.refusal(ErrorStatus::AUTHORIZATION_ERROR, 0);
            return Some((authority.answer(&asked, refused, time), Duration::ZERO));
        }
        let who = Asker {
            from,
            writes: asked.user() == write,
            version_1: false,
            encrypted: asked.level() == Level::Privacy,
            room: room(asked.max_size()),
        };
        let reply = self.responder.answer(who, &pdu)?;
        Some((authority.answer(&asked, reply.pdu, time), reply.after))
    }
}

const fn room(message: usize) -> usize {
    message.saturating_sub(AROUND)
}

/// snmpEngineID by enterprise number and text (RFC 3411 §5).
fn engine_id(name: &str) -> Vec<u8> {
    let mut id = vec![0x80, 0x01, 0x86, 0x9f, 0x04]; // enterprise 99999, text follows
    id.extend_from_slice(name.as_bytes());
    id
}
