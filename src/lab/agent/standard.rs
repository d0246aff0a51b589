//! SNMPv2-MIB, IF-MIB, BRIDGE-MIB, Q-BRIDGE-MIB and POWER-ETHERNET-MIB as the simulated agents show them. Pure.

use std::collections::BTreeSet;

use snmp::{Oid, Value};

use crate::lab::family::Family;
use crate::lab::quirk::Quirk;
use crate::lab::state::{PoeMode, PortConfig, Refusal, Switch, Write};
use model::ids::BridgePort;
use model::switch::{Detection, PoePriority};
use model::units::Milliwatts;

use super::oids;
use super::table::{Table, integer, octets, truth};
use super::write::{self, Writable, row_status};

/// Columns of every family.
pub(super) const WRITABLE: &[Writable] = &[
    (oids::IF_ENTRY, 7, |at, value| Ok(Write::AdminUp(at.interface()?, write::truth(value)?))),
    (oids::IF_X_ENTRY, 18, |at, value| Ok(Write::Alias(at.interface()?, write::text(value, 64)?))),
    (oids::PETH_PORT, 3, |at, value| Ok(Write::PoeEnable(at.pse()?, write::truth(value)?))),
    (oids::PETH_PORT, 7, |at, value| Ok(Write::PoePriority(at.pse()?, priority(value)?))),
];

/// Which VLANs there are.
pub(super) const WRITABLE_VLANS: &[Writable] = &[
    (oids::DOT1Q_VLAN_STATIC, 1, |at, value| Ok(Write::NameVlan(at.vlan()?, write::text(value, 32)?))),
    (oids::DOT1Q_VLAN_STATIC, 5, |at, value| row_status(value, at.vlan()?, Write::CreateVlan, Write::DestroyVlan)),
];

/// Which ports are in them.
pub(super) const WRITABLE_MEMBERS: &[Writable] = &[
    (oids::DOT1Q_VLAN_STATIC, 2, |at, value| Ok(Write::Egress(at.vlan()?, write::ports(at.switch, value)?))),
    (oids::DOT1Q_VLAN_STATIC, 4, |at, value| Ok(Write::Untagged(at.vlan()?, write::ports(at.switch, value)?))),
    (oids::DOT1Q_PORT_VLAN, 1, |at, value| Ok(Write::Pvid(at.bridge_port()?, write::vlan(write::gauge(value)?)?))),
];

/// Octets of a PortList: as wide as the switch.
pub(super) fn port_list_width(switch: &Switch) -> usize {
    let padded = switch.quirks.find(|quirk| match quirk {
        Quirk::PaddedLists(octets) => Some(*octets),
        _ => None,
    });
    padded.unwrap_or_else(|| switch.layout.ports().count().div_ceil(8))
}

/// The system group (RFC 3418).
pub(super) fn system(table: &mut Table, switch: &Switch) {
    let layout = &switch.layout;
    table.cell(oids::SYSTEM, 1, &[0], octets(layout.family.build().system));
    table.cell(oids::SYSTEM, 2, &[0], Value::Oid(Oid::new(layout.family.build().object_id)));
    table.scalar(oids::SYS_UP_TIME, &[], Value::TimeTicks(0));
    table.cell(oids::SYSTEM, 4, &[0], octets(""));
    table.cell(oids::SYSTEM, 5, &[0], octets(layout.name));
    table.cell(oids::SYSTEM, 6, &[0], octets("simulated site"));
    table.cell(oids::SYSTEM, 7, &[0], integer(2));
}

/// ifTable and ifXTable (RFC 2863).
pub(super) fn interfaces(table: &mut Table, switch: &Switch) {
    let layout = &switch.layout;
    let allocations = switch.allocations();
    table.scalar(oids::IF_NUMBER, &[0], integer(u32::try_from(layout.ports().count()).unwrap_or(0)));
    for port in layout.ports() {
        let row = [layout.if_index(port).0];
        let config = switch.config.ports.get(&port);
        table.cell(oids::IF_ENTRY, 1, &row, integer(row[0]));
        table.cell(oids::IF_ENTRY, 2, &row, octets(layout.if_description(port)));
        table.cell(oids::IF_ENTRY, 3, &row, integer(6)); // ethernetCsmacd
        table.cell(oids::IF_ENTRY, 5, &row, Value::Gauge32(1_000_000_000));
        table.cell(oids::IF_ENTRY, 7, &row, truth(config.is_some_and(|config| config.up)));
        table.cell(oids::IF_ENTRY, 8, &row, truth(switch.link_up(port, &allocations)));
        table.cell(oids::IF_X_ENTRY, 1, &row, octets(layout.if_name(port)));
        table.cell(oids::IF_X_ENTRY, 15, &row, Value::Gauge32(1000));
        table.cell(oids::IF_X_ENTRY, 17, &row, truth(true));
        table.cell(oids::IF_X_ENTRY, 18, &row, octets(config.map(|config| config.alias.clone()).unwrap_or_default()));
    }
}

