//! The document `voiceport.plan/1`: steps, placements, power accounts, refusals. Pure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::power::report::PowerAccount;
use crate::site::place::Placement;
use model::change::Change;
use model::error_row::ErrorRow;
use model::hex::bare_hex;
use model::ids::{MacAddress, PortName, SwitchName};

/// The name of a plan's schema.
pub const SCHEMA: &str = "voiceport.plan/1";

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its number in the plan, from 1.
    pub number: u32,
    pub switch: SwitchName,
    /// The port as the switch names it; `None` for a change of the whole switch.
    pub port: Option<PortName>,
    pub change: Change,
    /// Why, for people only: nothing decides anything by it.
    pub reason: String,
    /// Seconds to wait before it, so that the step before has its effect.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pause_s: u16,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
const fn is_zero(seconds: &u16) -> bool {
    *seconds == 0
}

/// Those of these steps whose values from before are to be there when all of them are put back: of several that change one fact, the
/// first. A port mode goes with the PVID that its port had before all of them.
#[must_use]
pub fn first_steps<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<Step> {
    let mut earlier: BTreeMap<(&SwitchName, Option<&PortName>), Vec<&Change>> = BTreeMap::new();
    let mut first = Vec::new();
    for step in steps {
        let of_port = earlier.entry((&step.switch, step.port.as_ref())).or_default();
        if of_port.iter().any(|other| other.same_fact(&step.change)) {
            continue;
        }
        let pvid = of_port.iter().find_map(|change| if let Change::Pvid { delta } = change { Some(delta.before) } else { None });
        of_port.push(&step.change);
        let mut step = step.clone();
        if let (Change::PortMode { pvid: own, .. }, Some(before)) = (&mut step.change, pvid) {
            *own = before;
        }
        first.push(step);
    }
    first
}

/// Whether steps leave everything as it was: each change is taken back by another of them.
#[must_use]
pub fn comes_back(steps: &[Step]) -> bool {
    let taken_back = |step: &Step| {
        let back = step.change.inverse();
        steps.iter().any(|other| other.switch == step.switch && other.port == step.port && other.change == back)
    };
    !steps.is_empty() && steps.iter().all(taken_back)
}

/// Something the plan does not do, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// Why, as a code.
    pub reason: RefusalReason,
    pub switch: Option<SwitchName>,
    pub port: Option<PortName>,
    pub mac: Option<MacAddress>,
    /// Why, and what to do, in words.
    pub detail: String,
}

impl Step {
    /// `switch port: change`.
    #[must_use]
    pub fn called(&self) -> String {
        let port = self.port.as_ref().map_or_else(String::new, |port| format!(" {port}"));
        format!("{}{port}: {}", self.switch, self.change)
    }
}

impl std::fmt::Display for Refusal {
    /// `switch port (phone MAC): detail`, as far as these are known.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = [self.switch.as_ref().map(ToString::to_string), self.port.as_ref().map(ToString::to_string)];
        let place: Vec<String> = place.into_iter().flatten().collect();
        let phone = self.mac.map_or_else(String::new, |mac| format!(" (phone {mac})"));
        write!(f, "{}{phone}: {}", place.join(" "), self.detail)
    }
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Changing this port could cut off this machine or the devices behind the port.
    LockOut,
    /// What shows whether it is an uplink could not be read.
    Unguarded,
    /// Its phone is in a call, which the change would cut.
    InCall,
    /// It would take power or VLAN from a phone of which it is not known whether it is in use.
    Disruptive,
    /// The power budget does not suffice.
    OverBudget,
    /// The switch or its profile cannot do it.
    NotPossible,
    /// The inventory does not allow to write to the switch.
    ReadOnly,
    /// The phone's place is unknown or contradictory.
    Unplaced,
    /// The switch was not read.
    Unread,
    /// An earlier run has not ended: it must be finished or put back first.
    UnfinishedRun,
}

/// `voiceport.plan/1`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    pub site: String,
    /// SHA-256 over site, switches, steps, placements and refusals: a plan in which one of them was edited is not carried out.
    pub fingerprint: String,
    /// The switches it was made for; none: every switch of the inventory.
    #[serde(default)]
    pub switches: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Where each phone is.
    pub placements: Vec<Placement>,
    pub power: Vec<PowerAccount>,
    /// What is not done.
    pub refusals: Vec<Refusal>,
    /// Things to know, for people.
    pub notes: Vec<String>,
    /// Switches that could not be read, and why.
    #[serde(default)]
    pub errors: Vec<ErrorRow>,
}

impl Plan {
    /// The step with this number; steps count from 1.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Step> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.steps.get(at).filter(|step| step.number == number).or_else(|| self.steps.iter().find(|step| step.number == number))
    }

    /// The steps whose values are to be there when all is done: of several that change one fact, the last.
    #[must_use]
    pub fn last_steps(&self) -> Vec<&Step> {
        let mut later: BTreeMap<(&SwitchName, Option<&PortName>), Vec<&Step>> = BTreeMap::new();
        let mut last = Vec::new();
        for step in self.steps.iter().rev() {
            let of_port = later.entry((&step.switch, step.port.as_ref())).or_default();
            if !of_port.iter().any(|other| other.change.same_fact(&step.change)) {
                of_port.push(step);
                last.push(step);
            }
        }
        last.reverse();
        last
    }

    /// The plan with the fingerprint of what it says.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.fingerprint = self.digest();
        self
    }

    /// Whether it says what it said when its fingerprint was made.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.fingerprint == self.digest()
    }

    /// Not over what moves by itself: power drawn, notes, errors.
    fn digest(&self) -> String {
        let facts = (SCHEMA, &self.site, &self.switches, &self.steps, &self.placements, &self.refusals);
        // their own words where JSON has none for them: never the digest of nothing
        let facts = serde_json::to_vec(&facts).unwrap_or_else(|_| format!("{facts:?}").into_bytes());
        bare_hex(&Sha256::digest(facts))
    }

    /// Whether the plan may be carried out at all: not when it would ask a supply for more than it has.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        !self.refusals.iter().any(|refusal| refusal.reason == RefusalReason::OverBudget)
    }

    /// The plan for someone who asked for these switches only: that the others were not read is no refusal. No names: all were asked for.
    #[must_use]
    pub fn limited_to(mut self, names: &[String]) -> Self {
        let asked = |refusal: &Refusal| {
            refusal.switch.as_ref().is_none_or(|switch| names.is_empty() || names.iter().any(|name| name == switch.as_str()))
        };
        self.refusals.retain(|refusal| refusal.reason != RefusalReason::Unread || asked(refusal));
        self.switches = names.to_vec();
        self.sealed()
    }
}
