//! What simulated switches have for voice besides members of VLANs, and which VLAN a phone is told from it. Pure.

use std::collections::BTreeSet;

use super::family::Family;
use super::state::{PortConfig, Refusal, Switch};
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

impl Switch {
    pub(super) fn write_voice(&mut self, write: &VoiceWrite) -> Result<(), Refusal> {
        if let VoiceWrite::Vlan(_, vlan) | VoiceWrite::Switch(Some(vlan)) | VoiceWrite::Port(_, VoiceVlan::Vlan(vlan)) = write
            && !self.config.vlans.contains_key(vlan)
        {
            return Err(Refusal::InconsistentValue);
        }
        let trunk = |port: &BridgePort| self.layout.family == Family::Catalyst && !self.layout.powered(*port);
        if let VoiceWrite::Port(port, _) = write
            && trunk(port)
        {
            return Err(Refusal::NoCreation); // vmVoiceVlanTable has no row for a trunk
        }
        let config = &mut self.config;
        match write {
            VoiceWrite::Port(port, voice) => config.port(*port)?.voice = *voice,
            VoiceWrite::Mode(port, mode) => config.port(*port)?.set_voice_mode(*mode),
            VoiceWrite::Vlan(port, vlan) => {
                let port = config.port(*port)?;
                if port.voice_mode != VoiceMode::VlanId {
                    return Err(Refusal::InconsistentValue);
                }
                port.voice = VoiceVlan::Vlan(*vlan);
            }
            VoiceWrite::Attribute(vlan, voice) => config.vlan(*vlan)?.voice = *voice,
            VoiceWrite::Function(state) => config.voice.function = *state,
            VoiceWrite::Switch(vlan) => config.voice.vlan = *vlan,
            VoiceWrite::Ports(ports) => config.voice.ports.clone_from(ports),
        }
        Ok(())
    }

    /// The VLAN a phone on this port is told to send voice in.
    #[must_use]
    pub fn advertised_voice_vlan(&self, port: BridgePort) -> Option<VlanId> {
        let mut tagged = self.tagged_vlans(port);
        let voice = &self.config.voice;
        match self.layout.family {
            Family::Standard => tagged.next().filter(|_| tagged.next().is_none()),
            Family::Catalyst => self.voice_object(port),
            Family::ArubaOs => tagged.find(|vlan| self.config.vlans.get(vlan).is_some_and(|vlan| vlan.voice)),
            Family::Fastpath | Family::EdgeSwitch | Family::DellN => self.voice_object(port).filter(|_| voice.function == 1),
            Family::Comware => voice.vlan.filter(|vlan| voice.ports.contains(&port) && tagged.any(|tagged| tagged == *vlan)),
            Family::SmallBusiness => voice.vlan.filter(|vlan| voice.function != 0 && tagged.any(|tagged| tagged == *vlan)),
        }
    }

    fn voice_object(&self, port: BridgePort) -> Option<VlanId> {
        match self.config.ports.get(&port)?.voice {
            VoiceVlan::Vlan(vlan) => Some(vlan),
            _ => None,
        }
    }

    fn tagged_vlans(&self, port: BridgePort) -> impl Iterator<Item = VlanId> + '_ {
        let vlans = self.config.vlans.iter();
        vlans.filter(move |(_, vlan)| vlan.egress.contains(&port) && !vlan.untagged.contains(&port)).map(|(id, _)| *id)
    }
}

impl PortConfig {
    fn set_voice_mode(&mut self, mode: VoiceMode) {
        self.voice_mode = mode;
        self.voice = match mode {
            VoiceMode::VlanId | VoiceMode::None | VoiceMode::Disable => VoiceVlan::None, // a VLAN follows
            VoiceMode::Dot1p => VoiceVlan::PriorityTagged,
            VoiceMode::Untagged => VoiceVlan::Untagged,
        };
    }
}
