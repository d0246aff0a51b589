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
    packets_before: (u64, u64),
}

/// How often an agent looks at the counters of its ports, in hundredths of a second; 0: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh(pub u32);

impl Default for Refresh {
    fn default() -> Self {
        Self(25)
    }
}

impl Refresh {
    /// When it last did.
    #[must_use]
    pub const fn last_cs(self, now_cs: u32) -> u32 {
        match now_cs.checked_rem(self.0) {
            Some(since) => now_cs - since,
            None => 0,
        }
    }
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

    /// Packets a second from and to the device.
    const fn packet_rate(self) -> (u64, u64) {
        match self {
            Self::Idle => (0, 0),
            Self::Call => (50, 50),
            Self::Pc => (500, 900),
        }
    }
}

impl Traffic {
    /// The same in packets.
    #[must_use]
    pub fn packets(&self, now_cs: u32) -> (u64, u64) {
        let (from, to) = self.activity.packet_rate();
        let elapsed = u64::from(now_cs.saturating_sub(self.since_cs));
        (self.packets_before.0 + from * elapsed / 100, self.packets_before.1 + to * elapsed / 100)
    }

    /// Another activity from now on.
    pub(crate) fn set(&mut self, activity: Activity, now_cs: u32) {
        let (before, packets_before) = (self.bytes(now_cs), self.packets(now_cs));
        *self = Self { activity, since_cs: now_cs, before, packets_before };
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
        assert_eq!(traffic.packets(9000), (550, 950));
    }
}
