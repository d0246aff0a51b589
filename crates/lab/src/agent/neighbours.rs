//! LLDP-MIB, LLDP-EXT-MED-MIB and CISCO-CDP-MIB as the simulated agents show them. Pure.

use model::ids::BridgePort;
use snmp::Value;

use super::oids;
use super::table::{Table, integer, octet_string, truth};
use crate::switch::family::Family;
use crate::switch::lldp_content::{Chassis, LldpContent, Med};
use crate::switch::state::Switch;

/// lldpRemIndex and cdpCacheDeviceIndex of every row: a port of the simulated site has one neighbour.
const REMOTE_INDEX: u32 = 1;

/// The local system, its ports, and the neighbours.
pub(crate) fn lldp(table: &mut Table, switch: &Switch) {
    let layout = &switch.layout;
    table.cell(oids::LLDP_LOCAL, 1, &[0], integer(4)); // macAddress
    table.cell(oids::LLDP_LOCAL, 2, &[0], octet_string(layout.mac));
    table.cell(oids::LLDP_LOCAL, 3, &[0], octet_string(layout.name));
    table.cell(oids::LLDP_LOCAL, 4, &[0], octet_string(layout.family.build().system));
    table.cell(oids::LLDP_LOCAL, 5, &[0], octet_string([0x20]));
    table.cell(oids::LLDP_LOCAL, 6, &[0], octet_string([0x20]));
    for port in layout.ports() {
        table.cell(oids::LLDP_LOCAL_PORT, 2, &[port.0], integer(5)); // interfaceName
        table.cell(oids::LLDP_LOCAL_PORT, 3, &[port.0], octet_string(layout.if_name(port)));
        table.cell(oids::LLDP_LOCAL_PORT, 4, &[port.0], octet_string(layout.if_description(port)));
    }
    for (port, content) in audible(switch) {
        let row = [time_mark(layout.family), port.0, REMOTE_INDEX];
        remote(table, &row, content);
        if let Some(med) = &content.med {
            remote_med(table, &row, med);
        }
    }
}

/// lldpXdot3LocPowerTable: which ports the switch itself says are PSE ports.
pub(crate) fn local_power(table: &mut Table, switch: &Switch) {
    for port in switch.layout.ports().filter(|port| switch.layout.powered(*port)) {
        table.cell(oids::DOT3_LOCAL_POWER, 1, &[port.0], integer(1)); // pClassPSE
        table.cell(oids::DOT3_LOCAL_POWER, 2, &[port.0], truth(true)); // supported
    }
}

/// Neighbours on ports whose link is up.
fn audible(switch: &Switch) -> impl Iterator<Item = (BridgePort, &LldpContent)> {
    let allocations = switch.allocations();
    switch
        .plugs
        .iter()
        .filter(move |(port, _)| switch.link_up(**port, &allocations))
        .filter_map(|(port, plug)| plug.lldp.as_ref().map(|content| (*port, content)))
}

/// Real agents differ: 0 on a Catalyst, some time of long ago on others.
const fn time_mark(family: Family) -> u32 {
    match family {
        Family::Catalyst => 0,
        _ => 8626,
    }
}

fn remote(table: &mut Table, row: &[u32; 3], content: &LldpContent) {
    let (subtype, chassis) = match content.chassis {
        Chassis::Mac(mac) => (4, mac.0.to_vec()),
        Chassis::Address(address) => (5, [&[1], address.octets().as_slice()].concat()), // family IPv4 leads
    };
    let (port_subtype, port_id) = &content.port_id;
    table.cell(oids::LLDP_REMOTE, 4, row, integer(subtype));
    table.cell(oids::LLDP_REMOTE, 5, row, octet_string(chassis));
    table.cell(oids::LLDP_REMOTE, 6, row, integer(u32::from(*port_subtype)));
    table.cell(oids::LLDP_REMOTE, 7, row, octet_string(port_id.clone()));
    table.cell(oids::LLDP_REMOTE, 8, row, octet_string(content.port_description.as_str()));
    table.cell(oids::LLDP_REMOTE, 9, row, octet_string(content.system_name.as_str()));
    table.cell(oids::LLDP_REMOTE, 10, row, octet_string(content.system_description.as_str()));
    table.cell(oids::LLDP_REMOTE, 11, row, octet_string([content.capabilities, 0]));
    table.cell(oids::LLDP_REMOTE, 12, row, octet_string([content.capabilities, 0]));
    if let Some(address) = content.address {
        let mut instance = row.to_vec();
        instance.extend([1, 4]);
        instance.extend(address.octets().map(u32::from));
        table.cell(oids::LLDP_REMOTE_ADDRESS, 3, &instance, integer(2)); // ifIndex
        table.cell(oids::LLDP_REMOTE_ADDRESS, 4, &instance, integer(1));
    }
}

