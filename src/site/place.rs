//! Which port each phone is on: what the inventory says beside what the switches saw. Pure.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::port::leads_on;
use model::change::Observed;
use model::ids::{MacAddress, PortRef};
use model::site::{PhoneSpec, Site};
use model::switch::PortState;

/// Where a phone is, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placement {
    pub mac: MacAddress,
    /// Its port; `None` when neither the inventory nor any switch knows.
    pub at: Option<PortRef>,
    /// What says so; `None` when it has no place.
    pub evidence: Option<PlaceEvidence>,
}

/// What says where a phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceEvidence {
    Inventory,
    /// A switch sees it there; the inventory says nothing, or something else.
    Discovered,
    InventoryAndDiscovered,
}

/// Where a phone is, with the contradiction when inventory and switches disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub placement: Placement,
    /// What to tell people about it.
    pub note: Option<String>,
}

/// Places every phone of the site, in the inventory's order.
///
/// 1. Where the inventory says, when a switch sees the phone there, or sees it nowhere, or at several other ports.
/// 2. Otherwise the one port where a switch sees it: that is where the cable goes.
/// 3. Otherwise the phone has no place.
///
/// What sees a phone is its own announcement, or else its learned address.
#[must_use]
pub fn place(site: &Site, observed: &Observed) -> Vec<Placed> {
    let seen = seen_at(observed);
    let nowhere = BTreeSet::new();
    site.phones.iter().map(|phone| place_one(phone, observed, seen.get(&phone.mac).unwrap_or(&nowhere))).collect()
}

fn place_one(phone: &PhoneSpec, observed: &Observed, seen: &BTreeSet<PortRef>) -> Placed {
    let mac = phone.mac;
    let written = phone.at.as_ref().map(|at| canonical(at, observed));
    let mut ports = seen.iter();
    let (at, evidence, note) = match (written, ports.next(), ports.next()) {
        (Some(written), Some(_), _) if seen.contains(&written) => {
            (Some(written), Some(PlaceEvidence::InventoryAndDiscovered), None)
        }
        (Some(written), Some(seen), None) => {
            let note = format!(
                "phone {mac} is plugged in at {seen}, the inventory says {written}: the switch is believed, but the phone gets its \
                 files only when the inventory agrees"
            );
            (Some(seen.clone()), Some(PlaceEvidence::Discovered), Some(note))
        }
        (None, Some(seen), None) => (Some(seen.clone()), Some(PlaceEvidence::Discovered), None),
        (written, Some(_), Some(_)) => {
            let ports: Vec<String> = seen.iter().map(ToString::to_string).collect();
            let note = format!("phone {mac} announces itself at several ports, {}: only one can be it", ports.join(", "));
            let evidence = written.is_some().then_some(PlaceEvidence::Inventory);
            (written, evidence, Some(note))
        }
        (Some(written), None, _) => (Some(written), Some(PlaceEvidence::Inventory), None),
        (None, None, _) => {
            (None, None, Some(format!("phone {mac} has no `at` in the inventory, and no switch that was read sees it: plug it in")))
        }
    };
    Placed { placement: Placement { mac, at, evidence }, note }
}

/// The port's name as the switch writes it, so that `gi1/0/7` and `GigabitEthernet1/0/7` are one port.
fn canonical(at: &PortRef, observed: &Observed) -> PortRef {
    let found = observed.switches.get(&at.switch).and_then(|state| state.find_port(&at.port).ok());
    found.map_or_else(|| at.clone(), |(name, _)| PortRef { switch: at.switch.clone(), port: name.clone() })
}

/// Where each address is, by the one rule that all commands have.
///
/// An announcement beats a learned address. Among ports that learned the same address the one with the fewest is nearest to it;
/// a port that leads to other switches learns the address of everything behind it and says nothing.
#[must_use]
pub fn seen_at(observed: &Observed) -> BTreeMap<MacAddress, BTreeSet<PortRef>> {
    let mut learned: BTreeMap<MacAddress, (usize, PortRef)> = BTreeMap::new();
    let mut announced: BTreeMap<MacAddress, BTreeSet<PortRef>> = BTreeMap::new();
    for (switch, state) in &observed.switches {
        for (name, port) in &state.ports {
            let here = PortRef { switch: switch.clone(), port: name.clone() };
            for mac in port.neighbours.iter().filter_map(|neighbour| neighbour.mac) {
                announced.entry(mac).or_default().insert(here.clone());
            }
            if leads_on(port) {
                continue;
            }
            let addresses = port.addresses();
            for mac in &addresses {
                let nearest = learned.get(mac).is_none_or(|(crowd, _)| addresses.len() < *crowd);
                if nearest {
                    learned.insert(*mac, (addresses.len(), here.clone()));
                }
            }
        }
    }
    let mut places: BTreeMap<_, _> = learned.into_iter().map(|(mac, (_, place))| (mac, BTreeSet::from([place]))).collect();
    places.extend(announced);
    places
}

/// What the switch shows of a port.
pub(super) fn port_at<'a>(observed: &'a Observed, at: &PortRef) -> Option<&'a PortState> {
    observed.switches.get(&at.switch)?.find_port(&at.port).ok().map(|(_, port)| port)
}
