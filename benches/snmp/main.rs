//! How fast are all facts of switches read, beside net-snmp's `snmpbulkwalk` in the same run? A real agent of 48 ports; a thousand
//! simulated switches that take 10 ms for each answer, with SNMPv2c, with a loss of two per cent, and with SNMPv3.
//!
//! `cargo bench --bench snmp -- [SWITCHES [ROUNDS]]`; needs snmpd, snmp, python3, xargs.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench prints, and fails by panicking"
)]

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol, UsmUserOf};
use model::secret::Secret;
use snmp::message::Community;
use snmp::{Bindings, Kind, Message, Pdu, Value};
use tokio::task::JoinSet;
use voiceport::switch::snmp::{SnmpSwitch, Socket, Target, open_socket};
use voiceport::switch::{Error, Scope, Switch};

use responder::{PASSWORD, USER, address};
use snmpd::{SnmpdSwitch, v2c};

mod responder;
#[allow(dead_code, reason = "shared with the suite")]
#[path = "../../tests/suite/switch_snmp/snmpd.rs"]
mod snmpd;

/// How long a simulated switch takes for an answer.
const DELAY_MS: u64 = 10;
/// Readings of which the quickest and the slowest are told.
const ROUNDS: u32 = 5;
/// Of ifSpeed one row is read, to see whether it exists: nothing to walk.
const IF_SPEED: &str = "1.3.6.1.2.1.2.2.1.5";
/// Processes of `xargs -P`: 32 and 128 are the best on two cores.
const PROCESSES: [u32; 2] = [32, 128];

fn main() {
    // `cargo bench` adds a flag of its own
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |at: usize, default: u32| arguments.get(at).map_or(default, |text| text.parse().expect("a number"));
    if arguments.first().is_some_and(|word| word == "respond") {
        responder::serve(number(1, 0).try_into().unwrap(), Duration::from_millis(number(2, 0).into()), number(3, 0));
    }
    let switches = u16::try_from(number(0, 1000)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let roots = runtime.block_on(asked_for());
    one_real(&runtime, &roots);
    many_simulated(&runtime, switches, number(1, ROUNDS));
}

/// The columns and objects that a switch of the standards is asked for: what an agent hears before it has answered.
async fn asked_for() -> Vec<String> {
    let agent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let target = target(Ipv4Addr::LOCALHOST, agent.local_addr().unwrap().port(), v2c("public"));
    let reading = tokio::spawn(read(open_socket().await.unwrap(), target));
    let mut roots = Vec::new();
    let mut bytes = [0; 2048];
    while let Ok(Ok((length, from))) = tokio::time::timeout(Duration::from_millis(500), agent.recv_from(&mut bytes)).await {
        let Ok(Message::Community(Community { version, community, pdu })) = Message::decode(&bytes[..length]) else { panic!() };
        let names = pdu.bindings.iter().map(|binding| binding.unwrap().name.to_string());
        if pdu.kind == Kind::Get {
            let mut bindings = Bindings::default();
            bindings.push(&[1, 3, 6, 1, 2, 1, 1, 1, 0], &Value::octets(&b"a switch"[..]));
            let answer = Community { version, community, pdu: Pdu::response(pdu.request_id, bindings) }.encode();
            agent.send_to(&answer, from).await.unwrap();
        } else {
            roots.extend(names);
        }
    }
    reading.abort();
    roots.sort();
    roots.dedup();
    roots.retain(|root| root != IF_SPEED);
    roots
}

fn target(address: Ipv4Addr, port: u16, read: Credential) -> Target {
    Target {
        name: address.to_string().as_str().into(),
        address: address.to_string(),
        port,
        read: Some(read),
        write: None,
        profile: None,
        allow_generic_write: false,
        power_budget: None,
    }
}

/// Connects and reads everything: ports, requests and values.
async fn read(engine: Socket, target: Target) -> Result<(usize, u64, u64), Error> {
    let switch = SnmpSwitch::connect(&engine, target).await?;
    let state = switch.read(Scope::Everything).await?;
    let requests = switch.request_stats().unwrap();
    Ok((state.ports.len(), requests.requests, requests.varbinds))
}

/// A switch of 48 ports that snmpd and the tests' AgentX switch play.
fn one_real(runtime: &tokio::runtime::Runtime, roots: &[String]) {
    let snmpd = SnmpdSwitch::start_with(&["--ports", "48"]);
    let host = format!("127.0.0.1:{}", snmpd.port);
    let script: Vec<String> =
        roots.iter().map(|root| format!("snmpbulkwalk -v2c -c public -Cr25 -On {host} {root} >/dev/null")).collect();
    let peer = quickest(|| sh(&script.join("\n")));
    let mut requests = 0;
    let own = quickest(|| {
        let target = target(Ipv4Addr::LOCALHOST, snmpd.port, v2c("public"));
        let (ports, asked, _) = runtime.block_on(async { read(open_socket().await?, target).await }).unwrap();
        requests = asked;
        assert_eq!(ports, 48);
    });
    println!("snmpd, 48 ports, {} columns and objects", roots.len());
    println!("    snmpbulkwalk of each             {:>8.1} ms", milliseconds(peer));
    println!(
        "    voiceport                        {:>8.1} ms, {requests} requests: {:.1} times as fast",
        milliseconds(own),
        peer.as_secs_f64() / own.as_secs_f64()
    );
}

fn many_simulated(runtime: &tokio::runtime::Runtime, switches: u16, rounds: u32) {
    println!("{switches} simulated switches of 48 ports, 482 values each, {DELAY_MS} ms for each answer, all at once");
    let sound = Simulated::start(0);
    let v3 = CredentialOf::V3(UsmUserOf {
        user: USER.to_owned(),
        auth: Some((AuthProtocol::Sha256, Secret::new(PASSWORD))),
        privacy: Some((PrivacyProtocol::Aes256, Secret::new(PASSWORD))),
        context: String::new(),
    });
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (took, (name, credential)) in took.iter_mut().zip([("v2c", v2c("public")), ("v3 SHA-256 AES-256", v3.clone())]) {
            took.push(all(runtime, name, switches, sound.port, &credential));
        }
    }
    let [v2c_took, v3_took] = took.map(|mut took| {
        took.sort();
        [took[0], took[took.len() / 2], took[took.len() - 1]]
    });
    for (name, took) in [("SNMPv2c", v2c_took), ("SNMPv3", v3_took)] {
        let [quickest, median, slowest] = took.map(milliseconds);
        println!("    {name}, {rounds} rounds: {quickest:.1} ms, median {median:.1} ms, slowest {slowest:.1} ms");
    }
    println!("    SNMPv3 takes {:.2} times as long as SNMPv2c", v3_took[0].as_secs_f64() / v2c_took[0].as_secs_f64());
    let lossy = Simulated::start(20);
    all(runtime, "v2c, 2 % lost", switches, lossy.port, &v2c("public"));
    println!("    memory at most {} MB", peak_memory());
    for processes in PROCESSES {
        let took = walked_by_others(switches, sound.port, processes);
        let [quickest, median, slowest] = v2c_took.map(|own| took.as_secs_f64() / own.as_secs_f64());
        println!(
            "    xargs -P {processes} snmpbulkwalk            {:>8.1} ms: voiceport is {quickest:.1} times as fast, median {median:.1}, slowest {slowest:.1}",
            milliseconds(took),
        );
    }
}

