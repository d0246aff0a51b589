//! `voiceport probe`: voice-shaped packet streams to a reflector, measured and judged. I/O.

use std::net::SocketAddr;
use std::time::Duration;

use super::error::Error;
use super::exit::Exit;
use super::global::Global;
use super::span;
use crate::output::Terminal;
use crate::probe;
use crate::probe::Settings;
use model::ids::Dscp;
use model::probe::Codec;
use model::probe::Limits;
use model::probe::ProbeReport;
use model::probe::Verdict;

/// The port of the STAMP session-reflector (RFC 8545).
const STAMP_PORT: u16 = 862;

const EXAMPLES: &str = "Examples:
  voiceport probe reflector.example.net                     one call for 30 s
  voiceport probe 192.0.2.5 --streams 8 --duration 1m       eight calls at the same time
  voiceport probe 192.0.2.5 --compare be --max-jitter 20ms  voice beside best effort, and a limit";

/// Send voice-shaped packet streams to a reflector: delay, jitter, loss, marks kept, MOS; exit with 5 when a limit is not met
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The reflector (`voiceport reflect`, or any STAMP/TWAMP Light reflector): host or host:port, port 862 by default
    #[arg(value_name = "TARGET")]
    target: String,
    /// Calls at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=500))]
    streams: u32,
    /// How long; one stream for one minute is just enough to prove a loss of 0.1 %
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = span::parse)]
    duration: Duration,
    /// Packet size and rate like this codec
    #[arg(long, value_name = "g711|g722|g729|opus", default_value_t = Codec::G711)]
    codec: Codec,
    /// Mark of the voice packets: like ef, cs5, af41 or 46
    #[arg(long, value_name = "DSCP", default_value = "ef")]
    dscp: Dscp,
    /// Measure a second stream with this mark, to show that voice is treated better
    #[arg(long, value_name = "DSCP")]
    compare: Option<Dscp>,
    /// Load the path with best-effort traffic of this rate meanwhile, like 8M (not in this version)
    #[arg(long, value_name = "RATE")]
    load: Option<String>,
    /// Fail when the one-way delay, taken as half the round trip, is above this
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    max_delay: Option<Duration>,
    /// Fail when the jitter (RFC 3550) is above this
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    max_jitter: Option<Duration>,
    /// Fail when more than this percentage is lost
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_loss: Option<f64>,
    /// Fail when the MOS (G.107) is below this
    #[arg(long, value_name = "MOS", value_parser = mos)]
    min_mos: Option<f64>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if self.load.is_some() {
            return Err(Error::not_yet("probe --load", "load the path with another tool meanwhile, iperf3 for example"));
        }
        let terminal = global.terminal();
        let settings = Settings {
            streams: self.streams,
            duration: self.duration,
            codec: self.codec,
            dscp: self.dscp,
            compare: self.compare,
            limits: self.limits(),
            ..Settings::new(resolve(&self.target).await?)
        };
        let report = run(terminal, &settings).await?;
        terminal.print(&report);
        Ok(if report.verdict == Verdict::Pass { Exit::Done } else { Exit::Differences })
    }

    fn limits(&self) -> Limits {
        let standard = Limits::default();
        Limits {
            max_delay_us: self.max_delay.map(micros).or(standard.max_delay_us),
            max_jitter_us: self.max_jitter.map(micros).or(standard.max_jitter_us),
            max_loss_ratio: self.max_loss.map(|percent| percent / 100.0).or(standard.max_loss_ratio),
            min_mos: self.min_mos.or(standard.min_mos),
        }
    }
}

/// Runs a probe with progress on standard error.
pub async fn run(terminal: Terminal, settings: &Settings) -> Result<ProbeReport, Error> {
    terminal.progress(&format!("probing {} for {:?}", settings.target, settings.duration));
    Ok(probe::run(settings, &mut |progress| terminal.detail(&format!("  {} sent, {} answered", progress.sent, progress.received)))
        .await?)
}

/// The reflector's address from `host`, `host:port` or `[v6]:port`.
pub async fn resolve(target: &str) -> Result<SocketAddr, Error> {
    let with_port = if target.parse::<std::net::IpAddr>().is_ok() || !target.contains(':') {
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

fn percent(text: &str) -> Result<f64, String> {
    ranged(text, 0.0, 100.0, "a percentage")
}

fn mos(text: &str) -> Result<f64, String> {
    ranged(text, 1.0, 4.5, "a mean opinion score")
}

fn ranged(text: &str, low: f64, high: f64, what: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse::<f64>().ok().filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| format!("`{text}` is not {what}: use {low} to {high}"))
}
