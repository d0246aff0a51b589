//! A simulated site in a process of its own, on which trials run one after another.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde::Serialize;
use serde_json::{Value as Json, json};
use voiceport::change::journal::Journal;
use voiceport::change::next::Entry;

use super::trial::{Kill, Lines, Trial};
use crate::cli::user::{Background, Said, User};

/// How often the journal is looked at: lines come in milliseconds.
const LOOK_EVERY: Duration = Duration::from_micros(300);
/// The port of the phone whose place the inventory leaves to discovery.
const RECEPTION: usize = 9;
/// More rollbacks, while a switch does not answer.
const ROLLBACKS_OF_A_STARVED_SITE: usize = 5;
const SWITCHES: [&str; 2] = ["closet", "floor-2"];

/// One site and whoever works on it.
pub struct Lane {
    user: User,
    _lab: Background,
    socket: PathBuf,
    /// The true state before anything was changed.
    before: Json,
    /// The same after a run that nobody disturbed, and its exit code.
    applied: (Json, Option<i32>),
    /// Requests that write to the closet in that run.
    sets: u64,
    lines: Lines,
}

/// What a trial came to.
#[derive(Debug, Serialize)]
pub struct TrialResult {
    pub trial: Trial,
    /// Commands that were killed before they ended.
    pub kills: u32,
    /// Exit code of the last rollback.
    pub exit: Option<i32>,
    /// What is not as before, by switch: running, startup.
    pub differs: Vec<String>,
    /// What it said, when anything is wrong.
    pub said: String,
}

impl TrialResult {
    /// No difference, and the exit code says so.
    pub fn is_right(&self) -> bool {
        self.differs.is_empty() && self.exit == Some(0)
    }
}

impl Lane {
    /// Starts the site, and learns from a run that nobody kills how many lines its journal has.
    pub fn start(kind: &str) -> Self {
        let mut lane = Self::of(kind);
        let folder = lane.folder("whole");
        let applied = lane.voiceport(&folder, "apply").end();
        assert!(matches!(applied.code, Some(0 | 4 | 5)), "{applied}");
        (lane.lines, lane.applied, lane.sets) = (lines_of(&folder), (lane.state(), applied.code), lane.sets_now());
        let back = lane.voiceport(&folder, "rollback").end();
        assert_eq!((back.code, lane.differs()), (Some(0), Vec::new()), "{back}");
        lane
    }

    /// Starts the site.
    pub fn of(kind: &str) -> Self {
        let user = User::new();
        let mut lab = user.start(["lab", "--closet", kind, "--write-inventory", "lab.yaml", "--control", "control.sock"]);
        lab.await_line("the simulated site runs");
        let socket = user.folder().join("control.sock");
        let lines = Lines { all: 0, saving: Vec::new() };
        let mut lane = Self { user, _lab: lab, socket, before: Json::Null, applied: (Json::Null, None), sets: 0, lines };
        lane.place_every_phone();
        lane.before = lane.state();
        lane
    }

    /// A phone that discovery places is seen only when it has started: the plan is to be the same each time.
    fn place_every_phone(&self) {
        let port = self.port(RECEPTION);
        let model = "    model: grandstream/gxp2170\n";
        let placed = format!("{model}    at: {{switch: closet, port: \"{port}\"}}\n");
        self.write("lab.yaml", &self.inventory().replacen(model, &placed, 1));
    }

    /// The name of a port of the closet, which count from 1.
    pub fn port(&self, number: usize) -> String {
        self.ask(&json!({"site": {}}))["switches"][0]["ports"][number - 1].as_str().unwrap().to_owned()
    }

    pub const fn lines(&self) -> &Lines {
        &self.lines
    }

