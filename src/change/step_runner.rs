//! Runs the steps of one switch: write, read back, note in the log; forward, or backward when the run is reverted. I/O.

use std::sync::Arc;
use std::time::Duration;

use super::next::{Action, Entry};
use super::plan::Step;
use super::report::StepStatus;
use super::run_log::{RunLog, StepLog};
use super::verify::{Reading, compare, compare_written, users};
use crate::switch::{Error as SwitchError, Scope, Switch};
use model::change::{Change, Delta};
use model::ids::PortName;
use model::switch::SwitchState;

/// First pause between two readings back; it doubles up to a quarter of a second.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// Writes of one step, when its value is as before because a request or its answer was lost, or another manager wrote meanwhile.
const MOST_WRITES: u32 = 3;

/// Runs one switch's part of the plan, forward or backward as the log says.
pub(super) struct StepRunner {
    switch: Arc<dyn Switch>,
    log: Arc<RunLog>,
    /// What the switch last said of its uptime, in hundredths of a second.
    uptime: Option<u32>,
    /// Whether its uptime went down since the run began.
    restarted: bool,
    /// Whether a write was attempted.
    writing: bool,
}

/// How a state is compared with a change.
type Compare = fn(&Change, Option<&PortName>, &SwitchState) -> Reading;

/// What reading back a write came to.
enum ReadBack {
    As(Reading),
    Failed(String),
}

impl StepRunner {
    pub(super) const fn new(switch: Arc<dyn Switch>, log: Arc<RunLog>) -> Self {
        Self { switch, log, uptime: None, restarted: false, writing: false }
    }

    pub(super) async fn run(&mut self) {
        let log = Arc::clone(&self.log);
        loop {
            let action = log.next(self.switch.name());
            let (Action::Write(number) | Action::Read(number) | Action::Revert(number)) = action else { return };
            let Some(step) = log.step(number) else { return };
            match action {
                Action::Write(_) => self.forward(step).await,
                Action::Read(_) => self.resolve(step).await,
                Action::Revert(_) => self.backward(step).await,
                Action::Finished => {}
            }
            self.revert_after_restart();
        }
    }

    /// Reads once more, before anything is saved, what was done and read back: another manager may have written since.
    pub(super) async fn check(&mut self) {
        let log = Arc::clone(&self.log);
        let switch = self.switch.name().clone();
        for step in log.lasting(&switch).filter(|step| log.status(step.number) == StepStatus::Done) {
            let since = match self.read(step, &step.change).await {
                ReadBack::As(Reading::After) => continue,
                ReadBack::As(Reading::Other(_) | Reading::Partly(_)) if self.is_side_effect(step) => continue,
                // told only while the port is in access mode
                ReadBack::As(Reading::Unknown) if matches!(step.change, Change::IdleTrunk { .. }) => continue,
                ReadBack::As(Reading::Before) => {
                    let detail = "it was done and read back, and another manager has undone it since".to_owned();
                    self.note_and_revert(step, Entry::Failed { step: step.number, detail });
                    continue;
                }
                ReadBack::As(Reading::Other(value) | Reading::Partly(value)) => disturbed(step, &value),
                ReadBack::As(Reading::Unknown) => "the switch does not tell its value any more".to_owned(),
                ReadBack::Failed(error) => error,
            };
            self.log.revert(format!("step {}: {since}", step.number));
        }
        self.revert_after_restart();
    }

    /// Reads once more what was put back, now or by an earlier process: only then it is said to be.
    pub(super) async fn check_back(&mut self) {
        let log = Arc::clone(&self.log);
        let switch = self.switch.name().clone();
        for step in log.put_back(&switch) {
            let failed = match self.read(&step, &step.change).await {
                ReadBack::As(Reading::Before) => continue,
                // told only while the port is in access mode
                ReadBack::As(Reading::Unknown) if matches!(step.change, Change::IdleTrunk { .. }) => continue,
                ReadBack::As(Reading::After) => "it was put back, and is as this run wrote it again".to_owned(),
                ReadBack::As(Reading::Other(value) | Reading::Partly(value)) => disturbed(&step, &value),
                ReadBack::As(Reading::Unknown) => "the switch does not tell its value".to_owned(),
                ReadBack::Failed(error) => error,
            };
            self.log.note(Entry::RevertFailed { step: step.number, detail: failed });
        }
    }

