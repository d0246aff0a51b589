//! What each check of a site came to, and what follows for the site: the acceptance as documents show it. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::check::{Check, CheckResult};
use model::ids::{MacAddress, ModelId, PortName, PortRef, SwitchName};

/// Whether a site is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every required check of every phone, switch and path passed.
    Accepted,
    /// The same, but for narrow passes and for what a person has accepted in the inventory.
    AcceptedWithReservations,
    /// A required check failed.
    NotAccepted,
    /// No required check failed, but one was not made.
    Incomplete,
}

impl Verdict {
    /// Whether the site may be handed over.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::AcceptedWithReservations)
    }

    /// The verdict in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithReservations => "accepted with reservations",
            Self::NotAccepted => "not accepted",
            Self::Incomplete => "incomplete",
        }
    }
}

/// Why a check did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Neither the inventory nor a switch knows the phone's port.
    NoPlace,
    /// The switch has no port of that name.
    NoSuchPort,
    /// Several ports of the switch have that name.
    AmbiguousPort,
    /// The switch was not read.
    SwitchUnread,
    /// The port has no link.
    NoLink,
    /// The switch does not tell whether the port has link.
    LinkUnknown,
    /// The port's power is off.
    PoeOff,
    /// The port is on, and no device draws power.
    PoeSearching,
    /// The switch reports a fault of the port's power.
    PoeFault,
    /// Nothing shows whether the phone has power.
    PowerUnknown,
    /// The port is not configured as the inventory wants.
    VlanWrong,
    /// The switch does not tell the port's VLANs.
    VlanUnknown,
    /// The inventory names no voice VLAN for this switch.
    NoVoiceVlan,
    /// Another device is on the port.
    OtherDevice,
    /// What is on the port says that it is another model or of another vendor.
    OtherModel,
    /// The switch sees nobody on the port.
    NobodySeen,
    /// The switch tells neither neighbours nor learned addresses.
    NeighboursUnknown,
    /// The phone did not ask for its file, although it was started in this run.
    NotAsked,
    /// The phone asked, and was not given its file.
    Denied,
    /// The phone asked, and the transfer broke off.
    BrokenOff,
    /// The file has changed since the phone fetched it.
    Outdated,
    /// The file cannot be made now, so that what was fetched cannot be compared.
    NotComparable,
    /// It is not known to have fetched its file.
    NoRecord,
    /// The running configuration is not in the startup configuration.
    NotSaved,
    /// It cannot be saved from here.
    CannotBeSaved,
    /// Nothing tells whether the startup configuration is current.
    SaveUnknown,
    /// A run that changed the switch was interrupted.
    Interrupted,
    /// A limit of the path is not met.
    LimitMissed,
    /// The path was not measured, or not long enough to judge.
    NotMeasured,
    /// This version does not make the check.
    NotImplemented,
    /// An earlier check of the phone failed: `after` names it.
    EarlierCheck,
}

/// One check of one phone, switch or path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    pub check: Check,
    pub result: CheckResult,
    /// Whether the acceptance of the site depends on it.
    pub required: bool,
    /// Why it did not pass, as a code; `None` when it passed.
    pub reason: Option<Reason>,
    /// What was read or measured, or why it did not pass, in words.
    pub detail: Option<String>,
    /// The earlier check that failed, when this one was not reached.
    pub after: Option<Check>,
    /// The reservation that covers it, in the words of the inventory.
    pub reservation: Option<String>,
}

impl CheckReport {
    /// Whether it stands against the acceptance of the site.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.required && !self.result.has_passed() && self.reservation.is_none()
    }
}

/// One phone and its way into service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhoneReport {
    pub mac: MacAddress,
    pub model: ModelId,
    /// Name and extension of the first line.
    pub name: Option<String>,
    pub extension: Option<String>,
    pub at: Option<PortRef>,
    /// Its checks, in the order in which a phone comes into service.
    pub checks: Vec<CheckReport>,
}

impl PhoneReport {
    /// Whether no required check stands against it.
    #[must_use]
    pub fn is_in_service(&self) -> bool {
        !self.checks.iter().any(CheckReport::is_open)
    }

    /// The checks that hold it up: those that failed and that the acceptance, or another open check, depends on; where none did, those
    /// that were not made.
    #[must_use]
    pub fn held_up_by(&self) -> Vec<&CheckReport> {
        let waited_for = |check: Check| self.checks.iter().any(|later| later.is_open() && later.after == Some(check));
        let has_failed = |check: &&CheckReport| check.result == CheckResult::Failed && (check.is_open() || waited_for(check.check));
        let failed: Vec<_> = self.checks.iter().filter(has_failed).collect();
        if failed.is_empty() { self.checks.iter().filter(|check| check.is_open()).collect() } else { failed }
    }

    #[must_use]
    pub fn check(&self, check: Check) -> Option<&CheckReport> {
        self.checks.iter().find(|report| report.check == check)
    }
}

/// One switch as the report lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchRow {
    /// Its name in the inventory.
    pub name: SwitchName,
    /// What it says it is; `None` when it was not read.
    pub description: Option<String>,
    pub profile: Option<String>,
    /// Whether its running configuration differs from the startup configuration, where it tells.
    pub unsaved_changes: Option<bool>,
    /// Its checks: `saved`.
    pub checks: Vec<CheckReport>,
    /// What could not be read.
    pub notes: Vec<String>,
}

/// One measured path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathReport {
    /// The far end, as the inventory names it; `None` where it names none and `qos` is required all the same.
    pub target: Option<String>,
    /// Its checks: `qos`.
    pub checks: Vec<CheckReport>,
}

/// Something that stands against the acceptance, or qualifies it: the cause once, with the phones it holds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    pub code: FindingCode,
    /// What is wrong and where, in words.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The check it is about.
    pub check: Option<Check>,
    pub switch: Option<SwitchName>,
    pub port: Option<PortName>,
    /// The phones that are not in service for this reason.
    pub phones: Vec<MacAddress>,
}

impl Finding {
    /// A finding that is about no check, switch or phone yet.
    #[must_use]
    pub const fn new(code: FindingCode, message: String) -> Self {
        Self { code, message, hint: None, check: None, switch: None, port: None, phones: Vec::new() }
    }
}

/// What kind of finding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// The run failed.
    RunFailed,
    /// A switch is not as it was before the run that was put back.
    LeftChanged,
    /// The run that this report is about was put back afterwards.
    PutBack,
    /// A run has not ended: it was interrupted, or goes on.
    UnfinishedRun,
    /// A switch was not read.
    SwitchUnread,
    /// The plan leaves something out.
    Refused,
    /// A required check failed.
    CheckFailed,
    /// A required check was not made.
    CheckNotMade,
    /// A required check passed, but its uncertainty reaches over the limit.
    PassedNarrowly,
    /// A person has accepted that a check does not pass.
    Reservation,
    /// The inventory, or the part of the site that was asked for, has no phones: there is nothing to accept.
    NoPhones,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match self.phones.len() {
            0 => Ok(()),
            1 => f.write_str(" (1 phone is not in service for this)"),
            count => write!(f, " ({count} phones are not in service for this)"),
        }
    }
}
