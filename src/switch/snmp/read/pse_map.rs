//! Which interface a PSE row is. Pure.
//!
//! RFC 3621 defines no mapping from its index to interfaces, and five different ones are in the field. A row is an interface's only when
//! a rule proves it; a guess would power the wrong port.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Pse, PseRule, Reading};
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use crate::switch::snmp::read::local_ports::LocalPorts;
use crate::switch::snmp::read::numbering::{Numbering, Numbers};
use crate::switch::snmp::read::pse::{ONLY_GROUP, rows, value};
use model::ids::{IfIndex, PseIndex};
use snmp::manager::Tables;

/// PSE rows and what is proved about them.
#[derive(Debug, Clone, Default)]
pub struct PseMap {
    by_interface: BTreeMap<IfIndex, PseIndex>,
    /// Rows whose interface no rule proves.
    pub unmapped: Vec<PseIndex>,
}

impl PseMap {
    /// Tries the profile's rules in their order; each row goes to the first rule that proves it.
    #[must_use]
    pub fn of(pse: &Pse, tables: &Tables, interfaces: &Interfaces, local_ports: &LocalPorts) -> Self {
        let rows = rows(pse, tables);
        let mut proved: BTreeMap<PseIndex, IfIndex> = BTreeMap::new();
        for rule in &pse.mapping {
            let by_rule = match rule {
                PseRule::EntityAlias => by_entity_alias(pse.entity.as_ref(), &rows, tables),
                PseRule::IfIndexColumn => by_column(pse.interface.as_ref(), &rows, tables),
                PseRule::LldpLocalPower => by_lldp_local_power(&rows, tables, local_ports),
                PseRule::IfIndex => by_if_index(&rows, interfaces),
                PseRule::PortNumber => by_port_number(&rows, interfaces),
                PseRule::IfIndexInUnit => by_if_index_in_unit(&rows, interfaces),
                PseRule::UnitSlotPort => by_unit_slot_port(&rows, interfaces),
                PseRule::Thousands => by_thousands(&rows, interfaces),
            };
            for (row, interface) in by_rule {
                proved.entry(row).or_insert(interface);
            }
        }
        Self::from_proved(&rows, &proved, interfaces)
    }

    /// The PSE row of an interface.
    #[must_use]
    pub fn row(&self, interface: IfIndex) -> Option<PseIndex> {
        self.by_interface.get(&interface).copied()
    }

    /// Keeps what is proved for one existing interface each: two rows of one interface prove nothing.
    fn from_proved(rows: &BTreeSet<PseIndex>, proved: &BTreeMap<PseIndex, IfIndex>, interfaces: &Interfaces) -> Self {
        let mut map = Self::default();
        let mut uses: BTreeMap<IfIndex, u32> = BTreeMap::new();
        for interface in proved.values() {
            *uses.entry(*interface).or_default() += 1;
        }
        for row in rows {
            let interface = proved.get(row).filter(|interface| interfaces.get(**interface).is_some());
            match interface {
                Some(interface) if uses.get(interface) == Some(&1) => {
                    map.by_interface.insert(*interface, *row);
                }
                _ => map.unmapped.push(*row),
            }
        }
        map
    }
}

fn by_entity_alias(entity: Option<&Reading>, rows: &BTreeSet<PseIndex>, tables: &Tables) -> BTreeMap<PseIndex, IfIndex> {
    let Some(entity) = entity else { return BTreeMap::new() };
    let aliases: BTreeMap<u32, IfIndex> = tables
        .column(mib::ENT_ALIAS)
        .filter_map(|(instance, value)| {
            // A RowPointer to the ifIndex of an ifEntry; other columns than the first occur.
            match value.oid()?.strip_prefix(mib::IF_ENTRY)? {
                [_, index] => Some((*instance.first()?, IfIndex(*index))),
                _ => None,
            }
        })
        .collect();
    rows.iter().filter_map(|row| Some((*row, *aliases.get(&tables.unsigned(&entity.oid, &[row.group, row.port])?)?))).collect()
}

fn by_column(column: Option<&Reading>, rows: &BTreeSet<PseIndex>, tables: &Tables) -> BTreeMap<PseIndex, IfIndex> {
    let Some(column) = column else { return BTreeMap::new() };
    rows.iter().filter_map(|row| Some((*row, IfIndex(u32::try_from(value(tables, &column.oid, *row)?).ok()?)))).collect()
}

