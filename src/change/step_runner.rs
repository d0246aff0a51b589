//! Runs the steps of one switch: write, read back, note in the log; forward, or backward when the run is reverted. I/O.

use std::sync::Arc;
use std::time::Duration;

use super::error::Error;
use super::next::{Action, Entry};
use super::plan::Step;
use super::report::StepStatus;
use super::run_log::RunLog;
use super::verify::{Reading, compare, users};
use crate::switch::{Error as SwitchError, Scope, Switch};
use model::change::Change;
use model::ids::PortName;

/// First pause between two readings back; it doubles up to a quarter of a second.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

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

/// What reading back a write came to.
enum ReadBack {
    As(Reading),
    Failed(String),
}

impl StepRunner {
    pub(super) const fn new(switch: Arc<dyn Switch>, log: Arc<RunLog>) -> Self {
        Self { switch, log, uptime: None, restarted: false, writing: false }
    }

    pub(super) async fn run(&mut self) -> Result<(), Error> {
        let log = Arc::clone(&self.log);
        loop {
            let action = log.next(self.switch.name());
            let (Action::Write(number) | Action::Read(number) | Action::Revert(number)) = action else { return Ok(()) };
            let Some(step) = log.step(number) else { return Ok(()) };
            match action {
                Action::Write(_) => self.forward(step).await?,
                Action::Read(_) => self.resolve(step).await?,
                Action::Revert(_) => self.backward(step).await?,
                Action::Finished => {}
            }
            self.revert_after_restart()?;
        }
    }

    fn revert_after_restart(&self) -> Result<(), Error> {
        if !self.restarted {
            return Ok(());
        }
        self.log.revert(format!("switch {} restarted meanwhile: what it had not saved is gone", self.switch.name()))
    }