    fn revert_after_restart(&self) {
        if self.restarted {
            self.log.revert(format!("switch {} restarted meanwhile: what it had not saved is gone", self.switch.name()));
        }
    }

    async fn forward(&mut self, step: &Step) {
        tokio::time::sleep(Duration::from_secs(step.pause_s.into())).await;
        let read = self.read(step, &step.change).await;
        if self.restarted {
            return;
        }
        match read {
            ReadBack::As(Reading::Before) => {}
            ReadBack::As(Reading::After) => {
                self.log.note(Entry::AlreadySet { step: step.number });
                return;
            }
            ReadBack::As(Reading::Other(_) | Reading::Partly(_)) if self.is_side_effect(step) => {}
            ReadBack::As(Reading::Other(value) | Reading::Partly(value)) => {
                return self.fail(step, format!("it changed since the plan was made: it is {value} now"));
            }
            ReadBack::As(Reading::Unknown) => return self.fail(step, "the switch does not tell its value any more".to_owned()),
            ReadBack::Failed(error) => return self.fail(step, error),
        }
        if self.log.intend(step.number) {
            self.write_and_verify(step).await;
        }
    }

    /// Writes the step and notes what reading back shows.
    async fn write_and_verify(&mut self, step: &Step) {
        let (answer, read) = self.write(step, &step.change).await;
        let number = step.number;
        let is_others = matches!(step.change, Change::VlanExists { .. }) && answer.as_ref().is_err_and(SwitchError::is_refusal);
        let entry = match (read, answer.map_err(|error| with_hint(&error))) {
            // refused because it was there: somebody else made it just now
            (ReadBack::As(Reading::After), Err(_)) if is_others => Entry::AlreadySet { step: number },
            (ReadBack::As(Reading::After), answer) => {
                self.note_members(step).await;
                let note = answer.err().map(|error| format!("done, though the switch said otherwise: {error}"));
                Entry::Done { step: number, note }
            }
            (ReadBack::As(Reading::Before), Ok(())) => {
                Entry::Failed { step: number, detail: "the switch accepted the write, but the value did not change".to_owned() }
            }
            (ReadBack::As(Reading::Before), Err(error)) => Entry::Failed { step: number, detail: error },
            (ReadBack::As(Reading::Other(value) | Reading::Partly(value)), answer) => {
                let why = answer.err().map_or_else(String::new, |error| format!(" ({error})"));
                Entry::FailedDirty { step: number, detail: format!("read back {value} instead of what was written{why}") }
            }
            (ReadBack::As(Reading::Unknown), _) => {
                Entry::FailedDirty { step: number, detail: "the value cannot be read back".to_owned() }
            }
            (ReadBack::Failed(error), _) => Entry::FailedDirty { step: number, detail: format!("reading back: {error}") },
        };
        self.note_and_revert(step, entry);
    }

    /// Notes which ports carry a VLAN as soon as it exists; they are no reason to keep it.
    async fn note_members(&self, step: &Step) {
        let Change::VlanExists { vlan, delta: Delta { after: true, .. }, .. } = &step.change else { return };
        // where this cannot be read, the way back leaves the VLAN to whoever is a member by then
        if let Ok(state) = self.switch.read(Scope::Everything).await {
            let ports = users(&state, *vlan, Some(&[])).into_iter().cloned().collect();
            self.log.note(Entry::MembersAtCreation { step: step.number, ports });
        }
    }