/// Reads all of them at once; the time. None may be missing.
fn all(runtime: &tokio::runtime::Runtime, name: &str, switches: u16, port: u16, credential: &Credential) -> Duration {
    let started = Instant::now();
    let (read_at_all, requests, values) = runtime.block_on(async {
        let engine = open_socket().await.unwrap();
        let mut tasks = JoinSet::new();
        for number in 1..=switches {
            tasks.spawn(read(engine.clone(), target(address(number), port, credential.clone())));
        }
        let mut sum = (0, 0, 0);
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok((48, requests, values)) => sum = (sum.0 + 1, sum.1 + requests, sum.2 + values),
                other => println!("    {other:?}"),
            }
        }
        sum
    });
    let took = started.elapsed();
    println!(
        "    voiceport, {name:<21} {:>8.1} ms, {read_at_all} read, {:.1} requests and {} values each",
        milliseconds(took),
        f64::from(u32::try_from(requests).unwrap()) / f64::from(switches),
        values / u64::from(switches)
    );
    assert_eq!(read_at_all, u32::from(switches), "all must be read");
    took
}

fn walked_by_others(switches: u16, port: u16, processes: u32) -> Duration {
    let addresses: Vec<String> = (1..=switches).map(|number| format!("{}:{port}", address(number))).collect();
    let file = std::env::temp_dir().join(format!("voiceport-bench-{}", std::process::id()));
    std::fs::write(&file, addresses.join("\n")).unwrap();
    let walk = "snmpbulkwalk -v2c -c public -Cr25 -On -r 5 {} 1.3.6.1 >/dev/null || echo {} failed >&2";
    let started = Instant::now();
    sh(&format!("xargs -a {} -P {processes} -I {{}} sh -c '{walk}'", file.display()));
    let took = started.elapsed();
    std::fs::remove_file(file).unwrap();
    took
}

/// The simulated switches, in a process of their own.
struct Simulated {
    port: u16,
    process: Child,
}

impl Simulated {
    fn start(lost_per_thousand: u32) -> Self {
        let port = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
        let words = ["respond".to_owned(), port.to_string(), DELAY_MS.to_string(), lost_per_thousand.to_string()];
        let this = std::env::current_exe().unwrap();
        let mut process = Command::new(this).args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self { port, process }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

fn quickest(mut run: impl FnMut()) -> Duration {
    let time = |run: &mut dyn FnMut()| {
        let started = Instant::now();
        run();
        started.elapsed()
    };
    (0..ROUNDS).map(|_| time(&mut run)).min().unwrap()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The most memory this process had, in MB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

fn sh(script: &str) {
    let status = Command::new("sh").args(["-c", script]).env("MIBS", "").status().unwrap();
    assert!(status.success(), "{script}");
}
