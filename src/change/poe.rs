//! Power over Ethernet on a phone's port: priority, limit, on. Pure.

use super::plan::RefusalReason;
use super::planner::{PhonePort, Planner};
use model::change::{Change, Delta};
use model::switch::{Access, PoePort};
use model::units::Milliwatts;

impl Planner<'_> {
    pub(super) fn poe(&mut self, target: &PhonePort<'_>) {
        let Some(poe) = &target.port.poe else {
            if !target.state.unmapped_pse.is_empty() && target.port.link_up != Some(true) {
                self.refuse(
                    target,
                    RefusalReason::NotPossible,
                    "no rule proves which PSE row is this port's: switch its power on by hand".to_owned(),
                );
            }
            return;
        };
        self.poe_priority(target, poe);
        self.poe_limit(target, poe);
        if poe.enabled != Some(false) {
            return;
        }
        if target.state.capabilities.poe != Access::Write {
            self.refuse(
                target,
                RefusalReason::NotPossible,
                "its power is off and cannot be switched on over this transport".to_owned(),
            );
            return;
        }
        let delta = Delta { before: false, after: true };
        self.change(target, Change::PoeEnabled { delta, allocation: None }, format!("{} needs power", target.phone.called()));
    }

    fn poe_priority(&mut self, target: &PhonePort<'_>, poe: &PoePort) {
        let Some(after) = target.phone.poe_priority.filter(|wanted| poe.priority != Some(*wanted)) else { return };
        match poe.priority {
            Some(before) if target.state.capabilities.poe_priority == Access::Write => {
                let reason = format!("{} is to have it", target.phone.called());
                self.change(target, Change::PoePriority { delta: Delta { before, after }, number: poe.priority_number }, reason);
            }
            Some(before) => {
                let why = format!("the PoE priority is {before} and cannot be written");
                self.refuse(target, RefusalReason::NotPossible, why);
            }
            None => self.unknown(target, "its PoE priority"),
        }
    }

    fn poe_limit(&mut self, target: &PhonePort<'_>, poe: &PoePort) {
        // rounded down to what the switch can say: it never gives more than was asked for
        let step = target.state.capabilities.poe_limit_step.map_or(1, |step| step.0.max(1));
        let wanted = target.phone.poe_limit.map(|wanted| Milliwatts(wanted.0 - wanted.0 % step));
        let Some(after) = wanted.filter(|wanted| poe.limit != Some(*wanted)) else { return };
        match poe.limit {
            Some(before) if target.state.capabilities.poe_limit == Access::Write => {
                let reason = format!("{} needs no more", target.phone.called());
                if let Some(after) = target.state.capabilities.poe_limit_needs.filter(|needed| poe.allocation != Some(*needed)) {
                    let Some(before) = poe.allocation else { return self.unknown(target, "how it counts the port's power") };
                    self.change(target, Change::PoeAllocation { delta: Delta { before, after } }, reason.clone());
                }
                self.change(target, Change::PoeLimit { delta: Delta { before, after } }, reason);
            }
            Some(before) => {
                self.refuse(target, RefusalReason::NotPossible, format!("the PoE limit is {before} and cannot be written"));
            }
            None => self.unknown(target, "its PoE limit"),
        }
    }
}
