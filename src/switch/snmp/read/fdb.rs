//! Forwarding tables: which addresses are learned on which interface, in which VLAN, with which IP address. Pure.
//!
//! Q-BRIDGE-MIB (RFC 4363) and BRIDGE-MIB (RFC 4188), joined with the neighbour tables of IP-MIB (RFC 4293, RFC 2011).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::switch::snmp::mib;
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::local_ports::LocalPorts;
use crate::switch::snmp::read::numbering::Numbers;
use crate::switch::snmp::read::{if_status, text};
use model::fdb::FdbEntry;
use model::ids::{IfIndex, MacAddress, VlanId};
use snmp::manager::Tables;

/// dot1dTpFdbStatus and dot1qTpFdbStatus learned.
const LEARNED: i64 = 3;

/// What was learned.
#[derive(Debug, Default)]
pub struct Learned {
    /// Addresses by interface, each once for each VLAN.
    pub by_port: BTreeMap<IfIndex, Vec<FdbEntry>>,
    /// Rows whose port nothing proves.
    pub unplaced: usize,
}

/// One row of a forwarding table.
struct Row {
    mac: MacAddress,
    port: u32,
    vlan: Option<u16>,
    /// Whether the address was learned, and is not the switch's own or configured.
    learned: bool,
}

/// What was learned. `contexts` are BRIDGE-MIBs that are each about one VLAN, with bridge ports of their own. What the port numbers of a
/// table are, its own rows prove.
#[must_use]
pub fn of(tables: &Tables, contexts: &BTreeMap<VlanId, Tables>, interfaces: &Interfaces, local_ports: &LocalPorts) -> Learned {
    let addresses = ip_addresses(tables);
    let mut learned = Learned::default();
    let mut unplaced = BTreeSet::new();
    let mut add = |rows: Vec<Row>, interfaces: &Interfaces, local_ports: &LocalPorts| {
        let place = placing(tables, &rows, interfaces, local_ports);
        for row in rows.into_iter().filter(|row| row.learned) {
            let Some(index) = place(row.port) else {
                unplaced.insert((row.mac, row.vlan));
                continue;
            };
            let on_port = learned.by_port.entry(index).or_default();
            let is_known = |known: &FdbEntry| known.mac == row.mac && (row.vlan.is_none() || known.vlan == row.vlan);
            if !on_port.iter().any(is_known) {
                on_port.push(FdbEntry { mac: row.mac, vlan: row.vlan, address: addresses.get(&row.mac).copied() });
            }
        }
    };
    for (vlan, context) in contexts {
        let in_vlan = |row| Row { vlan: Some(vlan.get()), ..row };
        add(without_vlan(context).map(in_vlan).collect(), &Interfaces::of(context), &LocalPorts::default());
    }
    add(with_vlan(tables).collect(), interfaces, local_ports);
    add(without_vlan(tables).collect(), interfaces, local_ports);
    let placed: BTreeSet<MacAddress> = learned.by_port.values().flatten().map(|entry| entry.mac).collect();
    learned.unplaced = unplaced.iter().filter(|(mac, _)| !placed.contains(mac)).count();
    learned
}

/// The interface of each port number of a table. Some agents have LLDP's local port numbers there, which look like places among the ports,
/// but where aggregates stand before them are not: then lldpLocPortTable must have every number, and joins it to its interface.
fn placing<'a>(
    tables: &Tables,
    rows: &[Row],
    interfaces: &'a Interfaces,
    local_ports: &'a LocalPorts,
) -> impl Fn(u32) -> Option<IfIndex> + use<'a> {
    let numbers = numbers(tables, rows, interfaces);
    let are_local = numbers.follow_no_standard();
    let is_up = |index: IfIndex| if_status::is_up(tables, index) != Some(false);
    let is_joined = rows.iter().filter(|row| row.learned).all(|row| local_ports.joined(row.port).is_some_and(is_up));
    move |port| {
        if are_local { local_ports.joined(port).filter(|_| is_joined) } else { numbers.interface(interfaces, port) }
    }
}

/// What the port numbers of a table are. An address is learned on a port whose link is up.
fn numbers(tables: &Tables, rows: &[Row], interfaces: &Interfaces) -> Numbers {
    let learned: BTreeSet<u32> = rows.iter().filter(|row| row.learned).map(|row| row.port).collect();
    let can_be = |number, index| !learned.contains(&number) || if_status::is_up(tables, index) != Some(false);
    Numbers::proved_by(&rows.iter().map(|row| row.port).collect(), interfaces, can_be)
}

/// The rows of dot1qTpFdbTable, indexed by filtering database and address.
fn with_vlan(tables: &Tables) -> impl Iterator<Item = Row> + '_ {
    let vlans = vlans_of_databases(tables);
    tables.numbers(mib::Q_FDB_PORT).filter_map(move |(instance, port)| {
        Some(Row {
            mac: last_six(instance)?,
            port: port_number(port)?,
            vlan: vlans.get(instance.first()?).copied().flatten(),
            learned: is_learned(tables, mib::Q_FDB_STATUS, instance),
        })
    })
}

