//! Does `voiceport discover --interface` lose frames? Two network namespaces of this machine with a veth between them, a sender that keeps a
//! rate, and the real binary listening. Needs root.
//!
//! `cargo bench --bench live -- [FRAMES PER SECOND] [SECONDS] [NEIGHBOURS]`

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints, and fails by panicking"
)]

use std::io::{BufRead, BufReader, Read};
use std::os::fd::AsRawFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lldp::dot3::Dot3Tlv;
use lldp::ethernet;
use lldp::lldpdu::{Id, Lldpdu, ManagementAddress, Tlv};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use nix::ifaddrs::getifaddrs;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, bind, send, socket};
use nix::unistd::Pid;

/// Bytes of a frame as rich as a phone's.
const FRAME: usize = 270;
/// How often the sender catches up with its rate.
const PACE: Duration = Duration::from_millis(1);
/// Time for the last frames to be fetched before the listener is asked to stop.
const LAST: Duration = Duration::from_secs(2);

fn main() {
    // `cargo bench` adds a flag of its own
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |at: usize, default: u64| arguments.get(at).map_or(default, |text| text.parse().expect("a number"));
    if arguments.first().is_some_and(|word| word == "send") {
        println!("{}", sender(number(1, 0), number(2, 0), number(3, 0), number(4, 0) == 1));
        return;
    }
    let (rate, seconds, neighbours) = (number(0, 50_000), number(1, 10), number(2, 10_000));
    for changing in [false, true] {
        run(rate, seconds, neighbours, changing);
    }
}

