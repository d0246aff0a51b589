//! What an acceptance rests on: what was read, served, saved and measured. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::report::{FindingCode, PhoneReport};
use crate::phones::catalogue::Catalogue;
use model::change::Observed;
use model::check::CheckResult;
use model::ids::{MacAddress, PortRef, SwitchName};
use model::saving::SaveStatus;
use model::timestamp::Timestamp;

/// Everything known about a site.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub catalogue: &'a Catalogue,
    /// The switches that were read; a switch of the site that is missing here was not.
    pub observed: &'a Observed,
    /// Why switches were not read.
    pub unread: &'a BTreeMap<SwitchName, String>,
    pub pending: &'a Pending,
    /// What each phone has fetched; a phone that is missing here has no record.
    pub fetches: &'a BTreeMap<MacAddress, Fetched>,
    /// How the last run that changed a switch saved it; a switch that is missing here was changed by none.
    pub saving: &'a BTreeMap<SwitchName, LastSave>,
    pub path: &'a PathEvidence,
    /// What went wrong for several phones at once.
    pub causes: &'a [Cause],
}

/// What a plan made now would change in VLANs: what is not yet as the inventory wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// Of single ports, in words.
    pub ports: BTreeMap<PortRef, Vec<String>>,
    /// Of whole switches, in words.
    pub switches: BTreeMap<SwitchName, Vec<String>>,
}

/// What is known of a phone's fetching its own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It has the file as it would be made now.
    Current { file: String, address: IpAddr, at: Timestamp },
    /// The file has changed since.
    Outdated { file: String, at: Timestamp },
    /// The file cannot be made now, and so not compared.
    NotComparable { file: String, at: Timestamp, why: String },
    /// It asked, and was not given it.
    Denied { file: String, address: IpAddr, why: String },
    /// It asked, and did not get the whole file.
    BrokenOff { file: String, address: IpAddr, why: String },
    /// It was started in this run, and has not asked since.
    NotAsked { file: String },
    /// Nothing is known.
    Unknown { file: Option<String> },
}

/// How the last run that changed a switch left its startup configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSave {
    /// It was saved, or not, as told.
    Told { run: i64, status: SaveStatus, detail: Option<String> },
    /// Saving was not wanted.
    LeftOut { run: i64 },
    /// The run did not end.
    Interrupted { run: i64 },
}

/// What is known of the voice path.
#[derive(Debug, Clone, PartialEq)]
pub enum PathEvidence {
    /// It was measured.
    Measured { target: String, result: CheckResult, detail: String },
    /// It was not.
    NotMeasured { target: Option<String>, why: String },
}

/// Something that went wrong for several phones at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub code: FindingCode,
    /// What and where, in words.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    pub explains: Explains,
    /// Whether nothing was done on the site for this reason: then what was not saved or not measured is no finding of its own.
    pub ends_all: bool,
}

/// Which phones a cause holds up, when they are not in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explains {
    Nothing,
    /// The phones of this switch.
    Switch(SwitchName),
    /// The phones of these ports.
    Ports(BTreeSet<PortRef>),
    Phone(MacAddress),
}

impl Explains {
    /// Whether it holds up this phone.
    #[must_use]
    pub fn holds_up(&self, phone: &PhoneReport) -> bool {
        match self {
            Self::Nothing => false,
            Self::Switch(switch) => phone.at.as_ref().is_some_and(|at| at.switch == *switch),
            Self::Ports(ports) => phone.at.as_ref().is_some_and(|at| ports.contains(at)),
            Self::Phone(mac) => *mac == phone.mac,
        }
    }
}
