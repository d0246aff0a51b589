//! The journal of one run while switches are changed at the same time: on disk first, then in memory, in one order. I/O.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::error::Error;
use super::journal::Journal;
use super::next::{Action, Entry, RevertCause, RunState, outcome};
use super::plan::{Plan, Step};
use super::report::{Outcome, StepStatus};
use model::change::Change;
use model::ids::SwitchName;
use model::timestamp::Timestamp;

/// Called for every journal line, for people who watch.
pub type Watcher = Arc<dyn Fn(&Plan, &Entry) + Send + Sync>;

/// The log of one run, shared by the tasks that change its switches.
pub struct RunLog {
    run: i64,
    plan: Arc<Plan>,
    /// The steps of each switch, in order.
    steps: BTreeMap<SwitchName, Vec<u32>>,
    shared: Mutex<Shared>,
    watcher: Watcher,
}

/// What is on disk and the same lines in memory, which `next` reads: under one lock, so that both have one order.
struct Shared {
    journal: Journal,
    entries: Vec<Entry>,
    /// What the lines amount to.
    state: RunState,
    /// The commit point is passed: every step is done, and a person can no longer stop the run.
    committed: bool,
}

impl RunLog {
    /// The log of a run whose earlier lines are known.
    #[must_use]
    pub fn new(run: i64, plan: Arc<Plan>, journal: Journal, entries: Vec<Entry>, watcher: Watcher) -> Self {
        let mut steps: BTreeMap<SwitchName, Vec<u32>> = BTreeMap::new();
        for step in &plan.steps {
            steps.entry(step.switch.clone()).or_default().push(step.number);
        }
        let state = RunState::of(&entries);
        Self { run, plan, steps, shared: Mutex::new(Shared { journal, entries, state, committed: false }), watcher }
    }

    /// Writes the line to disk, then remembers and shows it.
    pub fn note(&self, entry: Entry) -> Result<(), Error> {
        self.note_if(|_| true, entry).map(drop)
    }

    /// Reverts the whole run, once.
    pub fn revert(&self, reason: String) -> Result<(), Error> {
        self.note_if(|state| !state.reverting(), Entry::Reverting { cause: RevertCause::Failure(reason) }).map(drop)
    }

    /// The commit point: from here on only a failure reverts the run.
    pub fn commit_point(&self) {
        self.shared().committed = true;
    }

    /// Reverts the whole run because a person asks; `false` after the commit point.
    pub fn revert_on_request(&self, reason: String) -> Result<bool, Error> {
        if self.shared().committed {
            return Ok(false);
        }
        self.revert(reason).map(|()| true)
    }

    /// Notes that a write is about to leave; `false` when another switch failed meanwhile, so that it must not.
    pub fn intend(&self, step: u32) -> Result<bool, Error> {
        self.note_if(|state| !state.reverting(), Entry::Intended { step })
    }

    /// Notes how the run ended.
    pub fn close(&self, outcome: Outcome) -> Result<(), Error> {
        self.shared().journal.finish(self.run, outcome, now())
    }

    /// The journal lines so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.shared().entries.clone()
    }

    fn note_if(&self, still: fn(&RunState) -> bool, entry: Entry) -> Result<bool, Error> {
        let mut shared = self.shared();
        if !still(&shared.state) {
            return Ok(false);
        }
        shared.journal.append(self.run, &entry, now())?;
        shared.state.take(&entry);
        let shown = entry.clone();
        shared.entries.push(entry);
        drop(shared);
        (self.watcher)(&self.plan, &shown);
        Ok(true)
    }

    /// The next action on one switch.
    #[must_use]
    pub fn next(&self, switch: &SwitchName) -> Action {
        self.steps.get(switch).map_or(Action::Finished, |steps| self.shared().state.next(steps))
    }

    /// Whether the run is being reverted.
    #[must_use]
    pub fn reverting(&self) -> bool {
        self.shared().state.reverting()
    }

    /// The outcome that the lines so far amount to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        outcome(&self.shared().entries)
    }

    /// The status of a step.
    #[must_use]
    pub fn status(&self, step: u32) -> StepStatus {
        self.shared().state.status(step)
    }

    /// A step of the plan.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.plan.step(number)
    }

    /// Whether this run wrote the port's PVID: some switches move the port's memberships with it.
    #[must_use]
    pub fn wrote_pvid_of(&self, step: &Step) -> bool {
        let shared = self.shared();
        let written = |number: u32| !matches!(shared.state.status(number), StepStatus::Pending | StepStatus::AlreadySet);
        self.plan.steps.iter().any(|other| {
            matches!(other.change, Change::Pvid { .. })
                && other.switch == step.switch
                && other.port == step.port
                && written(other.number)
        })
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
