//! The journal of one run while switches are changed at the same time: on disk first, then in memory, in one order. I/O.
//!
//! When the disk fails in the middle of a run, nothing more is written forward; what was done is put back from memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::error::Error;
use super::journal::Journal;
use super::next::{Action, Entry, RevertCause, RunState, members_at_creation, outcome};
use super::plan::{Plan, Step, first_steps};
use super::report::{Outcome, StepStatus};
use crate::switch::{Error as SwitchError, Leaving, NotLogged, WriteLog};
use model::change::Change;
use model::ids::{PortName, SwitchName};
use model::timestamp::Timestamp;

/// Called for every journal line, for people who watch.
pub type Watcher = Arc<dyn Fn(&Plan, &Entry) + Send + Sync>;

/// The log of one run, shared by the tasks that change its switches.
pub struct RunLog {
    run: i64,
    plan: Arc<Plan>,
    /// The steps of each switch, in order.
    steps: BTreeMap<SwitchName, Vec<u32>>,
    /// Those of them whose values are to be there when all is done.
    lasting: BTreeMap<SwitchName, Vec<u32>>,
    /// In whose name switches are held.
    owner: String,
    shared: Mutex<Shared>,
    watcher: Watcher,
}

/// What is on disk and the same lines in memory, which `next` reads: under one lock, so that both have one order.
struct Shared {
    journal: Journal,
    entries: Vec<Entry>,
    /// What the lines amount to.
    state: RunState,
    /// How many of the lines are on disk: all of them, until the disk fails.
    on_disk: usize,
    /// The disk has failed.
    disk_failed: bool,
    /// The commit point is passed: every step is done, and a person can no longer stop the run.
    committed: bool,
}

impl RunLog {
    /// The log of a run whose earlier lines are known.
    #[must_use]
    pub fn new(run: i64, plan: Arc<Plan>, journal: Journal, entries: Vec<Entry>, watcher: Watcher) -> Self {
        let (steps, lasting) = (by_switch(plan.steps.iter()), by_switch(plan.last_steps().into_iter()));
        let (state, on_disk) = (RunState::of(&entries), entries.len());
        let shared = Shared { journal, entries, state, on_disk, disk_failed: false, committed: false };
        Self { run, plan, steps, lasting, owner: format!("voiceport run {run}"), shared: Mutex::new(shared), watcher }
    }

    /// Writes the line to disk, then remembers and shows it.
    ///
    /// When the disk fails, a line that tells what happened is remembered all the same, and the run is reverted; `false` for a line
    /// that announces something forward, which then must not be done.
    pub fn note(&self, entry: Entry) -> bool {
        self.note_if(|_| true, entry)
    }

    /// Reverts the whole run, once.
    pub fn revert(&self, reason: String) {
        self.note_if(|state| !state.reverting(), Entry::Reverting { cause: RevertCause::Failure(reason) });
    }

    /// Begins another attempt to put the run back.
    pub fn revert_again(&self) -> Result<(), Error> {
        let entry = Entry::Reverting { cause: RevertCause::Asked };
        let mut shared = self.shared();
        shared.journal.append(self.run, &entry, now())?;
        shared.on_disk += 1;
        shared.remember(entry.clone());
        drop(shared);
        (self.watcher)(&self.plan, &entry);
        Ok(())
    }

    /// In whose name switches are held: it says which run.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The commit point: from here on only a failure reverts the run.
    pub fn commit_point(&self) {
        self.shared().committed = true;
    }

    /// Reverts the whole run because a person asks; `false` after the commit point.
    pub fn revert_on_request(&self, reason: String) -> bool {
        if self.shared().committed {
            return false;
        }
        self.revert(reason);
        true
    }

    /// Notes that a write is about to leave; `false` when another switch failed meanwhile, so that it must not.
    pub fn intend(&self, step: u32) -> bool {
        self.note_if(|state| !state.reverting(), Entry::Intended { step })
    }

    /// Notes how the run ended, and what could not be written before.
    pub fn close(&self, outcome: Outcome) -> Result<(), Error> {
        let mut shared = self.shared();
        while let Some(entry) = shared.entries.get(shared.on_disk) {
            shared.journal.append(self.run, entry, now())?;
            shared.on_disk += 1;
        }
        shared.journal.finish(self.run, outcome, now())
    }

    /// Whether the disk has failed since the run began.
    #[must_use]
    pub fn disk_failed(&self) -> bool {
        self.shared().disk_failed
    }

