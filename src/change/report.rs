//! The documents `voiceport.apply/1`, `voiceport.rollback/1` and `voiceport.history/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::Refusal;
use model::change::Change;
use model::error_row::ErrorRow;
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
    /// Switches of the run that were not asked for or could not be reached, so that it is not put back there.
    #[serde(default)]
    pub left_out: Vec<SwitchName>,
    /// What the plan left out.
    pub refusals: Vec<Refusal>,
    /// Switches that could not be read, and why.
    #[serde(default)]
    pub errors: Vec<ErrorRow>,
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
    /// It was put back earlier; only read again, nothing was written.
    AlreadyPutBack,
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
            Self::AlreadyPutBack => "already put back",
        }
    }
}

impl StepStatus {
    /// Whether something of the step may be left on its switch.
    #[must_use]
    pub const fn is_left(self) -> bool {
        matches!(self, Self::Done | Self::Unknown | Self::FailedDirty | Self::RevertFailed)
    }

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

/// `voiceport.step/1`: a step of a run that has just come to a status; a line of `up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepEvent {
    /// Steps of the plan in all.
    pub steps: usize,
    #[serde(flatten)]
    pub step: StepReport,
}

/// `voiceport.saving/1`: a switch that was just asked to save; a line of `up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SavingEvent(pub SaveReport);

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
    /// The time zone that people are shown times in; programs get UTC.
    #[serde(skip)]
    pub time_zone: Option<String>,
}

/// One run of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    pub run: i64,
    /// `None` where the run cannot be read.
    pub site: Option<String>,
    pub started_at: Timestamp,
    /// When it ended; `None` when it was interrupted.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` when it was interrupted, goes on or cannot be read.
    pub outcome: Option<Outcome>,
    /// How many changes it planned; `None` where the run cannot be read.
    pub steps: Option<usize>,
    /// Whether another process goes on with it just now.
    #[serde(default)]
    pub goes_on: bool,
    /// Why this version cannot read it; `None` when it can.
    #[serde(default)]
    pub unreadable: Option<String>,
}

impl ApplyReport {
    /// Whether a step that was put back is not as before it now.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.steps.iter().any(|step| step.status == StepStatus::RevertFailed)
    }

    /// Whether everything was put back on every switch but those left out.
    #[must_use]
    pub fn put_back_but_for_left_out(&self) -> bool {
        use StepStatus::{Done, FailedDirty, RevertFailed, Unknown};
        let left = |step: &StepReport| matches!(step.status, Done | FailedDirty | RevertFailed | Unknown);
        let safe = |save: &SaveReport| save.status != SaveStatus::Failed;
        !self.left_out.is_empty()
            && self.saving.iter().all(safe)
            && !self.steps.iter().any(|step| left(step) && !self.left_out.contains(&step.switch))
    }
}

impl std::fmt::Display for ApplyReport {
    /// The outcome in one sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let run = self.run.map_or_else(String::new, |run| format!("Run {run}: "));
        let why = self.failure.as_deref().map_or_else(String::new, |failure| format!(" ({failure})"));
        let steps = if self.steps.len() == 1 { "1 change".to_owned() } else { format!("{} changes", self.steps.len()) };
        let left_out: Vec<&str> = self.left_out.iter().map(SwitchName::as_str).collect();
        let left_out = left_out.join(", ");
        let what = match self.outcome {
            Outcome::NotSaved if self.steps.is_empty() => {
                "nothing to change, but its changes were never saved, and a restart of the switch undoes them: `voiceport apply --finish` \
                 saves them"
                    .to_owned()
            }
            Outcome::AlreadyPutBack if self.differs() => {
                "already put back; what is listed here is not as before it any more; nothing was written".to_owned()
            }
            Outcome::AlreadyPutBack => "already put back: read again, everything is as before it; nothing was written".to_owned(),
            Outcome::RollbackIncomplete if self.put_back_but_for_left_out() => {
                format!("put back and read back, but not on {left_out}, where its changes stay open")
            }
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
        let refused = match (self.outcome, self.refusals.len()) {
            (Outcome::Refused, _) | (_, 0) => String::new(),
            (_, count) => format!(", {count} refused"),
        };
        write!(f, "{run}{what}{refused}.")
    }
}
