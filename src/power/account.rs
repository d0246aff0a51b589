//! The account of each PSE group: what it can give, what is set aside, what could be drawn. Pure.

use super::classes::{budget, reserved_now, ups_minutes, worst_case};
use super::report::{PowerReport, PowerRow, UpsRow};
use model::change::Observed;
use model::site::{Site, UpsSpec};
use model::switch::{Detection, PoePort, SwitchState};
use model::units::Milliwatts;

/// The PSE rows of one group, whether or not it is proved which port each is; a row that names no group counts as group 1.
pub fn rows(state: &SwitchState, group: u32) -> impl Iterator<Item = &PoePort> {
    let in_group = move |poe: &&PoePort| self::group(poe) == group;
    state.ports.values().filter_map(|port| port.poe.as_ref()).chain(&state.unmapped_pse).filter(in_group)
}

/// The group a port draws from.
#[must_use]
pub fn group(poe: &PoePort) -> u32 {
    poe.index.map_or(1, |index| index.group)
}

/// Power set aside in a group: the switch's own figure, else the sum over the rows that deliver, which is never less than what the group
/// is measured to give; `None` where neither is told.
#[must_use]
pub fn reserved(state: &SwitchState, group: u32) -> Option<Milliwatts> {
    let facts = state.pse_groups.get(&group);
    let delivering = count(state, group, delivers);
    let sum = delivering.map(|_| rows(state, group).filter_map(reserved_now).sum::<Milliwatts>());
    facts.and_then(|facts| facts.reserved).or_else(|| sum.max(facts.and_then(|facts| facts.measured)))
}

/// What every row of the group that is on, or does not tell, could draw; `None` where the switch tells of no row.
#[must_use]
pub fn worst(state: &SwitchState, group: u32) -> Option<Milliwatts> {
    rows(state, group).next()?;
    Some(rows(state, group).filter(|poe| is_on(poe) != Some(false)).map(worst_case).sum())
}

/// Rows of the group of which something is so; `None` where there are none, or one does not tell.
fn count(state: &SwitchState, group: u32, is_so: fn(&PoePort) -> Option<bool>) -> Option<usize> {
    let told: Vec<bool> = rows(state, group).map(is_so).collect::<Option<_>>()?;
    (!told.is_empty()).then(|| told.into_iter().filter(|is_so| *is_so).count())
}

/// What delivers is on, also where no column says so.
fn is_on(poe: &PoePort) -> Option<bool> {
    poe.enabled.or_else(|| delivers(poe).filter(|delivers| *delivers))
}

fn delivers(poe: &PoePort) -> Option<bool> {
    Some(poe.detection? == Detection::Delivering)
}

/// Every group of every switch as it stands.
#[must_use]
pub fn report(site: &Site, observed: &Observed) -> PowerReport {
    let groups = observed.switches.values().flat_map(|state| state.pse_groups.keys().map(move |group| row(site, state, *group)));
    let without = observed.switches.values().filter(|state| state.pse_groups.is_empty());
    let without = without.map(|state| format!("switch {}: it does not tell of any PSE group", state.identity.name));
    PowerReport {
        groups: groups.collect(),
        ups: site.ups.iter().map(|(name, spec)| ups(name, spec, observed)).collect(),
        notes: without.chain(observed.switches.values().filter_map(unmapped)).collect(),
    }
}

/// That rows count in their group, though nobody knows whose they are.
fn unmapped(state: &SwitchState) -> Option<String> {
    let count = state.unmapped_pse.len();
    let of_rows = match count {
        0 => return None,
        1 => "1 PSE row counts".to_owned(),
        _ => format!("{count} PSE rows count"),
    };
    Some(format!("switch {}: {of_rows} in its group, but no rule proves which port it is", state.identity.name))
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
        reserved,
        measured: facts.measured,
        worst_case: worst(state, group),
        headroom: budget.zip(reserved).map(|(budget, reserved)| Milliwatts(budget.0.saturating_sub(reserved.0))),
        ports_on: count(state, group, is_on),
        ports_delivering: count(state, group, delivers),
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
