//! Neighbours from the tables that the profile names, each once and with its interface where that is proved. Pure.

use crate::switch::snmp::profile::{NeighbourTable, Profile};
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::local_ports::LocalPorts;
use crate::switch::snmp::read::remote::{Arc, RowKey};
use crate::switch::snmp::read::{cdp, lldp, lldp_text};
use model::ids::IfIndex;
use model::neighbour::{Anomaly, Neighbour, TypedId};
use snmp::manager::Tables;

/// A neighbour, and its interface where a rule proves it.
pub type Placed = (Option<IfIndex>, Neighbour<'static>);

/// All neighbours the profile knows of.
#[must_use]
pub fn of(profile: &Profile, tables: &Tables, interfaces: &Interfaces, local_ports: &LocalPorts) -> Vec<Placed> {
    let mut known = Vec::new();
    for table in &profile.neighbours {
        match table {
            NeighbourTable::Lldp => {
                for (arc, key, neighbour) in lldp::neighbours(tables) {
                    add(&mut known, (interface(profile, tables, local_ports, arc, key), neighbour));
                }
            }
            NeighbourTable::Cdp => {
                for (index, neighbour) in cdp::neighbours(tables) {
                    add(&mut known, (Some(index), neighbour));
                }
            }
        }
    }
    for placed in profile.text_neighbours.iter().flat_map(|columns| lldp_text::neighbours(columns, tables, interfaces)) {
        add(&mut known, placed);
    }
    known
}

/// The interface of a row. An agent that numbers its neighbours without telling the port may have a table of its own that does.
fn interface(profile: &Profile, tables: &Tables, local_ports: &LocalPorts, arc: Arc, key: RowKey) -> Option<IfIndex> {
    match (arc, key.port) {
        (Arc::First, Some(number)) => local_ports.interface(number),
        (Arc::Second, Some(index)) => Some(IfIndex(index)),
        (_, None) => tables.unsigned(&profile.lldp_interface.as_ref()?.oid, &[key.index]).map(IfIndex),
    }
}

/// Adds a neighbour, or what it tells beyond the one that is there already: agents list neighbours on both arcs, and twice on one.
fn add(known: &mut Vec<Placed>, (index, neighbour): Placed) {
    let twin = known.iter_mut().find(|(other, twin)| index.is_some() && index == *other && is_same(twin, &neighbour));
    let Some((_, twin)) = twin else { return known.push((index, neighbour)) };
    twin.anomalies.extend(differing_texts(twin, &neighbour));
    twin.med = twin.med.take().or(neighbour.med);
    twin.dot1 = twin.dot1.take().or(neighbour.dot1);
    twin.dot3 = twin.dot3.take().or(neighbour.dot3);
    for address in neighbour.management_addresses {
        if !twin.management_addresses.contains(&address) {
            twin.management_addresses.push(address);
        }
    }
}

/// What two rows about the same port of the same device say differently, the second one's words.
fn differing_texts(one: &Neighbour<'_>, other: &Neighbour<'_>) -> Vec<Anomaly> {
    let texts = [
        ("port description", &one.port_description, &other.port_description),
        ("system name", &one.system_name, &other.system_name),
        ("system description", &one.system_description, &other.system_description),
    ];
    let differing = texts.into_iter().filter_map(|(what, one, other)| {
        let other = other.as_ref().filter(|other| one.as_ref().is_some_and(|one| one != *other))?;
        Some(Anomaly::SecondRow { what, says: other.to_string() })
    });
    differing.collect()
}

/// Whether two rows of one interface are about the same port of the same device. Rows that do not say are not.
fn is_same(one: &Neighbour<'_>, other: &Neighbour<'_>) -> bool {
    lldp_port(one).is_some_and(|port| Some(port) == lldp_port(other))
        || cdp_port(one).is_some_and(|port| Some(port) == cdp_port(other))
}

fn lldp_port<'r>(row: &'r Neighbour<'_>) -> Option<(&'r TypedId<'r>, &'r TypedId<'r>)> {
    Some((row.chassis_id.as_ref()?, row.port_id.as_ref()?))
}

