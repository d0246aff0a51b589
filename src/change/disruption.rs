//! Which steps take power, link or VLAN from a phone in service, and which of them wait. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::in_use::PortUse;
use super::plan::{Plan, Refusal, RefusalReason, Step};
use crate::site::port::membership;
use model::change::{Change, Membership, Observed};
use model::ids::{MacAddress, PortRef, SwitchName, VlanId};
use model::neighbour::Neighbour;
use model::site::Site;
use model::switch::{Detection, PortState, SwitchState, VoiceVlan};

/// Whether phones that may be in use may lose power, link or VLAN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disruption {
    /// Only those that are idle.
    #[default]
    Wait,
    /// Also those of which that is not known. One in a call never.
    Allowed,
}

impl Disruption {
    #[must_use]
    pub const fn allowed_if(allowed: bool) -> Self {
        if allowed { Self::Allowed } else { Self::Wait }
    }
}

/// The ports at which a phone in service would lose something by these steps, each with the switch it is on.
#[must_use]
pub fn disrupted(site: &Site, observed: &Observed, steps: &[Step]) -> BTreeSet<PortRef> {
    let mut ports = BTreeSet::new();
    for step in steps {
        let Some(state) = observed.switches.get(&step.switch) else { continue };
        let at = |port: &model::ids::PortName| PortRef { switch: step.switch.clone(), port: port.clone() };
        match &step.port {
            Some(wanted) => {
                let Ok((name, port)) = state.find_port(wanted) else { continue };
                if port.link_up != Some(false) && takes_from(&step.change, port, &phones_at(site, &step.switch, state, name, port))
                {
                    ports.insert(at(wanted));
                }
            }
            None => ports.extend(users_of(&step.change, state).into_iter().map(at)),
        }
    }
    ports
}

/// The addresses of phones on a port: those that say so, and the inventory's.
fn phones_at(
    site: &Site,
    switch: &SwitchName,
    state: &SwitchState,
    name: &model::ids::PortName,
    port: &PortState,
) -> BTreeSet<MacAddress> {
    let is_here = |at: &PortRef| at.switch == *switch && state.find_port(&at.port).is_ok_and(|(other, _)| other == name);
    let written = site.phones.iter().filter(|phone| phone.at.as_ref().is_some_and(is_here)).map(|phone| phone.mac);
    let heard =
        port.neighbours.iter().filter(|neighbour| neighbour.is_phone()).filter_map(|neighbour: &Neighbour<'_>| neighbour.mac);
    written.chain(heard).collect()
}

/// Whether a change of a port takes what its phone has.
fn takes_from(change: &Change, port: &PortState, phones: &BTreeSet<MacAddress>) -> bool {
    let in_vlan = |vlan: VlanId| may_be_in(port, vlan, phones);
    let untagged = || port.pvid.is_none_or(in_vlan);
    match change {
        Change::PoeEnabled { delta, .. } => delta.before && !delta.after && is_delivering(port),
        Change::PoeLimit { delta } => {
            let drawn = port.poe.as_ref().and_then(|poe| poe.allocated.max(poe.measured));
            delta.after < delta.before && is_delivering(port) && drawn.is_none_or(|drawn| delta.after < drawn)
        }
        Change::Membership { vlan, delta } => delta.before != Membership::None && in_vlan(*vlan),
        Change::Pvid { delta } => in_vlan(delta.before),
        Change::VoiceVlan { delta, .. } => match delta.before {
            VoiceVlan::None => false,
            VoiceVlan::Vlan(vlan) => in_vlan(vlan),
            VoiceVlan::PriorityTagged | VoiceVlan::Untagged => untagged(),
        },
        // The switch may put the untagged VLAN back to its default in between.
        Change::PortMode { .. } => untagged(),
        Change::IdleTrunk { .. }
        | Change::DscpPriority { .. }
        | Change::PoePriority { .. }
        | Change::PoeAllocation { .. }
        | Change::VlanExists { .. }
        | Change::VoiceAttribute { .. }
        | Change::SwitchVoiceVlan { .. }
        | Change::VoiceFunction { .. } => false,
    }
}

/// The ports whose voice VLAN goes with a change of the whole switch.
fn users_of<'a>(change: &Change, state: &'a SwitchState) -> Vec<&'a model::ids::PortName> {
    let gone = match change {
        Change::VlanExists { vlan, delta, .. } | Change::VoiceAttribute { vlan, delta } if delta.before && !delta.after => {
            Some(*vlan)
        }
        Change::SwitchVoiceVlan { delta } if delta.before != delta.after => voice_of(delta.before),
        Change::VoiceFunction { delta } if delta.before && !delta.after => state.voice_vlan.and_then(voice_of),
        _ => return Vec::new(),
    };
    let of_all = matches!(change, Change::VoiceFunction { .. });
    let uses = |port: &PortState| {
        let voice = port.voice_vlan.and_then(voice_of);
        let tagged = gone.is_some_and(|vlan| voice == Some(vlan) || membership(port, vlan) == Some(Membership::Tagged));
        port.uplink_evidence.is_empty() && port.link_up == Some(true) && (tagged || (of_all && voice.is_some()))
    };
    state.ports.iter().filter(|(_, port)| uses(port)).map(|(name, _)| name).collect()
}

