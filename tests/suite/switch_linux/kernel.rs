//! A real bridge of a real kernel, in a guest.

use std::collections::BTreeSet;
use std::process::Command;

use model::change::{Change, Delta, Membership};
use model::dscp_map::Priorities;
use model::ids::{Dscp, Pcp, PortName, VlanId};
use model::neighbour::{Neighbour, Protocol, Source};
use model::switch::{Access, Duplex, PortState, SwitchState, VoiceVlanModel};
use model::units::Milliwatts;
use voiceport::switch::linux::LinuxSwitch;
use voiceport::switch::{Error, Persistence, Scope, Switch};

use super::wait;
use crate::support::{Running, Unlogged, eventually, in_guest, look_until, sh};

/// A bridge with two ports: a phone behind `sw1`, a PBX behind `sw2`, each in a network of its own. Both can talk untagged
/// in VLAN 1; the PBX's port is a tagged member of VLAN 30.
const SITE: &str = "
    ip link add br0 type bridge vlan_filtering 1
    ip link set br0 up
    n=0
    for host in phone pbx; do
        n=$((n + 1))
        ip netns add $host
        ip link add sw$n type veth peer name eth0 netns $host
        ip link set sw$n master br0 up
        ip -n $host link set eth0 up
        ip -n $host addr add 10.1.0.$n/24 dev eth0
        ip -n $host link add link eth0 name voice type vlan id 30
        ip -n $host addr add 10.30.0.$n/24 dev voice
        ip -n $host link set voice up
    done
    bridge vlan add vid 30 dev sw2";
/// What every reading says while lldpd is silent.
const NO_LLDPD: &str = "LLDP and CDP neighbours: lldpd does not answer: \
    unable to connect to socket /run/lldpd.socket: No such file or directory";
/// What every reading says of ports without DCB, which are all of this kernel's.
const NO_DCB: &str = "each port: its driver has no DCB: DSCP is not mapped to a priority";

fn open(bridge: &str) -> LinuxSwitch {
    LinuxSwitch::open("closet".into(), bridge, true, Some(Milliwatts::from_watts(60))).unwrap()
}

fn read(bridge: &str) -> SwitchState {
    wait(open(bridge).read(Scope::Everything)).unwrap()
}

fn sw1() -> PortState {
    read("br0").ports[&"sw1".into()].clone()
}

fn write(port: &str, change: &Change) {
    wait(open("br0").write(Some(&port.into()), change, &Unlogged)).unwrap();
}

fn refusal(bridge: &str, port: &str, change: &Change) -> Error {
    wait(open(bridge).write(Some(&port.into()), change, &Unlogged)).unwrap_err()
}

fn vlan(number: u16) -> VlanId {
    VlanId::new(number).unwrap()
}

fn set(numbers: &[u16]) -> BTreeSet<VlanId> {
    numbers.iter().copied().map(vlan).collect()
}

fn membership(number: u16, before: Membership, after: Membership) -> Change {
    Change::Membership { vlan: vlan(number), delta: Delta { before, after } }
}

fn pvid(before: u16, after: u16) -> Change {
    Change::Pvid { delta: Delta { before: vlan(before), after: vlan(after) } }
}

