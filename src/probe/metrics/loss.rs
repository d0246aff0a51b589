//! In which direction a packet was lost, by the reflector's own numbering (RFC 8762 §4.3, stateful mode). Pure.

use std::collections::{BTreeMap, HashSet};

use crate::probe::metrics::stream::Reply;

/// Losses by direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    /// Never reached the reflector.
    pub forward: u64,
    /// Reached the reflector; the answer was lost.
    pub back: u64,
    pub undetermined: u64,
}

/// Splits the losses of one stream. `replies` are all that came, late ones and those to closing packets too.
///
/// 1. A reflector that is not known to number its replies itself tells nothing.
/// 2. Between two replies, missing reflector numbers are lost replies; the other missing packets were lost on the way there.
/// 3. Missing reflector numbers beyond the packets missing there belong to packets that were overtaken before they were answered;
///    rule 2 has taken those for lost on the way there.
/// 4. After the reply with the largest number nothing is known.
#[must_use]
pub fn split(measured: u32, replies: &[Reply]) -> Split {
    let answered: HashSet<u32> = replies.iter().map(|reply| reply.sequence).collect();
    let missing_between =
        |from: u32, to: u32| u64::from((from..to.min(measured)).map(|s| u32::from(!answered.contains(&s))).sum::<u32>());
    if !stateful(replies) {
        return Split { undetermined: missing_between(0, measured), ..Split::default() };
    }
    let by_reflector: BTreeMap<u32, u32> = replies.iter().map(|reply| (reply.reflector_sequence, reply.sequence)).collect();
    let mut split = Split::default();
    let (mut next_packet, mut next_reflected, mut surplus) = (0_u32, 0_u32, 0_u64);
    for (reflected, packet) in by_reflector {
        let unseen_replies = u64::from(reflected.saturating_sub(next_reflected));
        next_reflected = reflected.saturating_add(1);
        let missing = missing_between(next_packet, packet);
        let back = missing.min(unseen_replies);
        split.back += back;
        split.forward += missing - back;
        surplus += unseen_replies - back;
        next_packet = next_packet.max(packet.saturating_add(1));
    }
    let moved = surplus.min(split.forward);
    split.forward -= moved;
    split.back += moved;
    split.undetermined = missing_between(next_packet, measured);
    split
}

/// Whether the reflector numbers its replies itself.
///
/// Proof is a reply whose number is not the request's, or a Direct Measurement counter that runs with the number in every reply: a
/// stateless reflector and a stateful one that lost only replies look alike otherwise.
#[must_use]
pub fn stateful(replies: &[Reply]) -> bool {
    let counted = |reply: &Reply| reply.reflector_sent == Some(reply.reflector_sequence.wrapping_add(1));
    !replies.is_empty() && (replies.iter().any(|reply| reply.reflector_sequence != reply.sequence) || replies.iter().all(counted))
}