    /// Writes and reads back, again when the value is as before because a request or its answer was lost: what is shared with others
    /// is then written from what is there by now.
    async fn write(&mut self, step: &Step, change: &Change) -> (Result<(), SwitchError>, ReadBack) {
        let log = Arc::clone(&self.log);
        let mut writes = 1;
        loop {
            let answer = match self.pause_saving().await {
                Ok(()) => self.switch.write(step.port.as_ref(), change, &StepLog::new(&log, step)).await,
                Err(error) => Err(error),
            };
            let read = self.read_back(step, change).await;
            let was_lost = answer.as_ref().is_err_and(SwitchError::may_be_repeated);
            let is_before = matches!(read, ReadBack::As(Reading::Before));
            if !(was_lost && is_before) || writes == MOST_WRITES || self.restarted {
                return (answer, read);
            }
            writes += 1;
        }
    }

    /// Before the first write, tells a switch that saves each write itself not to. Noted first, so that it is told otherwise again
    /// whatever happens.
    async fn pause_saving(&mut self) -> Result<(), SwitchError> {
        if std::mem::replace(&mut self.writing, true) || !self.switch.auto_save().await? {
            return Ok(());
        }
        let switch = self.switch.name();
        if !self.log.note(Entry::AutoSavePausing { switch: switch.clone() }) {
            return Err(SwitchError::NotLogged { switch: switch.clone() });
        }
        self.switch.set_auto_save(false).await?;
        self.log.note(Entry::AutoSavePaused { switch: switch.clone() });
        Ok(())
    }

    /// Before the write left: there is nothing to revert for this step.
    fn fail(&self, step: &Step, detail: String) {
        self.note_and_revert(step, Entry::Failed { step: step.number, detail });
    }

    /// Notes the entry, and reverts the whole run when it is a failure.
    fn note_and_revert(&self, step: &Step, entry: Entry) {
        let failure = match &entry {
            Entry::Failed { detail, .. } | Entry::FailedDirty { detail, .. } | Entry::RevertFailed { detail, .. } => {
                Some(format!("step {} failed: {}: {detail}", step.number, step.called()))
            }
            _ => None,
        };
        self.log.note(entry);
        self.revert_after_restart();
        if let Some(reason) = failure {
            self.log.revert(reason);
        }
    }

    /// Finds out what became of a write that was under way when an earlier process ended.
    ///
    /// A value that the broken write can have left is written back; any other is somebody else's, and is left alone.
    async fn resolve(&mut self, step: &Step) {
        let number = step.number;
        let entry = match self.read_as(step, &step.change, compare_written).await {
            ReadBack::As(Reading::After) => Entry::Done { step: number, note: Some("found done after an interruption".to_owned()) },
            ReadBack::As(Reading::Before) if self.log.reverting() => Entry::Reverted { step: number },
            ReadBack::As(Reading::Before) => Entry::Unwritten { step: number },
            ReadBack::As(Reading::Partly(value)) => {
                Entry::FailedDirty { step: number, detail: format!("found {value} after an interruption") }
            }
            ReadBack::As(Reading::Other(value)) if self.is_side_effect(step) => {
                Entry::FailedDirty { step: number, detail: format!("found {value} after an interruption") }
            }
            ReadBack::As(Reading::Other(value)) => Entry::RevertFailed { step: number, detail: disturbed(step, &value) },
            ReadBack::As(Reading::Unknown) => {
                Entry::FailedDirty { step: number, detail: "the switch does not tell its value after an interruption".to_owned() }
            }
            ReadBack::Failed(error) => Entry::RevertFailed { step: number, detail: error },
        };
        self.note_and_revert(step, entry);
    }

    async fn backward(&mut self, step: &Step) {
        if let Some(entry) = self.needs_no_revert(step).await {
            self.log.note(entry);
            return;
        }
        let back = step.change.inverse();
        self.log.note(Entry::RevertIntended { step: step.number });
        let (answer, read) = self.write(step, &back).await;
        let failed = |detail| Entry::RevertFailed { step: step.number, detail };
        self.log.note(match (read, answer.map_err(|error| with_hint(&error))) {
            (ReadBack::As(Reading::After), _) => Entry::Reverted { step: step.number },
            (ReadBack::Failed(error), _) | (_, Err(error)) => failed(error),
            (ReadBack::As(Reading::Unknown), Ok(())) => failed("the switch does not tell its value".to_owned()),
            (ReadBack::As(Reading::Other(value) | Reading::Partly(value)), Ok(())) => {
                failed(format!("the switch accepted it, but reads {value}"))
            }
            (ReadBack::As(Reading::Before), Ok(())) => failed("the switch accepted it, but the value did not change".to_owned()),
        });
    }

