//! What the ports of a simulated switch do with frames, from what is configured in the way of its family. Pure.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;

use super::family::Family;
use super::state::Switch;
use crate::forwarding::{PortVlans, VlanSet};

impl Switch {
    /// The VLANs there are.
    #[must_use]
    pub fn vlan_set(&self) -> VlanSet {
        VlanSet::These(self.config.vlans.keys().copied().collect())
    }

    #[must_use]
    pub fn bridging(&self) -> BTreeMap<BridgePort, PortVlans> {
        let allocations = self.allocations();
        let port = |port| (port, self.port_vlans(port, self.link_up(port, &allocations)));
        self.layout.ports().map(port).collect()
    }

    fn port_vlans(&self, port: BridgePort, up: bool) -> PortVlans {
        let pvid = self.config.ports.get(&port).map_or(VlanId::DEFAULT, |config| config.pvid);
        if self.layout.family == Family::Catalyst {
            return self.catalyst_port(port, up, pvid);
        }
        let members = |untagged: bool| -> BTreeSet<VlanId> {
            let vlans = self.config.vlans.iter();
            let in_it = vlans.filter(|(_, vlan)| vlan.egress.contains(&port) && vlan.untagged.contains(&port) == untagged);
            in_it.map(|(id, _)| *id).collect()
        };
        let mut tagged = members(false);
        tagged.extend(self.own_voice_vlan(port));
        let tagged = if self.layout.uplink == port && self.layout.uplink_registers { VlanSet::All } else { VlanSet::These(tagged) };
        PortVlans { up, pvid, untagged: members(true), tagged }
    }

    /// An access port has its VLAN untagged and its voice VLAN tagged; an uplink is a trunk that carries every VLAN.
    fn catalyst_port(&self, port: BridgePort, up: bool, pvid: VlanId) -> PortVlans {
        let voice = self.config.ports.get(&port).and_then(|config| vlan_of(config.voice));
        let tagged = if self.layout.powered(port) { VlanSet::These(voice.into_iter().collect()) } else { VlanSet::All };
        PortVlans { up, pvid, untagged: [pvid].into(), tagged }
    }

    /// The voice VLAN of a port that has one as an object of its own, while the function of the switch is on.
    fn own_voice_vlan(&self, port: BridgePort) -> Option<VlanId> {
        let family = matches!(self.layout.family, Family::Fastpath | Family::EdgeSwitch | Family::DellN);
        let voice = self.config.ports.get(&port)?.voice;
        vlan_of(voice).filter(|_| family && self.config.voice.function == 1)
    }
}

const fn vlan_of(voice: VoiceVlan) -> Option<VlanId> {
    match voice {
        VoiceVlan::Vlan(vlan) => Some(vlan),
        _ => None,
    }
}
