//! LLDP neighbours of a vendor's own table, which has words where LLDP-MIB has numbers: by ifIndex and a count. Pure.

use std::collections::BTreeMap;

use crate::switch::snmp::profile::TextNeighbours;
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::remote::Cells;
use model::capabilities::Capabilities;
use model::code_points::IdSubtype;
use model::identifier::Identifier;
use model::ids::IfIndex;
use model::neighbour::{Neighbour, Protocol, Source, Text, TypedId};
use snmp::manager::Tables;

/// The names of the LLDP system capabilities from their bit 0 on, those first that are within no other.
const CAPABILITIES: [(&str, u16); 8] = [
    ("WLAN Access Point", 3),
    ("DOCSIS Cable Device", 6),
    ("Station Only", 7),
    ("Telephone", 5),
    ("Repeater", 1),
    ("Bridge", 2),
    ("Router", 4),
    ("Other", 0),
];

/// The rows with what they tell, each with its interface where the row's own name of the port is that interface's.
pub fn neighbours(
    columns: &TextNeighbours,
    tables: &Tables,
    interfaces: &Interfaces,
) -> Vec<(Option<IfIndex>, Neighbour<'static>)> {
    let mut rows: BTreeMap<(u32, u32), Cells<'_>> = BTreeMap::new();
    for (instance, value) in tables.column(&columns.entry) {
        if let [column, interface, neighbour] = instance {
            rows.entry((*interface, *neighbour)).or_default().insert(*column, value);
        }
    }
    let place = |index: u32, cells: &Cells<'_>| {
        let own = cells.text(columns.local_port)?;
        let name = interfaces.get(IfIndex(index))?.name.as_str();
        (name == own || name.rsplit(' ').next() == Some(own.as_str())).then_some(IfIndex(index))
    };
    rows.iter().map(|((index, _), cells)| (place(*index, cells), neighbour(columns, cells))).collect()
}

fn neighbour(columns: &TextNeighbours, cells: &Cells<'_>) -> Neighbour<'static> {
    let text = |column| cells.text(column).map(Text::from);
    let (chassis, port) = (id(cells, columns.chassis), id(cells, columns.port));
    let mac = |id: &Option<TypedId<'_>>| match id.as_ref()?.value {
        Identifier::Mac(mac) => Some(mac),
        _ => None,
    };
    Neighbour {
        mac: mac(&chassis).or_else(|| mac(&port)),
        chassis_id: chassis,
        port_id: port,
        port_description: text(columns.port_description),
        system_name: text(columns.system_name),
        system_description: text(columns.system_description),
        capabilities: text(columns.capabilities).and_then(|text| capabilities(&text)),
        capabilities_enabled: text(columns.capabilities_enabled).and_then(|text| capabilities(&text)),
        ..Neighbour::new(Source::Switch, Protocol::Lldp)
    }
}

/// The identifier in `column`, whose kind is in the column before.
fn id(cells: &Cells<'_>, column: u32) -> Option<TypedId<'static>> {
    let subtype = match cells.text(column.checked_sub(1)?)?.as_str() {
        "Chassis component" => IdSubtype::ChassisComponent,
        "Interface alias" => IdSubtype::InterfaceAlias,
        "Port component" => IdSubtype::PortComponent,
        "MAC address" => IdSubtype::MacAddress,
        "Network address" => IdSubtype::NetworkAddress,
        "Interface name" => IdSubtype::InterfaceName,
        "Agent circuit ID" => IdSubtype::AgentCircuitId,
        "Locally assigned" => IdSubtype::Local,
        _ => return None,
    };
    let text = cells.text(column)?;
    let value = match subtype {
        IdSubtype::MacAddress => text.parse().ok().map(Identifier::Mac),
        IdSubtype::NetworkAddress => text.parse().ok().map(Identifier::Ip),
        _ => None,
    };
    Some(TypedId { subtype, value: value.unwrap_or_else(|| Identifier::Text(text.into())) })
}

/// Names with blanks between them and within them; `None` when something else is among them.
fn capabilities(words: &str) -> Option<Capabilities> {
    let mut rest = words.to_owned();
    let mut bits = 0;
    for (name, bit) in CAPABILITIES {
        if rest.contains(name) {
            rest = rest.replace(name, "");
            bits |= 1 << bit;
        }
    }
    rest.trim().is_empty().then_some(Capabilities::Lldp(bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use crate::switch::snmp::profile::catalogue::by_name;
    use model::capabilities::Capability;
    use snmp::Oid;
    use snmp::manager::Datum;

    /// What a switch with the ports `gigabitEthernet 1/0/1` (ifIndex 49153) and `…/2` tells in one row of ifIndex 49153.
    fn told(cells: &[(u32, &str)]) -> (Option<IfIndex>, Neighbour<'static>) {
        let columns = by_name("tplink-jetstream").unwrap().text_neighbours.as_ref().unwrap();
        let mut tables = Tables::default();
        for (index, name) in [(49153, "gigabitEthernet 1/0/1"), (49154, "gigabitEthernet 1/0/2")] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
        }
        for (column, text) in cells {
            tables.insert(Oid::joined(&columns.entry, &[*column, 49153, 1]), Datum::Octets(text.as_bytes().to_vec()));
        }
        let mut rows = neighbours(columns, &tables, &Interfaces::of(&tables));
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    #[test]
    fn words_are_identifiers_and_capabilities() {
        let row = [
            (3, "MAC address"),
            (4, "80:5E:C0:00:00:01"),
            (5, "Interface name"),
            (6, "eth0"),
            (9, "SIP-T46U"),
            (10, "T46U 108.86"),
        ];
        let (at, phone) =
            told(&[&[(1, "1/0/1"), (11, "Bridge WLAN Access Point Telephone"), (12, "Telephone")], &row[..]].concat());
        assert_eq!(at, Some(IfIndex(49153)));
        assert_eq!(phone.mac.map(|mac| mac.to_string()).as_deref(), Some("80:5e:c0:00:00:01"));
        assert_eq!(phone.port_id.unwrap().value.to_string(), "eth0");
        assert_eq!(phone.system_name.as_deref(), Some("SIP-T46U"));
        assert_eq!(phone.capabilities.unwrap().names().collect::<Vec<_>>(), ["bridge", "wlan_access_point", "telephone"]);
        assert!(phone.capabilities_enabled.unwrap().has(Capability::Telephone));
    }

    #[test]
    fn a_row_whose_names_disagree_has_no_place_and_unknown_words_say_nothing() {
        let (at, neighbour) = told(&[(1, "1/0/2"), (3, "Some kind"), (4, "x"), (12, "Bridge Toaster")]);
        assert_eq!(at, None);
        assert_eq!(neighbour.chassis_id, None);
        assert_eq!(neighbour.capabilities_enabled, None);
    }
}