    pub fn run(&self, trial: &Trial) -> TrialResult {
        self.ask(&json!({"reset": {}}));
        let folder = self.folder(&format!("trial-{}", trial.number));
        let mut kills = u32::from(self.killed(&folder, "apply", trial.apply));
        for switch in &trial.power_cuts {
            self.ask(&json!({"power_cut": {"switch": switch, "off_ms": 50}}));
        }
        for kill in &trial.rollbacks {
            kills += u32::from(self.killed(&folder, "rollback", *kill));
        }
        let last = self.last_rollback(&folder);
        let differs = self.differs();
        let right = differs.is_empty() && last.code == Some(0);
        let said = if right { String::new() } else { format!("{last}\n{:#?}\n{:#?}", entries(&folder), self.difference()) };
        if right {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        TrialResult { trial: trial.clone(), kills, exit: last.code, differs, said }
    }

    /// A run that was killed before it began left nothing to put back. On a machine with too much to do, the site's own process may
    /// leave a request without an answer: then the way back is rightly not whole, and is taken again.
    fn last_rollback(&self, folder: &Path) -> Said {
        let mut last = self.voiceport(folder, "rollback").end();
        for _ in 0..ROLLBACKS_OF_A_STARVED_SITE {
            if last.code == Some(0) || !format!("{last}").contains(": no answer from ") {
                break;
            }
            last = self.voiceport(folder, "rollback").end();
        }
        let began = Journal::open_existing(Some(folder)).unwrap().is_some_and(|journal| !journal.runs().unwrap().is_empty());
        if began { last } else { Said { code: Some(0), ..last } }
    }

    /// Runs a command until the journal has so many lines, and kills it; whether it was still running.
    fn killed(&self, folder: &Path, command: &str, kill: Kill) -> bool {
        let mut running = self.voiceport(folder, command);
        let mut journal = None;
        while !running.has_ended() {
            // while the command makes the file, it cannot be read yet
            journal = journal.or_else(|| Journal::open_existing(Some(folder)).ok().flatten());
            let lines = journal.as_ref().and_then(|journal| journal.entries(1).ok()).map_or(0, |lines| lines.len() as u64);
            if lines >= kill.lines {
                std::thread::sleep(kill.delay);
                if running.has_ended() {
                    break;
                }
                running.signal(Signal::SIGKILL);
                return running.end().code.is_none();
            }
            std::thread::sleep(LOOK_EVERY);
        }
        false
    }

    /// Starts a command with a state folder.
    pub fn voiceport(&self, folder: &Path, command: &str) -> Background {
        self.with_inventory("lab.yaml", folder, command)
    }

    /// The same with an inventory of its own.
    pub fn with_inventory(&self, inventory: &str, folder: &Path, command: &str) -> Background {
        self.user.start(["--inventory", inventory, "--state-dir", folder.to_str().unwrap(), command, "--yes"])
    }

    /// Runs a command that changes nothing, with a state folder.
    pub fn looks(&self, folder: &Path, command: &[&str]) -> Said {
        let global = ["--inventory", "lab.yaml", "--state-dir", folder.to_str().unwrap()];
        self.user.run(global.iter().chain(command))
    }

    /// The inventory of the simulated site.
    pub fn inventory(&self) -> String {
        self.user.read("lab.yaml")
    }

    /// Writes a file beside it.
    pub fn write(&self, name: &str, text: &str) -> String {
        self.user.write(name, text);
        name.to_owned()
    }

    pub fn folder(&self, name: &str) -> PathBuf {
        self.user.folder().join(name)
    }

    /// The state before any run, the state after one that nobody disturbed, and the exit code of that.
    pub const fn references(&self) -> (&Json, &Json, Option<i32>) {
        (&self.before, &self.applied.0, self.applied.1)
    }

    /// Requests that write to the closet in a run that nobody disturbs.
    pub const fn sets(&self) -> u64 {
        self.sets
    }

    /// Requests that have written to the closet since the last reset.
    pub fn sets_now(&self) -> u64 {
        self.ask(&json!({"sets": {"switch": "closet"}}))["sets"].as_u64().unwrap()
    }

    /// Running and startup configuration of every switch.
    pub fn state(&self) -> Json {
        let of = |switch: &str| {
            let state = self.ask(&json!({"state": {"switch": switch}}));
            (switch.to_owned(), json!({"running": state["running"], "startup": state["startup"]}))
        };
        SWITCHES.into_iter().map(of).collect::<serde_json::Map<_, _>>().into()
    }

    /// The configurations that are not as before any change.
    pub fn differs(&self) -> Vec<String> {
        let now = self.state();
        let parts = SWITCHES.into_iter().flat_map(|switch| ["running", "startup"].map(|part| (switch, part)));
        parts
            .filter(|(switch, part)| now[switch][part] != self.before[switch][part])
            .map(|(switch, part)| format!("{switch} {part}"))
            .collect()
    }

    /// The same in detail.
    pub fn difference(&self) -> Vec<String> {
        differences(&self.before, &self.state())
    }

    /// One request to the control socket.
    pub fn ask(&self, request: &Json) -> Json {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        writeln!(stream, "{request}").unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        let answer: Json = serde_json::from_str(&answer).unwrap();
        assert!(answer["error"].is_null(), "{request}: {answer}");
        answer
    }
}

/// The places where two documents differ, with both values.
pub fn differences(one: &Json, other: &Json) -> Vec<String> {
    let mut found = Vec::new();
    look("", one, other, &mut found);
    found
}

fn look(place: &str, one: &Json, other: &Json, found: &mut Vec<String>) {
    match (one, other) {
        (Json::Object(one), Json::Object(others)) => {
            let names: std::collections::BTreeSet<&String> = one.keys().chain(others.keys()).collect();
            for name in names {
                let value = |of: &serde_json::Map<String, Json>| of.get(name).cloned().unwrap_or_default();
                look(&format!("{place}/{name}"), &value(one), &value(others), found);
            }
        }
        (one, other) if one != other => found.push(format!("{place}: {one}, now {other}")),
        _ => {}
    }
}

fn entries(folder: &Path) -> Vec<Entry> {
    let journal = Journal::open_existing(Some(folder)).unwrap();
    journal.map_or_else(Vec::new, |journal| journal.entries(1).unwrap().into_iter().map(|(_, entry)| entry).collect())
}

fn lines_of(folder: &Path) -> Lines {
    let entries = entries(folder);
    let is_saving = |(_, entry): &(u64, &Entry)| matches!(entry, Entry::Saving { .. });
    let saving = (1..).zip(&entries).filter(is_saving).map(|(line, _)| line).collect();
    Lines { all: entries.len() as u64, saving }
}
