//! SNMPv2-MIB, IF-MIB, BRIDGE-MIB, Q-BRIDGE-MIB and POWER-ETHERNET-MIB as the simulated agents show them. Pure.

use model::ids::BridgePort;
use model::switch::{Detection, PoePriority};
use model::units::Milliwatts;
use snmp::{Oid, Value};

use super::port_list::{port_list_width, ports, shown_list};
use super::table::{Table, integer, octet_string, truth};
use super::write::{Writable, row_status};
use super::{oids, write};
use crate::switch::config::{PoeMode, PortConfig};
use crate::switch::family::Family;
use crate::switch::fault::Fault;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::write::Write;

/// Columns of every family.
pub(crate) const WRITABLE: &[Writable] = &[
    (oids::IF_ENTRY, 7, |at, value| Ok(Write::AdminUp(at.interface()?, write::truth(value)?))),
    (oids::IF_X_ENTRY, 18, |at, value| Ok(Write::Alias(at.interface()?, write::text(value, 64)?))),
    (oids::PETH_PORT, 3, |at, value| Ok(Write::PoeEnable(at.pse()?, write::truth(value)?))),
    (oids::PETH_PORT, 7, |at, value| Ok(Write::PoePriority(at.pse()?, priority(value)?))),
    (oids::SNMP_SET, 1, |at, value| at.scalar().and_then(|()| Ok(Write::SetSerial(write::plain(value)?)))),
];

/// Which VLANs there are.
pub(crate) const WRITABLE_VLANS: &[Writable] = &[
    (oids::DOT1Q_VLAN_STATIC, 1, |at, value| Ok(Write::NameVlan(at.vlan()?, write::text(value, 32)?))),
    (oids::DOT1Q_VLAN_STATIC, 5, |at, value| row_status(value, at.vlan()?, Write::CreateVlan, Write::DestroyVlan)),
];

/// Which ports are in them.
pub(crate) const WRITABLE_MEMBERS: &[Writable] = &[
    (oids::DOT1Q_VLAN_STATIC, 2, |at, value| Ok(Write::Egress(at.vlan()?, ports(at.switch, value)?))),
    (oids::DOT1Q_VLAN_STATIC, 4, |at, value| Ok(Write::Untagged(at.vlan()?, ports(at.switch, value)?))),
    (oids::DOT1Q_PORT_VLAN, 1, |at, value| Ok(Write::Pvid(at.bridge_port()?, write::vlan(write::gauge(value)?)?))),
];

/// The system group and, where the switch has it, the lock of managers that write (RFC 3418 snmpSetSerialNo).
pub(crate) fn system(table: &mut Table, switch: &Switch) {
    if let Some(serial) = switch.set_serial {
        table.cell(oids::SNMP_SET, 1, &[0], Value::Integer(serial.into()));
    }
    let layout = &switch.layout;
    table.cell(oids::SYSTEM, 1, &[0], octet_string(layout.family.build().system));
    table.cell(oids::SYSTEM, 2, &[0], Value::Oid(Oid::new(layout.family.build().object_id)));
    table.scalar(oids::SYS_UP_TIME, &[], Value::TimeTicks(0));
    table.cell(oids::SYSTEM, 4, &[0], octet_string(""));
    table.cell(oids::SYSTEM, 5, &[0], octet_string(layout.name));
    table.cell(oids::SYSTEM, 6, &[0], octet_string("simulated site"));
    table.cell(oids::SYSTEM, 7, &[0], integer(2));
}

/// ifTable and ifXTable (RFC 2863).
pub(crate) fn interfaces(table: &mut Table, switch: &Switch) {
    let layout = &switch.layout;
    let allocations = switch.allocations();
    table.scalar(oids::IF_NUMBER, &[0], integer(u32::try_from(layout.ports().count()).unwrap_or(0)));
    for port in layout.ports() {
        let row = [layout.if_index(port).0];
        let config = switch.config.ports.get(&port);
        table.cell(oids::IF_ENTRY, 1, &row, integer(row[0]));
        table.cell(oids::IF_ENTRY, 2, &row, octet_string(layout.if_description(port)));
        table.cell(oids::IF_ENTRY, 3, &row, integer(6)); // ethernetCsmacd
        table.cell(oids::IF_ENTRY, 5, &row, Value::Gauge32(1_000_000_000));
        table.cell(oids::IF_ENTRY, 7, &row, truth(config.is_some_and(|config| config.up)));
        table.cell(oids::IF_ENTRY, 8, &row, truth(switch.link_up(port, &allocations)));
        table.cell(oids::IF_X_ENTRY, 1, &row, octet_string(layout.if_name(port)));
        table.cell(oids::IF_X_ENTRY, 15, &row, Value::Gauge32(1000));
        table.cell(oids::IF_X_ENTRY, 17, &row, truth(true));
        table.cell(oids::IF_X_ENTRY, 18, &row, octet_string(config.map(|config| config.alias.clone()).unwrap_or_default()));
    }
}

/// dot1dBase and the root port of spanning tree (RFC 4188).
pub(crate) fn bridge(table: &mut Table, switch: &Switch) {
    table.cell(oids::DOT1D_BASE, 1, &[0], octet_string(switch.layout.mac));
    table.cell(oids::DOT1D_BASE, 2, &[0], integer(u32::try_from(switch.layout.ports().count()).unwrap_or(0)));
    table.cell(oids::DOT1D_BASE, 3, &[0], integer(2));
    for port in switch.layout.ports() {
        table.scalar(oids::DOT1D_BASE_PORT_IF_INDEX, &[port.0], integer(switch.layout.if_index(port).0));
    }
    table.scalar(oids::DOT1D_STP_ROOT_PORT, &[0], integer(switch.layout.uplink.0));
}

