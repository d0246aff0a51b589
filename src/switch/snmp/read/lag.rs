//! Aggregates of links, and which ports are their links: dot3adAggPortTable (IEEE 802.3ad), else ifStackTable (IF-MIB). Pure.
//!
//! In ifStackTable VLAN interfaces and logical units lie above ports too. An aggregate is what says so by its ifType, or what bridges
//! itself and has more than one Ethernet port below it.

use std::collections::BTreeMap;

use crate::switch::snmp::mib;
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use model::ids::IfIndex;
use snmp::manager::Tables;

/// ifType propMultiplexor, which some agents give their aggregates.
const MULTIPLEXOR: i64 = 54;

/// The aggregate of each port that is a link of one.
#[must_use]
pub fn of_links(tables: &Tables, interfaces: &Interfaces) -> BTreeMap<IfIndex, IfIndex> {
    let mut aggregates: BTreeMap<IfIndex, IfIndex> = named_by(tables, mib::ATTACHED_AGGREGATE).collect();
    for (link, aggregate) in selected(tables, interfaces) {
        aggregates.entry(link).or_insert(aggregate);
    }
    for (aggregate, below) in stacked(tables, interfaces) {
        let named = interfaces.get(aggregate).is_some_and(is_named_so);
        if named || below.len() > 1 {
            for link in below {
                aggregates.entry(link).or_insert(aggregate);
            }
        }
    }
    aggregates
}

/// Whether there is an aggregate, while no port says that it is its link: then ifStackTable may tell. Its links may be down.
#[must_use]
pub fn lack_links(tables: &Tables, interfaces: &Interfaces) -> bool {
    let attached = named_by(tables, mib::ATTACHED_AGGREGATE).chain(selected(tables, interfaces));
    let told: Vec<IfIndex> = attached.map(|(_, aggregate)| aggregate).collect();
    interfaces.iter().any(|(index, interface)| may_be(interface) && !told.contains(&index))
}

/// What dot3adAggPortSelectedAggID says of links that are down, where it names an aggregate: agents also name one that every port
/// could use.
fn selected<'a>(tables: &'a Tables, interfaces: &'a Interfaces) -> impl Iterator<Item = (IfIndex, IfIndex)> + 'a {
    let is_one = |index: &IfIndex| interfaces.get(*index).is_some_and(is_named_so);
    named_by(tables, mib::SELECTED_AGGREGATE).filter(move |(_, aggregate)| is_one(aggregate))
}

/// By a column of dot3adAggPortTable: 0 is none, and an aggregate may name itself.
fn named_by<'a>(tables: &'a Tables, column: &[u32]) -> impl Iterator<Item = (IfIndex, IfIndex)> + use<'a> {
    tables.numbers(column).filter_map(|(row, aggregate)| {
        let (link, aggregate) = (*row.first()?, u32::try_from(aggregate).ok()?);
        (aggregate != 0 && aggregate != link).then_some((IfIndex(link), IfIndex(aggregate)))
    })
}

/// The Ethernet ports below each interface that may be an aggregate.
fn stacked(tables: &Tables, interfaces: &Interfaces) -> BTreeMap<IfIndex, Vec<IfIndex>> {
    let mut below: BTreeMap<IfIndex, Vec<IfIndex>> = BTreeMap::new();
    for (row, _) in tables.column(mib::IF_STACK_STATUS) {
        let [higher, lower] = row else { continue };
        let (higher, lower) = (IfIndex(*higher), IfIndex(*lower));
        if interfaces.get(higher).is_some_and(may_be) && interfaces.get(lower).is_some_and(Interface::is_ethernet) {
            below.entry(higher).or_default().push(lower);
        }
    }
    below
}

fn is_named_so(interface: &Interface) -> bool {
    interface.is_aggregate() || interface.kind == Some(MULTIPLEXOR)
}

fn may_be(interface: &Interface) -> bool {
    is_named_so(interface) || (interface.bridge_port.is_some() && !interface.is_ethernet())
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;
    use snmp::manager::Datum;

    /// ifType propVirtual.
    const VIRTUAL: i64 = 53;

    /// Ports 1 to 3, and above them interface 10 of a type, which bridges when it has a bridge port.
    fn switch(kind: i64, bridges: bool, below: &[u32]) -> Tables {
        let mut tables = Tables::default();
        for (index, kind) in [(1, 6), (2, 6), (3, 6), (10, kind)] {
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(kind));
            tables.insert(Oid::joined(mib::IF_OPER_STATUS, &[index]), Datum::Number(1));
        }
        if bridges {
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[64]), Datum::Number(10));
        }
        for index in below {
            tables.insert(Oid::joined(mib::IF_STACK_STATUS, &[10, *index]), Datum::Number(1));
        }
        tables
    }

    fn links(tables: &Tables) -> Vec<u32> {
        of_links(tables, &Interfaces::of(tables)).into_keys().map(|index| index.0).collect()
    }

    #[test]
    fn what_bridges_over_several_ports_is_an_aggregate() {
        assert_eq!(links(&switch(VIRTUAL, true, &[1, 2])), [1, 2]);
        assert_eq!(links(&switch(VIRTUAL, true, &[1])), [0; 0], "a logical unit of a port");
        assert_eq!(links(&switch(VIRTUAL, false, &[1, 2])), [0; 0], "an interface of a VLAN");
        assert_eq!(links(&switch(161, false, &[1])), [1]);
        assert_eq!(links(&switch(MULTIPLEXOR, false, &[1])), [1]);
    }

    #[test]
    fn the_stack_is_only_wanted_where_ports_do_not_name_their_aggregate() {
        let lack = |tables: &Tables| lack_links(tables, &Interfaces::of(tables));
        let mut tables = switch(161, false, &[]);
        assert!(lack(&tables));
        tables.insert(Oid::joined(mib::ATTACHED_AGGREGATE, &[3]), Datum::Number(10));
        assert!(!lack(&tables));
        assert_eq!(links(&tables), [3]);
        assert!(!lack(&switch(VIRTUAL, false, &[])));
    }
}
