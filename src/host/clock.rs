//! This machine's clock: the time of day for timestamps, its resolution, and whether it was set in between. Not supported: asking
//! whether an outside source synchronises it. I/O.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::time::ClockId;

/// Reading both clocks together is tried so often; the closest pair counts.
const READ_TRIES: u32 = 5;

/// Nanoseconds since the Unix epoch.
#[must_use]
pub fn now_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// How finely the time of day can be read.
#[must_use]
pub fn resolution() -> Duration {
    ClockId::CLOCK_REALTIME.res().map_or(Duration::from_millis(1), Duration::from)
}

/// The time of day and the steady clock, read together.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    wall_nanos: u64,
    steady: Instant,
}

impl Reading {
    /// Now. Reads again when the process was held up between the two clocks.
    #[must_use]
    pub fn take() -> Self {
        let mut best: Option<(Duration, Self)> = None;
        for _ in 0..READ_TRIES {
            let steady = Instant::now();
            let wall_nanos = now_nanos();
            let gap = steady.elapsed();
            if best.is_none_or(|(smallest, _)| gap < smallest) {
                best = Some((gap, Self { wall_nanos, steady }));
            }
        }
        best.map_or_else(|| Self { wall_nanos: now_nanos(), steady: Instant::now() }, |(_, reading)| reading)
    }

    /// How far the time of day has moved against the steady clock from an earlier reading to this one.
    #[must_use]
    pub fn step_since(&self, earlier: &Self) -> Duration {
        let steady = u64::try_from(self.steady.saturating_duration_since(earlier.steady).as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.wall_nanos.abs_diff(earlier.wall_nanos.saturating_add(steady)))
    }
}
