//! Wanted × observed = the exact changes per port, with reasons, the power account and what is refused. Pure.
//!
//! Order: VLANs first, then each port's VLANs, power last, so that a phone boots into its final network.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use sha2::Digest;
use sha2::Sha256;

use super::guard;
use super::place;
use super::verify::membership;
use crate::phones::catalogue::Catalogue;
use crate::phones::catalogue::PhoneModel;
use crate::power;
use crate::power::account;
use model::code_points::bare_hex;
use model::ids::MacAddress;
use model::ids::PortName;
use model::ids::PortRef;
use model::ids::SwitchName;
use model::plan::Change;
use model::plan::Delta;
use model::plan::Membership;
use model::plan::Observed;
use model::plan::Placement;
use model::plan::Plan;
use model::plan::PowerAccount;
use model::plan::Refusal;
use model::plan::RefusalKind;
use model::plan::Step;
use model::site::PhoneSpec;
use model::site::Site;
use model::site::SwitchSpec;
use model::site::VlanSpec;
use model::switch::Access;
use model::switch::PoePort;
use model::switch::PortState;
use model::switch::SwitchState;
use model::switch::UntaggedMove;
use model::units::Milliwatts;

/// Makes the plan. Switches of the site that were not read appear as refusals, not as changes.
#[must_use]
pub fn plan(site: &Site, observed: &Observed, catalogue: &Catalogue) -> Plan {
    let mut notes = Vec::new();
    let mut placements = Vec::new();
    for place in place::place(site, observed) {
        notes.extend(place.note);
        placements.push(place.placement);
    }
    let mut builder = Builder { site, observed, catalogue, changes: Vec::new(), refusals: Vec::new(), notes };
    let second = builder.crowded_ports(&placements);
    for placement in placements.iter().filter(|placement| !second.contains(&placement.mac)) {
        builder.phone(placement);
    }
    let power = builder.power_accounts(&placements);
    builder.over_budget(&power);
    let (changes, refusals, mut notes) = (builder.changes, builder.refusals, builder.notes);
    notes.extend(explanations(observed, &refusals));
    let steps = in_order(changes);
    let fingerprint = fingerprint(&steps, &placements, &refusals);
    Plan { site: site.name.clone(), fingerprint, steps, placements, power, refusals, notes }
}

/// What the switches that cannot do something said when they were read: it may tell why.
fn explanations(observed: &Observed, refusals: &[Refusal]) -> Vec<String> {
    let refusals = refusals.iter().filter(|refusal| refusal.kind == RefusalKind::NotPossible);
    let switches: BTreeSet<&SwitchName> = refusals.filter_map(|refusal| refusal.switch.as_ref()).collect();
    let states = switches.into_iter().filter_map(|switch| observed.switches.get_key_value(switch));
    states.flat_map(|(switch, state)| state.notes.iter().map(move |note| format!("switch {switch}: {note}"))).collect()
}

struct Wanted {
    switch: SwitchName,
    port: Option<PortName>,
    change: Change,
    reason: String,
}

pub(super) struct Builder<'a> {
    pub(super) site: &'a Site,
    observed: &'a Observed,
    catalogue: &'a Catalogue,
    changes: Vec<Wanted>,
    refusals: Vec<Refusal>,
    pub(super) notes: Vec<String>,
}

/// One phone on one readable port.
pub(super) struct Seat<'a> {
    pub(super) phone: &'a PhoneSpec,
    pub(super) switch: &'a SwitchName,
    pub(super) spec: &'a SwitchSpec,
    pub(super) state: &'a SwitchState,
    pub(super) name: &'a PortName,
    pub(super) port: &'a PortState,
}

impl<'a> Builder<'a> {
    fn phone(&mut self, placement: &'a Placement) {
        let Some(seat) = self.seat(placement) else { return };
        if let Some(why) = guard::refuse(self.site, seat.spec, seat.name, seat.port) {
            self.refuse(&seat, RefusalKind::LockOut, why);
            return;
        }
        self.data_vlan(&seat);
        self.voice_vlan(&seat);
        self.voice_priority(&seat);
        self.poe(&seat);
    }