fn by_lldp_local_power(rows: &BTreeSet<PseIndex>, tables: &Tables, local_ports: &LocalPorts) -> BTreeMap<PseIndex, IfIndex> {
    let advertised: BTreeSet<u32> = tables
        .numbers(mib::LLDP_LOC_POWER_SUPPORTED)
        .filter(|(_, supported)| *supported == 1)
        .filter_map(|(instance, _)| Some(local_ports.interface(*instance.first()?)?.0))
        .collect();
    let ports: BTreeSet<u32> = rows.iter().map(|row| row.port).collect();
    if advertised.is_empty() || ports.len() != rows.len() || ports != advertised {
        return BTreeMap::new();
    }
    as_if_index(rows)
}

fn by_if_index(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let ports: BTreeSet<u32> = rows.iter().map(|row| row.port).collect();
    let ethernet: BTreeSet<u32> =
        interfaces.iter().filter(|(_, interface)| interface.is_ethernet()).map(|(index, _)| index.0).collect();
    if ports.len() != rows.len() || !ports.is_subset(&ethernet) {
        return BTreeMap::new();
    }
    let groups: BTreeSet<u32> = rows.iter().map(|row| row.group).collect();
    let counts_from_one = ports.first() == Some(&1);
    if counts_from_one && (groups.len() != 1 || ports != ethernet) {
        return BTreeMap::new();
    }
    // Numbers that are bridge ports as well must be the same ports so.
    let is_other = |port: &u32| Numbering::BridgePort.interface(interfaces, *port).is_some_and(|index| index.0 != *port);
    if ports.iter().all(|port| Numbering::BridgePort.interface(interfaces, *port).is_some()) && ports.iter().any(is_other) {
        return BTreeMap::new();
    }
    if some_bridge(ports.iter().copied().map(IfIndex), interfaces) { as_if_index(rows) } else { BTreeMap::new() }
}

/// A port that manages the switch is an Ethernet port too, but powers nothing: at least one of those that do bridges. Not all: links of an
/// aggregate are no bridge ports on some switches.
fn some_bridge(mut indexes: impl Iterator<Item = IfIndex>, interfaces: &Interfaces) -> bool {
    let bridges = |index| interfaces.get(index).is_some_and(|interface| interface.bridge_port.is_some());
    interfaces.bridge_ports().next().is_none() || indexes.any(bridges)
}

fn as_if_index(rows: &BTreeSet<PseIndex>) -> BTreeMap<PseIndex, IfIndex> {
    rows.iter().map(|row| (*row, IfIndex(row.port))).collect()
}

/// By what the rows themselves prove their numbers to be. Two groups that count alike number no ports of the switch.
fn by_port_number(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let ports: BTreeSet<u32> = rows.iter().map(|row| row.port).collect();
    let is_ethernet = |_, index| interfaces.get(index).is_some_and(Interface::is_ethernet);
    let numbers = Numbers::proved_by(&ports, interfaces, is_ethernet);
    let all_are_ports = ports.len() == rows.len() && ports.iter().all(|port| !numbers.candidates(interfaces, *port).is_empty());
    let of = |row: &PseIndex| Some((*row, numbers.interface(interfaces, row.port).filter(|index| is_ethernet(0, *index))?));
    let proved: BTreeMap<_, _> = rows.iter().filter_map(of).collect();
    if all_are_ports && some_bridge(proved.values().copied(), interfaces) { proved } else { BTreeMap::new() }
}

/// Proves all rows or none: one box of another number shows that the group is no box.
fn by_if_index_in_unit(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let in_unit = |row: &PseIndex| {
        let interface = interfaces.get(IfIndex(row.port)).filter(|interface| interface.is_ethernet());
        interface.is_some_and(|interface| matches!(interface.numbers()[..], [unit, _, _] if unit == row.group))
    };
    if rows.iter().all(in_unit) { as_if_index(rows) } else { BTreeMap::new() }
}

/// Proves all rows or none.
fn by_thousands(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let of = |row: &PseIndex| {
        let index = row.group.checked_mul(1000)?.checked_add(row.port).map(IfIndex)?;
        interfaces.get(index).filter(|interface| interface.is_ethernet()).map(|_| (*row, index))
    };
    rows.iter().map(of).collect::<Option<_>>().unwrap_or_default()
}

