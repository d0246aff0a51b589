//! Proving the voice quality of a path, packet by packet: STAMP streams shaped like calls, measured and judged. Pure, but for
//! `sender`, `reflector` and `socket`.
//!
//! Not supported: a load stream of the probe's own, authenticated STAMP, 802.1p marks.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::probe::class_report::Setting;
use crate::probe::metrics::{ClassMetrics, Stream};
use crate::probe::report::{Clock, Codec, Limits, ProbeReport};
use crate::probe::schedule::{Class, Schedule};
use crate::probe::sender::Outcome;
use model::ids::Dscp;

pub use crate::probe::reflector::{Counters, Reflector};
pub use crate::probe::report::ReflectorCounts;

pub mod class_report;
pub mod confidence;
pub mod emodel;
pub mod metrics;
pub mod reflector;
pub mod report;
pub mod schedule;
pub mod sender;
mod socket;
pub mod verdict;

/// Streams of one class at most: each has its own socket.
const STREAMS_MAX: u32 = 500;
/// Packets of the whole probe at most: what was measured is kept in memory until the end.
const PACKETS_MAX: u64 = 5_000_000;

/// What to probe.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The reflector; port [`stamp::PORT`] by custom.
    pub target: SocketAddr,
    /// Voice streams, 1 to 500; each is one direction pair of a call.
    pub streams: u32,
    /// For how long packets are sent.
    pub duration: Duration,
    /// The codec whose packets are imitated.
    pub codec: Codec,
    /// Time between two packets of one stream.
    pub interval: Duration,
    /// The voice mark.
    pub dscp: Dscp,
    /// The mark of comparison streams, as many as voice streams; `None` for none.
    pub compare: Option<Dscp>,
    /// What voice is held to.
    pub limits: Limits,
    /// Best-effort load to send beside the streams, in bits per second. Not possible yet.
    pub load_bps: Option<u64>,
}

impl Settings {
    /// One G.711 call marked EF for 30 s, held to the usual limits.
    #[must_use]
    pub fn new(target: SocketAddr) -> Self {
        Self {
            target,
            streams: 1,
            duration: Duration::from_secs(30),
            codec: Codec::G711,
            interval: Duration::from_millis(schedule::USUAL_INTERVAL_MS),
            dscp: Dscp::EF,
            compare: None,
            limits: Limits::default(),
            load_bps: None,
        }
    }

    fn schedule(&self) -> Result<Schedule, Error> {
        let refuse = |what: &str, hint: &str| Err(Error::NotPossible { what: what.to_owned(), hint: Some(hint.to_owned()) });
        if self.load_bps.is_some() {
            return refuse(
                "a load of the probe's own is not supported",
                "load the path by other means, or probe while it is in use",
            );
        }
        if self.streams == 0 || self.streams > STREAMS_MAX {
            return refuse(&format!("{} streams", self.streams), &format!("use 1 to {STREAMS_MAX}"));
        }
        if self.interval < Duration::from_millis(1) {
            return refuse("packets less than 1 ms apart", "voice packets are 10 to 60 ms apart");
        }
        if self.compare == Some(self.dscp) {
            return refuse("comparing voice with its own mark", "compare with another mark, like be");
        }
        let schedule = Schedule::new(self.streams, self.dscp, self.compare, self.interval, self.duration);
        if u64::from(schedule.packets).saturating_mul(schedule.streams.len() as u64) > PACKETS_MAX {
            return refuse("more packets than can be kept in memory", "use fewer streams or a shorter duration");
        }
        Ok(schedule)
    }
}

/// How far a probe has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Packets sent in all streams.
    pub sent: u64,
    /// Of those, answered.
    pub received: u64,
    /// Since the first packet, at most `duration`.
    pub elapsed: Duration,
    /// For how long packets are sent.
    pub duration: Duration,
}

/// Probes the path to a reflector and judges it. `progress` is called a few times a second.
pub async fn run(settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<ProbeReport, Error> {
    let schedule = settings.schedule()?;
    let shape = schedule::packet_shape(settings.codec, settings.interval);
    let outcome = sender::exchange(settings, &schedule, shape.udp_payload_bytes, progress).await?;
    Ok(judge(settings, &schedule, outcome))
}

fn judge(settings: &Settings, schedule: &Schedule, mut outcome: Outcome) -> ProbeReport {
    let (voice, compare) = by_class(schedule, std::mem::take(&mut outcome.streams));
    let voice = metrics::measure(&voice);
    let compare = settings.compare.map(|dscp| (dscp, metrics::measure(&compare)));
    let clock = clock_of(outcome.same_host, [Some(&voice), compare.as_ref().map(|(_, metrics)| metrics)]);
    let setting = Setting { codec: settings.codec, clock };
    let voice = class_report::class_report(settings.dscp, &voice, setting);
    let compare = compare.map(|(dscp, metrics)| class_report::class_report(dscp, &metrics, setting));
    let evidence = verdict::Evidence { voice: &voice, compare: compare.as_ref(), health: &outcome.health };
    let checks = verdict::checks(&settings.limits, evidence);
    ProbeReport {
        target: settings.target,
        started_at: outcome.started_at,
        duration_ms: u64::try_from(settings.duration.as_millis()).unwrap_or(u64::MAX),
        codec: settings.codec,
        streams: settings.streams,
        packet: schedule::packet_shape(settings.codec, settings.interval),
        clock,
        verdict: verdict::overall(&checks),
        findings: verdict::findings(&checks),
        voice,
        compare,
        health: outcome.health,
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

/// What went wrong with a probe or a reflector. Texts are lower case; [`Error::hint`] is the cure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing answered.
    #[error("probe {target}: no answer to {sent} packets in {elapsed:.1?}{port}", port = if *.refused { ": nothing listens on this port" } else { "" })]
    NoAnswer {
        /// The target.
        target: SocketAddr,
        /// Packets sent.
        sent: u64,
        /// Time spent.
        elapsed: Duration,
        /// Whether the target's machine said that nobody listens on the port.
        refused: bool,
    },
    /// The sender's sockets cannot be used.
    #[error("probe {target}: open socket: {cause}")]
    Sender {
        /// The target.
        target: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// The reflector's port cannot be taken.
    #[error("reflector {address}: bind: {cause}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// The reflector's socket failed.
    #[error("reflector {address}: receive: {cause}")]
    Reflector {
        /// The address bound.
        address: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// A setting that cannot be carried out.
    #[error("probe: not possible: {what}")]
    NotPossible {
        /// What.
        what: String,
        /// The cure.
        hint: Option<String>,
    },
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAnswer { target, .. } => Some(format!(
                "start `voiceport reflect` on {}, and let UDP port {} through on the way in both directions",
                target.ip(),
                target.port()
            )),
            Self::Bind { address, cause } if cause.kind() == io::ErrorKind::PermissionDenied => Some(format!(
                "ports below 1024 need a capability: `sudo setcap cap_net_bind_service=+ep $(command -v voiceport)`, or use another port, like {}",
                SocketAddr::new(address.ip(), 8620)
            )),
            Self::Bind { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse => {
                Some("another reflector may run already; use another port".to_owned())
            }
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::Sender { .. } | Self::Bind { .. } | Self::Reflector { .. } => None,
        }
    }
}
