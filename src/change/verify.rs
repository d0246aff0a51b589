//! What a switch's state says about one change. Pure.

use crate::site::port::membership;
use model::change::{Change, Delta, Membership};
use model::ids::{PortName, VlanId};
use model::switch::{PortMode, PortState, SwitchState, VoiceVlan};
use model::trunk::Trunk;

/// How a fact stands against a change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// As before the change.
    Before,
    /// As after the change.
    After,
    /// A part of the change: what a write of several requests leaves behind that was broken off; the value in words.
    Partly(String),
    /// Neither; the value in words.
    Other(String),
    /// The switch does not say.
    Unknown,
}

/// Compares the state with a change of `port`, or of the whole switch.
#[must_use]
pub fn compare(change: &Change, port: Option<&PortName>, state: &SwitchState) -> Reading {
    let port = port.and_then(|name| state.find_port(name).ok()).map(|(_, port)| port);
    let poe = port.and_then(|port| port.poe.as_ref());
    match change {
        Change::VlanExists { vlan, delta, .. } => against(state.vlans.as_ref().map(|vlans| vlans.contains_key(vlan)), delta),
        Change::Membership { vlan, delta } => of_membership(port.and_then(|port| membership(port, *vlan)), *delta),
        Change::Pvid { delta } => of_pvid(port, *delta),
        Change::VoiceVlan { delta, .. } => against(port.and_then(|port| port.voice_vlan), delta),
        Change::VoiceAttribute { vlan, delta } => against(is_for_voice(state, *vlan), delta),
        Change::SwitchVoiceVlan { delta } => against(state.voice_vlan, delta),
        Change::VoiceFunction { delta } => against(state.voice_function, delta),
        Change::PortMode { pvid, delta } => of_mode(port, *pvid, *delta),
        Change::IdleTrunk { delta } => of_idle_trunk(port.and_then(|port| port.idle_trunk.as_ref()), delta),
        Change::DscpPriority { dscp, delta } => {
            let priorities = port.and_then(|port| port.priorities.as_ref());
            against(priorities.map(|priorities| priorities.get(dscp).cloned().unwrap_or_default()), delta)
        }
        Change::PoePriority { delta, .. } => against(poe.and_then(|poe| poe.priority), delta),
        Change::PoeAllocation { delta } => against(poe.and_then(|poe| poe.allocation), delta),
        Change::PoeLimit { delta } => against(poe.and_then(|poe| poe.limit), delta),
        Change::PoeEnabled { delta, .. } => against(poe.and_then(|poe| poe.enabled), delta),
    }
}

/// Whether a VLAN is for voice; one that does not exist is not.
fn is_for_voice(state: &SwitchState, vlan: VlanId) -> Option<bool> {
    let exists = state.vlans.as_ref().map(|vlans| vlans.contains_key(&vlan));
    match &state.voice_attributes {
        _ if exists == Some(false) => Some(false),
        attributes => attributes.as_ref().map(|vlans| vlans.contains(&vlan)),
    }
}

/// The same of a write that just left, or was broken off: the untagged VLAN goes with the mode in either direction, and a new trunk
/// carries nothing else until a later step adds something.
#[must_use]
pub fn compare_written(change: &Change, port: Option<&PortName>, state: &SwitchState) -> Reading {
    let reading = compare(change, port, state);
    let port = port.and_then(|name| state.find_port(name).ok()).map(|(_, port)| port);
    let (Change::PortMode { pvid, delta }, Some(port)) = (change, port) else { return reading };
    let carries_more = port.tagged.as_ref().is_some_and(|tagged| !tagged.is_empty());
    match reading {
        Reading::Before if other_pvid(port, *pvid).is_some() => with_pvid(port),
        Reading::After if delta.after == PortMode::Trunk && carries_more => {
            Reading::Partly(format!("{}, with other VLANs", delta.after))
        }
        reading => reading,
    }
}

/// Between no member and untagged, a port is tagged for a moment: egress and untagged are two lists.
fn of_membership(value: Option<Membership>, delta: Delta<Membership>) -> Reading {
    let between = ![delta.before, delta.after].contains(&Membership::Tagged);
    match against(value, &delta) {
        Reading::Other(value) if between => Reading::Partly(value),
        reading => reading,
    }
}

