//! What a datagram says to a request: an answer, an error status, a fault of the security model, or nothing to be believed.

use std::time::Instant;

use super::credential::{BoundCredential, UserOfEngine};
use super::error::BadAnswer;
use crate::message::{Level, Secured};
use crate::usm::Fault;
use crate::{ErrorStatus, Kind, Message, Pdu};

/// What an agent said.
pub enum Response {
    /// So many bindings.
    Answer(u64),
    Status(ErrorStatus, usize),
    Fault(Fault),
    /// An answer to this request that cannot be read.
    Bad(BadAnswer),
}

/// Takes an answer whose bindings can be read.
pub type Reader<'r> = &'r mut (dyn FnMut(&Pdu<'_>) + Send);

/// What a datagram with the number of the request says; why it is not believed.
pub fn judge(
    credential: &BoundCredential,
    most: Level,
    number: i32,
    datagram: &[u8],
    read: Reader<'_>,
) -> Result<Response, BadAnswer> {
    match (credential, Message::decode(datagram).map_err(BadAnswer::NotSnmp)?) {
        (BoundCredential::Community(version, community), Message::Community(message)) if message.version == *version => {
            if message.community != community.as_slice() {
                return Err(BadAnswer::OtherCommunity);
            }
            response(&message.pdu, number, read)
        }
        (BoundCredential::User(user), Message::Secured(message)) => secured(user, most, number, datagram, &message, read),
        _ => Err(BadAnswer::OtherVersion),
    }
}

fn secured(
    user: &UserOfEngine,
    most: Level,
    number: i32,
    datagram: &[u8],
    message: &Secured<'_>,
    read: Reader<'_>,
) -> Result<Response, BadAnswer> {
    let (mut known, now) = (user.peer(), Instant::now());
    let peer = known.as_mut().ok_or(BadAnswer::NotAuthentic(Fault::UnknownEngine))?;
    let opened = peer.open(most, datagram, message, now).map_err(BadAnswer::NotAuthentic)?;
    if let Some(fault) = opened.fault() {
        // That the engine is another is found out by asking it: the keys of what it says then are proved.
        let may_be_forged = message.level < Level::Authentication && peer.is_proved() && fault != Fault::UnknownEngine;
        return if may_be_forged { Err(BadAnswer::UnsignedReport(fault)) } else { Ok(Response::Fault(fault)) };
    }
    let scoped = opened.scoped().map_err(BadAnswer::NotAuthentic)?;
    if scoped.pdu.kind != Kind::Report && (scoped.engine_id, scoped.context) != (peer.engine_id(), user.context()) {
        return Err(BadAnswer::NotTheAnswer);
    }
    drop(known);
    if scoped.pdu.kind == Kind::Report {
        let told = scoped.pdu.bindings.iter().next().and_then(Result::ok);
        return Ok(Response::Bad(BadAnswer::Report(told.map(|told| told.name))));
    }
    response(&scoped.pdu, number, read)
}

fn response(pdu: &Pdu<'_>, number: i32, read: Reader<'_>) -> Result<Response, BadAnswer> {
    if pdu.kind != Kind::Response || pdu.request_id != number {
        return Err(BadAnswer::NotTheAnswer);
    }
    if pdu.status != ErrorStatus::NO_ERROR {
        return Ok(Response::Status(pdu.status, usize::try_from(pdu.index).unwrap_or(0)));
    }
    match pdu.bindings.count() {
        Ok(count) => {
            read(pdu);
            Ok(Response::Answer(count as u64))
        }
        Err(malformed) => Ok(Response::Bad(BadAnswer::Malformed(malformed))),
    }
}
