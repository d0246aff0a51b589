//! The disk of the state folder is full: nothing is begun that it may not hold, and what was begun is put back.

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::simulated::SimulatedSite;
use super::user::Background;
use crate::support::{in_guest, sh};

fn both(site: &SimulatedSite) -> [(Value, Value); 2] {
    ["closet", "floor-2"].map(|switch| site.configuration(switch))
}

#[test]
fn a_disk_that_fails_in_mid_run_ends_with_everything_put_back() {
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    site.answer_late(true);
    let words = site.command(["apply", "--yes", "--parallel", "1"]);
    let mut shell = std::process::Command::new("sh");
    site.user.settle(&mut shell);
    // a file that may not grow fails to be written, instead of ending the process
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(words.get_program()).args(words.get_args());
    let mut apply = Background::start(&mut shell);
    apply.await_line("  ok closet");
    apply.signal(Signal::SIGSTOP);
    sh(&format!("prlimit --pid {} --fsize=1:1", apply.id()));
    apply.signal(Signal::SIGCONT);
    let said = apply.end().exits(6).says("everything was put back and read back").says("the disk");
    assert!(!said.stderr.contains("--state-dir"), "{said}");
    assert_eq!(both(&site), before);
    // the journal still says what it was told before: the run is settled from there
    site.run(["apply", "--yes"]).exits(1).says("run 1 was interrupted");
    site.run(["rollback", "--yes"]).exits(0).says("Run 1: everything was put back and read back.");
    assert_eq!(both(&site), before);
}

#[test]
fn a_run_that_the_disk_may_not_hold_is_not_begun() {
    let site = SimulatedSite::start_controlled();
    let words = site.command(["apply", "--yes"]);
    let mut shell = std::process::Command::new("sh");
    site.user.settle(&mut shell);
    shell.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$@\"", "sh"]).arg(words.get_program()).args(words.get_args());
    let said = super::user::finish(&mut shell).exits(1).says("its disk does not have them: nothing was written");
    said.says("make room on that disk, or name a folder on another one with --state-dir");
    assert_eq!((site.sets("closet"), site.sets("floor-2")), (0, 0));
    assert!(site.run(["history"]).exits(0).stdout.contains("No runs yet."));
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn on_a_small_disk_a_run_is_whole_or_not_begun() {
    if !in_guest("cli::runs_disk::on_a_small_disk_a_run_is_whole_or_not_begun") {
        return;
    }
    let site = SimulatedSite::start_controlled();
    let before = both(&site);
    let folder = site.user.folder().join("disk");
    std::fs::create_dir(&folder).unwrap();
    let mut ends = [false, false];
    for size in ["84k", "120k", "160k", "800k", "1400k", "2m", "4m"] {
        sh(&format!("mount -t tmpfs -o size={size} tmpfs {}", folder.display()));
        let said = site.run(["--state-dir", "disk", "apply", "--yes"]);
        if said.code == Some(0) {
            ends[0] = true;
            site.run(["--state-dir", "disk", "rollback", "--yes"]).exits(0).says("everything was put back");
        } else {
            ends[1] = true;
            said.exits(1).says("disk");
        }
        assert_eq!(both(&site), before, "{size}");
        sh(&format!("umount {}", folder.display()));
    }
    assert_eq!(ends, [true, true], "some are too small and some are not");
    // somebody else fills the disk while a run is under way: it has its own room
    sh(&format!("mount -t tmpfs -o size=4m tmpfs {}", folder.display()));
    let mut apply = Background::start(&mut site.command(["--state-dir", "disk", "apply", "--yes", "--parallel", "1"]));
    apply.await_line("  ok closet");
    apply.signal(Signal::SIGSTOP);
    sh(&format!("dd if=/dev/zero of={}/filler bs=1k 2>/dev/null || true", folder.display()));
    apply.signal(Signal::SIGCONT);
    apply.end().exits(0).says("Run 1: 19 changes done and read back.");
    site.ask(&json!({"reset": {}}));
}
