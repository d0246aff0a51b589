//! The binary as root of a machine of its own: a real LLDP speaker on a cable, a network that loses, a bridge as a switch.

use std::process::Command;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::schemas;
use super::user::{Background, Said, User, finish};
use crate::support::{Running, eventually, in_guest, sh};

/// A cable `port1`–`eth1`, the far end in the namespace `phone`.
const CABLE: &str = "
    ip netns add phone
    ip link add port1 type veth peer name eth1 netns phone
    ip -n phone link set eth1 address 00:15:65:12:34:56 up
    ip -n phone link set lo up
    ip link set port1 up
    ip addr add 10.7.0.1/24 dev port1
    ip -n phone addr add 10.7.0.2/24 dev eth1";

const PHONE: &str = "
    configure system hostname SIP-T46S
    configure system platform 'Yealink SIP-T46S'
    configure inventory manufacturer Yealink
    configure inventory model SIP-T46S
    configure system capabilities enabled bridge,telephone
    configure med fast-start enable
    configure lldp tx-interval 1
";

#[test]
#[ignore = "needs user-mode-linux, lldpd and tcpdump: tests/run runs it"]
fn discover_hears_a_phone_on_an_interface() {
    if !in_guest("cli::kernel::discover_hears_a_phone_on_an_interface") {
        return;
    }
    sh(CABLE);
    sh(&format!("mkdir -p /run/lldpd; chmod 755 /run /run/lldpd; cat > /run/phone.conf <<'END'{PHONE}END"));
    let user = User::new();
    let mut listening = user.start(["discover", "--interface", "port1", "--duration", "10m", "--format", "json"]);
    listening.await_line("listening on port1");
    let lldpd = ["netns", "exec", "phone", "lldpd", "-d", "-M", "3", "-ccccc", "-l", "-I", "eth1"];
    let files = ["-u", "/run/lldpd/phone.socket", "-O", "/run/phone.conf"];
    let _lldpd = Running::start(Command::new("ip").args(lldpd).args(files));
    // Each protocol twice: the first frames leave before lldpd has read all of its configuration.
    for protocol in ["ether proto 0x88cc", "ether dst 01:00:0c:cc:cc:cc"] {
        sh(&format!("timeout 120 tcpdump -i port1 -c 2 -Q in {protocol} >/dev/null 2>&1"));
    }
    listening.signal(Signal::SIGINT);
    let found = schemas::check(&listening.end().exits(0).stdout, "discover");
    let rows = found["rows"].as_array().unwrap();
    let [row] = rows.as_slice() else { panic!("a neighbour that repeats itself, over LLDP and over CDP, is one row: {found:#}") };
    assert_eq!((&row["source"], &row["interface"]), (&json!("interface"), &json!("port1")));
    assert_eq!((&row["mac"], &row["anomalies"]), (&json!("00:15:65:12:34:56"), &json!([])));
    assert_eq!((&row["phone"]["vendor"], &row["phone"]["model"]), (&json!("yealink"), &json!("T46S")), "{row:#}");
    assert_eq!((&row["protocol"], &row["med"]["device_class"]), (&json!("lldp"), &json!("endpoint_class_3")));
    assert_eq!(row["capabilities_enabled"], json!(["bridge", "telephone"]));
    assert!(row["cdp"]["device_id"].is_string(), "{row:#}");
}