/// The forwarding table, the VLAN tables and the port table (RFC 4363).
pub(crate) fn q_bridge(table: &mut Table, switch: &Switch) {
    forwarding(table, switch);
    let width = port_list_width(switch);
    for (id, vlan) in &switch.config.vlans {
        let row = [u32::from(id.get())];
        table.cell(oids::DOT1Q_VLAN_STATIC, 1, &row, octet_string(vlan.name.as_str()));
        table.cell(oids::DOT1Q_VLAN_STATIC, 2, &row, octet_string(shown_list(switch, &vlan.egress, width)));
        table.cell(oids::DOT1Q_VLAN_STATIC, 3, &row, octet_string(vec![0; width]));
        table.cell(oids::DOT1Q_VLAN_STATIC, 4, &row, octet_string(shown_list(switch, &vlan.untagged, width)));
        table.cell(oids::DOT1Q_VLAN_STATIC, 5, &row, integer(1)); // active
        let timed = [0, row[0]];
        table.cell(oids::DOT1Q_VLAN_CURRENT, 3, &timed, Value::Gauge32(row[0]));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 4, &timed, octet_string(shown_list(switch, &vlan.egress, width)));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 5, &timed, octet_string(shown_list(switch, &vlan.untagged, width)));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 6, &timed, integer(2)); // permanent
    }
    for (port, config) in &switch.config.ports {
        table.cell(oids::DOT1Q_PORT_VLAN, 1, &[port.0], Value::Gauge32(u32::from(config.pvid.get())));
        table.cell(oids::DOT1Q_PORT_VLAN, 2, &[port.0], integer(1)); // admitAll
        table.cell(oids::DOT1Q_PORT_VLAN, 3, &[port.0], truth(true));
    }
}

fn forwarding(table: &mut Table, switch: &Switch) {
    for ((vlan, mac), port) in &switch.fdb {
        let mut row = vec![u32::from(vlan.get())];
        row.extend(mac.0.map(u32::from));
        table.cell(oids::DOT1Q_TP_FDB, 2, &row, integer(port.0));
        table.cell(oids::DOT1Q_TP_FDB, 3, &row, integer(3)); // learned
    }
}

/// The counters of ifTable and ifXTable, as they were when the switch last refreshed them: what came in from a device, and what went out to
/// it. The uplink has what the core and the switch say to each other.
pub(crate) fn counters(table: &mut Table, switch: &Switch, now_cs: u32) {
    let now_cs = switch.refresh.last_cs(now_cs);
    let wrapped = |count: u64| Value::Counter32(u32::try_from(count & 0xffff_ffff).unwrap_or(0));
    for port in switch.layout.ports() {
        let row = [switch.layout.if_index(port).0];
        let traffic = switch.traffic.get(&port).copied().unwrap_or_default();
        let (received, sent) = traffic.bytes(now_cs);
        let background = if port == switch.layout.uplink { u64::from(now_cs / 10) } else { 0 };
        let (packets_in, packets_out) = traffic.packets(now_cs);
        let (packets_in, packets_out) = (packets_in + background, packets_out + background);
        table.cell(oids::IF_ENTRY, 11, &row, wrapped(packets_in));
        table.cell(oids::IF_ENTRY, 17, &row, wrapped(packets_out));
        table.cell(oids::IF_X_ENTRY, 7, &row, Value::Counter64(packets_in));
        table.cell(oids::IF_X_ENTRY, 11, &row, Value::Counter64(packets_out));
        table.cell(oids::IF_ENTRY, 10, &row, wrapped(received));
        table.cell(oids::IF_ENTRY, 16, &row, wrapped(sent));
        table.cell(oids::IF_X_ENTRY, 6, &row, Value::Counter64(received));
        table.cell(oids::IF_X_ENTRY, 10, &row, Value::Counter64(sent));
    }
}

pub(crate) struct PseRow<'a> {
    pub(crate) port: BridgePort,
    pub(crate) row: [u32; 2],
    pub(crate) config: &'a PortConfig,
    /// What is set aside, while it delivers.
    pub(crate) allocated: Option<Milliwatts>,
    pub(crate) drawn: Milliwatts,
}

/// The PSE rows of a switch.
pub(crate) fn pse_rows(switch: &Switch) -> impl Iterator<Item = PseRow<'_>> {
    let allocations = switch.allocations();
    switch.layout.ports().filter_map(move |port| {
        let (pse, config) = (switch.layout.pse(port)?, switch.config.ports.get(&port)?);
        let allocated = allocations.get(&port).copied();
        let drawn = allocated.and_then(|_| switch.plugs.get(&port)?.power).map_or(Milliwatts(0), |(_, draw)| draw);
        Some(PseRow { port, row: [pse.group, pse.port], config, allocated, drawn })
    })
}

/// pethPsePortTable and pethMainPseTable (RFC 3621).
pub(crate) fn power(table: &mut Table, switch: &Switch) {
    let allocations = switch.allocations();
    let first_class = if switch.faults.has(&Fault::ClassOffByOne) { 2 } else { 1 };
    let watt = if switch.faults.has(&Fault::MilliwattsForWatts) { 1 } else { 1000 };
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
