//! What to do next with a plan and a journal. Pure: apply, rollback, resume and retry are all `RunState::next`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::{Outcome, SaveStatus, StepStatus};
use model::ids::SwitchName;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The write of a step is about to leave; without a later entry of the step its effect is unknown.
    Intended { step: u32 },
    /// The switch had the value already: nothing was written, nothing is to be undone.
    AlreadySet { step: u32 },
    /// The value wanted was read back.
    Done {
        step: u32,
        /// What was strange on the way.
        note: Option<String>,
    },
    /// The step failed and the switch is as before.
    Failed { step: u32, detail: String },
    /// The step failed and the switch is neither as before nor as wanted, or cannot be read.
    FailedDirty { step: u32, detail: String },
    /// From here on the whole run is reverted.
    Reverting { cause: RevertCause },
    /// The write that reverts a step is about to leave.
    RevertIntended { step: u32 },
    /// The value from before was read back.
    Reverted { step: u32 },
    /// The value from before could not be restored.
    RevertFailed { step: u32, detail: String },
    /// The switch saves each write itself, and is about to be told not to until all are done.
    AutoSavePaused { switch: SwitchName },
    /// It saves each write itself again.
    AutoSaveResumed { switch: SwitchName },
    /// All is done, and the switch was asked to save it.
    Saved { switch: SwitchName, status: SaveStatus, detail: Option<String> },
}

/// Why a run is reverted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevertCause {
    /// `rollback` was asked for.
    Asked,
    /// Something went wrong, or the run was stopped; in words.
    Failure(String),
}

/// The next action on one switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Write the step and read it back.
    Write(u32),
    /// A write of this step may or may not have arrived: read, and note what is there.
    Read(u32),
    /// Write the step's value from before and read it back.
    Revert(u32),
    /// Nothing is left to do on this switch.
    Finished,
}

/// What the lines of a journal amount to: the status of every step named in it, and whether the run goes forward or is reverted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunState {
    statuses: BTreeMap<u32, StepStatus>,
    reverting: bool,
}

impl RunState {
    /// The state after these lines.
    #[must_use]
    pub fn of(journal: &[Entry]) -> Self {
        let mut state = Self::default();
        for entry in journal {
            state.take(entry);
        }
        state
    }

    /// Adds the next line.
    ///
    /// Another `Reverting` is a new attempt: what could not be restored before is unknown again, so that it is read anew.
    pub fn take(&mut self, entry: &Entry) {
        if matches!(entry, Entry::Reverting { .. }) {
            self.reverting = true;
            for status in self.statuses.values_mut().filter(|status| **status == StepStatus::RevertFailed) {
                *status = StepStatus::Unknown;
            }
        }
        self.statuses.extend(status_of(entry));
    }

    /// Whether the run is being reverted.
    #[must_use]
    pub const fn reverting(&self) -> bool {
        self.reverting
    }

    /// The status of a step.
    #[must_use]
    pub fn status(&self, step: u32) -> StepStatus {
        self.statuses.get(&step).copied().unwrap_or_default()
    }

    /// The statuses of the steps named so far.
    pub fn statuses(&self) -> impl Iterator<Item = StepStatus> + '_ {
        self.statuses.values().copied()
    }

    /// The next action on one switch, whose steps these are, in order.
    ///
    /// Forward: the first step whose status is unknown is read, then the first pending one is written. Reverting: the same steps
    /// backwards; what is done or failed dirty is reverted, what is unknown is read first.
    #[must_use]
    pub fn next(&self, steps: &[u32]) -> Action {
        let steps = steps.iter().map(|number| (*number, self.status(*number)));
        let action = if self.reverting { steps.rev().find_map(backward) } else { steps.into_iter().find_map(forward) };
        action.unwrap_or(Action::Finished)
    }
}

fn forward((number, status): (u32, StepStatus)) -> Option<Action> {
    match status {
        StepStatus::Pending => Some(Action::Write(number)),
        StepStatus::Unknown => Some(Action::Read(number)),
        _ => None,
    }
}

fn backward((number, status): (u32, StepStatus)) -> Option<Action> {
    match status {
        StepStatus::Unknown => Some(Action::Read(number)),
        StepStatus::Done | StepStatus::FailedDirty => Some(Action::Revert(number)),
        _ => None,
    }
}

/// The lines after the last `Reverting`; all when there is none.
#[must_use]
pub fn since_revert(journal: &[Entry]) -> &[Entry] {
    journal.rsplit(|entry| matches!(entry, Entry::Reverting { .. })).next().unwrap_or_default()
}

/// Switches whose startup configuration holds what the run did: saved, and reverted only in the running configuration.
#[must_use]
pub fn saved_before_reverting(journal: &[Entry]) -> BTreeSet<SwitchName> {
    let saved = |entry: &Entry| match entry {
        Entry::Saved { switch, status: SaveStatus::Saved, .. } => Some(switch.clone()),
        _ => None,
    };
    journal.iter().take_while(|entry| !matches!(entry, Entry::Reverting { .. })).filter_map(saved).collect()
}

/// Switches that were told not to save each write themselves, and have not been told otherwise since.
#[must_use]
pub fn auto_save_paused(journal: &[Entry]) -> BTreeSet<SwitchName> {
    let mut paused = BTreeSet::new();
    for entry in journal {
        match entry {
            Entry::AutoSavePaused { switch } => drop(paused.insert(switch.clone())),
            Entry::AutoSaveResumed { switch } => drop(paused.remove(switch)),
            _ => {}
        }
    }
    paused
}

fn status_of(entry: &Entry) -> Option<(u32, StepStatus)> {
    match entry {
        Entry::Intended { step } | Entry::RevertIntended { step } => Some((*step, StepStatus::Unknown)),
        Entry::AlreadySet { step } => Some((*step, StepStatus::AlreadySet)),
        Entry::Done { step, .. } => Some((*step, StepStatus::Done)),
        Entry::Failed { step, .. } => Some((*step, StepStatus::Failed)),
        Entry::FailedDirty { step, .. } => Some((*step, StepStatus::FailedDirty)),
        Entry::Reverted { step } => Some((*step, StepStatus::Reverted)),
        Entry::RevertFailed { step, .. } => Some((*step, StepStatus::RevertFailed)),
        Entry::Reverting { .. } | Entry::AutoSavePaused { .. } | Entry::AutoSaveResumed { .. } | Entry::Saved { .. } => None,
    }
}

/// The outcome that a finished journal amounts to.
#[must_use]
pub fn outcome(journal: &[Entry]) -> Outcome {
    let state = RunState::of(journal);
    let reverting = state.reverting();
    let left = |status: StepStatus| match status {
        StepStatus::RevertFailed | StepStatus::Unknown | StepStatus::FailedDirty => true,
        StepStatus::Done => reverting,
        _ => false,
    };
    if state.statuses().any(left) {
        return Outcome::RollbackIncomplete;
    }
    let unsaved = since_revert(journal).iter().any(|entry| matches!(entry, Entry::Saved { status: SaveStatus::Failed, .. }));
    match (reverting, unsaved) {
        (true, true) => Outcome::RollbackIncomplete,
        (true, false) => Outcome::RolledBack,
        (false, true) => Outcome::NotSaved,
        (false, false) => Outcome::Applied,
    }
}
