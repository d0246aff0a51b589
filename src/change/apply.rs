//! The apply loop: journal, write, read back, and put everything back when something fails. I/O.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Error;
use super::book::Book;
pub use super::book::Watcher;
use super::journal::Journal;
use super::next::Action;
use super::next::Entry;
use super::next::RevertCause;
use super::next::saved_before_reverting;
use super::next::saving_paused;
use super::verify::Reading;
use super::verify::compare;
use super::verify::users;
use crate::switch::Error as SwitchError;
use crate::switch::Persistence;
use crate::switch::Scope;
use crate::switch::Switch;
use model::ids::PortName;
use model::ids::SwitchName;
use model::plan::Change;
use model::plan::Plan;
use model::plan::Step;
use model::report::Outcome;
use model::report::SaveStatus;
use model::report::StepStatus;
use model::timestamp::Timestamp;

/// First pause between two readings back; it doubles up to a quarter of a second.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Connected switches by name.
pub type Switches = BTreeMap<SwitchName, Arc<dyn Switch>>;

/// How to save when all is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    /// Save to the startup configuration.
    Startup,
    /// Leave it in the running configuration.
    RunningOnly,
}

/// One run: a plan, the switches it needs and its journal.
pub struct Run {
    /// The run's number in the journal.
    pub id: i64,
    plan: Arc<Plan>,
    switches: Switches,
    book: Arc<Book>,
}

impl Run {
    /// Begins a new run.
    pub fn begin(journal: Journal, plan: Plan, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let id = journal.begin(&plan, Timestamp::from_system(SystemTime::now()))?;
        Self::with(journal, id, plan, Vec::new(), switches, watcher)
    }

    /// Takes up an earlier run in order to put it back, however it ended.
    pub fn take_back(journal: Journal, id: i64, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        let plan = journal.find(Some(id))?.plan;
        let lines = journal.entries(id)?.into_iter().map(|(_, entry)| entry).collect();
        journal.reopen(id)?;
        let run = Self::with(journal, id, plan, lines, switches, watcher)?;
        run.book.note(Entry::Reverting { cause: RevertCause::Asked })?;
        Ok(run)
    }

    fn with(journal: Journal, id: i64, plan: Plan, lines: Vec<Entry>, switches: Switches, watcher: Watcher) -> Result<Self, Error> {
        if let Some(missing) = plan.steps.iter().find(|step| !switches.contains_key(&step.switch)) {
            return Err(Error::NotConnected(missing.switch.to_string()));
        }
        let plan = Arc::new(plan);
        let book = Book::new(id, Arc::clone(&plan), journal, lines, watcher);
        Ok(Self { id, plan, switches, book: Arc::new(book) })
    }

    /// Carries the run to its end, at most `parallel` switches at a time; the outcome is in the journal too.
    ///
    /// 1. Every switch forward, until all is verified or one fails.
    /// 2. After a failure every switch backward; what an earlier save had made permanent is saved again as it was before.
    /// 3. Otherwise, and last of all, save.
    ///
    /// Whatever comes of it, a switch that saves each write by itself does so again.
    pub async fn finish(&self, parallel: usize, saving: Saving) -> Result<Outcome, Error> {
        let ended = self.carry_out(parallel, saving).await;
        let resumed = self.resume_saving().await;
        ended?;
        resumed?;
        let outcome = self.book.outcome();
        self.book.close(outcome)?;
        Ok(outcome)
    }

    async fn carry_out(&self, parallel: usize, saving: Saving) -> Result<(), Error> {
        self.every_switch(parallel).await?;
        self.book.seal();
        if self.book.reverting() {
            self.every_switch(parallel).await?;
            if self.book.outcome() == Outcome::RolledBack {
                self.save(saved_before_reverting(&self.book.lines())).await?;
            }
        } else if saving == Saving::Startup {
            self.save(self.touched()).await?;
        }
        Ok(())
    }

