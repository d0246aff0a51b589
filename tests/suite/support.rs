//! What several test modules need: folders that go away, the binary, a shell, a guest with a kernel of its own.

#![allow(dead_code, reason = "not every helper has a user at every time")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use voiceport::switch::{Error as SwitchError, Leaving, NotLogged, WriteLog};

/// Set in the guest's environment, so that a test knows where it is.
const IN_GUEST: &str = "VOICEPORT_TEST_IN_GUEST";

/// How long a guest may take: longer than anything that is waited for in it.
const GUEST: Duration = Duration::from_secs(300);

/// The binary under test.
pub fn voiceport() -> Command {
    Command::new(env!("CARGO_BIN_EXE_voiceport"))
}

/// True inside the guest: go on as root of a machine of its own, with its own network.
///
/// Outside it runs the test named `test` (its full path, `switch_linux::kernel::reads`) in a guest, panics with the
/// guest's output unless that passed, and returns false: return at once.
pub fn in_guest(test: &str) -> bool {
    in_guest_with(test, Vec::new)
}

/// Like [`in_guest`], but the guest's kernel has PoE ports: `swp0` to `swp7`, each with a cable to a phone's end `pd0` to `pd7`,
/// and `swp8` without a PSE. What is plugged in and how much it draws is written to `/sys/kernel/debug/vp_pse`.
pub fn in_pse_guest(test: &str) -> bool {
    in_guest_with(test, || {
        let build = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/pse-uml/build");
        let found = Command::new(build).arg("--no-build").output().unwrap_or_else(|error| panic!("{build}: {error}"));
        assert!(found.status.success(), "{test}: {}", both(&found));
        vec!["-k".to_owned(), String::from_utf8_lossy(&found.stdout).trim_end().to_owned()]
    })
}

fn in_guest_with(test: &str, options: impl FnOnce() -> Vec<String>) -> bool {
    if std::env::var_os(IN_GUEST).is_some() {
        return true;
    }
    let run = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/uml/run");
    let output = Command::new(run)
        .args(["-t", &GUEST.as_secs().to_string()])
        .args(options())
        .args(["--", "env", &format!("{IN_GUEST}=1")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--include-ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap_or_else(|error| panic!("{run}: {error}"));
    let said = both(&output);
    assert!(output.status.success(), "{test} in the guest: {}\n{said}", output.status);
    assert!(said.contains(" 1 passed"), "the guest ran no test named {test}\n{said}");
    false
}

/// Runs a shell script that must succeed (`sh -e`), and returns its stdout.
pub fn sh(script: &str) -> String {
    let output = Command::new("sh").args(["-ec", script]).output().unwrap();
    assert!(output.status.success(), "{script}\n{}\n{}", output.status, both(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How long an event may take before it counts as one that never comes: far longer than on the busiest machine.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// How often something is looked at that tells nobody when it changes.
const LOOK: Duration = Duration::from_millis(50);

/// Waits until it is so: an address may have to be asked for again, a link to come up.
#[track_caller]
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    look_until(what, is_so, |is_so| *is_so);
}

/// Looks until what is seen is as wanted, and returns it.
#[track_caller]
pub fn look_until<T: std::fmt::Debug>(what: &str, mut look: impl FnMut() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let begin = Instant::now();
    loop {
        let seen = look();
        if wanted(&seen) {
            return seen;
        }
        assert!(begin.elapsed() < DEADLINE, "never came: {what}, but {seen:?}");
        std::thread::sleep(LOOK);
    }
}

/// Stdout and stderr of a program, one after the other.
pub fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder of the public samples, which lie beside the project or where `VOICEPORT_SAMPLES` says. Tests that need it are ignored
/// unless asked for, so that none counts as passed without it: `tests/run` asks for them where there are samples.
pub fn samples(folder: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let folder = std::env::var_os("VOICEPORT_SAMPLES").map_or_else(beside, PathBuf::from).join(folder);
    assert!(folder.is_dir(), "no folder {}: name the samples' folder in VOICEPORT_SAMPLES", folder.display());
    folder
}

/// A capture file of Ethernet frames.
pub fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [[0xd4, 0xc3, 0xb2, 0xa1], [2, 0, 4, 0], [0; 4], [0; 4], [0xff, 0xff, 0, 0], [1, 0, 0, 0]].concat();
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        file.extend([[0; 4], [0; 4], length, length].concat());
        file.extend(frame);
    }
    file
}

/// A folder of a test's own, removed when dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes an empty folder, which every user may enter but only this one may write.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("voiceport-test-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A path in it.
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in it, with the folders on the way, and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that runs beside a test; killed and reaped when dropped.
#[derive(Debug)]
pub struct Running(pub std::process::Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_folder_goes_away_with_its_owner() {
    let folder = TempDir::new();
    let file = folder.write("below/file", "text");
    assert!(file.exists());
    let path = folder.path().to_owned();
    drop(folder);
    assert!(!path.exists());
}

mod kernel {
    use super::{in_guest, sh};

    #[test]
    #[ignore = "needs user-mode-linux: tests/run runs it"]
    fn the_guest_is_a_machine_of_its_own() {
        if in_guest("support::kernel::the_guest_is_a_machine_of_its_own") {
            assert_eq!(sh("id -u"), "0\n");
            sh("ip link add br0 type bridge vlan_filtering 1");
        }
    }

    #[test]
    #[ignore = "needs user-mode-linux: tests/run runs it"]
    fn a_failure_in_the_guest_comes_back() {
        let attempt = std::panic::catch_unwind(|| {
            if in_guest("support::kernel::a_failure_in_the_guest_comes_back") {
                std::process::exit(7);
            }
        });
        let text = *attempt.unwrap_err().downcast::<String>().unwrap();
        assert!(text.contains("exit status: 7"), "{text}");
    }
}

/// Writes without a journal.
pub struct Unlogged;

impl WriteLog for Unlogged {
    fn owner(&self) -> &'static str {
        "voiceport test"
    }

    fn leaving(&self, _: &Leaving) -> Result<(), NotLogged> {
        Ok(())
    }

    fn answered(&self, _: &Leaving, _: Result<(), &SwitchError>) {}
}
