//! The bounds-checked reader of received bytes: the only code here that takes bytes by position. Pure.
//!
//! Everything it hands out is borrowed from the frame; an error tells protocol, offset, field, bytes needed and bytes left.

use std::fmt;

/// A field that the bytes end before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{protocol}: {field} at offset {offset} needs {needed} bytes, {available} left")]
pub struct Damage {
    /// The protocol being decoded.
    pub protocol: &'static str,
    /// The field, named as in the standard.
    pub field: &'static str,
    /// Where the field begins, counted from the frame's first byte.
    pub offset: usize,
    /// Bytes the field needs.
    pub needed: usize,
    /// Bytes that were left.
    pub available: usize,
}

/// Something wrong in a frame that could still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anomaly {
    /// An optional part is cut short.
    Damaged(Damage),
    /// A rule of the standard is broken.
    Odd {
        /// `lldp`, `cdp`, `ethernet`: what was being read.
        protocol: &'static str,
        /// The rule.
        rule: Rule,
        /// Where, counted from the frame's first byte.
        offset: usize,
    },
    /// A TLV says that it is longer than what is left.
    Overrun {
        /// `lldp`, `cdp`, `ethernet`: what was being read.
        protocol: &'static str,
        /// Type of the TLV that is cut.
        kind: u16,
        /// Where the TLV begins.
        offset: usize,
        /// Bytes its length field claims.
        needed: usize,
        /// Bytes that were left.
        available: usize,
    },
    /// A checksum does not fit the bytes.
    Checksum {
        /// `lldp`, `cdp`, `ethernet`: what was being read.
        protocol: &'static str,
        /// The checksum in the frame.
        sent: u16,
        /// The checksum of the bytes received.
        computed: u16,
    },
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => damage.fmt(f),
            Self::Odd { protocol, rule, offset } => write!(f, "{protocol}: {rule} at offset {offset}"),
            Self::Overrun { protocol, kind, offset, needed, available } => {
                write!(f, "{protocol}: tlv {kind} truncated at offset {offset}: needs {needed} bytes, {available} left")
            }
            Self::Checksum { protocol, sent, computed } => {
                write!(f, "{protocol}: checksum {sent:#06x} is wrong: the bytes give {computed:#06x}")
            }
        }
    }
}

/// A rule that a frame can break and be read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The source of a frame is one station (802.3 §3.2.3).
    #[error("source address is a group address")]
    GroupSource,
    /// The 802.3 length counts bytes that are there.
    #[error("802.3 length goes past the frame's end")]
    LengthPastEnd,
    /// Behind the 802.3 length come padding and a frame check sequence.
    #[error("bytes behind the 802.3 length")]
    BytesBehindLength,
    /// Four bytes behind the padding are the frame check sequence.
    #[error("four bytes behind the padding that are no check sequence of the frame")]
    NoCheckSequence,
    /// An identifier of subtype MAC address has six bytes (802.1AB §8.5.2.2, §8.5.3.2).
    #[error("{field} of subtype mac address has {length} bytes, not 6")]
    NoMacAddress {
        /// `chassis id` or `port id`.
        field: &'static str,
        /// Bytes of the identifier.
        length: usize,
    },
    /// An LLDPDU ends with an End TLV (802.1AB §8.5.1).
    #[error("end of lldpdu missing")]
    EndMissing,
    /// An End TLV has no value.
    #[error("end of lldpdu is not empty")]
    EndNotEmpty,
    /// Chassis ID, port ID and time to live come once, at the beginning (802.1AB §8.2).
    #[error("second chassis id, port id or time to live")]
    MandatoryAgain,
    /// Some optional TLVs come once (802.1AB §8.5.5 to §8.5.8).
    #[error("tlv that may occur once occurs again")]
    OnceAgain,
    /// A type that the standard gives no meaning (802.1AB table 8-1).
    #[error("tlv of a reserved type")]
    ReservedType,
    /// An application has one network policy (TIA-1057 §10.2.3).
    #[error("second network policy of application {application}")]
    PolicyAgain {
        /// The application type.
        application: u8,
    },
    /// An application priority table is one byte, then three for each application, none with selector 0 (802.1Q D.2.11).
    #[error("application priority with a reserved selector, or cut short")]
    ApplicationPriority,
    /// The length of a CDP TLV counts its header.
    #[error("tlv shorter than its header")]
    ShorterThanHeader,
    /// A list ends where its TLV ends.
    #[error("bytes behind the last member of a list")]
    BytesBehindList,
    /// A prefix has no more bits than an address.
    #[error("prefix longer than an address")]
    PrefixTooLong,
}

