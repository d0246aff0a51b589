//! The forwarding table joined with the neighbour tables (ARP, ND): who is behind a port. Pure.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::host;
use model::fdb::FdbEntry;
use model::ids::MacAddress;

/// A learned row of the forwarding table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Index of the port.
    pub port: u32,
    pub mac: MacAddress,
    /// The VLAN; `None` on a bridge that does not filter them.
    pub vlan: Option<u16>,
}

/// The machine's own interfaces in the bridge's VLANs, by index: the bridge, and VLAN interfaces above it. `None` is a bridge that
/// does not filter VLANs, or that is itself in none.
pub(super) type OwnInterfaces = BTreeMap<u32, Option<u16>>;

/// The addresses behind each port, by its index.
pub(super) fn learned(entries: &[Entry], resolved: &[host::Neighbour], own: &OwnInterfaces) -> BTreeMap<u32, Vec<FdbEntry>> {
    let mut ports: BTreeMap<u32, Vec<FdbEntry>> = BTreeMap::new();
    for entry in entries {
        let address = address(entry, resolved, own);
        ports.entry(entry.port).or_default().push(FdbEntry { mac: entry.mac, vlan: entry.vlan, address });
    }
    for learned in ports.values_mut() {
        learned.sort_unstable_by_key(|learned| (learned.mac, learned.vlan));
    }
    ports
}

/// The address in the row's own VLAN. A station may have several: IPv4 is told before IPv6, and link-local ones last.
fn address(entry: &Entry, resolved: &[host::Neighbour], own: &OwnInterfaces) -> Option<IpAddr> {
    let in_vlan = |row: &&host::Neighbour| own.get(&row.interface).is_some_and(|vlan| entry.vlan.is_none() || *vlan == entry.vlan);
    let addresses = resolved.iter().filter(|row| row.mac == entry.mac).filter(in_vlan).map(|row| row.address);
    addresses.min_by_key(|address| (is_link_local(*address), *address))
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 1]);
    const PC: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 2]);

    fn resolved(interface: u32, mac: MacAddress, address: &str) -> host::Neighbour {
        host::Neighbour { interface, mac, address: address.parse().unwrap() }
    }

    #[test]
    fn an_address_belongs_to_the_vlan_it_was_resolved_in() {
        let entry = |mac, vlan| Entry { port: 7, mac, vlan };
        let entries = [entry(PC, Some(1)), entry(PHONE, Some(20)), entry(PHONE, Some(1))];
        let tables = [
            resolved(2, PHONE, "fe80::1"),
            resolved(2, PHONE, "2001:db8::1"),
            resolved(3, PHONE, "10.20.0.1"),
            resolved(3, PHONE, "fe80::1"),
            resolved(9, PC, "198.51.100.1"),
        ];
        let own = BTreeMap::from([(2, Some(1)), (3, Some(20))]);
        let expected = [(PHONE, Some(1), "2001:db8::1"), (PHONE, Some(20), "10.20.0.1")].map(|(mac, vlan, address)| FdbEntry {
            mac,
            vlan,
            address: address.parse().ok(),
        });
        let pc = FdbEntry { mac: PC, vlan: Some(1), address: None };
        assert_eq!(learned(&entries, &tables, &own), BTreeMap::from([(7, [&expected[..], &[pc]].concat())]));
    }

    #[test]
    fn without_filtering_every_vlan_is_one() {
        let entries = [Entry { port: 7, mac: PHONE, vlan: None }];
        let own = BTreeMap::from([(2, None), (3, Some(20))]);
        for (interface, found) in [(2, true), (3, true), (4, false)] {
            let learned = learned(&entries, &[resolved(interface, PHONE, "192.0.2.1")], &own);
            assert_eq!(learned[&7][0].address.is_some(), found, "{interface}");
        }
    }
}