    async fn forward(&mut self, step: &Step) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_secs(step.pause_s.into())).await;
        let read = self.read(step, &step.change).await;
        if self.restarted {
            return Ok(());
        }
        match read {
            ReadBack::As(Reading::Before) => {}
            ReadBack::As(Reading::After) => return self.log.note(Entry::AlreadySet { step: step.number }),
            ReadBack::As(Reading::Other(_)) if self.is_side_effect(step) => {}
            ReadBack::As(Reading::Other(value)) => {
                return self.fail(step, format!("it changed since the plan was made: it is {value} now"));
            }
            ReadBack::As(Reading::Unknown) => return self.fail(step, "the switch does not tell its value any more".to_owned()),
            ReadBack::Failed(error) => return self.fail(step, error),
        }
        if !self.log.intend(step.number)? {
            return Ok(());
        }
        self.write_and_verify(step).await
    }

    /// Writes the step and notes what reading back shows.
    async fn write_and_verify(&mut self, step: &Step) -> Result<(), Error> {
        let answer = self.write(step, &step.change).await?;
        let read = self.read_back(step, &step.change).await;
        let entry = match (read, answer) {
            (ReadBack::As(Reading::After), Ok(())) => Entry::Done { step: step.number, note: None },
            (ReadBack::As(Reading::After), Err(error)) => {
                Entry::Done { step: step.number, note: Some(format!("done, though the switch said otherwise: {error}")) }
            }
            (ReadBack::As(Reading::Before), Ok(())) => Entry::Failed {
                step: step.number,
                detail: "the switch accepted the write, but the value did not change".to_owned(),
            },
            (ReadBack::As(Reading::Before), Err(error)) => Entry::Failed { step: step.number, detail: error },
            (ReadBack::As(Reading::Other(value)), _) => {
                Entry::FailedDirty { step: step.number, detail: format!("read back {value} instead of what was written") }
            }
            (ReadBack::As(Reading::Unknown), _) => {
                Entry::FailedDirty { step: step.number, detail: "the value cannot be read back".to_owned() }
            }
            (ReadBack::Failed(error), _) => Entry::FailedDirty { step: step.number, detail: format!("reading back: {error}") },
        };
        self.note_and_revert(step, entry)
    }

    /// Writes; the inner error is what the switch said.
    async fn write(&mut self, step: &Step, change: &Change) -> Result<Result<(), String>, Error> {
        let answer = match self.pause_saving().await? {
            Ok(()) => self.switch.write(step.port.as_ref(), change).await,
            Err(error) => Err(error),
        };
        Ok(answer.map_err(|error| with_hint(&error)))
    }

    /// Before the first write, tells a switch that saves each write itself not to. Noted first, so that it is told otherwise again
    /// whatever happens.
    async fn pause_saving(&mut self) -> Result<Result<(), SwitchError>, Error> {
        if std::mem::replace(&mut self.writing, true) {
            return Ok(Ok(()));
        }
        match self.switch.auto_save().await {
            Ok(false) => return Ok(Ok(())),
            Ok(true) => self.log.note(Entry::AutoSavePaused { switch: self.switch.name().clone() })?,
            Err(error) => return Ok(Err(error)),
        }
        Ok(self.switch.set_auto_save(false).await)
    }

    /// Before the write left: there is nothing to revert for this step.
    fn fail(&self, step: &Step, detail: String) -> Result<(), Error> {
        self.note_and_revert(step, Entry::Failed { step: step.number, detail })
    }

    /// Notes the entry, and reverts the whole run when it is a failure.
    fn note_and_revert(&self, step: &Step, entry: Entry) -> Result<(), Error> {
        let failure = match &entry {
            Entry::Failed { detail, .. } | Entry::FailedDirty { detail, .. } | Entry::RevertFailed { detail, .. } => {
                Some(format!("step {} failed: {detail}", step.number))
            }
            _ => None,
        };
        self.log.note(entry)?;
        self.revert_after_restart()?;
        failure.map_or(Ok(()), |reason| self.log.revert(reason))
    }

    /// Finds out what became of a write that was under way when an earlier process ended.
    async fn resolve(&mut self, step: &Step) -> Result<(), Error> {
        let number = step.number;
        let entry = match self.read(step, &step.change).await {
            ReadBack::As(Reading::After) => Entry::Done { step: number, note: Some("found done after an interruption".to_owned()) },
            ReadBack::As(Reading::Before) if self.log.reverting() => Entry::Reverted { step: number },
            ReadBack::As(Reading::Before) => {
                Entry::Failed { step: number, detail: "interrupted before the switch had it".to_owned() }
            }
            ReadBack::As(Reading::Other(value)) => Entry::FailedDirty { step: number, detail: format!("found {value}") },
            ReadBack::As(Reading::Unknown) => {
                Entry::RevertFailed { step: number, detail: "the switch does not tell its value".to_owned() }
            }
            ReadBack::Failed(error) => Entry::RevertFailed { step: number, detail: error },
        };
        self.note_and_revert(step, entry)
    }

    async fn backward(&mut self, step: &Step) -> Result<(), Error> {
        if let Some(entry) = self.needs_no_revert(step).await {
            return self.log.note(entry);
        }
        let back = step.change.inverse();
        self.log.note(Entry::RevertIntended { step: step.number })?;
        let answer = self.write(step, &back).await?;
        let entry = match (self.read_back(step, &back).await, answer) {
            (ReadBack::As(Reading::After), _) => Entry::Reverted { step: step.number },
            (ReadBack::Failed(error), _) | (_, Err(error)) => Entry::RevertFailed { step: step.number, detail: error },
            (ReadBack::As(Reading::Unknown), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: "the switch does not tell its value".to_owned() }
            }
            (ReadBack::As(Reading::Other(value)), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: format!("the switch accepted it, but reads {value}") }
            }
            (ReadBack::As(Reading::Before), Ok(())) => {
                Entry::RevertFailed { step: step.number, detail: "the switch accepted it, but the value did not change".to_owned() }
            }
        };
        self.log.note(entry)
    }

    /// Why not to write the value from before: it is there already, or somebody else changed it since. `None` to go ahead.
    async fn needs_no_revert(&mut self, step: &Step) -> Option<Entry> {
        let verified = self.log.status(step.number) == StepStatus::Done;
        let revert_failed = |detail: String| Some(Entry::RevertFailed { step: step.number, detail });
        match self.read(step, &step.change).await {
            ReadBack::As(Reading::Before) => Some(Entry::Reverted { step: step.number }),
            ReadBack::As(Reading::After) => self.in_use(&step.change).await.and_then(revert_failed),
            ReadBack::As(Reading::Other(value)) if verified && !self.is_side_effect(step) => {
                revert_failed(format!("somebody else changed it since: it is {value} now"))
            }
            ReadBack::As(Reading::Unknown) if verified => revert_failed("the switch does not tell its value".to_owned()),
            ReadBack::Failed(error) if verified => revert_failed(error),
            _ => None,
        }
    }

    /// Why a VLAN that the run created must stay: other ports use it by now.
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

    /// Whether a value that is neither the one before nor the one wanted may result from this run's own write of the port's PVID.
    fn is_side_effect(&self, step: &Step) -> bool {
        matches!(step.change, Change::Membership { .. }) && self.log.wrote_pvid_of(step)
    }

    async fn read(&mut self, step: &Step, change: &Change) -> ReadBack {
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
            let read = self.read(step, change).await;
            let there = matches!(read, ReadBack::As(Reading::After));
            if there || tokio::time::Instant::now() + pause > deadline {
                return read;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
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
