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
