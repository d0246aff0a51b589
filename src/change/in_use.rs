//! Whether a phone is in a call, by the unicast counters of its switch. Pure.
//!
//! A call is about 50 packets a second each way. Agents refresh their counters every second, or every half minute: two moments count at
//! which some counter of the switch had moved, so that what rose between them rose in a time that is known.

use std::collections::BTreeMap;

use model::ids::PortName;
use model::traffic::TrafficSample;

/// Packets a second each way from which a port is taken for one with a call: half of one with 50, as with packets of 40 ms.
const CALL: u64 = 25;
/// The shortest time that a rate is told from, in hundredths of a second.
const SHORTEST_CS: u32 = 100;

/// What goes on at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortUse {
    /// Its counters stood still, or rose more slowly than with a call.
    Idle,
    /// They rose as with a call, or faster.
    InCall,
    /// The switch does not tell.
    Unknown,
}

/// The readings of one switch that count.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    last: Option<TrafficSample>,
    /// The first reading in which a counter had moved.
    first_move: Option<TrafficSample>,
    /// A later one in which a counter had moved again.
    second_move: Option<TrafficSample>,
}

impl Watch {
    /// Takes the next reading; whether enough is known.
    pub fn take(&mut self, sample: TrafficSample) -> bool {
        let moved = self.last.as_ref().is_some_and(|last| has_moved(last, &sample));
        if moved {
            match &self.first_move {
                Some(first) if elapsed_cs(first, &sample).is_some_and(|elapsed| elapsed >= SHORTEST_CS) => {
                    self.second_move = Some(sample.clone());
                }
                // An agent that was started anew counts from there.
                Some(first) if elapsed_cs(first, &sample).is_some() => {}
                _ => self.first_move = Some(sample.clone()),
            }
        }
        self.last = Some(sample);
        self.second_move.is_some()
    }

    /// What goes on at a port.
    #[must_use]
    pub fn of(&self, port: &PortName) -> PortUse {
        self.rate(port).map_or(PortUse::Unknown, |slower| if slower >= CALL { PortUse::InCall } else { PortUse::Idle })
    }

    /// Packets a second in the slower direction; `None` where that is not known.
    fn rate(&self, port: &PortName) -> Option<u64> {
        let (first, second) = (self.first_move.as_ref()?, self.second_move.as_ref()?);
        let elapsed = u64::from(elapsed_cs(first, second)?);
        let (received, sent) = second.ports.get(port)?.since(*first.ports.get(port)?)?;
        Some(received.min(sent).saturating_mul(100) / elapsed.max(1))
    }
}

/// By the clock of the agent, which its counters follow; `None` when it has none, or was started anew.
fn elapsed_cs(first: &TrafficSample, second: &TrafficSample) -> Option<u32> {
    let (first, second) = (first.uptime_cs?, second.uptime_cs?);
    let elapsed = second.wrapping_sub(first);
    (elapsed < u32::MAX / 2).then_some(elapsed)
}

fn has_moved(before: &TrafficSample, after: &TrafficSample) -> bool {
    let pairs: BTreeMap<_, _> = before.ports.iter().collect();
    after.ports.iter().any(|(name, counters)| pairs.get(name).is_some_and(|earlier| *earlier != counters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::traffic::Unicast;

    /// A switch of two phones and an uplink, whose counters show only every so many hundredths of a second.
    fn read_at(now_cs: u32, refresh_cs: u32, rates: [u64; 2], wide: bool) -> TrafficSample {
        let shown = u64::from(now_cs - now_cs % refresh_cs);
        // The phones' counters of 32 bits are about to wrap.
        let base = if wide { 0 } else { (1_u64 << 32) - 10 };
        let count = |rate: u64| {
            let packets = base + rate * shown / 100;
            let packets = if wide { packets } else { packets % (1 << 32) };
            Unicast { received: packets, sent: packets, wide }
        };
        let ports = [("1", count(rates[0])), ("2", count(rates[1])), ("uplink", count(9))];
        TrafficSample { uptime_cs: Some(now_cs), ports: ports.map(|(name, count)| (name.into(), count)).into() }
    }

    /// What is found when it is read every half second, and when that was, in hundredths of a second; at most a minute is waited.
    fn watched(refresh_cs: u32, rates: [u64; 2], wide: bool) -> ([PortUse; 2], u32) {
        let mut watch = Watch::default();
        let begin = 1234;
        let found = (0..=120).map(|reading| begin + 50 * reading);
        let end = found.into_iter().find(|now| watch.take(read_at(*now, refresh_cs, rates, wide)));
        ([watch.of(&"1".into()), watch.of(&"2".into())], end.unwrap_or(u32::MAX) - begin)
    }

    #[test]
    fn a_call_is_told_from_an_idle_phone_whenever_counters_are_refreshed() {
        for (refresh_cs, wide) in [(1, true), (100, true), (100, false), (1000, true), (2500, false)] {
            let (uses, took) = watched(refresh_cs, [50, 1], wide);
            assert_eq!(uses, [PortUse::InCall, PortUse::Idle], "{refresh_cs}");
            assert!(took <= 2 * refresh_cs.max(100) + 100, "{refresh_cs}: {took}");
        }
    }

    #[test]
    fn slow_packets_are_a_call_and_a_keepalive_is_none() {
        let uses = |rate| watched(100, [rate, 0], true).0[0];
        assert_eq!([25, 33, 100].map(uses), [PortUse::InCall; 3]);
        assert_eq!([0, 1, 10, 20].map(uses), [PortUse::Idle; 4]);
    }

    #[test]
    fn a_switch_whose_counters_stand_still_tells_nothing() {
        let mut watch = Watch::default();
        let frozen = |now| TrafficSample { uptime_cs: Some(now), ..read_at(0, 100, [0, 0], true) };
        assert!(!(0..120).any(|reading| watch.take(frozen(50 * reading))));
        assert_eq!(watch.of(&"1".into()), PortUse::Unknown);
        // Once is not enough: how long before it was refreshed is not known.
        assert!(!watch.take(read_at(6100, 100, [50, 50], true)));
        assert_eq!(watch.of(&"1".into()), PortUse::Unknown);
    }

    #[test]
    fn a_port_without_counters_and_an_agent_without_a_clock_tell_nothing() {
        let mut watch = Watch::default();
        assert!([0, 100, 200, 300].into_iter().any(|now| watch.take(read_at(now, 1, [50, 50], true))));
        assert_eq!(watch.of(&"3".into()), PortUse::Unknown);
        let mut watch = Watch::default();
        let without_clock = |now| TrafficSample { uptime_cs: None, ..read_at(now, 1, [50, 50], true) };
        assert!(![0, 100, 200, 300].into_iter().any(|now| watch.take(without_clock(now))));
    }
}