/// The rows of dot1dTpFdbTable. Some agents count the rows, where the standard has the address in the index.
fn without_vlan(tables: &Tables) -> impl Iterator<Item = Row> + '_ {
    tables.numbers(mib::FDB_PORT).filter_map(|(instance, port)| {
        let told = || text::mac(tables.bytes(mib::FDB_ADDRESS, instance)?);
        Some(Row {
            mac: last_six(instance).or_else(told)?,
            port: port_number(port)?,
            vlan: None,
            learned: is_learned(tables, mib::FDB_STATUS, instance),
        })
    })
}

/// An agent without the column shows learned addresses, and nothing else, in all likelihood.
fn is_learned(tables: &Tables, status: &[u32], instance: &[u32]) -> bool {
    tables.number(status, instance).is_none_or(|status| status == LEARNED)
}

/// Port 0 is an address whose port is not known.
fn port_number(port: i64) -> Option<u32> {
    u32::try_from(port).ok().filter(|port| *port != 0)
}

/// The VLAN of each filtering database, by dot1qVlanFdbId; `None` for one that several VLANs share.
fn vlans_of_databases(tables: &Tables) -> BTreeMap<u32, Option<u16>> {
    let mut vlans: BTreeMap<u32, Option<u16>> = BTreeMap::new();
    for (instance, database) in tables.numbers(mib::VLAN_FDB_ID) {
        let ([_, vlan], Ok(database)) = (instance, u32::try_from(database)) else { continue };
        let vlan = u16::try_from(*vlan).ok();
        vlans.entry(database).and_modify(|known| *known = known.filter(|known| Some(*known) == vlan)).or_insert(vlan);
    }
    vlans
}

fn last_six(instance: &[u32]) -> Option<MacAddress> {
    let bytes: Vec<u8> = instance.iter().rev().take(6).rev().map(|byte| u8::try_from(*byte).ok()).collect::<Option<_>>()?;
    text::mac(&bytes)
}

/// The IP address of each MAC in the switch's own neighbour tables: its first IPv4 address, else its first IPv6 address.
fn ip_addresses(tables: &Tables) -> BTreeMap<MacAddress, IpAddr> {
    let by_v4 = tables.column(mib::NET_TO_MEDIA).filter_map(|(instance, value)| match instance {
        [_, address @ ..] => Some((ip(address)?, value)),
        [] => None,
    });
    let by_any = tables.column(mib::NET_TO_PHYSICAL).filter_map(|(instance, value)| match instance {
        [_, _, _, address @ ..] => Some((ip(address)?, value)),
        _ => None,
    });
    let mut addresses: BTreeMap<MacAddress, IpAddr> = BTreeMap::new();
    for (address, value) in by_v4.chain(by_any) {
        let Some(mac) = value.bytes().and_then(text::mac) else { continue };
        addresses.entry(mac).and_modify(|known| *known = (*known).min(address)).or_insert(address);
    }
    addresses
}

