//! VLANs of a switch: which exist, which ports are in them, port modes, PVID and voice VLAN. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::interfaces::Interface;
use crate::switch::snmp::lists::ListForm;
use crate::switch::snmp::profile::{
    Arcs, Bitmap, Index, MembershipTable, Object, PortListCodec, Profile, Tagging, VlanTable, Voice, VoicePort,
};
use crate::switch::snmp::tables::{Datum, Tables};
use crate::switch::snmp::{mib, portlist};
use model::ids::{BridgePort, IfIndex, VlanId};
use model::switch::{PortMode, VoiceVlan};
use model::trunk::{Trunk, VlanRanges};

/// dot1qVlanStatus dynamicGvrp.
const BY_GVRP: i64 = 3;
/// RowStatus active.
const ACTIVE: i64 = 1;
/// The number of the bridge component and of the management domain on a switch that has only one.
const ONLY: u32 = 1;

/// Tagged and untagged VLANs of a port.
pub type Memberships = (BTreeSet<VlanId>, BTreeSet<VlanId>);

/// The VLANs that exist and work, with their names. Where the table of configured VLANs is the standard's, those in force belong to them:
/// some switches leave VLAN 1 out of the former.
#[must_use]
pub fn existing(profile: &Profile, tables: &Tables) -> BTreeMap<VlanId, String> {
    let (state, working, name) = match &profile.vlans {
        None => return BTreeMap::new(),
        Some(VlanTable::RowStatus { name, row_status, .. }) => (&row_status.oid, ACTIVE, name.as_ref().map(|name| &name.oid)),
        Some(VlanTable::StateTable { state, name, operational, .. }) => (&state.oid, *operational, Some(&name.oid)),
    };
    let name_of = |instance: &[u32]| name.and_then(|name| tables.text(name, instance)).unwrap_or_default();
    let mut rows: BTreeMap<&[u32], Option<i64>> = tables.numbers(state).map(|(instance, value)| (instance, Some(value))).collect();
    if let (true, Some(name)) = (rows.is_empty(), name) {
        rows.extend(tables.column(name).map(|(instance, _)| (instance, None)));
    }
    let mut vlans: BTreeMap<VlanId, String> = rows
        .into_iter()
        .filter(|(_, value)| value.is_none_or(|value| value == working))
        .filter_map(|(instance, _)| Some((last_as_vlan(instance)?, name_of(instance))))
        .collect();
    if matches!(profile.vlans, Some(VlanTable::RowStatus { .. })) {
        for vlan in in_force(tables, mib::VLAN_CURRENT_EGRESS).filter_map(|(instance, _)| last_as_vlan(instance)) {
            vlans.entry(vlan).or_default();
        }
    }
    vlans
}

/// The rows of a column of VLANs in force, without those that a neighbour made by GVRP, which are no configuration.
fn in_force<'a>(tables: &'a Tables, column: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Datum)> + use<'a> {
    tables.column(column).filter(|(instance, _)| tables.number(mib::VLAN_STATUS, instance) != Some(BY_GVRP))
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
pub fn memberships(
    profile: &Profile,
    lists: &ListForm,
    tables: &Tables,
    index: IfIndex,
    interface: &Interface,
) -> Option<Memberships> {
    match profile.membership.as_ref()? {
        MembershipTable::PortLists { position, egress, untagged, current, .. } => {
            let configured = Lists { egress: &egress.oid, untagged: &untagged.oid };
            let in_force = current.as_ref().map(|current| Lists { egress: &current.egress.oid, untagged: &current.untagged.oid });
            by_lists(tables, configured, in_force, interface.place(*position)?, lists.codec)
        }
        MembershipTable::VlanBitmaps { .. }
            if profile.port_mode.as_ref().is_some_and(|modes| !has_rows(tables, &modes.object.oid)) =>
        {
            let configured = Lists { egress: mib::VLAN_STATIC_EGRESS, untagged: mib::VLAN_STATIC_UNTAGGED };
            let in_force = Lists { egress: mib::VLAN_CURRENT_EGRESS, untagged: mib::VLAN_CURRENT_UNTAGGED };
            by_lists(tables, configured, Some(in_force), interface.bridge_port?, PortListCodec::MsbFirst)
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
        MembershipTable::MemberRows { tagging, tagged, untagged } => {
            let members = |how: i64| by_rows(tables, &tagging.oid, index, how);
            let told = interface.bridge_port.is_some() && has_rows(tables, &tagging.oid);
            told.then(|| (members(*tagged), members(*untagged)))
        }
        MembershipTable::MembersAndTagging { members, tagging } => {
            let tags = tagging.meaning(tables.number(&tagging.oid, &[index.0])?)?;
            by_tagging(tables, &members.oid, index, tags, pvid(profile, tables, index, interface))
        }
        MembershipTable::Commands { tagged, untagged, .. } => {
            by_lists_of(tables, &tagged.oid, &untagged.oid, interface.bridge_port?)
        }
    }
}

/// The columns of a table with a list of all members and one of the untagged ones for each VLAN.
#[derive(Clone, Copy)]
struct Lists<'a> {
    egress: &'a [u32],
    untagged: &'a [u32],
}

