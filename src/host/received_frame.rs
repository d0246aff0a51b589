//! One frame as an interface received it. Pure.

use lldp::ethernet::Tag;
use model::ids::MacAddress;
use model::timestamp::Timestamp;

/// A frame received on an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedFrame<'a> {
    pub interface: &'a str,
    /// When the kernel received it.
    pub received_at: Timestamp,
    /// The outermost 802.1Q tag, which the kernel took off.
    pub tag: Option<Tag>,
    /// The frame without that tag.
    pub bytes: &'a [u8],
}

impl ReceivedFrame<'_> {
    #[must_use]
    pub fn source(&self) -> Option<MacAddress> {
        self.bytes.get(6..12)?.first_chunk().copied().map(MacAddress)
    }
}