    fn seat(&mut self, placement: &'a Placement) -> Option<Seat<'a>> {
        let (site, observed) = (self.site, self.observed);
        let phone = site.phone(placement.mac)?;
        let at = placement.at.as_ref()?;
        let spec = site.switches.get(&at.switch)?;
        let Some((switch, state)) = observed.switches.get_key_value(&at.switch) else {
            self.refuse_at(RefusalKind::Unread, at, phone.mac, format!("switch {} was not read", at.switch));
            return None;
        };
        let Some((name, port)) = state.find_port(&at.port) else {
            let reason = format!("switch {switch} has no port {}: its ports are {}", at.port, examples(state));
            self.refuse_at(RefusalKind::Unplaced, at, phone.mac, reason);
            return None;
        };
        Some(Seat { phone, switch, spec, state, name, port })
    }

    /// The phones whose port another phone has already: two of the inventory cannot share one, and a phone behind another is not
    /// supported.
    fn crowded_ports(&mut self, placements: &[Placement]) -> BTreeSet<MacAddress> {
        let mut taken: BTreeMap<&PortRef, MacAddress> = BTreeMap::new();
        let mut second = BTreeSet::new();
        for placement in placements {
            let Some(at) = &placement.at else { continue };
            let other = *taken.entry(at).or_insert(placement.mac);
            if other != placement.mac {
                second.insert(placement.mac);
                let reason = format!("phones {other} and {} are both on {at}: correct `at` of the one that is not", placement.mac);
                self.refuse_at(RefusalKind::Unplaced, at, placement.mac, reason);
            }
        }
        second
    }

    /// The new VLAN's membership, the PVID and the old VLAN's membership, in the order that the switch bears.
    fn data_vlan(&mut self, seat: &Seat<'_>) {
        let Some(wanted) = self.site.data_vlan(seat.spec) else { return };
        let Some(before) = seat.port.pvid else {
            self.unknown(seat, "its untagged VLAN");
            return;
        };
        if before == wanted.id {
            return;
        }
        if seat.state.capabilities.access_vlan != Access::Write {
            self.refuse(seat, RefusalKind::NotPossible, format!("the untagged VLAN is {before} and cannot be written"));
            return;
        }
        if !self.vlan_exists(seat, wanted) {
            return;
        }
        let member = |vlan, from, to| Change::Membership { vlan, delta: Delta { before: from, after: to } };
        let was = membership(seat.port, wanted.id);
        let enter = was.filter(|was| *was != Membership::Untagged).map(|was| member(wanted.id, was, Membership::Untagged));
        let leave = (membership(seat.port, before) == Some(Membership::Untagged))
            .then(|| member(before, Membership::Untagged, Membership::None));
        let pvid = Some(Change::Pvid { delta: Delta { before, after: wanted.id } });
        let order = seat.state.capabilities.untagged_move;
        if was.is_some() && order != UntaggedMove::PvidAlone && seat.state.capabilities.membership != Access::Write {
            let why = format!("the untagged VLAN is {before}, and who is in a VLAN cannot be written");
            self.refuse(seat, RefusalKind::NotPossible, why);
            return;
        }
        let changes = match order {
            UntaggedMove::NewFirst => [enter, pvid, leave],
            UntaggedMove::OldFirst => [leave, enter, pvid],
            // tagged before, so that putting the PVID back leaves it tagged, and this step then takes it out
            UntaggedMove::PvidFirst => {
                let tagged = (was == Some(Membership::None)).then(|| member(wanted.id, Membership::None, Membership::Tagged));
                [tagged, pvid, leave]
            }
            UntaggedMove::PvidAlone => [pvid, None, None],
        };
        for change in changes.into_iter().flatten() {
            self.change(seat, change, format!("data VLAN behind phone {}", seat.phone.mac));
        }
    }

    /// Sees to it that the VLAN will be there; `false` when it cannot, so that nothing may be put into it.
    pub(super) fn vlan_exists(&mut self, seat: &Seat<'_>, wanted: &VlanSpec) -> bool {
        let Some(vlans) = &seat.state.vlans else { return true };
        let planned = self.changes.iter().any(|other| {
            other.switch == *seat.switch && matches!(&other.change, Change::VlanExists { vlan, .. } if *vlan == wanted.id)
        });
        if vlans.contains_key(&wanted.id) || planned {
            return true;
        }
        if seat.state.capabilities.vlan_create != Access::Write {
            self.refuse(
                seat,
                RefusalKind::NotPossible,
                format!("VLAN {} does not exist on the switch: create it there", wanted.id),
            );
            return false;
        }
        let name = self.site.vlans.iter().find(|(_, vlan)| vlan.id == wanted.id).map_or_else(String::new, |(name, _)| name.clone());
        let change = Change::VlanExists { vlan: wanted.id, name, delta: Delta { before: false, after: true } };
        self.changes.push(Wanted {
            switch: seat.switch.clone(),
            port: None,
            change,
            reason: "ports of this switch need it".to_owned(),
        });
        true
    }

    fn poe(&mut self, seat: &Seat<'_>) {
        let Some(poe) = &seat.port.poe else {
            if !seat.state.unmapped_pse.is_empty() && seat.port.link_up != Some(true) {
                self.refuse(
                    seat,
                    RefusalKind::NotPossible,
                    "no rule proves which PSE row is this port's: switch its power on by hand".to_owned(),
                );
            }
            return;
        };
        self.poe_priority(seat, poe);
        self.poe_limit(seat, poe);
        if poe.enabled != Some(false) {
            return;
        }
        if seat.state.capabilities.poe != Access::Write {
            self.refuse(
                seat,
                RefusalKind::NotPossible,
                "its power is off and cannot be switched on over this transport".to_owned(),
            );
            return;
        }
        let delta = Delta { before: false, after: true };
        self.change(seat, Change::PoeEnabled { delta, allocation: None }, format!("phone {} needs power", seat.phone.mac));
    }

    fn poe_priority(&mut self, seat: &Seat<'_>, poe: &PoePort) {
        let Some(after) = seat.phone.poe_priority.filter(|wanted| poe.priority != Some(*wanted)) else { return };
        match poe.priority {
            Some(before) if seat.state.capabilities.poe_priority == Access::Write => {
                let reason = format!("phone {} is to have it", seat.phone.mac);
                self.change(seat, Change::PoePriority { delta: Delta { before, after }, number: poe.priority_number }, reason);
            }
            Some(before) => {
                let why = format!("the PoE priority is {before} and cannot be written");
                self.refuse(seat, RefusalKind::NotPossible, why);
            }
            None => self.unknown(seat, "its PoE priority"),
        }
    }

    fn poe_limit(&mut self, seat: &Seat<'_>, poe: &PoePort) {
        // rounded down to what the switch can say: it never gives more than was asked for
        let step = seat.state.capabilities.poe_limit_step.map_or(1, |step| step.0.max(1));
        let wanted = seat.phone.poe_limit.map(|wanted| Milliwatts(wanted.0 - wanted.0 % step));
        let Some(after) = wanted.filter(|wanted| poe.limit != Some(*wanted)) else { return };
        match poe.limit {
            Some(before) if seat.state.capabilities.poe_limit == Access::Write => {
                let reason = format!("phone {} needs no more", seat.phone.mac);
                if let Some(after) = seat.state.capabilities.poe_limit_needs.filter(|needed| poe.allocation != Some(*needed)) {
                    let Some(before) = poe.allocation else { return self.unknown(seat, "how it counts the port's power") };
                    self.change(seat, Change::PoeAllocation { delta: Delta { before, after } }, reason.clone());
                }
                self.change(seat, Change::PoeLimit { delta: Delta { before, after } }, reason);
            }
            Some(before) => {
                self.refuse(seat, RefusalKind::NotPossible, format!("the PoE limit is {before} and cannot be written"));
            }
            None => self.unknown(seat, "its PoE limit"),
        }
    }

    fn power_accounts(&self, placements: &[Placement]) -> Vec<PowerAccount> {
        let phones = placements.iter().filter_map(|placement| Some((placement.at.as_ref()?, self.site.phone(placement.mac)?)));
        let models = phones.filter_map(|(at, phone)| Some((at, self.catalogue.model(&phone.model)?))).collect();
        let accounts = |(switch, state)| self.accounts_of(switch, state, &models);
        self.observed.switches.iter().flat_map(accounts).collect()
    }

    /// One account for each group that the switch tells of or that the plan draws from.
    fn accounts_of(&self, switch: &SwitchName, state: &SwitchState, models: &BTreeMap<&PortRef, &PhoneModel>) -> Vec<PowerAccount> {
        let turned_on: Vec<(&PoePort, Option<&PhoneModel>)> = self
            .turned_on(switch)
            .filter_map(|name| {
                let at = PortRef { switch: switch.clone(), port: name.clone() };
                Some((state.ports.get(name)?.poe.as_ref()?, models.get(&at).copied()))
            })
            .collect();
        let drawn_from = turned_on.iter().map(|(poe, _)| account::group(poe));
        let groups: BTreeSet<u32> = state.pse_groups.keys().copied().chain(drawn_from).collect();
        groups.into_iter().map(|group| self.power_account(switch, state, group, &turned_on)).collect()
    }

    fn power_account(
        &self,
        switch: &SwitchName,
        state: &SwitchState,
        group: u32,
        turned_on: &[(&PoePort, Option<&PhoneModel>)],
    ) -> PowerAccount {
        let facts = state.pse_groups.get(&group).cloned().unwrap_or_default();
        let here = || turned_on.iter().filter(|(poe, _)| account::group(poe) == group);
        PowerAccount {
            switch: switch.clone(),
            group,
            budget: power::budget(&facts, self.site.switches.get(switch).and_then(|spec| spec.power_budget)),
            reserved: account::reserved(state, group),
            added: here().map(|(poe, model)| power::reservation(poe, *model)).sum(),
            worst_case: account::worst(state, group) + here().map(|(poe, _)| power::worst_case(poe)).sum(),
        }
    }

    /// Ports of the switch that the plan switches on.
    fn turned_on(&self, switch: &SwitchName) -> impl Iterator<Item = &PortName> {
        self.changes
            .iter()
            .filter(move |wanted| wanted.switch == *switch && matches!(wanted.change, Change::PoeEnabled { .. }))
            .filter_map(|wanted| wanted.port.as_ref())
    }

    fn over_budget(&mut self, accounts: &[PowerAccount]) {
        for account in accounts {
            let Some(budget) = account.budget else { continue };
            let needed = account.reserved + account.added;
            if account.added.0 == 0 || needed <= budget {
                continue;
            }
            self.refusals.push(Refusal {
                kind: RefusalKind::OverBudget,
                switch: Some(account.switch.clone()),
                port: None,
                mac: None,
                reason: format!(
                    "PSE group {} can give {budget}; {} is reserved and the phones need {} more: move phones, add a supply, or use injectors",
                    account.group, account.reserved, account.added
                ),
            });
        }
    }

    /// A change of the whole switch, which several phones may need.
    pub(super) fn change_switch(&mut self, seat: &Seat<'_>, change: Change) {
        if !self.changes.iter().any(|other| other.switch == *seat.switch && other.change == change) {
            let reason = "phones of this switch need it".to_owned();
            self.changes.push(Wanted { switch: seat.switch.clone(), port: None, change, reason });
        }
    }

    pub(super) fn change(&mut self, seat: &Seat<'_>, change: Change, reason: String) {
        self.changes.push(Wanted { switch: seat.switch.clone(), port: Some(seat.name.clone()), change, reason });
    }

    pub(super) fn unknown(&mut self, seat: &Seat<'_>, what: &str) {
        self.refuse(seat, RefusalKind::NotPossible, format!("the switch does not tell {what}, so it is not changed"));
    }

    pub(super) fn refuse(&mut self, seat: &Seat<'_>, kind: RefusalKind, reason: String) {
        let at = PortRef { switch: seat.switch.clone(), port: seat.name.clone() };
        self.refuse_at(kind, &at, seat.phone.mac, reason);
    }

    fn refuse_at(&mut self, kind: RefusalKind, at: &PortRef, mac: MacAddress, reason: String) {
        self.refusals.push(Refusal { kind, switch: Some(at.switch.clone()), port: Some(at.port.clone()), mac: Some(mac), reason });
    }
}

fn examples(state: &SwitchState) -> String {
    let mut names: Vec<&str> = state.ports.keys().take(3).map(PortName::as_str).collect();
    if state.ports.len() > 3 {
        names.push("…");
    }
    names.join(", ")
}

/// By switch; within it VLANs first, power last; otherwise as found. Numbered from 1.
fn in_order(mut changes: Vec<Wanted>) -> Vec<Step> {
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
    let number = |(index, wanted): (usize, Wanted)| Step {
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        switch: wanted.switch,
        port: wanted.port,
        change: wanted.change,
        reason: wanted.reason,
        pause_s: 0,
    };
    changes.into_iter().enumerate().map(number).collect()
}

/// Over what is done, where the phones are and what is refused; not over words, nor over how a place is known, which moves by itself.
pub(super) fn fingerprint(steps: &[Step], placements: &[Placement], refusals: &[Refusal]) -> String {
    let steps: Vec<_> = steps.iter().map(|step| (&step.switch, &step.port, &step.change)).collect();
    let places: Vec<_> = placements.iter().map(|place| (place.mac, &place.at)).collect();
    let refusals: Vec<_> = refusals.iter().map(|refusal| (refusal.kind, &refusal.switch, &refusal.port, refusal.mac)).collect();
    let facts = serde_json::to_vec(&(steps, places, refusals)).unwrap_or_default();
    bare_hex(&Sha256::digest(facts))
}
