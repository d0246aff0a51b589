//! What somebody sees at a terminal: a pseudo-terminal of a given width, and hands that type.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};

use super::simulated::SimulatedSite;
use super::user::{User, finish, project};

/// How long any command may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(180);

/// What was written to the terminal, as it came, and how the command ended.
struct Seen {
    raw: String,
    code: Option<i32>,
}

impl Seen {
    /// The lines that stay: without colours, and without what was drawn over.
    fn lines(&self) -> Vec<String> {
        self.raw.split('\n').map(|line| plain(line.trim_end_matches('\r').rsplit("\x1b[2K").next().unwrap_or_default())).collect()
    }
}

/// Without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect::<String>()
}

/// Runs a command at a terminal of so many columns; each answer is typed when its question is there.
fn at_terminal(command: &mut Command, columns: u16, answers: &[(&str, &str)]) -> Seen {
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&size, None).unwrap();
    let end = |fd: &std::os::fd::OwnedFd| fd.try_clone().unwrap();
    command.env("TERM", "xterm").stdin(end(&terminal.slave)).stdout(end(&terminal.slave)).stderr(end(&terminal.slave));
    let mut child = command.spawn().unwrap();
    drop(terminal.slave);
    // the command holds its own ends as long as it lives
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let (mut keys, mut screen) = (File::from(end(&terminal.master)), File::from(terminal.master));
    let (sender, pieces) = mpsc::channel();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        // a terminal whose last end is closed gives an error
        while let Ok(length @ 1..) = screen.read(&mut piece) {
            if sender.send(piece[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut bytes = Vec::new();
    let mut waiting = answers.iter();
    let mut next = waiting.next();
    let deadline = Instant::now() + PATIENCE;
    loop {
        match pieces.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(piece) => bytes.extend(piece),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("stuck after {}", String::from_utf8_lossy(&bytes)),
        }
        if let Some((question, answer)) = next.filter(|(question, _)| String::from_utf8_lossy(&bytes).contains(*question)) {
            assert!(!question.is_empty());
            writeln!(keys, "{answer}").unwrap();
            next = waiting.next();
        }
    }
    Seen { raw: String::from_utf8(bytes).unwrap(), code: child.wait().unwrap().code() }
}

fn width(line: &str) -> usize {
    line.chars().count()
}

#[test]
fn tables_fit_the_terminal_and_break_no_word() {
    let site = SimulatedSite::start();
    let user = &site.user;
    for columns in [50_u16, 80, 120] {
        for arguments in [
            &["plan"][..],
            &["power"],
            &["discover", "--all-switches"],
            &["inventory", "show"],
            &["inventory", "show", "--capabilities"],
            &["template", "list"],
            &["doctor"],
            &["verify"],
        ] {
            let seen = at_terminal(&mut site.command(arguments), columns, &[]);
            let whole = user.run([&["-i", "lab.yaml"], arguments].concat());
            let words: Vec<&str> = whole.stdout.split_whitespace().chain(whole.stderr.split_whitespace()).collect();
            let lines = seen.lines();
            for line in lines.iter().take_while(|line| !line.contains("(no room for")) {
                let longest = line.split_whitespace().map(width).max().unwrap_or_default();
                // a word longer than half the terminal has no column to stand in
                assert!(width(line) <= usize::from(columns).max(longest + 30), "{arguments:?} at {columns}: {line}\n{}", seen.raw);
                // what the two runs say alike: times and counts of a run are its own
                let is_plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | ':' | ','));
                for word in line.split_whitespace().filter(is_plain) {
                    let known = words.contains(&word);
                    assert!(known, "{arguments:?} at {columns}: `{word}` is a piece of a word\n{}", seen.raw);
                }
            }
        }
    }
}

#[test]
fn in_a_pipe_nothing_is_cut_unless_columns_say_so() {
    let user = User::new();
    let capabilities = ["inventory", "show", "--capabilities"];
    let whole = user.run(capabilities).exits(0).stdout;
    let title = whole.lines().next().unwrap();
    assert!(title.contains("FOR") && title.contains("SAVE") && width(title) > 120, "{title}");
    let narrow = finish(user.command(capabilities).env("COLUMNS", "100")).exits(0).stdout;
    assert!(narrow.lines().all(|line| width(line) <= 100), "{narrow}");
    assert!(narrow.contains("(no room for: for"), "{narrow}");
    for strange in ["0", "-1", "wide", ""] {
        assert_eq!(finish(user.command(capabilities).env("COLUMNS", strange)).exits(0).stdout, whole, "COLUMNS={strange}");
    }
    // a terminal's own width counts less than what somebody asked for
    let seen = at_terminal(user.command(capabilities).env("COLUMNS", "70"), 200, &[]);
    assert!(seen.lines().iter().all(|line| width(line) <= 70), "{}", seen.raw);
}

