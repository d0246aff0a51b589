//! `voiceport lab` in the background, and a user who works on it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::user::{Background, Said, User, finish};
use crate::support::look_until;

/// The simulated site, as `voiceport lab` gives it to other processes.
pub struct SimulatedSite {
    pub user: User,
    pub lab: Background,
    /// Where its phones fetch.
    servers: Option<(String, String)>,
}

impl SimulatedSite {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with options of `voiceport lab`.
    pub fn start_with(options: &[&str]) -> Self {
        let user = User::new();
        let mut lab = user.start([&["lab", "--write-inventory", "lab.yaml"], options].concat());
        lab.await_line("the simulated site runs");
        let site = Self { user, lab, servers: None };
        // Three phones have power from the beginning. One of them is placed by nothing but its own announcement.
        site.await_said(&["discover", "--all-switches"], |said| {
            ["snom D785", "grandstream GXP2170", "yealink T54W"].iter().all(|phone| said.stdout.contains(phone))
        });
        site
    }

    /// The same, with phones that fetch from [`Self::tftp`] and [`Self::http`].
    pub fn start_serving() -> Self {
        let (tftp, http) = (free_udp(), free_tcp());
        let site = Self::start_with(&["--tftp", &tftp, "--http", &http]);
        Self { servers: Some((tftp, http)), ..site }
    }

    /// The same, with a door through which a test looks at the switches themselves and disturbs them; see docs/lab-control.md.
    pub fn start_controlled() -> Self {
        Self::start_with(&["--control", "control.sock"])
    }

    /// One request through that door, and its answer.
    #[track_caller]
    pub fn ask(&self, request: &Value) -> Value {
        ask(&self.user.folder().join("control.sock"), request)
    }

    /// Has both switches answer late from now on, or at once again: a run takes so long then that it can be met in its middle.
    #[track_caller]
    pub fn answer_late(&self, late: bool) {
        for switch in ["closet", "floor-2"] {
            self.ask(&json!({"answers": {"switch": switch, "late_ms": if late { 100 } else { 0 }}}));
        }
    }

    /// What a switch runs and what it would start with.
    #[track_caller]
    pub fn configuration(&self, switch: &str) -> (Value, Value) {
        let mut state = self.ask(&json!({"state": {"switch": switch}}));
        (state["running"].take(), state["startup"].take())
    }

    /// How many SET requests a switch has received.
    #[track_caller]
    pub fn sets(&self, switch: &str) -> u64 {
        self.ask(&json!({"sets": {"switch": switch}}))["sets"].as_u64().unwrap()
    }

    pub fn tftp(&self) -> &str {
        &self.servers.as_ref().expect("its phones fetch").0
    }

    pub fn http(&self) -> &str {
        &self.servers.as_ref().expect("its phones fetch").1
    }

    /// Runs a command until it says what is awaited: phones take a moment to boot.
    #[track_caller]
    pub fn await_said(&self, arguments: &[&str], wanted: impl Fn(&Said) -> bool) -> Said {
        look_until(&format!("{arguments:?}"), || self.run(arguments), wanted)
    }

    /// A command that works on the site.
    pub fn command(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = self.user.command(["--inventory", "lab.yaml"]);
        command.args(arguments);
        command
    }

    /// Runs a command on the site.
    pub fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Said {
        finish(&mut self.command(arguments))
    }

    /// What `plan` would change now.
    #[track_caller]
    pub fn steps(&self) -> Value {
        self.run(["plan", "--format", "json"]).exits(0).json()["steps"].take()
    }
}

/// One request to a lab's control socket, and its answer.
#[track_caller]
pub fn ask(socket: &Path, request: &Value) -> Value {
    let mut stream = UnixStream::connect(socket).unwrap();
    writeln!(stream, "{request}").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer.get("error").is_none(), "{request}: {answer}");
    answer
}

/// Addresses that nobody uses now.
fn free_udp() -> String {
    UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().to_string()
}

fn free_tcp() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().to_string()
}
