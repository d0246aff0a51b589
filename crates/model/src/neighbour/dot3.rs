//! What the IEEE 802.3 TLVs of LLDP say of a neighbour. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use super::dot1::LinkAggregation;
use crate::code_points::{BtPairs, BtPdStatus, BtPseStatus, BtType, PoeType, PowerEnd, PowerPairs, PowerPriority, PowerSource};

/// IEEE 802.3 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3 {
    /// Power via MDI.
    pub power: Option<Dot3Power>,
    /// Operational MAU type of the MAC/PHY TLV.
    pub mau: Option<u16>,
    /// Autonegotiation of the MAC/PHY TLV.
    pub autonegotiation: Option<Autonegotiation>,
    pub link_aggregation: Option<LinkAggregation>,
    /// Maximum frame size in bytes.
    pub max_frame_size: Option<u16>,
}

/// Autonegotiation (802.3 79.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Autonegotiation {
    /// Whether the port can do it.
    pub supported: bool,
    pub enabled: bool,
    /// ifMauAutoNegCapAdvertisedBits as sent.
    pub advertised: u16,
}

/// 802.3 power via MDI (802.3 clause 79.3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3Power {
    /// Which end of the cable the sender is.
    pub port_class: Option<PowerEnd>,
    /// Whether the sender's port can do power via MDI.
    pub supported: Option<bool>,
    pub enabled: Option<bool>,
    /// Whether the PSE can choose the pairs.
    pub pairs_controllable: Option<bool>,
    /// Pairs that carry power.
    pub pairs: Option<PowerPairs>,
    /// PoE class 0–4; one lower than the number on the wire.
    pub class: Option<u8>,
    /// `type_1_pd`, `type_2_pse`, …; only in the 12-byte form and above.
    #[serde(rename = "type")]
    pub kind: Option<PoeType>,
    /// Where the sender's power comes from.
    pub source: Option<PowerSource>,
    /// How important it is that the device stays powered.
    pub priority: Option<PowerPriority>,
    /// PD requested power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub requested_mw: Option<u32>,
    /// PSE allocated power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub allocated_mw: Option<u32>,
    /// What 802.3bt adds; only in the 29-byte form.
    pub bt: Option<Dot3PowerBt>,
}

/// The 802.3bt extension of power via MDI (802.3bt 79.3.2.7 to 79.3.2.11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3PowerBt {
    /// PD requested power of a dual-signature PD in milliwatts, mode A and mode B.
    pub requested_mw: [u32; 2],
    /// PSE allocated power of a dual-signature PD in milliwatts, alternative A and B.
    pub allocated_mw: [u32; 2],
    /// How the PSE powers; `None` for a PD.
    pub pse_status: Option<BtPseStatus>,
    /// How the PD is powered; `None` for a PSE.
    pub pd_status: Option<BtPdStatus>,
    /// Pairs that carry power.
    pub pairs: Option<BtPairs>,
    /// Class 1–8 of a single-signature PD; `None` for a dual-signature one.
    pub class: Option<u8>,
    /// Classes 1–5 of a dual-signature PD, mode A and B; `None` for a single-signature one.
    pub dual_classes: [Option<u8>; 2],
    /// Type of the PSE or PD; `None` where reserved.
    #[serde(rename = "type")]
    pub kind: Option<BtType>,
    /// The most the PSE could give in milliwatts.
    pub max_available_mw: u32,
    /// Whether the PSE measures what a PD needs (Autoclass); `None`, as the next two, when that is not told.
    pub autoclass_supported: Option<bool>,
    /// Whether it has measured.
    pub autoclass_completed: Option<bool>,
    /// Whether the PD asks it to.
    pub autoclass_requested: Option<bool>,
    /// Seconds the PD asks to be without power; `None` when it does not.
    pub power_down_s: Option<u32>,
}
