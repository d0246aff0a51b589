//! The steps of the README, run as they are written there, in order.

use super::user::{Background, User, finish, project};

/// The commands of the README's shell blocks under a heading, without comments.
fn steps(heading: &str) -> Vec<String> {
    let text = std::fs::read_to_string(project("README.md")).unwrap();
    let section = text.split_once(&format!("\n## {heading}\n")).unwrap().1.split("\n## ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap().trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Somebody who types one step after the other.
struct Typist {
    user: User,
    inventory: Option<String>,
    running: Vec<Background>,
}

impl Typist {
    fn new() -> Self {
        Self { user: User::new(), inventory: None, running: Vec::new() }
    }

    /// Runs a step; one that ends in `&` goes on, and is waited for until it says that it runs.
    fn step(&mut self, step: &str) {
        if let Some(inventory) = step.strip_prefix("export VOICEPORT_INVENTORY=") {
            self.inventory = Some(inventory.to_owned());
            return;
        }
        let words = step.trim_end_matches('&').trim().strip_prefix("voiceport ").unwrap_or_else(|| panic!("{step}"));
        let mut command = self.user.command(words.split_whitespace());
        command.envs(self.inventory.as_ref().map(|inventory| ("VOICEPORT_INVENTORY", inventory)));
        if step.ends_with('&') {
            let mut running = Background::start(&mut command);
            let begins = if words.starts_with("lab") { "the simulated site runs" } else { "serving on http" };
            running.await_line(begins);
            if words.starts_with("serve") {
                // all phones of the lab come for their files
                let mut phones = std::collections::BTreeSet::new();
                while phones.len() < 8 {
                    let line = running.await_answer(": served ");
                    phones.extend(line.split_once(" phone ").map(|(_, rest)| rest.chars().take(17).collect::<String>()));
                }
            }
            self.running.push(running);
            return;
        }
        // a machine that lacks a right, or a port, is told so by the one command that is for it
        let said = finish(&mut command);
        if words != "doctor" {
            said.exits(0);
        }
    }
}

#[test]
fn the_steps_in_the_lab_work_as_they_are_written() {
    let mut typist = Typist::new();
    let steps = steps("Five minutes in the lab");
    assert!(steps.len() >= 8 && steps[0].starts_with("voiceport lab "), "{steps:?}");
    for step in steps {
        println!("{step}");
        typist.step(&step);
    }
}

#[test]
fn the_steps_of_a_real_site_work_as_they_are_written() {
    let mut typist = Typist::new();
    let mut steps = steps("A real site in ten minutes").into_iter();
    let first: Vec<String> = steps.by_ref().take(3).collect();
    assert_eq!(first, ["voiceport init", "voiceport inventory check", "voiceport doctor"]);
    for step in &first {
        typist.step(step);
    }
    // "filled in": the site is the simulated one
    let mut lab = typist.user.start(["lab", "--write-inventory", "lab.yaml"]);
    lab.await_line("the simulated site runs");
    std::fs::rename(typist.user.folder().join("lab.yaml"), typist.user.folder().join("inventory/site.yaml")).unwrap();
    typist.running.push(lab);
    // what needs the ports of this machine, a name of a real network or phones that boot is for the lab's steps
    let needs_more = |step: &String| ["serve", "probe", "verify"].iter().any(|command| step.contains(command));
    let (left, rest): (Vec<String>, Vec<String>) = steps.partition(needs_more);
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(rest.len(), 4, "{rest:?}");
    for step in rest {
        println!("{step}");
        typist.step(&step);
    }
}
