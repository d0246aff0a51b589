//! Interfaces of a switch (IF-MIB) and its bridge ports (BRIDGE-MIB): which number is which name. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::read::text;
use model::ids::{BridgePort, IfIndex, MacAddress, PortName};
use snmp::manager::Tables;

/// ifType of link aggregation (ieee8023adLag).
const LAG: i64 = 161;
/// ifTypes of Ethernet: ethernetCsmacd, fastEther, fastEtherFX, gigabitEthernet. Only the first is still in use by standard.
const ETHERNET: [i64; 4] = [6, 62, 69, 117];

#[derive(Debug, Clone)]
pub struct Interface {
    pub name: PortName,
    /// ifName as the agent gives it.
    pub if_name: Option<String>,
    /// ifDescr.
    pub description: Option<String>,
    /// ifType.
    pub kind: Option<i64>,
    /// ifPhysAddress, where it is a MAC address.
    pub mac: Option<MacAddress>,
    pub bridge_port: Option<BridgePort>,
}

/// All interfaces, by ifIndex.
#[derive(Debug, Clone, Default)]
pub struct Interfaces {
    by_index: BTreeMap<IfIndex, Interface>,
    by_bridge_port: BTreeMap<BridgePort, IfIndex>,
}

impl Interface {
    /// Whether it is an Ethernet port; an agent without ifType gets the benefit of the doubt.
    #[must_use]
    pub fn is_ethernet(&self) -> bool {
        self.kind.is_none_or(|kind| ETHERNET.contains(&kind))
    }

    /// Whether tables of ports may be about it: it bridges, or is what could, an Ethernet port or an aggregate.
    #[must_use]
    pub fn may_bridge(&self) -> bool {
        self.bridge_port.is_some() || self.is_ethernet() || self.is_aggregate()
    }

    /// The numbers in its name: box, slot and port, as far as it has them.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        let digits = self.name.as_str().split(|letter: char| !letter.is_ascii_digit());
        digits.filter_map(|number| number.parse().ok()).collect()
    }

    /// Whether it is an aggregate of links.
    #[must_use]
    pub fn is_aggregate(&self) -> bool {
        self.kind == Some(LAG)
    }
}

impl Interfaces {
    /// Joins ifName, ifDescr, ifType and dot1dBasePortIfIndex. A bridge port whose interface is not in a table that is there is no port.
    #[must_use]
    pub fn of(tables: &Tables) -> Self {
        let told: BTreeSet<IfIndex> = indexes(tables).collect();
        let by_bridge_port: BTreeMap<_, _> = tables
            .numbers(mib::BASE_PORT_IF_INDEX)
            .filter_map(|(instance, index)| match instance {
                // 0 is no ifIndex: some agents keep such a row for a port that is not there.
                [port] => Some((BridgePort(*port), IfIndex(u32::try_from(index).ok().filter(|index| *index != 0)?))),
                _ => None,
            })
            .filter(|(_, index)| told.is_empty() || told.contains(index))
            .collect();
        let mut ports = BTreeMap::new();
        for (port, index) in &by_bridge_port {
            ports.entry(*index).or_insert(*port);
        }
        let indexes: BTreeSet<_> = told.into_iter().chain(by_bridge_port.values().copied()).collect();
        let mut by_index: BTreeMap<_, _> =
            indexes.into_iter().map(|index| (index, interface(tables, index, ports.get(&index).copied()))).collect();
        make_names_unique(&mut by_index);
        Self { by_index, by_bridge_port }
    }

    #[must_use]
    pub fn get(&self, index: IfIndex) -> Option<&Interface> {
        self.by_index.get(&index)
    }

    /// All interfaces in the order of ifIndex.
    pub fn iter(&self) -> impl Iterator<Item = (IfIndex, &Interface)> {
        self.by_index.iter().map(|(index, interface)| (*index, interface))
    }

    /// The interface of a bridge port.
    #[must_use]
    pub fn of_bridge_port(&self, port: BridgePort) -> Option<IfIndex> {
        self.by_bridge_port.get(&port).copied()
    }

    /// All bridge ports in their order.
    pub fn bridge_ports(&self) -> impl Iterator<Item = (BridgePort, IfIndex)> {
        self.by_bridge_port.iter().map(|(port, index)| (*port, *index))
    }