impl Anomaly {
    /// Whether it may come of a frame's end being cut off. `end` is where what is there of the message ends.
    #[must_use]
    pub const fn is_of_the_end(&self, end: usize) -> bool {
        match self {
            Self::Damaged(damage) => damage.offset + damage.available == end,
            Self::Odd { rule, .. } => matches!(rule, Rule::EndMissing | Rule::LengthPastEnd),
            Self::Overrun { .. } | Self::Checksum { .. } => true,
        }
    }
}

impl Anomaly {
    /// Whether the 802.3 length counts more bytes than there are.
    #[must_use]
    pub const fn is_length_past_end(&self) -> bool {
        matches!(self, Self::Odd { rule: Rule::LengthPastEnd, .. })
    }
}

impl From<Damage> for Anomaly {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

/// Bytes still to be read, and where in the frame they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor<'a> {
    protocol: &'static str,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    /// A reader at the beginning of a frame.
    #[must_use]
    pub const fn new(protocol: &'static str, bytes: &'a [u8]) -> Self {
        Self { protocol, rest: bytes, offset: 0 }
    }

    /// The same place, read as another protocol.
    #[must_use]
    pub const fn speaking(self, protocol: &'static str) -> Self {
        Self { protocol, ..self }
    }

    /// The protocol named in errors.
    pub const fn protocol(&self) -> &'static str {
        self.protocol
    }

    /// Distance from the frame's first byte.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes not read yet.
    pub const fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What is left, without reading it.
    pub const fn peek(&self) -> &'a [u8] {
        self.rest
    }

    /// Everything that is left.
    #[inline]
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.rest;
        self.offset += rest.len();
        self.rest = &[];
        rest
    }

    /// The next `length` bytes.
    #[inline]
    pub fn take(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], Damage> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.damage(field, length))?;
        self.rest = rest;
        self.offset += length;
        Ok(taken)
    }

    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Damage> {
        self.chunk(field).copied()
    }

    /// The next `N` bytes where they lie.
    #[inline]
    pub fn chunk<const N: usize>(&mut self, field: &'static str) -> Result<&'a [u8; N], Damage> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.damage(field, N))?;
        self.rest = rest;
        self.offset += N;
        Ok(taken)
    }

    /// Reads one byte; `field` names it if none is left.
    #[inline]
    pub fn u8(&mut self, field: &'static str) -> Result<u8, Damage> {
        self.array::<1>(field).map(|[byte]| byte)
    }

    /// Two bytes, most significant first.
    #[inline]
    pub fn u16(&mut self, field: &'static str) -> Result<u16, Damage> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// Four bytes, most significant first.
    #[inline]
    pub fn u32(&mut self, field: &'static str) -> Result<u32, Damage> {
        self.array(field).map(u32::from_be_bytes)
    }

    /// A reader of the next `length` bytes alone.
    #[inline]
    pub fn part(&mut self, length: usize, field: &'static str) -> Result<Self, Damage> {
        let (protocol, offset) = (self.protocol, self.offset);
        self.take(length, field).map(|rest| Self { protocol, rest, offset })
    }

    /// Drops what lies beyond `length` bytes: padding, a frame check sequence.
    #[must_use]
    #[inline]
    pub fn limit(self, length: usize) -> Self {
        Self { rest: self.rest.get(..length).unwrap_or(self.rest), ..self }
    }

    const fn damage(&self, field: &'static str, needed: usize) -> Damage {
        Damage { protocol: self.protocol, field, offset: self.offset, needed, available: self.rest.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_past_the_end_says_where_and_takes_nothing() {
        let mut cursor = Cursor::new("lldp", &[1, 2, 3]);
        assert_eq!(cursor.u16("subtype").unwrap(), 0x0102);
        let error = cursor.u32("ttl").unwrap_err();
        assert_eq!(error.to_string(), "lldp: ttl at offset 2 needs 4 bytes, 1 left");
        assert_eq!(cursor.u8("ttl").unwrap(), 3);
    }
}
