//! Ports that must not be changed: the branch we sit on, and what cannot be seen to be another. Pure.

use std::collections::BTreeSet;

use super::landmarks::Landmarks;
use super::plan::{Refusal, RefusalReason, Step};
use crate::site::port::{is_crowded, is_trunk};
use model::change::{Change, Observed};
use model::ids::{PortName, VlanId};
use model::neighbour::Neighbour;
use model::port_names::NoPort;
use model::site::{Site, SwitchSpec, VlanRole};
use model::switch::{PortMode, PortState, SwitchState, VoiceVlan};

/// Why a port must not be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    pub reason: RefusalReason,
    /// Why, in words.
    pub why: String,
}

impl Forbidden {
    fn lock_out(why: String) -> Self {
        Self { reason: RefusalReason::LockOut, why }
    }

    fn unguarded(why: String) -> Self {
        Self { reason: RefusalReason::Unguarded, why }
    }
}

/// The guard of one switch's ports.
#[derive(Clone, Copy)]
pub struct Guard<'a> {
    pub site: &'a Site,
    /// As the inventory has it; `None` for a switch that left it.
    pub spec: Option<&'a SwitchSpec>,
    pub state: &'a SwitchState,
    pub landmarks: &'a Landmarks,
}

impl Guard<'_> {
    /// Why no phone belongs on this port, whether or not anything of it is to be changed; `None` when nothing speaks against it.
    ///
    /// In this order: the inventory protects it; a bridge, router or access point is behind it; the switch itself shows it to be an
    /// uplink (link aggregation, trunk mode, spanning tree); many addresses are behind it and nobody there says to be a phone; it is in
    /// a management VLAN.
    #[must_use]
    pub fn reserved(&self, name: &PortName, port: &PortState) -> Option<Forbidden> {
        if self.spec.is_some_and(|spec| spec.protect.iter().any(|protected| port.is_called(name, protected.as_str()))) {
            return Some(Forbidden::lock_out("the inventory protects this port".to_owned()));
        }
        if let Some(neighbour) = port.neighbours.iter().find(|neighbour| neighbour.forwards()) {
            let what = neighbour
                .capabilities_enabled
                .as_ref()
                .or(neighbour.capabilities.as_ref())
                .map_or_else(String::new, |all| all.names().collect::<Vec<_>>().join(", "));
            let who = called(neighbour);
            return Some(Forbidden::lock_out(format!("{who} is behind it ({what}): changing it could cut off everything there")));
        }
        if let Some(evidence) = port.uplink_evidence.first() {
            return Some(Forbidden::lock_out(format!("it is an uplink: {evidence}")));
        }
        if is_crowded(port) && !port.neighbours.iter().any(Neighbour::is_phone) {
            return Some(Forbidden::lock_out(format!(
                "{} addresses are behind it and no phone announces itself: changing it could cut off a whole switch",
                port.addresses().len()
            )));
        }
        let vlan = management_vlan(self.site, port)?;
        Some(Forbidden::lock_out(format!("it is in the management VLAN {vlan}")))
    }

    /// Why nothing of this port may be changed, besides: what leads to this machine or a switch; a trunk, `own` VLANs not counted; a
    /// port whose VLAN is not its configuration's; and a port of which it cannot be seen that it is none of all these.
    #[must_use]
    pub fn unchangeable(&self, port: &PortState, own: &BTreeSet<VlanId>) -> Option<Forbidden> {
        if let Some(who) = self.landmarks.behind(port) {
            return Some(Forbidden::lock_out(format!("{who} is learned on it: changing it could cut off the way there")));
        }
        if is_trunk(port, own) {
            let vlans: Vec<String> = port.tagged.iter().flatten().map(ToString::to_string).collect();
            return Some(Forbidden::lock_out(format!(
                "it is a trunk, tagged in the VLANs {}: changing it could cut off everything there",
                vlans.join(", ")
            )));
        }
        if let Some(authority) = port.vlan_assigned_by {
            return Some(Forbidden::lock_out(format!(
                "its VLAN is assigned by {authority}, which would undo or override the change: change it there"
            )));
        }
        self.unseen(port).map(Forbidden::unguarded)
    }

    /// What a guard could not see of this port.
    fn unseen(&self, port: &PortState) -> Option<String> {
        if let Some(unread) = self.state.unread.first() {
            return Some(format!("{unread}: what the port leads to is not known, so it is not changed"));
        }
        if port.mode == Some(PortMode::Trunk) && port.tagged.is_none() {
            return Some("it is in trunk mode, and the switch does not tell its VLANs, so it is not changed".to_owned());
        }
        let astray = self.state.unplaced_neighbours.iter().find(|neighbour| neighbour.forwards());
        let astray = astray.filter(|_| !port.neighbours.iter().any(Neighbour::is_phone))?;
        Some(format!(
            "{} is behind a port that the switch does not tell, which could be this one: it is not changed",
            called(astray)
        ))
    }

    /// Both.
    #[must_use]
    pub fn forbids(&self, name: &PortName, port: &PortState, own: &BTreeSet<VlanId>) -> Option<Forbidden> {
        self.reserved(name, port).or_else(|| self.unchangeable(port, own))
    }
}

