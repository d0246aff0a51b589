//! The documents that commands print, besides discovery, plan, probe and serve: apply, history, power, acceptance. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::MacAddress;
use super::ids::ModelId;
use super::ids::PortRef;
use super::ids::SwitchName;
use super::plan::Refusal;
use super::switch::SwitchCapabilities;
use super::timestamp::Timestamp;
use super::units::Milliwatts;

/// `voiceport.apply/1`: what became of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApplyReport {
    /// The run's number in the history; `None` when nothing was to be done.
    pub run: Option<i64>,
    /// The site's name.
    pub site: String,
    /// Whether anything was changed and is still changed.
    pub changed: bool,
    /// How it ended.
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
    /// The switch.
    pub switch: SwitchName,
    /// The port; `None` for a change of the whole switch.
    pub port: Option<super::ids::PortName>,
    /// The change, machine-readable.
    pub change: super::plan::Change,
    /// How it ended.
    pub status: StepStatus,
    /// What was strange, or why it failed.
    pub detail: Option<String>,
}

/// Whether one switch has the change in its startup configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaveReport {
    /// The switch.
    pub switch: SwitchName,
    /// How saving ended.
    pub status: SaveStatus,
    /// Why it failed.
    pub detail: Option<String>,
}

/// Whether a change survives a restart of the switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaveStatus {
    /// Saved to the startup configuration, and the switch said so.
    Saved,
    /// The switch saves every change itself.
    SavesItself,
    /// It cannot be saved over this transport: a restart undoes the change.
    NotPossible,
    /// Saving failed: a restart undoes the change.
    Failed,
}

impl SaveStatus {
    /// Whether the change survives.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Saved | Self::SavesItself)
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::SavesItself => "saved by the switch itself",
            Self::NotPossible => "cannot be saved from here: a restart of the switch undoes the change; save it there",
            Self::Failed => "not saved: a restart of the switch undoes the change",
        }
    }
}

/// `voiceport.history/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryReport {
    /// Runs, newest first.
    pub runs: Vec<RunReport>,
}

/// One run of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    /// Its number.
    pub run: i64,
    /// The site's name.
    pub site: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` when it was interrupted.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` when it was interrupted.
    pub outcome: Option<Outcome>,
    /// Number of steps.
    pub steps: usize,
}

/// `voiceport.power/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PowerReport {
    /// One row per PSE group.
    pub groups: Vec<PowerRow>,
    /// Uninterruptible supplies.
    pub ups: Vec<UpsRow>,
    /// Switches that were not read or have no PoE, and why.
    pub notes: Vec<String>,
}

/// One PSE group as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PowerRow {
    /// The switch.
    pub switch: SwitchName,
    /// The PSE group.
    pub group: u32,
    /// Nominal power less guard band.
    #[serde(rename = "budget_mw")]
    pub budget: Option<Milliwatts>,
    /// Power set aside for ports.
    #[serde(rename = "reserved_mw")]
    pub reserved: Option<Milliwatts>,
    /// Power measured.
    #[serde(rename = "measured_mw")]
    pub measured: Option<Milliwatts>,
    /// What every port that is on could draw.
    #[serde(rename = "worst_case_mw")]
    pub worst_case: Milliwatts,
    /// Budget less reserved; negative never happens on a working switch and is shown as 0.
    #[serde(rename = "headroom_mw")]
    pub headroom: Option<Milliwatts>,
    /// Ports that are on.
    pub ports_on: usize,
    /// Ports that deliver power.
    pub ports_delivering: usize,
}

/// One uninterruptible supply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpsRow {
    /// Its name in the inventory.
    pub name: String,
    /// Load now; `None` when no switch behind it tells its draw.
    #[serde(rename = "load_mw")]
    pub load: Option<Milliwatts>,
    /// Minutes it lasts at that load.
    pub minutes: Option<u32>,
}

