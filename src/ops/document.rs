//! The documents of what no single feature makes: the acceptance of a site, an error, `doctor`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::change::plan::Plan;
use crate::change::report::ApplyReport;
use crate::power::report::PowerRow;
use crate::probe::report::ProbeReport;
use crate::site::report::{Finding, PathReport, PhoneReport, SwitchRow, Verdict};
use crate::site::scope::VerdictScope;
use model::check::Check;
use model::error_row::ErrorRow;
use model::timestamp::Timestamp;

/// The name of the report's schema.
pub const SCHEMA: &str = "voiceport.report/1";

/// `voiceport.report/1`: the acceptance of a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteReport {
    pub site: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The site's time zone, in which people are told times.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The version of voiceport that made it.
    pub made_by: String,
    pub verdict: Verdict,
    /// What the verdict is about, where that is a part of the site; `None` for the whole site.
    #[serde(default)]
    pub scope: Option<VerdictScope>,
    /// What became of the run afterwards, when it was put back; only `report` knows.
    #[serde(default)]
    pub put_back: Option<PutBack>,
    /// What stands against the acceptance or qualifies it, each cause once; none when the site is accepted without reservations.
    pub findings: Vec<Finding>,
    /// The checks that must pass.
    pub required: Vec<Check>,
    /// Who says so.
    #[serde(default)]
    pub required_by: RequiredBy,
    /// The phones, in the inventory's order.
    pub phones: Vec<PhoneReport>,
    /// The switches of the inventory.
    pub switches: Vec<SwitchRow>,
    /// The measured paths.
    pub paths: Vec<PathReport>,
    /// Each PSE group as it was read last.
    pub power: Vec<PowerRow>,
    /// The plan that was carried out, when one was.
    pub plan: Option<Plan>,
    /// What became of it.
    pub apply: Option<ApplyReport>,
    /// The path measured, when one was.
    pub probe: Option<ProbeReport>,
    /// Switches that could not be read, and why.
    #[serde(default)]
    pub errors: Vec<ErrorRow>,
}

/// Who says which checks must pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequiredBy {
    /// `accept.require` of the inventory, or what is required where it has none.
    #[default]
    Inventory,
    /// `--require`, for this run.
    CommandLine,
}

/// A run that was put back after its report was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PutBack {
    pub run: i64,
    /// When that ended; `None` while it has not.
    pub at: Option<Timestamp>,
    /// Whether everything is as before the run.
    pub complete: bool,
}

/// `voiceport.verify/1`: the site as it stands now, in the fields of [`SiteReport`]; plan and run are `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct VerifyReport(pub SiteReport);

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

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoctorCheck {
    /// A port of this machine to serve on.
    Port,
    /// Frames of an interface.
    Listen,
    /// The time of day.
    Clock,
    /// The folder of journals.
    StateFolder,
    /// Runs that were not finished.
    InterruptedRun,
    /// The inventory, its secrets, the phones' files.
    Inventory,
    /// Bridges of this machine.
    Bridge,
    /// A switch, with the credential for reading.
    Reach,
    /// A switch, with the credential for writing.
    Write,
    /// The names of a switch's ports in the inventory.
    PortNames,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoctorResult {
    Passed,
    Failed,
    NotChecked,
}

/// `voiceport.doctor/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorReport {
    pub checks: Vec<DoctorRow>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorRow {
    /// What kind of thing.
    pub check: DoctorCheck,
    /// What voiceport will have to do.
    pub what: String,
    pub result: DoctorResult,
    /// Why it failed, or was not checked.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}
