//! From the packets of streams to delay, variation, loss, order and marks, per direction. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::probe::confidence::as_float;
use crate::probe::metrics::loss::Split;
use crate::probe::metrics::variation::Transit;
use crate::probe::report::{DelaySummary, LossRun};
use model::ids::Dscp;

pub mod loss;
pub mod order;
mod stream;
pub mod variation;

pub use stream::{Reply, Stream, ToldMark, WAIT_NS};

/// All streams of one mark together. Statistics are taken per stream and pooled: streams may take different paths.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMetrics {
    /// Packets sent.
    pub sent: u64,
    /// Packets answered in time.
    pub received: u64,
    /// Packets answered too late.
    pub late: u64,
    /// Losses by direction; late packets are in none.
    pub split: Split,
    /// Runs of consecutive packets not answered in time.
    pub loss_runs: Vec<LossRun>,
    /// T4 − T1 − (T3 − T2).
    pub round_trip: Option<DelaySummary>,
    /// T2 − T1 and what else happened on the way there.
    pub forward: DirectionMetrics,
    /// T4 − T3 and what else happened on the way back.
    pub back: DirectionMetrics,
    /// Marks as the reflector received them: packets by mark.
    pub seen_forward: BTreeMap<Dscp, u64>,
    /// Marks of replies as they arrived here: packets by mark, refused ones left out.
    pub seen_return: BTreeMap<Dscp, u64>,
    /// Replies in which the reflector said that it did not mark as asked.
    pub refused: u64,
    /// Replies that told nothing about marks.
    pub untold: u64,
}

/// One direction of one class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DirectionMetrics {
    /// Packets that overtook none and were overtaken (RFC 4737).
    pub reordered: u64,
    /// Copies beyond the first.
    pub duplicates: u64,
    /// Smallest one-way delay by two clocks; negative when they disagree.
    pub raw_min_ns: Option<i64>,
    /// One-way delay by two clocks: meaningful only when they agree.
    pub one_way: Option<DelaySummary>,
    /// Delay above the floor.
    pub above_floor: Option<DelaySummary>,
    /// Packets that a de-jitter buffer of [`BUFFER_NS`] would discard.
    pub discarded: u64,
    /// Mean interarrival jitter.
    pub jitter_mean_us: Option<u64>,
    /// Greatest interarrival jitter.
    pub jitter_max_us: Option<u64>,
    /// Mean absolute IPDV.
    pub ipdv_mean_us: Option<u64>,
}

/// Depth of the fixed de-jitter buffer assumed.
pub const BUFFER_NS: u64 = 60_000_000;

/// Measures the streams of one class.
#[must_use]
pub fn measure(streams: &[Stream]) -> ClassMetrics {
    let firsts: Vec<Vec<Reply>> = streams.iter().map(first_in_time).collect();
    let all = || firsts.iter().flatten();
    let answered: u64 = streams.iter().map(count_answered).sum();
    let received = all().count() as u64;
    let mut metrics = ClassMetrics {
        sent: streams.iter().map(|stream| u64::from(stream.sent)).sum(),
        received,
        late: answered.saturating_sub(received),
        split: total_split(streams),
        loss_runs: all_loss_runs(streams, &firsts),
        round_trip: variation::summary(all().map(round_trip_ns)),
        forward: direction(&firsts, forward_order, |reply| transit(reply.sent_ns, reply.reflector_received_ns)),
        back: direction(&firsts, |_| {}, |reply| transit(reply.reflector_sent_ns, reply.received_ns)),
        seen_forward: BTreeMap::new(),
        seen_return: BTreeMap::new(),
        refused: 0,
        untold: 0,
    };
    for stream in streams {
        count_order(&mut metrics, stream);
    }
    for reply in all() {
        count_marks(&mut metrics, reply);
    }
    metrics
}

/// The first reply to each measured packet that came in time, in order of arrival.
fn first_in_time(stream: &Stream) -> Vec<Reply> {
    let mut seen = HashSet::new();
    let measured = stream.replies.iter().filter(|reply| reply.sequence < stream.sent);
    let firsts = measured.filter(|reply| seen.insert(reply.sequence));
    firsts.filter(|reply| reply.received_ns.saturating_sub(reply.sent_ns) <= WAIT_NS).copied().collect()
}

fn count_answered(stream: &Stream) -> u64 {
    let measured = stream.replies.iter().map(|reply| reply.sequence).filter(|sequence| *sequence < stream.sent);
    measured.collect::<HashSet<u32>>().len() as u64
}

fn total_split(streams: &[Stream]) -> Split {
    streams.iter().map(|stream| loss::split(stream.sent, &stream.replies)).fold(Split::default(), |total, split| Split {
        forward: total.forward + split.forward,
        back: total.back + split.back,
        undetermined: total.undetermined + split.undetermined,
    })
}

