//! The packets that the ports of a switch have counted at one moment. Pure.

use std::collections::BTreeMap;

use super::ids::PortName;

/// Unicast packets of a port since the switch counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unicast {
    pub received: u64,
    pub sent: u64,
    /// Whether the counters have 64 bits and never wrap; those of 32 bits do.
    pub wide: bool,
}

/// All ports that have such counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrafficSample {
    /// sysUpTime when they were read, in hundredths of a second.
    pub uptime_cs: Option<u32>,
    pub ports: BTreeMap<PortName, Unicast>,
}

impl Unicast {
    /// Packets received and sent since an earlier reading; `None` when the switch began to count anew.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<(u64, u64)> {
        if self.wide != earlier.wide {
            return None;
        }
        let between = |now: u64, before: u64| match now.checked_sub(before) {
            Some(packets) => Some(packets),
            None if self.wide => None,
            None => (now + (1 << 32)).checked_sub(before),
        };
        Some((between(self.received, earlier.received)?, between(self.sent, earlier.sent)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_32_bits_wrap_and_those_of_64_do_not() {
        let count = |received, wide| Unicast { received, sent: 7, wide };
        assert_eq!(count(5, false).since(count(0xffff_fffe, false)), Some((7, 0)));
        assert_eq!(count(5, true).since(count(6, true)), None);
        assert_eq!(count(5, true).since(count(4, false)), None);
    }
}