/// One measurement, with its line.
fn run(rate: u64, seconds: u64, neighbours: u64, changing: bool) {
    let place = Setup::new();
    let arguments = ["discover", "--interface", "eth0", "--duration", "10m", "--format", "json", "--verbose"];
    let mut listener = place.spawn(&place.near, env!("CARGO_BIN_EXE_voiceport"), &arguments.map(str::to_owned));
    let mut said = BufReader::new(listener.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the listener ended early");
    }
    let stdout = listener.stdout.take().unwrap();
    let document = std::thread::spawn(move || std::io::read_to_string(stdout).unwrap());

    let this = std::env::current_exe().unwrap();
    let words = [rate, seconds, neighbours, u64::from(changing)].map(|number| number.to_string());
    let words = [&["send".to_owned()][..], &words].concat();
    let begin = Instant::now();
    let sent = place.spawn(&place.far, this.to_str().unwrap(), &words).wait_with_output().unwrap();
    let took = begin.elapsed().as_secs_f64();
    let sent: u64 = String::from_utf8(sent.stdout).unwrap().trim().parse().expect("the sender's count");

    std::thread::sleep(LAST);
    let usage = resources(&listener);
    kill(Pid::from_raw(listener.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(listener.wait().unwrap().success(), "{rest}");
    let document: serde_json::Value = serde_json::from_str(&document.join().unwrap()).unwrap();
    let count = rest.lines().find(|line| line.starts_with("eth0: ") && line.ends_with(" lost")).expect(&rest);
    let mut numbers = count.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
    let (heard, lost) = (numbers.next().unwrap(), numbers.next().unwrap());
    let rows = document["rows"].as_array().unwrap().len();
    let what = if changing { "each says something new" } else { "each repeats itself" };
    println!(
        "{neighbours} neighbours, {what}: sent {sent} frames of {FRAME} bytes in {took:.1} s ({:.0}/s), heard {heard}, lost {lost}, \
         {rows} rows; listener: {usage}",
        f64::from(u32::try_from(sent).unwrap()) / took
    );
}

/// CPU seconds and memory of a process so far, in words.
fn resources(process: &Child) -> String {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", process.id())).unwrap();
    let status = read("status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    // behind the name in parentheses: user and system time are the 12th and 13th, in hundredths of a second (proc(5))
    let stat = read("stat");
    let numbers = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    let ticks: u64 = numbers.map(|word| word.parse::<u64>().unwrap()).sum();
    format!("{}.{:02} s of CPU, {} MB", ticks / 100, ticks % 100, kilobytes / 1024)
}

/// Two namespaces and a cable between them; gone when dropped.
struct Setup {
    near: String,
    far: String,
}

impl Setup {
    fn new() -> Self {
        let [near, far] = ["near", "far"].map(|end| format!("voiceport-{end}-{}", std::process::id()));
        let place = Self { near, far };
        let Self { near, far } = &place;
        sh(&format!(
            "ip netns add {near}; ip netns add {far}
            ip -n {near} link add eth0 type veth peer name eth0 netns {far}
            ip -n {near} link set eth0 up; ip -n {far} link set eth0 up"
        ));
        place
    }

    #[allow(clippy::unused_self, reason = "only as long as the namespaces are there")]
    fn spawn(&self, namespace: &str, program: &str, arguments: &[String]) -> Child {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace, program]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("iproute2 is installed")
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        let delete = |namespace: &str| Command::new("ip").args(["netns", "del", namespace]).status();
        let _ = (delete(&self.near), delete(&self.far));
    }
}

fn sh(script: &str) {
    let output = Command::new("sh").args(["-ec", script]).output().unwrap();
    assert!(output.status.success(), "as root? {}", String::from_utf8_lossy(&output.stderr));
}

/// Sends and returns how many frames were sent.
fn sender(rate: u64, seconds: u64, neighbours: u64, changing: bool) -> u64 {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None).unwrap();
    let mut addresses = getifaddrs().unwrap().filter(|entry| entry.interface_name == "eth0");
    let address = addresses.find_map(|entry| entry.address?.as_link_addr().copied()).unwrap();
    bind(socket.as_raw_fd(), &address).unwrap();
    let mut frames: Vec<Vec<u8>> = (0..neighbours).map(frame).collect();
    let (begin, total) = (Instant::now(), rate * seconds);
    let mut sent = 0;
    while sent < total {
        let due = u64::try_from(begin.elapsed().as_micros()).unwrap() * rate / 1_000_000;
        while sent < due.min(total) {
            let at = usize::try_from(sent % neighbours).unwrap();
            let frame = &mut frames[at];
            if changing {
                // in the padding of the system description, eight digits before the End TLV
                let end = frame.len() - 2;
                let digits = format!("{:08}", sent / neighbours);
                frame[end - 8..end].copy_from_slice(digits.as_bytes());
            }
            send(socket.as_raw_fd(), frame, MsgFlags::empty()).unwrap();
            sent += 1;
        }
        std::thread::sleep(PACE);
    }
    sent
}

fn frame(number: u64) -> Vec<u8> {
    let [.., a, b, c] = number.to_be_bytes();
    let mac = [0x00, 0x15, 0x65, a, b, c];
    let address = [10, a, b, c];
    let med = |tlv| Tlv::Organisational(Organisational::Med(tlv));
    let inventory = |subtype, text: &'static str| med(MedTlv::Inventory { subtype, value: text.as_bytes() });
    let name = format!("SIP-T46S-{number:06}");
    let mut tlvs = vec![
        Tlv::PortDescription(b"WAN PORT"),
        Tlv::SystemName(name.as_bytes()),
        Tlv::SystemCapabilities { supported: 0x24, enabled: 0x24 },
        Tlv::ManagementAddress(ManagementAddress {
            family: 1,
            address: &address,
            interface_subtype: 2,
            interface_number: 2,
            object_id: &[],
        }),
        Tlv::Organisational(Organisational::Dot3(Dot3Tlv::MacPhy { autonegotiation: 3, advertised: 0x6c01, mau: 30 })),
        med(MedTlv::Capabilities { supported: 0x33, class: 3 }),
        med(MedTlv::NetworkPolicy(NetworkPolicy { application: 1, bits: 0x0040_3d6e })),
        med(MedTlv::ExtendedPower(ExtendedPower { type_source_priority: 0x53, value: 65 })),
        inventory(5, "66.0.0.128.0.0.0"),
        inventory(6, "66.86.0.15"),
        inventory(8, "3146018090633225"),
        inventory(9, "Yealink"),
        inventory(10, "SIP-T46S"),
    ];
    let encode = |tlvs: &[Tlv<'_>]| {
        let (chassis_id, port_id) = (Id { subtype: 4, bytes: &mac }, Id { subtype: 3, bytes: &mac });
        let lldpdu = Lldpdu { chassis_id, port_id, ttl_s: 120, tlvs: tlvs.to_vec(), anomalies: Vec::new() };
        ethernet::lldp_frame(mac, &lldpdu.encode().unwrap())
    };
    let filler = vec![b'0'; FRAME - encode(&tlvs).len() - 2];
    tlvs.push(Tlv::SystemDescription(&filler));
    encode(&tlvs)
}
