//! Which subtrees of a switch are read, by its profile and by what it answered before. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{
    MembershipTable, NeighbourTable, Object, Profile, Pse, PseRule, Reading, Unsaved, VlanTable, Voice, VoicePort,
};
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::{if_status, lag, port, port_list_form};
use snmp::Oid;
use snmp::manager::Tables;
use snmp::oid::Dotted;

/// What the maps need: which number is which port, and how lists and power classes are to be read.
#[must_use]
pub fn maps(profile: &Profile) -> Vec<Oid> {
    let mut subtrees = all(&[mib::IF_DESCR, mib::IF_TYPE, mib::IF_NAME, mib::BASE_PORT_IF_INDEX]);
    subtrees.extend(port_list_form::columns(profile));
    subtrees.extend(port::columns(profile));
    if profile.neighbours.contains(&NeighbourTable::Lldp) {
        subtrees.extend(all(&[mib::LLDP_LOC_PORT, mib::IF_PHYS_ADDRESS]));
    }
    if let Some(pse) = &profile.pse {
        subtrees.extend(pse.row_columns().cloned());
        subtrees.extend((pse.detection.is_none() && pse.detection_words.is_none()).then(|| mib::PSE_DETECTION.into()));
        subtrees.extend(pse.class.is_none().then(|| mib::PSE_CLASS.into()));
        subtrees.extend(pse.entity.iter().chain(&pse.interface).map(|column| column.oid.clone()));
        if pse.mapping.contains(&PseRule::EntityAlias) {
            subtrees.push(mib::ENT_ALIAS.into());
        }
        if pse.mapping.contains(&PseRule::LldpLocalPower) {
            subtrees.push(mib::LLDP_LOC_POWER_SUPPORTED.into());
        }
    }
    subtrees
}

/// Everything else the profile knows.
#[must_use]
pub fn facts(profile: &Profile) -> Vec<Oid> {
    let mut subtrees = all(&[mib::IF_OPER_STATUS, mib::IF_HIGH_SPEED, mib::DUPLEX_STATUS, mib::IF_IN_ERRORS, mib::IF_OUT_ERRORS]);
    subtrees.extend(all(&[mib::ATTACHED_AGGREGATE, mib::SELECTED_AGGREGATE, mib::DOT1X_PORT_CONTROL]));
    subtrees.extend(all(&[mib::Q_FDB_PORT, mib::Q_FDB_STATUS, mib::VLAN_FDB_ID, mib::FDB_PORT, mib::FDB_STATUS]));
    subtrees.extend(all(&[mib::NET_TO_MEDIA, mib::NET_TO_PHYSICAL]));
    if profile.pse.is_some() {
        subtrees.extend(all(&[mib::MAIN_PSE_POWER, mib::MAIN_PSE_OPER_STATUS, mib::MAIN_PSE_CONSUMPTION]));
    }
    for table in &profile.neighbours {
        match table {
            NeighbourTable::Lldp => subtrees.extend(all(&[mib::LLDP_REMOTE, mib::LLDP_V2_REMOTE])),
            NeighbourTable::Cdp => subtrees.push(mib::CDP_CACHE.into()),
        }
    }
    let of_maps: Vec<Oid> = maps(profile);
    let own = named(profile).into_iter().map(|(_, oid)| oid.clone());
    subtrees.extend(own.filter(|oid| !of_maps.contains(oid)));
    subtrees.sort();
    subtrees.dedup();
    subtrees
}

/// What has one instance, or of which one is enough with everything: whether there is an ifSpeed, for [`details`].
#[must_use]
pub fn singles() -> Vec<Oid> {
    let system = [mib::SYS_DESCR, mib::SYS_OBJECT_ID, mib::SYS_UP_TIME, mib::SYS_NAME];
    all(&[&system[..], &[mib::IF_SPEED, mib::STP_ROOT_PORT, mib::BASE_BRIDGE_ADDRESS, mib::DOT1X_SYSTEM_CONTROL]].concat())
}