/// The PVID; of a trunk also that its list of VLANs has taken in the new one and let the old one go.
fn of_pvid(port: Option<&PortState>, delta: Delta<VlanId>) -> Reading {
    let reading = against(port.and_then(|port| port.pvid), &delta);
    let carries = |vlan| port.and_then(|port| membership(port, vlan));
    let is_trunk = port.is_some_and(|port| port.mode == Some(PortMode::Trunk));
    match reading {
        Reading::After if is_trunk && matches!(carries(delta.before), Some(Membership::Tagged)) => {
            Reading::Partly(format!("{}, with VLAN {} tagged", delta.after, delta.before))
        }
        reading => reading,
    }
}

/// The mode; when it is as wanted, also that it has left the untagged VLAN as it is.
fn of_mode(port: Option<&PortState>, pvid: VlanId, delta: Delta<PortMode>) -> Reading {
    let reading = against(port.and_then(|port| port.mode), &delta);
    match (port, reading) {
        (Some(port), Reading::After) if other_pvid(port, pvid).is_some() => with_pvid(port),
        (_, reading) => reading,
    }
}

/// The port's PVID when it is another one.
fn other_pvid(port: &PortState, pvid: VlanId) -> Option<VlanId> {
    port.pvid.filter(|now| *now != pvid)
}

fn with_pvid(port: &PortState) -> Reading {
    let words = port.mode.zip(port.pvid).map(|(mode, pvid)| format!("{mode}, with PVID {pvid}"));
    Reading::Partly(words.unwrap_or_default())
}

/// Native VLAN and list of VLANs are objects of their own.
fn of_idle_trunk(value: Option<&Trunk>, delta: &Delta<Trunk>) -> Reading {
    let is_mixed = |trunk: &Trunk| {
        [&delta.before.native, &delta.after.native].contains(&&trunk.native)
            && [&delta.before.allowed, &delta.after.allowed].contains(&&trunk.allowed)
    };
    match against(value.cloned(), delta) {
        Reading::Other(words) if value.is_some_and(is_mixed) => Reading::Partly(words),
        reading => reading,
    }
}

/// Ports that a VLAN is there for: its members, but for those that carried it as soon as it existed.
///
/// Where it is not known which these were, trunks are left out that are uplinks: they may carry every VLAN.
#[must_use]
pub fn users<'a>(state: &'a SwitchState, vlan: VlanId, carried: Option<&[PortName]>) -> Vec<&'a PortName> {
    let uses = |port: &PortState| {
        port.pvid == Some(vlan)
            || port.voice_vlan == Some(VoiceVlan::Vlan(vlan))
            || matches!(membership(port, vlan), Some(Membership::Tagged | Membership::Untagged))
    };
    let by_itself = |name: &PortName, port: &PortState| match carried {
        Some(ports) => ports.contains(name),
        None => port.mode == Some(PortMode::Trunk) && !port.uplink_evidence.is_empty(),
    };
    state.ports.iter().filter(|(name, port)| uses(port) && !by_itself(name, port)).map(|(name, _)| name).collect()
}

fn against<T: PartialEq + std::fmt::Display>(value: Option<T>, delta: &Delta<T>) -> Reading {
    match value {
        None => Reading::Unknown,
        Some(value) if value == delta.after => Reading::After,
        Some(value) if value == delta.before => Reading::Before,
        Some(value) => Reading::Other(value.to_string()),
    }
}

