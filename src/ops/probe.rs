//! `probe`: voice-shaped packet streams to a reflector, measured and judged. I/O: sends packets.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::conclusion::Conclusion;
use super::context::Context;
use super::error::Error;
use super::event::ProbeEvent;
use crate::probe::report::{Limits, ProbeReport, Verdict};
use crate::probe::{self, Settings};
use model::ids::Dscp;

pub use crate::probe::report::Codec;

/// The port of the STAMP session-reflector (RFC 8545).
pub(super) const STAMP_PORT: u16 = 862;

/// What to measure, and what to hold it to; `None` is the usual.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The reflector: host, host:port or \[v6\]:port.
    pub target: String,
    /// Calls at the same time.
    pub streams: Option<u32>,
    pub duration: Option<Duration>,
    /// The codec whose packets are imitated.
    pub codec: Option<Codec>,
    /// The mark of the voice packets.
    pub dscp: Option<Dscp>,
    /// The mark of a second stream to compare with.
    pub compare: Option<Dscp>,
    /// The highest one-way delay.
    pub max_delay: Option<Duration>,
    pub max_jitter: Option<Duration>,
    /// The highest loss, 0 to 1.
    pub max_loss_ratio: Option<f64>,
    pub min_mos: Option<f64>,
}

pub async fn run(request: &Request, context: &Context) -> Result<ProbeReport, Error> {
    let usual = Settings::new(resolve(&request.target).await?);
    let settings = Settings {
        streams: request.streams.unwrap_or(usual.streams),
        duration: request.duration.unwrap_or(usual.duration),
        codec: request.codec.unwrap_or(usual.codec),
        dscp: request.dscp.unwrap_or(usual.dscp),
        compare: request.compare.or(usual.compare),
        limits: limits(request, &usual.limits),
        ..usual
    };
    context.emit(ProbeEvent::Probing { target: settings.target, duration: settings.duration });
    Ok(probe::run(&settings, &mut |progress| context.emit(ProbeEvent::Progress(progress))).await?)
}

#[must_use]
pub fn conclusion(report: &ProbeReport) -> Conclusion {
    if report.verdict == Verdict::Pass { Conclusion::Done } else { Conclusion::Differences }
}

fn limits(request: &Request, usual: &Limits) -> Limits {
    Limits {
        max_delay_us: request.max_delay.map(micros).or(usual.max_delay_us),
        max_jitter_us: request.max_jitter.map(micros).or(usual.max_jitter_us),
        max_loss_ratio: request.max_loss_ratio.or(usual.max_loss_ratio),
        min_mos: request.min_mos.or(usual.min_mos),
    }
}

async fn resolve(target: &str) -> Result<SocketAddr, Error> {
    let with_port = if target.parse::<IpAddr>().is_ok() || !target.contains(':') {
        tokio::net::lookup_host((target.trim_matches(['[', ']']), STAMP_PORT)).await.map(Iterator::collect::<Vec<_>>)
    } else {
        tokio::net::lookup_host(target).await.map(Iterator::collect::<Vec<_>>)
    };
    let found = with_port.map_err(|cause| Error::io(format!("probe target {target}"), &cause))?;
    found.first().copied().ok_or_else(|| Error::io(format!("probe target {target}"), &"the name has no address"))
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
