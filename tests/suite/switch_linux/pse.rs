//! The kernel's own PSE and DCB cores, driven by a simulated PoE switch, in a guest.

use std::process::Command;

use model::change::{Change, Delta, Membership};
use model::dscp_map::Priorities;
use model::ids::{Dscp, Pcp, PseIndex};
use model::switch::{Access, Detection, PoePort, PoePriority, SwitchState};
use model::units::Milliwatts;
use voiceport::switch::linux::LinuxSwitch;
use voiceport::switch::{Error, Scope, Switch};

use super::wait;
use crate::support::{Unlogged, eventually, in_pse_guest, sh};

/// A bridge of three ports with PSEs and one without; at the far end of `swp0` a phone in a network of its own, in VLAN 30, in
/// which this machine is too.
const SITE: &str = "
    ip link add br0 type bridge vlan_filtering 1
    ip link set br0 up
    for port in swp0 swp1 swp2 swp8; do ip link set $port master br0 up; done
    bridge vlan add vid 30 dev br0 self
    ip link add link br0 name voice type vlan id 30
    ip addr add 10.30.0.1/24 dev voice
    ip link set voice up
    ip netns add phone
    ip link set pd0 netns phone
    ip -n phone link set pd0 up
    ip -n phone link add link pd0 name voice type vlan id 30
    ip -n phone addr add 10.30.0.2/24 dev voice
    ip -n phone link set voice up";

fn open() -> LinuxSwitch {
    LinuxSwitch::open("closet".into(), "br0", true, Some(Milliwatts::from_watts(60))).unwrap()
}

fn read() -> SwitchState {
    wait(open().read(Scope::Everything)).unwrap()
}

fn poe(port: &str) -> PoePort {
    read().ports[&port.into()].poe.clone().unwrap()
}

/// What stands in the way of power, of all ports.
fn reasons() -> Vec<String> {
    read().notes.into_iter().filter(|note| note.contains("no power")).collect()
}

fn write(port: &str, change: &Change) -> Result<(), Error> {
    wait(open().write(Some(&port.into()), change, &Unlogged))
}

fn switch_power(port: &str, on: bool) {
    write(port, &Change::PoeEnabled { delta: Delta { before: !on, after: on }, allocation: None }).unwrap();
}

fn play(knob: &str, value: u32) {
    sh(&format!("echo {value} > /sys/kernel/debug/vp_pse/{knob}"));
}

fn phone_answers() -> bool {
    Command::new("ping").args(["-q", "-c", "2", "-i", "0.2", "-W", "1", "10.30.0.2"]).output().unwrap().status.success()
}

