//! What a simulated device sends and gets, as the counters of its port show it. Pure.

/// What goes on behind a port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Activity {
    /// Next to nothing.
    #[default]
    Idle,
    /// A call: 50 packets of 20 ms of G.711 a second each way.
    Call,
    /// A PC behind the phone that loads something.
    Pc,
}

/// The counters of a port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    pub activity: Activity,
    since_cs: u32,
    /// Bytes from and to the device before that.
    before: (u64, u64),
}

impl Activity {
    /// Bytes a second from and to the device.
    const fn rate(self) -> (u64, u64) {
        match self {
            Self::Idle => (0, 0),
            Self::Call => (10_900, 10_900),
            Self::Pc => (125_000, 1_250_000),
        }
    }
}

impl Traffic {
    /// Another activity from now on.
    pub(crate) fn set(&mut self, activity: Activity, now_cs: u32) {
        let before = self.bytes(now_cs);
        *self = Self { activity, since_cs: now_cs, before };
    }

    /// Bytes from and to the device so far.
    #[must_use]
    pub fn bytes(&self, now_cs: u32) -> (u64, u64) {
        let (from, to) = self.activity.rate();
        let elapsed = u64::from(now_cs.saturating_sub(self.since_cs));
        (self.before.0 + from * elapsed / 100, self.before.1 + to * elapsed / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_never_go_back() {
        let mut traffic = Traffic::default();
        traffic.set(Activity::Call, 1000);
        assert_eq!(traffic.bytes(1100), (10_900, 10_900));
        traffic.set(Activity::Pc, 1100);
        traffic.set(Activity::Idle, 1200);
        assert_eq!(traffic.bytes(9000), (135_900, 1_260_900));
    }
}
