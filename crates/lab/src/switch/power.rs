//! The physics of power at a simulated switch: which port is given how much, and whose link is up. Pure.
//!
//! Not simulated: link speed, power negotiated over LLDP.

use std::collections::BTreeMap;

use model::ids::BridgePort;
use model::switch::{Detection, PoePriority};
use model::units::Milliwatts;

use super::config::PoeMode;
use super::fault::Fault;
use super::state::Switch;

impl Switch {
    /// What the supply of the switch gives.
    #[must_use]
    pub fn budget(&self) -> Milliwatts {
        let own = self.faults.find(|fault| match fault {
            Fault::Budget(budget) => Some(*budget),
            _ => None,
        });
        own.unwrap_or(self.layout.budget)
    }

    /// Power set aside for each port that is delivering: by class, in the order of priority and port, as far as the budget reaches.
    #[must_use]
    pub fn allocations(&self) -> BTreeMap<BridgePort, Milliwatts> {
        let mut asking: Vec<(PoePriority, BridgePort, Milliwatts)> = self
            .plugs
            .iter()
            .filter_map(|(port, plug)| {
                let config = self.config.ports.get(port)?;
                let wanted = class_power(plug.power?.0).min(config.limit);
                let sound = !self.unpowered && !self.cut.contains(port);
                let on = sound && config.poe != PoeMode::Disable && !self.powering.contains_key(port);
                (on && self.layout.powered(*port)).then_some((config.priority, *port, wanted))
            })
            .collect();
        asking.sort_unstable();
        let mut given = BTreeMap::new();
        let mut total = Milliwatts(0);
        for (_, port, wanted) in asking {
            if total + wanted <= self.budget() {
                total = total + wanted;
                given.insert(port, wanted);
            }
        }
        given
    }

    /// Whether the port delivers power.
    #[must_use]
    pub fn delivers(&self, port: BridgePort) -> bool {
        self.allocations().contains_key(&port)
    }

    /// What the PSE of a port is doing, given [`Switch::allocations`].
    #[must_use]
    pub fn detection(&self, port: BridgePort, allocations: &BTreeMap<BridgePort, Milliwatts>) -> Detection {
        let enabled = self.config.ports.get(&port).is_some_and(|config| config.poe != PoeMode::Disable);
        match (enabled, allocations.contains_key(&port)) {
            (false, _) => Detection::Disabled,
            (true, true) => Detection::Delivering,
            (true, false) => Detection::Searching,
        }
    }

    /// Whether the link is up: the device behind it has power.
    #[must_use]
    pub fn link_up(&self, port: BridgePort, allocations: &BTreeMap<BridgePort, Milliwatts>) -> bool {
        let up = self.config.ports.get(&port).is_some_and(|config| config.up);
        up && !self.unpowered
            && !self.cut.contains(&port)
            && self.plugs.get(&port).is_some_and(|plug| plug.power.is_none() || allocations.contains_key(&port))
    }
}

/// Power a PSE sets aside for a device of a class (802.3 table 33-7).
#[must_use]
pub const fn class_power(class: u8) -> Milliwatts {
    Milliwatts(match class {
        1 => 4_000,
        2 => 7_000,
        4 => 30_000,
        _ => 15_400,
    })
}