/// A step that a guard forbids now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedStep {
    /// Its number.
    pub step: u32,
    pub refusal: Refusal,
}

/// The steps that guards forbid by what was just read. They may be steps of a plan that was shown a while ago, or of an earlier run, which
/// are to be carried out or put back: a VLAN that a run itself tagged makes no trunk.
#[must_use]
pub fn still_allowed(site: &Site, observed: &Observed, steps: &[Step]) -> Vec<RefusedStep> {
    let landmarks = Landmarks::of(site, observed);
    let refused = |step: &Step| {
        let forbidden = forbidden_now(site, observed, &landmarks, steps, step)?;
        let Forbidden { reason, why } = forbidden;
        let refusal = Refusal { reason, switch: Some(step.switch.clone()), port: step.port.clone(), mac: None, detail: why };
        Some(RefusedStep { step: step.number, refusal })
    };
    steps.iter().filter_map(refused).collect()
}

fn forbidden_now(site: &Site, observed: &Observed, landmarks: &Landmarks, steps: &[Step], step: &Step) -> Option<Forbidden> {
    let Some(state) = observed.switches.get(&step.switch) else {
        return Some(Forbidden { reason: RefusalReason::Unread, why: format!("switch {} was not read", step.switch) });
    };
    let spec = site.switches.get(&step.switch);
    if let Some(error) = spec.and_then(|spec| unfitting(spec, state).into_iter().next()) {
        return Some(Forbidden::lock_out(cannot_protect(&error)));
    }
    let wanted = step.port.as_ref()?;
    match state.find_port(wanted) {
        Err(error) => Some(Forbidden { reason: RefusalReason::Unplaced, why: error.to_string() }),
        Ok((name, port)) => {
            let of_port = steps.iter().filter(|other| other.switch == step.switch && other.port.as_ref() == Some(wanted));
            let own = of_port.flat_map(|step| vlans_of(&step.change)).collect();
            Guard { site, spec, state, landmarks }.forbids(name, port, &own)
        }
    }
}

/// The VLANs that a change of a port is about.
fn vlans_of(change: &Change) -> Vec<VlanId> {
    let voice = |voice: &VoiceVlan| if let VoiceVlan::Vlan(vlan) = voice { Some(*vlan) } else { None };
    match change {
        Change::Membership { vlan, .. } => vec![*vlan],
        Change::Pvid { delta } => vec![delta.before, delta.after],
        Change::PortMode { pvid, .. } => vec![*pvid],
        Change::VoiceVlan { delta, .. } => [&delta.before, &delta.after].into_iter().filter_map(voice).collect(),
        Change::IdleTrunk { delta } => delta.after.allowed.0.iter().copied().collect(),
        Change::VlanExists { .. }
        | Change::VoiceAttribute { .. }
        | Change::SwitchVoiceVlan { .. }
        | Change::VoiceFunction { .. }
        | Change::DscpPriority { .. }
        | Change::PoePriority { .. }
        | Change::PoeAllocation { .. }
        | Change::PoeLimit { .. }
        | Change::PoeEnabled { .. } => Vec::new(),
    }
}

fn called(neighbour: &Neighbour<'_>) -> String {
    let name = neighbour.system_name.as_deref().map(str::to_owned);
    name.or(neighbour.chassis_id.as_ref().map(|id| id.value.to_string())).unwrap_or_else(|| "a neighbour".to_owned())
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
