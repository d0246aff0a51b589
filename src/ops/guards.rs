//! The last look before the first write: guards asked again, and phones in use left alone. I/O through the context.
//!
//! It comes after the locks and the question: what was seen when the plan was made may be another by then.

use std::collections::BTreeMap;

use super::connect::{self, Connected};
use super::context::Context;
use super::inventory::LoadedSite;
use crate::change::apply::Switches;
use crate::change::disruption::{self, Disruption};
use crate::change::guard::still_allowed;
use crate::change::plan::{Plan, Refusal, Step};
use crate::change::quiet;
use model::change::Observed;
use model::ids::SwitchName;

/// A plan without what must not be done now, which is among its refusals. Without `disruption` nobody asks whether phones are in use.
pub(super) async fn last_look(
    plan: Plan,
    site: &LoadedSite,
    switches: &Switches,
    disruption: Option<Disruption>,
    context: &Context,
) -> Plan {
    let observed = look(&plan.steps, site, switches, context).await;
    let refused = still_allowed(&site.site, &observed, &plan.steps).into_iter().map(|step| step.refusal);
    let mut plan = disruption::without(plan, each_once(refused));
    if let Some(disruption) = disruption {
        let ports = disruption::disrupted(&site.site, &observed, &plan.steps);
        let uses = quiet::uses(switches, &ports).await;
        plan = disruption::without(plan, disruption::left(&uses, disruption));
    }
    plan.sealed()
}

/// The steps of a way back that must not be gone now, and why.
pub(super) async fn kept_open(
    back: &[Step],
    site: &LoadedSite,
    switches: &Switches,
    disruption: Disruption,
    context: &Context,
) -> BTreeMap<u32, String> {
    let observed = look(back, site, switches, context).await;
    let refused = still_allowed(&site.site, &observed, back);
    let mut open: BTreeMap<u32, String> = refused.into_iter().map(|step| (step.step, step.refusal.detail)).collect();
    let others: Vec<Step> = back.iter().filter(|step| !open.contains_key(&step.number)).cloned().collect();
    let ports = disruption::disrupted(&site.site, &observed, &others);
    let uses = quiet::uses(switches, &ports).await;
    for refusal in disruption::left(&uses, disruption) {
        let of_switch = others.iter().filter(|step| Some(&step.switch) == refusal.switch.as_ref());
        // what a phone in use has from the whole switch stays too
        let stays = |step: &&Step| step.port.is_none() || step.port == refusal.port;
        for step in of_switch.filter(stays) {
            open.entry(step.number).or_insert_with(|| refusal.detail.clone());
        }
    }
    open
}

/// The switches of some steps as they are now; one that does not answer is not among them.
async fn look(steps: &[Step], site: &LoadedSite, switches: &Switches, context: &Context) -> Observed {
    let is_changed = |name: &SwitchName| steps.iter().any(|step| step.switch == *name);
    let switches = switches.iter().filter(|(name, _)| is_changed(name)).map(|(name, switch)| (name.clone(), switch.clone()));
    let mut connected = Connected { switches: switches.collect(), failures: Vec::new() };
    connect::observe(&mut connected, &site.catalogue, context).await
}

fn each_once(refusals: impl Iterator<Item = Refusal>) -> Vec<Refusal> {
    let mut all: Vec<Refusal> = Vec::new();
    for refusal in refusals {
        if !all.contains(&refusal) {
            all.push(refusal);
        }
    }
    all
}
