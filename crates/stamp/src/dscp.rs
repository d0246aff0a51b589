//! The differentiated services code point that a packet carries or asks for (RFC 2474). Pure.

/// A DSCP, 0 to 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dscp(u8);

impl Dscp {
    /// CS0, the default class (RFC 2474 §4.1).
    pub const BEST_EFFORT: Self = Self(0);
    /// EF, expedited forwarding (RFC 3246): the mark of voice.
    pub const EF: Self = Self(46);

    /// `None` above 63: the field has six bits.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 64 { Some(Self(number)) } else { None }
    }

    /// The DSCP in the upper six bits of a DS field, as IPv4 TOS and IPv6 traffic class carry it.
    #[must_use]
    pub const fn of_ds_field(byte: u8) -> Self {
        Self(byte >> 2)
    }

    /// The number, 0 to 63.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}
