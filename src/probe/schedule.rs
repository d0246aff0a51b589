//! When which stream sends which packet, and how long its packets are. Pure.
//!
//! A probe sends STAMP packets, not RTP: they are padded to the length of the codec's RTP packet, so that queues and policers see
//! voice's size, rate and mark. A switch that recognises voice by its RTP header or port range does not recognise them. The G.729
//! packet (32 bytes of UDP payload) is shorter than the smallest test packet (68), which is then sent instead.

use std::time::Duration;

use super::report::{Codec, PacketShape};
use model::ids::Dscp;
use stamp::BASE_BYTES;
use stamp::tlv::HEADER_BYTES;

/// Time between two packets of one call, in milliseconds; the usual packetisation of every codec here.
pub const USUAL_INTERVAL_MS: u64 = 20;

/// RTP fixed header (RFC 3550 §5.1).
const RTP_HEADER_BYTES: u16 = 12;

/// Base packet, Class of Service TLV and Direct Measurement TLV.
pub const SMALLEST_BYTES: usize = BASE_BYTES + (HEADER_BYTES + 4) + (HEADER_BYTES + 12);

/// Packets after the measured ones, per stream. They only carry the reflector's counter past the last measured packet, so that
/// losses at the very end find their direction.
pub const CLOSING_PACKETS: u32 = 3;

/// What a stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Carries the voice mark.
    Voice,
    /// Carries the mark that voice is compared with.
    Compare,
}

/// One stream: its own socket, session and sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamPlan {
    /// What it is for.
    pub class: Class,
    pub dscp: Dscp,
    /// Its first packet, after the start of the probe.
    pub start: Duration,
}

/// One packet to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Index of the stream.
    pub stream: usize,
    /// Sequence number in the stream.
    pub sequence: u32,
    /// When, after the start of the probe.
    pub at: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The streams; voice and comparison alternate, so that both meet the same network.
    pub streams: Vec<StreamPlan>,
    /// Time between two packets of one stream.
    pub interval: Duration,
    /// Measured packets per stream.
    pub packets: u32,
}

impl Schedule {
    /// Plans `streams` voice streams and, with `compare`, as many comparison streams.
    ///
    /// Starts are spread evenly over one interval. At least one packet is sent per stream; `interval` is at least 1 µs.
    #[must_use]
    pub fn new(streams: u32, dscp: Dscp, compare: Option<Dscp>, interval: Duration, duration: Duration) -> Self {
        let interval = interval.max(Duration::from_micros(1));
        let classes: Vec<(Class, Dscp)> =
            [Some((Class::Voice, dscp)), compare.map(|dscp| (Class::Compare, dscp))].into_iter().flatten().collect();
        let total = streams.max(1).saturating_mul(u32::try_from(classes.len()).unwrap_or(1));
        let plans = (0..total).zip(classes.iter().cycle());
        let streams = plans
            .map(|(position, (class, dscp))| StreamPlan { class: *class, dscp: *dscp, start: interval * position / total })
            .collect();
        let packets = duration.as_nanos() / interval.as_nanos();
        Self { streams, interval, packets: u32::try_from(packets).unwrap_or(u32::MAX / 2).max(1) }
    }

    /// Every packet in the order of sending, closing packets included.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        (0..self.packets.saturating_add(CLOSING_PACKETS)).flat_map(move |sequence| {
            self.streams.iter().enumerate().map(move |(stream, plan)| Slot {
                stream,
                sequence,
                at: plan.start.saturating_add(self.interval.saturating_mul(sequence)),
            })
        })
    }
}

/// The packet that imitates a codec.
#[must_use]
pub fn packet_shape(codec: Codec, interval: Duration) -> PacketShape {
    let codec_udp_payload_bytes = RTP_HEADER_BYTES + codec.payload_bytes();
    let smallest = u16::try_from(SMALLEST_BYTES).unwrap_or(u16::MAX);
    PacketShape {
        udp_payload_bytes: codec_udp_payload_bytes.max(smallest),
        codec_udp_payload_bytes,
        interval_us: u64::try_from(interval.as_micros()).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_spread_over_one_interval_and_classes_alternate() {
        let schedule = Schedule::new(2, Dscp::EF, Some(Dscp::BEST_EFFORT), Duration::from_millis(20), Duration::from_secs(1));
        let starts: Vec<_> = schedule.streams.iter().map(|stream| (stream.class, stream.start.as_millis())).collect();
        assert_eq!(starts, [(Class::Voice, 0), (Class::Compare, 5), (Class::Voice, 10), (Class::Compare, 15)]);
        assert_eq!(schedule.packets, 50);
        let slots: Vec<_> = schedule.slots().collect();
        assert_eq!(slots.len(), 4 * 53);
        assert!(slots.is_sorted_by_key(|slot| slot.at));
        assert_eq!(slots.last().map(|slot| slot.at), Some(Duration::from_millis(52 * 20 + 15)));
    }

    #[test]
    fn packets_are_as_long_as_the_codecs_where_possible() {
        let length = |codec| packet_shape(codec, Duration::from_millis(20)).udp_payload_bytes;
        assert_eq!(Codec::ALL.map(length), [172, 172, 68, 92]);
    }
}