const fn voice_of(voice: VoiceVlan) -> Option<VlanId> {
    if let VoiceVlan::Vlan(vlan) = voice { Some(vlan) } else { None }
}

/// Whether it powers a device, or does not tell.
fn is_delivering(port: &PortState) -> bool {
    port.poe.as_ref().and_then(|poe| poe.detection).is_none_or(|detection| detection == Detection::Delivering)
}

/// Whether the phone may be in a VLAN: not when its address is learned in others only.
fn may_be_in(port: &PortState, vlan: VlanId, phones: &BTreeSet<MacAddress>) -> bool {
    let mut seen_in = port.learned.iter().filter(|entry| phones.contains(&entry.mac)).filter_map(|entry| entry.vlan).peekable();
    seen_in.peek().is_none() || seen_in.any(|seen| seen == vlan.get())
}

/// Why a port is left as it is; `None` for one that may be changed.
#[must_use]
pub fn waits(port_use: PortUse, disruption: Disruption) -> Option<(RefusalReason, &'static str)> {
    match (port_use, disruption) {
        (PortUse::Idle, _) | (PortUse::Unknown, Disruption::Allowed) => None,
        (PortUse::InCall, _) => {
            Some((RefusalReason::InCall, "its phone is in a call, which the change would cut: do it again later"))
        }
        (PortUse::Unknown, Disruption::Wait) => Some((
            RefusalReason::Disruptive,
            "the change takes power or VLAN from its phone, and the switch does not tell whether that is in a call: give --disrupt to do \
             it all the same",
        )),
    }
}

/// The ports that are left as they are, by what goes on at those that would lose something.
#[must_use]
pub fn left(uses: &BTreeMap<PortRef, PortUse>, disruption: Disruption) -> Vec<Refusal> {
    let refusal = |(at, port_use): (&PortRef, &PortUse)| {
        let (reason, detail) = waits(*port_use, disruption)?;
        let (switch, port) = (Some(at.switch.clone()), Some(at.port.clone()));
        Some(Refusal { reason, switch, port, mac: None, detail: detail.to_owned() })
    };
    uses.iter().filter_map(refusal).collect()
}

/// A plan without what is to be done at ports that are refused, and without what their switch needs for nothing else.
#[must_use]
pub fn without(mut plan: Plan, refused: Vec<Refusal>) -> Plan {
    let is_refused = |step: &Step| {
        refused
            .iter()
            .any(|refusal| refusal.switch.as_ref() == Some(&step.switch) && (refusal.port.is_none() || refusal.port == step.port))
    };
    let before: BTreeSet<SwitchName> = with_ports(&plan.steps);
    plan.steps.retain(|step| !is_refused(step));
    let after = with_ports(&plan.steps);
    plan.steps.retain(|step| step.port.is_some() || !before.contains(&step.switch) || after.contains(&step.switch));
    plan.refusals.extend(refused);
    plan
}

/// The switches of which ports are changed.
fn with_ports(steps: &[Step]) -> BTreeSet<SwitchName> {
    steps.iter().filter(|step| step.port.is_some()).map(|step| step.switch.clone()).collect()
}
