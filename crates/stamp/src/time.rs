//! Timestamps and error estimates of test packets: NTP and truncated PTPv2 format (RFC 8762 §4.2.1, RFC 4656 §4.1.2). Pure.

use std::time::Duration;

/// Seconds from the NTP epoch 1900 to the Unix epoch 1970.
const NTP_TO_UNIX_S: u64 = 2_208_988_800;
const NANOS_PER_S: u64 = 1_000_000_000;

/// 64 bits of a timestamp field; what they mean is said by the error estimate beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawTime(pub u64);

impl RawTime {
    /// In NTP format, from nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn ntp(unix_nanos: u64) -> Self {
        let seconds = (unix_nanos / NANOS_PER_S).wrapping_add(NTP_TO_UNIX_S) & 0xffff_ffff;
        let fraction = (((unix_nanos % NANOS_PER_S) << 32) + NANOS_PER_S / 2) / NANOS_PER_S;
        Self((seconds << 32).wrapping_add(fraction))
    }

    /// Nanoseconds since the Unix epoch.
    ///
    /// NTP seconds below 2³¹ are read as after 2036. PTP time is left on its own scale (TAI): only differences of it are used.
    #[must_use]
    pub const fn unix_nanos(self, format: TimeFormat) -> u64 {
        let (seconds, fraction) = (self.0 >> 32, self.0 & 0xffff_ffff);
        match format {
            TimeFormat::Ntp => {
                let era = if seconds < 1 << 31 { 1 << 32 } else { 0 };
                let nanos = (fraction * NANOS_PER_S + (1 << 31)) >> 32;
                (seconds + era).saturating_sub(NTP_TO_UNIX_S) * NANOS_PER_S + nanos
            }
            TimeFormat::Ptp => seconds * NANOS_PER_S + fraction,
        }
    }
}

/// The format of a timestamp: the Z bit of the error estimate (RFC 8186).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// Z = 0: seconds since 1900 and 2⁻³² s.
    Ntp,
    /// Z = 1: truncated PTPv2, seconds and nanoseconds.
    Ptp,
}

/// How far a clock may be wrong (RFC 4656 §4.1.2, RFC 8186): Multiplier · 2⁻³² · 2^Scale seconds.
///
/// ```text
///  0                   1
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |S|Z|   Scale   |   Multiplier  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// S: the clock is synchronised to UTC; Z: the format of the timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorEstimate(pub u16);

impl ErrorEstimate {
    /// Of a clock that nothing outside synchronises, in NTP format; the error is rounded up, and never 0 because that is forbidden.
    #[must_use]
    pub fn unsynchronised(error: Duration) -> Self {
        let mut multiplier = (error.as_nanos() << 32).div_ceil(u128::from(NANOS_PER_S)).max(1);
        let mut scale: u16 = 0;
        while multiplier > 255 && scale < 63 {
            multiplier = multiplier.div_ceil(2);
            scale += 1;
        }
        Self(scale << 8 | u16::try_from(multiplier).unwrap_or(255))
    }

    /// Whether an external source synchronises the clock to UTC.
    #[must_use]
    pub const fn synchronised(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// The format of the timestamps beside it.
    #[must_use]
    pub const fn format(self) -> TimeFormat {
        if self.0 & 0x4000 == 0 { TimeFormat::Ntp } else { TimeFormat::Ptp }
    }

    /// The error in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        let scale = i32::from(self.0 >> 8 & 0x3f);
        f64::from(self.0 & 0xff) * 2_f64.powi(scale - 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_estimate_reads_as_256_microseconds() {
        let estimate = ErrorEstimate(0x0d86);
        assert!(!estimate.synchronised());
        assert_eq!(estimate.format(), TimeFormat::Ntp);
        assert!((estimate.seconds() - 255.6e-6).abs() < 0.1e-6);
        assert!(ErrorEstimate::unsynchronised(Duration::ZERO).0 & 0xff != 0);
        assert!(ErrorEstimate::unsynchronised(Duration::from_micros(255)).seconds() >= 255e-6);
    }

    #[test]
    fn nanoseconds_survive_both_ways_and_across_2036() {
        for nanos in [0, 1, 999_999_999, 1_700_000_000_123_456_789, 2_085_978_495_999_999_999, 2_085_978_496_000_000_001] {
            assert_eq!(RawTime::ntp(nanos).unix_nanos(TimeFormat::Ntp), nanos);
        }
        assert_eq!(RawTime(0x0000_0001_0000_0002).unix_nanos(TimeFormat::Ptp), 1_000_000_002);
    }
}
