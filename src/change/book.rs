//! The journal of one run while switches are changed at the same time: on disk first, then in memory, in one order. I/O.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::SystemTime;

use super::Error;
use super::journal::Journal;
use super::next::Action;
use super::next::Entry;
use super::next::Progress;
use super::next::RevertCause;
use super::next::outcome;
use super::summary::step_of;
use model::ids::SwitchName;
use model::plan::Change;
use model::plan::Plan;
use model::plan::Step;
use model::report::Outcome;
use model::report::StepStatus;
use model::timestamp::Timestamp;

/// Called for every journal line, for people who watch.
pub type Watcher = Arc<dyn Fn(&Plan, &Entry) + Send + Sync>;

/// The journal of one run.
pub struct Book {
    run: i64,
    plan: Arc<Plan>,
    /// The steps of each switch, in order.
    steps: BTreeMap<SwitchName, Vec<u32>>,
    pages: Mutex<Pages>,
    watcher: Watcher,
}

/// What is on disk and the same lines in memory, which `next` decides by: under one lock, so that both have one order.
struct Pages {
    journal: Journal,
    lines: Vec<Entry>,
    /// What the lines amount to.
    progress: Progress,
    /// Every step is done: it is too late for a person to turn the run round.
    sealed: bool,
}

impl Book {
    /// The book of a run whose earlier lines are known.
    #[must_use]
    pub fn new(run: i64, plan: Arc<Plan>, journal: Journal, lines: Vec<Entry>, watcher: Watcher) -> Self {
        let mut steps: BTreeMap<SwitchName, Vec<u32>> = BTreeMap::new();
        for step in &plan.steps {
            steps.entry(step.switch.clone()).or_default().push(step.number);
        }
        let progress = Progress::of(&lines);
        Self { run, plan, steps, pages: Mutex::new(Pages { journal, lines, progress, sealed: false }), watcher }
    }

    /// Writes the line to disk, then remembers and shows it.
    pub fn note(&self, entry: Entry) -> Result<(), Error> {
        self.note_if(|_| true, entry).map(drop)
    }

    /// Turns the whole run round, once.
    pub fn turn(&self, reason: String) -> Result<(), Error> {
        self.note_if(|progress| !progress.reverting(), Entry::Reverting { cause: RevertCause::Failure(reason) }).map(drop)
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
        self.note_if(|progress| !progress.reverting(), Entry::Intended { step })
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

    fn note_if(&self, still: fn(&Progress) -> bool, entry: Entry) -> Result<bool, Error> {
        let mut pages = self.pages();
        if !still(&pages.progress) {
            return Ok(false);
        }
        pages.journal.append(self.run, &entry, now())?;
        pages.progress.take(&entry);
        let shown = entry.clone();
        pages.lines.push(entry);
        drop(pages);
        (self.watcher)(&self.plan, &shown);
        Ok(true)
    }

    /// Names the next action on one switch.
    #[must_use]
    pub fn next(&self, switch: &SwitchName) -> Action {
        self.steps.get(switch).map_or(Action::Done, |steps| self.pages().progress.next(steps))
    }

    /// Whether the run is being put back.
    #[must_use]
    pub fn reverting(&self) -> bool {
        self.pages().progress.reverting()
    }

    /// The outcome that the lines so far amount to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        outcome(&self.pages().lines)
    }

    /// Where a step stands.
    #[must_use]
    pub fn status(&self, step: u32) -> StepStatus {
        self.pages().progress.status(step)
    }

    /// A step of the plan.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Step> {
        step_of(&self.plan, number)
    }

    /// Whether this run wrote the port's PVID: some switches move the port's memberships with it.
    #[must_use]
    pub fn wrote_pvid_of(&self, step: &Step) -> bool {
        let pages = self.pages();
        let written = |number: u32| !matches!(pages.progress.status(number), StepStatus::Pending | StepStatus::AlreadySet);
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
