//! What a switch shows of one port: its membership in a VLAN, and whether more than a phone is behind it. Pure.

use std::collections::BTreeSet;

use model::change::Membership;
use model::ids::VlanId;
use model::neighbour::Neighbour;
use model::switch::PortState;

/// More addresses than this on one port mean a switch behind it, not a phone with a PC.
const MOST_ADDRESSES_OF_A_PHONE_PORT: usize = 3;

/// The port's membership in a VLAN; `None` when the switch does not say.
#[must_use]
pub fn membership(port: &PortState, vlan: VlanId) -> Option<Membership> {
    if port.untagged.as_ref()?.contains(&vlan) {
        return Some(Membership::Untagged);
    }
    Some(if port.tagged.as_ref()?.contains(&vlan) { Membership::Tagged } else { Membership::None })
}

/// Whether other devices than a phone and its PC are reached through the port.
#[must_use]
pub fn leads_on(port: &PortState) -> bool {
    is_crowded(port) || !port.uplink_evidence.is_empty() || port.neighbours.iter().any(Neighbour::forwards)
}

/// Whether the port carries several VLANs with their tags, `own` ones not counted: one is a phone's, more are a trunk's. A port that
/// does not tell its VLANs is none by this.
#[must_use]
pub fn is_trunk(port: &PortState, own: &BTreeSet<VlanId>) -> bool {
    port.tagged.as_ref().is_some_and(|vlans| vlans.difference(own).count() > 1)
}

/// Whether more addresses are behind the port than a phone and its PC have.
#[must_use]
pub fn is_crowded(port: &PortState) -> bool {
    port.addresses().len() > MOST_ADDRESSES_OF_A_PHONE_PORT
}
