//! STAMP test packets (RFC 8762) with optional extensions (RFC 8972): unauthenticated mode. Not supported: authenticated mode
//! with its HMAC, and the TWAMP Light packets shorter than 44 bytes. Pure.

#![warn(missing_docs)]

use crate::time::{ErrorEstimate, RawTime};
use crate::tlv::Tlvs;

mod dscp;
pub mod reflection;
pub mod reflector;
pub mod time;
pub mod tlv;

pub use dscp::Dscp;

/// The UDP port of STAMP and TWAMP-Test reflectors (RFC 8545).
pub const PORT: u16 = 862;

/// Bytes of a test packet before its TLVs, unauthenticated (RFC 8762 §4.2.1, §4.3.1).
pub const BASE_BYTES: usize = 44;

/// A datagram that is no unauthenticated STAMP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("STAMP packet of {length} bytes is shorter than the base packet of 44")]
pub struct TooShort {
    /// Bytes of the datagram.
    pub length: usize,
}

/// A test packet from a session-sender (RFC 8762 §4.2.1, RFC 8972 §3).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Sequence Number                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           Timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                         Timestamp, end                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         Error Estimate        |              SSID             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       MBZ (28 bytes) ...                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            TLVs ...                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Counts from 0 in each session.
    pub sequence: u32,
    /// When it was sent, in the format that `error_estimate` names.
    pub timestamp: RawTime,
    /// How good the sender's clock is.
    pub error_estimate: ErrorEstimate,
    /// STAMP session identifier (RFC 8972 §3); 0 from senders that know none.
    pub ssid: u16,
    /// Extensions behind the base packet (RFC 8972).
    pub tlvs: Tlvs,
}

/// A test packet from a session-reflector (RFC 8762 §4.3.1, RFC 8972 §3).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Sequence Number                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           Timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                         Timestamp, end                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         Error Estimate        |              SSID             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       Receive Timestamp                       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     Receive Timestamp, end                    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 Session-Sender Sequence Number                |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                    Session-Sender Timestamp                   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 Session-Sender Timestamp, end                 |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | Session-Sender Error Estimate |              MBZ              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Sender TTL  |                      MBZ                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            TLVs ...                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The reflector's own count when it is stateful, else the sender's sequence number.
    pub sequence: u32,
    /// When it was sent.
    pub timestamp: RawTime,
    /// How good the reflector's clock is; its format bit applies to both of the reflector's timestamps.
    pub error_estimate: ErrorEstimate,
    /// The request's session identifier.
    pub ssid: u16,
    /// When the request arrived.
    pub receive_timestamp: RawTime,
    /// The request's sequence number.
    pub sender_sequence: u32,
    /// Time at which the sender sent the request, by its clock.
    pub sender_timestamp: RawTime,
    /// The request's error estimate.
    pub sender_error_estimate: ErrorEstimate,
    /// TTL or hop limit with which the request arrived; 255 when the reflector could not tell (RFC 8762 §4.3.1).
    pub sender_ttl: u8,
    /// The request's extensions, filled in.
    pub tlvs: Tlvs,
}

impl Request {
    /// Reads a datagram; one that is shorter than the base packet is an error.
    pub fn decode(datagram: &[u8]) -> Result<Self, TooShort> {
        let (base, rest) = split_base(datagram)?;
        let mut fields = Fields(base);
        Ok(Self {
            sequence: u32::from_be_bytes(fields.take()),
            timestamp: RawTime(u64::from_be_bytes(fields.take())),
            error_estimate: ErrorEstimate(u16::from_be_bytes(fields.take())),
            ssid: u16::from_be_bytes(fields.take()),
            tlvs: Tlvs::decode(rest),
        })
    }

    /// The datagram to send.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BASE_BYTES + self.tlvs.encoded_len());
        out.extend(self.sequence.to_be_bytes());
        out.extend(self.timestamp.0.to_be_bytes());
        out.extend(self.error_estimate.0.to_be_bytes());
        out.extend(self.ssid.to_be_bytes());
        out.extend([0; 28]);
        self.tlvs.encode(&mut out);
        out
    }
}

impl Reply {
    /// Reads a datagram; one that is shorter than the base packet is an error.
    pub fn decode(datagram: &[u8]) -> Result<Self, TooShort> {
        let (base, rest) = split_base(datagram)?;
        let mut fields = Fields(base);
        Ok(Self {
            sequence: u32::from_be_bytes(fields.take()),
            timestamp: RawTime(u64::from_be_bytes(fields.take())),
            error_estimate: ErrorEstimate(u16::from_be_bytes(fields.take())),
            ssid: u16::from_be_bytes(fields.take()),
            receive_timestamp: RawTime(u64::from_be_bytes(fields.take())),
            sender_sequence: u32::from_be_bytes(fields.take()),
            sender_timestamp: RawTime(u64::from_be_bytes(fields.take())),
            sender_error_estimate: ErrorEstimate(u16::from_be_bytes(fields.take())),
            sender_ttl: {
                let [_, _, ttl] = fields.take();
                ttl
            },
            tlvs: Tlvs::decode(rest),
        })
    }

    /// The datagram to send.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BASE_BYTES + self.tlvs.encoded_len());
        out.extend(self.sequence.to_be_bytes());
        out.extend(self.timestamp.0.to_be_bytes());
        out.extend(self.error_estimate.0.to_be_bytes());
        out.extend(self.ssid.to_be_bytes());
        out.extend(self.receive_timestamp.0.to_be_bytes());
        out.extend(self.sender_sequence.to_be_bytes());
        out.extend(self.sender_timestamp.0.to_be_bytes());
        out.extend(self.sender_error_estimate.0.to_be_bytes());
        out.extend([0, 0, self.sender_ttl, 0, 0, 0]);
        self.tlvs.encode(&mut out);
        out
    }
}

fn split_base(datagram: &[u8]) -> Result<(&[u8; BASE_BYTES], &[u8]), TooShort> {
    datagram.split_first_chunk().ok_or(TooShort { length: datagram.len() })
}

/// Takes fixed-size fields off the front; the base packet is long enough for every field above, and a field past its end reads 0.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk() else { return [0; N] };
        self.0 = rest;
        *field
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