    /// The one interface called so, by name or description; exact spelling before any case. `None` when none or more than one is.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<IfIndex> {
        let only = |same: &dyn Fn(&str) -> bool| {
            let mut found = self.iter().filter(|(_, interface)| interface.answers_to(same)).map(|(index, _)| index);
            found.next().filter(|_| found.next().is_none())
        };
        only(&|name| name == text).or_else(|| only(&|name| name.eq_ignore_ascii_case(text)))
    }

    /// The one interface with this address. `None` when none or more than one has it: many switches have one for all ports.
    #[must_use]
    pub fn with_mac(&self, mac: MacAddress) -> Option<IfIndex> {
        let mut found = self.iter().filter(|(_, interface)| interface.mac == Some(mac)).map(|(index, _)| index);
        found.next().filter(|_| found.next().is_none())
    }

    /// Whether bridge port numbers and ifIndexes are the same numbers on this switch.
    #[must_use]
    pub fn bridge_ports_are_if_indexes(&self) -> bool {
        !self.by_bridge_port.is_empty() && self.by_bridge_port.iter().all(|(port, index)| port.0 == index.0)
    }
}

impl Interface {
    fn answers_to(&self, same: &dyn Fn(&str) -> bool) -> bool {
        same(self.name.as_str()) || self.description.as_deref().is_some_and(same)
    }
}

fn indexes(tables: &Tables) -> impl Iterator<Item = IfIndex> + '_ {
    let columns = [mib::IF_NAME, mib::IF_DESCR, mib::IF_TYPE];
    columns.into_iter().flat_map(|column| tables.column(column)).filter_map(|(instance, _)| match instance {
        [index] => Some(IfIndex(*index)),
        _ => None,
    })
}

fn interface(tables: &Tables, index: IfIndex, bridge_port: Option<BridgePort>) -> Interface {
    let description = text::text_at(tables, mib::IF_DESCR, &[index.0]);
    let if_name = text::text_at(tables, mib::IF_NAME, &[index.0]);
    Interface {
        name: PortName::from(if_name.clone().or_else(|| description.clone()).unwrap_or_else(|| fallback_name(index))),
        if_name,
        description,
        kind: tables.number(mib::IF_TYPE, &[index.0]),
        mac: tables.bytes(mib::IF_PHYS_ADDRESS, &[index.0]).and_then(text::mac),
        bridge_port,
    }
}

fn fallback_name(index: IfIndex) -> String {
    format!("ifIndex {index}")
}

/// Two interfaces of one ifName are told apart by ifDescr, else by ifIndex.
fn make_names_unique(interfaces: &mut BTreeMap<IfIndex, Interface>) {
    for better in
        [|_: IfIndex, interface: &Interface| interface.description.clone(), |index, _: &Interface| Some(fallback_name(index))]
    {
        let mut seen = BTreeSet::new();
        let shared = interfaces.values().map(|interface| &interface.name).filter(|name| !seen.insert(*name));
        let shared: BTreeSet<PortName> = shared.cloned().collect();
        for (index, interface) in interfaces.iter_mut() {
            if shared.contains(&interface.name)
                && let Some(name) = better(*index, interface)
            {
                interface.name = PortName::from(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;
    use snmp::manager::Datum;

    fn tables(rows: &[(u32, &str, &str)]) -> Tables {
        let mut tables = Tables::default();
        for (index, name, description) in rows {
            tables.insert(Oid::joined(mib::IF_NAME, &[*index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::IF_DESCR, &[*index]), Datum::Octets(description.as_bytes().to_vec()));
        }
        tables
    }

    #[test]
    fn equal_names_are_told_apart() {
        let interfaces = Interfaces::of(&tables(&[(1, "p", "port 1"), (2, "p", "port 2"), (3, "", "same"), (4, "", "same")]));
        let names: Vec<_> = interfaces.iter().map(|(_, interface)| interface.name.to_string()).collect();
        assert_eq!(names, ["port 1", "port 2", "ifIndex 3", "ifIndex 4"]);
    }

    #[test]
    fn a_bridge_port_without_an_interface_is_no_port() {
        let mut tables = tables(&[(1026, "1/26", ""), (2001, "2/1", "")]);
        for (port, index) in [(26, 1026), (27, 0), (28, 4601), (129, 2001)] {
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(index));
        }
        let interfaces = Interfaces::of(&tables);
        assert_eq!(interfaces.iter().count(), 2);
        assert_eq!(interfaces.bridge_ports().map(|(port, _)| port.0).collect::<Vec<_>>(), [26, 129]);
        assert_eq!(interfaces.get(IfIndex(2001)).unwrap().numbers(), [2, 1]);
    }

    #[test]
    fn without_a_table_of_interfaces_bridge_ports_are_the_interfaces() {
        let mut tables = Tables::default();
        tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[3]), Datum::Number(7));
        assert_eq!(Interfaces::of(&tables).get(IfIndex(7)).unwrap().bridge_port, Some(BridgePort(3)));
    }

    #[test]
    fn a_name_that_two_interfaces_have_names_none() {
        let interfaces = Interfaces::of(&tables(&[(10, "Gi1/0/1", "link"), (11, "Gi1/0/2", "link")]));
        assert_eq!(interfaces.named("gi1/0/2"), Some(IfIndex(11)));
        assert_eq!(interfaces.named("link"), None);
    }
}
