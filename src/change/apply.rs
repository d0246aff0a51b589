//! One run of a plan: every switch forward, or all of them back when something fails; then save. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::Error;
use super::journal::Journal;
use super::next::{Entry, RevertCause, auto_save_paused, saved_before_reverting};
use super::plan::Plan;
use super::report::{Outcome, SaveStatus};
use super::run_log::RunLog;
pub use super::run_log::Watcher;
use super::step_runner::StepRunner;
use crate::switch::{Persistence, Switch};
use model::ids::SwitchName;
use model::timestamp::Timestamp;

/// Connected switches by name.
pub type Switches = BTreeMap<SwitchName, Arc<dyn Switch>>;

/// Whether to save when all steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    /// Save to the startup configuration.
    Startup,
    /// Leave it in the running configuration.
    RunningOnly,
}

/// One run: a plan, the switches it needs and its journal.
pub struct Run {
    pub id: i64,
    plan: Arc<Plan>,
    switches: Switches,
    log: Arc<RunLog>,
}

impl Run {
    /// Begins a new run.
    pub fn begin(journal: Journal, plan: Plan, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let id = journal.begin(&plan, Timestamp::from_system(SystemTime::now()))?;
        Self::with(journal, id, plan, Vec::new(), switches, watcher)
    }

    /// Takes up an earlier run in order to revert it, however it ended.
    pub fn roll_back(journal: Journal, id: i64, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let plan = journal.find(Some(id))?.plan;
        let entries = journal.entries(id)?.into_iter().map(|(_, entry)| entry).collect();
        journal.reopen(id)?;
        let run = Self::with(journal, id, plan, entries, switches, watcher)?;
        run.log.note(Entry::Reverting { cause: RevertCause::Asked })?;
        Ok(run)
    }

    fn with(
        journal: Journal,
        id: i64,
        plan: Plan,
        entries: Vec<Entry>,
        switches: Switches,
        watcher: Watcher,
    ) -> Result<Self, Error> {
        if let Some(missing) = plan.steps.iter().find(|step| !switches.contains_key(&step.switch)) {
            return Err(Error::NotConnected(missing.switch.to_string()));
        }
        let plan = Arc::new(plan);
        let log = RunLog::new(id, Arc::clone(&plan), journal, entries, watcher);
        Ok(Self { id, plan, switches, log: Arc::new(log) })
    }

    /// Carries the run to its end, at most `parallel` switches at a time; the outcome is in the journal too.
    ///
    /// 1. Every switch forward, until all steps are done or one fails.
    /// 2. After a failure every switch backward; a startup configuration that an earlier save had changed is saved again.
    /// 3. Otherwise, and last of all, save.
    ///
    /// In any case, a switch that saves each write itself is told to do so again.
    pub async fn finish(&self, parallel: usize, saving: Saving) -> Result<Outcome, Error> {
        let ended = self.carry_out(parallel, saving).await;
        let resumed = self.resume_saving().await;
        ended?;
        resumed?;
        let outcome = self.log.outcome();
        self.log.close(outcome)?;
        Ok(outcome)
    }

    async fn carry_out(&self, parallel: usize, saving: Saving) -> Result<(), Error> {
        self.every_switch(parallel).await?;
        self.log.commit_point();
        if self.log.reverting() {
            self.every_switch(parallel).await?;
            if self.log.outcome() == Outcome::RolledBack {
                self.save(saved_before_reverting(&self.log.entries())).await?;
            }
        } else if saving == Saving::Startup {
            self.save(self.touched()).await?;
        }
        Ok(())
    }

    /// If a switch cannot be told so, saving has failed.
    async fn resume_saving(&self) -> Result<(), Error> {
        for name in auto_save_paused(&self.log.entries()) {
            let Some(switch) = self.switches.get(&name) else { continue };
            let entry = match switch.set_auto_save(true).await {
                Ok(()) => Entry::AutoSaveResumed { switch: name },
                Err(error) => {
                    let detail = Some(format!("it saved each write itself, and does not any more: {error}"));
                    Entry::Saved { switch: name, status: SaveStatus::Failed, detail }
                }
            };
            self.log.note(entry)?;
        }
        Ok(())
    }

    /// Reverts what was done, while `finish` goes on. `false` when it is too late: all is done and being saved.
    pub fn revert(&self, reason: &str) -> Result<bool, Error> {
        self.log.revert_on_request(reason.to_owned())
    }

    /// The journal lines of this run.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.log.entries()
    }

    async fn every_switch(&self, parallel: usize) -> Result<(), Error> {
        let gate = Arc::new(Semaphore::new(parallel.max(1)));
        let mut tasks = JoinSet::new();
        for name in self.touched() {
            let Some(switch) = self.switches.get(&name).cloned() else { continue };
            let (log, gate) = (Arc::clone(&self.log), Arc::clone(&gate));
            tasks.spawn(async move {
                let _permit = gate.acquire().await;
                StepRunner::new(switch, log).run().await
            });
        }
        while let Some(done) = tasks.join_next().await {
            match done {
                Ok(result) => result?,
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
        Ok(())
    }

    async fn save(&self, switches: BTreeSet<SwitchName>) -> Result<(), Error> {
        for name in switches {
            let Some(switch) = self.switches.get(&name) else { continue };
            let (status, detail) = match switch.persist().await {
                Ok(Persistence::Saved) => (SaveStatus::Saved, None),
                Ok(Persistence::SavesItself) => (SaveStatus::SavesItself, None),
                Ok(Persistence::NotPossible) => (SaveStatus::NotPossible, None),
                Err(error) => (SaveStatus::Failed, Some(error.to_string())),
            };
            self.log.note(Entry::Saved { switch: name, status, detail })?;
        }
        Ok(())
    }

    fn touched(&self) -> BTreeSet<SwitchName> {
        self.plan.steps.iter().map(|step| step.switch.clone()).collect()
    }
}
