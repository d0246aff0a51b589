//! `voiceport lab` in the background, and a user who works on it.

use std::ffi::OsStr;
use std::net::{TcpListener, UdpSocket};
use std::process::Command;

use serde_json::Value;

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

/// Addresses that nobody uses now.
fn free_udp() -> String {
    UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().to_string()
}

fn free_tcp() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().to_string()
}