#[test]
fn declining_ends_with_1_and_nothing_is_written() {
    let site = SimulatedSite::start();
    let before = site.steps();
    for answer in ["n", "", "no", "yess", "ja"] {
        let seen = at_terminal(&mut site.command(["apply"]), 100, &[("[y/N]", answer)]);
        assert_eq!(seen.code, Some(1), "{answer}: {}", seen.raw);
        assert!(seen.lines().iter().any(|line| line == "error: stopped: nothing was written"), "{}", seen.raw);
    }
    assert_eq!(site.steps(), before);
}

#[test]
fn each_step_is_said_once_and_counted_in_its_place() {
    let site = SimulatedSite::start();
    let seen = at_terminal(&mut site.command(["apply", "--parallel", "1"]), 100, &[("[y/N]", "y")]);
    assert_eq!(seen.code, Some(0), "{}", seen.raw);
    let lines = seen.lines();
    let said = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
    // eight phones: their voice VLAN and power once each, in the plan
    assert_eq!(said("phone 101 Front desk needs power"), 1, "{}", seen.raw);
    assert_eq!(said("  ok closet 0/"), 0, "{}", seen.raw);
    assert_eq!(said("19 changes done and read back."), 1, "{}", seen.raw);
    assert_eq!(said("switch closet: 11 changes on 4 ports"), 1, "{}", seen.raw);
    // the verdict has its colour, and none is left behind
    assert!(seen.raw.contains("\x1b[32mRun 1: 19 changes done and read back.\x1b[0m"), "{}", seen.raw);
    let back = at_terminal(&mut site.command(["rollback"]), 100, &[("[y/N]", "YES")]);
    assert_eq!(back.code, Some(0), "{}", back.raw);
    assert!(back.raw.contains("Put back the 19 changes of run 1 (2"), "{}", back.raw);
    let asked = back.lines().into_iter().find(|line| line.contains("Put back the")).unwrap();
    assert!(asked.contains(" CET)?") || asked.contains(" CEST)?"), "the site is in Berlin: {asked}");
    assert!(!asked.contains('.'), "no fractions of seconds: {asked}");
}

#[test]
fn what_takes_long_is_counted_in_its_place_and_what_is_strange_stays() {
    // a reply that is lost is waited for
    let site = SimulatedSite::start_with(&["--fault", "lose-reply"]);
    let seen = at_terminal(&mut site.command(["apply", "--parallel", "1", "--yes"]), 100, &[]);
    assert_eq!(seen.code, Some(0), "{}", seen.raw);
    let lines = seen.lines();
    let strange: Vec<&String> = lines.iter().filter(|line| line.starts_with("  ok ")).collect();
    assert!(strange.iter().all(|line| line.contains(" (") || line.contains("saved")), "{}", seen.raw);
    assert!(strange.iter().any(|line| line.contains("done, though")), "{}", seen.raw);
    // drawn over again and again: how far it is, and of how many
    assert!(seen.raw.contains("/19 closet 0/"), "{}", seen.raw);
    assert!(lines.iter().all(|line| !line.contains("/19 ")), "nothing of it is left: {}", seen.raw);
}

#[test]
fn colours_are_for_terminals() {
    let example = project("inventory/example");
    let user = User::new();
    let history = |color: &[&str]| {
        let mut command = user.command([&["doctor", "-i", example.to_str().unwrap()], color].concat());
        at_terminal(&mut command, 80, &[]).raw
    };
    assert!(history(&[]).contains("\x1b[3"));
    assert!(!history(&["--color", "never"]).contains("\x1b[3"));
    let mut command = user.command(["doctor"]);
    assert!(!at_terminal(command.env("NO_COLOR", "1"), 80, &[]).raw.contains("\x1b[3"));
}
