//! Whole changes as folders of text: a site with a kind of switch in its closet, what was changed there before, and what plan, apply and
//! rollback then say. `VOICEPORT_BLESS=1` writes what is expected anew.
//!
//! `01-site.txt` has a line `closet KIND`, lines `inventory OLD => NEW` that replace text of the simulated site's inventory, lines
//! `switch REQUEST` for its control socket, and a line `only plan` where that is all.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::lane::Lane;
use super::side_by_side;
use crate::provisioning::assert_golden;

/// What is run in each case, and the file with what it says.
const COMMANDS: [(&str, &[&str]); 3] =
    [("02-plan.txt", &["plan"]), ("03-apply.txt", &["apply", "--yes"]), ("04-rollback.txt", &["rollback", "--yes"])];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/change")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn check(case: &Path) {
    let site = std::fs::read_to_string(case.join("01-site.txt")).unwrap();
    let lines = || site.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let of = |word: &str| {
        lines().filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' ').map(str::to_owned)).collect::<Vec<_>>()
    };
    let known = ["closet ", "inventory ", "switch ", "only plan"];
    assert!(lines().all(|line| known.iter().any(|word| line.starts_with(word))), "{}: {site}", case.display());
    let lane = Lane::of(of("closet").first().unwrap());
    for replaced in of("inventory") {
        let replaced = replaced.replace("PORT1", &lane.port(1)).replace("\\n", "\n");
        let (old, new) = replaced.split_once(" => ").unwrap();
        let text = lane.inventory();
        assert!(text.contains(old), "{}: the inventory has no {old}", case.display());
        lane.write("lab.yaml", &text.replacen(old, new, 1));
    }
    for request in of("switch") {
        lane.ask(&serde_json::from_str::<Json>(&request).unwrap());
    }
    let state = lane.folder("state");
    let count = if lines().any(|line| line == "only plan") { 1 } else { COMMANDS.len() };
    for (file, command) in COMMANDS.into_iter().take(count) {
        let said = lane.looks(&state, command);
        let mut text = said.stdout.clone();
        if !said.stderr.is_empty() && command == ["plan"] {
            let _ = write!(text, "--\n{}", said.stderr);
        }
        let _ = writeln!(text, "== exit {}", said.code.unwrap());
        assert_golden(case.join(file).to_str().unwrap(), &text);
    }
}

#[test]
fn what_is_said_of_whole_changes_is_as_expected() {
    side_by_side(&cases(), |case| check(case));
}

#[test]
fn there_are_forty_cases() {
    assert!(cases().len() >= 40, "{}", cases().len());
}