fn remote_med(table: &mut Table, row: &[u32; 3], med: &Med) {
    table.cell(oids::MED_REMOTE_CAPABILITIES, 1, row, octet_string([0b1100_1100])); // capabilities, networkPolicy, extendedPD, inventory
    table.cell(oids::MED_REMOTE_CAPABILITIES, 2, row, octet_string([0b1100_1100]));
    table.cell(oids::MED_REMOTE_CAPABILITIES, 3, row, integer(3)); // endpointClass3
    let policy = [row.as_slice(), &[1, 0x40]].concat(); // PolicyAppType voice(1), led by its length
    let vlan = med.voice_vlan.map_or(0, |vlan| u32::from(vlan.get()));
    table.cell(oids::MED_REMOTE_POLICY, 2, &policy, integer(vlan));
    table.cell(oids::MED_REMOTE_POLICY, 3, &policy, integer(5));
    table.cell(oids::MED_REMOTE_POLICY, 4, &policy, integer(46));
    table.cell(oids::MED_REMOTE_POLICY, 5, &policy, truth(med.voice_vlan.is_none()));
    table.cell(oids::MED_REMOTE_POLICY, 6, &policy, truth(med.voice_vlan.is_some()));
    for (column, text) in (1..).zip(&med.inventory) {
        table.cell(oids::MED_REMOTE_INVENTORY, column, row, octet_string(text.as_str()));
    }
    table.cell(oids::MED_REMOTE_PD_POWER, 1, row, Value::Gauge32(med.power.0 / 100)); // 0.1 W on the wire
    table.cell(oids::MED_REMOTE_PD_POWER, 2, row, integer(2)); // fromPSE
    table.cell(oids::MED_REMOTE_PD_POWER, 3, row, integer(3)); // high
}

/// cdpCacheTable, by ifIndex.
pub(crate) fn cdp(table: &mut Table, switch: &Switch) {
    for (port, content) in audible(switch) {
        let Some(cdp) = &content.cdp else { continue };
        let row = [switch.layout.if_index(port).0, REMOTE_INDEX];
        table.cell(oids::CDP_CACHE, 3, &row, integer(1)); // ip
        table.cell(
            oids::CDP_CACHE,
            4,
            &row,
            octet_string(content.address.map(|address| address.octets().to_vec()).unwrap_or_default()),
        );
        table.cell(oids::CDP_CACHE, 5, &row, octet_string(content.system_description.as_str()));
        table.cell(oids::CDP_CACHE, 6, &row, octet_string(cdp.device_id.as_str()));
        table.cell(oids::CDP_CACHE, 7, &row, octet_string(cdp.port.as_str()));
        table.cell(oids::CDP_CACHE, 8, &row, octet_string(cdp.platform.as_str()));
        table.cell(oids::CDP_CACHE, 9, &row, octet_string(cdp.capabilities.to_be_bytes()));
        if let Some(med) = &content.med {
            table.cell(oids::CDP_CACHE, 14, &row, integer(med.voice_vlan.map_or(0, |vlan| u32::from(vlan.get()))));
            table.cell(oids::CDP_CACHE, 15, &row, Value::Gauge32(med.power.0)); // mW on the wire
        }
    }
}
