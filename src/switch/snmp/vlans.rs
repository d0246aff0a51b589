//! VLANs of a switch: which exist, which ports are in them, PVID and voice VLAN objects. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::ids::BridgePort;
use crate::model::ids::IfIndex;
use crate::model::ids::VlanId;
use crate::model::switch::VoiceVlan;
use crate::switch::snmp::interfaces::Interface;
use crate::switch::snmp::portlist;
use crate::switch::snmp::profile::Index;
use crate::switch::snmp::profile::Object;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::profile::Vlans;
use crate::switch::snmp::profile::Voice;
use crate::switch::snmp::tables::Tables;

/// RowStatus active.
const ACTIVE: i64 = 1;

/// The VLANs that exist and work, with their names.
#[must_use]
pub fn existing(profile: &Profile, tables: &Tables) -> BTreeMap<VlanId, String> {
    match &profile.vlans {
        None => BTreeMap::new(),
        Some(Vlans::QBridge { name, row_status, .. }) => tables
            .numbers(&row_status.oid)
            .filter(|(_, status)| *status == ACTIVE)
            .filter_map(|(instance, _)| named(tables, &name.oid, instance))
            .collect(),
        Some(Vlans::StateTable { state, name, operational }) => tables
            .numbers(&state.oid)
            .filter(|(_, value)| value == operational)
            .filter_map(|(instance, _)| named(tables, &name.oid, instance))
            .collect(),
    }
}

/// The VLAN is the last number of the instance in both kinds of tables.
fn named(tables: &Tables, name: &[u32], instance: &[u32]) -> Option<(VlanId, String)> {
    let vlan = VlanId::new(u16::try_from(*instance.last()?).ok()?)?;
    Some((vlan, tables.text(name, instance).unwrap_or_default()))
}

/// VLANs the port sends tagged and untagged; `None` when no port lists were read, or only one of the two.
#[must_use]
pub fn memberships(profile: &Profile, tables: &Tables, port: Option<BridgePort>) -> Option<(BTreeSet<VlanId>, BTreeSet<VlanId>)> {
    let Some(Vlans::QBridge { egress, untagged, port_list, .. }) = &profile.vlans else { return None };
    let port = port?;
    let (mut tagged_in, mut untagged_in) = (BTreeSet::new(), BTreeSet::new());
    let mut seen = false;
    for (instance, list) in tables.column(&egress.oid) {
        seen = true;
        let Some(vlan) = instance.last().and_then(|vlan| VlanId::new(u16::try_from(*vlan).ok()?)) else { continue };
        if !list.octets().is_some_and(|list| portlist::contains(list, port, *port_list)) {
            continue;
        }
        let is_untagged = portlist::contains(tables.octets(&untagged.oid, instance)?, port, *port_list);
        if is_untagged {
            untagged_in.insert(vlan)
        } else {
            tagged_in.insert(vlan)
        };
    }
    seen.then_some((tagged_in, untagged_in))
}

/// The VLAN of untagged frames.
#[must_use]
pub fn pvid(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<VlanId> {
    let object = &profile.access_vlan.as_ref()?.object;
    // INTEGER, Gauge32 and Counter32 all occur; the number is the same.
    let value = tables.number(&object.oid, &port_instance(object, index, interface)?)?;
    VlanId::new(u16::try_from(value).ok()?)
}

/// The port's voice VLAN object.
#[must_use]
pub fn voice(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<VoiceVlan> {
    let Some(Voice::PortObject { object, none, untagged, priority_tagged }) = &profile.voice_vlan else { return None };
    let value = tables.number(&object.oid, &port_instance(object, index, interface)?)?;
    match value {
        value if value == *none => Some(VoiceVlan::None),
        value if value == *untagged => Some(VoiceVlan::Untagged),
        value if value == *priority_tagged => Some(VoiceVlan::PriorityTagged),
        value => VlanId::new(u16::try_from(value).ok()?).map(VoiceVlan::Vlan),
    }
}

/// The VLANs that exist and that ports have as their own or for voice.
#[must_use]
pub fn of_ports(profile: &Profile, tables: &Tables) -> BTreeSet<VlanId> {
    let voice = match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => Some(object),
        Some(Voice::TaggedMember) | None => None,
    };
    let objects = profile.access_vlan.iter().map(|access| &access.object).chain(voice);
    let values = objects.flat_map(|object| tables.numbers(&object.oid)).map(|(_, value)| value);
    let existing = existing(profile, tables);
    values.filter_map(|value| VlanId::new(u16::try_from(value).ok()?)).filter(|vlan| existing.contains_key(vlan)).collect()
}

/// The instance of a port's object.
#[must_use]
pub fn port_instance(object: &Object, index: IfIndex, interface: &Interface) -> Option<Vec<u32>> {
    match object.index {
        Index::Interface => Some(vec![index.0]),
        Index::BridgePort => Some(vec![interface.bridge_port?.0]),
        Index::Pse | Index::Vlan => None,
    }
}