    /// Why not to write the value from before: it is there already, or somebody else changed it since. `None` to go ahead.
    async fn needs_no_revert(&mut self, step: &Step) -> Option<Entry> {
        let verified = self.log.status(step.number) == StepStatus::Done;
        let revert_failed = |detail: String| Some(Entry::RevertFailed { step: step.number, detail });
        let compare = if verified { compare } else { compare_written };
        match self.read_as(step, &step.change, compare).await {
            ReadBack::As(Reading::Before) => Some(Entry::Reverted { step: step.number }),
            ReadBack::As(Reading::After) => self.in_use(step).await.and_then(revert_failed),
            ReadBack::As(Reading::Other(value) | Reading::Partly(value)) if verified && !self.is_side_effect(step) => {
                revert_failed(disturbed(step, &value))
            }
            ReadBack::As(Reading::Unknown) if verified => revert_failed("the switch does not tell its value".to_owned()),
            ReadBack::Failed(error) if verified => revert_failed(error),
            _ => None,
        }
    }

    /// Why a VLAN that the run created must stay: other ports use it by now.
    async fn in_use(&mut self, step: &Step) -> Option<String> {
        let Change::VlanExists { vlan, .. } = &step.change else { return None };
        let carried = self.log.members_at_creation(step.number);
        match self.switch.read(Scope::Everything).await {
            Ok(state) => {
                let ports: Vec<&str> = users(&state, *vlan, carried.as_deref()).into_iter().map(PortName::as_str).collect();
                (!ports.is_empty()).then(|| format!("VLAN {vlan} is in use on {}", ports.join(", ")))
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// Whether a value that is neither the one before nor the one wanted may result from this run's own write of the port's PVID.
    fn is_side_effect(&self, step: &Step) -> bool {
        matches!(step.change, Change::Membership { .. }) && self.log.wrote_pvid_of(step)
    }

    async fn read(&mut self, step: &Step, change: &Change) -> ReadBack {
        self.read_as(step, change, compare).await
    }

    async fn read_as(&mut self, step: &Step, change: &Change, compare: Compare) -> ReadBack {
        match self.switch.read(Scope::Step { port: step.port.as_ref(), change }).await {
            Ok(state) => {
                self.watch_uptime(state.identity.uptime_cs);
                ReadBack::As(compare(change, step.port.as_ref(), &state))
            }
            Err(error) => ReadBack::Failed(error.to_string()),
        }
    }

    fn watch_uptime(&mut self, now: Option<u32>) {
        self.restarted |= matches!((self.uptime, now), (Some(before), Some(now)) if has_restarted(before, now));
        self.uptime = now.or(self.uptime);
    }

    /// Reads until the value is there or the switch's settle time is over: also after a refusal or a lost answer, because the
    /// switch may have carried out the write all the same.
    async fn read_back(&mut self, step: &Step, change: &Change) -> ReadBack {
        let deadline = tokio::time::Instant::now() + self.switch.settle_time();
        let mut pause = FIRST_PAUSE;
        loop {
            let read = self.read_as(step, change, compare_written).await;
            let there = matches!(read, ReadBack::As(Reading::After));
            if there || tokio::time::Instant::now() + pause > deadline {
                return read;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// What somebody else has made of a step's value, beside what this run wrote.
fn disturbed(step: &Step, value: &str) -> String {
    format!("somebody else changed it since: it is {value} now, and this run changed {}", step.change)
}

/// A refusal with its hint, because people read it in the journal.
fn with_hint(error: &crate::switch::Error) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}: {hint}"))
}

/// Whether an uptime went down; one that wrapped after 497 days does not count.
const fn has_restarted(before_cs: u32, now_cs: u32) -> bool {
    const LAST_HOUR: u32 = u32::MAX - 360_000;
    now_cs < before_cs && before_cs < LAST_HOUR
}
