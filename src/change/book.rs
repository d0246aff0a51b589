//! The journal of one run while switches are changed at the same time: on disk first, then in memory, in one order. I/O.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::SystemTime;

use super::Error;
use super::journal::Journal;
use super::next::Action;
use super::next::Entry;
use super::next::is_reverting;
use super::next::next;
use super::next::outcome;
use super::next::standings;
use crate::model::ids::SwitchName;
use crate::model::plan::Change;
use crate::model::plan::Plan;
use crate::model::plan::Step;
use crate::model::report::Outcome;
use crate::model::report::Standing;
use crate::model::timestamp::Timestamp;

/// Called for every journal line, for people who watch.
pub type Watcher = Arc<dyn Fn(&Plan, &Entry) + Send + Sync>;

/// The journal of one run.
pub struct Book {
    run: i64,
    plan: Arc<Plan>,
    pages: Mutex<Pages>,
    watcher: Watcher,
}

/// What is on disk and the same lines in memory, which `next` decides by: under one lock, so that both have one order.
struct Pages {
    journal: Journal,
    lines: Vec<Entry>,
    /// Every step is done: it is too late for a person to turn the run round.
    sealed: bool,
}

impl Book {
    /// The book of a run whose earlier lines are known.
    #[must_use]
    pub fn new(run: i64, plan: Arc<Plan>, journal: Journal, lines: Vec<Entry>, watcher: Watcher) -> Self {
        Self { run, plan, pages: Mutex::new(Pages { journal, lines, sealed: false }), watcher }
    }

    /// Writes the line to disk, then remembers and shows it.
    pub fn note(&self, entry: Entry) -> Result<(), Error> {
        self.note_if(|_| true, entry).map(drop)
    }

    /// Turns the whole run round, once.
    pub fn turn(&self, reason: String) -> Result<(), Error> {
        self.note_if(|lines| !is_reverting(lines), Entry::Reverting { reason }).map(drop)
    }

    /// From here on only a failure turns the run round.
    pub fn seal(&self) {
        self.pages().sealed = true;
    }

    /// Turns the whole run round because a person asks; `false` when it is too late.
    pub fn turn_unless_sealed(&self, reason: String) -> Result<bool, Error> {
        if self.pages().sealed {
            return Ok(false);
        }
        self.turn(reason).map(|()| true)
    }

    /// Announces a write; `false` when another switch failed meanwhile, so that it must not leave.
    pub fn intend(&self, step: u32) -> Result<bool, Error> {
        self.note_if(|lines| !is_reverting(lines), Entry::Intended { step })
    }

    /// Notes how the run ended.
    pub fn close(&self, outcome: Outcome) -> Result<(), Error> {
        self.pages().journal.finish(self.run, outcome, now())
    }

    /// The lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Entry> {
        self.pages().lines.clone()
    }

    fn note_if(&self, still: fn(&[Entry]) -> bool, entry: Entry) -> Result<bool, Error> {
        let mut pages = self.pages();
        if !still(&pages.lines) {
            return Ok(false);
        }
        pages.journal.append(self.run, &entry, now())?;
        let shown = entry.clone();
        pages.lines.push(entry);
        drop(pages);
        (self.watcher)(&self.plan, &shown);
        Ok(true)
    }

    /// Names the next action on one switch.
    #[must_use]
    pub fn next(&self, switch: &SwitchName) -> Action {
        next(&self.plan, &self.pages().lines, switch)
    }

    /// Whether the run is being put back.
    #[must_use]
    pub fn reverting(&self) -> bool {
        is_reverting(&self.pages().lines)
    }

    /// The outcome that the lines so far amount to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        outcome(&self.pages().lines)
    }

    /// Where a step stands.
    #[must_use]
    pub fn standing(&self, step: u32) -> Standing {
        standings(&self.pages().lines).get(&step).copied().unwrap_or_default()
    }

    /// A step of the plan.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.plan.steps.iter().find(|step| step.number == number)
    }

    /// Whether this run wrote the port's PVID: some switches move the port's memberships with it.
    #[must_use]
    pub fn wrote_pvid_of(&self, step: &Step) -> bool {
        let standings = standings(&self.pages().lines);
        let written =
            |number: u32| standings.get(&number).is_some_and(|standing| !matches!(standing, Standing::Open | Standing::Found));
        self.plan.steps.iter().any(|other| {
            matches!(other.change, Change::Pvid { .. })
                && other.switch == step.switch
                && other.port == step.port
                && written(other.number)
        })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
