//! Which port each phone is on: what the inventory says beside what the switches saw. Pure.

use std::collections::BTreeMap;

use super::guard;
use crate::model::ids::MacAddress;
use crate::model::ids::PortRef;
use crate::model::plan::Observed;
use crate::model::plan::Placement;
use crate::model::site::PhoneSpec;
use crate::model::site::Site;

/// Where a phone is, with the contradiction when inventory and switches disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The placement.
    pub placement: Placement,
    /// What to tell people about it.
    pub note: Option<String>,
}

/// Places every phone of the site, in the inventory's order.
///
/// 1. A port where a switch sees the phone's own announcement, or else its address, wins: that is where the cable goes.
/// 2. Otherwise the inventory's `at`.
/// 3. Otherwise the phone has no place.
#[must_use]
pub fn place(site: &Site, observed: &Observed) -> Vec<Place> {
    let seen = seen_at(observed);
    site.phones.iter().map(|phone| place_one(phone, observed, seen.get(&phone.mac))).collect()
}

fn place_one(phone: &PhoneSpec, observed: &Observed, seen: Option<&PortRef>) -> Place {
    let written = phone.at.as_ref().map(|at| canonical(at, observed));
    let (at, evidence, note) = match (written, seen) {
        (Some(written), Some(seen)) if written == *seen => (Some(written), Some("inventory and discovered"), None),
        (Some(written), Some(seen)) => {
            let note = format!("phone {} is plugged in at {seen}, the inventory says {written}: the switch is believed", phone.mac);
            (Some(seen.clone()), Some("discovered"), Some(note))
        }
        (None, Some(seen)) => (Some(seen.clone()), Some("discovered"), None),
        (Some(written), None) => (Some(written), Some("inventory"), None),
        (None, None) => (
            None,
            None,
            Some(format!("phone {} has no `at` in the inventory, and no switch that was read sees it: plug it in", phone.mac)),
        ),
    };
    Place { placement: Placement { mac: phone.mac, at, evidence: evidence.map(str::to_owned) }, note }
}

/// The port's name as the switch writes it, so that `gi1/0/7` and `GigabitEthernet1/0/7` are one port.
fn canonical(at: &PortRef, observed: &Observed) -> PortRef {
    let found = observed.switches.get(&at.switch).and_then(|state| state.find_port(&at.port));
    found.map_or_else(|| at.clone(), |(name, _)| PortRef { switch: at.switch.clone(), port: name.clone() })
}

/// An announcement beats a learned address. Among ports that learned the same address the one with the fewest is nearest to it;
/// a port that leads to other switches learns the address of everything behind it and says nothing.
fn seen_at(observed: &Observed) -> BTreeMap<MacAddress, PortRef> {
    let mut learned: BTreeMap<MacAddress, (usize, PortRef)> = BTreeMap::new();
    let mut announced = BTreeMap::new();
    for (switch, state) in &observed.switches {
        for (name, port) in &state.ports {
            let here = PortRef { switch: switch.clone(), port: name.clone() };
            announced.extend(port.neighbours.iter().filter_map(|neighbour| Some((neighbour.mac?, here.clone()))));
            if guard::leads_on(port) {
                continue;
            }
            for mac in &port.learned {
                let nearest = learned.get(mac).is_none_or(|(crowd, _)| port.learned.len() < *crowd);
                if nearest {
                    learned.insert(*mac, (port.learned.len(), here.clone()));
                }
            }
        }
    }
    let mut places: BTreeMap<_, _> = learned.into_iter().map(|(mac, (_, place))| (mac, place)).collect();
    places.extend(announced);
    places
}