/// Configuration facts in which two readings of a switch differ, in words; what moves by itself (power drawn, neighbours) is left out.
#[must_use]
pub fn differences(before: &SwitchState, after: &SwitchState) -> Vec<String> {
    let switch = &before.identity.name;
    let mut lines = Vec::new();
    if before.vlans != after.vlans {
        lines.push(format!("{switch}: its VLANs differ"));
    }
    for (name, old) in &before.ports {
        let Some(new) = after.ports.get(name) else {
            lines.push(format!("{switch} {name}: the port is gone"));
            continue;
        };
        let poe = |port: &PortState| port.poe.as_ref().map(|poe| (poe.enabled, poe.priority, poe.limit));
        let facts = [
            ("access VLAN (PVID)", old.pvid != new.pvid),
            ("VLANs as a trunk", old.idle_trunk.is_some() && new.idle_trunk.is_some() && old.idle_trunk != new.idle_trunk),
            ("tagged VLANs", old.tagged != new.tagged),
            ("untagged VLANs", old.untagged != new.untagged),
            ("priorities of DSCPs", old.priorities != new.priorities),
            ("voice VLAN", old.voice_vlan != new.voice_vlan),
            ("PoE settings", poe(old) != poe(new)),
        ];
        lines.extend(facts.iter().filter(|(_, differs)| *differs).map(|(fact, _)| format!("{switch} {name}: its {fact} differ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vlan(number: u16) -> VlanId {
        VlanId::new(number).unwrap()
    }

    fn port(mode: PortMode, pvid: u16, tagged: &[u16]) -> PortState {
        PortState {
            mode: Some(mode),
            pvid: Some(vlan(pvid)),
            tagged: Some(tagged.iter().map(|number| vlan(*number)).collect()),
            untagged: Some([vlan(pvid)].into()),
            ..PortState::default()
        }
    }

    #[test]
    fn a_mode_is_judged_with_the_untagged_vlan_that_it_may_reset() {
        let delta = Delta { before: PortMode::Access, after: PortMode::Trunk };
        let of = |port: &PortState| of_mode(Some(port), vlan(10), delta);
        assert_eq!(of(&port(PortMode::Trunk, 10, &[])), Reading::After);
        assert_eq!(of(&port(PortMode::Trunk, 1, &[])), Reading::Partly("trunk, with PVID 1".to_owned()));
        assert_eq!(of(&port(PortMode::Access, 1, &[])), Reading::Before, "the untagged VLAN is then another step's");
        assert_eq!(of_mode(None, vlan(10), delta), Reading::Unknown);
    }

    #[test]
    fn a_trunk_has_its_new_vlan_only_when_it_let_the_old_one_go() {
        let delta = Delta { before: vlan(1), after: vlan(10) };
        let of = |port: &PortState| of_pvid(Some(port), delta);
        assert_eq!(of(&port(PortMode::Trunk, 10, &[20])), Reading::After);
        assert_eq!(of(&port(PortMode::Trunk, 10, &[1, 20])), Reading::Partly("10, with VLAN 1 tagged".to_owned()));
        assert_eq!(of(&port(PortMode::Access, 10, &[1])), Reading::After, "only trunks have a list of VLANs");
        assert_eq!(of(&port(PortMode::Trunk, 99, &[])), Reading::Other("99".to_owned()));
    }

    #[test]
    fn between_no_member_and_untagged_a_port_is_tagged() {
        use Membership::{None, Tagged, Untagged};
        let of = |before, after, now| of_membership(Some(now), Delta { before, after });
        assert_eq!(of(None, Untagged, Tagged), Reading::Partly("tagged".to_owned()));
        assert_eq!(of(Untagged, None, Tagged), Reading::Partly("tagged".to_owned()));
        assert_eq!(of(None, Tagged, Untagged), Reading::Other("untagged".to_owned()), "somebody else's");
    }

    #[test]
    fn native_vlan_and_list_of_an_idle_trunk_may_be_half_written() {
        let trunk = |native, allowed: &[u16]| Trunk {
            native: vlan(native),
            allowed: model::trunk::VlanRanges(allowed.iter().map(|number| vlan(*number)).collect()),
        };
        let delta = Delta { before: trunk(1, &[1, 2]), after: trunk(10, &[10]) };
        assert!(matches!(of_idle_trunk(Some(&trunk(1, &[10])), &delta), Reading::Partly(_)));
        assert!(matches!(of_idle_trunk(Some(&trunk(1, &[10, 11])), &delta), Reading::Other(_)));
        assert_eq!(of_idle_trunk(Some(&trunk(10, &[10])), &delta), Reading::After);
    }
}
