//! One frame as an interface received it, and what it says. Pure.

use crate::discover::decode;
use crate::discover::report::Rejected;
use lldp::ethernet::{self, Tag};
use model::ids::MacAddress;
use model::neighbour::{Neighbour, Source};
use model::timestamp::Timestamp;

/// A frame heard on an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard<'a> {
    /// The interface.
    pub interface: &'a str,
    /// When the kernel received it.
    pub seen_at: Timestamp,
    /// The outermost tag, which the kernel took off.
    pub tag: Option<Tag>,
    /// The frame without that tag.
    pub octets: &'a [u8],
}

impl<'a> Heard<'a> {
    /// What it says, not yet identified; `None` when it is neither LLDP nor CDP.
    #[must_use]
    pub fn neighbour(&self) -> Option<Result<Neighbour<'a>, Rejected>> {
        let row = match ethernet::decode(self.octets, self.tag) {
            Ok(frame) => decode::neighbour(&frame, Source::Interface)?,
            Err(damage) => Err(decode::Reject::from(damage)),
        };
        Some(match row {
            Ok(mut row) => {
                row.interface = Some(self.interface.into());
                row.seen_at = Some(self.seen_at);
                Ok(row)
            }
            Err(why) => Err(Rejected { frame: None, switch: None, reason: format!("interface {}: {why}", self.interface) }),
        })
    }

    /// Who sent it.
    #[must_use]
    pub fn sender(&self) -> Option<MacAddress> {
        self.octets.get(6..12)?.first_chunk().copied().map(MacAddress)
    }
}
