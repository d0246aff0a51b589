//! Recordings of real switches, served by snmpsim on a loopback port. I/O.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Running, TempDir, eventually};

/// Where `tests/run` installs snmpsim.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/snmpsim/bin/snmpsim-command-responder");

/// A running simulator: a recording `NAME.snmprec` answers to the SNMPv2c community `NAME`.
pub struct Simulator {
    /// UDP port on 127.0.0.1.
    pub port: u16,
    _process: Running,
    _folder: TempDir,
}

impl Simulator {
    /// Serves a folder of recordings; returns when it answers.
    pub fn start(recordings: &Path) -> Self {
        let folder = TempDir::new();
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(PROGRAM);
        command
            .arg(format!("--data-dir={}", recordings.display()))
            .arg(format!("--cache-dir={}", folder.path().display()))
            .arg(format!("--agent-udpv4-endpoint=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        if nix::unistd::geteuid().is_root() {
            // It insists on giving up root, and then may not read where root's files are.
            command.args(["--process-user=root", "--process-group=root"]);
        }
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{PROGRAM}: {error}: tests/run installs it"));
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let process = Running(child);
        let mut all = String::new();
        while !all.contains("Listening at") {
            assert!(said.read_line(&mut all).unwrap() > 0, "snmpsim ended before it listened: {all}");
        }
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        wait_until_bound(port);
        Self { port, _process: process, _folder: folder }
    }
}

/// It says that it listens a moment before it does; until then the kernel refuses what is sent to its port.
fn wait_until_bound(port: u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    eventually("snmpsim listens, as it said", || {
        let _ = socket.send(&[0]);
        !socket.recv(&mut [0; 16]).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    });
}