/// dot1dBase and the root port of spanning tree (RFC 4188).
pub(super) fn bridge(table: &mut Table, switch: &Switch) {
    table.cell(oids::DOT1D_BASE, 1, &[0], octets(switch.layout.mac));
    table.cell(oids::DOT1D_BASE, 2, &[0], integer(u32::try_from(switch.layout.ports().count()).unwrap_or(0)));
    table.cell(oids::DOT1D_BASE, 3, &[0], integer(2));
    for port in switch.layout.ports() {
        table.scalar(oids::DOT1D_BASE_PORT_IF_INDEX, &[port.0], integer(switch.layout.if_index(port).0));
    }
    table.scalar(oids::DOT1D_STP_ROOT_PORT, &[0], integer(switch.layout.uplink.0));
}

/// The forwarding table, the VLAN tables and the port table (RFC 4363).
pub(super) fn q_bridge(table: &mut Table, switch: &Switch) {
    forwarding(table, switch);
    let width = port_list_width(switch);
    for (id, vlan) in &switch.config.vlans {
        let row = [u32::from(id.get())];
        table.cell(oids::DOT1Q_VLAN_STATIC, 1, &row, octets(vlan.name.as_str()));
        table.cell(oids::DOT1Q_VLAN_STATIC, 2, &row, octets(shown_list(switch, &vlan.egress, width)));
        table.cell(oids::DOT1Q_VLAN_STATIC, 3, &row, octets(vec![0; width]));
        table.cell(oids::DOT1Q_VLAN_STATIC, 4, &row, octets(shown_list(switch, &vlan.untagged, width)));
        table.cell(oids::DOT1Q_VLAN_STATIC, 5, &row, integer(1)); // active
        let timed = [0, row[0]];
        table.cell(oids::DOT1Q_VLAN_CURRENT, 3, &timed, Value::Gauge32(row[0]));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 4, &timed, octets(shown_list(switch, &vlan.egress, width)));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 5, &timed, octets(shown_list(switch, &vlan.untagged, width)));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 6, &timed, integer(2)); // permanent
    }
    for (port, config) in &switch.config.ports {
        table.cell(oids::DOT1Q_PORT_VLAN, 1, &[port.0], Value::Gauge32(u32::from(config.pvid.get())));
        table.cell(oids::DOT1Q_PORT_VLAN, 2, &[port.0], integer(1)); // admitAll
        table.cell(oids::DOT1Q_PORT_VLAN, 3, &[port.0], truth(true));
    }
}

fn forwarding(table: &mut Table, switch: &Switch) {
    let allocations = switch.allocations();
    for (port, plug) in switch.plugs.iter().filter(|(port, _)| switch.link_up(**port, &allocations)) {
        let untagged = switch.config.ports.get(port).map(|config| config.pvid);
        let Some(vlan) = switch.advertised_voice_vlan(*port).filter(|_| plug.power.is_some()).or(untagged) else { continue };
        let mut row = vec![u32::from(vlan.get())];
        row.extend(plug.mac.0.map(u32::from));
        table.cell(oids::DOT1Q_TP_FDB, 2, &row, integer(port.0));
        table.cell(oids::DOT1Q_TP_FDB, 3, &row, integer(3)); // learned
    }
}

/// A PSE row.
pub(super) struct PseRow<'a> {
    /// Its port.
    pub(super) port: BridgePort,
    /// Its instance.
    pub(super) row: [u32; 2],
    /// What is configured.
    pub(super) config: &'a PortConfig,
    /// What is set aside, while it delivers.
    pub(super) allocated: Option<Milliwatts>,
    /// What is drawn.
    pub(super) drawn: Milliwatts,
}

/// The PSE rows of a switch.
pub(super) fn pse_rows(switch: &Switch) -> impl Iterator<Item = PseRow<'_>> {
    let allocations = switch.allocations();
    switch.layout.ports().filter_map(move |port| {
        let (pse, config) = (switch.layout.pse(port)?, switch.config.ports.get(&port)?);
        let allocated = allocations.get(&port).copied();
        let drawn = allocated.and_then(|_| switch.plugs.get(&port)?.power).map_or(Milliwatts(0), |(_, draw)| draw);
        Some(PseRow { port, row: [pse.group, pse.port], config, allocated, drawn })
    })
}

