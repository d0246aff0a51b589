//! VLANs of a switch: which exist, which ports are in them, port modes, PVID and voice VLAN. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::ids::BridgePort;
use crate::model::ids::IfIndex;
use crate::model::ids::VlanId;
use crate::model::switch::PortMode;
use crate::model::switch::VoiceVlan;
use crate::switch::snmp::interfaces::Interface;
use crate::switch::snmp::portlist;
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::profile::Bitmap;
use crate::switch::snmp::profile::Index;
use crate::switch::snmp::profile::MembershipTable;
use crate::switch::snmp::profile::Object;
use crate::switch::snmp::profile::PortListCodec;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::profile::VlanTable;
use crate::switch::snmp::profile::Voice;
use crate::switch::snmp::profile::VoicePort;
use crate::switch::snmp::tables::Tables;

/// RowStatus active.
const ACTIVE: i64 = 1;
/// The number of the bridge component and of the management domain on a switch that has only one.
const ONLY: u32 = 1;

/// Tagged and untagged VLANs of a port.
pub type Memberships = (BTreeSet<VlanId>, BTreeSet<VlanId>);

/// The VLANs that exist and work, with their names.
#[must_use]
pub fn existing(profile: &Profile, tables: &Tables) -> BTreeMap<VlanId, String> {
    let (state, working, name) = match &profile.vlans {
        None => return BTreeMap::new(),
        Some(VlanTable::RowStatus { name, row_status, .. }) => (&row_status.oid, ACTIVE, name.as_ref().map(|name| &name.oid)),
        Some(VlanTable::StateTable { state, name, operational, .. }) => (&state.oid, *operational, Some(&name.oid)),
    };
    tables
        .numbers(state)
        .filter(|(_, value)| *value == working)
        .filter_map(|(instance, _)| {
            let name = name.and_then(|name| tables.text(name, instance)).unwrap_or_default();
            Some((last_as_vlan(instance)?, name))
        })
        .collect()
}

/// The VLAN is the last number of the instance in every table of VLANs.
fn last_as_vlan(instance: &[u32]) -> Option<VlanId> {
    vlan(i64::from(*instance.last()?))
}

fn vlan(number: i64) -> Option<VlanId> {
    VlanId::new(u16::try_from(number).ok()?)
}

