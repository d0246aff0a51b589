//! How far each phone has come, and the switches, as the acceptance of a site shows them. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::change::Observed;
use model::ids::{MacAddress, ModelId, PortRef, SwitchName};
use model::switch::SwitchState;

/// A stage on a phone's way into service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its port is known and has link.
    Wired,
    /// Its port delivers power, or the phone runs without PoE.
    Powered,
    /// Its port gives it the voice VLAN.
    Vlan,
    /// The switch sees it there.
    Found,
    /// It has fetched its own file.
    Fetched,
    /// It has registered with the telephone system.
    Registered,
    /// Voice passes with the quality promised.
    Qos,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 7] = [Self::Wired, Self::Powered, Self::Vlan, Self::Found, Self::Fetched, Self::Registered, Self::Qos];

    /// The name as people and JSON see it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wired => "wired",
            Self::Powered => "powered",
            Self::Vlan => "vlan",
            Self::Found => "found",
            Self::Fetched => "fetched",
            Self::Registered => "registered",
            Self::Qos => "qos",
        }
    }
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    /// Not reached yet.
    #[default]
    Waiting,
    /// Reached.
    Passed,
    /// Contradicted by what was seen.
    Failed,
    /// Nothing measures it here.
    NotChecked,
}

/// One stage of one phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    pub stage: Stage,
    pub state: StageState,
    pub detail: Option<String>,
}

/// One phone and its way into service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhoneReport {
    pub mac: MacAddress,
    pub model: ModelId,
    /// Extension of the first line.
    pub extension: Option<String>,
    pub at: Option<PortRef>,
    /// The stages, in order.
    pub stages: Vec<StageReport>,
}

impl PhoneReport {
    /// Whether every stage that is measured was reached.
    #[must_use]
    pub fn is_in_service(&self) -> bool {
        self.stages.iter().all(|stage| matches!(stage.state, StageState::Passed | StageState::NotChecked))
    }
}

/// One switch as the report lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchRow {
    /// Its name in the inventory.
    pub name: SwitchName,
    /// What it says it is.
    pub description: Option<String>,
    pub profile: String,
    /// Whether it has changes that are not saved.
    pub unsaved_changes: Option<bool>,
    /// What could not be read.
    pub notes: Vec<String>,
}

/// The switches as a report lists them.
#[must_use]
pub fn switch_rows(observed: &Observed) -> Vec<SwitchRow> {
    let row = |state: &SwitchState| SwitchRow {
        name: state.identity.name.clone(),
        description: state.identity.description.clone(),
        profile: state.identity.profile.clone(),
        unsaved_changes: state.unsaved_changes,
        notes: state.notes.clone(),
    };
    observed.switches.values().map(row).collect()
}
