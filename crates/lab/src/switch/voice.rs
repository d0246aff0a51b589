//! What simulated switches have for voice besides members of VLANs. Pure.

use std::collections::BTreeSet;

use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;

/// What is said of the whole switch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SwitchVoice {
    /// Whether voice VLANs are carried out at all, in the number of the family's object.
    pub function: u32,
    /// The one voice VLAN of the switch.
    pub vlan: Option<VlanId>,
    /// The ports that have it.
    pub ports: BTreeSet<BridgePort>,
}

/// How a port of a FASTPATH switch has its voice VLAN: agentPortVoiceVlanMode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the MIB's own")]
pub enum VoiceMode {
    None = 1,
    VlanId = 2,
    Dot1p = 3,
    Untagged = 4,
    #[default]
    Disable = 5,
}

/// A write about voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceWrite {
    /// The voice VLAN object of a port.
    Port(BridgePort, VoiceVlan),
    /// The mode of a port.
    Mode(BridgePort, VoiceMode),
    /// The VLAN of a port, in the mode for it.
    Vlan(BridgePort, VlanId),
    /// Whether a VLAN is for voice.
    Attribute(VlanId, bool),
    /// The function of the switch.
    Function(u32),
    /// The one voice VLAN of the switch.
    Switch(Option<VlanId>),
    /// The ports that have it.
    Ports(BTreeSet<BridgePort>),
}

impl SwitchVoice {
    /// Carries out a write of the whole switch; whether it was one.
    pub(crate) fn write(&mut self, write: &VoiceWrite) -> bool {
        match write {
            VoiceWrite::Function(state) => self.function = *state,
            VoiceWrite::Switch(vlan) => self.vlan = *vlan,
            VoiceWrite::Ports(ports) => self.ports.clone_from(ports),
            VoiceWrite::Port(..) | VoiceWrite::Mode(..) | VoiceWrite::Vlan(..) | VoiceWrite::Attribute(..) => return false,
        }
        true
    }
}

impl VoiceMode {
    /// The voice VLAN of a port that is put into this mode; a VLAN is written afterwards.
    pub(crate) const fn voice_vlan(self) -> VoiceVlan {
        match self {
            Self::VlanId | Self::None | Self::Disable => VoiceVlan::None,
            Self::Dot1p => VoiceVlan::PriorityTagged,
            Self::Untagged => VoiceVlan::Untagged,
        }
    }
}

impl VoiceWrite {
    /// The VLAN that must exist.
    pub(crate) const fn vlan(&self) -> Option<VlanId> {
        match self {
            Self::Vlan(_, vlan) | Self::Switch(Some(vlan)) | Self::Port(_, VoiceVlan::Vlan(vlan)) => Some(*vlan),
            _ => None,
        }
    }
}
