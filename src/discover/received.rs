//! What a frame that an interface received says. Pure.

use lldp::ethernet;
use model::neighbour::{Neighbour, Source};

use crate::discover::decode;
use crate::discover::report::{Reason, Rejected};
use crate::host::ReceivedFrame;

/// The neighbour that a frame tells of, not yet identified; `None` when it is neither LLDP nor CDP.
#[must_use]
pub fn neighbour<'a>(frame: &ReceivedFrame<'a>) -> Option<Result<Neighbour<'a>, Rejected>> {
    let row = match ethernet::decode(frame.bytes, frame.tag) {
        Ok(decoded) => decode::neighbour(&decoded, Source::Interface)?,
        Err(damage) => Err(decode::Reject::from(damage)),
    };
    Some(match row {
        Ok(mut row) => {
            row.interface = Some(frame.interface.into());
            row.seen_at = Some(frame.received_at);
            Ok(row)
        }
        Err(why) => Err(Rejected::whole(Reason::DamagedFrame, format!("interface {}: {why}", frame.interface))),
    })
}