/// `voiceport.error/1`: why a command ended early. Printed instead of, or after, the command's own documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorReport {
    /// What failed: name → attempt → cause.
    pub error: String,
    /// What to do about it; `None` when nothing general helps.
    pub hint: Option<String>,
    /// What was wrong, one by one: every problem of a wrong inventory, else the error itself.
    pub errors: Vec<ErrorRow>,
    /// The exit code of the process, 1 to 7.
    pub exit_code: u8,
}

/// One thing that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorRow {
    /// Its kind, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// The file it is in.
    pub file: Option<String>,
    /// Line of the file, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// What to do about it, or what to write instead.
    pub hint: Option<String>,
}

/// `voiceport.doctor/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorReport {
    /// What was tried.
    pub checks: Vec<DoctorRow>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorRow {
    /// What voiceport will have to do.
    pub what: String,
    /// Whether it could.
    pub ok: bool,
    /// Why not.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// `voiceport.inventory/1`: what an inventory amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryReport {
    /// The site's name.
    pub site: String,
    /// VLANs by name.
    pub vlans: Vec<InventoryVlan>,
    /// Switches by name.
    pub switches: Vec<InventorySwitch>,
    /// Phones in the order written.
    pub phones: Vec<InventoryPhone>,
}

/// `voiceport.capabilities/1`: what each switch profile can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilitiesReport {
    /// The built-in profiles.
    pub profiles: Vec<ProfileRow>,
}

/// One switch profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileRow {
    /// Its name in the inventory.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// `full`, `experimental`, `opt_in` (writing needs `allow_generic_write`), `read_only`.
    pub support: String,
    /// What can be done with it, given a credential for writing.
    pub capabilities: SwitchCapabilities,
    /// What it cannot do and why.
    pub limits: Option<String>,
    /// sysObjectID prefixes it fits, in dotted form.
    pub object_ids: Vec<String>,
}

/// One VLAN of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryVlan {
    /// Its name.
    pub name: String,
    /// 802.1Q VLAN ID.
    pub id: super::ids::VlanId,
    /// `voice`, `management`, `data`.
    pub role: String,
}

/// One switch of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventorySwitch {
    /// Its name.
    pub name: SwitchName,
    /// Where it is reached.
    pub address: String,
    /// The profile named; `None` picks one by sysObjectID.
    pub profile: Option<String>,
    /// Voice VLAN of its phone ports.
    pub voice_vlan: Option<super::ids::VlanId>,
    /// Data VLAN of its phone ports.
    pub data_vlan: Option<super::ids::VlanId>,
    /// Whether a credential for writing is named.
    pub writable: bool,
}

/// One phone of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryPhone {
    /// Its MAC address.
    pub mac: MacAddress,
    /// Vendor and model.
    pub model: ModelId,
    /// Its place, when the inventory says it.
    pub at: Option<PortRef>,
    /// Extensions of its lines.
    pub extensions: Vec<String>,
}

/// `voiceport.render/1`: where each value of a phone's files comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainReport {
    /// The phone.
    pub mac: MacAddress,
    /// Vendor and model.
    pub model: ModelId,
    /// The values, by name.
    pub values: Vec<ExplainRow>,
}

/// One value and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainRow {
    /// Dotted name, as in templates.
    pub name: String,
    /// The value; secrets as `***`.
    pub value: String,
    /// Where it comes from.
    pub layer: String,
}

/// `voiceport.template/1`: the models there are templates for, and what is wrong with the templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateReport {
    /// The models.
    pub models: Vec<TemplateRow>,
    /// What `template check` found, a line each.
    pub findings: Vec<String>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateRow {
    /// Vendor and model, as the inventory writes it.
    pub model: ModelId,
    /// Name as the vendor writes it.
    pub title: String,
    /// Number of lines.
    pub lines: u32,
    /// Files it fetches, in order; `{mac}` and `{MAC}` stand for its MAC address.
    pub files: Vec<String>,
}

impl ApplyReport {
    /// The outcome in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
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
        format!("{run}{what}.")
    }
}
