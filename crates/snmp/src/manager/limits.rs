//! What version and security level leave for the bindings of one answer. Pure.

/// Bytes of variable bindings that fit an Ethernet frame (1472 bytes of UDP) with a community around them.
const ROOM: usize = 1400;
/// The same with everything that SNMPv3 has around them, encryption too.
const ROOM_SECURED: usize = 1300;

/// The limits of an agent's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whether there is no GETBULK, and what does not exist is an error.
    pub version_1: bool,
    /// Bytes of bindings that fit an Ethernet frame with everything around them.
    pub room: usize,
}

impl Limits {
    /// Of SNMPv1 and v2c.
    #[must_use]
    pub const fn community(version_1: bool) -> Self {
        Self { version_1, room: ROOM }
    }

    /// The limits of SNMPv3, whose messages carry security parameters.
    #[must_use]
    pub const fn secured() -> Self {
        Self { version_1: false, room: ROOM_SECURED }
    }
}
