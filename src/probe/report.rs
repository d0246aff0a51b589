//! What a probe measured: streams, metrics, marks, verdict; the document `voiceport.probe/1`. Pure.
//!
//! Terms are those of RFC 7679 (delay), RFC 3393 and RFC 5481 (variation), RFC 7680 (loss), RFC 4737 (reordering), RFC 5560
//! (duplicates). A value that was not measured is `None`, never 0.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::ids::{Dscp, Invalid};
use model::timestamp::Timestamp;

/// The codec whose packets a probe imitates in size and interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// G.711 µ-law or A-law, 64 kbit/s.
    G711,
    /// G.722 at 64 kbit/s, wideband.
    G722,
    /// G.729A, 8 kbit/s.
    G729,
    /// Opus at 32 kbit/s.
    Opus,
}

impl Codec {
    /// Every codec, in the order of the help text.
    pub const ALL: [Self; 4] = [Self::G711, Self::G722, Self::G729, Self::Opus];

    /// The name as flags and documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::G711 => "g711",
            Self::G722 => "g722",
            Self::G729 => "g729",
            Self::Opus => "opus",
        }
    }

    /// RTP payload of one packet of 20 ms, in bytes (RFC 3551; RFC 7587 for Opus).
    #[must_use]
    pub const fn payload_bytes(self) -> u16 {
        match self {
            Self::G711 | Self::G722 => 160,
            Self::G729 => 20,
            Self::Opus => 80,
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Codec {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wanted = text.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|codec| codec.name() == wanted)
            .ok_or_else(|| Invalid(format!("`{text}` is not a codec: use g711, g722, g729 or opus")))
    }
}

/// What the voice streams must keep to. A limit that is `None` is not checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// Greatest mean one-way delay of the network, in microseconds (the IPTD of ITU-T Y.1541).
    pub max_delay_us: Option<u64>,
    /// Greatest mean interarrival jitter (RFC 3550 §6.4.1) per direction, in microseconds.
    pub max_jitter_us: Option<u64>,
    /// Greatest loss per direction as a ratio, 0 to 1.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub max_loss_ratio: Option<f64>,
    /// Smallest estimated MOS per direction, 1 to 4.5, on the scale of the codec's own bandwidth.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub min_mos: Option<f64>,
}

impl Default for Limits {
    /// Usual design practice for voice: 150 ms one way, 30 ms mean jitter, 1 % loss; no limit on MOS.
    fn default() -> Self {
        Self { max_delay_us: Some(150_000), max_jitter_us: Some(30_000), max_loss_ratio: Some(0.01), min_mos: None }
    }
}

/// How a check, or the whole probe, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Proven, at 95 % confidence where chance plays a part.
    Pass,
    /// Disproven, at the same confidence.
    Fail,
    /// Neither: too few packets, or a value that could not be measured.
    NotEnoughData,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotEnoughData => "not enough data",
        })
    }
}

/// Which way a packet travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the sender to the reflector.
    Forward,
    /// From the reflector back.
    Return,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Forward => "forward",
            Self::Return => "return",
        })
    }
}

/// `voiceport.probe/1`: one probe between this machine and a STAMP reflector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeReport {
    pub target: SocketAddr,
    /// When the first packet left.
    pub started_at: Timestamp,
    /// Time over which packets were sent.
    pub duration_ms: u64,
    pub codec: Codec,
    /// Voice streams; as many comparison streams ran beside them when `compare` is given.
    pub streams: u32,
    /// What one packet looks like.
    pub packet: PacketShape,
    /// What is known about the two clocks.
    pub clock: Clock,
    /// The streams with the voice mark.
    pub voice: ClassReport,
    /// The comparison streams, when asked for.
    pub compare: Option<ClassReport>,
    /// How well the probe itself did.
    pub health: Health,
    /// What voice was held to.
    pub limits: Limits,
    /// Each thing checked, in fixed order.
    pub checks: Vec<Check>,
    /// `fail` when any check fails; `pass` when all pass.
    pub verdict: Verdict,
    /// The words of the checks that did not pass; when all did, one sentence saying so.
    pub findings: Vec<String>,
}

/// Size and interval of the packets sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PacketShape {
    /// UDP payload: as long as the codec's RTP packet, or the smallest test packet when that is longer.
    pub udp_payload_bytes: u16,
    /// RTP header and payload of the codec imitated, for comparison.
    pub codec_udp_payload_bytes: u16,
    /// Time between two packets of one stream.
    pub interval_us: u64,
}

