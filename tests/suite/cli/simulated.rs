//! `voiceport lab` in the background, and a user who works on it.

use std::ffi::OsStr;
use std::process::Command;

use serde_json::Value;

use super::user::{Background, Said, User, finish};
use crate::support::look_until;

/// The simulated site, as `voiceport lab` gives it to other processes.
pub struct SimulatedSite {
    pub user: User,
    pub lab: Background,
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
        let site = Self { user, lab };
        // Three phones have power from the beginning. One of them is placed by nothing but its own announcement.
        site.await_said(&["discover", "--all-switches"], |said| {
            ["snom D785", "grandstream GXP2170", "yealink T54W"].iter().all(|phone| said.stdout.contains(phone))
        });
        site
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