/// Whether the phone gets answers from the PBX at this address.
fn reaches(address: &str) -> bool {
    let ping = ["netns", "exec", "phone", "ping", "-q", "-c", "2", "-i", "0.2", "-W", "1", address];
    Command::new("ip").args(ping).output().unwrap().status.success()
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_bridge_is_read() {
    if !in_guest("switch_linux::kernel::a_bridge_is_read") {
        return;
    }
    sh(SITE);
    sh("bridge vlan add vid 100-4000 dev sw2; bridge vlan add vid 7 untagged dev sw2; ip -n pbx link set eth0 down");
    sh("ip link add bond9 type bond; ip link set bond9 master br0");
    assert!(!reaches("10.30.0.2"));
    let state = read("br0");

    assert_eq!(state.identity.system_name.as_deref(), Some("br0"));
    assert!(state.identity.description.unwrap().starts_with("Linux "));
    assert!(state.identity.uptime_cs.is_some_and(|uptime| uptime > 0));
    assert_eq!(state.capabilities.access_vlan, Access::Write);
    assert_eq!(state.capabilities.voice_vlan, VoiceVlanModel::TaggedMember);
    assert_eq!((state.vlans, state.notes), (None, vec![NO_LLDPD.to_owned(), NO_DCB.to_owned()]));
    assert_eq!(state.ports.keys().map(PortName::as_str).collect::<Vec<_>>(), ["bond9", "br0", "sw1", "sw2"]);

    let (sw1, sw2) = (&state.ports[&"sw1".into()], &state.ports[&"sw2".into()]);
    assert_eq!((sw1.pvid, &sw1.untagged, &sw1.tagged), (Some(vlan(1)), &Some(set(&[1])), &Some(set(&[]))));
    assert_eq!((sw2.pvid, &sw2.untagged), (Some(vlan(1)), &Some(set(&[1, 7]))));
    assert_eq!(sw2.tagged.as_ref().map(BTreeSet::len), Some(1 + 3901));
    assert_eq!((sw1.bridge_port.unwrap().0, sw2.bridge_port.unwrap().0), (1, 2));
    assert_eq!((sw2.link_up, sw2.poe.as_ref()), (Some(false), None));
    let phone = sh("ip netns exec phone cat /sys/class/net/eth0/address");
    assert_eq!(sw1.learned.iter().map(|learned| learned.mac.to_string()).collect::<Vec<_>>(), [phone.trim()]);
    assert_eq!(state.ports[&"bond9".into()].uplink_evidence, ["link aggregation (bond)"]);
    assert_eq!((sw1.speed_mbps, sw1.duplex, sw1.link_up), (Some(10_000), Some(Duplex::Full), Some(true)), "a veth says so");
    assert_eq!((sw2.speed_mbps, sw2.duplex), (None, None), "no link");
    assert_eq!((sw1.input_errors, sw1.output_errors), (Some(0), Some(0)));
    let own = &state.ports[&"br0".into()];
    assert_eq!((own.pvid, &own.untagged, &own.tagged), (Some(vlan(1)), &Some(set(&[1])), &Some(set(&[]))));
    assert!(own.uplink_evidence[0].starts_with("the bridge itself"), "{own:?}");
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn the_way_out_of_the_machine_is_an_uplink() {
    if !in_guest("switch_linux::kernel::the_way_out_of_the_machine_is_an_uplink") {
        return;
    }
    sh(SITE);
    sh("bridge vlan add vid 30 dev br0 self
        ip link add link br0 name office type vlan id 30
        ip link set office up
        ip addr add 10.30.0.9/24 dev office
        ip route add default via 10.30.0.2
        ping -q -c 1 10.30.0.2");
    let evidence = |port: &str| read("br0").ports[&port.into()].uplink_evidence.clone();
    assert_eq!(evidence("sw2"), ["this machine's default gateway 10.30.0.2 is behind it"]);
    assert!(evidence("sw1").is_empty());
    sh("ip route del default; ip route add 192.0.2.0/24 via 10.30.0.2");
    assert!(evidence("sw2").is_empty());

    let server = std::net::TcpListener::bind("10.30.0.9:22").unwrap();
    let client = "tail -f /dev/null | busybox nc 10.30.0.9 22";
    let _session = Running::start(Command::new("ip").args(["netns", "exec", "phone", "sh", "-c", client]));
    assert!(evidence("sw1").is_empty(), "the phone is not yet in this VLAN");
    sh("bridge vlan add vid 30 dev sw1");
    let _accepted = server.accept().unwrap();
    assert_eq!(evidence("sw1"), ["whoever is logged in by SSH from 10.30.0.1 is behind it"]);
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn the_port_towards_the_spanning_trees_root_is_an_uplink() {
    if !in_guest("switch_linux::kernel::the_port_towards_the_spanning_trees_root_is_an_uplink") {
        return;
    }
    sh(SITE);
    sh("ip link set br0 type bridge stp_state 1 priority 65535
        ip link add core type bridge stp_state 1 priority 0 hello_time 100
        ip link add up1 type veth peer name up2
        ip link set up1 master br0 up; ip link set up2 master core up; ip link set core up");
    let decided = |state: &SwitchState| !state.ports[&"up1".into()].uplink_evidence.is_empty();
    let state = look_until("the spanning tree's decision", || read("br0"), decided);
    assert_eq!(state.ports[&"up1".into()].uplink_evidence, ["spanning tree: towards the root bridge"]);
    assert!(state.ports[&"sw1".into()].uplink_evidence.is_empty());
}

/// MAC, VLAN and IP address of each station behind a port.
fn stations(state: &SwitchState, port: &str) -> Vec<String> {
    let shown = |station: &model::fdb::FdbEntry| {
        let address = station.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
        format!("{} {} {address}", station.mac, station.vlan.unwrap_or(0))
    };
    state.ports[&port.into()].learned.iter().map(shown).collect()
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn stations_are_learned_with_their_vlan_and_address() {
    if !in_guest("switch_linux::kernel::stations_are_learned_with_their_vlan_and_address") {
        return;
    }
    sh(SITE);
    sh("n=0
        for host in phone pbx; do
            n=$((n + 1))
            ip -n $host link set eth0 address 00:00:5e:00:53:0$n
            # no IPv6: what is learned is what the pings below show
            ip netns exec $host sysctl -qw net.ipv6.conf.all.disable_ipv6=1
        done
        ip link set sw1 down; ip link set sw2 down; ip link set sw1 up; ip link set sw2 up
        bridge vlan add vid 30 dev sw1
        bridge vlan add vid 30 dev br0 self
        ip link add link br0 name voice type vlan id 30
        ip link set voice up
        ip addr add 10.1.0.9/24 dev br0
        ip addr add 10.30.0.9/24 dev voice
        bridge fdb add 02:00:00:00:00:01 dev sw1 master static vlan 1
        bridge fdb add 02:00:00:00:00:02 dev sw1 self");
    // the phone talks to this machine in both VLANs, the PBX only to the phone
    sh("ping -q -c 1 10.1.0.1 && ping -q -c 1 10.30.0.1");
    eventually("VLAN 30 passes", || reaches("10.30.0.2"));
    let state = read("br0");
    assert_eq!(stations(&state, "sw1"), ["00:00:5e:00:53:01 1 10.1.0.1", "00:00:5e:00:53:01 30 10.30.0.1"]);
    assert_eq!(stations(&state, "sw2"), ["00:00:5e:00:53:02 30 -"]);

    sh("ip link add flat type bridge; ip link set flat up; ip link set sw1 master flat; ip addr add 10.1.0.8/24 dev flat
        ping -q -c 1 -I flat 10.1.0.1");
    assert_eq!(stations(&read("flat"), "sw1"), ["00:00:5e:00:53:01 0 10.1.0.1"]);
}

#[test]
#[ignore = "needs user-mode-linux and lldpd: tests/run runs it"]
fn lldpd_tells_of_the_phone_behind_a_port() {
    if !in_guest("switch_linux::kernel::lldpd_tells_of_the_phone_behind_a_port") {
        return;
    }
    sh(SITE);
    sh("mkdir -p /run/lldpd; chmod 755 /run /run/lldpd; cat >/run/phone.conf <<'END'
configure system hostname SEP00005E005301
configure system platform \"Acme T46\"
configure system capabilities enabled bridge,telephone
configure inventory manufacturer Acme
configure inventory model T46
configure med fast-start enable
configure med policy application voice unknown tagged
configure dot3 power pd supported enabled powerpairs signal class class-2 type 2 source pse priority high requested 6500 allocated 6500
END
        # one that is no port of the bridge, with the same neighbour
        ip link add other type veth peer name eth1 netns phone
        ip link set other up
        ip -n phone link set eth1 up");
    assert_eq!(read("br0").notes, [NO_LLDPD, NO_DCB]);

    let _switch = Running::start(Command::new("lldpd").args(["-d", "-c", "-l", "-I", "sw*,other"]));
    let phone = ["netns", "exec", "phone", "lldpd", "-d", "-M", "3", "-ccccc", "-l", "-I", "eth0,eth1"];
    let files = ["-u", "/run/lldpd/phone.socket", "-O", "/run/phone.conf"];
    let _phone = Running::start(Command::new("ip").args(phone).args(files));
    // The first frames may leave before the configuration is read.
    let power = |row: &Neighbour<'_>| row.dot3.as_ref().is_some_and(|dot3| dot3.power.is_some());
    let platform = |row: &Neighbour<'_>| row.cdp.as_ref().is_some_and(|cdp| cdp.platform.as_deref() == Some("Acme T46"));
    let told = |state: &SwitchState| {
        let heard = &state.ports[&"sw1".into()].neighbours;
        heard.len() == 2 && heard.iter().any(power) && heard.iter().any(platform)
    };
    let state = look_until("all that the phone says", || read("br0"), told);

    assert_eq!((&state.notes, &state.unplaced_neighbours), (&vec![NO_DCB.to_owned()], &vec![]));
    assert!(state.ports[&"sw2".into()].neighbours.is_empty());
    let [lldp, cdp] = &state.ports[&"sw1".into()].neighbours[..] else { panic!("{state:?}") };
    assert_eq!((lldp.protocol, cdp.protocol), (Protocol::Lldp, Protocol::Cdp));
    for row in [lldp, cdp] {
        assert_eq!((row.source, row.switch.as_ref().unwrap().as_str()), (Source::Switch, "closet"));
        assert_eq!((row.port.as_ref().unwrap().as_str(), row.seen_at), ("sw1", Some(state.read_at)));
    }
    assert_eq!(lldp.system_name.as_deref(), Some("SEP00005E005301"));
    assert!(lldp.is_phone() && lldp.med.as_ref().unwrap().policies[0].unknown);
    assert_eq!(lldp.med.as_ref().unwrap().inventory.as_ref().unwrap().model.as_deref(), Some("T46"));
    assert_eq!(lldp.dot3.as_ref().unwrap().power.as_ref().unwrap().allocated_mw, Some(6500));
    assert_eq!(cdp.cdp.as_ref().unwrap().platform.as_deref(), Some("Acme T46"));
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn voice_passes_only_while_the_port_is_a_tagged_member() {
    if !in_guest("switch_linux::kernel::voice_passes_only_while_the_port_is_a_tagged_member") {
        return;
    }
    sh(SITE);
    let before = sw1();
    eventually("VLAN 1 passes", || reaches("10.1.0.2"));
    assert!(!reaches("10.30.0.2"));

    let change = membership(30, Membership::None, Membership::Tagged);
    write("sw1", &change);
    assert_eq!(sw1().tagged, Some(set(&[30])));
    eventually("both VLANs pass", || reaches("10.1.0.2") && reaches("10.30.0.2"));
    write("sw1", &change);

    write("sw1", &change.inverse());
    eventually("VLAN 1 passes", || reaches("10.1.0.2"));
    assert!(!reaches("10.30.0.2"));
    let after = sw1();
    assert_eq!((after.pvid, after.tagged, after.untagged), (before.pvid, before.tagged, before.untagged));
    assert_eq!(wait(open("br0").persist()).unwrap(), Persistence::NotPossible);
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn an_access_vlan_moves_and_moves_back() {
    if !in_guest("switch_linux::kernel::an_access_vlan_moves_and_moves_back") {
        return;
    }
    sh(SITE);
    sh("bridge vlan add vid 10 pvid untagged dev sw2");
    let steps = [
        membership(10, Membership::None, Membership::Untagged),
        pvid(1, 10),
        membership(1, Membership::Untagged, Membership::None),
    ];
    let before = sh("bridge -j vlan show dev sw1");
    assert!(!reaches("10.1.0.2"));

    for step in &steps {
        write("sw1", step);
    }
    let moved = sw1();
    assert_eq!((moved.pvid, moved.untagged, moved.tagged), (Some(vlan(10)), Some(set(&[10])), Some(set(&[]))));
    eventually("VLAN 10 passes", || reaches("10.1.0.2"));

    for step in steps.iter().rev() {
        write("sw1", &step.inverse());
    }
    assert_eq!(sh("bridge -j vlan show dev sw1"), before);
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_step_reads_only_its_port() {
    if !in_guest("switch_linux::kernel::a_step_reads_only_its_port") {
        return;
    }
    sh(SITE);
    let (port, change) = ("sw2".into(), membership(30, Membership::Tagged, Membership::None));
    let state = wait(open("br0").read(Scope::Step { port: Some(&port), change: &change })).unwrap();
    assert_eq!(state.ports.keys().collect::<Vec<_>>(), [&port]);
    assert_eq!(state.ports[&port].tagged, Some(set(&[30])));
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn what_is_wrong_is_said_in_words() {
    if !in_guest("switch_linux::kernel::what_is_wrong_is_said_in_words") {
        return;
    }
    sh(SITE);
    sh("ip link add flat type bridge; ip link add sw3 type veth peer name x3; ip link set sw3 master flat");
    let change = membership(30, Membership::None, Membership::Tagged);
    let text = |error: &Error| (error.to_string(), error.hint().unwrap_or_default());

    let missing = wait(open("br7").identify()).unwrap_err();
    assert_eq!(missing.to_string(), "switch closet: bridge br7: there is no interface of this name here");
    assert!(missing.hint().unwrap().starts_with("check switches.closet.linux"));
    let other = wait(open("lo").read(Scope::Everything)).unwrap_err();
    assert_eq!(other.to_string(), "switch closet: bridge lo: this interface is not a bridge");

    let (what, help) = text(&refusal("flat", "sw3", &change));
    assert_eq!(what, "switch closet: VLANs on ports have no effect while vlan_filtering is 0");
    assert_eq!(help, "ip link set flat type bridge vlan_filtering 1");
    assert_eq!(read("flat").capabilities.access_vlan, Access::None);

    let (what, help) = text(&refusal("br0", "sw9", &change));
    assert_eq!(what, "switch closet: bridge br0 has no port sw9");
    assert_eq!(help, "its ports are sw1, sw2");

    let poe = Change::PoeEnabled { delta: Delta { before: false, after: true }, allocation: None };
    let (what, help) = text(&refusal("br0", "sw1", &poe));
    assert_eq!(what, "switch closet: port sw1 has no PSE that answers: No PHY is attached (EOPNOTSUPP)");
    assert!(help.contains("does not connect this port to a PHY"), "{help}");
    let delta = Delta { before: Priorities::default(), after: Priorities(Pcp::new(5).into_iter().collect()) };
    let (what, _) = text(&refusal("br0", "sw1", &Change::DscpPriority { dscp: Dscp::EF, delta }));
    assert_eq!(what, "switch closet: port sw1: its driver has no DCB: DSCP is not mapped to a priority");

    let read_only = LinuxSwitch::open("closet".into(), "br0", false, None).unwrap();
    let (what, help) = text(&wait(read_only.write(Some(&"sw1".into()), &change, &Unlogged)).unwrap_err());
    assert_eq!(what, "switch closet: the inventory does not allow writing to this bridge");
    assert_eq!(help, "set switches.closet.write: local");

    let nobody = nix::unistd::Uid::from_raw(65534);
    nix::unistd::setresuid(nobody, nobody, nobody).unwrap();
    assert_eq!(sw1().pvid, Some(vlan(1)), "reading needs no privilege");
    let (what, help) = text(&refusal("br0", "sw1", &change));
    assert_eq!(what, "switch closet: port sw1: set vlan 30 = tagged: needs CAP_NET_ADMIN, which this process does not have");
    assert!(help.contains("sudo setcap cap_net_admin"), "{help}");
}
