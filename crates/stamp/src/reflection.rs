//! What a STAMP session-reflector answers (RFC 8762 §4.3, RFC 8972 §4): the reply to one request, byte for byte as long. Pure.

use crate::time::{ErrorEstimate, RawTime};
use crate::tlv::{
    CLASS_OF_SERVICE, ClassOfService, DIRECT_MEASUREMENT, DirectMeasurement, EXTRA_PADDING, MALFORMED, Tlv, Tlvs, UNRECOGNISED,
};
use crate::{Dscp, Reply, Request};

/// TTL in a reply when the reflector could not read it (RFC 8762 §4.3.1).
const TTL_UNKNOWN: u8 = 255;

/// Marks of network control (CS6 and above, RFC 4594) are not given to replies: a stranger must not reach that queue.
const LOWEST_REFUSED_DSCP: u8 = 48;

/// No reflector keeps a packet for longer, in seconds.
const LONGEST_RESIDENCE_S: u64 = 10;

/// What the reflector knows about one request besides its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// The session's counter before this reply.
    pub sequence: u32,
    /// Requests of this sender so far, this one included.
    pub received_in_session: u32,
    /// T2: when the request arrived.
    pub received_at: RawTime,
    /// T3: when the reply leaves.
    pub sent_at: RawTime,
    /// How good the reflector's clock is.
    pub error_estimate: ErrorEstimate,
    /// DS byte with which the request arrived; `None` when the kernel did not tell.
    pub ds_byte: Option<u8>,
    /// TTL or hop limit with which the request arrived.
    pub ttl: Option<u8>,
}

/// The mark a reply leaves with.
///
/// 1. As the request wants by a Class of Service TLV, when policy allows.
/// 2. Else as the request arrived (RFC 8972 §4.4), network control excepted.
#[must_use]
pub fn reply_dscp(request: &Request, ds_byte: Option<u8>) -> Dscp {
    let wanted = class_of_service(&request.tlvs).map(|asked| asked.wanted).filter(|dscp| allowed(*dscp));
    wanted.or_else(|| ds_byte.map(Dscp::of_ds_field).filter(|dscp| allowed(*dscp))).unwrap_or(Dscp::BEST_EFFORT)
}

/// Whether a datagram is a reply, come back as if it were a request.
///
/// Where a sender's packet is zero, a reply has a time of receipt a little before its time of sending, and zeros of its own. Padding
/// at random of a TWAMP Light sender looks so once in 10¹⁵ packets.
#[must_use]
pub fn is_reply(datagram: &[u8]) -> bool {
    let Ok(reply) = Reply::decode(datagram) else { return false };
    let residence = reply.timestamp.0.wrapping_sub(reply.receive_timestamp.0);
    let zeros = [38, 39, 41, 42, 43];
    reply.receive_timestamp.0 != 0
        && residence < LONGEST_RESIDENCE_S << 32
        && zeros.into_iter().all(|offset| datagram.get(offset) == Some(&0))
}

/// The reply to a request.
#[must_use]
pub fn reflect(request: Request, circumstances: &Circumstances) -> Reply {
    Reply {
        sequence: circumstances.sequence,
        timestamp: circumstances.sent_at,
        error_estimate: circumstances.error_estimate,
        ssid: request.ssid,
        receive_timestamp: circumstances.received_at,
        sender_sequence: request.sequence,
        sender_timestamp: request.timestamp,
        sender_error_estimate: request.error_estimate,
        sender_ttl: circumstances.ttl.unwrap_or(TTL_UNKNOWN),
        tlvs: answer_all(request.tlvs, circumstances),
    }
}

fn answer_all(asked: Tlvs, circumstances: &Circumstances) -> Tlvs {
    let items = asked.items.into_iter().map(|tlv| answer(tlv, circumstances)).collect();
    let mut malformed = asked.malformed;
    if let Some(flags) = malformed.first_mut() {
        *flags = MALFORMED;
    }
    Tlvs { items, malformed }
}

fn answer(tlv: Tlv, circumstances: &Circumstances) -> Tlv {
    match tlv.kind {
        EXTRA_PADDING => Tlv { flags: 0, ..tlv },
        CLASS_OF_SERVICE => answer_class_of_service(tlv, circumstances),
        DIRECT_MEASUREMENT => answer_direct_measurement(tlv, circumstances),
        _ => Tlv { flags: UNRECOGNISED, ..tlv },
    }
}

fn answer_class_of_service(tlv: Tlv, circumstances: &Circumstances) -> Tlv {
    let Some(asked) = ClassOfService::decode(&tlv.value) else { return Tlv { flags: MALFORMED, ..tlv } };
    // Without the received mark the answer would be a made-up 0: leave the TLV unrecognised instead.
    let Some(ds_byte) = circumstances.ds_byte else { return Tlv { flags: UNRECOGNISED, ..tlv } };
    let seen = Dscp::of_ds_field(ds_byte);
    let told = ClassOfService { wanted: asked.wanted, seen, ecn: ds_byte & 0b11, reverse_path: u8::from(!allowed(asked.wanted)) };
    Tlv { flags: 0, kind: tlv.kind, value: told.encode().to_vec() }
}

fn answer_direct_measurement(tlv: Tlv, circumstances: &Circumstances) -> Tlv {
    let Some(asked) = DirectMeasurement::decode(&tlv.value) else { return Tlv { flags: MALFORMED, ..tlv } };
    let counted = DirectMeasurement {
        sender_sent: asked.sender_sent,
        reflector_received: circumstances.received_in_session,
        reflector_sent: circumstances.sequence.wrapping_add(1),
    };
    Tlv { flags: 0, kind: tlv.kind, value: counted.encode() }
}

fn class_of_service(tlvs: &Tlvs) -> Option<ClassOfService> {
    tlvs.items.iter().find(|tlv| tlv.kind == CLASS_OF_SERVICE).and_then(|tlv| ClassOfService::decode(&tlv.value))
}

fn allowed(dscp: Dscp) -> bool {
    dscp.get() < LOWEST_REFUSED_DSCP
}
