//! What rtnetlink says of neighbours, kept by their IP address. Pure.

use std::collections::HashMap;
use std::net::IpAddr;

use model::ids::MacAddress;
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState};

/// Who answers for an IP address on a directly connected network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Index of the interface.
    pub interface: u32,
    pub address: IpAddr,
    pub mac: MacAddress,
}

/// One address may be on several interfaces.
#[derive(Debug, Default)]
pub(super) struct NeighbourIndex {
    rows: HashMap<IpAddr, Vec<Row>>,
    /// Counts dumps, so that what a dump does not list can be told.
    dumps: u64,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    interface: u32,
    mac: MacAddress,
    /// The dump that listed it last, or the one after which it was last told of.
    dump: u64,
}

impl NeighbourIndex {
    pub fn begin_dump(&mut self) {
        self.dumps += 1;
    }

    /// The dump has ended: what it did not list is gone.
    pub fn end_dump(&mut self) {
        self.rows.retain(|_, rows| {
            rows.retain(|row| row.dump == self.dumps);
            !rows.is_empty()
        });
    }

    /// RTM_NEWNEIGH: a row of a dump, or what a row has become. One that the kernel takes for invalid is none.
    pub fn update(&mut self, message: &NeighbourMessage) {
        let Some(address) = ip_address(message) else { return };
        self.remove_row(address, message.header.ifindex);
        if let Some(mac) = link_layer_address(message).filter(|_| is_valid(message)) {
            let row = Row { interface: message.header.ifindex, mac, dump: self.dumps };
            self.rows.entry(address).or_default().push(row);
        }
    }

    /// RTM_DELNEIGH.
    pub fn remove(&mut self, message: &NeighbourMessage) {
        if let Some(address) = ip_address(message) {
            self.remove_row(address, message.header.ifindex);
        }
    }

    fn remove_row(&mut self, address: IpAddr, interface: u32) {
        if let Some(rows) = self.rows.get_mut(&address) {
            rows.retain(|row| row.interface != interface);
            if rows.is_empty() {
                self.rows.remove(&address);
            }
        }
    }

    /// The MAC addresses that answer for an IP address.
    pub fn macs(&self, address: IpAddr) -> impl Iterator<Item = MacAddress> {
        self.rows.get(&address).into_iter().flatten().map(|row| row.mac)
    }

    pub fn iter(&self) -> impl Iterator<Item = Neighbour> {
        let of = |(address, rows): (&IpAddr, &Vec<Row>)| {
            let address = *address;
            rows.iter().map(move |row| Neighbour { interface: row.interface, address, mac: row.mac }).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(of)
    }
}

/// `None` also for a forwarding entry of a bridge, which has no IP address, and for one that this machine answers for itself (proxy ARP).
fn ip_address(message: &NeighbourMessage) -> Option<IpAddr> {
    if message.header.flags.contains(NeighbourFlags::Proxy) {
        return None;
    }
    message.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => Some(IpAddr::V4(*address)),
        NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => Some(IpAddr::V6(*address)),
        _ => None,
    })
}

fn link_layer_address(message: &NeighbourMessage) -> Option<MacAddress> {
    message.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::LinkLayerAddress(bytes) => {
            <[u8; 6]>::try_from(bytes.as_slice()).ok().map(MacAddress).filter(|mac| mac.0 != [0; 6])
        }
        _ => None,
    })
}

/// Whether the kernel takes it for valid, or did until it was last used (NUD_VALID less NUD_NOARP, which is nobody's answer).
fn is_valid(message: &NeighbourMessage) -> bool {
    use NeighbourState::{Delay, Permanent, Probe, Reachable, Stale};
    matches!(message.header.state, Reachable | Stale | Delay | Probe | Permanent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 1]);
    const OTHER: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 2]);

    fn message(interface: u32, address: IpAddr, mac: Option<MacAddress>, state: NeighbourState) -> NeighbourMessage {
        let mut message = NeighbourMessage::default();
        (message.header.ifindex, message.header.state) = (interface, state);
        message.attributes = vec![NeighbourAttribute::Destination(address.into())];
        message.attributes.extend(mac.map(|mac| NeighbourAttribute::LinkLayerAddress(mac.0.to_vec())));
        message
    }

    fn addresses() -> [IpAddr; 2] {
        ["192.0.2.7", "2001:db8::7"].map(|address| address.parse().unwrap())
    }

    #[test]
    fn a_row_appears_changes_and_goes() {
        for address in addresses() {
            let mut index = NeighbourIndex::default();
            let macs = |index: &NeighbourIndex| index.macs(address).collect::<Vec<_>>();
            index.update(&message(2, address, None, NeighbourState::Incomplete));
            assert_eq!(macs(&index), []);
            index.update(&message(2, address, Some(PHONE), NeighbourState::Reachable));
            index.update(&message(2, address, Some(PHONE), NeighbourState::Stale));
            assert_eq!(macs(&index), [PHONE]);
            index.update(&message(2, address, Some(OTHER), NeighbourState::Probe));
            assert_eq!(macs(&index), [OTHER]);
            // a failed row keeps the last MAC, which answers no more
            index.update(&message(2, address, Some(OTHER), NeighbourState::Failed));
            assert_eq!(macs(&index), []);
            index.update(&message(2, address, Some(PHONE), NeighbourState::Permanent));
            index.update(&message(3, address, Some(OTHER), NeighbourState::Delay));
            index.remove(&message(2, address, Some(PHONE), NeighbourState::Stale));
            assert_eq!(macs(&index), [OTHER], "the same address on another interface stays");
            assert_eq!(index.iter().collect::<Vec<_>>(), [Neighbour { interface: 3, address, mac: OTHER }]);
        }
    }

    #[test]
    fn what_a_dump_does_not_list_is_gone() {
        let [first, second] = addresses();
        let mut index = NeighbourIndex::default();
        index.begin_dump();
        index.update(&message(2, first, Some(PHONE), NeighbourState::Stale));
        index.update(&message(2, second, Some(PHONE), NeighbourState::Stale));
        index.end_dump();
        index.begin_dump();
        index.update(&message(2, second, Some(PHONE), NeighbourState::Reachable));
        assert_eq!(index.iter().count(), 2, "until the dump ends");
        index.end_dump();
        assert_eq!(index.iter().map(|row| row.address).collect::<Vec<_>>(), [second]);
    }

    #[test]
    fn forwarding_entries_and_proxies_are_no_neighbours() {
        let mut index = NeighbourIndex::default();
        let mut proxy = message(2, addresses()[0], Some(PHONE), NeighbourState::Permanent);
        proxy.header.flags = NeighbourFlags::Proxy;
        index.update(&proxy);
        let mut forwarding = message(2, addresses()[0], Some(PHONE), NeighbourState::Reachable);
        forwarding.attributes.remove(0);
        index.update(&forwarding);
        assert_eq!(index.iter().count(), 0);
    }
}