/// The name of a subtree, where the profile names it; else its numbers.
#[must_use]
pub fn name(profile: &Profile, subtree: &[u32]) -> String {
    let known = named(profile).into_iter().find(|(_, oid)| ***oid == *subtree);
    known.map_or_else(|| Dotted(subtree).to_string(), |(name, _)| name.to_owned())
}

type Named<'a> = (&'a str, &'a Oid);

/// The columns and scalars that the profile names for reading.
fn named(profile: &Profile) -> Vec<Named<'_>> {
    let mut columns: Vec<Named<'_>> = profile.pse.iter().flat_map(power).collect();
    columns.extend(vlans(profile));
    columns.extend(profile.trunk.iter().map(|trunk| reading(&trunk.object)));
    columns.extend(profile.lldp_interface.iter().map(reading));
    columns.extend(profile.assigned.iter().map(|assigned| reading(&assigned.object)));
    columns.extend(profile.text_neighbours.iter().map(|table| (table.name.as_str(), &table.entry)));
    match &profile.unsaved {
        Some(Unsaved::Times { changed, saved }) => columns.extend([reading(changed), reading(saved)]),
        Some(Unsaved::Value { object, .. }) => columns.push(reading(object)),
        None => {}
    }
    columns
}

/// What the profile says of power.
fn power(pse: &Pse) -> Vec<Named<'_>> {
    let own = &pse.groups;
    let mut columns = vec![object(&pse.enabled.object)];
    columns.extend(pse.detection.iter().map(|column| (column.name.as_str(), &column.oid)));
    columns.extend(pse.detection_words.iter().map(|column| (column.name.as_str(), &column.oid)));
    columns.extend(pse.class.iter().map(|column| (column.name.as_str(), &column.oid)));
    columns.extend(pse.priority.iter().map(|priority| object(&priority.object)));
    columns.extend(pse.limit.iter().map(|limit| object(&limit.object)));
    columns.extend(pse.allocation.iter().map(|column| (column.name.as_str(), &column.oid)));
    columns.extend(own.redundancy.iter().map(|column| (column.name.as_str(), &column.oid)));
    let powers = [&pse.allocated, &pse.measured, &pse.requested, &own.nominal, &own.measured, &own.reserved];
    let more = [&own.remaining, &own.guard_band, &own.failover];
    columns.extend(powers.into_iter().chain(more).flatten().map(|column| (column.name.as_str(), &column.oid)));
    columns
}

/// What the profile says of VLANs.
fn vlans(profile: &Profile) -> Vec<Named<'_>> {
    let mut columns: Vec<Named<'_>> = match &profile.vlans {
        Some(VlanTable::RowStatus { name, row_status, .. }) => name.iter().chain([row_status]).map(object).collect(),
        Some(VlanTable::StateTable { state, name, .. }) => vec![reading(state), reading(name)],
        None => Vec::new(),
    };
    match &profile.membership {
        Some(MembershipTable::PortLists { egress, untagged, current, .. }) => {
            columns.extend([object(egress), object(untagged)]);
            columns.extend(current.iter().flat_map(|current| [reading(&current.egress), reading(&current.untagged)]));
        }
        Some(MembershipTable::MemberRows { tagging, .. }) => columns.push(reading(tagging)),
        Some(MembershipTable::MembersAndTagging { members, tagging }) => {
            columns.extend([reading(members), (&tagging.name, &tagging.oid)]);
        }
        Some(MembershipTable::VlanBitmaps { blocks, .. }) => columns.extend(blocks.iter().map(|block| object(&block.object))),
        Some(MembershipTable::Commands { tagged, untagged, .. }) => columns.extend([object(tagged), object(untagged)]),
        None => {}
    }
    columns.extend(profile.port_mode.iter().map(|modes| object(&modes.object)));
    let access = profile.access_vlan.iter().flat_map(|access| std::iter::once(&access.object).chain(&access.trunk));
    columns.extend(access.map(object));
    columns.extend(profile.voice_function.iter().map(|function| object(&function.object)));
    columns.extend(profile.voice_vlan.iter().flat_map(voice));
    columns
}

