//! The control socket of `voiceport lab`: each request by its effect, as a manager sees it through SNMP.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Instant;

use nix::sys::signal::Signal;
use serde_json::{Value as Json, json};

use super::*;
use crate::cli::user::{Background, User};

const SYS_NAME: &str = "1.3.6.1.2.1.1.5.0";
const OPER_STATUS: &str = "1.3.6.1.2.1.2.2.1.8";
const IN_OCTETS: &str = "1.3.6.1.2.1.31.1.1.1.6";
const FDB_PORT: &str = "1.3.6.1.2.1.17.7.1.2.2.1.2";

/// A simulated site in a process of its own.
struct Site {
    user: User,
    lab: Background,
    socket: PathBuf,
}

impl Site {
    fn start() -> Self {
        let user = User::new();
        let mut lab = user.start(["lab", "--closet", "standard", "--write-inventory", "lab.yaml", "--control", "control.sock"]);
        lab.await_line("the simulated site runs");
        let socket = user.folder().join("control.sock");
        Self { user, lab, socket }
    }

    /// One request, on a connection of its own.
    fn ask(&self, request: &Json) -> Json {
        self.say(&request.to_string())
    }

    fn say(&self, line: &str) -> Json {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        writeln!(stream, "{line}").unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn does(&self, request: &Json) {
        assert_eq!(self.ask(request), json!({"ok": true}), "{request}");
    }

    fn refuses(&self, request: &Json) -> String {
        let answer = self.ask(request);
        let error = &answer["error"];
        assert!(!error["message"].as_str().unwrap().is_empty() && !error["hint"].as_str().unwrap().is_empty(), "{answer}");
        error["code"].as_str().unwrap().to_owned()
    }

    fn state(&self, switch: &str) -> Json {
        self.ask(&json!({"state": {"switch": switch}}))
    }

    fn sets(&self, switch: &str) -> u64 {
        self.ask(&json!({"sets": {"switch": switch}}))["sets"].as_u64().unwrap()
    }

    /// Where the agent of a switch listens, as the inventory says.
    fn agent(&self, switch: &str) -> SocketAddr {
        let text = self.user.read("lab.yaml");
        let behind = text.split(&format!("  {switch}:\n")).nth(1).unwrap();
        let port = behind.split("port: ").nth(1).unwrap().split_whitespace().next().unwrap();
        SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))
    }

    async fn writer(&self) -> Manager {
        Manager::with_community(self.agent(CLOSET), "closet-write").await
    }
}

#[tokio::test]
async fn the_true_state_is_shown_running_and_startup() {
    let site = Site::start();
    let all = site.ask(&json!({"site": {}}));
    let closet = &all["switches"][0];
    assert_eq!(
        (&closet["switch"], &closet["uplink"], closet["ports"].as_array().unwrap().len()),
        (&json!(CLOSET), &json!("1/18"), 18)
    );
    assert!(closet["devices"].as_array().unwrap().contains(&json!({"port": "1/5", "mac": "00:04:13:10:00:03"})), "{closet}");
    let before = site.state(CLOSET);
    assert_eq!((&before["running"], &before["saves"]), (&before["startup"], &json!(0)));
    assert_eq!(before["running"]["vlans"]["10"]["tagged"], json!(["1/18"]));
    site.writer().await.set(&format!("{PVID}.1"), Value::Gauge32(1)).await.unwrap();
    let after = site.state(CLOSET);
    assert_eq!((&after["running"]["ports"]["1/1"]["pvid"], &after["startup"]), (&json!(1), &before["startup"]));
    let floor_2 = site.state(FLOOR_2);
    assert_eq!(floor_2["running"]["ports"]["Gi1/0/4"]["voice_vlan"], json!(30));
}

#[tokio::test]
async fn sets_are_counted_refused_ones_too_and_a_reset_forgets_them() {
    let site = Site::start();
    let (manager, before) = (site.writer().await, site.state(CLOSET));
    manager.get(SYS_NAME).await;
    assert_eq!(site.sets(CLOSET), 0);
    manager.set(&format!("{PETH_ENABLE}.1.101"), Value::Integer(1)).await.unwrap();
    manager.set(&format!("{PVID}.1"), Value::Gauge32(999)).await.unwrap_err();
    assert_eq!((site.sets(CLOSET), site.sets(FLOOR_2)), (2, 0));
    site.does(&json!({"silence": {"switch": CLOSET, "on": true}}));
    site.does(&json!({"reset": {}}));
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.101")).await, 2);
    assert_eq!((site.sets(CLOSET), &site.state(CLOSET)["running"]), (0, &before["running"]));
}

#[tokio::test]
async fn a_restart_loses_what_was_not_saved() {
    let site = Site::start();
    let manager = site.writer().await;
    let enabled = format!("{PETH_ENABLE}.1.101");
    manager.set(&enabled, Value::Integer(1)).await.unwrap();
    let up = manager.number("1.3.6.1.2.1.1.3.0").await;
    site.does(&json!({"restart": {"switch": CLOSET}}));
    assert_eq!(manager.number(&enabled).await, 2);
    assert!(manager.number("1.3.6.1.2.1.1.3.0").await < up);
}

