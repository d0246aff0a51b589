//! Which interface an lldpRemLocalPortNum is: proved by the switch's own tables, never guessed. Pure.
//!
//! The number is ifIndex on some switches, dot1dBasePort on others and neither on the rest; taken for the wrong one it names another port
//! without an error.

use std::collections::BTreeMap;

use crate::switch::snmp::mib;
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use crate::switch::snmp::read::text;
use model::ids::IfIndex;
use snmp::Oid;
use snmp::manager::Tables;

/// lldpLocPortIdSubtype local.
const LOCAL: i64 = 7;

/// The interfaces of local port numbers.
#[derive(Debug, Clone, Default)]
pub struct LocalPorts {
    proved: BTreeMap<u32, IfIndex>,
    are_if_indexes: bool,
}

impl LocalPorts {
    /// Joins lldpLocPortTable with the interfaces, in this order:
    ///
    /// 1. lldpLocPortId is the name or description of one interface;
    /// 2. lldpLocPortDesc is;
    /// 3. lldpLocPortId is the MAC address of one interface;
    /// 4. lldpLocPortId is the ifIndex of a port, and either its subtype is local or the number is that port's bridge port;
    /// 5. the number is both ifIndex and bridge port of one port, so that every reading of it agrees;
    /// 6. what none of these proves is the port with that ifIndex where all that they prove, at least two, are.
    ///
    /// Without lldpLocPortTable a number is an ifIndex only where bridge ports and ifIndexes are the same numbers.
    #[must_use]
    pub fn of(tables: &Tables, interfaces: &Interfaces) -> Self {
        let numbers: Vec<u32> =
            tables.column(&Oid::joined(mib::LLDP_LOC_PORT, &[3])).filter_map(|(instance, _)| instance.first().copied()).collect();
        if numbers.is_empty() {
            return Self { are_if_indexes: interfaces.bridge_ports_are_if_indexes(), proved: BTreeMap::new() };
        }
        let mut proved: BTreeMap<u32, IfIndex> =
            numbers.into_iter().filter_map(|number| Some((number, proved(tables, interfaces, number)?))).collect();
        if proved.len() > 1 && proved.iter().all(|(number, index)| *number == index.0) {
            let ports = interfaces.iter().filter(|(_, interface)| is_port(interface));
            proved.extend(ports.map(|(index, _)| (index.0, index)));
        }
        Self { are_if_indexes: false, proved }
    }

    /// The interface of a number that lldpLocPortTable has, where a rule proves one.
    #[must_use]
    pub fn joined(&self, number: u32) -> Option<IfIndex> {
        self.proved.get(&number).copied()
    }

    /// The interface of a local port number; `None` when no rule proves one.
    #[must_use]
    pub fn interface(&self, number: u32) -> Option<IfIndex> {
        if self.are_if_indexes { Some(IfIndex(number)) } else { self.proved.get(&number).copied() }
    }
}

fn proved(tables: &Tables, interfaces: &Interfaces, number: u32) -> Option<IfIndex> {
    let text = |column| text::text_at(tables, &Oid::joined(mib::LLDP_LOC_PORT, &[column]), &[number]);
    let named = |text: Option<String>| text.and_then(|text| interfaces.named(&text));
    let id = text(3);
    // Six bytes, or the address as text.
    let written = id.as_deref().and_then(|id| id.parse().ok());
    let mac = || text::mac(tables.bytes(&Oid::joined(mib::LLDP_LOC_PORT, &[3]), &[number])?).or(written);
    if let Some(index) = named(id.clone()).or_else(|| named(text(4))).or_else(|| interfaces.with_mac(mac()?)) {
        return Some(index);
    }
    let port = |index| interfaces.get(index).filter(|interface| is_port(interface));
    let has_this_bridge_port = |index: &IfIndex| port(*index).and_then(|port| port.bridge_port).is_some_and(|it| it.0 == number);
    let is_local = tables.number(&Oid::joined(mib::LLDP_LOC_PORT, &[2]), &[number]) == Some(LOCAL);
    let by_id = id.and_then(|id| id.parse().ok()).map(IfIndex);
    by_id
        .filter(|index| port(*index).is_some() && is_local || has_this_bridge_port(index))
        .or_else(|| Some(IfIndex(number)).filter(has_this_bridge_port))
}

