//! VLANs of a switch: which exist, port modes, access VLAN (PVID), what an idle trunk would carry. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Bitmap, MembershipTable, Object, PortListCodec, Profile, VlanTable, Voice};
use crate::switch::snmp::read::instance::{last_as_vlan, vlan};
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::{port_list, text};
use model::ids::VlanId;
use model::switch::PortMode;
use model::trunk::{Trunk, VlanRanges};
use snmp::manager::{Datum, Tables};

/// dot1qVlanStatus dynamicGvrp.
const BY_GVRP: i64 = 3;
/// RowStatus active.
const ACTIVE: i64 = 1;
/// A VLAN that exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Vlan {
    name: String,
    /// Whether it is out of service: suspended, or too large for the device.
    suspended: bool,
}

/// The VLANs that exist, with their names. Where the table of configured VLANs is the standard's, those in force belong to them: some
/// switches leave VLAN 1 out of the former.
#[must_use]
pub fn existing(profile: &Profile, tables: &Tables) -> BTreeMap<VlanId, String> {
    all(profile, tables).into_iter().map(|(vlan, it)| (vlan, it.name)).collect()
}

/// Those that exist and carry nothing.
#[must_use]
pub fn suspended(profile: &Profile, tables: &Tables) -> BTreeSet<VlanId> {
    all(profile, tables).into_iter().filter(|(_, it)| it.suspended).map(|(vlan, _)| vlan).collect()
}

/// Those that exist and work.
#[must_use]
pub fn working(profile: &Profile, tables: &Tables) -> BTreeSet<VlanId> {
    all(profile, tables).into_iter().filter(|(_, it)| !it.suspended).map(|(vlan, _)| vlan).collect()
}

fn all(profile: &Profile, tables: &Tables) -> BTreeMap<VlanId, Vlan> {
    let (state, working, name) = match &profile.vlans {
        None => return BTreeMap::new(),
        Some(VlanTable::RowStatus { name, row_status, .. }) => (&row_status.oid, ACTIVE, name.as_ref().map(|name| &name.oid)),
        Some(VlanTable::StateTable { state, name, operational, .. }) => (&state.oid, *operational, Some(&name.oid)),
    };
    let name_of = |instance: &[u32]| name.and_then(|name| text::text_at(tables, name, instance)).unwrap_or_default();
    let mut rows: BTreeMap<&[u32], Option<i64>> = tables.numbers(state).map(|(instance, value)| (instance, Some(value))).collect();
    if let (true, Some(name)) = (rows.is_empty(), name) {
        rows.extend(tables.column(name).map(|(instance, _)| (instance, None)));
    }
    let row = |(instance, value): (&[u32], Option<i64>)| {
        let suspended = value.is_some_and(|value| value != working);
        Some((last_as_vlan(instance)?, Vlan { name: name_of(instance), suspended }))
    };
    let mut vlans: BTreeMap<VlanId, Vlan> = rows.into_iter().filter_map(row).collect();
    if matches!(profile.vlans, Some(VlanTable::RowStatus { .. })) {
        for vlan in in_force(tables, mib::VLAN_CURRENT_EGRESS).filter_map(|(instance, _)| last_as_vlan(instance)) {
            vlans.entry(vlan).or_default();
        }
    }
    vlans
}

/// The rows of a column of VLANs in force, without those that a neighbour made by GVRP, which are no configuration.
pub fn in_force<'a>(tables: &'a Tables, column: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Datum)> + use<'a> {
    tables.column(column).filter(|(instance, _)| tables.number(mib::VLAN_STATUS, instance) != Some(BY_GVRP))
}

/// Whether a column has any row.
pub fn has_rows(tables: &Tables, column: &[u32]) -> bool {
    tables.column(column).next().is_some()
}

/// The VLANs of a port's bitmaps; `None` when it has none, or lacks one that other ports have. A bitmap that no port has is of VLANs
/// that the switch does not have.
pub fn bitmap_vlans(tables: &Tables, blocks: &[Bitmap], codec: PortListCodec, port: Port<'_>) -> Option<BTreeSet<VlanId>> {
    let mut vlans = BTreeSet::new();
    let mut seen = false;
    for block in blocks {
        let column = &block.object.oid;
        let Some(bitmap) = tables.bytes(column, &port.instance(&block.object)?) else {
            if has_rows(tables, column) {
                return None;
            }
            continue;
        };
        seen = true;
        vlans.extend(port_list::members(bitmap, codec).filter_map(|bit| vlan(i64::from(block.first) + i64::from(bit.0) - 1)));
    }
    seen.then_some(vlans)
}

