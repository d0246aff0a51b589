//! From wanted and observed to the exact changes per port, with reasons, the power account and what is refused. Pure.
//!
//! Order: VLANs first, then each port's VLANs, power last, so that a phone boots into its final network.

use std::collections::{BTreeMap, BTreeSet};

use super::guard::{self, Guard};
use super::landmarks::Landmarks;
use super::plan::{Plan, Refusal, RefusalReason, Step};
use crate::phones::catalogue::Catalogue;
use crate::site::place::{Placement, place};
use crate::switch::snmp;
use model::change::{Change, Delta, Observed};
use model::ids::{MacAddress, PortName, PortRef, SwitchName};
use model::site::{PhoneSpec, Site, SwitchSpec, VlanSpec};
use model::switch::{Access, PortState, SwitchState};

/// Makes the plan. Switches of the site that were not read appear as refusals, not as changes.
#[must_use]
pub fn plan(site: &Site, observed: &Observed, catalogue: &Catalogue) -> Plan {
    let mut notes = Vec::new();
    let mut placements = Vec::new();
    for place in place(site, observed) {
        notes.extend(place.note);
        placements.push(place.placement);
    }
    let landmarks = Landmarks::of(site, observed);
    let mut planner = Planner { site, observed, catalogue, landmarks, changes: Vec::new(), refusals: Vec::new(), notes };
    let second = planner.crowded_ports(&placements);
    let closed = planner.closed_switches(&placements);
    for placement in placements.iter().filter(|placement| !second.contains(&placement.mac)) {
        if !placement.at.as_ref().is_some_and(|at| closed.contains(&at.switch)) {
            planner.phone(placement);
        }
    }
    let power = planner.power_accounts(&placements);
    planner.over_budget(&power);
    let (changes, refusals, mut notes) = (planner.changes, planner.refusals, planner.notes);
    notes.extend(explanations(observed, &refusals));
    let steps = in_order(changes);
    notes.extend(unsaved(observed, &steps));
    let plan = Plan { site: site.name.clone(), steps, placements, power, refusals, notes, ..Plan::default() };
    plan.sealed()
}

/// The switches among the steps that cannot be made to keep them, told before anything is written.
fn unsaved(observed: &Observed, steps: &[Step]) -> Vec<String> {
    let changed: BTreeSet<&SwitchName> = steps.iter().map(|step| &step.switch).collect();
    let forgets = |name: &&SwitchName| observed.switches.get(name).is_some_and(|state| state.capabilities.persist == Access::None);
    let note = |name: &SwitchName| {
        format!("switch {name}: its changes cannot be saved from here: a restart of the switch undoes them; save them there")
    };
    changed.into_iter().filter(forgets).map(note).collect()
}

/// What the switches said when they were read, if they cannot do something: it may tell why.
fn explanations(observed: &Observed, refusals: &[Refusal]) -> Vec<String> {
    let refusals = refusals.iter().filter(|refusal| refusal.reason == RefusalReason::NotPossible);
    let switches: BTreeSet<&SwitchName> = refusals.filter_map(|refusal| refusal.switch.as_ref()).collect();
    let states = switches.into_iter().filter_map(|switch| observed.switches.get_key_value(switch));
    states.flat_map(|(switch, state)| state.notes.iter().map(move |note| format!("switch {switch}: {note}"))).collect()
}

/// One step to be, before all are put in order and numbered.
pub(super) struct PlannedChange {
    pub(super) switch: SwitchName,
    pub(super) port: Option<PortName>,
    pub(super) change: Change,
    reason: String,
}

pub(super) struct Planner<'a> {
    pub(super) site: &'a Site,
    pub(super) observed: &'a Observed,
    pub(super) catalogue: &'a Catalogue,
    landmarks: Landmarks,
    pub(super) changes: Vec<PlannedChange>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) notes: Vec<String>,
}

/// One phone on one readable port.
pub(super) struct PhonePort<'a> {
    pub(super) phone: &'a PhoneSpec,
    pub(super) switch: &'a SwitchName,
    pub(super) spec: &'a SwitchSpec,
    pub(super) state: &'a SwitchState,
    pub(super) name: &'a PortName,
    pub(super) port: &'a PortState,
}

