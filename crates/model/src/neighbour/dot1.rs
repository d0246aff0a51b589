//! What the IEEE 802.1 TLVs of LLDP say of a neighbour. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::hex::{HexBytes, Text};

/// IEEE 802.1 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot1<'a> {
    /// Port VLAN ID; 0 means the port has none.
    pub port_vlan: Option<u16>,
    /// Port and protocol VLANs, in the order sent.
    pub protocol_vlans: Vec<ProtocolVlan>,
    /// VLAN names, in the order sent.
    pub vlan_names: Vec<VlanName<'a>>,
    /// Protocol identities: the first bytes of each protocol's frames.
    pub protocol_identities: Vec<HexBytes<'a>>,
    /// Management VLAN ID; 0 means that there is none.
    pub management_vlan: Option<u16>,
    pub link_aggregation: Option<LinkAggregation>,
}

/// One 802.1 Port And Protocol VLAN ID TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProtocolVlan {
    /// VLAN ID; 0 when there is none.
    pub vlan: u16,
    /// Whether the port can do it.
    pub supported: bool,
    pub enabled: bool,
}

/// One 802.1 VLAN Name TLV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VlanName<'a> {
    /// VLAN ID as sent.
    pub vlan: u16,
    pub name: Text<'a>,
}

/// Link aggregation of the neighbour's port (802.1AX annex F; 802.3 annex 79C before).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkAggregation {
    /// Whether the port can be aggregated.
    pub capable: bool,
    pub aggregated: bool,
    /// Number of the aggregate; 0 when there is none.
    pub port: u32,
}
