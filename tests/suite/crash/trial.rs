//! One trial: when the binary is killed, in which command, and what becomes of the power meanwhile. Drawn from its number alone, so
//! that a trial can be repeated.

use std::time::Duration;

use serde::Serialize;

/// Longest time between a journal line and the kill.
const LONGEST_DELAY_US: u64 = 12_000;

/// When the binary is killed, and what happens between.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    pub number: u32,
    /// Of `apply`.
    pub apply: Kill,
    /// Switches without power for a moment after that.
    pub power_cuts: Vec<String>,
    /// Of rollbacks before the last, which is left to its end.
    pub rollbacks: Vec<Kill>,
}

/// A kill, so long after the journal has so many lines.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Kill {
    pub lines: u64,
    pub delay: Duration,
}

/// Lines of the journal of a whole run: how many there are, and at which a switch is being saved.
#[derive(Debug, Clone)]
pub struct Lines {
    pub all: u64,
    pub saving: Vec<u64>,
}

impl Trial {
    /// A fifth of the kills is aimed at a save, half of the trials kill rollbacks too, and a quarter cuts the power.
    pub fn drawn(kind: &str, number: u32, lines: &Lines) -> Self {
        let seed = kind.bytes().fold(u64::from(number) + 1, |seed, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
        let mut chance = Chance(seed);
        let at = match lines.saving.get(chance.index(lines.saving.len().max(1))) {
            Some(saving) if chance.one_in(5) => *saving,
            _ => 1 + chance.below(lines.all),
        };
        let apply = chance.kill(at);
        let power_cuts = ["closet", "floor-2"].into_iter().filter(|_| chance.one_in(8)).map(str::to_owned).collect();
        let rollbacks = if chance.one_in(2) { 1 + chance.below(3) } else { 0 };
        let mut so_far = at;
        let mut rollback = |_| {
            so_far += 1 + chance.below(lines.all);
            chance.kill(so_far)
        };
        Self { number, apply, power_cuts, rollbacks: (0..rollbacks).map(&mut rollback).collect() }
    }
}

/// A generator of numbers (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0, less than `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Half of the kills come at once.
    fn kill(&mut self, lines: u64) -> Kill {
        let delay = if self.one_in(2) { 0 } else { self.below(LONGEST_DELAY_US) };
        Kill { lines, delay: Duration::from_micros(delay) }
    }
}
