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

macro_rules! of_each_kind {
    ($($name:ident: $kind:literal),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                few($kind);
            }
        )*

        #[test]
        fn every_kind_has_its_test() {
            assert_eq!([$($kind),*], KINDS);
        }
    };
}

of_each_kind! {
    kills_leave_no_difference_on_a_standard_switch: "standard",
    kills_leave_no_difference_on_cisco_ios: "cisco-ios",
    kills_leave_no_difference_on_cisco_small_business: "cisco-small-business",
    kills_leave_no_difference_on_hpe_comware: "hpe-comware",
    kills_leave_no_difference_on_aruba_os_switch: "aruba-os-switch",
    kills_leave_no_difference_on_dell_n: "dell-n",
    kills_leave_no_difference_on_netgear_fastpath: "netgear-fastpath",
    kills_leave_no_difference_on_ubiquiti_edgeswitch: "ubiquiti-edgeswitch",
}