/// What is known about the clocks of both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Both ends run on this machine: one-way delays are absolute.
    SameHost,
    /// The offset is not known: delays above the smallest are exact, one-way delays are bounds.
    OffsetUnknown,
}

/// Everything measured on the streams of one mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassReport {
    /// The mark sent, and asked for on the replies.
    pub dscp: Dscp,
    pub round_trip: RoundTrip,
    /// Sender to reflector.
    pub forward: DirectionReport,
    /// Reflector to sender.
    #[serde(rename = "return")]
    pub back: DirectionReport,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundTrip {
    pub sent_packets: u64,
    /// Packets answered within the waiting time, copies not counted.
    pub received_packets: u64,
    /// `sent_packets` less `received_packets`.
    pub lost_packets: u64,
    /// Of the lost: answered, but after the waiting time of one second.
    pub late_packets: u64,
    /// Of the lost: direction unknown, because the reflector does not number its replies or nothing came after the loss.
    pub lost_undetermined_packets: u64,
    /// Lost over sent.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub loss_ratio: Option<f64>,
    /// Where the true loss ratio lies with 95 % confidence on each side (Clopper–Pearson).
    pub loss_interval: Option<Interval>,
    /// Runs of consecutive lost packets.
    pub loss_runs: Vec<LossRun>,
    /// Delay there and back without the reflector's residence time (RFC 2681).
    pub delay: Option<DelaySummary>,
}

/// A range of ratios.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    #[serde(serialize_with = "model::finite::value")]
    #[schemars(with = "f64")]
    pub low: f64,
    #[serde(serialize_with = "model::finite::value")]
    #[schemars(with = "f64")]
    pub high: f64,
}

/// So many runs of so many consecutive losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LossRun {
    /// Packets lost in a row.
    pub length_packets: u32,
    pub count: u32,
}

/// A distribution of times, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "the names are the statistics' own")]
pub struct DelaySummary {
    pub min_us: u64,
    pub mean_us: u64,
    pub p50_us: u64,
    pub p95_us: u64,
    pub p99_us: u64,
    pub p999_us: u64,
    pub max_us: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DirectionReport {
    /// Packets that set out in this direction; `None` when unknown because losses could not be attributed.
    pub sent_packets: Option<u64>,
    pub lost_packets: Option<u64>,
    /// Lost over sent.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub loss_ratio: Option<f64>,
    /// Packets that arrived after one with a later number (RFC 4737), as far as their answers came back.
    pub reordered_packets: u64,
    /// Copies beyond the first (RFC 5560), as far as their answers came back.
    pub duplicate_packets: u64,
    /// One-way delay; only when one clock serves both ends.
    pub one_way_delay: Option<DelaySummary>,
    /// Delay above the smallest seen: queueing (PDV of RFC 5481). Exact without synchronised clocks.
    pub delay_variation: Option<DelaySummary>,
    /// Mean over all packets of the interarrival jitter (RFC 3550 §6.4.1).
    pub jitter_us: Option<u64>,
    /// Greatest interarrival jitter (RFC 3550 §6.4.1).
    pub jitter_max_us: Option<u64>,
    /// Mean absolute difference of the delays of consecutive arrivals (IPDV of RFC 3393).
    pub ipdv_us: Option<u64>,
    /// What became of the mark.
    pub mark: MarkReport,
    pub quality: Quality,
}

/// What became of the mark in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarkReport {
    pub outcome: MarkOutcome,
    pub sent: Dscp,
    /// The marks that arrived, most frequent first; empty when not measured.
    pub seen: Vec<MarkSeen>,
}

/// So many packets arrived with this mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarkSeen {
    pub dscp: Dscp,
    pub packets: u64,
}

/// Whether a mark survived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkOutcome {
    /// Every packet arrived with the mark it was sent with.
    Preserved,
    /// At least one did not.
    Changed,
    /// The reflector would not mark its replies as asked: the network's part is unknown.
    Refused,
    /// The reflector does not tell what it received.
    NotMeasured,
}