/// Runs a probe of 600 packets from here to the namespace, few at a time: what the receiving socket holds outlasts a pause of seconds
/// in a guest that is held up. Only loss is judged.
fn probe(user: &User) -> (Said, Value) {
    let limits = ["--max-delay", "10s", "--max-jitter", "10s"];
    let said = user.run(["probe", "10.7.0.2", "--streams", "2", "--duration", "6s", "--format", "json"].iter().chain(&limits));
    let report = schemas::check(&said.stdout, "probe");
    (said, report)
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_path_that_loses_packets_does_not_pass() {
    if !in_guest("cli::kernel::a_path_that_loses_packets_does_not_pass") {
        return;
    }
    sh(CABLE);
    let user = User::new();
    let mut reflect = Command::new("ip");
    user.settle(&mut reflect);
    reflect.args(["netns", "exec", "phone", env!("CARGO_BIN_EXE_voiceport"), "reflect"]);
    let mut reflector = Background::start(&mut reflect);
    reflector.await_line("reflecting on 0.0.0.0:862");
    // The first packets wait for both programs to be read from the disk.
    user.run(["probe", "10.7.0.2", "--duration", "1s"]);
    let (said, report) = probe(&user);
    assert_eq!((said.code, &report["verdict"]), (Some(0), &json!("pass")), "{said}");
    for direction in ["forward", "return"] {
        assert_eq!(report["voice"][direction]["lost_packets"], 0, "{said}");
        assert_eq!(report["voice"][direction]["mark"]["outcome"], "preserved", "{said}");
    }
    sh("tc qdisc add dev port1 root netem loss 20%");
    let (said, report) = probe(&user);
    assert_eq!((said.code, &report["verdict"]), (Some(5), &json!("fail")), "{said}");
    let lost = report["voice"]["forward"]["lost_packets"].as_u64().unwrap();
    assert!((60..=180).contains(&lost), "of 600 packets 20 % are 120, not {lost}");
    assert_eq!(report["voice"]["return"]["lost_packets"], 0, "{said}");
}

const BRIDGE_SITE: &str = "
site: {name: branch, time_zone: Europe/Berlin, country: DE}
vlans:
  voice: {id: 20, role: voice}
  data: {id: 10}
switches:
  closet: {linux: br0, write: local, voice_vlan: voice, data_vlan: data}
phones:
  - {mac: 00:15:65:12:34:56, model: yealink/t46s, at: {switch: closet, port: port1}}
";

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_linux_bridge_is_planned_changed_and_put_back() {
    if !in_guest("cli::kernel::a_linux_bridge_is_planned_changed_and_put_back") {
        return;
    }
    sh(CABLE);
    sh("ip link add br0 type bridge vlan_filtering 1; ip link set br0 up; ip link set port1 master br0
        ip link add port2 type dummy; ip link set port2 master br0 up");
    sh(VOICE);
    let user = User::new();
    user.write("site.yaml", BRIDGE_SITE);
    let run = |arguments: &[&str]| finish(user.command(["-i", "site.yaml"]).args(arguments));
    let vlans = || sh("bridge -j vlan show");
    assert!(!voice_passes());
    let before = vlans();
    let planned = run(&["plan", "--check"]).exits(5);
    assert!(
        planned.stdout.contains("member of VLAN 20: no → tagged") && planned.stdout.contains("access VLAN (PVID): 1 → 10"),
        "{planned}"
    );
    assert_eq!(vlans(), before);
    run(&["apply", "--yes"]).exits(0).says("done and read back");
    let shown = sh("bridge vlan show dev port1");
    assert!(shown.contains("10 PVID Egress Untagged") && shown.contains("20"), "{shown}");
    assert!(!shown.lines().any(|line| line.split_whitespace().any(|word| word == "1")), "{shown}");
    eventually("voice passes", voice_passes);
    run(&["plan", "--check"]).exits(0);
    run(&["rollback", "--yes"]).exits(0).says("everything was put back and read back");
    assert_eq!(vlans(), before);
    assert!(!voice_passes());
}

/// This machine and the phone are in VLAN 20 and would talk tagged.
const VOICE: &str = "
    bridge vlan add vid 20 dev br0 self
    ip link add link br0 name voice type vlan id 20
    ip addr add 10.20.0.1/24 dev voice
    ip link set voice up
    ip -n phone link add link eth1 name voice type vlan id 20
    ip -n phone addr add 10.20.0.2/24 dev voice
    ip -n phone link set voice up";

fn voice_passes() -> bool {
    Command::new("ping").args(["-q", "-c", "2", "-i", "0.2", "-W", "1", "10.20.0.2"]).output().unwrap().status.success()
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_bridge_that_filters_no_vlans_is_not_called_done() {
    if !in_guest("cli::kernel::a_bridge_that_filters_no_vlans_is_not_called_done") {
        return;
    }
    sh(CABLE);
    sh("ip link add br0 type bridge; ip link set br0 up; ip link set port1 master br0");
    let user = User::new();
    user.write("site.yaml", BRIDGE_SITE);
    let run = |arguments: &[&str]| finish(user.command(["-i", "site.yaml"]).args(arguments));
    let planned = run(&["plan"]).exits(5);
    let why = "note: switch closet: VLANs on ports have no effect while vlan_filtering is 0: \
        ip link set br0 type bridge vlan_filtering 1";
    assert!(planned.stdout.contains(why) && planned.stdout.contains("refused: closet port1"), "{planned}");
    run(&["apply", "--yes"]).exits(5);
    sh("ip link set br0 type bridge vlan_filtering 1");
    run(&["plan", "--check"]).exits(5).says("member of VLAN 20: no → tagged");
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn the_way_out_of_the_machine_is_never_changed() {
    if !in_guest("cli::kernel::the_way_out_of_the_machine_is_never_changed") {
        return;
    }
    sh(CABLE);
    sh("ip link add br0 type bridge vlan_filtering 1; ip link set br0 up; ip link set port1 master br0
        ip addr add 10.9.0.1/24 dev br0; ip -n phone addr add 10.9.0.2/24 dev eth1
        ip route add default via 10.9.0.2; ping -q -c 1 10.9.0.2");
    let user = User::new();
    user.write("site.yaml", BRIDGE_SITE);
    let run = |arguments: &[&str]| finish(user.command(["-i", "site.yaml"]).args(arguments));
    let planned = run(&["plan"]).exits(5);
    assert!(planned.stdout.contains("it is an uplink: this machine's default gateway 10.9.0.2 is behind it"), "{planned}");
    run(&["apply", "--yes"]).exits(5);
    sh("ping -q -c 1 10.9.0.2");
    sh("ip route replace default nexthop via 10.9.0.2 nexthop via 10.9.0.3");
    let planned = run(&["plan"]).exits(5);
    assert!(planned.stdout.contains("it is an uplink: this machine's default gateway 10.9.0.2 is behind it"), "{planned}");
}
