//! From metrics to the report of one class: loss ratios, marks, speech quality. What was not measured stays `None`. Pure.

use std::collections::BTreeMap;

use super::report::{
    ClassReport, Clock, Codec, DelaySummary, DirectionReport, Interval, MarkOutcome, MarkReport, MarkSeen, Quality, RoundTrip,
};
use crate::probe::confidence::{self, as_float};
use crate::probe::emodel::{self, PathEffect};
use crate::probe::metrics::{ClassMetrics, DirectionMetrics, order};
use model::ids::Dscp;

/// Delay in typical end points for 20 ms packets: formation 40 ms, de-jitter buffer 30 ms, concealment 10 ms (Y.1541 appendix VII).
const END_POINTS_US: u64 = 80_000;
/// G.729 looks 5 ms ahead of what it encodes.
const G729_LOOKAHEAD_US: u64 = 5_000;

/// What holds for the whole probe.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub codec: Codec,
    /// Whether one-way delays are absolute.
    pub clock: Clock,
}

#[must_use]
pub fn class_report(dscp: Dscp, metrics: &ClassMetrics, setting: Setting) -> ClassReport {
    let split = &metrics.split;
    let reached = (split.undetermined == 0).then(|| metrics.sent - split.forward);
    let forward_counts = Counts { sent: Some(metrics.sent).filter(|_| reached.is_some()), lost: split.forward };
    let return_counts = Counts { sent: reached, lost: split.back };
    let half_round_trip = metrics.round_trip.map(|delay| delay.mean_us / 2);
    let (late, burst_ratio) = (metrics.late, order::burst_ratio(&metrics.loss_runs, metrics.sent));
    let report = |measured: &DirectionMetrics, counts: Counts, mark| {
        let context = Context { setting, counts, late, half_round_trip, burst_ratio };
        direction_report(measured, context, mark)
    };
    ClassReport {
        dscp,
        round_trip: round_trip(metrics),
        forward: report(&metrics.forward, forward_counts, forward_mark(dscp, metrics)),
        back: report(&metrics.back, return_counts, return_mark(dscp, metrics)),
    }
}

fn round_trip(metrics: &ClassMetrics) -> RoundTrip {
    let lost = metrics.sent.saturating_sub(metrics.received);
    RoundTrip {
        sent_packets: metrics.sent,
        received_packets: metrics.received,
        lost_packets: lost,
        late_packets: metrics.late,
        lost_undetermined_packets: metrics.split.undetermined,
        loss_ratio: confidence::ratio(lost, metrics.sent),
        loss_interval: (metrics.sent > 0).then(|| Interval {
            low: confidence::lower_bound(lost, metrics.sent),
            high: confidence::upper_bound(lost, metrics.sent),
        }),
        loss_runs: metrics.loss_runs.clone(),
        delay: metrics.round_trip,
    }
}

#[derive(Clone, Copy)]
struct Counts {
    sent: Option<u64>,
    lost: u64,
}

#[derive(Clone, Copy)]
struct Context {
    setting: Setting,
    counts: Counts,
    late: u64,
    half_round_trip: Option<u64>,
    burst_ratio: f64,
}

fn direction_report(measured: &DirectionMetrics, context: Context, mark: MarkReport) -> DirectionReport {
    let Counts { sent, lost } = context.counts;
    let one_way_delay = measured.one_way.filter(|_| context.setting.clock == Clock::SameHost);
    DirectionReport {
        sent_packets: sent,
        lost_packets: sent.map(|_| lost),
        loss_ratio: sent.and_then(|sent| confidence::ratio(lost, sent)),
        reordered_packets: measured.reordered,
        duplicate_packets: measured.duplicates,
        one_way_delay,
        delay_variation: measured.above_floor,
        jitter_us: measured.jitter_mean_us,
        jitter_max_us: measured.jitter_max_us,
        ipdv_us: measured.ipdv_mean_us,
        mark,
        quality: quality(measured, one_way_delay, context),
    }
}

fn quality(measured: &DirectionMetrics, one_way: Option<DelaySummary>, context: Context) -> Quality {
    let end_points_us = END_POINTS_US + if context.setting.codec == Codec::G729 { G729_LOOKAHEAD_US } else { 0 };
    let network_us = one_way.map(|delay| delay.mean_us).or(context.half_round_trip);
    let unplayed = context.counts.lost + measured.discarded + context.late;
    let effective_loss = context.counts.sent.and_then(|sent| confidence::ratio(unplayed.min(sent), sent));
    let mut quality = Quality {
        rating: None,
        mos: None,
        scale: None,
        mouth_to_ear_us: network_us.map(|network| network + end_points_us),
        end_points_us: Some(end_points_us),
        effective_loss_ratio: effective_loss,
        not_rated: None,
    };
    let (Some(mouth_to_ear), Some(loss)) = (quality.mouth_to_ear_us, effective_loss) else {
        quality.not_rated = Some("the loss in this direction is not known".to_owned());
        return quality;
    };
    let path =
        PathEffect { delay_ms: as_float(mouth_to_ear) / 1000.0, loss_percent: loss * 100.0, burst_ratio: context.burst_ratio };
    match emodel::rate(context.setting.codec, path) {
        Ok(score) => {
            quality.rating = Some(score.rating);
            quality.mos = Some(score.mos);
            quality.scale = Some(score.scale);
        }
        Err(reason) => quality.not_rated = Some(reason.to_owned()),
    }
    quality
}

fn forward_mark(sent: Dscp, metrics: &ClassMetrics) -> MarkReport {
    mark_report(sent, &metrics.seen_forward)
}

fn return_mark(sent: Dscp, metrics: &ClassMetrics) -> MarkReport {
    let mut report = mark_report(sent, &metrics.seen_return);
    // One changed mark among replies marked as asked is proof; "preserved" needs all of them.
    if metrics.refused > 0 && report.outcome != MarkOutcome::Changed {
        report.outcome = MarkOutcome::Refused;
    }
    report
}

fn mark_report(sent: Dscp, counts: &BTreeMap<Dscp, u64>) -> MarkReport {
    let mut seen: Vec<MarkSeen> = counts.iter().map(|(dscp, packets)| MarkSeen { dscp: *dscp, packets: *packets }).collect();
    seen.sort_by_key(|mark| std::cmp::Reverse(mark.packets));
    let outcome = match seen.as_slice() {
        [] => MarkOutcome::NotMeasured,
        marks if marks.iter().all(|mark| mark.dscp == sent) => MarkOutcome::Preserved,
        _ => MarkOutcome::Changed,
    };
    MarkReport { outcome, sent, seen }
}