/// By the lists configured, and by those in force of VLANs that have none configured. Of two rows of one VLAN in force the one with the
/// later time mark counts.
fn by_lists(
    tables: &Tables,
    configured: Lists<'_>,
    current: Option<Lists<'_>>,
    port: BridgePort,
    codec: PortListCodec,
) -> Option<Memberships> {
    let mut lists: BTreeMap<VlanId, (&Datum, Option<&[u8]>)> = BTreeMap::new();
    if let Some(current) = current {
        let rows = in_force(tables, current.egress);
        lists.extend(rows.filter_map(|(row, list)| Some((last_as_vlan(row)?, (list, tables.octets(current.untagged, row))))));
    }
    let rows = tables.column(configured.egress);
    lists.extend(rows.filter_map(|(row, list)| Some((last_as_vlan(row)?, (list, tables.octets(configured.untagged, row))))));
    let has = |list: &[u8]| portlist::contains(list, port, codec);
    let (mut tagged_in, mut untagged_in) = (BTreeSet::new(), BTreeSet::new());
    for (vlan, (egress, untagged)) in &lists {
        if !egress.octets().is_some_and(has) {
            continue;
        }
        if has((*untagged)?) {
            untagged_in.insert(*vlan)
        } else {
            tagged_in.insert(*vlan)
        };
    }
    (!lists.is_empty()).then_some((tagged_in, untagged_in))
}

fn has_rows(tables: &Tables, column: &[u32]) -> bool {
    tables.column(column).next().is_some()
}

/// By rows of VLAN and ifIndex with a value for how the port is a member.
fn by_rows(tables: &Tables, column: &Arcs, index: IfIndex, how: i64) -> BTreeSet<VlanId> {
    let rows = tables.numbers(column).filter(|(row, value)| row.last() == Some(&index.0) && *value == how);
    rows.filter_map(|(row, _)| vlan(i64::from(*row.first()?))).collect()
}