impl<'a> Planner<'a> {
    fn phone(&mut self, placement: &'a Placement) {
        let Some(target) = self.phone_port(placement) else { return };
        if let Some(forbidden) = self.guard(&target).reserved(target.name, target.port) {
            self.refuse(&target, forbidden.reason, forbidden.why);
            return;
        }
        let (changes, refusals) = (self.changes.len(), self.refusals.len());
        self.data_vlan(&target);
        self.voice_vlan(&target);
        self.voice_priority(&target);
        self.poe(&target);
        let wanted = self.changes.len() > changes || self.refusals.len() > refusals;
        if let Some(why) = read_only(target.spec, target.state).filter(|_| wanted) {
            self.changes.truncate(changes);
            self.refusals.truncate(refusals);
            self.refuse_switch(target.switch, why);
            return;
        }
        let any = self.changes.len() > changes;
        if let Some(forbidden) = self.guard(&target).unchangeable(target.port, &BTreeSet::new()).filter(|_| any) {
            self.changes.truncate(changes);
            self.refuse(&target, forbidden.reason, forbidden.why);
        }
    }

    fn guard<'g>(&'g self, target: &PhonePort<'g>) -> Guard<'g> {
        Guard { site: self.site, spec: Some(target.spec), state: target.state, landmarks: &self.landmarks }
    }

