//! Somebody who uses the binary: a home and a working folder of their own, and patience that ends.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{TempDir, voiceport};

/// How long any command may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(180);

/// A user with an empty home, working folder and folder for temporary files.
pub struct User {
    root: TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub struct Said {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A command that goes on while the test does something else; killed when dropped.
pub struct Background {
    child: Child,
    stdout: Stream,
    stderr: Stream,
}

/// One output of a command, line by line.
struct Stream {
    lines: mpsc::Receiver<String>,
    heard: String,
}

impl User {
    pub fn new() -> Self {
        let root = TempDir::new();
        for folder in ["home", "work", "tmp"] {
            std::fs::create_dir(root.join(folder)).unwrap();
        }
        Self { root }
    }

    /// The folder they work in.
    pub fn folder(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Where journals go when nothing else is said.
    pub fn state(&self) -> PathBuf {
        self.root.join("home/.local/state/voiceport")
    }

    /// Writes a file in the working folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        self.root.write(&format!("work/{name}"), content)
    }

    /// A file in the working folder.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file and folder in the home, among the temporary files and in the working folder, relative to all three.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut waiting = vec![self.root.path().to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                found.push(path.strip_prefix(self.root.path()).unwrap().to_str().unwrap().to_owned());
                if path.is_dir() {
                    waiting.push(path);
                }
            }
        }
        found.retain(|path| !["home", "work", "tmp"].contains(&path.as_str()));
        found.sort();
        found
    }

    /// The binary with arguments, ready to run in the working folder, with nothing of this process's environment but the path.
    pub fn command(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = voiceport();
        self.settle(&mut command);
        command.args(arguments);
        command
    }

    /// Gives another program this user's environment.
    pub fn settle(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", self.root.join("home"))
            .env("TMPDIR", self.root.join("tmp"))
            .current_dir(self.folder())
            .stdin(Stdio::null());
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Said {
        finish(&mut self.command(arguments))
    }

    /// Starts a command that goes on.
    pub fn start(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Background {
        Background::start(&mut self.command(arguments))
    }
}

/// Runs a command to its end, or fails when it is stuck.
pub fn finish(command: &mut Command) -> Said {
    Background::start(command).end()
}

/// The same, with `input` on standard input.
pub fn finish_with(command: &mut Command, input: &[u8]) -> Said {
    let mut running = Background::start(command.stdin(Stdio::piped()));
    // A program that refuses early does not read to the end.
    let _ = running.child.stdin.take().unwrap().write_all(input);
    running.end()
}

impl Said {
    /// The same, checked: it ended with this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// The same, checked: this is somewhere in what it said.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stdout.contains(words) || self.stderr.contains(words), "`{words}` is not in\n{self}");
        self
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {:?}\n== stdout\n{}\n== stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

impl Background {
    pub fn start(command: &mut Command) -> Self {
        let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = Stream::of(child.stdout.take().unwrap());
        let stderr = Stream::of(child.stderr.take().unwrap());
        Self { child, stdout, stderr }
    }

    /// Waits for a line on standard error that contains `words`, and returns it.
    #[track_caller]
    pub fn await_line(&mut self, words: &str) -> String {
        self.stderr.until(words)
    }

    /// Waits for a line on standard output that contains `words`, and returns it.
    #[track_caller]
    pub fn await_answer(&mut self, words: &str) -> String {
        self.stdout.until(words)
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(mut self) -> Said {
        let (stdout, stderr) = (self.stdout.rest(), self.stderr.rest());
        Said { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

impl Stream {
    fn of(output: impl Read + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut line = String::new();
                if output.read_line(&mut line).unwrap() == 0 || sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { lines, heard: String::new() }
    }

    #[track_caller]
    fn until(&mut self, words: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else { panic!("no line with `{words}`, only\n{}", self.heard) };
            self.heard.push_str(&line);
            if line.contains(words) {
                return line.trim_end().to_owned();
            }
        }
    }

    #[track_caller]
    fn rest(&mut self) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.heard.push_str(&line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return std::mem::take(&mut self.heard),
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("it is stuck after\n{}", self.heard),
            }
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