fn all_loss_runs(streams: &[Stream], firsts: &[Vec<Reply>]) -> Vec<LossRun> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for (stream, firsts) in streams.iter().zip(firsts) {
        let in_time: HashSet<u32> = firsts.iter().map(|reply| reply.sequence).collect();
        for run in order::loss_runs((0..stream.sent).map(|sequence| !in_time.contains(&sequence))) {
            *counts.entry(run.length_packets).or_default() += run.count;
        }
    }
    counts.into_iter().map(|(length_packets, count)| LossRun { length_packets, count }).collect()
}

fn round_trip_ns(reply: &Reply) -> u64 {
    let residence = reply.reflector_sent_ns.saturating_sub(reply.reflector_received_ns);
    reply.received_ns.saturating_sub(reply.sent_ns).saturating_sub(residence)
}

fn transit(sent_ns: u64, received_ns: u64) -> Transit {
    Transit { sent_ns: sent_ns.cast_signed(), received_ns: received_ns.cast_signed() }
}

fn forward_order(replies: &mut [Reply]) {
    replies.sort_by_key(|reply| (reply.reflector_received_ns, reply.reflector_sequence));
}

fn direction(firsts: &[Vec<Reply>], arrange: fn(&mut [Reply]), transit: fn(&Reply) -> Transit) -> DirectionMetrics {
    let (mut delays, mut queueing) = (Vec::new(), Vec::new());
    let (mut jitter, mut ipdv) = (Vec::new(), Vec::new());
    for replies in firsts {
        let mut arranged = replies.clone();
        arrange(&mut arranged);
        let transits: Vec<Transit> = arranged.iter().map(transit).collect();
        let stream_delays: Vec<i64> = transits.iter().map(|transit| transit.delay_ns()).collect();
        jitter.extend(variation::interarrival_jitter(stream_delays.iter().map(|delay| relative(*delay, &stream_delays))));
        ipdv.extend(variation::ipdv(&stream_delays));
        queueing.extend(variation::above_floor(&transits));
        delays.extend(stream_delays);
    }
    DirectionMetrics {
        raw_min_ns: delays.iter().copied().min(),
        one_way: variation::summary(delays.iter().map(|delay| u64::try_from(*delay).unwrap_or(0))),
        discarded: queueing.iter().filter(|delay| **delay > BUFFER_NS).count() as u64,
        above_floor: variation::summary(queueing),
        jitter_mean_us: mean(&jitter).map(micros),
        jitter_max_us: jitter.iter().copied().reduce(f64::max).map(micros),
        ipdv_mean_us: variation::summary(ipdv).map(|summary| summary.mean_us),
        ..DirectionMetrics::default()
    }
}

/// A delay against the first of its stream: small enough to be exact as a float, however far the clocks are apart.
#[allow(clippy::cast_precision_loss, reason = "differences of delays are far below 2⁵³ ns")]
fn relative(delay: i64, delays: &[i64]) -> f64 {
    delay.wrapping_sub(delays.first().copied().unwrap_or(0)) as f64
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / as_float(values.len() as u64))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and a float cast saturates")]
fn micros(nanos: f64) -> u64 {
    (nanos / 1000.0).round() as u64
}

/// Counts reordering and copies per direction, by every reply that came.
///
/// A reply that came twice with the same number and time of sending was copied on the way back; two replies to one packet that
/// differ in either were answered twice, so the packet was copied on the way there.
fn count_order(metrics: &mut ClassMetrics, stream: &Stream) {
    let mut unique = HashSet::new();
    let mut replies: Vec<Reply> = Vec::new();
    for reply in stream.replies.iter().filter(|reply| reply.sequence < stream.sent) {
        let identity = (reply.sequence, reply.reflector_sequence, reply.reflector_sent_ns);
        if unique.insert(identity) {
            replies.push(*reply);
        } else {
            metrics.back.duplicates += 1;
        }
    }
    metrics.back.reordered += reordered_on_return(&replies);
    forward_order(&mut replies);
    let mut answered = HashSet::new();
    let arrivals: Vec<u32> = replies.iter().map(|reply| reply.sequence).filter(|sequence| answered.insert(*sequence)).collect();
    metrics.forward.duplicates += (replies.len() - arrivals.len()) as u64;
    metrics.forward.reordered += order::count_reordered(arrivals);
}

/// On the way back the replies' order of sending counts, not that of the packets they answer.
fn reordered_on_return(replies: &[Reply]) -> u64 {
    let mut sent: Vec<(u64, u32)> = replies.iter().map(|reply| (reply.reflector_sent_ns, reply.reflector_sequence)).collect();
    sent.sort_unstable();
    let rank: HashMap<(u64, u32), u32> = sent.into_iter().zip(0..).collect();
    order::count_reordered(
        replies.iter().filter_map(|reply| rank.get(&(reply.reflector_sent_ns, reply.reflector_sequence)).copied()),
    )
}

fn count_marks(metrics: &mut ClassMetrics, reply: &Reply) {
    let Some(told) = reply.told else {
        metrics.untold += 1;
        return;
    };
    *metrics.seen_forward.entry(told.seen).or_default() += 1;
    match reply.arrived_with {
        _ if told.refused => metrics.refused += 1,
        Some(dscp) => *metrics.seen_return.entry(dscp).or_default() += 1,
        None => {}
    }
}
