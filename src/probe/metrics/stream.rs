//! What one stream did: packets sent, and every reply. Pure.

use model::ids::Dscp;

/// A packet later than this is not received, for voice (RFC 7680 lets the user choose Tmax).
pub const WAIT_NS: u64 = 1_000_000_000;

/// One reply to one packet of one stream; times in nanoseconds since the Unix epoch by the clock of the end named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The packet it answers.
    pub sequence: u32,
    /// The reply's own number.
    pub reflector_sequence: u32,
    /// The reflector's transmit counter (Direct Measurement), when it told.
    pub reflector_sent: Option<u32>,
    /// T1, by the sender's clock.
    pub sent_ns: u64,
    /// T2, by the reflector's clock.
    pub reflector_received_ns: u64,
    /// T3, by the reflector's clock.
    pub reflector_sent_ns: u64,
    /// T4, by the sender's clock.
    pub received_ns: u64,
    /// What the reflector told about the mark.
    pub told: Option<ToldMark>,
    /// The mark of the reply as it arrived here.
    pub arrived_with: Option<Dscp>,
}

/// The reflector's answer to the Class of Service TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldMark {
    /// DSCP2: the mark with which the request arrived.
    pub seen: Dscp,
    /// RP is not 0: the reply is not marked as asked.
    pub refused: bool,
}

/// What one stream did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream {
    /// Measured packets sent; their numbers are 0 to this less one. Closing packets come after.
    pub sent: u32,
    /// Every reply in order of arrival, closing packets' too.
    pub replies: Vec<Reply>,
}
