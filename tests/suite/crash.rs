//! The real binary killed at any line of its journal, in saves and in rollbacks, on every kind of switch: after a last rollback each
//! switch is as it was, in running and in startup configuration.
//!
//! The simulated site runs in a process of its own and tells its true state through its control socket. `just crash` runs thousands
//! of trials and writes `tests/crash.md`; here are enough for sixty kills.

mod golden;
mod interference;
mod lane;
mod long;
mod others;
mod trial;
mod two;

use self::lane::Lane;
use self::trial::Trial;

/// The kinds of switches in the closet.
const KINDS: [&str; 8] = [
    "standard",
    "cisco-ios",
    "cisco-small-business",
    "hpe-comware",
    "aruba-os-switch",
    "dell-n",
    "netgear-fastpath",
    "ubiquiti-edgeswitch",
];
/// Kills of each kind in the short form.
const KILLS_OF_A_KIND: u32 = 8;

/// Trials one after another until so many kills were made; each must leave no difference.
fn few(kind: &str) {
    let lane = Lane::start(kind);
    let mut kills = 0;
    for number in 0.. {
        let trial = Trial::drawn(kind, number, lane.lines());
        let result = lane.run(&trial);
        assert!(result.is_right(), "{kind}, trial {number}, {trial:#?}: {result:#?}");
        kills += result.kills;
        if kills >= KILLS_OF_A_KIND {
            return;
        }
    }
}

/// Does something for each item, some at the same time: most of each is waiting.
fn side_by_side<T: Sync>(items: &[T], does: impl Fn(&T) + Sync) {
    const AT_ONCE: usize = 4;
    std::thread::scope(|scope| {
        for first in 0..AT_ONCE {
            let does = &does;
            scope.spawn(move || items.iter().skip(first).step_by(AT_ONCE).for_each(does));
        }
    });
}

#[test]
fn sixty_kills_leave_no_difference() {
    side_by_side(&KINDS, |kind| few(kind));
}
