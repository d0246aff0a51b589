//! What to probe, and how far a probe has come. Pure.

use std::net::SocketAddr;
use std::time::Duration;

use crate::probe::error::Error;
use crate::probe::report::{Codec, Limits};
use crate::probe::schedule::{self, Schedule};
use model::ids::Dscp;

/// Streams of one class at most: each has its own socket.
const STREAMS_MAX: u32 = 500;
/// Packets of the whole probe at most: what was measured is kept in memory until the end.
const PACKETS_MAX: u64 = 5_000_000;

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

    /// The streams and packets, where the settings can be carried out.
    pub(super) fn schedule(&self) -> Result<Schedule, Error> {
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
pub struct ProbeProgress {
    /// Packets sent in all streams.
    pub sent: u64,
    /// Of those, answered.
    pub received: u64,
    /// Since the first packet, at most `duration`.
    pub elapsed: Duration,
    /// For how long packets are sent.
    pub duration: Duration,
}