/// Access or trunk mode of a port. One that is said to be in access mode, but has no access VLAN where others have one, is in none: it is
/// a link of an aggregate, or routed.
#[must_use]
pub fn port_mode(profile: &Profile, tables: &Tables, port: Port<'_>) -> Option<PortMode> {
    let modes = profile.port_mode.as_ref()?;
    let mode = modes.meaning(tables.number(&modes.object.oid, &port.instance(&modes.object)?)?)?;
    let Some(access) = profile.access_vlan.as_ref().filter(|_| mode == PortMode::Access) else { return Some(mode) };
    let has_vlan = tables.get(&access.object.oid, &port.instance(&access.object)?).is_some();
    (has_vlan || !has_rows(tables, &access.object.oid)).then_some(mode)
}

/// The VLAN of untagged frames; that of the standard where the profile's object has other ports and lacks this one. Where it has none, that
/// of the standard is not to be relied on: on some switches it is another mode's.
#[must_use]
pub fn pvid(profile: &Profile, tables: &Tables, port: Port<'_>) -> Option<VlanId> {
    let object = untagged_object(profile, port_mode(profile, tables, port))?;
    // INTEGER, Gauge32 and Counter32 all occur; the number is the same.
    let told = || tables.number(&object.oid, &port.instance(object)?);
    let by_standard = || {
        let number = port.number(&mib::PVID.into()).filter(|_| has_rows(tables, &object.oid))?;
        tables.number(mib::PVID, &[number])
    };
    vlan(told().or_else(by_standard)?)
}

/// What a port in access mode would carry as a trunk, where the switch keeps that and it can be written.
#[must_use]
pub fn idle_trunk(profile: &Profile, tables: &Tables, port: Port<'_>) -> Option<Trunk> {
    let native = profile.access_vlan.as_ref()?.trunk.as_ref()?;
    let Some(MembershipTable::VlanBitmaps { codec, blocks, read_only: false }) = &profile.membership else { return None };
    let access = port_mode(profile, tables, port)? == PortMode::Access;
    let native = vlan(tables.number(&native.oid, &port.instance(native)?)?);
    let allowed = VlanRanges(bitmap_vlans(tables, blocks, *codec, port)?);
    native.filter(|_| access).map(|native| Trunk { native, allowed })
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

/// The VLANs that exist and that ports have as their own or for voice.
#[must_use]
pub fn of_ports(profile: &Profile, tables: &Tables) -> BTreeSet<VlanId> {
    let voice = match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => Some(object),
        _ => None,
    };
    let objects = profile.access_vlan.iter().map(|access| &access.object).chain(voice);
    let values = objects.flat_map(|object| tables.numbers(&object.oid)).map(|(_, value)| value);
    let working = working(profile, tables);
    values.filter_map(vlan).filter(|vlan| working.contains(vlan)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::interfaces::Interfaces;
    use super::super::port::Numberings;
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use model::ids::IfIndex;
    use snmp::Oid;
    use snmp::manager::Datum;

    /// The VLANs of port 1, of which the second bitmap is missing or not; other ports have it or not.
    fn vlans_of_a_trunk(own_second: bool, others_second: bool) -> Option<BTreeSet<VlanId>> {
        let profile = by_name("cisco-ios").unwrap();
        let Some(MembershipTable::VlanBitmaps { blocks, codec, .. }) = &profile.membership else { panic!("no bitmaps") };
        let mut tables = Tables::default();
        for port in [1, 2] {
            tables.insert(Oid::joined(mib::IF_NAME, &[port]), Datum::Octets(format!("Gi0/{port}").into_bytes()));
            // VLAN 20 of the first block
            tables.insert(Oid::joined(&blocks[0].object.oid, &[port]), Datum::Octets(vec![0, 0, 0b0000_1000]));
            if if port == 1 { own_second } else { others_second } {
                tables.insert(Oid::joined(&blocks[1].object.oid, &[port]), Datum::Octets(vec![0b0100_0000]));
            }
        }
        let interfaces = Interfaces::of(&tables);
        let numberings = Numberings::of(profile, &tables, &interfaces);
        let index = IfIndex(1);
        let port = Port { index, interface: interfaces.get(index).unwrap(), interfaces: &interfaces, numberings: &numberings };
        bitmap_vlans(&tables, blocks, *codec, port)
    }

    #[test]
    fn a_bitmap_that_others_have_is_not_taken_for_empty() {
        let vlans = |ids: &[u16]| Some(ids.iter().filter_map(|id| VlanId::new(*id)).collect::<BTreeSet<_>>());
        assert_eq!(vlans_of_a_trunk(true, true), vlans(&[20, 1025]));
        assert_eq!(vlans_of_a_trunk(false, false), vlans(&[20]), "the switch does not have those VLANs");
        assert_eq!(vlans_of_a_trunk(false, true), None, "the answer lacks a part");
    }
}
