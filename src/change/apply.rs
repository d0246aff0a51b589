//! One run of a plan: every switch forward, or all of them back when something fails; then save. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::Error;
use super::journal::Journal;
use super::next::{Entry, auto_save_paused, held, perhaps_saved};
use super::plan::Plan;
use super::record::Record;
pub use super::record::Saving;
use super::report::{Outcome, SaveStatus};
use super::run_log::RunLog;
pub use super::run_log::Watcher;
use super::step_runner::StepRunner;
use crate::switch::{Persistence, Switch};
use model::ids::SwitchName;
use model::timestamp::Timestamp;

/// Connected switches by name.
pub type Switches = BTreeMap<SwitchName, Arc<dyn Switch>>;

/// One run: a plan, the switches it needs and its journal.
pub struct Run {
    pub id: i64,
    plan: Arc<Plan>,
    switches: Switches,
    log: Arc<RunLog>,
}

impl Run {
    /// Begins a new run.
    pub fn begin(journal: Journal, plan: Plan, record: &Record, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        connected(&plan, &switches)?;
        let id = journal.begin(&plan, record, Timestamp::from_system(SystemTime::now()))?;
        Ok(Self::with(journal, id, plan, Vec::new(), switches, watcher))
    }

    /// Takes up an earlier run in order to revert it, however it ended. The steps of a switch that is not connected stay as they are.
    pub fn roll_back(journal: Journal, id: i64, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let plan = journal.find(id)?.plan;
        let entries = journal.entries(id)?.into_iter().map(|(_, entry)| entry).collect();
        // without room the disk may do all the same, and what is put back needs less than what was done
        let _: Result<(), Error> = journal.reserve(&plan);
        journal.reopen(id)?;
        let run = Self::with(journal, id, plan, entries, switches, watcher);
        run.log.revert_again()?;
        Ok(run)
    }

    /// Takes up an unfinished run, or one that was not saved, in order to do the rest of it: what is unknown is read first.
    pub fn take_up(journal: Journal, id: i64, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let plan = journal.find(id)?.plan;
        connected(&plan, &switches)?;
        let entries = journal.entries(id)?.into_iter().map(|(_, entry)| entry).collect();
        journal.reserve(&plan)?;
        journal.reopen(id)?;
        Ok(Self::with(journal, id, plan, entries, switches, watcher))
    }

    fn with(journal: Journal, id: i64, plan: Plan, entries: Vec<Entry>, switches: Switches, watcher: Watcher) -> Self {
        let plan = Arc::new(plan);
        let log = RunLog::new(id, Arc::clone(&plan), journal, entries, watcher);
        Self { id, plan, switches, log: Arc::new(log) }
    }

    /// Carries the run to its end, at most `parallel` switches at a time; the outcome is in the journal too.
    ///
    /// 1. What an earlier process still holds in this run's name is given back.
    /// 2. Every switch forward, until all steps are done or one fails; then all that was done is read once more.
    /// 3. Save, when all is as wanted.
    /// 4. After a failure every switch backward; a startup configuration that may hold the run's changes is saved again.
    ///
    /// In any case, a switch that saves each write itself is told to do so again.
    ///
    /// When the disk fails meanwhile, the run is put back from memory; an error is only what kept it from beginning.
    pub async fn finish(&self, parallel: usize, saving: Saving) -> Result<Outcome, Error> {
        self.release_held().await;
        if !self.log.reverting() {
            self.every_switch(parallel, Way::Steps).await;
            if !self.log.reverting() {
                self.every_switch(parallel, Way::Check).await;
            }
            self.log.commit_point();
            if !self.log.reverting() && saving == Saving::Startup {
                self.save(self.touched()).await;
            }
        }
        if self.log.reverting() {
            self.every_switch(parallel, Way::Steps).await;
            self.every_switch(parallel, Way::CheckBack).await;
            let perhaps = perhaps_saved(&self.log.entries());
            // one that is not put back does not hold up the others
            self.save(perhaps.into_iter().filter(|switch| self.log.is_put_back(switch)).collect()).await;
        }
        self.resume_saving().await;
        self.release_held().await;
        let outcome = self.log.outcome();
        match self.log.close(outcome) {
            Err(error) if !self.log.disk_failed() => Err(error),
            _ => Ok(outcome),
        }
    }

    /// If a switch cannot be told so, saving has failed.
    async fn resume_saving(&self) {
        for name in auto_save_paused(&self.log.entries()) {
            let Some(switch) = self.switches.get(&name) else { continue };
            self.log.note(Entry::AutoSaveResuming { switch: name.clone() });
            self.log.note(match switch.set_auto_save(true).await {
                Ok(()) => Entry::AutoSaveResumed { switch: name },
                Err(error) => {
                    let detail = Some(format!("it saved each write itself, and does not any more: {error}"));
                    Entry::Saved { switch: name, status: SaveStatus::Failed, detail, untouched: false }
                }
            });
        }
    }