/// Each group goes to the one kind of name that has a port for all of its rows: with names of two kinds, `Gi1/0/1` and `Te1/0/1`, only
/// the one of which there are enough can be meant.
fn by_unit_slot_port(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let mut kinds: BTreeMap<&str, BTreeMap<PseIndex, IfIndex>> = BTreeMap::new();
    for (index, interface) in interfaces.iter().filter(|(_, interface)| interface.is_ethernet()) {
        if let Some((kind, row)) = unit_slot_port(interface.name.as_str()) {
            kinds.entry(kind).or_default().insert(row, index);
        }
    }
    let groups: BTreeSet<u32> = rows.iter().map(|row| row.group).collect();
    let of_group = |group: u32| {
        let wanted: Vec<PseIndex> = rows.iter().filter(|row| row.group == group).copied().collect();
        let mut fitting = kinds.values().filter(|kind| wanted.iter().all(|row| kind.contains_key(row)));
        let only = fitting.next().filter(|_| fitting.next().is_none());
        only.map(|kind| wanted.iter().filter_map(|row| Some((*row, *kind.get(row)?))).collect::<Vec<_>>()).unwrap_or_default()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// `Gi1/0/5` is `Gi` and 1.5, `0/5` is port 5 of the only unit; slots other than 0 are modules and have no PSE row of that number.
fn unit_slot_port(name: &str) -> Option<(&str, PseIndex)> {
    let kind_length = name.find(|letter: char| letter.is_ascii_digit())?;
    let (kind, numbers) = name.split_at(kind_length);
    let numbers: Vec<u32> = numbers.split('/').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [unit, 0, port] => Some((kind, PseIndex { group: *unit, port: *port })),
        [0, port] => Some((kind, PseIndex { group: ONLY_GROUP, port: *port })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::Oid;
    use snmp::manager::Datum;

    fn switch(interfaces: &[u32], rows: &[(u32, u32)]) -> Tables {
        let mut tables = Tables::default();
        for index in interfaces {
            tables.insert(Oid::joined(mib::IF_DESCR, &[*index]), Datum::Octets(format!("port{index}").into_bytes()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[*index]), Datum::Number(6));
        }
        for (group, port) in rows {
            tables.insert(Oid::from([1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, *group, *port]), Datum::Number(1));
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 1, *group, *port]), Datum::Number(1));
        }
        tables
    }

    fn mapped(profile: &str, tables: &Tables) -> (Vec<(u32, String)>, usize) {
        let pse = by_name(profile).and_then(|profile| profile.pse.as_ref()).unwrap();
        let interfaces = Interfaces::of(tables);
        let map = PseMap::of(pse, tables, &interfaces, &LocalPorts::of(tables, &interfaces));
        (map.by_interface.iter().map(|(index, row)| (index.0, row.to_string())).collect(), map.unmapped.len())
    }

    /// A switch whose interfaces have these names, from ifIndex 1.
    fn named(names: &[&str]) -> Tables {
        let mut tables = Tables::default();
        for (index, name) in (1..).zip(names) {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6));
        }
        tables
    }

    const ENABLED: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3];

    #[test]
    fn numbers_that_do_not_count_from_one_are_if_indexes() {
        assert_eq!(
            mapped("standard", &switch(&[49, 50, 51], &[(1, 49), (1, 50)])).0,
            [(49, "1.49".to_owned()), (50, "1.50".to_owned())]
        );
    }

    #[test]
    fn counting_from_one_proves_nothing_unless_every_ethernet_port_has_power() {
        assert_eq!(mapped("standard", &switch(&[1, 2, 3], &[(1, 1), (1, 2)])), (vec![], 2));
        assert_eq!(mapped("standard", &switch(&[1, 2], &[(1, 1), (1, 2)])).1, 0);
    }

    #[test]
    fn a_stack_that_counts_each_member_from_one_proves_nothing() {
        assert_eq!(mapped("standard", &switch(&[1, 2, 3, 4], &[(1, 1), (1, 2), (2, 1), (2, 2)])), (vec![], 4));
    }

    #[test]
    fn the_entity_alias_finds_the_interface() {
        let mut tables = switch(&[10001, 10002], &[(1, 3), (1, 4)]);
        for (port, entity, interface) in [(3, 1001, 10001), (4, 1002, 10002)] {
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 11, 1, port]), Datum::Number(entity));
            let entity = u32::try_from(entity).unwrap();
            tables.insert(Oid::joined(mib::ENT_ALIAS, &[entity, 0]), Datum::Oid(Oid::joined(mib::IF_ENTRY, &[1, interface])));
        }
        assert_eq!(mapped("cisco-ios", &tables), (vec![(10001, "1.3".to_owned()), (10002, "1.4".to_owned())], 0));
    }

    #[test]
    fn unit_and_port_are_in_the_name_where_one_kind_of_name_has_all_of_them() {
        assert_eq!(unit_slot_port("Gi1/0/5").map(|(kind, row)| (kind, row.to_string())), Some(("Gi", "1.5".to_owned())));
        assert_eq!(unit_slot_port("0/12").map(|(kind, row)| (kind, row.to_string())), Some(("", "1.12".to_owned())));
        assert_eq!(unit_slot_port("Te1/1/5"), None, "a module");
        assert_eq!(unit_slot_port("vlan 1"), None);
        let mut tables = switch(&[], &[(1, 1), (1, 2)]);
        for (index, name) in [(1, "Gi1/0/1"), (2, "Gi1/0/2"), (3, "Te1/0/1"), (4, "Gi1/0/3")] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6));
        }
        assert_eq!(mapped("dell-n", &tables), (vec![(1, "1.1".to_owned()), (2, "1.2".to_owned())], 0));
        tables.insert(Oid::joined(mib::IF_NAME, &[5]), Datum::Octets(b"Te1/0/2".to_vec()));
        tables.insert(Oid::joined(mib::IF_TYPE, &[5]), Datum::Number(6));
        assert_eq!(mapped("dell-n", &tables), (vec![], 2), "two kinds have both ports");
    }

    /// Gives the interfaces bridge ports.
    fn bridge(tables: &mut Tables, ports: &[(u32, i64)]) {
        tables.extend(ports.iter().map(|(port, index)| (Oid::joined(mib::BASE_PORT_IF_INDEX, &[*port]), Datum::Number(*index))));
    }

    #[test]
    fn a_single_row_is_not_the_port_that_manages_the_switch() {
        for profile in ["standard", "aruba-os-switch"] {
            let mut tables = switch(&[1, 5, 6, 7], &[(1, 5)]);
            bridge(&mut tables, &[(1, 6), (2, 7)]);
            assert_eq!(mapped(profile, &tables), (vec![], 1), "{profile}: 5 does not bridge");
            bridge(&mut tables, &[(5, 5)]);
            assert_eq!(mapped(profile, &tables).0, [(5, "1.5".to_owned())], "{profile}");
        }
    }

    #[test]
    fn a_number_that_is_two_ports_proves_nothing() {
        for profile in ["standard", "aruba-os-switch"] {
            let mut tables = switch(&[5, 6, 7, 8], &[(1, 5), (1, 6)]);
            bridge(&mut tables, &[(5, 7), (6, 8), (7, 5), (8, 6)]);
            assert_eq!(mapped(profile, &tables), (vec![], 2), "{profile}");
        }
        let mut tables = switch(&[5, 6, 7, 8], &[(1, 1), (1, 2)]);
        bridge(&mut tables, &[(1, 7), (2, 8), (3, 5), (4, 6)]);
        let expected = [(7, "1.1".to_owned()), (8, "1.2".to_owned())];
        assert_eq!(mapped("aruba-os-switch", &tables).0, expected, "no interface is 1 or 2");
    }

    #[test]
    fn two_rows_of_one_interface_are_both_unmapped() {
        let mut tables = switch(&[10001], &[(1, 3), (1, 4)]);
        for port in [3, 4] {
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 11, 1, port]), Datum::Number(1001));
        }
        tables.insert(Oid::joined(mib::ENT_ALIAS, &[1001, 0]), Datum::Oid(Oid::joined(mib::IF_ENTRY, &[1, 10001])));
        assert_eq!(mapped("cisco-ios", &tables), (vec![], 2));
    }

    #[test]
    fn an_if_index_is_in_the_unit_that_its_name_says() {
        let mut tables = named(&["gi1/0/1", "te1/0/1", "gi2/0/1"]);
        tables.insert(Oid::joined(ENABLED, &[1, 1]), Datum::Number(1));
        tables.insert(Oid::joined(ENABLED, &[2, 3]), Datum::Number(1));
        assert_eq!(mapped("cisco-small-business", &tables).0, [(1, "1.1".to_owned()), (3, "2.3".to_owned())]);
        tables.insert(Oid::joined(ENABLED, &[2, 2]), Datum::Number(1));
        assert_eq!(mapped("cisco-small-business", &tables), (vec![], 3), "te1/0/1 is in unit 1, so the group is no unit");
    }

    #[test]
    fn a_column_names_the_interface_where_no_entity_does() {
        let mut tables = switch(&[10001, 10002], &[(1, 3), (1, 4)]);
        for (port, interface) in [(3, 10001), (4, 10002)] {
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 5, 1, 4, 1, 1, 11, 1, port]), Datum::Number(interface));
        }
        assert_eq!(mapped("cisco-ios", &tables), (vec![(10001, "1.3".to_owned()), (10002, "1.4".to_owned())], 0));
    }

    #[test]
    fn any_column_has_the_rows_and_some_rows_are_unpowered_ports() {
        let mut tables = named(&["gi1/0/1", "gi1/0/2"]);
        tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 108, 1, 1, 5, 1, 2]), Datum::Number(6852));
        assert_eq!(mapped("cisco-small-business", &tables).0, [(2, "1.2".to_owned())]);
        for (port, control) in [(1, 1), (2, 3)] {
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 1991, 1, 1, 2, 14, 2, 2, 1, 2, port]), Datum::Number(control));
        }
        assert_eq!(mapped("ruckus-icx", &tables), (vec![(2, "1.2".to_owned())], 0));
    }
}
