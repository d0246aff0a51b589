//! What proves that an address is a phone's: the switch port it is plugged into. Pure.

use std::net::IpAddr;

use super::place::{PlaceEvidence, Placement, place, port_at};
use model::change::Observed;
use model::identifier::Identifier;
use model::ids::MacAddress;
use model::site::{PhoneSpec, Site};

/// The addresses that switch ports show for the phones plugged in there: evidence of who asks for a file.
///
/// A phone whose place is in doubt has none: somebody at another port may only pretend to be it.
#[must_use]
pub fn port_addresses(site: &Site, observed: &Observed) -> Vec<(IpAddr, MacAddress)> {
    let mut addresses = Vec::new();
    for place in place(site, observed) {
        let proved = site.phone(place.placement.mac).is_some_and(|phone| is_proved(phone, &place.placement));
        let Some(port) = place.placement.at.as_ref().filter(|_| proved).and_then(|at| port_at(observed, at)) else { continue };
        let own = port.neighbours.iter().filter(|neighbour| neighbour.mac == Some(place.placement.mac));
        for address in own.flat_map(|neighbour| &neighbour.management_addresses) {
            if let Identifier::Ip(address) = *address
                && !address.is_unspecified()
            {
                addresses.push((address, place.placement.mac));
            }
        }
    }
    addresses
}

/// Whether a place is beyond doubt: seen where the inventory says, or, when it says nothing, seen at one port alone.
///
/// Anyone can announce a phone's address from another port, so only such a place lets a phone have its secrets.
fn is_proved(phone: &PhoneSpec, placement: &Placement) -> bool {
    match placement.evidence {
        Some(PlaceEvidence::InventoryAndDiscovered) => true,
        Some(PlaceEvidence::Discovered) => phone.at.is_none(),
        Some(PlaceEvidence::Inventory) | None => false,
    }
}
