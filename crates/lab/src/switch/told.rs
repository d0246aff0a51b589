//! Which voice VLAN a simulated switch tells a phone over LLDP-MED and CDP. Pure.

use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;

use super::family::Family;
use super::state::Switch;

impl Switch {
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