/// By a list of members for each VLAN, whose first bit is ifIndex 0, and by what the port tags.
fn by_tagging(tables: &Tables, members: &Arcs, index: IfIndex, tags: Tagging, own: Option<VlanId>) -> Option<Memberships> {
    let bit = BridgePort(index.0.checked_add(1)?);
    let has = |list: &Datum| list.octets().is_some_and(|list| portlist::contains(list, bit, PortListCodec::MsbFirst));
    let is_tagged = |vlan: &VlanId| match tags {
        Tagging::All => true,
        Tagging::None => false,
        Tagging::OnlyPvid => Some(*vlan) == own,
        Tagging::AllButPvid => Some(*vlan) != own,
    };
    let of_port = tables.column(members).filter(|(_, list)| has(list)).filter_map(|(row, _)| last_as_vlan(row));
    has_rows(tables, members).then(|| of_port.partition(is_tagged))
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

/// Access or trunk mode of a port. One that is said to be in access mode, but has no access VLAN where others have one, is in none: it is
/// a link of an aggregate, or routed.
#[must_use]
pub fn port_mode(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<PortMode> {
    let modes = profile.port_mode.as_ref()?;
    let mode = modes.meaning(tables.number(&modes.object.oid, &port_instance(&modes.object, index, interface)?)?)?;
    let Some(access) = profile.access_vlan.as_ref().filter(|_| mode == PortMode::Access) else { return Some(mode) };
    let has_vlan = tables.get(&access.object.oid, &port_instance(&access.object, index, interface)?).is_some();
    (has_vlan || !has_rows(tables, &access.object.oid)).then_some(mode)
}

/// The VLAN of untagged frames.
#[must_use]
pub fn pvid(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<VlanId> {
    let object = untagged_object(profile, port_mode(profile, tables, index, interface))?;
    // INTEGER, Gauge32 and Counter32 all occur; the number is the same.
    vlan(tables.number(&object.oid, &port_instance(object, index, interface)?)?)
}

/// What a port in access mode would carry as a trunk, where the switch keeps that and it can be written.
#[must_use]
pub fn idle_trunk(profile: &Profile, tables: &Tables, index: IfIndex, interface: &Interface) -> Option<Trunk> {
    let native = profile.access_vlan.as_ref()?.trunk.as_ref()?;
    let Some(MembershipTable::VlanBitmaps { codec, blocks, read_only: false }) = &profile.membership else { return None };
    let access = port_mode(profile, tables, index, interface)? == PortMode::Access;
    let native = vlan(tables.number(&native.oid, &port_instance(native, index, interface)?)?);
    let allowed = VlanRanges(bitmap_vlans(tables, blocks, *codec, index, interface)?);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::catalogue::by_name;
    use crate::switch::snmp::interfaces::Interfaces;
    use crate::switch::snmp::lists;
    use crate::switch::snmp::tables::joined;

    /// dot1qVlanStaticName and dot1qVlanStaticRowStatus.
    const STATIC_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 1];
    const STATIC_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 5];

    /// Four interfaces, 101 to 104, on the bridge ports 1, 2, 9 and 10.
    fn switch() -> Tables {
        let mut tables = Tables::default();
        for (port, index) in [(1, 101), (2, 102), (9, 103), (10, 104)] {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(format!("p{index}").into_bytes()));
            tables.insert(joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(index)));
        }
        tables
    }

    fn list(tables: &mut Tables, column: &[u32], row: &[u32], list: &[u8]) {
        tables.insert(joined(column, row), Datum::Octets(list.to_vec()));
    }

    /// Tagged and untagged VLANs of an interface.
    fn told(profile: &str, tables: &Tables, index: u32) -> Option<(Vec<u16>, Vec<u16>)> {
        let (profile, interfaces) = (by_name(profile).unwrap(), Interfaces::of(tables));
        let interface = interfaces.get(IfIndex(index)).unwrap();
        let (tagged, untagged) =
            memberships(profile, &lists::form(profile, tables, &interfaces), tables, IfIndex(index), interface)?;
        let numbers = |vlans: BTreeSet<VlanId>| vlans.into_iter().map(VlanId::get).collect();
        Some((numbers(tagged), numbers(untagged)))
    }

    #[test]
    fn vlans_that_are_only_in_force_belong_to_those_configured() {
        let mut tables = switch();
        list(&mut tables, STATIC_NAME, &[20], b"voice");
        tables.insert(joined(STATIC_STATUS, &[20]), Datum::Number(ACTIVE));
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[20], &[0x80, 0]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[20], &[0, 0]);
        for (mark, vlan, egress) in [(5, 1, 0xff), (9, 1, 0x80), (9, 20, 0xc0), (9, 300, 0xc0)] {
            list(&mut tables, mib::VLAN_CURRENT_EGRESS, &[mark, vlan], &[egress]);
            list(&mut tables, mib::VLAN_CURRENT_UNTAGGED, &[mark, vlan], &[egress]);
        }
        tables.insert(joined(mib::VLAN_STATUS, &[9, 300]), Datum::Number(BY_GVRP));
        let profile = by_name("standard").unwrap();
        let names: Vec<_> = existing(profile, &tables).into_iter().map(|(vlan, name)| (vlan.get(), name)).collect();
        assert_eq!(names, [(1, String::new()), (20, "voice".to_owned())]);
        assert_eq!(told("standard", &tables, 101), Some((vec![20], vec![1])));
        assert_eq!(told("standard", &tables, 102), Some((vec![], vec![])), "the later row and what is configured count");
    }

    #[test]
    fn an_inactive_row_is_no_vlan_and_names_replace_a_missing_column() {
        let mut tables = switch();
        list(&mut tables, STATIC_NAME, &[20], b"voice");
        let exists = |tables: &Tables| existing(by_name("standard").unwrap(), tables).len();
        assert_eq!(exists(&tables), 1);
        tables.insert(joined(STATIC_STATUS, &[20]), Datum::Number(2));
        assert_eq!(exists(&tables), 0);
    }

    #[test]
    fn a_bit_may_be_a_ports_place_among_all() {
        let mut tables = switch();
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[20], &[0x20]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[20], &[0x20]);
        assert_eq!(told("alcatel-omniswitch", &tables, 103), Some((vec![], vec![20])));
        assert_eq!(told("standard", &tables, 103), Some((vec![], vec![])));
    }

    #[test]
    fn a_table_with_a_row_for_each_member_is_read() {
        let mut tables = switch();
        for (vlan, index, how) in [(1, 101, 2), (20, 101, 1), (20, 102, 1)] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 1991, 1, 1, 3, 2, 6, 1, 4, vlan, index], Datum::Number(how));
        }
        assert_eq!(told("ruckus-icx", &tables, 101), Some((vec![20], vec![1])));
        assert_eq!(told("ruckus-icx", &tables, 103), Some((vec![], vec![])));
    }

    #[test]
    fn a_port_tags_all_none_its_own_or_all_but_its_own() {
        let mut tables = Tables::default();
        for index in 1..=5 {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(format!("1/{index}").into_bytes()));
            tables.insert(joined(mib::BASE_PORT_IF_INDEX, &[index]), Datum::Number(i64::from(index)));
            tables.insert(joined(&[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1], &[index]), Datum::Number(1));
            tables.insert(vec![1, 3, 6, 1, 4, 1, 2272, 1, 3, 3, 1, 8, index], Datum::Number(i64::from(index)));
        }
        for vlan in [1, 20] {
            list(&mut tables, &[1, 3, 6, 1, 4, 1, 2272, 1, 3, 2, 1, 11], &[vlan], &[0x7c]);
        }
        let told = |index| told("extreme-ers", &tables, index);
        assert_eq!(told(1), Some((vec![1, 20], vec![])));
        assert_eq!(told(2), Some((vec![], vec![1, 20])));
        assert_eq!(told(3), Some((vec![1], vec![20])));
        assert_eq!(told(4), Some((vec![20], vec![1])));
        assert_eq!(told(5), None, "a value without a meaning");
    }

    #[test]
    fn a_trunk_has_the_vlans_of_its_bitmap_that_exist() {
        const TRUNK: [u32; 13] = [1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1];
        let mut tables = switch();
        for vlan in [1, 20, 30, 1024] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2, 1, vlan], Datum::Number(1));
        }
        tables.insert(joined(&TRUNK, &[14, 101]), Datum::Number(1));
        tables.insert(joined(&TRUNK, &[5, 101]), Datum::Number(1));
        list(&mut tables, &TRUNK, &[4, 101], &[0x40, 0, 0x08, 0xff]);
        list(&mut tables, &TRUNK, &[17, 101], &[0x80]);
        assert_eq!(told("cisco-ios", &tables, 101), Some((vec![20, 30, 1024], vec![1])));
        // 102 has an access VLAN; 103 is said not to be a trunk, but has none: it is a link of an aggregate.
        tables.insert(joined(&TRUNK, &[14, 102]), Datum::Number(2));
        tables.insert(joined(&TRUNK, &[14, 103]), Datum::Number(2));
        tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1, 2, 102], Datum::Number(20));
        assert_eq!(told("cisco-ios", &tables, 102), Some((vec![], vec![20])));
        assert_eq!(told("cisco-ios", &tables, 103), None);
    }

    #[test]
    fn the_standards_lists_stand_in_where_no_port_tells_its_mode() {
        let mut tables = switch();
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[2], &[0x80, 0]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[2], &[0, 0]);
        assert_eq!(told("hpe-comware", &tables, 101), Some((vec![2], vec![])));
    }
}
