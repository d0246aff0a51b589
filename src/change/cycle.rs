//! A power cycle of one port as a plan: off, a pause, on as it was before. Pure.
//!
//! It goes through the journal like every other change, so that a port whose power was taken away gets it back even when this
//! process is killed in between.

use std::collections::BTreeSet;

use super::guard::{self, Guard};
use super::landmarks::Landmarks;
use super::plan::{Plan, Refusal, RefusalReason, Step};
use model::change::{Change, Delta, Observed};
use model::ids::PortRef;
use model::neighbour::Neighbour;
use model::site::Site;
use model::switch::{Access, PoePort};

/// How long a port stays without power: long enough for the capacitors of any phone to run empty.
const PAUSE_S: u16 = 3;

/// Which ports may be cycled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortGuard {
    /// Only a port with a phone on it, by its own announcement or by the inventory.
    Phone,
    /// A port with any device on it, except one that forwards the traffic of others.
    AnyDevice,
}

/// The plan of a power cycle. What speaks against it is a refusal, and then there are no steps.
#[must_use]
pub fn plan(site: &Site, observed: &Observed, at: &PortRef, guard: PortGuard) -> Plan {
    let steps = match steps(site, observed, at, guard) {
        Ok(steps) => (steps, Vec::new()),
        Err((reason, detail)) => {
            let refusal = Refusal { reason, switch: Some(at.switch.clone()), port: Some(at.port.clone()), mac: None, detail };
            (Vec::new(), vec![refusal])
        }
    };
    let (steps, refusals) = steps;
    let plan = Plan { site: site.name.clone(), switches: vec![at.switch.to_string()], steps, refusals, ..Plan::default() };
    plan.sealed()
}

type Refused = (RefusalReason, String);

fn steps(site: &Site, observed: &Observed, at: &PortRef, guard: PortGuard) -> Result<Vec<Step>, Refused> {
    let not_possible = |detail: &str| (RefusalReason::NotPossible, detail.to_owned());
    let unread = || (RefusalReason::Unread, format!("switch {} was not read", at.switch));
    let state = observed.switches.get(&at.switch).ok_or_else(unread)?;
    let (name, port) = state.find_port(&at.port).map_err(|error| (RefusalReason::Unplaced, error.to_string()))?;
    let spec = site.switches.get(&at.switch).ok_or_else(|| not_possible("the inventory has no such switch"))?;
    if let Some(error) = guard::unfitting(spec, state).first() {
        return Err((RefusalReason::LockOut, guard::cannot_protect(error)));
    }
    let landmarks = Landmarks::of(site, observed);
    let ports = Guard { site, spec: Some(spec), state, landmarks: &landmarks };
    if let Some(forbidden) = ports.forbids(name, port, &BTreeSet::new()) {
        return Err((forbidden.reason, forbidden.why));
    }
    let is_here = |other: &PortRef| other.switch == at.switch && state.find_port(&other.port).is_ok_and(|(other, _)| other == name);
    let written = site.phones.iter().any(|phone| phone.at.as_ref().is_some_and(is_here));
    let known = written || port.neighbours.iter().any(Neighbour::is_phone);
    if guard == PortGuard::Phone && !known {
        return Err(not_possible("no phone is known to be behind it: give --force to cycle it all the same"));
    }
    let poe = port.poe.as_ref().ok_or_else(|| not_possible("no PSE row is proved to be this port's"))?;
    if state.capabilities.poe != Access::Write {
        return Err(not_possible("its power cannot be switched over this transport"));
    }
    if poe.enabled != Some(true) {
        return Err(not_possible("its power is not on"));
    }
    Ok(off_and_on(at, name, poe))
}

fn off_and_on(at: &PortRef, name: &model::ids::PortName, poe: &PoePort) -> Vec<Step> {
    let step = |number, pause_s, (before, after)| Step {
        number,
        switch: at.switch.clone(),
        port: Some(name.clone()),
        change: Change::PoeEnabled { delta: Delta { before, after }, allocation: poe.allocation },
        reason: "power cycle".to_owned(),
        pause_s,
    };
    vec![step(1, 0, (true, false)), step(2, PAUSE_S, (false, true))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::plan::comes_back;
    use model::switch::PoeAllocation;

    #[test]
    fn power_comes_back_as_it_was() {
        let at = PortRef { switch: "sw".into(), port: "p1".into() };
        let poe = PoePort { allocation: Some(PoeAllocation::Fixed), ..PoePort::default() };
        let steps = off_and_on(&at, &at.port, &poe);
        assert!(comes_back(&steps));
        assert!(!comes_back(&steps[..1]));
        assert!(!comes_back(&[]));
        assert!(matches!(steps[1].change, Change::PoeEnabled { allocation: Some(PoeAllocation::Fixed), .. }));
    }
}