/// What the profile says of voice VLANs.
fn voice(voice: &Voice) -> Vec<Named<'_>> {
    match voice {
        Voice::TaggedMember => Vec::new(),
        Voice::PortObject { object: own, .. } => vec![object(own)],
        Voice::PortMode { mode, vlan, .. } => vec![object(mode), object(vlan)],
        Voice::PortRow { vlan, .. } => vec![object(vlan)],
        Voice::VlanAttribute { attribute } => vec![object(&attribute.object)],
        Voice::SwitchObject { object: own, port, .. } => {
            let of_port = match port {
                VoicePort::TaggedMember => None,
                VoicePort::Object(on_off) => Some(&on_off.object),
                VoicePort::List { object, .. } => Some(object),
            };
            std::iter::once(own).chain(of_port).map(object).collect()
        }
    }
}

fn object(object: &Object) -> Named<'_> {
    (&object.name, &object.oid)
}

fn reading(reading: &Reading) -> Named<'_> {
    (&reading.name, &reading.oid)
}

/// What is worth asking only after the facts: extensions where there are neighbours, a column that most agents have in the index, what
/// stands in for tables that are empty.
#[must_use]
pub fn details(profile: &Profile, interfaces: &Interfaces, tables: &Tables) -> Vec<Oid> {
    let has_rows = |root: &[u32]| tables.column(root).next().is_some();
    let mut subtrees = Vec::new();
    if has_rows(mib::LLDP_REM) {
        subtrees.extend(all(&[mib::DOT1_REMOTE, mib::DOT3_REMOTE]));
    }
    if has_rows(mib::LLDP_V2_REM) {
        subtrees.extend(all(&[mib::DOT1_V2_REMOTE, mib::DOT3_V2_REMOTE]));
    }
    if has_rows(mib::LLDP_REM) || has_rows(mib::LLDP_V2_REM) {
        subtrees.push(mib::MED_REMOTE.into());
    }
    if has_rows(mib::LLDP_LOC_PORT) {
        subtrees.push(mib::MED_LOCAL_POLICY.into());
    }
    if tables.column(mib::FDB_PORT).any(|(instance, _)| instance.len() < MAC_LENGTH) {
        subtrees.push(mib::FDB_ADDRESS.into());
    }
    if has_rows(mib::IF_SPEED) && interfaces.iter().any(|(index, interface)| if_status::lacks_speed(tables, index, interface)) {
        subtrees.push(mib::IF_SPEED.into());
    }
    if lag::lack_links(tables, interfaces) {
        subtrees.push(mib::IF_STACK_STATUS.into());
    }
    match (&profile.membership, &profile.port_mode) {
        (Some(MembershipTable::PortLists { current: Some(_), .. }), _) if has_rows(mib::VLAN_CURRENT_EGRESS) => {
            subtrees.push(mib::VLAN_STATUS.into());
        }
        (Some(MembershipTable::VlanBitmaps { .. }), Some(modes)) if !has_rows(&modes.object.oid) => {
            subtrees.extend(all(&[mib::VLAN_STATIC_EGRESS, mib::VLAN_STATIC_UNTAGGED]));
            subtrees.extend(all(&[mib::VLAN_CURRENT_EGRESS, mib::VLAN_CURRENT_UNTAGGED, mib::VLAN_STATUS]));
        }
        _ => {}
    }
    subtrees
}

/// Numbers of a MAC address in an index.
const MAC_LENGTH: usize = 6;

fn all(roots: &[&[u32]]) -> Vec<Oid> {
    roots.iter().map(|root| Oid::new(root)).collect()
}

/// The objects that tell whether the running configuration is saved, with their instance.
#[must_use]
pub fn unsaved(profile: &Profile) -> Vec<Oid> {
    let objects = match &profile.unsaved {
        Some(Unsaved::Times { changed, saved }) => vec![changed, saved],
        Some(Unsaved::Value { object, .. }) => vec![object],
        None => Vec::new(),
    };
    objects.into_iter().map(|object| Oid::joined(&object.oid, &[0])).collect()
}
