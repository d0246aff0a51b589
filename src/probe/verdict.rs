//! Pass, fail, or not enough data: each limit against what was measured, at 95 % confidence where chance plays a part. Pure.

use std::fmt::Write as _;

use super::report::{Check, CheckName, ClassReport, Direction, DirectionReport, Health, Limits, MarkOutcome, MarkReport, Verdict};
use crate::probe::confidence;

/// A difference between voice and comparison that a busy machine makes by itself.
const COMPARE_TOLERANCE_US: u64 = 2_000;
/// A 95th percentile of queueing from which a path counts as congested.
const CONGESTED_US: u64 = 5_000;
/// A clock step that would show in delays.
const CLOCK_STEP_US: u64 = 2_000;

#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The streams with the voice mark.
    pub voice: &'a ClassReport,
    pub compare: Option<&'a ClassReport>,
    /// The probe's own health.
    pub health: &'a Health,
}

/// Every check that the limits and the evidence call for, in fixed order.
#[must_use]
pub fn checks(limits: &Limits, evidence: Evidence<'_>) -> Vec<Check> {
    let directions = [(Direction::Forward, &evidence.voice.forward), (Direction::Return, &evidence.voice.back)];
    let mut checks = vec![health(evidence.health)];
    for (direction, report) in directions {
        let judged = [
            limits.max_delay_us.map(|limit| delay(limit, direction, evidence.voice)),
            limits.max_jitter_us.map(|limit| jitter(limit, report)),
            limits.max_loss_ratio.map(|limit| loss(limit, direction, evidence.voice)),
            limits.min_mos.map(|limit| mos(limit, report)),
            Some(mark(direction, &report.mark)),
            evidence.compare.map(|compare| not_worse(direction, evidence.voice, compare)),
        ];
        checks.extend(judged.into_iter().flatten().map(|check| Check { direction: Some(direction), ..check }));
    }
    checks
}

/// `fail` when a check fails, else `not enough data` when one has none, else `pass`.
///
/// An unhealthy probe proves no failure of the network: a `fail` beside it becomes `not enough data`. A changed mark stays a failure,
/// because no trouble of the probe's own changes a mark.
#[must_use]
pub fn overall(checks: &[Check]) -> Verdict {
    let healthy = checks.iter().all(|check| check.name != CheckName::ProbeHealth || check.verdict == Verdict::Pass);
    let failed = |check: &Check| check.verdict == Verdict::Fail && (healthy || check.name == CheckName::MarkPreserved);
    if checks.iter().any(failed) {
        Verdict::Fail
    } else if checks.iter().all(|check| check.verdict == Verdict::Pass) {
        Verdict::Pass
    } else {
        Verdict::NotEnoughData
    }
}

/// The words of the checks that did not pass, worst first; one sentence when all did.
#[must_use]
pub fn findings(checks: &[Check]) -> Vec<String> {
    let of = |verdict: Verdict| checks.iter().filter(move |check| check.verdict == verdict);
    let words: Vec<String> = of(Verdict::Fail).chain(of(Verdict::NotEnoughData)).map(sentence).collect();
    if words.is_empty() { vec![format!("all {} checks passed", checks.len())] } else { words }
}

fn sentence(check: &Check) -> String {
    match check.direction {
        Some(direction) => format!("{direction}: {}", check.detail),
        None => check.detail.clone(),
    }
}

fn check(name: CheckName, verdict: Verdict, detail: String) -> Check {
    Check { name, direction: None, verdict, detail }
}

fn health(health: &Health) -> Check {
    let mut trouble = String::new();
    let mut note = |bad: bool, text: String| {
        if bad {
            let separator = if trouble.is_empty() { "" } else { "; " };
            let _ = write!(trouble, "{separator}{text}");
        }
    };
    note(health.receive_drops > 0, format!("this machine dropped {} replies itself", health.receive_drops));
    note(health.send_failures > 0, format!("this machine could not send {} packets", health.send_failures));
    note(health.clock_step_us > CLOCK_STEP_US, format!("this machine's clock was set by {}", time(health.clock_step_us)));
    if trouble.is_empty() {
        check(CheckName::ProbeHealth, Verdict::Pass, "the probe's own machine kept up".to_owned())
    } else {
        check(CheckName::ProbeHealth, Verdict::NotEnoughData, format!("{trouble}: what was measured may not be the network's"))
    }
}

