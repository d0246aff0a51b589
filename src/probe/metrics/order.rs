//! Reordering (RFC 4737) and loss runs (RFC 3611, BurstR of ITU-T G.107). Pure.

use std::collections::BTreeMap;

use crate::probe::confidence::as_float;
use crate::probe::report::LossRun;

/// What RFC 4737 says about one packet that arrived out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reordered {
    pub sequence: u32,
    /// Reordering extent (§4.2.1): distance in arrivals to the earliest packet with a larger number.
    pub extent: usize,
    /// n-reordering (§5.4): the longest run of packets straight before it that all have larger numbers; 0 when none.
    pub n_reordering: usize,
}

/// The reordered packets among arrivals without duplicates, in arrival order.
#[must_use]
pub fn reordered(arrivals: &[u32]) -> Vec<Reordered> {
    let mut next_expected: u32 = 0;
    let mut found = Vec::new();
    for (position, sequence) in arrivals.iter().copied().enumerate() {
        if sequence >= next_expected {
            next_expected = sequence.saturating_add(1);
            continue;
        }
        let before = arrivals.get(..position).unwrap_or_default();
        let first_larger = before.iter().position(|earlier| *earlier > sequence).unwrap_or(position);
        let n_reordering = before.iter().rev().take_while(|earlier| **earlier > sequence).count();
        found.push(Reordered { sequence, extent: position - first_larger, n_reordering });
    }
    found
}

/// How many of the arrivals are reordered, in one pass.
#[must_use]
pub fn count_reordered(arrivals: impl IntoIterator<Item = u32>) -> u64 {
    let mut next_expected: u32 = 0;
    let mut count = 0;
    for sequence in arrivals {
        if sequence >= next_expected {
            next_expected = sequence.saturating_add(1);
        } else {
            count += 1;
        }
    }
    count
}

/// Lengths of runs of consecutive losses, shortest first.
#[must_use]
pub fn loss_runs(lost: impl IntoIterator<Item = bool>) -> Vec<LossRun> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    let mut length = 0;
    for is_lost in lost.into_iter().chain([false]) {
        if is_lost {
            length += 1;
        } else if length > 0 {
            *counts.entry(length).or_default() += 1;
            length = 0;
        }
    }
    counts.into_iter().map(|(length_packets, count)| LossRun { length_packets, count }).collect()
}

/// BurstR (G.107): mean length of loss runs over the mean expected of random loss at the same ratio; at least 1.
#[must_use]
pub fn burst_ratio(runs: &[LossRun], sent: u64) -> f64 {
    let count: u64 = runs.iter().map(|run| u64::from(run.count)).sum();
    let lost: u64 = runs.iter().map(|run| u64::from(run.count) * u64::from(run.length_packets)).sum();
    if count == 0 || lost >= sent {
        return 1.0;
    }
    let (count, lost, sent) = (as_float(count), as_float(lost), as_float(sent));
    (lost / count * (1.0 - lost / sent)).max(1.0)
}
