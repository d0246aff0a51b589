//! Lists of ports as text, like `1,3,4-7` or `1/0/1,1/0/4-7,LAG2`: read whole or not at all. Pure.
//!
//! A text that is no list, or that names a port nobody knows, says nothing of any port; taken for the empty list it would be false of all.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::profile::{ListGrammar, MembershipTable, Profile};
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::text;
use model::ids::{BridgePort, IfIndex};
use snmp::manager::Tables;

/// More ports than any stack has: a text that says more is no list of ports.
const MOST_PORTS: u32 = 10_000;

/// What ports are called in the lists of a switch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortNames {
    /// `None`: two ports have this name.
    ports: BTreeMap<String, Option<BridgePort>>,
    /// All bridge ports.
    numbers: BTreeSet<BridgePort>,
}

impl PortNames {
    /// By the column that the grammar names; where the switch does not have it, by what follows the last blank of the interfaces' names.
    #[must_use]
    pub fn of(profile: &Profile, tables: &Tables, interfaces: &Interfaces) -> Self {
        let Some(MembershipTable::Commands { grammar, .. }) = &profile.membership else { return Self::default() };
        let bridge_port = |index: IfIndex| interfaces.get(index).and_then(|interface| interface.bridge_port);
        let numbers: BTreeSet<BridgePort> = interfaces.iter().filter_map(|(_, interface)| interface.bridge_port).collect();
        let rows: Vec<(u32, String)> = grammar
            .names
            .iter()
            .flat_map(|names| tables.column(&names.oid))
            .filter_map(|(instance, name)| Some((*instance.last()?, text::text(name.bytes()?)?)))
            .collect();
        // One numbering for all rows: a number may be one port's ifIndex and another's bridge port.
        let are_bridge_ports = rows.iter().all(|(number, _)| numbers.contains(&BridgePort(*number)));
        let port = |number| if are_bridge_ports { Some(BridgePort(number)) } else { bridge_port(IfIndex(number)) };
        let mut names: Vec<(String, Option<BridgePort>)> = rows.into_iter().map(|(number, name)| (name, port(number))).collect();
        if names.is_empty() {
            names.extend(interfaces.iter().filter_map(|(_, interface)| {
                let (_, end) = interface.name.as_str().rsplit_once(' ')?;
                end.contains('/').then(|| (end.to_owned(), interface.bridge_port))
            }));
        }
        let mut ports = BTreeMap::new();
        for (name, port) in names {
            ports.entry(name).and_modify(|known| *known = None).or_insert(port);
        }
        Self { ports, numbers }
    }

    /// The ports of a list; `None` when it is none.
    #[must_use]
    pub fn parse(&self, list: &[u8], grammar: &ListGrammar) -> Option<BTreeSet<BridgePort>> {
        let Some(list) = text::text(list) else { return Some(BTreeSet::new()) };
        let mut ports = BTreeSet::new();
        for item in list.split(grammar.between).map(str::trim) {
            match self.port(item) {
                Some(port) => drop(ports.insert(port)),
                None => ports.extend(self.range(item, grammar.range)?),
            }
        }
        Some(ports)
    }

    /// What a port is called in lists: its name where it has one, else its number.
    #[must_use]
    pub fn name(&self, port: BridgePort) -> String {
        let named = self.ports.iter().find(|(_, own)| **own == Some(port));
        named.map_or_else(|| port.to_string(), |(name, _)| name.clone())
    }

    fn port(&self, item: &str) -> Option<BridgePort> {
        if let Some(port) = self.ports.get(item) {
            return *port;
        }
        item.parse().ok().map(BridgePort).filter(|port| self.numbers.contains(port))
    }

    fn range(&self, item: &str, between: char) -> Option<BTreeSet<BridgePort>> {
        let (first, last) = item.rsplit_once(between)?;
        let number_at = first.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let (before, number) = first.split_at(number_at);
        // The last port with all of its name, or with its last number only.
        let last = last.strip_prefix(before).unwrap_or(last);
        let (from, to): (u32, u32) = (number.parse().ok()?, last.parse().ok()?);
        if from > to || to > MOST_PORTS {
            return None;
        }
        (from..=to).map(|number| self.port(&format!("{before}{number}"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::Oid;
    use snmp::manager::Datum;

    const NAMES: [u32; 14] = [1, 3, 6, 1, 4, 1, 11863, 6, 14, 1, 1, 1, 1, 1];

    /// Interfaces with bridge ports of their ifIndex, each with a name of its own in lists.
    fn switch(ports: &[(u32, &str, Option<&str>)]) -> Tables {
        let mut tables = Tables::default();
        for (index, name, in_lists) in ports {
            tables.insert(Oid::joined(mib::IF_NAME, &[*index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[*index]), Datum::Number(i64::from(*index)));
            let in_lists = in_lists.map(|own| (Oid::joined(&NAMES, &[*index]), Datum::Octets(own.as_bytes().to_vec())));
            tables.extend(in_lists);
        }
        tables
    }

    fn read(tables: &Tables, list: &str) -> Option<Vec<u32>> {
        let profile = by_name("tplink-jetstream").unwrap();
        let Some(MembershipTable::Commands { grammar, .. }) = &profile.membership else { panic!("no commands") };
        let names = PortNames::of(profile, tables, &Interfaces::of(tables));
        Some(names.parse(list.as_bytes(), grammar)?.into_iter().map(|port| port.0).collect())
    }

    fn named() -> Tables {
        switch(&[
            (32769, "port-channel 1", Some("LAG1")),
            (32770, "port-channel 2", Some("LAG2")),
            (49153, "gigabitEthernet 1/0/1", Some("1/0/1")),
            (49154, "gigabitEthernet 1/0/2", Some("1/0/2")),
            (49155, "gigabitEthernet 1/0/3", Some("1/0/3")),
            (49253, "gigabitEthernet 2/0/1", Some("2/0/1")),
        ])
    }

    #[test]
    fn names_ranges_and_aggregates_are_ports() {
        let tables = named();
        assert_eq!(read(&tables, ""), Some(vec![]));
        assert_eq!(read(&tables, "1/0/1,1/0/3\0"), Some(vec![49153, 49155]));
        assert_eq!(read(&tables, "1/0/1-3, LAG1-2"), Some(vec![32769, 32770, 49153, 49154, 49155]));
        assert_eq!(read(&tables, "1/0/1-1/0/2,2/0/1"), Some(vec![49153, 49154, 49253]));
        assert_eq!(read(&tables, "49154"), Some(vec![49154]));
    }

    #[test]
    fn what_is_no_list_is_unknown_and_not_empty() {
        let tables = named();
        for text in ["1/0/1;1/0/2", "N/A", "1/0/9", "1/0/3-1", "1/0/1,,1/0/2", "1/0/1-9", "1/0/0-99999", "1,2,3", "-"] {
            assert_eq!(read(&tables, text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_bridge_ports_and_the_end_of_an_interfaces_name_stands_in() {
        let numbered = switch(&[(1, "Port 1", None), (2, "Port 2", None), (3, "Port 3", None)]);
        assert_eq!(read(&numbered, "1,2-3"), Some(vec![1, 2, 3]));
        let unnamed = switch(&[(49153, "gigabitEthernet 1/0/1", None), (49154, "gigabitEthernet 1/0/2", None)]);
        assert_eq!(read(&unnamed, "1/0/1-2"), Some(vec![49153, 49154]));
        assert_eq!(read(&unnamed, "1/0/1,LAG1"), None, "no port is known to be LAG1");
    }
}
