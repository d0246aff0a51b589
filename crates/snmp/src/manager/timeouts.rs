//! How long an answer is waited for, and when the question is asked again. Pure.

use std::time::Duration;

/// The first wait for a switch of which nothing is known yet: five tries, so that with 2 % loss in each direction one agent in
/// 10⁷ is wrongly declared dead.
const UNKNOWN: Duration = Duration::from_millis(300);
/// The shortest wait: an agent that is busy for a moment should not be asked twice.
const SHORTEST: Duration = Duration::from_millis(200);
/// The longest wait between two questions.
const LONGEST: Duration = Duration::from_millis(1500);
/// How long a read is waited for altogether: slow agents need most of a second for a row of counters.
const READ: Duration = Duration::from_secs(4);
/// How long the first question of a user with a privacy password is waited for, before it is asked why.
const FIRST: Duration = Duration::from_millis(1400);
/// How long the questions that find out are waited for; the switch just told its engine ID.
const DIAGNOSIS: Duration = Duration::from_millis(800);
/// Most waits one after another that a read needs, for the room of their list.
const MOST: usize = 6;
/// How long an answer to a write may take. Whether the write took effect is read afterwards, so a slow answer costs only time.
const WRITE: Duration = Duration::from_secs(6);
/// The same in parts, before each of which a write that may be repeated is sent.
const REPEATED_WRITE: [Duration; 3] = [Duration::from_secs(2); 3];

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeouts {
    /// An answer to a read.
    Read,
    /// An answer to a write that is sent once.
    Write,
    /// An answer to a write that may be sent again.
    RepeatedWrite,
    /// The first answer, when silence has more than one meaning.
    First,
    /// The answer that tells them apart.
    Diagnosis,
}

impl Timeouts {
    /// The waits one after another; before each the question is asked.
    pub fn waits(self, round_trip: &RoundTrip) -> Vec<Duration> {
        let whole = match self {
            Self::Write => return vec![WRITE],
            Self::RepeatedWrite => return REPEATED_WRITE.to_vec(),
            Self::Read => READ,
            Self::First => FIRST,
            Self::Diagnosis => DIAGNOSIS,
        };
        let (mut waits, mut wait, mut waited) = (Vec::with_capacity(MOST), round_trip.first_wait(), Duration::ZERO);
        while waited < whole {
            waits.push(wait.min(whole.saturating_sub(waited)));
            waited += wait;
            wait = (wait * 2).min(LONGEST);
        }
        waits
    }

    /// Of the discovery of the engine before the question, which is always a read.
    pub const fn of_discovery(self) -> Self {
        match self {
            Self::Write | Self::RepeatedWrite => Self::Read,
            Self::Read | Self::First | Self::Diagnosis => self,
        }
    }

    /// Whether it is waited for an answer to a write.
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Write | Self::RepeatedWrite)
    }
}

/// How long a switch takes to answer (RFC 6298): smoothed, and how much that varies.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoundTrip(Option<(Duration, Duration)>);

impl RoundTrip {
    /// An answer to a question that was asked once took this long.
    pub fn took(&mut self, time: Duration) {
        self.0 = Some(match self.0 {
            None => (time, time / 2),
            Some((smoothed, varied)) => ((smoothed * 7 + time) / 8, (varied * 3 + smoothed.abs_diff(time)) / 4),
        });
    }

    /// The first wait for an answer.
    pub fn first_wait(&self) -> Duration {
        self.0.map_or(UNKNOWN, |(smoothed, varied)| (smoothed + varied * 4).clamp(SHORTEST, LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(waits: &[Duration]) -> Vec<f32> {
        waits.iter().map(Duration::as_secs_f32).collect()
    }

    #[test]
    fn an_unknown_switch_is_asked_five_times_and_a_quick_one_sooner() {
        let mut round_trip = RoundTrip::default();
        assert_eq!(seconds(&Timeouts::Read.waits(&round_trip)), [0.3, 0.6, 1.2, 1.5, 0.4]);
        round_trip.took(Duration::from_millis(10));
        assert_eq!(seconds(&Timeouts::Read.waits(&round_trip)), [0.2, 0.4, 0.8, 1.5, 1.1]);
        assert_eq!(seconds(&Timeouts::First.waits(&round_trip)), [0.2, 0.4, 0.8]);
        assert_eq!(seconds(&Timeouts::Diagnosis.waits(&round_trip)), [0.2, 0.4, 0.2]);
        assert_eq!(seconds(&Timeouts::Write.waits(&round_trip)), [6.0], "a write is sent once");
        assert_eq!(seconds(&Timeouts::RepeatedWrite.waits(&round_trip)), [2.0, 2.0, 2.0]);
    }

    #[test]
    fn a_slow_switch_is_waited_for() {
        let mut round_trip = RoundTrip::default();
        for _ in 0..20 {
            round_trip.took(Duration::from_millis(900));
        }
        let waits = Timeouts::Read.waits(&round_trip);
        assert!(waits[0] > Duration::from_millis(900) && waits.len() < 5, "{waits:?}");
    }
}
