//! The binary on a machine with PoE ports: a phone's port is powered and put back, by the kernel's own PSE core.

use std::process::Command;

use super::user::{Said, User, finish};
use crate::support::{eventually, in_pse_guest, sh};

/// A bridge with the ports `swp0`, where a phone is plugged in that is in VLAN 20 as soon as it has power, and `swp1`.
const MACHINE: &str = "
    ip link add br0 type bridge vlan_filtering 1
    ip link set br0 up
    for port in swp0 swp1; do ip link set $port master br0 up; done
    bridge vlan add vid 20 dev br0 self
    ip link add link br0 name voice type vlan id 20
    ip addr add 10.20.0.1/24 dev voice
    ip link set voice up
    ip netns add phone
    ip link set pd0 netns phone
    ip -n phone link set pd0 address 00:15:65:12:34:56 up
    ip -n phone link add link pd0 name voice type vlan id 20
    ip -n phone addr add 10.20.0.2/24 dev voice
    ip -n phone link set voice up
    echo 1 > /sys/kernel/debug/vp_pse/0/attached";

const SITE: &str = "
site: {name: branch, time_zone: Europe/Berlin, country: DE}
vlans:
  voice: {id: 20, role: voice, priority: 5, dscp: 46}
switches:
  closet: {linux: br0, write: local, voice_vlan: voice, power_budget_w: BUDGET}
phones:
  - {mac: 00:15:65:12:34:56, model: yealink/t46s, at: {switch: closet, port: swp0}}
";

/// Somebody on that machine, with an inventory that knows the supply's budget in watts.
fn user(budget: u32) -> User {
    sh(MACHINE);
    let user = User::new();
    user.write("site.yaml", SITE.replace("BUDGET", &budget.to_string()));
    user
}

fn run(user: &User, arguments: &[&str]) -> Said {
    finish(user.command(["-i", "site.yaml"]).args(arguments))
}

fn phone_answers() -> bool {
    Command::new("ping").args(["-q", "-c", "2", "-i", "0.2", "-W", "1", "10.20.0.2"]).output().unwrap().status.success()
}

/// The phone's network comes up a moment after its power.
fn phone_comes_up() {
    eventually("the phone answers", phone_answers);
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn a_phone_is_powered_and_put_back() {
    if !in_pse_guest("cli::pse::a_phone_is_powered_and_put_back") {
        return;
    }
    let user = user(60);
    let planned = run(&user, &["plan", "--check"]).exits(5);
    for change in ["PoE: off → on", "member of VLAN 20: no → tagged", "priority of DSCP 46: none → 5"] {
        assert!(planned.stdout.contains(change), "{change}: {planned}");
    }
    assert!(!phone_answers());
    run(&user, &["apply", "--yes"]).exits(0).says("done and read back");
    phone_comes_up();
    assert!(sh("dcb app show dev swp0 dscp-prio").contains("EF:5"));
    run(&user, &["plan", "--check"]).exits(0);
    let power = run(&user, &["power"]).exits(0);
    assert!(power.stdout.contains("60.0 W") && power.stdout.contains("3.5 W"), "{power}");

    sh("echo 31000 > /sys/kernel/debug/vp_pse/0/load_mw");
    let overloaded = run(&user, &["discover", "--switch", "closet"]);
    assert!(overloaded.stdout.contains("note: switch closet: port swp0: no power: overload"), "{overloaded}");
    assert!(!phone_answers());
    sh("echo 3500 > /sys/kernel/debug/vp_pse/0/load_mw");
    phone_comes_up();
    run(&user, &["rollback", "--yes"]).exits(0).says("everything was put back and read back");
    assert!(!phone_answers());
    assert!(!sh("dcb app show dev swp0 dscp-prio").contains("EF"));
    run(&user, &["plan", "--check"]).exits(5);
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn a_phone_is_restarted() {
    if !in_pse_guest("cli::pse::a_phone_is_restarted") {
        return;
    }
    let user = user(60);
    run(&user, &["apply", "--yes"]).exits(0);
    phone_comes_up();
    let losses = || sh("cat /sys/class/net/swp0/carrier_down_count").trim().parse::<u32>().unwrap();
    let before = losses();
    run(&user, &["power", "cycle", "closet", "swp0", "--yes"]).exits(0);
    assert_eq!(losses(), before + 1, "the phone lost its power once");
    phone_comes_up();
    sh("ip link add sw9 type veth peer name far; ip link set sw9 master br0");
    let refused = run(&user, &["power", "cycle", "closet", "sw9", "--yes", "--force"]);
    assert!(refused.code != Some(0), "{refused}");
}

#[test]
#[ignore = "needs a kernel with PSEs: tests/run builds it"]
fn the_inventorys_budget_is_kept() {
    if !in_pse_guest("cli::pse::the_inventorys_budget_is_kept") {
        return;
    }
    let user = user(5);
    let planned = run(&user, &["plan"]);
    assert!(planned.stdout.contains("PSE group 1 can give 5.0 W"), "{planned}");
    run(&user, &["apply", "--yes"]).exits(5);
    assert!(!phone_answers());
}