    /// Once for all that would be changed on it.
    fn refuse_switch(&mut self, switch: &SwitchName, detail: String) {
        let refusal = Refusal { reason: RefusalReason::ReadOnly, switch: Some(switch.clone()), port: None, mac: None, detail };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    fn phone_port(&mut self, placement: &'a Placement) -> Option<PhonePort<'a>> {
        let (site, observed) = (self.site, self.observed);
        let phone = site.phone(placement.mac)?;
        let at = placement.at.as_ref()?;
        let spec = site.switches.get(&at.switch)?;
        let Some((switch, state)) = observed.switches.get_key_value(&at.switch) else {
            self.refuse_at(RefusalReason::Unread, at, phone.mac, format!("switch {} was not read", at.switch));
            return None;
        };
        let (name, port) = match state.find_port(&at.port) {
            Ok(found) => found,
            Err(error) => {
                self.refuse_at(RefusalReason::Unplaced, at, phone.mac, error.to_string());
                return None;
            }
        };
        Some(PhonePort { phone, switch, spec, state, name, port })
    }

    /// The phones whose port another phone of the inventory has already: a phone behind another is not supported.
    fn crowded_ports(&mut self, placements: &[Placement]) -> BTreeSet<MacAddress> {
        let mut taken: BTreeMap<&PortRef, MacAddress> = BTreeMap::new();
        let mut second = BTreeSet::new();
        for placement in placements {
            let Some(at) = &placement.at else { continue };
            let other = *taken.entry(at).or_insert(placement.mac);
            if other != placement.mac {
                second.insert(placement.mac);
                let detail = format!("phones {other} and {} are both on {at}: correct `at` of the one that is not", placement.mac);
                self.refuse_at(RefusalReason::Unplaced, at, placement.mac, detail);
            }
        }
        second
    }

    /// The switches of these phones on which nothing may be changed, because it is not known what the inventory protects there. Each
    /// cause is one refusal, for all phones of the switch.
    fn closed_switches(&mut self, placements: &[Placement]) -> BTreeSet<SwitchName> {
        let switches: BTreeSet<&SwitchName> =
            placements.iter().filter_map(|placement| Some(&placement.at.as_ref()?.switch)).collect();
        let mut closed = BTreeSet::new();
        for switch in switches {
            let (Some(spec), Some(state)) = (self.site.switches.get(switch), self.observed.switches.get(switch)) else { continue };
            for error in guard::unfitting(spec, state) {
                closed.insert(switch.clone());
                self.refusals.push(Refusal {
                    reason: RefusalReason::LockOut,
                    switch: Some(switch.clone()),
                    port: None,
                    mac: None,
                    detail: guard::cannot_protect(&error),
                });
            }
        }
        closed
    }

    /// Makes sure that the VLAN will exist; `false` if it cannot, so that no port may be put into it.
    pub(super) fn vlan_exists(&mut self, target: &PhonePort<'_>, wanted: &VlanSpec) -> bool {
        if target.state.suspended_vlans.contains(&wanted.id) {
            let why = format!("VLAN {} is suspended on the switch and carries nothing: activate it there", wanted.id);
            self.refuse(target, RefusalReason::NotPossible, why);
            return false;
        }
        let Some(vlans) = &target.state.vlans else { return true };
        let planned = self.changes.iter().any(|other| {
            other.switch == *target.switch && matches!(&other.change, Change::VlanExists { vlan, .. } if *vlan == wanted.id)
        });
        if vlans.contains_key(&wanted.id) || planned {
            return true;
        }
        if target.state.capabilities.vlan_create != Access::Write {
            self.refuse(
                target,
                RefusalReason::NotPossible,
                format!("VLAN {} does not exist on the switch: create it there", wanted.id),
            );
            return false;
        }
        let name = self.site.vlans.iter().find(|(_, vlan)| vlan.id == wanted.id).map_or_else(String::new, |(name, _)| name.clone());
        let change = Change::VlanExists { vlan: wanted.id, name, delta: Delta { before: false, after: true } };
        self.changes.push(PlannedChange {
            switch: target.switch.clone(),
            port: None,
            change,
            reason: "ports of this switch need it".to_owned(),
        });
        true
    }

    /// A change of the whole switch, which several phones may need.
    pub(super) fn change_switch(&mut self, target: &PhonePort<'_>, change: Change) {
        if !self.changes.iter().any(|other| other.switch == *target.switch && other.change == change) {
            let reason = "phones of this switch need it".to_owned();
            self.changes.push(PlannedChange { switch: target.switch.clone(), port: None, change, reason });
        }
    }

    pub(super) fn change(&mut self, target: &PhonePort<'_>, change: Change, reason: String) {
        self.changes.push(PlannedChange { switch: target.switch.clone(), port: Some(target.name.clone()), change, reason });
    }

    pub(super) fn unknown(&mut self, target: &PhonePort<'_>, what: &str) {
        self.refuse(target, RefusalReason::NotPossible, format!("the switch does not tell {what}, so it is not changed"));
    }

    pub(super) fn refuse(&mut self, target: &PhonePort<'_>, reason: RefusalReason, detail: String) {
        let at = PortRef { switch: target.switch.clone(), port: target.name.clone() };
        self.refuse_at(reason, &at, target.phone.mac, detail);
    }

    fn refuse_at(&mut self, reason: RefusalReason, at: &PortRef, mac: MacAddress, detail: String) {
        self.refusals.push(Refusal {
            reason,
            switch: Some(at.switch.clone()),
            port: Some(at.port.clone()),
            mac: Some(mac),
            detail,
        });
    }
}

/// Why nothing is written to a switch, when the inventory does not allow it.
fn read_only(spec: &SwitchSpec, state: &SwitchState) -> Option<String> {
    if state.capabilities.can_write() {
        return None;
    }
    let switch = &state.identity.name;
    if spec.write.is_none() {
        return Some(format!("nothing is written: it has no `write` credential: add `write: CREDENTIAL` to switches.{switch}"));
    }
    let profile = &state.identity.profile;
    (snmp::is_generic(profile) && !spec.allow_generic_write).then(|| {
        format!(
            "nothing is written: profile {profile} is for switches that voiceport does not know: \
             add `allow_generic_write: true` to switches.{switch} when you have tried it on this kind of switch"
        )
    })
}

/// By switch, within it VLANs first and power last, otherwise in the order given. Numbered from 1.
fn in_order(mut changes: Vec<PlannedChange>) -> Vec<Step> {
    let phase = |change: &Change| match change {
        Change::VlanExists { .. } => 0,
        Change::VoiceAttribute { .. } | Change::SwitchVoiceVlan { .. } | Change::VoiceFunction { .. } => 1,
        Change::VoiceVlan { .. }
        | Change::Membership { .. }
        | Change::Pvid { .. }
        | Change::PortMode { .. }
        | Change::IdleTrunk { .. }
        | Change::DscpPriority { .. } => 2,
        Change::PoePriority { .. } | Change::PoeAllocation { .. } | Change::PoeLimit { .. } => 3,
        Change::PoeEnabled { .. } => 4,
    };
    changes.sort_by(|a, b| (&a.switch, phase(&a.change)).cmp(&(&b.switch, phase(&b.change))));
    let number = |(index, wanted): (usize, PlannedChange)| Step {
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        switch: wanted.switch,
        port: wanted.port,
        change: wanted.change,
        reason: wanted.reason,
        pause_s: 0,
    };
    changes.into_iter().enumerate().map(number).collect()
}
