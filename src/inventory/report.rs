//! The document `voiceport.inventory/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::ids::{MacAddress, ModelId, PortRef, SwitchName, VlanId};

/// `voiceport.inventory/1`: what an inventory amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryReport {
    pub site: String,
    pub vlans: Vec<InventoryVlan>,
    /// Switches by name.
    pub switches: Vec<InventorySwitch>,
    /// Phones in the order written.
    pub phones: Vec<InventoryPhone>,
    /// What may be wrong, or meant so; `None` where it was not looked for.
    pub warnings: Option<Vec<InventoryWarning>>,
    /// How secrets were looked at; `None` where they were not.
    pub secrets: Option<SecretsChecked>,
}

/// How secrets were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretsChecked {
    /// Each was fetched from where it is kept.
    Fetched,
    /// None was; files were made with placeholders.
    Placeholders,
}

/// Something that may be wrong, or meant so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryWarning {
    /// Its kind, for programs.
    pub code: String,
    pub message: String,
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What to write instead.
    pub hint: Option<String>,
}

/// One VLAN of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryVlan {
    pub name: String,
    /// 802.1Q VLAN ID.
    pub id: VlanId,
    /// `voice`, `management`, `data`.
    pub role: String,
}

/// One switch of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventorySwitch {
    pub name: SwitchName,
    /// Where it is reached.
    pub address: String,
    /// The profile named; `None` picks one by sysObjectID.
    pub profile: Option<String>,
    /// Voice VLAN of its phone ports.
    pub voice_vlan: Option<VlanId>,
    /// Data VLAN of its phone ports.
    pub data_vlan: Option<VlanId>,
    /// Whether a credential for writing is named.
    pub writable: bool,
}

/// One phone of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryPhone {
    pub mac: MacAddress,
    pub model: ModelId,
    /// Its place, when the inventory says it.
    pub at: Option<PortRef>,
    /// Extensions of its lines.
    pub extensions: Vec<String>,
}
