//! What to do next with a plan and a journal. Pure: apply, rollback, resume and retry are all `RunState::next`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::{Outcome, SaveStatus, StepStatus};
use model::ids::{PortName, SwitchName};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A step is about to be written; without a later entry of the step its effect is unknown.
    Intended { step: u32 },
    /// A request of a step is about to leave; in words, for people.
    RequestLeaving { step: u32, request: String },
    /// It was answered.
    RequestAnswered {
        step: u32,
        /// What was answered, or came in place of an answer, when that is not "done".
        error: Option<String>,
    },
    /// What one manager at a time may hold is about to be taken in this run's name.
    Holding { switch: SwitchName },
    /// It was given back.
    Released { switch: SwitchName },
    /// Ports that were members of a VLAN as soon as it existed, because they carry every VLAN: no reason to keep it.
    MembersAtCreation { step: u32, ports: Vec<PortName> },
    /// The switch had the value already: nothing was written, nothing is to be undone.
    AlreadySet { step: u32 },
    /// The value wanted was read back.
    Done {
        step: u32,
        /// What was strange on the way.
        note: Option<String>,
    },
    /// An earlier process was about to write the step, and the switch is as before: it can be written now.
    Unwritten { step: u32 },
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
    AutoSavePausing { switch: SwitchName },
    /// It was told so.
    AutoSavePaused { switch: SwitchName },
    /// It is about to be told to save each write itself again.
    AutoSaveResuming { switch: SwitchName },
    /// It saves each write itself again.
    AutoSaveResumed { switch: SwitchName },
    /// The switch is about to be asked to save; without a later `Saved` its startup configuration is unknown.
    Saving { switch: SwitchName },
    /// The switch was asked to save.
    Saved {
        switch: SwitchName,
        status: SaveStatus,
        detail: Option<String>,
        /// Whether its startup configuration is known to be as it was.
        #[serde(default)]
        untouched: bool,
    },
}