fn delay(limit: u64, direction: Direction, voice: &ClassReport) -> Check {
    let report = of(direction, voice);
    let Some((low, high)) = one_way_bounds(report, voice) else {
        return check(CheckName::Delay, Verdict::NotEnoughData, "no delay was measured".to_owned());
    };
    let verdict = match () {
        () if high <= limit => Verdict::Pass,
        () if low > limit => Verdict::Fail,
        () => Verdict::NotEnoughData,
    };
    let measured = if low == high {
        format!("mean one-way delay {}", time(low))
    } else {
        format!("mean one-way delay between {} and {}", time(low), time(high))
    };
    let hint = if verdict == Verdict::NotEnoughData { "; the clocks of both ends do not allow to say more" } else { "" };
    check(CheckName::Delay, verdict, format!("{measured}, limit {}{hint}", time(limit)))
}

/// The mean one-way delay when one clock serves both ends; else from the queueing alone to that plus the whole idle round trip.
fn one_way_bounds(report: &DirectionReport, voice: &ClassReport) -> Option<(u64, u64)> {
    if let Some(delay) = report.one_way_delay {
        return Some((delay.mean_us, delay.mean_us));
    }
    let queueing = report.delay_variation?.mean_us;
    Some((queueing, queueing.saturating_add(voice.round_trip.delay?.min_us)))
}

fn jitter(limit: u64, report: &DirectionReport) -> Check {
    let Some(jitter) = report.jitter_us else {
        return check(CheckName::Jitter, Verdict::NotEnoughData, "fewer than two packets arrived: no jitter".to_owned());
    };
    let verdict = if jitter <= limit { Verdict::Pass } else { Verdict::Fail };
    check(CheckName::Jitter, verdict, format!("mean interarrival jitter (RFC 3550) {}, limit {}", time(jitter), time(limit)))
}

/// Loss counts that are certainly in this direction for the lower bound, all that may be for the upper.
fn loss(limit: f64, direction: Direction, voice: &ClassReport) -> Check {
    let trip = &voice.round_trip;
    let report = of(direction, voice);
    // Late packets are of either direction, and count against both.
    let certain = report.lost_packets.unwrap_or(0);
    let possible = report.lost_packets.map_or(trip.lost_packets, |lost| lost + trip.late_packets);
    let sent = report.sent_packets.unwrap_or(trip.sent_packets);
    let low = confidence::lower_bound(certain, sent);
    let high = confidence::upper_bound(possible, sent);
    let both_ways = 1.0 - (1.0 - limit) * (1.0 - limit);
    let verdict = match () {
        () if high <= limit => Verdict::Pass,
        () if low > limit => Verdict::Fail,
        // Were both directions within the limit, the round trip could not lose this much.
        () if confidence::lower_bound(trip.lost_packets, trip.sent_packets) > both_ways && report.lost_packets.is_none() => {
            Verdict::Fail
        }
        () => Verdict::NotEnoughData,
    };
    let counted = if certain == possible { format!("{certain}") } else { format!("{certain} to {possible}") };
    let mut detail = format!(
        "{counted} of {sent} packets lost: loss between {} and {} with 95 % confidence, limit {}",
        percent(low),
        percent(high),
        percent(limit)
    );
    if verdict == Verdict::NotEnoughData
        && let Some(packets) = confidence::packets_to_prove(limit)
        && sent < packets
    {
        let _ = write!(detail, "; to prove it takes {packets} packets without loss");
    }
    check(CheckName::Loss, verdict, detail)
}

