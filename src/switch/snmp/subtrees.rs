//! Which subtrees of a switch are read, by its profile and by what it answered before. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::profile::NeighbourTable;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::profile::PseRule;
use crate::switch::snmp::profile::Vlans;
use crate::switch::snmp::profile::Voice;
use crate::switch::snmp::tables::Tables;

/// What the maps need: which number is which port.
#[must_use]
pub fn maps(profile: &Profile) -> Vec<Arcs> {
    let mut subtrees = all(&[mib::IF_DESCR, mib::IF_TYPE, mib::IF_NAME, mib::BASE_PORT_IF_INDEX]);
    if profile.neighbours.contains(&NeighbourTable::Lldp) {
        subtrees.extend(all(&[mib::LLDP_LOC_PORT, mib::IF_PHYS_ADDRESS]));
    }
    if let Some(pse) = &profile.pse {
        subtrees.push(pse.enabled.object.oid.clone());
        subtrees.extend(pse.entity.iter().map(|column| column.oid.clone()));
        if pse.mapping.contains(&PseRule::EntityAlias) {
            subtrees.push(mib::ENT_ALIAS.to_vec());
        }
        if pse.mapping.contains(&PseRule::LldpLocalPower) {
            subtrees.push(mib::LLDP_LOC_POWER_SUPPORTED.to_vec());
        }
    }
    subtrees
}

/// Everything else the profile knows.
#[must_use]
pub fn facts(profile: &Profile) -> Vec<Arcs> {
    let mut subtrees = all(&[mib::IF_OPER_STATUS, mib::ATTACHED_AGGREGATE, mib::STP_ROOT_PORT]);
    subtrees.extend(all(&[mib::Q_FDB_PORT, mib::Q_FDB_STATUS, mib::VLAN_FDB_ID, mib::FDB_PORT, mib::FDB_STATUS]));
    subtrees.extend(all(&[mib::NET_TO_MEDIA, mib::NET_TO_PHYSICAL]));
    if let Some(pse) = &profile.pse {
        subtrees.extend(all(&[mib::PSE_DETECTION, mib::PSE_CLASS]));
        subtrees.extend(all(&[mib::MAIN_PSE_POWER, mib::MAIN_PSE_OPER_STATUS, mib::MAIN_PSE_CONSUMPTION]));
        subtrees.extend(pse.priority.iter().map(|priority| priority.object.oid.clone()));
        let columns = [&pse.limit_mw, &pse.allocated_mw, &pse.measured_mw, &pse.group_reserved_mw];
        subtrees.extend(columns.into_iter().flatten().map(|column| column.oid.clone()));
    }
    match &profile.vlans {
        Some(Vlans::QBridge { name, egress, untagged, row_status, .. }) => {
            subtrees.extend([name, egress, untagged, row_status].map(|object| object.oid.clone()));
        }
        Some(Vlans::StateTable { state, name, .. }) => subtrees.extend([state.oid.clone(), name.oid.clone()]),
        None => {}
    }
    subtrees.extend(profile.access_vlan.iter().map(|access| access.object.oid.clone()));
    if let Some(Voice::PortObject { object, .. }) = &profile.voice_vlan {
        subtrees.push(object.oid.clone());
    }
    subtrees.extend(profile.trunk.iter().map(|trunk| trunk.object.oid.clone()));
    subtrees.extend(profile.unsaved.iter().flat_map(|unsaved| [unsaved.changed.oid.clone(), unsaved.saved.oid.clone()]));
    for table in &profile.neighbours {
        match table {
            NeighbourTable::Lldp => subtrees.extend(all(&[mib::LLDP_REMOTE, mib::LLDP_V2_REMOTE])),
            NeighbourTable::Cdp => subtrees.push(mib::CDP_CACHE.to_vec()),
        }
    }
    subtrees.extend(profile.lldp_interface.iter().map(|column| column.oid.clone()));
    subtrees
}

/// What is worth asking only after the facts: extensions where there are neighbours, a column that most agents have in the index.
#[must_use]
pub fn details(tables: &Tables) -> Vec<Arcs> {
    let has_rows = |root: &[u32]| tables.column(root).next().is_some();
    let mut subtrees = Vec::new();
    if has_rows(mib::LLDP_REM) {
        subtrees.extend(all(&[mib::DOT1_REMOTE, mib::DOT3_REMOTE]));
    }
    if has_rows(mib::LLDP_V2_REM) {
        subtrees.extend(all(&[mib::DOT1_V2_REMOTE, mib::DOT3_V2_REMOTE]));
    }
    if has_rows(mib::LLDP_REM) || has_rows(mib::LLDP_V2_REM) {
        subtrees.push(mib::MED_REMOTE.to_vec());
    }
    if tables.column(mib::FDB_PORT).any(|(instance, _)| instance.len() < MAC_LENGTH) {
        subtrees.push(mib::FDB_ADDRESS.to_vec());
    }
    subtrees
}

/// Numbers of a MAC address in an index.
const MAC_LENGTH: usize = 6;

fn all(roots: &[&[u32]]) -> Vec<Arcs> {
    roots.iter().map(|root| root.to_vec()).collect()
}