/// VLANs the port sends tagged and untagged; `None` when the switch does not tell, or not all of it.
#[must_use]
pub fn memberships(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<Memberships> {
    match profile.membership.as_ref()? {
        MembershipTable::PortLists { codec, egress, untagged, current, .. } => {
            let port = interface.bridge_port?;
            by_lists(tables, &egress.oid, &untagged.oid, port, *codec).or_else(|| {
                let current = current.as_ref()?;
                by_lists(tables, &current.egress.oid, &current.untagged.oid, port, *codec)
            })
        }
        MembershipTable::VlanBitmaps { codec, blocks, .. } => {
            let own = BTreeSet::from([pvid(profile, tables, index, interface)?]);
            match port_mode(profile, tables, index, interface)? {
                PortMode::Access => Some((BTreeSet::new(), own)),
                PortMode::Trunk => {
                    let existing = existing(profile, tables);
                    let allowed = bitmap_vlans(tables, blocks, *codec, index, interface)?;
                    let carried = allowed.into_iter().filter(|vlan| existing.contains_key(vlan) && !own.contains(vlan));
                    Some((carried.collect(), own))
                }
                PortMode::Hybrid => None,
            }
        }
        MembershipTable::Commands { tagged, untagged, .. } => {
            by_lists_of(tables, &tagged.oid, &untagged.oid, interface.bridge_port?)
        }
    }
}

/// By a list of all members and one of the untagged ones for each VLAN.
fn by_lists(tables: &Tables, egress: &Arcs, untagged: &Arcs, port: BridgePort, codec: PortListCodec) -> Option<Memberships> {
    let (mut tagged_in, mut untagged_in) = (BTreeSet::new(), BTreeSet::new());
    let mut seen = false;
    for (instance, list) in tables.column(egress) {
        seen = true;
        let Some(vlan) = last_as_vlan(instance) else { continue };
        let has = |list: &[u8]| portlist::contains(list, port, portlist::codec_of(list, codec));
        if !list.octets().is_some_and(has) {
            continue;
        }
        if has(tables.octets(untagged, instance)?) {
            untagged_in.insert(vlan);
        } else {
            tagged_in.insert(vlan);
        }
    }
    seen.then_some((tagged_in, untagged_in))
}

/// By a text of the tagged members and one of the untagged ones for each VLAN.
fn by_lists_of(tables: &Tables, tagged: &Arcs, untagged: &Arcs, port: BridgePort) -> Option<Memberships> {
    let members = |column: &Arcs| -> Option<BTreeSet<VlanId>> {
        let rows: Vec<_> = tables.column(column).collect();
        let has = |list: &[u8]| portlist::contains(list, port, PortListCodec::AsciiDecimal);
        (!rows.is_empty()).then(|| {
            let with_port = rows.into_iter().filter(|(_, list)| list.octets().is_some_and(has));
            with_port.filter_map(|(instance, _)| last_as_vlan(instance)).collect()
        })
    };
    Some((members(tagged)?, members(untagged)?))
}

/// The VLANs of a port's bitmaps; `None` when it has none.
fn bitmap_vlans(
    tables: &Tables,
    blocks: &[Bitmap],
    codec: PortListCodec,
    index: IfIndex,
    interface: &Interface,
) -> Option<BTreeSet<VlanId>> {
    let mut vlans = BTreeSet::new();
    let mut seen = false;
    for block in blocks {
        let Some(bitmap) = tables.octets(&block.object.oid, &port_instance(&block.object, index, interface)?) else { continue };
        seen = true;
        vlans.extend(portlist::members(bitmap, codec).filter_map(|bit| vlan(i64::from(block.first) + i64::from(bit.0) - 1)));
    }
    seen.then_some(vlans)
}

/// Access or trunk mode of a port.
#[must_use]
pub fn port_mode(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<PortMode> {
    let modes = profile.port_mode.as_ref()?;
    modes.meaning(tables.number(&modes.object.oid, &port_instance(&modes.object, index, interface)?)?)
}

/// The VLAN of untagged frames.
#[must_use]
pub fn pvid(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<VlanId> {
    let object = untagged_object(profile, port_mode(profile, tables, index, interface))?;
    // INTEGER, Gauge32 and Counter32 all occur; the number is the same.
    vlan(tables.number(&object.oid, &port_instance(object, index, interface)?)?)
}

/// The object of the untagged VLAN in a mode.
#[must_use]
pub fn untagged_object(profile: &Profile, mode: Option<PortMode>) -> Option<&Object> {
    let access = profile.access_vlan.as_ref()?;
    match (mode, &access.trunk) {
        (Some(PortMode::Trunk), Some(trunk)) => Some(trunk),
        _ => Some(&access.object),
    }
}

/// The port's voice VLAN, on switches that have one for each port.
#[must_use]
pub fn voice(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<VoiceVlan> {
    let of_port = |object: &Object| tables.number(&object.oid, &port_instance(object, index, interface)?);
    match profile.voice_vlan.as_ref()? {
        Voice::TaggedMember | Voice::VlanAttribute { .. } => None,
        Voice::PortObject { object, none, untagged, priority_tagged } => {
            voice_meaning(of_port(object)?, Some(*none), *untagged, *priority_tagged)
        }
        Voice::PortMode { mode, vlan: object, by_vlan, none, also_none, untagged, priority_tagged } => match of_port(mode)? {
            mode if mode == *by_vlan => vlan(of_port(object)?).map(VoiceVlan::Vlan),
            mode if mode == *none || also_none.contains(&mode) => Some(VoiceVlan::None),
            mode if mode == *untagged => Some(VoiceVlan::Untagged),
            mode if mode == *priority_tagged => Some(VoiceVlan::PriorityTagged),
            _ => None,
        },
        Voice::PortRow { vlan: object, .. } => Some(of_port(object).and_then(vlan).map_or(VoiceVlan::None, VoiceVlan::Vlan)),
        Voice::SwitchObject { port, .. } => match port {
            VoicePort::TaggedMember => None,
            VoicePort::Object(on_off) => {
                let on = on_off.meaning(of_port(&on_off.object)?)?;
                if on { of_switch(profile, tables) } else { Some(VoiceVlan::None) }
            }
            VoicePort::List { object, codec } => {
                let list = tables.octets(&object.oid, &[0])?;
                let on = portlist::contains(list, interface.bridge_port?, *codec);
                if on { of_switch(profile, tables) } else { Some(VoiceVlan::None) }
            }
        },
    }
}

fn voice_meaning(value: i64, none: Option<i64>, untagged: Option<i64>, priority_tagged: Option<i64>) -> Option<VoiceVlan> {
    let special = [(none, VoiceVlan::None), (untagged, VoiceVlan::Untagged), (priority_tagged, VoiceVlan::PriorityTagged)];
    let special = special.into_iter().find(|(number, _)| *number == Some(value)).map(|(_, meaning)| meaning);
    special.or_else(|| vlan(value).map(VoiceVlan::Vlan))
}

/// The one voice VLAN of the switch, where it has one for all ports.
#[must_use]
pub fn of_switch(profile: &Profile, tables: &Tables) -> Option<VoiceVlan> {
    let Some(Voice::SwitchObject { object, none, .. }) = &profile.voice_vlan else { return None };
    voice_meaning(tables.number(&object.oid, &[0])?, *none, None, None)
}

/// The VLANs that have the attribute of being for voice, where VLANs have it.
#[must_use]
pub fn attributes(profile: &Profile, tables: &Tables) -> Option<BTreeSet<VlanId>> {
    let Some(Voice::VlanAttribute { attribute }) = &profile.voice_vlan else { return None };
    let mut rows = tables.numbers(&attribute.object.oid).peekable();
    rows.peek()?;
    Some(rows.filter(|(_, value)| attribute.meaning(*value) == Some(true)).filter_map(|(row, _)| last_as_vlan(row)).collect())
}

/// Whether the switch's voice VLAN function is on, where it has a switch for it.
#[must_use]
pub fn function(profile: &Profile, tables: &Tables) -> Option<bool> {
    let function = profile.voice_function.as_ref()?;
    function.meaning(tables.number(&function.object.oid, &[0])?)
}

/// The VLANs that exist and that ports have as their own or for voice.
#[must_use]
pub fn of_ports(profile: &Profile, tables: &Tables) -> BTreeSet<VlanId> {
    let voice = match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => Some(object),
        _ => None,
    };
    let objects = profile.access_vlan.iter().map(|access| &access.object).chain(voice);
    let values = objects.flat_map(|object| tables.numbers(&object.oid)).map(|(_, value)| value);
    let existing = existing(profile, tables);
    values.filter_map(vlan).filter(|vlan| existing.contains_key(vlan)).collect()
}

/// The instance of a port's object; `None` for objects that are no port's, and for a port that is no bridge port.
#[must_use]
pub fn port_instance(object: &Object, index: IfIndex, interface: &Interface) -> Option<Vec<u32>> {
    match object.index {
        Index::Interface => Some(vec![index.0]),
        Index::BridgePort => Some(vec![interface.bridge_port?.0]),
        Index::ComponentPort => Some(vec![ONLY, interface.bridge_port?.0]),
        Index::Pse | Index::Vlan | Index::ComponentVlan | Index::Domain | Index::DomainVlan | Index::Scalar => None,
    }
}

/// The instance of a VLAN's object; `None` for objects that are no VLAN's.
#[must_use]
pub fn vlan_instance(object: &Object, vlan: VlanId) -> Option<Vec<u32>> {
    let vlan = u32::from(vlan.get());
    match object.index {
        Index::Vlan => Some(vec![vlan]),
        Index::ComponentVlan | Index::DomainVlan => Some(vec![ONLY, vlan]),
        Index::Interface | Index::BridgePort | Index::ComponentPort | Index::Pse | Index::Domain | Index::Scalar => None,
    }
}
