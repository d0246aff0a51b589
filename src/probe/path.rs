//! A probe from its settings to its report: schedule → sender ⇄ reflector → metrics → verdict. I/O by `sender`.

use crate::probe::class_report::{self, Setting};
use crate::probe::error::Error;
use crate::probe::metrics::{self, ClassMetrics, Stream};
use crate::probe::report::{Clock, ProbeReport};
use crate::probe::schedule::{self, Class, Schedule};
use crate::probe::sender::{self, Measurement};
use crate::probe::settings::{ProbeProgress, Settings};
use crate::probe::verdict;

/// Probes the path to a reflector and judges it. `progress` is called a few times a second.
pub async fn run(settings: &Settings, progress: &mut (dyn FnMut(ProbeProgress) + Send)) -> Result<ProbeReport, Error> {
    let schedule = settings.schedule()?;
    let shape = schedule::packet_shape(settings.codec, settings.interval);
    let measurement = sender::exchange(settings, &schedule, shape.udp_payload_bytes, progress).await?;
    Ok(judge(settings, &schedule, measurement))
}

fn judge(settings: &Settings, schedule: &Schedule, mut measurement: Measurement) -> ProbeReport {
    let (voice, compare) = by_class(schedule, std::mem::take(&mut measurement.streams));
    let voice = metrics::measure(&voice);
    let compare = settings.compare.map(|dscp| (dscp, metrics::measure(&compare)));
    let clock = clock_of(measurement.same_host, [Some(&voice), compare.as_ref().map(|(_, metrics)| metrics)]);
    let setting = Setting { codec: settings.codec, clock };
    let voice = class_report::class_report(settings.dscp, &voice, setting);
    let compare = compare.map(|(dscp, metrics)| class_report::class_report(dscp, &metrics, setting));
    let evidence = verdict::Evidence { voice: &voice, compare: compare.as_ref(), health: &measurement.health };
    let checks = verdict::checks(&settings.limits, evidence);
    ProbeReport {
        target: settings.target,
        started_at: measurement.started_at,
        duration_ms: u64::try_from(settings.duration.as_millis()).unwrap_or(u64::MAX),
        codec: settings.codec,
        streams: settings.streams,
        packet: schedule::packet_shape(settings.codec, settings.interval),
        clock,
        verdict: verdict::overall(&checks),
        findings: verdict::findings(&checks),
        voice,
        compare,
        health: measurement.health,
        limits: settings.limits.clone(),
        checks,
    }
}

fn by_class(schedule: &Schedule, streams: Vec<Stream>) -> (Vec<Stream>, Vec<Stream>) {
    let (mut voice, mut compare) = (Vec::new(), Vec::new());
    for (plan, stream) in schedule.streams.iter().zip(streams) {
        match plan.class {
            Class::Voice => voice.push(stream),
            Class::Compare => compare.push(stream),
        }
    }
    (voice, compare)
}

/// One clock serves both ends when the target is this machine and no packet arrived before it was sent; a forwarder on this machine
/// that leads elsewhere is found out only when the clocks disagree that way.
fn clock_of(same_host: bool, classes: [Option<&ClassMetrics>; 2]) -> Clock {
    let directions = || classes.iter().flatten().flat_map(|metrics| [&metrics.forward, &metrics.back]);
    let plausible = directions().filter_map(|direction| direction.raw_min_ns).all(|least| least >= 0);
    if same_host && plausible { Clock::SameHost } else { Clock::OffsetUnknown }
}
