//! What a phone's port needs so that voice has its VLAN, for each way a switch has voice VLANs. Pure.

use super::plan::RefusalReason;
use super::planner::{PhonePort, Planner};
use crate::site::port::membership;
use model::change::{Change, Delta, Membership};
use model::code_points::MedApplication;
use model::dscp_map::Priorities;
use model::ids::VlanId;
use model::site::VlanSpec;
use model::switch::{Access, PortMode, PortState, SwitchState, VoiceVlan, VoiceVlanModel};
use model::trunk::{Trunk, VlanRanges};

impl Planner<'_> {
    /// Whatever the switch has for voice VLANs.
    pub(super) fn voice_vlan(&mut self, target: &PhonePort<'_>) {
        let Some(wanted) = self.site.voice_vlan(target.spec) else { return };
        match target.state.capabilities.voice_vlan {
            VoiceVlanModel::PortObject => {
                self.voice_function(target);
                if target.port.mode == Some(PortMode::Trunk) && target.port.voice_vlan != Some(VoiceVlan::Vlan(wanted.id)) {
                    let why = "it is in trunk mode, where a voice VLAN has no effect: make it an access port first";
                    self.refuse(target, RefusalReason::NotPossible, why.to_owned());
                } else {
                    self.voice_object(target, wanted);
                }
            }
            VoiceVlanModel::TaggedMember => {
                self.other_policy(target, wanted);
                self.voice_membership(target, wanted);
            }
            VoiceVlanModel::VlanAttribute => self.voice_attribute(target, wanted),
            VoiceVlanModel::SwitchObject => self.voice_of_switch(target, wanted),
            VoiceVlanModel::None => self.refuse(
                target,
                RefusalReason::NotPossible,
                format!(
                    "profile {} cannot set a voice VLAN: set VLAN {} by the switch's own means",
                    target.state.identity.profile, wanted.id
                ),
            ),
        }
    }

    /// Where the switch gives frames a priority by their DSCP, voice gets its own.
    pub(super) fn voice_priority(&mut self, target: &PhonePort<'_>) {
        let Some(priorities) = &target.port.priorities else { return };
        let marks = self.site.voice_vlan(target.spec).and_then(|voice| voice.dscp.zip(voice.priority));
        let Some((dscp, priority)) = marks else { return };
        let before = priorities.get(&dscp).cloned().unwrap_or_default();
        let after = Priorities([priority].into());
        if before != after {
            let why = format!("{} marks voice with this DSCP", target.phone.called());
            self.change(target, Change::DscpPriority { dscp, delta: Delta { before, after } }, why);
        }
    }

    /// A phone does what the switch advertises: another VLAN there makes the membership useless.
    fn other_policy(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) {
        let voice = target.port.med_policies.iter().find(|policy| policy.application == MedApplication::Voice);
        let Some(policy) = voice.filter(|policy| policy.vlan != wanted.id.get() || !policy.tagged) else { return };
        let (switch, name, tag) = (target.switch, target.name, if policy.tagged { "tagged" } else { "untagged" });
        self.notes.push(format!(
            "{switch} {name}: the switch tells phones to use VLAN {} {tag} for voice (LLDP-MED), not {}: change that on the switch",
            policy.vlan, wanted.id
        ));
    }

    /// The function that carries out voice VLANs must be on, where the switch has one.
    fn voice_function(&mut self, target: &PhonePort<'_>) {
        if target.state.voice_function == Some(false) {
            self.change_switch(target, Change::VoiceFunction { delta: Delta { before: false, after: true } });
        }
    }

    fn voice_attribute(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) {
        let Some(with_it) = &target.state.voice_attributes else {
            self.unknown(target, "which of its VLANs are for voice");
            return;
        };
        if !with_it.contains(&wanted.id) {
            if !self.vlan_exists(target, wanted) {
                return;
            }
            self.change_switch(target, Change::VoiceAttribute { vlan: wanted.id, delta: Delta { before: false, after: true } });
        }
        self.voice_membership(target, wanted);
    }

    /// One voice VLAN for all ports: if ports use a different one already, leave it and refuse.
    fn voice_of_switch(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) {
        let after = VoiceVlan::Vlan(wanted.id);
        let Some(before) = target.state.voice_vlan else {
            self.unknown(target, "its voice VLAN");
            return;
        };
        if let Some(others) = voice_ports_of_another(target.state, before, after) {
            self.refuse(target, RefusalReason::NotPossible, others);
            return;
        }
        if !self.vlan_exists(target, wanted) {
            return;
        }
        if before != after {
            self.change_switch(target, Change::SwitchVoiceVlan { delta: Delta { before, after } });
        }
        self.voice_function(target);
        // Some switches give their voice VLAN only to ports that may be tagged members of it.
        let may_have_it = target.state.capabilities.membership != Access::Write || self.voice_membership(target, wanted);
        if may_have_it && target.port.voice_vlan.is_some() {
            self.voice_object(target, wanted);
        }
    }

    fn voice_object(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) {
        let after = VoiceVlan::Vlan(wanted.id);
        match target.port.voice_vlan {
            Some(before) if before == after => {}
            Some(before) => {
                if !self.vlan_exists(target, wanted) {
                    return;
                }
                self.change(
                    target,
                    Change::VoiceVlan { delta: Delta { before, after }, none: target.port.voice_none },
                    format!("{} is on this port", target.phone.called()),
                );
            }
            None => self.unknown(target, "its voice VLAN"),
        }
    }

    /// Whether the port is a tagged member, or will be.
    fn voice_membership(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) -> bool {
        match membership(target.port, wanted.id) {
            Some(Membership::Tagged) => true,
            Some(_) if target.state.capabilities.membership != Access::Write => {
                let why = format!("it is no tagged member of VLAN {}, and VLAN membership is read-only on this switch", wanted.id);
                self.refuse(target, RefusalReason::NotPossible, why);
                false
            }
            Some(before) => {
                if !self.vlan_exists(target, wanted) || !self.tagging(target) {
                    return false;
                }
                let delta = Delta { before, after: Membership::Tagged };
                let why = format!("{} sends voice tagged", target.phone.called());
                self.change(target, Change::Membership { vlan: wanted.id, delta }, why);
                true
            }
            None => {
                self.unknown(target, "its VLAN memberships");
                false
            }
        }
    }

    /// Sees to it that the port may be a tagged member at all; `false` when it cannot be.
    fn tagging(&mut self, target: &PhonePort<'_>) -> bool {
        let (mode, access) = (target.port.mode, target.state.capabilities.port_mode);
        match (mode, target.port.pvid) {
            (Some(PortMode::Access), Some(pvid)) if access == Access::Write => {
                let pvid = self.site.data_vlan(target.spec).map_or(pvid, |wanted| wanted.id);
                self.idle_trunk(target, pvid);
                let delta = Delta { before: PortMode::Access, after: PortMode::Trunk };
                // Where the mode resets the untagged VLAN, it is written right after.
                let kept = if target.port.idle_trunk.is_some() { "" } else { "; untagged traffic may stop for a moment" };
                self.change(target, Change::PortMode { pvid, delta }, format!("a tagged VLAN needs it{kept}"));
                true
            }
            (Some(PortMode::Access), _) => {
                let why = "it is an access port, which carries no tagged VLAN, and its mode cannot be written: make it a trunk";
                self.refuse(target, RefusalReason::NotPossible, why.to_owned());
                false
            }
            _ => true,
        }
    }

    /// A switch that keeps the VLANs of both modes would let them all pass with the mode.
    fn idle_trunk(&mut self, target: &PhonePort<'_>, pvid: VlanId) {
        let Some(before) = target.port.idle_trunk.clone() else { return };
        let after = Trunk { native: pvid, allowed: VlanRanges([pvid].into()) };
        if before != after {
            self.change(target, Change::IdleTrunk { delta: Delta { before, after } }, "it carries nothing else then".to_owned());
        }
    }
}

/// Why the switch's voice VLAN cannot become another: ports that have the present one.
fn voice_ports_of_another(state: &SwitchState, before: VoiceVlan, after: VoiceVlan) -> Option<String> {
    let VoiceVlan::Vlan(vlan) = before else { return None };
    if before == after {
        return None;
    }
    let has_it = |port: &PortState| {
        port.voice_vlan == Some(before) || (port.uplink_evidence.is_empty() && membership(port, vlan) == Some(Membership::Tagged))
    };
    let ports: Vec<&str> = state.ports.iter().filter(|(_, port)| has_it(port)).map(|(name, _)| name.as_str()).take(3).collect();
    (!ports.is_empty()).then(|| {
        format!(
            "the switch has one voice VLAN for all ports, and it is {vlan} on {}: take VLAN {vlan} as this switch's `voice_vlan`, or change it there",
            ports.join(", ")
        )
    })
}