    /// The journal lines so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.shared().entries.clone()
    }

    fn note_if(&self, still: fn(&RunState) -> bool, entry: Entry) -> bool {
        let mut shared = self.shared();
        if !still(&shared.state) {
            return false;
        }
        let failure = shared.write(self.run, &entry);
        let goes_on = failure.is_none() || shared.state.reverting() || !entry.announces();
        let turns_round = !shared.state.reverting() && !matches!(entry, Entry::Reverting { .. });
        let cause = failure.filter(|_| turns_round).map(|error| RevertCause::Failure(error.to_string()));
        let lines: Vec<Entry> =
            Some(entry).filter(|_| goes_on).into_iter().chain(cause.map(|cause| Entry::Reverting { cause })).collect();
        for line in &lines {
            shared.remember(line.clone());
        }
        drop(shared);
        for line in &lines {
            (self.watcher)(&self.plan, line);
        }
        goes_on
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

    /// Whether nothing of this run is left on a switch.
    #[must_use]
    pub fn is_put_back(&self, switch: &SwitchName) -> bool {
        let shared = self.shared();
        let left = |number: &u32| shared.state.status(*number).is_left();
        !self.steps.get(switch).is_some_and(|steps| steps.iter().any(left))
    }

    /// The steps of a switch that were put back and whose values from before are to be there now.
    pub fn put_back(&self, switch: &SwitchName) -> Vec<Step> {
        let own = self.steps.get(switch).into_iter().flatten();
        let reverted = own.filter(|number| self.status(**number) == StepStatus::Reverted);
        first_steps(reverted.filter_map(|number| self.step(*number)))
    }

    /// A step of the plan.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.plan.step(number)
    }

    /// The steps of a switch whose values are to be there when all is done.
    pub fn lasting(&self, switch: &SwitchName) -> impl Iterator<Item = &Step> {
        self.lasting.get(switch).into_iter().flatten().filter_map(|number| self.step(*number))
    }

    /// The ports that were members of a VLAN as soon as this step had created it; `None` when that was not noted.
    #[must_use]
    pub fn members_at_creation(&self, step: u32) -> Option<Vec<PortName>> {
        members_at_creation(&self.shared().entries, step).map(<[PortName]>::to_vec)
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

impl Shared {
    /// Writes the line to disk; the error when the disk fails just now. Once it has failed, lines are only remembered.
    fn write(&mut self, run: i64, entry: &Entry) -> Option<Error> {
        if self.disk_failed {
            return None;
        }
        let failure = self.journal.append(run, entry, now()).err();
        match failure {
            None => self.on_disk += 1,
            Some(_) => self.disk_failed = true,
        }
        failure
    }

    fn remember(&mut self, entry: Entry) {
        self.state.take(&entry);
        self.entries.push(entry);
    }
}

/// The requests of one step, noted as they leave and are answered.
pub struct StepLog<'a> {
    log: &'a RunLog,
    step: &'a Step,
}

impl<'a> StepLog<'a> {
    /// The requests of this step.
    #[must_use]
    pub const fn new(log: &'a RunLog, step: &'a Step) -> Self {
        Self { log, step }
    }
}

impl WriteLog for StepLog<'_> {
    fn owner(&self) -> &str {
        &self.log.owner
    }

    fn leaving(&self, request: &Leaving) -> Result<(), NotLogged> {
        let noted = self.log.note(match request {
            Leaving::Write(request) => Entry::RequestLeaving { step: self.step.number, request: request.clone() },
            Leaving::Hold => Entry::Holding { switch: self.step.switch.clone() },
            // what it gives back was announced when it was taken
            Leaving::Release => return Ok(()),
        });
        if noted { Ok(()) } else { Err(NotLogged) }
    }

    fn answered(&self, request: &Leaving, answer: Result<(), &SwitchError>) {
        match (request, answer) {
            (Leaving::Write(_), answer) => {
                let error = answer.err().map(ToString::to_string);
                self.log.note(Entry::RequestAnswered { step: self.step.number, error });
            }
            (Leaving::Release, Ok(())) => {
                self.log.note(Entry::Released { switch: self.step.switch.clone() });
            }
            (Leaving::Hold | Leaving::Release, _) => {}
        }
    }
}

fn by_switch<'a>(steps: impl Iterator<Item = &'a Step>) -> BTreeMap<SwitchName, Vec<u32>> {
    let mut numbers: BTreeMap<SwitchName, Vec<u32>> = BTreeMap::new();
    for step in steps {
        numbers.entry(step.switch.clone()).or_default().push(step.number);
    }
    numbers
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
