//! The plan for people: what would change, what is refused, and the power account. Pure.

use super::words::{count, or_dash};
use crate::change::plan::{Plan, Refusal};
use crate::output::document::{Block, Document};
use crate::power::report::PowerAccount;

impl Document for Plan {
    const SCHEMA: &'static str = "voiceport.plan/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.steps.is_empty() {
            let rows = self.steps.iter().map(|step| {
                vec![
                    step.number.to_string(),
                    step.switch.to_string(),
                    or_dash(step.port.as_ref()),
                    step.change.to_string(),
                    step.reason.clone(),
                ]
            });
            blocks.push(Block::Table(&["step", "switch", "port", "change", "why"], rows.collect()));
            blocks.push(Block::Gap);
        }
        blocks.extend(power(&self.power));
        blocks.extend(self.notes.iter().map(|note| Block::line(format!("note: {note}"))));
        blocks.extend(refusals(&self.refusals));
        blocks.push(Block::Line(summary(self)));
        blocks
    }
}

fn summary(plan: &Plan) -> String {
    let ports: std::collections::BTreeSet<_> =
        plan.steps.iter().filter_map(|step| Some((&step.switch, step.port.as_ref()?))).collect();
    let switches: std::collections::BTreeSet<_> = plan.steps.iter().map(|step| &step.switch).collect();
    let refused = if plan.refusals.is_empty() { String::new() } else { format!(", {} refused", plan.refusals.len()) };
    if plan.steps.is_empty() {
        return format!("Plan: nothing to change{refused}.");
    }
    let (steps, ports) = (count(plan.steps.len(), "change"), count(ports.len(), "port"));
    format!(
        "Plan: {steps} on {ports} of {}{refused}.",
        if switches.len() == 1 { "1 switch".to_owned() } else { format!("{} switches", switches.len()) }
    )
}

/// Lines that say what is not done.
pub(super) fn refusals(refusals: &[Refusal]) -> Vec<Block> {
    refusals.iter().map(|refusal| Block::line(format!("refused: {refusal}"))).collect()
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
