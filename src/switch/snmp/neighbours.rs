//! Neighbours from the profile's tables: LLDP-MIB, and the CDP cache of CISCO-CDP-MIB. Pure.

use std::collections::BTreeMap;

use crate::model::capabilities::Capabilities;
use crate::model::code_points;
use crate::model::identifier::Identifier;
use crate::model::ids::IfIndex;
use crate::model::ids::MacAddress;
use crate::model::neighbour::Cdp;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Protocol;
use crate::model::neighbour::Source;
use crate::model::neighbour::Text;
use crate::switch::snmp::lldp;
use crate::switch::snmp::lldp::LocalPorts;
use crate::switch::snmp::mib;
use crate::switch::snmp::profile::NeighbourTable;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::tables::Datum;
use crate::switch::snmp::tables::Tables;

/// All neighbours the profile knows of, each with its interface where that is proved.
#[must_use]
pub fn of(profile: &Profile, tables: &Tables, local_ports: &LocalPorts) -> Vec<(Option<IfIndex>, Neighbour<'static>)> {
    profile
        .neighbours
        .iter()
        .flat_map(|table| match table {
            NeighbourTable::Lldp => lldp::neighbours(tables, local_ports),
            NeighbourTable::Cdp => cdp(tables),
        })
        .collect()
}

fn cdp(tables: &Tables) -> Vec<(Option<IfIndex>, Neighbour<'static>)> {
    let mut rows: BTreeMap<(u32, u32), BTreeMap<u32, &Datum>> = BTreeMap::new();
    for (instance, value) in tables.column(mib::CDP_CACHE) {
        if let [column, interface, device] = instance {
            rows.entry((*interface, *device)).or_default().insert(*column, value);
        }
    }
    rows.iter().map(|((interface, _), columns)| (Some(IfIndex(*interface)), cdp_neighbour(columns))).collect()
}

fn cdp_neighbour(columns: &BTreeMap<u32, &Datum>) -> Neighbour<'static> {
    let octets = |column| columns.get(&column).and_then(|value| value.octets());
    let text = |column| octets(column).and_then(crate::switch::snmp::tables::text).map(Text::from);
    let number = |column| columns.get(&column).and_then(|value| value.number());
    let vlan = |column| number(column).and_then(|value| u16::try_from(value).ok()).filter(|vlan| *vlan != 0);
    let device_id = text(6);
    let address = octets(4).and_then(|octets| code_points::address_of_family(if octets.len() == 16 { 2 } else { 1 }, octets));
    Neighbour {
        system_name: text(17),
        port_description: text(7),
        // CDP has one set for both.
        capabilities: octets(9).map(cdp_capabilities),
        capabilities_enabled: octets(9).map(cdp_capabilities),
        management_addresses: address
            .into_iter()
            .filter(|address| !matches!(address, Identifier::Ip(ip) if ip.is_unspecified()))
            .collect(),
        mac: device_id.as_deref().and_then(mac_of_device_id),
        cdp: Some(Cdp {
            device_id,
            platform: text(8),
            software: text(5),
            native_vlan: vlan(11),
            voice_vlan: vlan(14),
            duplex: match number(12) {
                Some(2) => Some("half"),
                Some(3) => Some("full"),
                _ => None,
            },
            power_consumption_mw: number(15).and_then(|value| u32::try_from(value).ok()).filter(|value| *value > 0),
            ..Cdp::default()
        }),
        ..Neighbour::new(Source::Switch, Protocol::Cdp)
    }
}

/// A phone's device ID: `SEP` or `SIP` before the MAC, or the MAC alone.
fn mac_of_device_id(device_id: &str) -> Option<MacAddress> {
    let bare = device_id.strip_prefix("SEP").or_else(|| device_id.strip_prefix("SIP")).unwrap_or(device_id);
    (bare.len() == 12).then(|| bare.parse().ok()).flatten()
}

/// The four octets of the CDP capabilities TLV, big-endian; of more the last four count.
fn cdp_capabilities(octets: &[u8]) -> Capabilities {
    Capabilities::Cdp(octets.iter().fold(0, |bits, octet| bits << 8 | u32::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::tables::joined;

    #[test]
    fn a_phone_in_the_cdp_cache() {
        let mut tables = Tables::default();
        let rows: [(u32, Datum); 6] = [
            (4, Datum::Octets(vec![192, 0, 2, 7])),
            (6, Datum::Octets(b"SEP0004F2123456".to_vec())),
            (8, Datum::Octets(b"Example IP Phone 5  ".to_vec())),
            (9, Datum::Octets(vec![0, 0, 0, 0x90])),
            (14, Datum::Number(20)),
            (15, Datum::Number(6300)),
        ];
        tables.extend(rows.map(|(column, value)| (joined(mib::CDP_CACHE, &[column, 10001, 3]), value)));
        let neighbours = cdp(&tables);
        let (interface, phone) = neighbours.first().unwrap();
        assert_eq!((*interface, phone.mac.unwrap().to_string()), (Some(IfIndex(10001)), "00:04:f2:12:34:56".to_owned()));
        assert_eq!(phone.capabilities_enabled.unwrap().names().collect::<Vec<_>>(), ["host", "telephone"]);
        let cdp = phone.cdp.clone().unwrap();
        assert_eq!(
            (cdp.platform.as_deref(), cdp.voice_vlan, cdp.power_consumption_mw),
            (Some("Example IP Phone 5"), Some(20), Some(6300))
        );
    }
}
