//! One VLAN of a simulated switch. Pure.

use std::collections::BTreeSet;

use model::ids::BridgePort;

/// Members sent untagged are members too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vlan {
    pub name: String,
    pub egress: BTreeSet<BridgePort>,
    /// Those that are sent untagged.
    pub untagged: BTreeSet<BridgePort>,
    /// Whether it is for voice, where VLANs have that attribute.
    pub voice: bool,
}
