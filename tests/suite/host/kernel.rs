//! The neighbour table of a kernel of its own.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use model::ids::MacAddress;
use voiceport::host::NeighbourTable;

use crate::support::{TempDir, eventually, in_guest, sh};

const PHONE: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 1]);
const OTHER: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 2]);
const NOBODY: [MacAddress; 0] = [];

/// A cable from here to a phone's network namespace, with IPv4 and IPv6 at both ends.
const CABLE: &str = "
    ip netns add phone
    ip link add port type veth peer name eth0 netns phone
    ip link set port up; ip -n phone link set eth0 address 00:00:5e:00:53:01 up
    ip addr add 192.0.2.1/24 dev port; ip -n phone addr add 192.0.2.7/24 dev eth0
    ip addr add 2001:db8::1/64 dev port nodad; ip -n phone addr add 2001:db8::7/64 dev eth0 nodad";

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn neighbours_are_followed_as_they_appear_change_and_go() {
    if !in_guest("host::kernel::neighbours_are_followed_as_they_appear_change_and_go") {
        return;
    }
    sh(CABLE);
    let table = NeighbourTable::open().unwrap();
    for (here, phone) in [("192.0.2.1", "192.0.2.7"), ("2001:db8::1", "2001:db8::7")] {
        let macs = || table.macs(phone.parse().unwrap());
        assert_eq!(macs(), NOBODY);
        // the phone asks for us, and is known by the time we have answered
        sh(&format!("ip netns exec phone ping -c 1 -W 20 {here}"));
        assert_eq!(macs(), [PHONE], "{phone}");
        sh(&format!("ip neigh replace {phone} lladdr 00:00:5e:00:53:02 nud reachable dev port"));
        assert_eq!(macs(), [OTHER], "{phone}");
        sh(&format!("ip neigh change {phone} nud failed dev port"));
        assert_eq!(macs(), NOBODY, "{phone} failed");
        sh(&format!("ip neigh replace {phone} lladdr 00:00:5e:00:53:01 nud permanent dev port"));
        assert_eq!(macs(), [PHONE], "{phone}");
        assert_eq!(NeighbourTable::open().unwrap().macs(phone.parse().unwrap()), [PHONE], "{phone}, by the table as a whole");
        sh(&format!("ip neigh del {phone} dev port"));
        assert_eq!(macs(), NOBODY, "{phone} deleted");
        sh(&format!("ip neigh replace {phone} lladdr 00:00:5e:00:53:01 nud stale dev port"));
        assert_eq!(macs(), [PHONE], "{phone}");
    }
    sh("ip link del port");
    assert!(table.all().is_empty(), "{:?}", table.all());
}

/// What the kernel tells of the rtnetlink sockets of this machine that wait for neighbours: bytes that wait, messages dropped.
fn queues() -> Vec<(u64, u64)> {
    const NEIGHBOURS: u64 = 1 << 2;
    let text = std::fs::read_to_string("/proc/net/netlink").unwrap();
    let rows = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let waiting = rows.filter(|row| row[1] == "0" && u64::from_str_radix(row[3], 16).unwrap() & NEIGHBOURS != 0);
    waiting.map(|row| (row[4].parse().unwrap(), row[8].parse().unwrap())).collect()
}

/// Writes neighbours 10.0.x.y from `first` to `last`, with `command` before and `after` behind the address.
fn write(command: &str, first: u32, last: u32, after: &str) {
    let mut batch = String::new();
    for number in first..last {
        writeln!(batch, "neigh {command} 10.0.{}.{} dev port {after}", number >> 8, number & 255).unwrap();
    }
    let folder = TempDir::new();
    sh(&format!("ip -batch {}", folder.write("batch", batch).display()));
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn what_is_lost_in_a_full_queue_is_read_again() {
    if !in_guest("host::kernel::what_is_lost_in_a_full_queue_is_read_again") {
        return;
    }
    sh("ip link add port type dummy; ip link set port up");
    let table = NeighbourTable::open().unwrap();
    write("add", 0, 4000, "lladdr 00:00:5e:00:53:01 nud permanent");
    write("change", 0, 1000, "lladdr 00:00:5e:00:53:02 nud permanent");
    write("del", 1000, 2000, "");
    assert!(queues().iter().any(|(_, dropped)| *dropped > 0), "the queue did not overflow: {:?}", queues());
    let neighbour = |number: u32| table.macs(IpAddr::from((0x0a00_0000 + number).to_be_bytes()));
    assert_eq!(table.all().len(), 3000);
    assert_eq!([neighbour(0), neighbour(999), neighbour(1000), neighbour(3999)], [vec![OTHER], vec![OTHER], vec![], vec![PHONE]]);
    // and what comes after is told again
    write("del", 3999, 4000, "");
    assert_eq!(neighbour(3999), NOBODY);
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn who_follows_reads_what_nobody_looks_up() {
    if !in_guest("host::kernel::who_follows_reads_what_nobody_looks_up") {
        return;
    }
    sh("ip link add port type dummy; ip link set port up");
    let table = Arc::new(NeighbourTable::open().unwrap());
    write("add", 0, 1, "lladdr 00:00:5e:00:53:01 nud permanent");
    assert!(queues().iter().any(|(waiting, _)| *waiting > 0), "{:?}", queues());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let followed = Arc::clone(&table);
    let following = runtime.spawn(async move { followed.follow().await });
    for number in 1..4 {
        eventually("the queue is read", || queues().iter().all(|(waiting, _)| *waiting == 0));
        write("add", number, number + 1, "lladdr 00:00:5e:00:53:01 nud permanent");
    }
    assert!(!following.is_finished());
    assert_eq!(table.all().len(), 4);
}