#[tokio::test]
async fn a_power_cut_silences_the_agent_and_switches_the_phones_off() {
    let site = Site::start();
    let manager = site.writer().await;
    manager.set(&format!("{PETH_ENABLE}.1.101"), Value::Integer(1)).await.unwrap();
    site.does(&json!({"power_cut": {"switch": CLOSET, "off_ms": 3000}}));
    let off = site.state(CLOSET);
    assert_eq!((&off["ports"]["1/5"]["power"], &off["ports"]["1/18"]["link"]), (&json!(false), &json!(false)));
    assert_eq!(manager.try_get(SYS_NAME).await, None);
    while manager.try_get(SYS_NAME).await.is_none() {}
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.101")).await, 2, "it came up with what was saved");
    assert_eq!(site.state(CLOSET)["ports"]["1/5"]["power"], json!(true));
}

#[tokio::test]
async fn another_manager_writes_and_phones_are_told() {
    let site = Site::start();
    let write = |switch: &str, port: Json, change: Json| json!({"write": {"switch": switch, "port": port, "change": change}});
    let (closet, floor_2) = (site.writer().await, Manager::user(site.agent(FLOOR_2), "viewer").await);
    site.does(&write(CLOSET, json!("1/5"), json!({"pvid": 1})));
    site.does(&write(CLOSET, json!(5), json!({"membership": {"vlan": 10, "is": "tagged"}})));
    site.does(&write(CLOSET, json!("1/1"), json!({"poe": true})));
    assert_eq!((closet.number(&format!("{PVID}.5")).await, closet.number(&format!("{PETH_ENABLE}.1.101")).await), (1, 1));
    assert_eq!(closet.bytes(&format!("{STATIC_UNTAGGED}.10")).await[0] & 0x08, 0);
    assert_eq!(site.state(CLOSET)["ports"]["1/5"]["told_voice_vlan"], json!(10));
    site.does(&write(FLOOR_2, json!("Gi1/0/4"), json!({"voice_vlan": 20})));
    assert_eq!(floor_2.number(&format!("{VOICE_VLAN}.10104")).await, 20);
    site.does(&write(FLOOR_2, json!("Gi1/0/4"), json!({"voice_vlan": null})));
    assert_eq!(floor_2.number(&format!("{VOICE_VLAN}.10104")).await, 4096);
    assert_eq!(site.refuses(&write(CLOSET, json!(5), json!({"pvid": 77}))), "write_refused");
    assert_eq!(site.refuses(&write(CLOSET, json!(5), json!({"voice_vlan": 10}))), "not_possible");
    assert_eq!((site.sets(CLOSET), site.sets(FLOOR_2)), (0, 0), "no SET of ours");
}

#[tokio::test]
async fn a_silent_part_of_the_mib_leaves_the_rest_alone() {
    let site = Site::start();
    let manager = site.writer().await;
    let power = |on: bool| json!({"silence": {"switch": CLOSET, "subtree": "1.3.6.1.2.1.105", "on": on}});
    site.does(&power(true));
    assert_eq!(manager.try_get(&format!("{PETH_ENABLE}.1.101")).await, None);
    assert_eq!(manager.bytes(SYS_NAME).await, b"closet");
    site.does(&power(false));
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.101")).await, 2);
    site.does(&json!({"silence": {"switch": CLOSET, "on": true}}));
    assert_eq!(manager.try_get(SYS_NAME).await, None);
    site.does(&json!({"silence": {"switch": CLOSET, "on": false}}));
    assert_eq!(manager.bytes(SYS_NAME).await, b"closet");
}

#[tokio::test]
async fn answers_are_lost_doubled_and_late() {
    let site = Site::start();
    let manager = site.writer().await;
    site.does(&json!({"answers": {"switch": CLOSET, "lose": 1, "double": 1, "late_ms": 300}}));
    assert_eq!(manager.try_get(SYS_NAME).await, None);
    let begun = Instant::now();
    assert_eq!(manager.bytes(SYS_NAME).await, b"closet");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(manager.hears_more(Duration::from_secs(2)).await, "the answer comes twice");
    manager.get(SYS_NAME).await;
    assert!(!manager.hears_more(Duration::from_millis(700)).await, "only that one did");
    site.does(&json!({"answers": {"switch": CLOSET}}));
    assert_eq!(manager.bytes(SYS_NAME).await, b"closet");
}

#[tokio::test]
async fn a_cut_wire_takes_link_and_power() {
    let site = Site::start();
    let manager = site.writer().await;
    let wire = |port: &str, cut: bool| site.does(&json!({"wire": {"switch": CLOSET, "port": port, "cut": cut}}));
    let link = async |port: u32| manager.number(&format!("{OPER_STATUS}.{}", 100 + port)).await;
    assert_eq!((link(5).await, link(18).await), (1, 1));
    wire("1/5", true);
    wire("1/18", true);
    assert_eq!((link(5).await, link(18).await), (2, 2));
    assert_eq!(manager.number(&format!("{PETH_DETECTION}.1.105")).await, 2, "no device is found");
    let learned: Vec<i64> = manager.column(FDB_PORT).await.values().map(number).collect();
    assert_eq!(learned, [9], "nothing is behind them any more");
    wire("1/18", false);
    wire("1/5", false);
    assert_eq!((link(5).await, link(18).await), (1, 1));
}

