//! The plan for people: what would change, what is refused, and the power account. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{count, or_dash};
use crate::change::plan::{Plan, Refusal, RefusalReason, SCHEMA, Step};
use crate::output::document::{Block, Document};
use crate::power::report::PowerAccount;
use crate::site::place::Placement;
use model::ids::{PortRef, SwitchName};

impl Document for Plan {
    const SCHEMA: &'static str = SCHEMA;

    fn view(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> =
            by_switch(&self.steps).into_iter().flat_map(|(switch, steps)| of_switch(switch, &steps)).collect();
        blocks.extend(power(&self.power));
        blocks.extend(self.notes.iter().map(|note| Block::line(format!("note: {note}"))));
        blocks.extend(refusals(&self.refusals));
        blocks.push(Block::Line(summary(self)));
        blocks
    }
}

/// The steps of each switch, in the order in which switches come first.
fn by_switch(steps: &[Step]) -> Vec<(&SwitchName, Vec<&Step>)> {
    let mut groups: Vec<(&SwitchName, Vec<&Step>)> = Vec::new();
    for step in steps {
        match groups.iter_mut().find(|(switch, _)| *switch == &step.switch) {
            Some((_, group)) => group.push(step),
            None => groups.push((&step.switch, vec![step])),
        }
    }
    groups
}

fn of_switch(switch: &SwitchName, steps: &[&Step]) -> Vec<Block> {
    let row =
        |step: &&Step| vec![step.number.to_string(), or_dash(step.port.as_ref()), step.change.to_string(), step.reason.clone()];
    let ports: BTreeSet<_> = steps.iter().filter_map(|step| step.port.as_ref()).collect();
    vec![
        Block::Line(format!("switch {switch}: {} on {}", count(steps.len(), "change"), count(ports.len(), "port"))),
        Block::Fitted(&["step", "port", "change", "why"], steps.iter().map(row).collect(), &["why"]),
        Block::Gap,
    ]
}

fn summary(plan: &Plan) -> String {
    let ports: BTreeSet<_> = plan.steps.iter().filter_map(|step| Some((&step.switch, step.port.as_ref()?))).collect();
    let switches: BTreeSet<_> = plan.steps.iter().map(|step| &step.switch).collect();
    let refused = if plan.refusals.is_empty() { String::new() } else { format!(", {} refused", plan.refusals.len()) };
    let same = match unchanged(plan) {
        0 => String::new(),
        phones => format!("; nothing to change for {}", count(phones, "phone")),
    };
    if plan.steps.is_empty() {
        return format!("Plan: nothing to change{refused}.");
    }
    let (steps, ports) = (count(plan.steps.len(), "change"), count(ports.len(), "port"));
    format!("Plan: {steps} on {ports} of {}{refused}{same}.", count(switches.len(), "switch"))
}

/// Phones whose port is as it should be: nothing is changed there and nothing refused.
fn unchanged(plan: &Plan) -> usize {
    let is_refused = |place: &Placement| {
        let covers = |refusal: &Refusal| {
            let on = |at: &PortRef| {
                refusal.switch.as_ref() == Some(&at.switch) && refusal.port.as_ref().is_none_or(|port| *port == at.port)
            };
            refusal.mac.map_or_else(|| place.at.as_ref().is_some_and(on), |mac| mac == place.mac)
        };
        plan.refusals.iter().any(covers)
    };
    let is_changed = |at: &PortRef| plan.steps.iter().any(|step| step.switch == at.switch && step.port.as_ref() == Some(&at.port));
    let same = plan.placements.iter().filter(|place| !is_refused(place) && place.at.as_ref().is_some_and(|at| !is_changed(at)));
    same.count()
}

/// Lines that say what is not done: of a switch that was not read once, with the phones counted.
pub(super) fn refusals(refusals: &[Refusal]) -> Vec<Block> {
    let mut lines: Vec<String> = Vec::new();
    let mut unread: BTreeMap<(Option<&SwitchName>, &str), usize> = BTreeMap::new();
    for refusal in refusals {
        if refusal.reason == RefusalReason::Unread {
            *unread.entry((refusal.switch.as_ref(), &refusal.detail)).or_default() += 1;
        } else {
            lines.push(format!("refused: {refusal}"));
        }
    }
    lines.extend(unread.iter().map(|((_, detail), phones)| format!("refused: {detail}: {}", count(*phones, "phone"))));
    lines.into_iter().map(Block::line).collect()
}

/// The power accounts as a table.
pub(super) fn power(accounts: &[PowerAccount]) -> Vec<Block> {
    if accounts.is_empty() {
        return Vec::new();
    }
    let rows = accounts.iter().map(|account| {
        vec![
            account.switch.to_string(),
            account.group.to_string(),
            or_dash(account.budget),
            or_dash(account.reserved),
            account.added.to_string(),
            or_dash(account.worst_case),
        ]
    });
    vec![Block::Table(&["switch", "pse group", "budget", "reserved", "added", "worst case"], rows.collect()), Block::Gap]
}
