//! What the guards of ports need beside the facts that are shown: which of their tables were not read whole, the switch's own addresses,
//! and ports whose VLAN is not their configuration's. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Assigned, MembershipTable, NeighbourTable, Profile};
use crate::switch::snmp::read::maps::Maps;
use crate::switch::snmp::read::{memberships, subtrees, text};
use model::ids::{IfIndex, MacAddress, VlanId};
use model::switch::VlanAuthority;
use model::unread::{GuardTable, Unread};
use snmp::Oid;
use snmp::manager::{Cut, Tables};

/// dot1xAuthAuthControlledPortControl auto: the port is open to whom the server lets in.
const AUTO: i64 = 2;
/// dot1xPaeSystemAuthControl enabled.
const ENABLED: i64 = 1;

/// The guards' tables that were not read to their ends, each with its first cause. A table that the switch does not have ended: its agent
/// answered with what is behind it.
#[must_use]
pub fn unread(profile: &Profile, cut: &[(Oid, Cut)]) -> Vec<Unread> {
    let mut causes: BTreeMap<GuardTable, String> = BTreeMap::new();
    for (root, why) in cut {
        for table in resting_on(profile, root) {
            causes.entry(table).or_insert_with(|| format!("{}: {why}", subtrees::name(profile, root)));
        }
    }
    causes.into_iter().map(|(table, cause)| Unread { table, cause }).collect()
}

/// The guards' tables that a subtree is part of.
fn resting_on(profile: &Profile, root: &Oid) -> Vec<GuardTable> {
    use GuardTable::{Aggregates, Authentication, Cdp, Forwarding, Lldp, Management, SpanningTree, Vlans};
    let is = |roots: &[&[u32]]| roots.iter().any(|other| **root == **other);
    let mut tables = Vec::new();
    let mut rests = |table, does: bool| tables.extend(does.then_some(table));
    let own_neighbours = profile.text_neighbours.iter().any(|table| table.entry == *root)
        || profile.lldp_interface.iter().any(|column| column.oid == *root);
    rests(Lldp, own_neighbours || is(&[mib::LLDP_REMOTE, mib::LLDP_V2_REMOTE, mib::LLDP_LOC_PORT]));
    rests(Cdp, profile.neighbours.contains(&NeighbourTable::Cdp) && is(&[mib::CDP_CACHE]));
    rests(SpanningTree, is(&[mib::STP_ROOT_PORT, mib::BASE_PORT_IF_INDEX]));
    rests(Aggregates, is(&[mib::ATTACHED_AGGREGATE, mib::SELECTED_AGGREGATE, mib::IF_STACK_STATUS, mib::IF_TYPE]));
    let forwarding =
        [mib::Q_FDB_PORT, mib::Q_FDB_STATUS, mib::FDB_PORT, mib::FDB_STATUS, mib::FDB_ADDRESS, mib::BASE_PORT_IF_INDEX];
    rests(Forwarding, is(&forwarding));
    rests(Management, is(&[mib::BASE_BRIDGE_ADDRESS, mib::NET_TO_MEDIA]));
    rests(Vlans, is_about_vlans(profile, root));
    let assigned = profile.assigned.iter().any(|assigned| assigned.object.oid == *root);
    rests(Authentication, assigned || is(&[mib::DOT1X_PORT_CONTROL, mib::DOT1X_SYSTEM_CONTROL]));
    tables
}

/// Whether a subtree tells which VLANs a port carries.
fn is_about_vlans(profile: &Profile, root: &Oid) -> bool {
    let mut objects: Vec<&Oid> = profile.trunk.iter().map(|trunk| &trunk.object.oid).collect();
    objects.extend(profile.port_mode.iter().map(|modes| &modes.object.oid));
    match &profile.membership {
        Some(MembershipTable::PortLists { egress, untagged, current, .. }) => {
            objects.extend([&egress.oid, &untagged.oid]);
            objects.extend(current.iter().flat_map(|current| [&current.egress.oid, &current.untagged.oid]));
        }
        Some(MembershipTable::MemberRows { tagging, .. }) => objects.push(&tagging.oid),
        Some(MembershipTable::MembersAndTagging { members, tagging }) => objects.extend([&members.oid, &tagging.oid]),
        Some(MembershipTable::VlanBitmaps { blocks, .. }) => objects.extend(blocks.iter().map(|block| &block.object.oid)),
        Some(MembershipTable::Commands { tagged, untagged, .. }) => objects.extend([&tagged.oid, &untagged.oid]),
        None => {}
    }
    let standard = [mib::VLAN_STATIC_EGRESS, mib::VLAN_STATIC_UNTAGGED, mib::VLAN_CURRENT_EGRESS, mib::VLAN_CURRENT_UNTAGGED];
    objects.contains(&root) || standard.iter().any(|column| **root == **column)
}

/// The addresses of the bridge and of its interfaces.
#[must_use]
pub fn own_addresses(tables: &Tables) -> BTreeSet<MacAddress> {
    let bridge = tables.bytes(mib::BASE_BRIDGE_ADDRESS, &[0]).and_then(text::mac);
    let interfaces = tables.column(mib::IF_PHYS_ADDRESS).filter_map(|(_, value)| value.bytes().and_then(text::mac));
    bridge.into_iter().chain(interfaces).filter(|mac| mac.0 != [0; 6]).collect()
}

/// What gives ports their VLANs in place of their configuration.
#[must_use]
pub fn assigned(profile: &Profile, maps: &Maps, tables: &Tables) -> BTreeMap<IfIndex, VlanAuthority> {
    let mut ports = BTreeMap::new();
    for (index, interface) in maps.interfaces.iter() {
        let port = maps.port(index, interface);
        if is_authenticated(tables, index) || profile.assigned.iter().any(|assigned| is_assigned(assigned, tables, index)) {
            ports.insert(index, VlanAuthority::Dot1x);
        } else if memberships::in_force_alone(profile, &maps.lists, tables, port).is_some() {
            ports.insert(index, VlanAuthority::Switch);
        }
    }
    ports
}

/// Whether 802.1X decides about the port: then its server may give the port a VLAN with every device.
fn is_authenticated(tables: &Tables, index: IfIndex) -> bool {
    tables.number(mib::DOT1X_SYSTEM_CONTROL, &[0]) == Some(ENABLED)
        && tables.number(mib::DOT1X_PORT_CONTROL, &[index.0]) == Some(AUTO)
}

/// Whether a row of the port, whatever follows its ifIndex, holds such a value.
fn is_assigned(assigned: &Assigned, tables: &Tables, index: IfIndex) -> bool {
    let mut rows = tables.numbers(&assigned.object.oid).filter(|(row, _)| row.first() == Some(&index.0));
    rows.any(|(_, value)| match &assigned.values {
        Some(values) => values.contains(&value),
        None => u16::try_from(value).ok().and_then(VlanId::new).is_some(),
    })
}