impl Entry {
    /// Whether it announces what is about to be done; the others tell what was.
    #[must_use]
    pub const fn announces(&self) -> bool {
        matches!(
            self,
            Self::Intended { .. }
                | Self::RequestLeaving { .. }
                | Self::Holding { .. }
                | Self::RevertIntended { .. }
                | Self::AutoSavePausing { .. }
                | Self::AutoSaveResuming { .. }
                | Self::Saving { .. }
        )
    }
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
    /// What steps that could not be put back were before the attempt.
    before_attempt: BTreeMap<u32, StepStatus>,
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
    /// Another `Reverting` is a new attempt: what could not be put back is again what it was before the last one. So what somebody
    /// else changed is left alone each time, and what is unknown is read anew.
    pub fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Reverting { .. } => {
                self.reverting = true;
                let failed = self.statuses.iter_mut().filter(|(_, status)| **status == StepStatus::RevertFailed);
                for (step, status) in failed {
                    *status = self.before_attempt.get(step).copied().unwrap_or(StepStatus::Unknown);
                }
            }
            Entry::RevertFailed { step, .. } if self.status(*step) != StepStatus::RevertFailed => {
                self.before_attempt.insert(*step, self.status(*step));
            }
            _ => {}
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

/// Switches whose startup configuration may hold what the run did: all that were asked to save, whatever they answered, and that have
/// not saved what was put back since.
#[must_use]
pub fn perhaps_saved(journal: &[Entry]) -> BTreeSet<SwitchName> {
    let (mut perhaps, mut reverting) = (BTreeSet::new(), false);
    for entry in journal {
        match entry {
            Entry::Reverting { .. } => reverting = true,
            Entry::Saving { switch } if !reverting => drop(perhaps.insert(switch.clone())),
            Entry::Saved { switch, status: SaveStatus::Saved, .. } if reverting => drop(perhaps.remove(switch)),
            Entry::Saved { switch, untouched: true, .. } if !reverting => drop(perhaps.remove(switch)),
            _ => {}
        }
    }
    perhaps
}

/// Switches that may have been told not to save each write themselves, and have not been told otherwise since.
#[must_use]
pub fn auto_save_paused(journal: &[Entry]) -> BTreeSet<SwitchName> {
    open_pairs(journal, |entry| match entry {
        Entry::AutoSavePausing { switch } => Some((switch, true)),
        Entry::AutoSaveResumed { switch } => Some((switch, false)),
        _ => None,
    })
}

/// Switches on which something may be held in this run's name.
#[must_use]
pub fn held(journal: &[Entry]) -> BTreeSet<SwitchName> {
    open_pairs(journal, |entry| match entry {
        Entry::Holding { switch } => Some((switch, true)),
        Entry::Released { switch } => Some((switch, false)),
        _ => None,
    })
}

/// The switches of which the last line that counts begins something.
fn open_pairs(journal: &[Entry], begins: impl Fn(&Entry) -> Option<(&SwitchName, bool)>) -> BTreeSet<SwitchName> {
    let mut open = BTreeSet::new();
    for (switch, begun) in journal.iter().filter_map(begins) {
        if begun {
            open.insert(switch.clone())
        } else {
            open.remove(switch)
        };
    }
    open
}

/// The ports that were members of a VLAN as soon as a step had created it; `None` when that was not noted.
#[must_use]
pub fn members_at_creation(journal: &[Entry], created_by: u32) -> Option<&[PortName]> {
    journal.iter().rev().find_map(|entry| match entry {
        Entry::MembersAtCreation { step, ports } if *step == created_by => Some(ports.as_slice()),
        _ => None,
    })
}

fn status_of(entry: &Entry) -> Option<(u32, StepStatus)> {
    match entry {
        Entry::Intended { step } | Entry::RevertIntended { step } => Some((*step, StepStatus::Unknown)),
        Entry::Unwritten { step } => Some((*step, StepStatus::Pending)),
        Entry::AlreadySet { step } => Some((*step, StepStatus::AlreadySet)),
        Entry::Done { step, .. } => Some((*step, StepStatus::Done)),
        Entry::Failed { step, .. } => Some((*step, StepStatus::Failed)),
        Entry::FailedDirty { step, .. } => Some((*step, StepStatus::FailedDirty)),
        Entry::Reverted { step } => Some((*step, StepStatus::Reverted)),
        Entry::RevertFailed { step, .. } => Some((*step, StepStatus::RevertFailed)),
        Entry::RequestLeaving { .. }
        | Entry::RequestAnswered { .. }
        | Entry::Holding { .. }
        | Entry::Released { .. }
        | Entry::MembersAtCreation { .. }
        | Entry::Reverting { .. }
        | Entry::AutoSavePausing { .. }
        | Entry::AutoSavePaused { .. }
        | Entry::AutoSaveResuming { .. }
        | Entry::AutoSaveResumed { .. }
        | Entry::Saving { .. }
        | Entry::Saved { .. } => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn switch() -> SwitchName {
        SwitchName::from("sw")
    }

    fn saved(status: SaveStatus, untouched: bool) -> Entry {
        Entry::Saved { switch: switch(), status, detail: None, untouched }
    }

    const ASKED: Entry = Entry::Reverting { cause: RevertCause::Asked };

    #[test]
    fn a_save_without_an_end_may_have_been_made() {
        let saving = Entry::Saving { switch: switch() };
        let perhaps = |lines: &[Entry]| !perhaps_saved(lines).is_empty();
        assert!(!perhaps(&[]));
        assert!(perhaps(std::slice::from_ref(&saving)));
        assert!(perhaps(&[saving.clone(), saved(SaveStatus::Failed, false)]), "its answer may have been lost");
        assert!(!perhaps(&[saving.clone(), saved(SaveStatus::Failed, true)]), "by its own word nothing was saved");
        assert!(perhaps(&[saving.clone(), saved(SaveStatus::Saved, false), ASKED]));
        let back = [saving.clone(), saved(SaveStatus::Saved, false), ASKED, saving.clone()];
        assert!(perhaps(&back), "killed while saving what was put back");
        assert!(perhaps(&[&back[..], &[saved(SaveStatus::Failed, true)]].concat()), "it still has what was saved first");
        assert!(!perhaps(&[&back[..], &[saved(SaveStatus::Saved, false)]].concat()));
    }

    #[test]
    fn what_could_not_be_put_back_is_next_time_what_it_was() {
        let failed = Entry::RevertFailed { step: 1, detail: String::new() };
        let done = [Entry::Intended { step: 1 }, Entry::Done { step: 1, note: None }, ASKED];
        let status = |lines: &[Entry]| RunState::of(lines).status(1);
        assert_eq!(status(&[&done[..], &[failed.clone(), ASKED]].concat()), StepStatus::Done, "nothing was written since");
        let tried = [&done[..], &[Entry::RevertIntended { step: 1 }, failed.clone(), ASKED]].concat();
        assert_eq!(status(&tried), StepStatus::Unknown);
        assert_eq!(status(&[&done[..], &[failed.clone(), ASKED, failed, ASKED]].concat()), StepStatus::Done, "every time");
    }

    #[test]
    fn what_is_held_is_held_until_it_was_given_back() {
        let (holding, released) = (Entry::Holding { switch: switch() }, Entry::Released { switch: switch() });
        assert_eq!(held(std::slice::from_ref(&holding)), [switch()].into());
        assert!(held(&[holding.clone(), released.clone()]).is_empty());
        assert_eq!(held(&[holding.clone(), released, holding]), [switch()].into());
    }
}