/// Speech quality in one direction by the E-model (ITU-T G.107; G.107.1 for wideband codecs).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Transmission rating: up to 93.2 narrowband, up to 129 wideband.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub rating: Option<f64>,
    /// Mean opinion score, conversational, estimated: 1 to 4.5. Scores of different bandwidths must not be compared.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub mos: Option<f64>,
    /// Which scale `rating` and `mos` are on.
    pub scale: Option<QualityScale>,
    /// Mouth-to-ear delay assumed: network one way plus end points.
    pub mouth_to_ear_us: Option<u64>,
    /// Of that, assumed for the end points (ITU-T Y.1541 appendix VII).
    pub end_points_us: Option<u64>,
    /// Packets lost, or later than a de-jitter buffer of 60 ms, over packets sent. Late packets count against both directions.
    #[serde(serialize_with = "model::finite::option")]
    #[schemars(with = "Option<f64>")]
    pub effective_loss_ratio: Option<f64>,
    /// Why there is no rating.
    pub not_rated: Option<String>,
}

/// The scale of a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QualityScale {
    /// ITU-T G.107.
    Narrowband,
    /// ITU-T G.107.1.
    Wideband,
}

/// How well the probe itself did. Trouble here makes a loss possibly ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// Replies that this machine's own socket queues dropped.
    pub receive_drops: u64,
    /// Packets that this machine refused to send.
    pub send_failures: u64,
    /// Greatest delay of a packet against its schedule.
    pub send_late_max_us: u64,
    /// Step of this machine's clock during the probe, beyond ordinary drift.
    pub clock_step_us: u64,
    /// Datagrams that were no reply to this probe.
    pub strays: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    pub name: CheckName,
    /// In which direction; `None` when both.
    pub direction: Option<Direction>,
    pub verdict: Verdict,
    /// Why, in words, with the numbers.
    pub detail: String,
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// `limits.max_delay_us`.
    Delay,
    /// `limits.max_jitter_us`.
    Jitter,
    /// `limits.max_loss_ratio`.
    Loss,
    /// `limits.min_mos`.
    Mos,
    /// The voice mark arrives as it was sent.
    MarkPreserved,
    /// Voice is not delayed or lost more than the comparison streams.
    NotWorseThanCompare,
    /// The probe's own machine kept up.
    ProbeHealth,
}

/// `voiceport.reflect/1`: one line per event of `reflect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReflectEvent {
    pub at: Timestamp,
    pub event: ReflectorNews,
    /// The reflector's own address; `None` at the end.
    pub address: Option<SocketAddr>,
    /// The sender of a session that began.
    pub peer: Option<SocketAddr>,
    /// At the end: what was answered in all.
    pub counts: Option<ReflectorCounts>,
}

/// What happened to a reflector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReflectorNews {
    /// It answers probes.
    Listening,
    /// A sender's first packet was answered.
    SessionBegun,
    /// It has ended.
    Closed,
}

/// What a reflector has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReflectorCounts {
    /// Datagrams received.
    pub received: u64,
    /// Replies sent.
    pub reflected: u64,
    /// Datagrams not answered: too short, not for this machine alone, or a reply itself.
    pub refused: u64,
    /// Replies that this machine could not send.
    pub unsent: u64,
    pub sessions: u64,
}

impl std::ops::AddAssign for ReflectorCounts {
    fn add_assign(&mut self, other: Self) {
        self.received += other.received;
        self.reflected += other.reflected;
        self.refused += other.refused;
        self.unsent += other.unsent;
        self.sessions += other.sessions;
    }
}

impl fmt::Display for ProbeReport {
    /// The path in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delay = self
            .voice
            .round_trip
            .delay
            .map_or_else(|| "no round trip".to_owned(), |delay| format!("round trip {}", millis(delay.p50_us)));
        let mos = self.voice.forward.quality.mos.map_or_else(String::new, |mos| format!(", MOS {mos:.2}"));
        let lost = self.voice.round_trip.lost_packets;
        write!(f, "{delay}, {lost} of {} lost{mos}: {}", self.voice.round_trip.sent_packets, self.verdict)
    }
}

/// Microseconds as milliseconds with three decimals.
#[allow(clippy::cast_precision_loss, reason = "times of a probe are far below 2^52 microseconds")]
#[must_use]
pub fn millis(micros: u64) -> String {
    format!("{:.3} ms", micros as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::Codec;

    #[test]
    fn codecs_read_as_they_print() {
        for codec in Codec::ALL {
            assert_eq!(codec.to_string().parse(), Ok(codec));
        }
        assert!("speex".parse::<Codec>().unwrap_err().to_string().contains("g711, g722, g729 or opus"));
    }
}