    /// A switch that cannot be told again is a failure of saving: that is where it shows.
    async fn resume_saving(&self) -> Result<(), Error> {
        for name in saving_paused(&self.book.lines()) {
            let Some(switch) = self.switches.get(&name) else { continue };
            let entry = match switch.save_each_write(true).await {
                Ok(()) => Entry::AutoSaveResumed { switch: name },
                Err(error) => {
                    let detail = Some(format!("it saved each write by itself, and does not any more: {error}"));
                    Entry::Saved { switch: name, status: SaveStatus::Failed, detail }
                }
            };
            self.book.note(entry)?;
        }
        Ok(())
    }

    /// Turns the run round: what was done is put back while `finish` goes on. Too late, and `false`, once it is being saved.
    pub fn turn_back(&self, reason: &str) -> Result<bool, Error> {
        self.book.turn_unless_sealed(reason.to_owned())
    }

    /// The journal lines of this run.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.book.lines()
    }

    async fn every_switch(&self, parallel: usize) -> Result<(), Error> {
        let gate = Arc::new(Semaphore::new(parallel.max(1)));
        let mut tasks = JoinSet::new();
        for name in self.touched() {
            let Some(switch) = self.switches.get(&name).cloned() else { continue };
            let (book, gate) = (Arc::clone(&self.book), Arc::clone(&gate));
            tasks.spawn(async move {
                let _permit = gate.acquire().await;
                Driver { switch, book, uptime: None, restarted: false, writing: false }.drive().await
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
            self.book.note(Entry::Saved { switch: name, status, detail })?;
        }
        Ok(())
    }

    fn touched(&self) -> BTreeSet<SwitchName> {
        self.plan.steps.iter().map(|step| step.switch.clone()).collect()
    }
}

/// Drives one switch through its part of the plan, forward or backward as the journal says.
struct Driver {
    switch: Arc<dyn Switch>,
    book: Arc<Book>,
    /// What the switch last said of its uptime, in hundredths of a second.
    uptime: Option<u32>,
    /// Whether its uptime went down on the way.
    restarted: bool,
    /// Whether anything was written.
    writing: bool,
}

/// What reading back a write came to.
enum Read {
    As(Reading),
    Failed(String),
}

impl Driver {
    async fn drive(&mut self) -> Result<(), Error> {
        let book = Arc::clone(&self.book);
        loop {
            let action = book.next(self.switch.name());
            let (Action::Do(number) | Action::Settle(number) | Action::Undo(number)) = action else { return Ok(()) };
            let Some(step) = book.step(number) else { return Ok(()) };
            match action {
                Action::Do(_) => self.forward(step).await?,
                Action::Settle(_) => self.settle(step).await?,
                Action::Undo(_) => self.backward(step).await?,
                Action::Done => {}
            }
            self.turn_after_restart()?;
        }
    }

    fn turn_after_restart(&self) -> Result<(), Error> {
        if !self.restarted {
            return Ok(());
        }
        self.book.turn(format!("switch {} restarted meanwhile: what it had not saved is gone", self.switch.name()))
    }

    async fn forward(&mut self, step: &Step) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_secs(step.pause_s.into())).await;
        let read = self.read(step, &step.change).await;
        if self.restarted {
            return Ok(());
        }
        match read {
            Read::As(Reading::Before) => {}
            Read::As(Reading::After) => return self.book.note(Entry::AlreadySet { step: step.number }),
            Read::As(Reading::Other(_)) if self.is_side_effect(step) => {}
            Read::As(Reading::Other(value)) => {
                return self.fail(step, format!("it changed since the plan was made: it is {value} now"));
            }
            Read::As(Reading::Unknown) => return self.fail(step, "the switch does not tell its value any more".to_owned()),
            Read::Failed(error) => return self.fail(step, error),
        }
        if !self.book.intend(step.number)? {
            return Ok(());
        }
        self.carry_out(step).await
    }

    /// Writes the step and notes what reading back shows.
    async fn carry_out(&mut self, step: &Step) -> Result<(), Error> {
        let answer = self.write(step, &step.change).await?;
        let read = self.read_back(step, &step.change).await;
        let entry = match (read, answer) {
            (Read::As(Reading::After), Ok(())) => Entry::Done { step: step.number, note: None },
            (Read::As(Reading::After), Err(error)) => {
                Entry::Done { step: step.number, note: Some(format!("done, though the switch said otherwise: {error}")) }
            }
            (Read::As(Reading::Before), Ok(())) => Entry::Failed {
                step: step.number,
                detail: "the switch accepted the write, but the value did not change".to_owned(),
            },
            (Read::As(Reading::Before), Err(error)) => Entry::Failed { step: step.number, detail: error },
            (Read::As(Reading::Other(value)), _) => {
                Entry::FailedDirty { step: step.number, detail: format!("read back {value} instead of what was written") }
            }
            (Read::As(Reading::Unknown), _) => {
                Entry::FailedDirty { step: step.number, detail: "the value cannot be read back".to_owned() }
            }
            (Read::Failed(error), _) => Entry::FailedDirty { step: step.number, detail: format!("reading back: {error}") },
        };
        self.note_and_turn(step, entry)
    }

    /// Writes; the inner error is what the switch said.
    async fn write(&mut self, step: &Step, change: &Change) -> Result<Result<(), String>, Error> {
        let answer = match self.pause_saving().await? {
            Ok(()) => self.switch.write(step.port.as_ref(), change).await,
            Err(error) => Err(error),
        };
        Ok(answer.map_err(|error| with_cure(&error)))
    }

    /// Before the first write, a switch that saves each by itself is told not to. Noted first, so that it is told again whatever happens.
    async fn pause_saving(&mut self) -> Result<Result<(), SwitchError>, Error> {
        if std::mem::replace(&mut self.writing, true) {
            return Ok(Ok(()));
        }
        match self.switch.saves_each_write().await {
            Ok(false) => return Ok(Ok(())),
            Ok(true) => self.book.note(Entry::AutoSavePaused { switch: self.switch.name().clone() })?,
            Err(error) => return Ok(Err(error)),
        }
        Ok(self.switch.save_each_write(false).await)
    }

    /// Before the write left: nothing to undo for this step.
    fn fail(&self, step: &Step, detail: String) -> Result<(), Error> {
        self.note_and_turn(step, Entry::Failed { step: step.number, detail })
    }

    /// Notes the entry, and turns the whole run round when it is a failure.
    fn note_and_turn(&self, step: &Step, entry: Entry) -> Result<(), Error> {
        let failure = match &entry {
            Entry::Failed { detail, .. } | Entry::FailedDirty { detail, .. } | Entry::RevertFailed { detail, .. } => {
                Some(format!("step {} failed: {detail}", step.number))
            }
            _ => None,
        };
        self.book.note(entry)?;
        self.turn_after_restart()?;
        failure.map_or(Ok(()), |reason| self.book.turn(reason))
    }

    /// A write of this step was under way when an earlier process ended: what came of it?
    async fn settle(&mut self, step: &Step) -> Result<(), Error> {
        let number = step.number;
        let entry = match self.read(step, &step.change).await {
            Read::As(Reading::After) => Entry::Done { step: number, note: Some("found done after an interruption".to_owned()) },
            Read::As(Reading::Before) if self.book.reverting() => Entry::Reverted { step: number },
            Read::As(Reading::Before) => Entry::Failed { step: number, detail: "interrupted before the switch had it".to_owned() },
            Read::As(Reading::Other(value)) => Entry::FailedDirty { step: number, detail: format!("found {value}") },
            Read::As(Reading::Unknown) => {
                Entry::RevertFailed { step: number, detail: "the switch does not tell its value".to_owned() }
            }
            Read::Failed(error) => Entry::RevertFailed { step: number, detail: error },
        };
        self.note_and_turn(step, entry)
    }

    async fn backward(&mut self, step: &Step) -> Result<(), Error> {
        if let Some(entry) = self.leave(step).await {
            return self.book.note(entry);
        }
        let back = step.change.inverse();
        self.book.note(Entry::RevertIntended { step: step.number })?;
        let answer = self.write(step, &back).await?;
        let entry = match (self.read_back(step, &back).await, answer) {
            (Read::As(Reading::After), _) => Entry::Reverted { step: step.number },
            (Read::Failed(error), _) | (_, Err(error)) => Entry::RevertFailed { step: step.number, detail: error },
            (Read::As(Reading::Unknown), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: "the switch does not tell its value".to_owned() }
            }
            (Read::As(Reading::Other(value)), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: format!("the switch accepted it, but reads {value}") }
            }
            (Read::As(Reading::Before), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: "the switch accepted it, but the value did not change".to_owned() }
            }
        };
        self.book.note(entry)
    }

    /// What makes writing back needless or wrong: it is as before already, or somebody else changed it since; `None` to go ahead.
    async fn leave(&mut self, step: &Step) -> Option<Entry> {
        let verified = self.book.status(step.number) == StepStatus::Done;
        let not_restored = |detail: String| Some(Entry::RevertFailed { step: step.number, detail });
        match self.read(step, &step.change).await {
            Read::As(Reading::Before) => Some(Entry::Reverted { step: step.number }),
            Read::As(Reading::After) => self.in_use(&step.change).await.and_then(not_restored),
            Read::As(Reading::Other(value)) if verified && !self.is_side_effect(step) => {
                not_restored(format!("somebody else changed it since: it is {value} now"))
            }
            Read::As(Reading::Unknown) if verified => not_restored("the switch does not tell its value".to_owned()),
            Read::Failed(error) if verified => not_restored(error),
            _ => None,
        }
    }

    /// Why a VLAN that the run created must stay: ports that are not of this run use it by now.
    async fn in_use(&mut self, change: &Change) -> Option<String> {
        let Change::VlanExists { vlan, .. } = change else { return None };
        match self.switch.read(Scope::Everything).await {
            Ok(state) => {
                let ports: Vec<&str> = users(&state, *vlan).into_iter().map(PortName::as_str).collect();
                (!ports.is_empty()).then(|| format!("VLAN {vlan} is in use on {}", ports.join(", ")))
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// Whether a value that is neither from before nor wanted may come from this run's own write of the port's PVID.
    fn is_side_effect(&self, step: &Step) -> bool {
        matches!(step.change, Change::Membership { .. }) && self.book.wrote_pvid_of(step)
    }

    async fn read(&mut self, step: &Step, change: &Change) -> Read {
        match self.switch.read(Scope::Step { port: step.port.as_ref(), change }).await {
            Ok(state) => {
                self.watch_uptime(state.identity.uptime_cs);
                Read::As(compare(change, step.port.as_ref(), &state))
            }
            Err(error) => Read::Failed(error.to_string()),
        }
    }

    fn watch_uptime(&mut self, now: Option<u32>) {
        self.restarted |= matches!((self.uptime, now), (Some(before), Some(now)) if has_restarted(before, now));
        self.uptime = now.or(self.uptime);
    }

    /// Reads until the value is there or the switch has had its time: also after a refusal or a lost answer, for the write may
    /// have been carried out all the same.
    async fn read_back(&mut self, step: &Step, change: &Change) -> Read {
        let deadline = tokio::time::Instant::now() + self.switch.settle();
        let mut pause = FIRST_PAUSE;
        loop {
            let read = self.read(step, change).await;
            let there = matches!(read, Read::As(Reading::After));
            if there || tokio::time::Instant::now() + pause > deadline {
                return read;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// A refusal with what to do about it, for the journal is where it is read.
fn with_cure(error: &crate::switch::Error) -> String {
    error.hint().map_or_else(|| error.to_string(), |cure| format!("{error}: {cure}"))
}

/// Whether an uptime went down; one that wrapped after 497 days did not.
const fn has_restarted(before_cs: u32, now_cs: u32) -> bool {
    const LAST_HOUR: u32 = u32::MAX - 360_000;
    now_cs < before_cs && before_cs < LAST_HOUR
}