fn is_port(interface: &Interface) -> bool {
    interface.is_ethernet() || interface.bridge_port.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::manager::Datum;

    /// ifIndex, ifType, bridge port.
    fn switch(interfaces: &[(u32, i64, Option<u32>)]) -> Tables {
        let mut tables = Tables::default();
        for (index, kind, bridge_port) in interfaces {
            tables.insert(Oid::joined(mib::IF_NAME, &[*index]), Datum::Octets(format!("port-{index}").into_bytes()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[*index]), Datum::Number(*kind));
            if let Some(port) = bridge_port {
                tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[*port]), Datum::Number(i64::from(*index)));
            }
        }
        tables
    }

    fn placed<const N: usize>(tables: &Tables, numbers: [u32; N]) -> [Option<u32>; N] {
        let local_ports = LocalPorts::of(tables, &Interfaces::of(tables));
        numbers.map(|number| local_ports.interface(number).map(|index| index.0))
    }

    fn local(tables: &mut Tables, number: u32, subtype: Option<i64>, id: &str) {
        tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[3, number]), Datum::Octets(id.as_bytes().to_vec()));
        tables.extend(subtype.map(|subtype| (Oid::joined(mib::LLDP_LOC_PORT, &[2, number]), Datum::Number(subtype))));
    }

    #[test]
    fn a_number_is_placed_only_where_every_reading_agrees() {
        // 10 is a VLAN interface whose ifIndex is also somebody's local port number.
        let mut tables = switch(&[(1001, 6, Some(1)), (5, 6, Some(5)), (10, 53, None), (1010, 6, Some(10)), (1011, 6, Some(11))]);
        for (number, subtype, id) in
            [(1, None, "1001"), (5, None, "slot five"), (10, None, "somewhere"), (11, Some(7), "1011"), (12, Some(5), "port-1010")]
        {
            local(&mut tables, number, subtype, id);
        }
        assert_eq!(placed(&tables, [1, 5, 10, 11, 12]), [Some(1001), Some(5), None, Some(1011), Some(1010)]);
    }

    #[test]
    fn a_name_wins_where_the_number_is_the_if_index_of_another_port() {
        let mut tables = switch(&[(9, 6, None), (14, 6, None), (19, 6, None)]);
        local(&mut tables, 14, Some(5), "port-19");
        local(&mut tables, 9, Some(5), "port-14");
        assert_eq!(placed(&tables, [14, 9, 19]), [Some(19), Some(14), None]);
    }

    #[test]
    fn a_description_names_the_port_where_the_identifier_is_a_number() {
        let mut tables = switch(&[(531, 53, Some(540)), (540, 53, Some(531))]);
        local(&mut tables, 531, Some(7), "531");
        tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[4, 531]), Datum::Octets(b"port-531".to_vec()));
        assert_eq!(placed(&tables, [531]), [Some(531)]);
    }

    #[test]
    fn an_address_names_the_port_that_has_it_alone() {
        let mut tables = switch(&[(101, 6, None), (102, 6, None), (103, 6, None)]);
        for (index, mac) in [(101, [2, 0, 0, 0, 0, 1]), (102, [2, 0, 0, 0, 0, 9]), (103, [2, 0, 0, 0, 0, 9])] {
            tables.insert(Oid::joined(mib::IF_PHYS_ADDRESS, &[index]), Datum::Octets(mac.to_vec()));
        }
        for (number, mac) in [(1, [2, 0, 0, 0, 0, 1]), (2, [2, 0, 0, 0, 0, 9])] {
            tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[3, number]), Datum::Octets(mac.to_vec()));
        }
        assert_eq!(placed(&tables, [1, 2]), [Some(101), None]);
        local(&mut tables, 3, Some(3), "02:00:00:00:00:01");
        local(&mut tables, 4, Some(3), "0200-0000-0009");
        local(&mut tables, 5, Some(7), "103");
        assert_eq!(
            placed(&tables, [3, 4, 5]),
            [Some(101), None, Some(103)],
            "as text; two have it; a local number that is an ifIndex"
        );
    }

    #[test]
    fn what_is_proved_of_all_others_is_proved_of_the_rest() {
        let ports = [(1, 6, None), (2, 6, None), (3, 6, None), (9, 53, None)];
        let mut tables = switch(&ports);
        local(&mut tables, 1, None, "port-1");
        local(&mut tables, 3, None, "no name");
        assert_eq!(placed(&tables, [1, 3, 9]), [Some(1), None, None], "one is no proof");
        local(&mut tables, 2, None, "port-2");
        assert_eq!(placed(&tables, [1, 3, 9]), [Some(1), Some(3), None], "a VLAN interface is no port");
        local(&mut tables, 4, None, "port-3");
        assert_eq!(placed(&tables, [1, 3, 4]), [Some(1), None, Some(3)], "one contradiction is enough");
    }

    #[test]
    fn without_a_local_table_bridge_ports_must_be_if_indexes() {
        assert_eq!(placed(&switch(&[(24, 6, Some(24))]), [24]), [Some(24)]);
        assert_eq!(placed(&switch(&[(10_024, 6, Some(24)), (24, 6, Some(1))]), [24]), [None]);
    }
}
