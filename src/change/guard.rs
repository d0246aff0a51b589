//! Ports that must not be changed: the branch we sit on. Pure.

use crate::site::port::is_crowded;
use model::ids::{PortName, VlanId};
use model::neighbour::Neighbour;
use model::port_names::NoPort;
use model::site::{Site, SwitchSpec, VlanRole};
use model::switch::{PortState, SwitchState};

/// Why this port must not be changed; `None` when nothing speaks against it.
///
/// In this order: the inventory protects it; a bridge, router or access point is behind it; the switch itself shows it to be an
/// uplink (link aggregation, trunk mode, spanning tree); many addresses are behind it and nobody there says to be a phone; it is in
/// a management VLAN.
#[must_use]
pub fn refuse(site: &Site, spec: &SwitchSpec, name: &PortName, port: &PortState) -> Option<String> {
    if is_protected(spec, name, port) {
        return Some("the inventory protects this port".to_owned());
    }
    if let Some(neighbour) = port.neighbours.iter().find(|neighbour| neighbour.forwards()) {
        let who =
            neighbour.system_name.as_deref().map(str::to_owned).or(neighbour.chassis_id.as_ref().map(|id| id.value.to_string()));
        let who = who.unwrap_or_else(|| "a neighbour".to_owned());
        let what = neighbour
            .capabilities_enabled
            .as_ref()
            .or(neighbour.capabilities.as_ref())
            .map_or_else(String::new, |all| all.names().collect::<Vec<_>>().join(", "));
        return Some(format!("{who} is behind it ({what}): changing it could cut off everything there"));
    }
    if let Some(evidence) = port.uplink_evidence.first() {
        return Some(format!("it is an uplink: {evidence}"));
    }
    if is_crowded(port) && !port.neighbours.iter().any(Neighbour::is_phone) {
        return Some(format!(
            "{} addresses are behind it and no phone announces itself: changing it could cut off a whole switch",
            port.addresses().len()
        ));
    }
    management_vlan(site, port).map(|vlan| format!("it is in the management VLAN {vlan}"))
}

fn is_protected(spec: &SwitchSpec, name: &PortName, port: &PortState) -> bool {
    spec.protect.iter().any(|protected| port.is_called(name, protected.as_str()))
}

/// The names under `protect` that are not one port's: what they were to protect is not known, so nothing of the switch is changed.
#[must_use]
pub fn unfitting(spec: &SwitchSpec, state: &SwitchState) -> Vec<NoPort> {
    spec.protect.iter().filter_map(|name| state.find_port(name).err()).collect()
}

/// Why nothing of the switch is changed.
#[must_use]
pub fn cannot_protect(error: &NoPort) -> String {
    format!("protect: {error} (nothing on this switch is changed until it fits one port)")
}

/// The management VLAN that the port carries, tagged or not.
fn management_vlan(site: &Site, port: &PortState) -> Option<VlanId> {
    let carries = |vlan: &VlanId| {
        port.pvid == Some(*vlan) || [&port.untagged, &port.tagged].into_iter().flatten().any(|vlans| vlans.contains(vlan))
    };
    site.vlans.values().filter(|vlan| vlan.role == VlanRole::Management).map(|vlan| vlan.id).find(carries)
}