/// The phone's network comes up a moment after its power.
fn phone_comes_up() {
    eventually("the phone answers", phone_answers);
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn a_phone_is_powered_and_its_voice_passes() {
    if !in_pse_guest("switch_linux::pse::a_phone_is_powered_and_its_voice_passes") {
        return;
    }
    sh(SITE);
    let off = poe("swp0");
    assert_eq!((off.enabled, off.detection, off.class), (Some(false), Some(Detection::Disabled), None));
    play("0/attached", 1);
    assert!(!phone_answers());

    switch_power("swp0", true);
    let on = poe("swp0");
    assert_eq!((on.enabled, on.detection), (Some(true), Some(Detection::Delivering)));
    assert_eq!((on.class, on.measured, on.limit), (Some(2), Some(Milliwatts(3500)), Some(Milliwatts(30000))));
    assert_eq!(on.priority, None, "this kernel has no priorities");
    assert!(on.index.is_some_and(|index: PseIndex| index.group == 1));
    assert!(!phone_answers(), "powered, but not yet a member of the voice VLAN");

    let member = Change::Membership {
        vlan: model::ids::VlanId::new(30).unwrap(),
        delta: Delta { before: Membership::None, after: Membership::Tagged },
    };
    write("swp0", &member).unwrap();
    phone_comes_up();
    write("swp0", &member.inverse()).unwrap();
    assert!(!phone_answers());
    write("swp0", &member).unwrap();
    phone_comes_up();

    play("0/attached", 0);
    assert_eq!(poe("swp0").detection, Some(Detection::Searching));
    play("0/attached", 1);
    switch_power("swp0", false);
    assert_eq!((poe("swp0").enabled, poe("swp0").class), (Some(false), None));
    assert!(!phone_answers());
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn why_there_is_no_power_is_said_in_words() {
    if !in_pse_guest("switch_linux::pse::why_there_is_no_power_is_said_in_words") {
        return;
    }
    sh(SITE);
    for port in ["swp0", "swp1"] {
        switch_power(port, true);
    }
    play("0/attached", 1);
    play("1/attached", 1);
    assert_eq!(reasons(), Vec::<String>::new());

    play("0/load_mw", 31000);
    assert_eq!(poe("swp0").detection, Some(Detection::OtherFault));
    assert_eq!(reasons(), ["port swp0: no power: overload"]);
    play("0/load_mw", 3500);
    play("0/short_circuit", 1);
    assert_eq!(poe("swp0").detection, Some(Detection::Fault));
    assert_eq!(reasons(), ["port swp0: no power: short circuit"]);
    play("0/short_circuit", 0);
    play("budget_mw", 6000);
    assert_eq!(reasons(), ["port swp1: no power: power not available: budget exceeded"]);

    // This kernel reports nothing by itself, but it can be listened to.
    let listening = || sh("awk '$2 == 16 && $4 != \"00000000\"' /proc/net/netlink").lines().count();
    let switch = open();
    assert_eq!(listening(), 0);
    for _ in 0..2 {
        let notes = wait(switch.read(Scope::Everything)).unwrap().notes;
        assert!(!notes.iter().any(|note| note.contains("report")), "{notes:?}");
        assert_eq!(listening(), 1);
    }
    drop(switch);
    assert_eq!(listening(), 0);

    let group = read().pse_groups[&1].clone();
    assert_eq!((group.nominal, group.measured), (Some(Milliwatts::from_watts(60)), Some(Milliwatts(3500))));
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn a_power_limit_is_kept_within_the_ranges() {
    if !in_pse_guest("switch_linux::pse::a_power_limit_is_kept_within_the_ranges") {
        return;
    }
    sh(SITE);
    play("0/attached", 1);
    switch_power("swp0", true);
    let limit = |watts| {
        let delta = Delta { before: poe("swp0").limit.unwrap(), after: Milliwatts::from_watts(watts) };
        write("swp0", &Change::PoeLimit { delta })
    };

    limit(7).unwrap();
    assert_eq!(poe("swp0").limit, Some(Milliwatts::from_watts(7)));
    play("0/load_mw", 9000);
    assert_eq!(reasons(), ["port swp0: no power: overload"]);
    limit(15).unwrap();
    assert_eq!((poe("swp0").detection, reasons().len()), (Some(Detection::Delivering), 0));

    let refusal = limit(40).unwrap_err().to_string();
    let words = "its PSE does not take 40.0 W as power limit, only 2.0 W to 30.0 W or 45.0 W to 60.0 W";
    assert_eq!(refusal, format!("switch closet: port swp0: {words}"));

    play("0/keeps_limit", 1);
    limit(20).unwrap();
    assert_eq!(poe("swp0").limit, Some(Milliwatts::from_watts(15)), "accepted, but not done: only reading back shows it");
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn a_port_without_pse_says_what_is_missing() {
    if !in_pse_guest("switch_linux::pse::a_port_without_pse_says_what_is_missing") {
        return;
    }
    sh(SITE);
    sh("ip link add sw9 type veth peer name far; ip link set sw9 master br0");
    let state = read();
    assert_eq!((state.capabilities.poe, state.capabilities.poe_limit), (Access::Write, Access::Write));
    assert_eq!(state.capabilities.poe_priority, Access::None);
    assert_eq!((&state.ports[&"swp8".into()].poe, &state.ports[&"sw9".into()].poe), (&None, &None));

    let on = Change::PoeEnabled { delta: Delta { before: false, after: true }, allocation: None };
    let text = |error: Error| (error.to_string(), error.hint().unwrap_or_default());
    let (what, help) = text(write("sw9", &on).unwrap_err());
    assert_eq!(what, "switch closet: port sw9 has no PSE that answers: No PHY found (EOPNOTSUPP)");
    assert!(help.contains("does not connect this port to a PHY"), "{help}");
    let (what, help) = text(write("swp8", &on).unwrap_err());
    assert_eq!(what, "switch closet: port swp8 has no PSE that answers: No PSE is attached (EOPNOTSUPP)");
    assert!(help.contains("device tree"), "{help}");

    let low = Change::PoePriority { delta: Delta { before: PoePriority::High, after: PoePriority::Low }, number: None };
    let (what, _) = text(write("swp0", &low).unwrap_err());
    assert_eq!(what, "switch closet: port swp0: its PSE has no priorities, or this kernel does not tell them (Linux 6.17 does)");

    let nobody = nix::unistd::Uid::from_raw(65534);
    nix::unistd::setresuid(nobody, nobody, nobody).unwrap();
    assert_eq!(poe("swp0").enabled, Some(false), "reading needs no privilege");
    let (what, help) = text(write("swp0", &on).unwrap_err());
    assert_eq!(
        what,
        "switch closet: port swp0: set c33-pse-admin-control = enable: needs CAP_NET_ADMIN, which this process does not have"
    );
    assert!(help.contains("sudo setcap cap_net_admin"), "{help}");
}

#[test]
#[ignore = "needs a kernel with DCB: tests/run builds it"]
fn a_dscp_is_given_a_priority() {
    if !in_pse_guest("switch_linux::pse::a_dscp_is_given_a_priority") {
        return;
    }
    sh(SITE);
    let marks = || -> Vec<String> { read().notes.into_iter().filter(|note| note.contains("DSCP")).collect() };
    let all = "port swp0, swp1, swp2, swp8: no DSCP is mapped to a priority; no mark is trusted";
    assert_eq!(marks(), [all]);

    sh("dcb app add dev swp1 dscp-prio 46:0 dscp-prio 46:5 dscp-prio 24:3 ethtype-prio 0x0800:2");
    let voice = |before: &[u8], after: &[u8]| {
        let priorities = |numbers: &[u8]| Priorities(numbers.iter().filter_map(|number| Pcp::new(*number)).collect());
        Change::DscpPriority { dscp: Dscp::EF, delta: Delta { before: priorities(before), after: priorities(after) } }
    };
    write("swp1", &voice(&[0, 5], &[6])).unwrap();
    write("swp1", &voice(&[0, 5], &[6])).unwrap();
    assert!(sh("dcb app show dev swp1 dscp-prio").contains("EF:6"), "another program reads the same");
    assert_eq!(marks()[1], "port swp1: DSCP 24 → priority 3, DSCP 46 → priority 6; no mark is trusted");

    sh("ip link add sw9 type veth peer name far; ip link set sw9 master br0");
    let without = "port sw9: its driver has no DCB: DSCP is not mapped to a priority";
    assert!(marks().iter().any(|note| note == without), "{:?}", marks());
    write("swp1", &voice(&[6], &[0, 5])).unwrap();
    assert!(marks().iter().any(|note| note.contains("DSCP 46 → priority 0 or 5")), "put back: {:?}", marks());

    let nobody = nix::unistd::Uid::from_raw(65534);
    nix::unistd::setresuid(nobody, nobody, nobody).unwrap();
    let refusal = write("swp2", &voice(&[], &[5])).unwrap_err();
    assert!(refusal.to_string().contains("set DSCP 46 = priority 5: needs CAP_NET_ADMIN"), "{refusal}");
}
