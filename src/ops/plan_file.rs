//! A plan that was saved earlier: whether it is one, of this site and as it was written, and what has changed since. I/O: reads the file.

use std::path::Path;

use serde_json::Value;

use super::error::Error;
use super::files::place_of;
use super::plan_fault::Fault;
use crate::change::plan::{Plan, Refusal, SCHEMA, Step};
use model::ids::PortRef;
use model::site::Site;

/// Reads a plan and refuses one that is not what `plan` wrote for this site.
pub(super) fn read(file: &Path, site: &Site, asked: &[String]) -> Result<Plan, Error> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::reading(file, source))?;
    let not_a_plan = |cause: serde_json::Error| Error::NotAPlan { file: file.to_owned(), cause: place_of(&cause) };
    let value: Value = serde_json::from_str(&text).map_err(not_a_plan)?;
    let fault = |fault| Error::PlanFault { file: file.to_owned(), fault };
    if let Some(schema) = value.get("schema").and_then(Value::as_str).filter(|schema| is_other_plan(schema)) {
        return Err(fault(Fault::OtherSchema(schema.to_owned())));
    }
    // from the text: its places are told when it is none
    let plan: Plan = serde_json::from_str(&text).map_err(not_a_plan)?;
    if !plan.is_sealed() {
        return Err(fault(Fault::Edited));
    }
    if plan.site != site.name {
        return Err(fault(Fault::Foreign { of: plan.site, site: site.name.clone() }));
    }
    let same_scope = || asked.len() == plan.switches.len() && asked.iter().all(|name| plan.switches.contains(name));
    if !asked.is_empty() && !same_scope() {
        return Err(fault(Fault::OtherScope { of: plan.switches, asked: asked.to_vec() }));
    }
    Ok(plan)
}

/// Whether this is the schema of a plan of another version.
fn is_other_plan(schema: &str) -> bool {
    schema != SCHEMA && schema.split('/').next() == SCHEMA.split('/').next()
}

/// Refuses a plan that would be made otherwise now, and says in what.
pub(super) fn refuse_stale(file: &Path, saved: &Plan, now: &Plan) -> Result<(), Error> {
    let differences = differences(saved, now);
    if differences.is_empty() {
        return Ok(());
    }
    let why = if now.steps.is_empty() && now.refusals == saved.refusals {
        vec!["nothing is left to change: all of it is so already".to_owned()]
    } else {
        differences
    };
    Err(Error::Stale { file: file.to_owned(), why })
}

/// In what a plan made now differs, step by step.
fn differences(saved: &Plan, now: &Plan) -> Vec<String> {
    let same = |a: &Step, b: &Step| a.switch == b.switch && a.port == b.port && a.change == b.change;
    let fact = |a: &Step, b: &Step| a.switch == b.switch && a.port == b.port && a.change.same_fact(&b.change);
    let mut lines = Vec::new();
    for step in saved.steps.iter().filter(|step| !now.steps.iter().any(|other| same(step, other))) {
        lines.push(match now.steps.iter().find(|other| fact(step, other)) {
            Some(other) => format!("step {} {}: it would be {} now", step.number, place(step), other.change),
            None => format!("step {} {}: not to be changed any more", step.number, place(step)),
        });
    }
    let new = |step: &&Step| !saved.steps.iter().any(|other| same(step, other) || fact(step, other));
    lines.extend(now.steps.iter().filter(new).map(|step| format!("not in it: {}", place(step))));
    let refused = |in_one: &Plan, in_other: &Plan, what: &str| -> Vec<String> {
        let known = |refusal: &&Refusal| !in_other.refusals.iter().any(|other| key(other) == key(refusal));
        in_one.refusals.iter().filter(known).map(|refusal| format!("{what}: {refusal}")).collect()
    };
    lines.extend(refused(now, saved, "refused now"));
    lines.extend(refused(saved, now, "not refused any more"));
    for placement in &saved.placements {
        if let Some(other) = now.placements.iter().find(|other| other.mac == placement.mac && other.at != placement.at) {
            let at = |at: &Option<PortRef>| at.as_ref().map_or_else(|| "nowhere".to_owned(), ToString::to_string);
            lines.push(format!("phone {}: it was {}, and is {} now", placement.mac, at(&placement.at), at(&other.at)));
        }
    }
    if lines.is_empty() && !saved.steps.iter().zip(&now.steps).all(|(a, b)| same(a, b)) {
        lines.push("the order of its steps".to_owned());
    }
    lines
}

fn place(step: &Step) -> String {
    let port = step.port.as_ref().map_or_else(String::new, |port| format!(" {port}"));
    format!("{}{port}: {}", step.switch, step.change)
}

fn key(refusal: &Refusal) -> impl PartialEq + use<'_> {
    (refusal.reason, &refusal.switch, &refusal.port, refusal.mac)
}
