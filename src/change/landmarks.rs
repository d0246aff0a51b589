//! Stations that must stay reachable: this machine and the switches themselves. A port one of them is learned at leads there. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::change::Observed;
use model::ids::{MacAddress, SwitchName};
use model::site::{Site, SwitchTransport};
use model::switch::PortState;

/// Their addresses.
#[derive(Debug, Clone, Default)]
pub struct Landmarks {
    machine: BTreeSet<MacAddress>,
    switches: BTreeMap<MacAddress, SwitchName>,
    managed_at: BTreeMap<IpAddr, SwitchName>,
}

impl Landmarks {
    /// Those of a site, by its inventory and by what was read.
    #[must_use]
    pub fn of(site: &Site, observed: &Observed) -> Self {
        let switches =
            observed.switches.iter().flat_map(|(name, state)| state.own_addresses.iter().map(move |mac| (*mac, name.clone())));
        let managed_at = site.switches.iter().filter_map(|(name, spec)| match &spec.transport {
            SwitchTransport::Snmp { address, .. } => Some((address.parse().ok()?, name.clone())),
            SwitchTransport::Linux { .. } => None,
        });
        Self {
            machine: observed.machine.clone(),
            switches: switches.collect(),
            managed_at: managed_at.filter(|(address, _): &(IpAddr, _)| !address.is_loopback()).collect(),
        }
    }

    /// The first of them that was learned on a port, in words.
    #[must_use]
    pub fn behind(&self, port: &PortState) -> Option<String> {
        port.learned.iter().find_map(|entry| {
            if self.machine.contains(&entry.mac) {
                return Some("this machine".to_owned());
            }
            let by_ip = || self.managed_at.get(&entry.address?);
            let switch = self.switches.get(&entry.mac).or_else(by_ip)?;
            Some(format!("the management address of {switch}"))
        })
    }
}
