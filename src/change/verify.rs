//! What a switch's state says about one change. Pure.

use crate::site::port::membership;
use model::change::{Change, Delta, Membership};
use model::ids::{PortName, VlanId};
use model::switch::{PortState, SwitchState, VoiceVlan};

/// How a fact stands against a change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// As before the change.
    Before,
    /// As after the change.
    After,
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
        Change::Membership { vlan, delta } => against(port.and_then(|port| membership(port, *vlan)), delta),
        Change::Pvid { delta } => against(port.and_then(|port| port.pvid), delta),
        Change::VoiceVlan { delta } => against(port.and_then(|port| port.voice_vlan), delta),
        Change::VoiceAttribute { vlan, delta } => against(state.voice_attributes.as_ref().map(|vlans| vlans.contains(vlan)), delta),
        Change::SwitchVoiceVlan { delta } => against(state.voice_vlan, delta),
        Change::VoiceFunction { delta } => against(state.voice_function, delta),
        Change::PortMode { delta, .. } => against(port.and_then(|port| port.mode), delta),
        Change::IdleTrunk { delta } => against(port.and_then(|port| port.idle_trunk.clone()), delta),
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

/// Ports that a VLAN is there for. An uplink that carries every VLAN is no reason to keep one.
#[must_use]
pub fn users(state: &SwitchState, vlan: VlanId) -> Vec<&PortName> {
    let uses = |port: &PortState| {
        port.pvid == Some(vlan)
            || port.voice_vlan == Some(VoiceVlan::Vlan(vlan))
            || matches!(membership(port, vlan), Some(Membership::Tagged | Membership::Untagged))
    };
    state.ports.iter().filter(|(_, port)| port.uplink_evidence.is_empty() && uses(port)).map(|(name, _)| name).collect()
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
