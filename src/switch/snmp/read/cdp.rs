//! Neighbours of CISCO-CDP-MIB, which agents of several vendors fill. Pure.

use std::collections::BTreeMap;

use crate::switch::snmp::mib;
use crate::switch::snmp::read::remote::Cells;
use crate::switch::snmp::read::text;
use model::capabilities::Capabilities;
use model::code_points::{Duplex, IdSubtype};
use model::identifier::{self, Identifier};
use model::ids::IfIndex;
use model::neighbour::{Cdp, Neighbour, Protocol, Source, Text, TypedId};
use snmp::manager::Tables;

/// CiscoNetworkProtocol ip.
const IPV4: i64 = 1;
/// CiscoNetworkProtocol ipv6.
const IPV6: i64 = 20;

/// The rows of cdpCacheTable, each with its ifIndex.
pub fn neighbours(tables: &Tables) -> Vec<(IfIndex, Neighbour<'static>)> {
    let mut rows: BTreeMap<(u32, u32), Cells<'_>> = BTreeMap::new();
    for (instance, value) in tables.column(mib::CDP_CACHE) {
        if let [column, interface, device] = instance {
            rows.entry((*interface, *device)).or_default().insert(*column, value);
        }
    }
    rows.iter().map(|((interface, _), cells)| (IfIndex(*interface), neighbour(cells))).collect()
}

fn neighbour(cells: &Cells<'_>) -> Neighbour<'static> {
    let text = |column| cells.text(column).map(Text::from);
    let vlan = |column| cells.number::<u16>(column).filter(|vlan| *vlan != 0);
    let device_id = name(cells, 6);
    Neighbour {
        system_name: text(17),
        port_id: name(cells, 7).map(|port| TypedId { subtype: IdSubtype::InterfaceName, value: Identifier::Text(port.into()) }),
        capabilities: cells.bytes(9).map(capabilities),
        management_addresses: address(cells).into_iter().collect(),
        mac: device_id.as_deref().and_then(identifier::mac_in_device_id),
        cdp: Some(Cdp {
            device_id: device_id.map(Text::from),
            platform: text(8),
            software: text(5),
            vtp_domain: text(10),
            native_vlan: vlan(11),
            voice_vlan: vlan(14),
            duplex: match cells.number(12) {
                Some(2) => Some(Duplex::Half),
                Some(3) => Some(Duplex::Full),
                _ => None,
            },
            power_consumption_mw: cells.number(15).filter(|power| *power > 0),
            ..Cdp::default()
        }),
        ..Neighbour::new(Source::Switch, Protocol::Cdp)
    }
}

/// A device or port ID; agents that fill the table from LLDP put the six bytes of a MAC address there.
fn name(cells: &Cells<'_>, column: u32) -> Option<String> {
    let bytes = cells.bytes(column)?;
    match text::mac(bytes) {
        Some(mac) if !bytes.is_ascii() => Some(mac.to_string()),
        _ => text::text(bytes),
    }
}

fn address(cells: &Cells<'_>) -> Option<Identifier<'static>> {
    let bytes = cells.bytes(4)?;
    let family = match cells.number::<i64>(3) {
        Some(IPV6) => 2,
        Some(IPV4) | None => 1,
        Some(_) => return None,
    };
    Identifier::of_family(family, bytes).filter(|address| !matches!(address, Identifier::Ip(ip) if ip.is_unspecified()))
}

/// The four bytes of the CDP capabilities TLV, big-endian; some agents print the number.
fn capabilities(bytes: &[u8]) -> Capabilities {
    let printed = (1..4).contains(&bytes.len()).then(|| std::str::from_utf8(bytes).ok()?.parse().ok()).flatten();
    Capabilities::Cdp(printed.unwrap_or_else(|| bytes.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;
    use snmp::manager::Datum;

    fn bytes(bytes: &[u8]) -> Datum {
        Datum::Octets(bytes.to_vec())
    }

    fn told(columns: &[(u32, Datum)]) -> Neighbour<'static> {
        let mut tables = Tables::default();
        tables.extend(columns.iter().map(|(column, value)| (Oid::joined(mib::CDP_CACHE, &[*column, 10_001, 3]), value.clone())));
        let (interface, neighbour) = neighbours(&tables).remove(0);
        assert_eq!(interface, IfIndex(10_001));
        neighbour
    }

    #[test]
    fn a_phone_in_the_cdp_cache() {
        let phone = told(&[
            (4, bytes(&[192, 0, 2, 7])),
            (6, bytes(b"SEP0004F2123456")),
            (8, bytes(b"Example IP Phone 5  ")),
            (9, bytes(&[0, 0, 0, 0x90])),
            (14, Datum::Number(20)),
            (15, Datum::Number(6300)),
        ]);
        assert_eq!(phone.mac.unwrap().to_string(), "00:04:f2:12:34:56");
        assert_eq!(phone.capabilities.unwrap().names().collect::<Vec<_>>(), ["host", "telephone"]);
        assert!(phone.is_phone());
        assert_eq!(phone.management_addresses.first().unwrap().to_string(), "192.0.2.7");
        let cdp = phone.cdp.unwrap();
        assert_eq!(
            (cdp.platform.as_deref(), cdp.voice_vlan, cdp.power_consumption_mw),
            (Some("Example IP Phone 5"), Some(20), Some(6300))
        );
    }

    #[test]
    fn a_table_filled_from_lldp_has_bytes_for_names_and_digits() {
        let bridge = told(&[
            (3, Datum::Number(65_535)),
            (4, bytes(&[])),
            (6, bytes(&[0xe8, 0x39, 0x35, 0x1a, 0xca, 0x99])),
            (7, bytes(b"Eth1/9")),
            (9, bytes(b"9")),
        ]);
        assert_eq!(bridge.mac.unwrap().to_string(), "e8:39:35:1a:ca:99");
        let port = bridge.port_id.unwrap();
        assert_eq!((port.subtype, port.value.to_string()), (IdSubtype::InterfaceName, "Eth1/9".to_owned()), "as from frames");
        assert_eq!(bridge.capabilities, Some(Capabilities::Cdp(9)));
        assert_eq!(bridge.management_addresses, []);
    }

    #[test]
    fn addresses_are_of_their_type_and_never_zero() {
        let address = |kind, value: &[u8]| {
            let row = told(&[(3, Datum::Number(kind)), (4, bytes(value))]);
            row.management_addresses.first().map(ToString::to_string)
        };
        assert_eq!(address(20, &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]).as_deref(), Some("2001:db8::1"));
        assert_eq!((address(1, &[0; 4]), address(9, &[1, 2, 3, 4])), (None, None));
    }
}