/// pethPsePortTable and pethMainPseTable (RFC 3621).
pub(super) fn power(table: &mut Table, switch: &Switch) {
    let allocations = switch.allocations();
    let first_class = if switch.quirks.has(&Quirk::ClassOffByOne) { 2 } else { 1 };
    let watt = if switch.quirks.has(&Quirk::MilliwattsForWatts) { 1 } else { 1000 };
    let mut measured = 0;
    for PseRow { port, row, config, drawn, .. } in pse_rows(switch) {
        measured += drawn.0;
        let detection = switch.detection(port, &allocations);
        let class = switch.plugs.get(&port).and_then(|plug| plug.power).map(|(class, _)| class);
        let class = class.filter(|_| detection == Detection::Delivering).unwrap_or(0);
        table.cell(oids::PETH_PORT, 3, &row, truth(config.poe != PoeMode::Disable));
        table.cell(oids::PETH_PORT, 4, &row, truth(false));
        table.cell(oids::PETH_PORT, 5, &row, integer(1)); // signal
        table.cell(oids::PETH_PORT, 6, &row, integer(detection_number(detection)));
        table.cell(oids::PETH_PORT, 7, &row, integer(priority_number(config.priority)));
        table.cell(oids::PETH_PORT, 10, &row, integer(u32::from(class) + first_class)); // class0 is 1, and so is a port without a device
        let denied = config.poe != PoeMode::Disable && detection == Detection::Searching && switch.plugs.contains_key(&port);
        table.cell(oids::PETH_PORT, 12, &row, Value::Counter32(u32::from(denied)));
    }
    table.cell(oids::PETH_MAIN, 2, &[1], Value::Gauge32(switch.budget().0 / watt)); // whole watts on the wire
    table.cell(oids::PETH_MAIN, 3, &[1], integer(1));
    table.cell(oids::PETH_MAIN, 4, &[1], Value::Gauge32(measured.div_ceil(watt)));
    if switch.layout.family != Family::Catalyst {
        table.cell(oids::PETH_MAIN, 5, &[1], integer(80));
    }
}

fn priority(value: &Value<'_>) -> Result<PoePriority, Refusal> {
    match write::plain(value)? {
        1 => Ok(PoePriority::Critical),
        2 => Ok(PoePriority::High),
        3 => Ok(PoePriority::Low),
        _ => Err(Refusal::WrongValue),
    }
}

const fn detection_number(detection: Detection) -> u32 {
    match detection {
        Detection::Disabled => 1,
        Detection::Searching => 2,
        Detection::Delivering => 3,
        Detection::Fault => 4,
        Detection::Test => 5,
        Detection::OtherFault => 6,
    }
}

const fn priority_number(priority: PoePriority) -> u32 {
    match priority {
        PoePriority::Critical => 1,
        PoePriority::High => 2,
        PoePriority::Low => 3,
    }
}

/// A PortList as this switch writes it.
fn shown_list(switch: &Switch, ports: &BTreeSet<BridgePort>, width: usize) -> Vec<u8> {
    if switch.quirks.has(&Quirk::DecimalLists) {
        return ports.iter().map(|port| port.0.to_string()).collect::<Vec<_>>().join(",").into_bytes();
    }
    in_order(port_list(ports, width), switch.quirks.has(&Quirk::ReversedLists))
}

/// A list as it is, or with the bits of each octet the other way round.
pub(super) fn in_order(list: Vec<u8>, reversed: bool) -> Vec<u8> {
    if reversed { list.into_iter().map(u8::reverse_bits).collect() } else { list }
}

/// A PortList: the most significant bit of the first octet is port 1 (RFC 2674).
pub(super) fn port_list(ports: &BTreeSet<BridgePort>, width: usize) -> Vec<u8> {
    bits(width, |number| ports.contains(&BridgePort(number)))
}

/// So many octets of bits, of which the most significant of the first is number 1.
pub(super) fn bits(width: usize, wanted: impl Fn(u32) -> bool) -> Vec<u8> {
    let octet = |first: u32| (0..8).filter(|bit| wanted(first + bit)).fold(0, |octet, bit| octet | 0x80 >> bit);
    (1..).step_by(8).map(octet).take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_list_starts_at_the_most_significant_bit() {
        let ports = [1, 9, 10, 24].map(BridgePort).into();
        assert_eq!(port_list(&ports, 3), [0x80, 0xc0, 0x01]);
    }
}
