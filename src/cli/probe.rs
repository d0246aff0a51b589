//! `voiceport probe`: voice-shaped packet streams to a reflector, measured and judged. I/O.

use std::time::Duration;

use super::duration;
use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::Error;
use crate::ops::probe::{self, Codec};
use model::ids::Dscp;

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
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::parse)]
    duration: Duration,
    /// Packet size and rate like this codec
    #[arg(long, value_name = "CODEC", default_value_t = Codec::G711, value_parser = values::one_of::<Codec>(Codec::ALL.map(Codec::name)))]
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
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    max_delay: Option<Duration>,
    /// Fail when the jitter (RFC 3550) is above this
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
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
            return Err(Error::not_implemented("probe --load", "load the path with another tool meanwhile, iperf3 for example"));
        }
        let request = probe::Request {
            target: self.target,
            streams: Some(self.streams),
            duration: Some(self.duration),
            codec: Some(self.codec),
            dscp: Some(self.dscp),
            compare: self.compare,
            max_delay: self.max_delay,
            max_jitter: self.max_jitter,
            max_loss_ratio: self.max_loss.map(|percent| percent / 100.0),
            min_mos: self.min_mos,
        };
        let report = probe::run(&request, &global.context()).await?;
        global.terminal().print(&report);
        Ok(probe::conclusion(&report).into())
    }
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
