//! What shows that a port is not to be changed: links of an aggregate, and ports whose VLAN is assigned. Pure.

use std::collections::BTreeSet;

use model::ids::{BridgePort, VlanId};
use snmp::Value;

use super::oids;
use super::port_list::{port_list_width, shown_list};
use super::table::{Table, integer, octet_string};
use crate::switch::family::Family;
use crate::switch::fault::Fault;
use crate::switch::state::Switch;

/// ifIndex of the aggregate.
const AGGREGATE: u32 = 900;
/// ifType ieee8023adLag.
const LAG: u32 = 161;

/// As the faults of the switch have it.
pub(crate) fn show(table: &mut Table, switch: &Switch) {
    for fault in switch.faults.iter() {
        match fault {
            Fault::IdleAggregate(ports) => aggregate(table, switch, ports),
            Fault::Authenticates(port) => authentication(table, switch, *port),
            Fault::AssignsVlan(port, vlan) => assigned(table, switch, *port, *vlan),
            _ => {}
        }
    }
}

/// An aggregate whose links are all down: none is attached, each is meant for it.
fn aggregate(table: &mut Table, switch: &Switch, ports: &[BridgePort]) {
    table.cell(oids::IF_ENTRY, 1, &[AGGREGATE], integer(AGGREGATE));
    table.cell(oids::IF_ENTRY, 2, &[AGGREGATE], octet_string("lag 1"));
    table.cell(oids::IF_ENTRY, 3, &[AGGREGATE], integer(LAG));
    table.cell(oids::IF_ENTRY, 8, &[AGGREGATE], integer(2)); // down
    table.cell(oids::IF_X_ENTRY, 1, &[AGGREGATE], octet_string("lag 1"));
    for port in switch.layout.ports() {
        let meant = if ports.contains(&port) { AGGREGATE } else { 0 };
        let row = [switch.layout.if_index(port).0];
        table.cell(oids::AGGREGATE_PORT, 12, &row, integer(meant));
        table.cell(oids::AGGREGATE_PORT, 13, &row, integer(0));
    }
}

/// A device on the port is authenticated: on a Catalyst a session tells the VLAN it was given, elsewhere the port's control is automatic.
fn authentication(table: &mut Table, switch: &Switch, port: BridgePort) {
    let index = switch.layout.if_index(port).0;
    if switch.layout.family == Family::Catalyst {
        let session = [index, 4, 0x41, 0x42, 0x43, 0x44]; // an identifier led by its length
        table.cell(oids::CAF_SESSION, 5, &session, integer(6)); // authorizationSuccess
        table.cell(oids::CAF_SESSION, 14, &session, integer(99));
        return;
    }
    table.cell(oids::DOT1X_SYSTEM, 1, &[0], integer(1)); // enabled
    for other in switch.layout.ports() {
        let control = if other == port { 2 } else { 3 }; // auto, forceAuthorized
        table.cell(oids::DOT1X_AUTHENTICATOR, 6, &[switch.layout.if_index(other).0], integer(control));
    }
}

/// The lists in force have the port in another VLAN than the configured ones.
fn assigned(table: &mut Table, switch: &Switch, port: BridgePort, vlan: VlanId) {
    let width = port_list_width(switch);
    for (id, row) in &switch.config.vlans {
        let shifted = |ports: &BTreeSet<BridgePort>| {
            let mut ports = ports.clone();
            if *id == vlan {
                ports.insert(port)
            } else {
                ports.remove(&port)
            };
            Value::octets(shown_list(switch, &ports, width))
        };
        let timed = [0, u32::from(id.get())];
        table.cell(oids::DOT1Q_VLAN_CURRENT, 4, &timed, shifted(&row.egress));
        table.cell(oids::DOT1Q_VLAN_CURRENT, 5, &timed, shifted(&row.untagged));
    }
}