fn mos(limit: f64, report: &DirectionReport) -> Check {
    let quality = &report.quality;
    let Some(mos) = quality.mos else {
        let why = quality.not_rated.as_deref().unwrap_or("not rated");
        return check(CheckName::Mos, Verdict::NotEnoughData, format!("no MOS: {why}"));
    };
    let verdict = if mos >= limit { Verdict::Pass } else { Verdict::Fail };
    check(CheckName::Mos, verdict, format!("estimated MOS {mos:.2}, limit {limit:.2}"))
}

fn mark(direction: Direction, mark: &MarkReport) -> Check {
    let sent = mark.sent;
    let (verdict, detail) = match mark.outcome {
        MarkOutcome::Preserved => (Verdict::Pass, format!("DSCP {sent} arrived as sent")),
        MarkOutcome::Changed => (Verdict::Fail, format!("DSCP {sent} was changed on the way: {}", seen(mark))),
        MarkOutcome::Refused => (
            Verdict::NotEnoughData,
            format!("the reflector does not mark its replies with DSCP {sent}: this is not the network's doing"),
        ),
        MarkOutcome::NotMeasured => {
            let why = match direction {
                Direction::Forward => "the reflector does not tell the mark it received",
                Direction::Return => "the reflector does not tell how it marked its replies",
            };
            (Verdict::NotEnoughData, format!("DSCP {sent} not measured: {why}"))
        }
    };
    check(CheckName::MarkPreserved, verdict, detail)
}

fn seen(mark: &MarkReport) -> String {
    let parts: Vec<String> = mark.seen.iter().map(|seen| format!("{} packets arrived with {}", seen.packets, seen.dscp)).collect();
    parts.join(", ")
}

fn not_worse(direction: Direction, voice: &ClassReport, compare: &ClassReport) -> Check {
    let name = CheckName::NotWorseThanCompare;
    let (ours, theirs) = (of(direction, voice), of(direction, compare));
    let (Some(queueing), Some(other)) = (ours.delay_variation, theirs.delay_variation) else {
        return check(name, Verdict::NotEnoughData, "too few packets arrived to compare the classes".to_owned());
    };
    let (queueing, other) = (queueing.p95_us, other.p95_us);
    let words = format!(
        "queueing of voice (DSCP {}) {}, of the comparison (DSCP {}) {} (95th percentile)",
        voice.dscp,
        time(queueing),
        compare.dscp,
        time(other)
    );
    if queueing > other.saturating_add(COMPARE_TOLERANCE_US) {
        return check(name, Verdict::Fail, format!("voice waits longer: {words}"));
    }
    if loses_more(direction, voice, compare) {
        return check(name, Verdict::Fail, "voice loses more packets than the comparison, at 95 % confidence".to_owned());
    }
    let note = if other < CONGESTED_US { "; the path was not congested, so priority was not put to the test" } else { "" };
    check(name, Verdict::Pass, format!("{words}{note}"))
}

fn loses_more(direction: Direction, voice: &ClassReport, compare: &ClassReport) -> bool {
    let counts = |class: &ClassReport| {
        let report = of(direction, class);
        report.lost_packets.zip(report.sent_packets).unwrap_or((class.round_trip.lost_packets, class.round_trip.sent_packets))
    };
    let ((lost, sent), (other_lost, other_sent)) = (counts(voice), counts(compare));
    confidence::lower_bound(lost, sent) > confidence::upper_bound(other_lost, other_sent)
}

fn of(direction: Direction, class: &ClassReport) -> &DirectionReport {
    match direction {
        Direction::Forward => &class.forward,
        Direction::Return => &class.back,
    }
}

fn time(micros: u64) -> String {
    if micros < 1000 { format!("{micros} µs") } else { format!("{}.{:02} ms", micros / 1000, micros % 1000 / 10) }
}

fn percent(ratio: f64) -> String {
    format!("{:.2} %", ratio * 100.0)
}