#[tokio::test]
async fn traffic_is_counted_and_a_pc_is_learned() {
    let site = Site::start();
    let manager = site.writer().await;
    let received = async || match manager.get(&format!("{IN_OCTETS}.105")).await {
        Value::Counter64(bytes) => bytes,
        other => panic!("{other:?}"),
    };
    let learned = async || manager.column(FDB_PORT).await.values().filter(|port| number(port) == 5).count();
    let before = (received().await, learned().await);
    assert_eq!(before.1, 1, "the phone alone");
    site.does(&json!({"traffic": {"switch": CLOSET, "port": "1/5", "activity": "pc"}}));
    assert_eq!(learned().await, 2);
    site.does(&json!({"traffic": {"switch": CLOSET, "port": "1/5", "activity": "call"}}));
    while received().await < before.0 + 10_000 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    site.does(&json!({"traffic": {"switch": CLOSET, "port": "1/5", "activity": "idle"}}));
    let idle = received().await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(received().await, idle);
}

#[tokio::test]
async fn a_frame_is_traced_by_the_vlans_of_the_moment() {
    let site = Site::start();
    let frame = |vlan: Json| site.ask(&json!({"frame": {"switch": CLOSET, "port": "1/5", "vlan": vlan}}))["arrives"].clone();
    let server = |vlan: Json| json!({"switch": "core-1", "port": "server", "number": 3, "vlan": vlan});
    assert_eq!(frame(json!(20)), json!([]), "the closet has no such VLAN");
    assert!(frame(Json::Null).as_array().unwrap().contains(&server(Json::Null)), "the data VLAN reaches the server");
    let manager = site.writer().await;
    manager.set(&format!("{STATIC_ROW_STATUS}.20"), Value::Integer(4)).await.unwrap();
    manager.set(&format!("{STATIC_EGRESS}.20"), text(&[0x08, 0, 0])).await.unwrap();
    assert!(frame(json!(20)).as_array().unwrap().contains(&server(json!(20))));
    site.does(&json!({"wire": {"switch": CLOSET, "port": "1/18", "cut": true}}));
    assert_eq!(frame(json!(20)), json!([]));
}

#[test]
fn several_connections_are_served_and_mistakes_are_told() {
    let site = Site::start();
    let mut first = UnixStream::connect(&site.socket).unwrap();
    assert_eq!(site.say("what?")["error"]["code"], "invalid_request");
    assert_eq!(site.refuses(&json!({"state": {"switch": "attic"}})), "unknown_switch");
    assert_eq!(site.refuses(&json!({"wire": {"switch": CLOSET, "port": "9/9", "cut": true}})), "unknown_port");
    assert_eq!(site.refuses(&json!({"silence": {"switch": CLOSET, "subtree": "system", "on": true}})), "invalid_request");
    for _ in 0..2 {
        writeln!(first, "{}", json!({"sets": {"switch": CLOSET}})).unwrap();
        let mut answer = String::new();
        BufReader::new(&first).read_line(&mut answer).unwrap();
        assert_eq!(answer, "{\"sets\":0}\n");
    }
}

#[test]
fn the_socket_is_private_and_gone_at_the_end() {
    let site = Site::start();
    assert_eq!(std::fs::metadata(&site.socket).unwrap().permissions().mode() & 0o777, 0o600);
    let second =
        site.user.run(["lab", "--closet", "standard", "--write-inventory", "other.yaml", "--control", "control.sock"]).exits(1);
    second.says("another lab listens there");
    assert!(site.ask(&json!({"site": {}}))["switches"].is_array(), "the first goes on");
    let Site { user, lab, socket } = site;
    lab.signal(Signal::SIGTERM);
    lab.end().exits(0);
    assert!(!socket.exists() && user.folder().exists());
}

#[test]
fn a_stale_socket_is_replaced_and_another_file_is_not() {
    let user = User::new();
    let socket = user.folder().join("control.sock");
    drop(UnixListener::bind(&socket).unwrap());
    let mut lab = user.start(["lab", "--closet", "standard", "--write-inventory", "lab.yaml", "--control", "control.sock"]);
    lab.await_line("the simulated site runs");
    UnixStream::connect(&socket).unwrap();
    user.write("notes.txt", "mine");
    let said = user.run(["lab", "--closet", "standard", "--write-inventory", "other.yaml", "--control", "notes.txt"]).exits(1);
    said.says("there is a file that is no socket");
    assert_eq!(user.read("notes.txt"), "mine");
    lab.signal(Signal::SIGINT);
    lab.end();
}