fn cdp_port<'r>(row: &'r Neighbour<'_>) -> Option<(&'r str, &'r TypedId<'r>)> {
    Some((row.cdp.as_ref()?.device_id.as_deref()?, row.port_id.as_ref()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use crate::switch::snmp::profile::catalogue::by_name;
    use crate::switch::snmp::read::interfaces::Interfaces;
    use snmp::Oid;
    use snmp::manager::Datum;

    fn bytes(bytes: &[u8]) -> Datum {
        Datum::Octets(bytes.to_vec())
    }

    /// A port named `p24`, whose ifIndex and bridge port are 24.
    fn switch() -> Tables {
        let mut tables = Tables::default();
        tables.insert(Oid::joined(mib::IF_NAME, &[24]), bytes(b"p24"));
        tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[24]), Datum::Number(24));
        tables
    }

    fn lldp_row(tables: &mut Tables, entry: &[u32], columns: u32, key: &[u32], port_id: &[u8]) {
        for (column, value) in
            [(4, Datum::Number(4)), (5, bytes(&[0, 4, 0xf2, 1, 2, 3])), (6, Datum::Number(5)), (7, bytes(port_id))]
        {
            tables.insert(Oid::joined(entry, &[&[column + columns], key].concat()), value);
        }
    }

    fn told(profile: &str, tables: &Tables) -> Vec<Placed> {
        let local_ports = LocalPorts::of(tables, &Interfaces::of(tables));
        of(by_name(profile).unwrap(), tables, &Interfaces::of(tables), &local_ports)
    }

    #[test]
    fn a_neighbour_of_both_arcs_is_one_row_with_the_facts_of_both() {
        let mut tables = switch();
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[0, 24, 1], b"eth0");
        lldp_row(&mut tables, mib::LLDP_V2_REM, 1, &[0, 24, 2, 9], b"eth0");
        tables.insert(Oid::joined(mib::DOT1_V2_REMOTE, &[1, 1, 1, 0, 24, 2, 9]), Datum::Number(20));
        tables.insert(Oid::joined(mib::MED_CAPABILITIES, &[3, 0, 24, 1]), Datum::Number(3));
        let neighbours = told("standard", &tables);
        let [(index, phone)] = neighbours.as_slice() else { panic!("{neighbours:?}") };
        assert_eq!(*index, Some(IfIndex(24)));
        assert_eq!(phone.med.as_ref().unwrap().device_class, Some(model::code_points::MedDeviceClass::Endpoint3));
        assert_eq!(phone.dot1.as_ref().unwrap().port_vlan, Some(20));
    }

    #[test]
    fn a_neighbour_listed_twice_is_one_row_and_two_on_a_port_are_two() {
        let mut tables = switch();
        for (index, port_id) in [(1, "eth0"), (7, "eth0"), (8, "eth1")] {
            lldp_row(&mut tables, mib::LLDP_REM, 0, &[0, 24, index], port_id.as_bytes());
        }
        for device in [1, 2] {
            tables.insert(Oid::joined(mib::CDP_CACHE, &[6, 24, device]), bytes(b"SEP0004F2010203"));
            tables.insert(Oid::joined(mib::CDP_CACHE, &[7, 24, device]), bytes(b"Port 1"));
        }
        assert_eq!(told("standard", &tables).len(), 3);
    }

    #[test]
    fn where_twins_differ_both_are_told() {
        let mut tables = switch();
        for (index, name) in [(1, "old name"), (7, "new name")] {
            lldp_row(&mut tables, mib::LLDP_REM, 0, &[0, 24, index], b"eth0");
            tables.insert(Oid::joined(mib::LLDP_REM, &[9, 0, 24, index]), bytes(name.as_bytes()));
        }
        let neighbours = told("standard", &tables);
        let [(_, twin)] = neighbours.as_slice() else { panic!("{neighbours:?}") };
        assert_eq!(twin.system_name.as_deref(), Some("old name"));
        let anomalies: Vec<String> = twin.anomalies.iter().map(ToString::to_string).collect();
        assert_eq!(anomalies, ["the switch has a second row of it, with the system name `new name`"]);
    }

    #[test]
    fn without_ids_or_without_a_place_no_two_rows_are_the_same() {
        let mut tables = switch();
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[0, 24, 1], b"");
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[0, 24, 2], b"");
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[3], b"1");
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[4], b"1");
        let places: Vec<_> = told("standard", &tables).into_iter().map(|(index, _)| index).collect();
        assert_eq!(places, [None, None, Some(IfIndex(24)), Some(IfIndex(24))]);
    }

    #[test]
    fn a_table_of_the_vendors_own_places_what_has_no_port() {
        let mut tables = switch();
        lldp_row(&mut tables, mib::LLDP_REM, 0, &[77], b"Port 1");
        let column = by_name("mikrotik-routeros").unwrap().lldp_interface.as_ref().unwrap();
        tables.insert(Oid::joined(&column.oid, &[77]), Datum::Number(24));
        assert_eq!(told("mikrotik-routeros", &tables).first().unwrap().0, Some(IfIndex(24)));
    }
}