/// An address of an index: 4 or 16 bytes, and 4 more for a zone. Link-local ones are of no use outside their link.
fn ip(instance: &[u32]) -> Option<IpAddr> {
    let bytes: Vec<u8> = instance.iter().map(|byte| u8::try_from(*byte)).collect::<Result<_, _>>().ok()?;
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(IpAddr::V4(Ipv4Addr::from(bytes)));
    }
    let bytes = bytes.first_chunk::<16>().filter(|_| matches!(bytes.len(), 16 | 20))?;
    Some(Ipv6Addr::from(*bytes)).filter(|address| !address.is_unicast_link_local()).map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;
    use snmp::manager::Datum;

    const PHONE: [u32; 6] = [0, 4, 0xf2, 1, 2, 3];
    const OTHER: [u32; 6] = [0, 0, 0, 0, 0, 9];

    /// Interfaces 101 and 102 with bridge ports 1 and 2.
    fn switch() -> Tables {
        let mut tables = Tables::default();
        for port in [1, 2] {
            tables.insert(Oid::joined(mib::IF_DESCR, &[100 + port]), Datum::Octets(format!("p{port}").into_bytes()));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(100 + port)));
        }
        tables
    }

    fn told(tables: &Tables) -> Vec<(u32, String, Option<u16>, Option<String>)> {
        let learned = {
            let interfaces = Interfaces::of(tables);
            of(tables, &BTreeMap::new(), &interfaces, &LocalPorts::of(tables, &interfaces)).by_port
        };
        let row = |index: &IfIndex, row: &FdbEntry| (index.0, row.mac.to_string(), row.vlan, row.address.map(|ip| ip.to_string()));
        learned.iter().flat_map(|(index, rows)| rows.iter().map(move |learned| row(index, learned))).collect()
    }

    #[test]
    fn a_filtering_database_is_the_vlan_that_has_it_for_itself() {
        let mut tables = switch();
        for (database, mac) in [(7, PHONE), (8, OTHER)] {
            tables.insert(Oid::joined(mib::Q_FDB_PORT, &[&[database], mac.as_slice()].concat()), Datum::Number(2));
        }
        for (vlan, database) in [(20, 7), (30, 8), (31, 8)] {
            tables.insert(Oid::joined(mib::VLAN_FDB_ID, &[0, vlan]), Datum::Number(database));
        }
        tables.insert(Oid::joined(mib::NET_TO_MEDIA, &[5, 192, 0, 2, 9]), Datum::Octets(vec![0, 4, 0xf2, 1, 2, 3]));
        let phone = (102, "00:04:f2:01:02:03".to_owned(), Some(20), Some("192.0.2.9".to_owned()));
        assert_eq!(told(&tables), [phone, (102, "00:00:00:00:00:09".to_owned(), None, None)]);
    }

    #[test]
    fn only_what_is_learned_on_a_known_port_counts() {
        let mut tables = switch();
        for (mac, port, status) in [(PHONE, 1, 3), (OTHER, 1, 4), ([2; 6], 0, 3), ([4; 6], 9, 3)] {
            tables.insert(Oid::joined(mib::FDB_PORT, &mac), Datum::Number(port));
            tables.insert(Oid::joined(mib::FDB_STATUS, &mac), Datum::Number(status));
        }
        assert_eq!(told(&tables), [(101, "00:04:f2:01:02:03".to_owned(), None, None)]);
    }

    #[test]
    fn a_context_has_its_own_vlan_and_bridge_ports() {
        let mut tables = switch();
        tables.insert(Oid::joined(mib::FDB_PORT, &PHONE), Datum::Number(1));
        let mut context = Tables::default();
        context.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[1]), Datum::Number(102));
        context.insert(Oid::joined(mib::FDB_PORT, &PHONE), Datum::Number(1));
        let contexts = BTreeMap::from([(VlanId::new(20).unwrap(), context)]);
        let learned = of(&tables, &contexts, &Interfaces::of(&tables), &LocalPorts::default()).by_port;
        let on = |index| learned.get(&IfIndex(index)).unwrap().iter().map(|row| row.vlan).collect::<Vec<_>>();
        assert_eq!((on(102), on(101)), (vec![Some(20)], vec![None]));
    }

    #[test]
    fn if_indexes_in_place_of_bridge_ports_are_seen_by_their_numbers() {
        let mut tables = switch();
        tables.insert(Oid::joined(mib::FDB_PORT, &PHONE), Datum::Number(102));
        assert_eq!(told(&tables).first().unwrap().0, 102);
    }

    #[test]
    fn rows_that_are_counted_tell_their_address_in_a_column() {
        let mut tables = switch();
        tables.insert(Oid::joined(mib::FDB_PORT, &[1]), Datum::Number(2));
        tables.insert(Oid::joined(mib::FDB_ADDRESS, &[1]), Datum::Octets(vec![0, 4, 0xf2, 1, 2, 3]));
        assert_eq!(told(&tables), [(102, "00:04:f2:01:02:03".to_owned(), None, None)]);
    }

    #[test]
    fn of_several_addresses_the_first_of_ipv4_is_told() {
        let mut tables = switch();
        let mac = || Datum::Octets(vec![0, 4, 0xf2, 1, 2, 3]);
        let link_local = [3, 4, 20, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3];
        let v6 = [3, 2, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        let v4 = [3, 1, 4, 192, 0, 2, 1];
        let only = |tables: &Tables| ip_addresses(tables).into_values().map(|ip| ip.to_string()).collect::<Vec<_>>();
        tables.insert(Oid::joined(mib::NET_TO_PHYSICAL, &link_local), mac());
        assert_eq!(only(&tables), Vec::<String>::new());
        tables.insert(Oid::joined(mib::NET_TO_PHYSICAL, &v6), mac());
        assert_eq!(only(&tables), ["2001:db8::1"]);
        tables.insert(Oid::joined(mib::NET_TO_PHYSICAL, &v4), mac());
        assert_eq!(only(&tables), ["192.0.2.1"]);
    }

    #[test]
    fn local_port_numbers_of_lldp_are_ports_only_by_its_table() {
        let mut tables = Tables::default();
        // two aggregates stand before the ports, so that the second place is an aggregate and the third port 1
        for (index, name) in
            [(32769, "port-channel 1"), (32770, "port-channel 2"), (49153, "gigabit 1/0/1"), (49154, "gigabit 1/0/2")]
        {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[index]), Datum::Number(i64::from(index)));
        }
        tables.insert(Oid::joined(mib::Q_FDB_PORT, &[&[20], &PHONE[..]].concat()), Datum::Number(2));
        assert_eq!(told(&tables), [], "nothing proves which port 2 is");
        let local = |number, name: &str| (Oid::joined(mib::LLDP_LOC_PORT, &[3, number]), Datum::Octets(name.as_bytes().to_vec()));
        tables.extend([local(1, "gigabit 1/0/1"), local(2, "gigabit 1/0/2")]);
        let ports: Vec<u32> = told(&tables).into_iter().map(|row| row.0).collect();
        assert_eq!(ports, [49154]);
        tables.insert(Oid::joined(mib::Q_FDB_PORT, &[&[20], &OTHER[..]].concat()), Datum::Number(3));
        assert_eq!(told(&tables), [], "one number that the table does not have, and none is proved");
    }
}
