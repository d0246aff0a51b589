//! The account of each PSE group: what it can give, what is set aside, what could be drawn. Pure.

use super::classes::{budget, reserved_now, ups_minutes, worst_case};
use super::report::{PowerReport, PowerRow, UpsRow};
use model::change::Observed;
use model::site::{Site, UpsSpec};
use model::switch::{Detection, PoePort, SwitchState};
use model::units::Milliwatts;

/// The PoE ports of one group; a port whose row names no group counts as group 1.
pub fn ports(state: &SwitchState, group: u32) -> impl Iterator<Item = &PoePort> {
    let in_group = move |poe: &&PoePort| self::group(poe) == group;
    state.ports.values().filter_map(|port| port.poe.as_ref()).filter(in_group)
}

/// The group a port draws from.
#[must_use]
pub fn group(poe: &PoePort) -> u32 {
    poe.index.map_or(1, |index| index.group)
}

/// Power set aside in a group: the switch's own figure, else the sum over the ports that deliver.
///
/// The sum misses ports whose PSE row is not proved; it is never less than what the group is measured to give.
#[must_use]
pub fn reserved(state: &SwitchState, group: u32) -> Milliwatts {
    let facts = state.pse_groups.get(&group);
    let sum = || ports(state, group).filter_map(reserved_now).sum::<Milliwatts>();
    facts.and_then(|facts| facts.reserved).unwrap_or_else(|| sum().max(facts.and_then(|facts| facts.measured).unwrap_or_default()))
}

/// What every port of the group that is on could draw.
#[must_use]
pub fn worst(state: &SwitchState, group: u32) -> Milliwatts {
    ports(state, group).filter(|poe| poe.enabled == Some(true)).map(worst_case).sum()
}

/// Every group of every switch as it stands.
#[must_use]
pub fn report(site: &Site, observed: &Observed) -> PowerReport {
    let groups = observed.switches.values().flat_map(|state| state.pse_groups.keys().map(move |group| row(site, state, *group)));
    let without = observed.switches.values().filter(|state| state.pse_groups.is_empty());
    PowerReport {
        groups: groups.collect(),
        ups: site.ups.iter().map(|(name, spec)| ups(name, spec, observed)).collect(),
        notes: without.map(|state| format!("switch {}: it does not tell of any PSE group", state.identity.name)).collect(),
        errors: Vec::new(),
    }
}

fn row(site: &Site, state: &SwitchState, group: u32) -> PowerRow {
    let facts = state.pse_groups.get(&group).cloned().unwrap_or_default();
    let name = &state.identity.name;
    let budget = budget(&facts, site.switches.get(name).and_then(|spec| spec.power_budget));
    let reserved = reserved(state, group);
    PowerRow {
        switch: name.clone(),
        group,
        budget,
        reserved: Some(reserved),
        measured: facts.measured,
        worst_case: worst(state, group),
        headroom: budget.map(|budget| Milliwatts(budget.0.saturating_sub(reserved.0))),
        ports_on: ports(state, group).filter(|poe| poe.enabled == Some(true)).count(),
        ports_delivering: ports(state, group).filter(|poe| poe.detection == Some(Detection::Delivering)).count(),
    }
}

/// The load is what the switches measure for their devices, plus what the inventory says they draw themselves.
fn ups(name: &str, spec: &UpsSpec, observed: &Observed) -> UpsRow {
    let groups =
        spec.switches.iter().filter_map(|switch| observed.switches.get(switch)).flat_map(|state| state.pse_groups.values());
    let measured: Vec<Milliwatts> = groups.filter_map(|group| group.measured).collect();
    let load = (!measured.is_empty()).then(|| measured.into_iter().sum::<Milliwatts>() + spec.base_load.unwrap_or_default());
    UpsRow { name: name.to_owned(), load, minutes: load.and_then(|load| ups_minutes(spec.energy_wh, load)) }
}
