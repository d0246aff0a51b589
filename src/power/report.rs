//! The power documents: the account of each PSE group, and `voiceport.power/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::ids::SwitchName;
use model::units::Milliwatts;

/// The power account of one PSE group after the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PowerAccount {
    pub switch: SwitchName,
    pub group: u32,
    /// Nominal power less guard band.
    #[serde(rename = "budget_mw")]
    pub budget: Option<Milliwatts>,
    /// Power reserved by ports that stay on.
    #[serde(rename = "reserved_mw")]
    pub reserved: Option<Milliwatts>,
    /// Power the plan's ports will reserve in addition.
    #[serde(rename = "added_mw")]
    pub added: Milliwatts,
    /// What every powered port could draw at its limit or class.
    #[serde(rename = "worst_case_mw")]
    pub worst_case: Option<Milliwatts>,
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
    pub switch: SwitchName,
    pub group: u32,
    /// Nominal power less guard band.
    #[serde(rename = "budget_mw")]
    pub budget: Option<Milliwatts>,
    /// Power set aside for ports.
    #[serde(rename = "reserved_mw")]
    pub reserved: Option<Milliwatts>,
    #[serde(rename = "measured_mw")]
    pub measured: Option<Milliwatts>,
    /// What every port that is on could draw; `None` where the switch tells of no port of the group.
    #[serde(rename = "worst_case_mw")]
    pub worst_case: Option<Milliwatts>,
    /// Budget less reserved; negative never happens on a working switch and is shown as 0.
    #[serde(rename = "headroom_mw")]
    pub headroom: Option<Milliwatts>,
    /// Ports that are on; `None` where the switch does not tell it of each.
    pub ports_on: Option<usize>,
    /// Ports that deliver power, likewise.
    pub ports_delivering: Option<usize>,
}

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