    /// Gives back what is held in this run's name. What cannot be given back is tried again by whoever takes the run up next.
    async fn release_held(&self) {
        for name in held(&self.log.entries()) {
            let Some(switch) = self.switches.get(&name) else { continue };
            if switch.release(self.log.owner()).await.is_ok() {
                self.log.note(Entry::Released { switch: name });
            }
        }
    }

    /// Leaves a step as it is, which is to be put back and must not be now. The next attempt asks again.
    pub fn leave(&self, step: u32, why: String) {
        self.log.note(Entry::RevertFailed { step, detail: why });
    }

    /// Reverts what was done, while `finish` goes on, because a person asks.
    pub fn revert(&self, reason: &str) -> Stopping {
        match (self.log.reverting(), self.log.revert_on_request(reason.to_owned())) {
            (true, _) => Stopping::PutBackAlready,
            (false, true) => Stopping::PuttingBack,
            (false, false) => Stopping::TooLate,
        }
    }

    /// The journal lines of this run.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.log.entries()
    }

    /// Goes through every switch's steps; no switch's trouble ends another's in the middle of a write.
    async fn every_switch(&self, parallel: usize, way: Way) {
        let gate = Arc::new(Semaphore::new(parallel.max(1)));
        let mut tasks = JoinSet::new();
        for name in self.touched() {
            let Some(switch) = self.switches.get(&name).cloned() else { continue };
            let (log, gate) = (Arc::clone(&self.log), Arc::clone(&gate));
            tasks.spawn(async move {
                let _permit = gate.acquire().await;
                let mut runner = StepRunner::new(switch, log);
                match way {
                    Way::Steps => runner.run().await,
                    Way::Check => runner.check().await,
                    Way::CheckBack => runner.check_back().await,
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            if let Err(panic) = done {
                std::panic::resume_unwind(panic.into_panic());
            }
        }
    }

    async fn save(&self, switches: BTreeSet<SwitchName>) {
        for name in switches {
            let Some(switch) = self.switches.get(&name) else { continue };
            if !self.log.note(Entry::Saving { switch: name.clone() }) {
                return;
            }
            let (status, detail, untouched) = saved(switch.as_ref()).await;
            self.log.note(Entry::Saved { switch: name, status, detail, untouched });
        }
    }

    fn touched(&self) -> BTreeSet<SwitchName> {
        self.plan.steps.iter().map(|step| step.switch.clone()).collect()
    }
}

/// What a person's wish to stop comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopping {
    /// What was done is put back now.
    PuttingBack,
    /// It was being put back already.
    PutBackAlready,
    /// All is done and being saved.
    TooLate,
}

/// Refuses a plan with a switch that is not connected.
fn connected(plan: &Plan, switches: &Switches) -> Result<(), Error> {
    let missing = plan.steps.iter().find(|step| !switches.contains_key(&step.switch));
    missing.map_or(Ok(()), |step| Err(Error::NotConnected(step.switch.to_string())))
}

/// What is done with the steps of each switch.
#[derive(Clone, Copy)]
enum Way {
    /// Written, or put back, as the log says.
    Steps,
    /// Read once more.
    Check,
    /// The same of what was put back, now or earlier.
    CheckBack,
}

/// Saves, and looks whether the switch says that something is unsaved, where it tells: that counts, whatever it answered. Last, whether
/// the startup configuration is known to be as it was.
async fn saved(switch: &dyn Switch) -> (SaveStatus, Option<String>, bool) {
    let answer = switch.persist().await;
    let unsaved = match answer {
        Ok(Persistence::SavesItself) => return (SaveStatus::SavesItself, None, false),
        Ok(Persistence::NotPossible) => return (SaveStatus::NotPossible, None, true),
        _ => switch.unsaved_changes().await.ok().flatten(),
    };
    match (answer, unsaved) {
        (Ok(_), Some(true)) => {
            let detail = "the switch says that its startup configuration is not what is running".to_owned();
            (SaveStatus::Failed, Some(detail), false)
        }
        (Ok(_), _) => (SaveStatus::Saved, None, false),
        (Err(error), Some(false)) => (SaveStatus::Saved, Some(format!("though the switch said otherwise: {error}")), false),
        (Err(error), _) => {
            let untouched = error.startup_is_untouched();
            (SaveStatus::Failed, Some(error.to_string()), untouched)
        }
    }
}
