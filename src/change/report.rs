//! The documents `voiceport.apply/1`, `voiceport.rollback/1` and `voiceport.history/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::Refusal;
use model::change::Change;
use model::ids::{PortName, SwitchName};
pub use model::saving::SaveStatus;
use model::timestamp::Timestamp;

/// `voiceport.apply/1`: what became of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApplyReport {
    /// The run's number in the history; `None` when nothing was to be done.
    pub run: Option<i64>,
    pub site: String,
    /// Whether anything was changed and is still changed.
    pub changed: bool,
    pub outcome: Outcome,
    /// Why it was reverted, unless a person asked for that.
    pub failure: Option<String>,
    /// Every step and how it ended.
    pub steps: Vec<StepReport>,
    /// Whether each changed switch has the change in its startup configuration.
    pub saving: Vec<SaveReport>,
    /// What the plan left out.
    pub refusals: Vec<Refusal>,
}

/// `voiceport.rollback/1`: what became of putting a run back, in the fields of [`ApplyReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RollbackReport(pub ApplyReport);

/// The status of one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Nothing was written yet.
    #[default]
    Pending,
    /// A write was sent and its effect is not known.
    Unknown,
    /// The switch had the value already; nothing was written.
    AlreadySet,
    /// Written, and the value was read back.
    Done,
    /// Failed; the switch is as before.
    Failed,
    /// Failed; the switch is neither as before nor as wanted.
    FailedDirty,
    /// The value from before was read back.
    Reverted,
    /// The value from before could not be restored.
    RevertFailed,
}

/// How carrying out a plan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The switches are as the inventory wants them.
    NothingToDo,
    /// Nothing was written on purpose: only shown.
    Checked,
    /// Nothing was written, because the plan is not safe.
    Refused,
    /// Every step is done and read back.
    Applied,
    /// Every step is done, but a switch did not save it: a restart will undo it.
    NotSaved,
    /// Everything written was put back, and read back.
    RolledBack,
    /// Something could not be put back.
    RollbackIncomplete,
}

impl Outcome {
    /// The name in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NothingToDo => "nothing to do",
            Self::Checked => "checked",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::NotSaved => "not saved",
            Self::RolledBack => "rolled back",
            Self::RollbackIncomplete => "rollback incomplete",
        }
    }
}

impl StepStatus {
    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::AlreadySet => "already set",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::FailedDirty => "failed, dirty",
            Self::Reverted => "reverted",
            Self::RevertFailed => "revert failed",
        }
    }
}

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepReport {
    /// Its number in the plan.
    pub number: u32,
    pub switch: SwitchName,
    /// The port; `None` for a change of the whole switch.
    pub port: Option<PortName>,
    pub change: Change,
    pub status: StepStatus,
    /// What was strange, or why it failed.
    pub detail: Option<String>,
}

/// Whether one switch has the change in its startup configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaveReport {
    pub switch: SwitchName,
    pub status: SaveStatus,
    pub detail: Option<String>,
}

/// `voiceport.history/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryReport {
    pub runs: Vec<RunReport>,
}

/// One run of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    pub run: i64,
    pub site: String,
    pub started_at: Timestamp,
    /// When it ended; `None` when it was interrupted.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` when it was interrupted.
    pub outcome: Option<Outcome>,
    pub steps: usize,
}

impl std::fmt::Display for ApplyReport {
    /// The outcome in one sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let run = self.run.map_or_else(String::new, |run| format!("Run {run}: "));
        let why = self.failure.as_deref().map_or_else(String::new, |failure| format!(" ({failure})"));
        let steps = if self.steps.len() == 1 { "1 change".to_owned() } else { format!("{} changes", self.steps.len()) };
        let what = match self.outcome {
            Outcome::NothingToDo => "nothing to change".to_owned(),
            Outcome::Checked => format!("{steps} would be made; nothing was written"),
            Outcome::Applied => format!("{steps} done and read back"),
            Outcome::NotSaved => format!("{steps} done, but not saved: a restart of the switch undoes them"),
            Outcome::RolledBack if self.failure.is_none() => "everything was put back and read back".to_owned(),
            Outcome::RolledBack => format!("failed, everything was put back and read back{why}"),
            Outcome::RollbackIncomplete if self.failure.is_none() => "not everything is put back: look at the switch".to_owned(),
            Outcome::RollbackIncomplete => format!("failed, and not everything could be put back: look at the switch{why}"),
            Outcome::Refused => format!("refused, nothing was written{why}"),
        };
        write!(f, "{run}{what}.")
    }
}
