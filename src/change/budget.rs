//! The power account of each PSE group after the plan, and what exceeds a budget. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Refusal, RefusalReason};
use super::planner::Planner;
use crate::phones::catalogue::PhoneModel;
use crate::power::report::PowerAccount;
use crate::power::{self, account};
use crate::site::place::Placement;
use model::change::Change;
use model::ids::{PortName, PortRef, SwitchName};
use model::switch::{PoePort, SwitchState};

impl Planner<'_> {
    pub(super) fn power_accounts(&self, placements: &[Placement]) -> Vec<PowerAccount> {
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
            worst_case: account::worst(state, group).map(|worst| worst + here().map(|(poe, _)| power::worst_case(poe)).sum()),
        }
    }

    /// Ports of the switch that the plan switches on.
    fn turned_on(&self, switch: &SwitchName) -> impl Iterator<Item = &PortName> {
        self.changes
            .iter()
            .filter(move |wanted| wanted.switch == *switch && matches!(wanted.change, Change::PoeEnabled { .. }))
            .filter_map(|wanted| wanted.port.as_ref())
    }

    pub(super) fn over_budget(&mut self, accounts: &[PowerAccount]) {
        for account in accounts {
            let Some(budget) = account.budget else { continue };
            if account.added.0 == 0 || account.reserved.is_some_and(|reserved| reserved + account.added <= budget) {
                continue;
            }
            let reserved = account.reserved.map_or_else(|| "it does not tell what".to_owned(), |reserved| reserved.to_string());
            self.refusals.push(Refusal {
                reason: RefusalReason::OverBudget,
                switch: Some(account.switch.clone()),
                port: None,
                mac: None,
                detail: format!(
                    "PSE group {} can give {budget}; {reserved} is reserved and the phones need {} more: move phones, add a supply, or use injectors",
                    account.group, account.added
                ),
            });
        }
    }
}
