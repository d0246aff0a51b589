//! Which ports are in which VLANs, tagged or untagged, for each way a switch tells it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{ListGrammar, MembershipTable, PortListCodec, Profile, Tagging};
use crate::switch::snmp::read::instance::{last_as_vlan, vlan};
use crate::switch::snmp::read::numbering::Numbers;
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::port_list::{self, FormDoubt, ListForm};
use crate::switch::snmp::read::port_list_form;
use crate::switch::snmp::read::port_text::PortNames;
use crate::switch::snmp::read::vlans::{self, has_rows, in_force};
use model::ids::{BridgePort, VlanId};
use model::switch::PortMode;
use snmp::Oid;
use snmp::manager::{Datum, Tables};
use snmp::oid::Dotted;

/// Tagged and untagged VLANs of a port.
pub type Memberships = (BTreeSet<VlanId>, BTreeSet<VlanId>);

/// VLANs the port sends tagged and untagged; `None` when the switch does not tell, or not all of it, or nothing proves which of its
/// numbers is the port.
#[must_use]
pub fn memberships(profile: &Profile, lists: &ListForm, tables: &Tables, port: Port<'_>) -> Option<Memberships> {
    match profile.membership.as_ref()? {
        // Lists of an unknown form tell nothing of a port.
        MembershipTable::PortLists { .. } if matches!(lists.doubt, Some(FormDoubt::Unknown(_))) => None,
        MembershipTable::PortLists { egress, untagged, current, .. } => {
            let configured = Lists { egress: &egress.oid, untagged: &untagged.oid, numbers: &lists.configured };
            let in_force = current.as_ref().map(|current| Lists {
                egress: &current.egress.oid,
                untagged: &current.untagged.oid,
                numbers: &lists.in_force,
            });
            by_lists(tables, configured, in_force, port, lists.codec)
        }
        MembershipTable::VlanBitmaps { .. }
            if profile.port_mode.as_ref().is_some_and(|modes| !has_rows(tables, &modes.object.oid)) =>
        {
            by_standard_lists(tables, port)
        }
        MembershipTable::VlanBitmaps { codec, blocks, .. } => {
            let own = BTreeSet::from([vlans::pvid(profile, tables, port)?]);
            match vlans::port_mode(profile, tables, port)? {
                PortMode::Access => Some((BTreeSet::new(), own)),
                PortMode::Trunk => {
                    let existing = vlans::working(profile, tables);
                    let allowed = vlans::bitmap_vlans(tables, blocks, *codec, port)?;
                    let carried = allowed.into_iter().filter(|vlan| existing.contains(vlan) && !own.contains(vlan));
                    Some((carried.collect(), own))
                }
                PortMode::Hybrid => None,
            }
        }
        MembershipTable::MemberRows { tagging, tagged, untagged } => {
            let number = port.number(&tagging.oid)?;
            let told = port.interface.bridge_port.is_some() && has_rows(tables, &tagging.oid);
            told.then(|| by_rows(tables, &tagging.oid, number, (*tagged, *untagged))).flatten()
        }
        MembershipTable::MembersAndTagging { members, tagging } => {
            let tags = tagging.meaning(tables.number(&tagging.oid, &[port.number(&tagging.oid)?])?)?;
            by_tagging(tables, &members.oid, port, tags, vlans::pvid(profile, tables, port))
        }
        MembershipTable::Commands { tagged, untagged, grammar, .. } => {
            let of = TextLists { names: &lists.names, grammar, port: port.interface.bridge_port? };
            Some((of.vlans(tables, &tagged.oid)?, of.vlans(tables, &untagged.oid)?))
        }
    }
}

/// A VLAN that the port is an untagged member of now, and not by its configuration, where the switch tells both: something else put it
/// there.
#[must_use]
pub fn in_force_alone(profile: &Profile, lists: &ListForm, tables: &Tables, port: Port<'_>) -> Option<VlanId> {
    let Some(MembershipTable::PortLists { untagged, current: Some(current), .. }) = &profile.membership else { return None };
    if lists.doubt.is_some() {
        return None;
    }
    let bit = |numbers: &Numbers| numbers.number(port.interfaces, port.index).map(BridgePort);
    let (own, now) = (bit(&lists.configured)?, bit(&lists.in_force)?);
    let configured: BTreeMap<VlanId, &Datum> =
        tables.column(&untagged.oid).filter_map(|(row, list)| Some((last_as_vlan(row)?, list))).collect();
    let has = |list: &Datum, bit| port_list::contains(list.bytes()?, bit, lists.codec);
    let mut rows = in_force(tables, &current.untagged.oid).filter_map(|(row, list)| Some((last_as_vlan(row)?, list)));
    let alone = |(vlan, list): &(VlanId, &Datum)| {
        has(list, now) == Some(true) && configured.get(vlan).is_some_and(|list| has(list, own) == Some(false))
    };
    rows.find(alone).map(|(vlan, _)| vlan)
}

/// The first list of members that cannot be read, with its instance and what it is, where members are listed as text.
#[must_use]
pub fn unread(profile: &Profile, lists: &ListForm, tables: &Tables) -> Option<String> {
    let (objects, grammar) = match profile.membership.as_ref()? {
        MembershipTable::Commands { tagged, untagged, grammar, .. } => ([tagged, untagged], Some(grammar)),
        MembershipTable::PortLists { egress, untagged, .. } => ([egress, untagged], None),
        _ => return None,
    };
    let is_read = |list: &[u8]| match grammar {
        Some(grammar) => lists.names.parse(list, grammar).is_some(),
        None => port_list::contains(list, BridgePort(1), lists.codec).is_some(),
    };
    objects.into_iter().find_map(|object| {
        let mut rows = tables.column(&object.oid);
        let (instance, list) = rows.find(|(_, list)| !list.bytes().is_some_and(is_read))?;
        let told = list.bytes().map_or_else(|| "no text".to_owned(), |list| format!("{:?}", model::hex::text(list)));
        Some(format!("{}.{} is {told}", object.name, Dotted(instance)))
    })
}

/// The columns of a table with a list of all members and one of the untagged ones for each VLAN, and what the numbers in them are.
#[derive(Clone, Copy)]
struct Lists<'a> {
    egress: &'a [u32],
    untagged: &'a [u32],
    numbers: &'a Numbers,
}

/// The two lists of a VLAN, and the port's bit in them.
type OfVlan<'a> = (&'a Datum, Option<&'a [u8]>, Option<BridgePort>);

/// By the lists configured, and by those in force of VLANs that have none configured. Of two rows of one VLAN in force the one with the
/// later time mark counts.
fn by_lists(
    tables: &Tables,
    configured: Lists<'_>,
    current: Option<Lists<'_>>,
    port: Port<'_>,
    codec: PortListCodec,
) -> Option<Memberships> {
    let bit = |lists: Lists<'_>| lists.numbers.number(port.interfaces, port.index).map(BridgePort);
    let (own, current_own) = (bit(configured), current.and_then(bit));
    let mut lists: BTreeMap<VlanId, OfVlan<'_>> = BTreeMap::new();
    if let Some(current) = current {
        let rows = in_force(tables, current.egress);
        let list = |(row, list)| Some((last_as_vlan(row)?, (list, tables.bytes(current.untagged, row), current_own)));
        lists.extend(rows.filter_map(list));
    }
    let rows = tables.column(configured.egress);
    let list = |(row, list)| Some((last_as_vlan(row)?, (list, tables.bytes(configured.untagged, row), own)));
    lists.extend(rows.filter_map(list));
    let (mut tagged_in, mut untagged_in) = (BTreeSet::new(), BTreeSet::new());
    for (vlan, (egress, untagged, bit)) in &lists {
        let has = |list: &[u8]| port_list::contains(list, (*bit)?, codec);
        if !has(egress.bytes()?)? {
            continue;
        }
        if has((*untagged)?)? {
            untagged_in.insert(*vlan)
        } else {
            tagged_in.insert(*vlan)
        };
    }
    (!lists.is_empty()).then_some((tagged_in, untagged_in))
}

/// By the standard's lists, where the switch has no others.
fn by_standard_lists(tables: &Tables, port: Port<'_>) -> Option<Memberships> {
    let codec = PortListCodec::MsbFirst;
    let columns = [mib::VLAN_STATIC_EGRESS, mib::VLAN_STATIC_UNTAGGED, mib::VLAN_CURRENT_EGRESS, mib::VLAN_CURRENT_UNTAGGED];
    let [egress, untagged, current_egress, current_untagged] = &columns.map(Oid::new);
    let configured = port_list_form::numbers(tables, &[egress, untagged], codec, port.interfaces).0;
    let in_force = port_list_form::numbers(tables, &[current_egress, current_untagged], codec, port.interfaces).0;
    let configured = Lists { egress, untagged, numbers: &configured };
    let in_force = Lists { egress: current_egress, untagged: current_untagged, numbers: &in_force };
    by_lists(tables, configured, Some(in_force), port, codec)
}

/// By rows of VLAN and port with a value for how the port is a member: tagged, untagged. `None` when a value is neither.
fn by_rows(tables: &Tables, column: &Oid, number: u32, (as_tagged, as_untagged): (i64, i64)) -> Option<Memberships> {
    let (mut tagged, mut untagged) = (BTreeSet::new(), BTreeSet::new());
    for (row, how) in tables.column(column).filter(|(row, _)| row.last() == Some(&number)) {
        let how = how.number()?;
        let vlan = vlan(i64::from(*row.first()?))?;
        match how {
            _ if how == as_tagged => tagged.insert(vlan),
            _ if how == as_untagged => untagged.insert(vlan),
            _ => return None,
        };
    }
    Some((tagged, untagged))
}

/// By a list of members for each VLAN, whose first bit is port 0, and by what the port tags.
fn by_tagging(tables: &Tables, members: &Oid, port: Port<'_>, tags: Tagging, own: Option<VlanId>) -> Option<Memberships> {
    let lists = tables.column(members).filter_map(|(_, list)| list.bytes());
    let numbers: BTreeSet<u32> =
        lists.flat_map(|list| port_list::members(list, PortListCodec::MsbFirst)).map(|bit| bit.0 - 1).collect();
    let number = Numbers::proved(&numbers, port.interfaces).number(port.interfaces, port.index)?;
    let bit = BridgePort(number.checked_add(1)?);
    let is_tagged = |vlan: &VlanId| match tags {
        Tagging::All => true,
        Tagging::None => false,
        Tagging::OnlyPvid => Some(*vlan) == own,
        Tagging::AllButPvid => Some(*vlan) != own,
    };
    let mut of_port = BTreeSet::new();
    for (row, list) in tables.column(members) {
        if port_list::has_bit(list.bytes()?, bit, PortListCodec::MsbFirst) {
            of_port.extend(last_as_vlan(row));
        }
    }
    has_rows(tables, members).then(|| of_port.into_iter().partition(is_tagged))
}

/// How lists of ports as text are read for one port.
struct TextLists<'a> {
    names: &'a PortNames,
    grammar: &'a ListGrammar,
    port: BridgePort,
}

impl TextLists<'_> {
    /// The VLANs whose list has the port; `None` when one is no list, which may name any port.
    fn vlans(&self, tables: &Tables, column: &Oid) -> Option<BTreeSet<VlanId>> {
        let mut vlans = BTreeSet::new();
        for (instance, list) in tables.column(column) {
            if self.names.parse(list.bytes()?, self.grammar)?.contains(&self.port) {
                vlans.extend(last_as_vlan(instance));
            }
        }
        has_rows(tables, column).then_some(vlans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use crate::switch::snmp::read::maps::Maps;
    use model::ids::IfIndex;

    /// dot1qVlanStaticName and dot1qVlanStaticRowStatus.
    const STATIC_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 1];
    const STATIC_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 5];

    /// Four interfaces, 101 to 104, on the bridge ports 1, 2, 9 and 10.
    fn switch() -> Tables {
        let mut tables = Tables::default();
        for (port, index) in [(1, 101), (2, 102), (9, 103), (10, 104)] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(format!("p{index}").into_bytes()));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(index)));
        }
        tables
    }

    fn list(tables: &mut Tables, column: &[u32], row: &[u32], list: &[u8]) {
        tables.insert(Oid::joined(column, row), Datum::Octets(list.to_vec()));
    }

    /// Tagged and untagged VLANs of an interface.
    fn told(profile: &str, tables: &Tables, index: u32) -> Option<(Vec<u16>, Vec<u16>)> {
        let profile = by_name(profile).unwrap();
        let maps = Maps::of(profile, tables, &[]);
        let port = maps.port(IfIndex(index), maps.interfaces.get(IfIndex(index)).unwrap());
        let (tagged, untagged) = memberships(profile, &maps.lists, tables, port)?;
        let numbers = |vlans: BTreeSet<VlanId>| vlans.into_iter().map(VlanId::get).collect();
        Some((numbers(tagged), numbers(untagged)))
    }

    #[test]
    fn vlans_that_are_only_in_force_belong_to_those_configured() {
        let mut tables = switch();
        list(&mut tables, STATIC_NAME, &[20], b"voice");
        tables.insert(Oid::joined(STATIC_STATUS, &[20]), Datum::Number(1));
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[20], &[0x80, 0]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[20], &[0, 0]);
        for (mark, vlan, egress) in [(5, 1, 0xff), (9, 1, 0x80), (9, 20, 0xc0), (9, 300, 0xc0)] {
            list(&mut tables, mib::VLAN_CURRENT_EGRESS, &[mark, vlan], &[egress]);
            list(&mut tables, mib::VLAN_CURRENT_UNTAGGED, &[mark, vlan], &[egress]);
        }
        tables.insert(Oid::joined(mib::VLAN_STATUS, &[9, 300]), Datum::Number(3));
        let profile = by_name("standard").unwrap();
        let names: Vec<_> = vlans::existing(profile, &tables).into_iter().map(|(vlan, name)| (vlan.get(), name)).collect();
        assert_eq!(names, [(1, String::new()), (20, "voice".to_owned())]);
        assert_eq!(told("standard", &tables, 101), Some((vec![20], vec![1])));
        assert_eq!(told("standard", &tables, 102), Some((vec![], vec![])), "the later row and what is configured count");
    }

    #[test]
    fn an_inactive_row_is_a_suspended_vlan_and_names_are_rows_too() {
        let mut tables = switch();
        list(&mut tables, STATIC_NAME, &[20], b"voice");
        let profile = by_name("standard").unwrap();
        let exists = |tables: &Tables| (vlans::existing(profile, tables).len(), vlans::suspended(profile, tables).len());
        assert_eq!(exists(&tables), (1, 0));
        tables.insert(Oid::joined(STATIC_STATUS, &[20]), Datum::Number(2));
        assert_eq!(exists(&tables), (1, 1));
    }

    #[test]
    fn a_bit_may_be_a_ports_place_among_all() {
        let mut tables = switch();
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[20], &[0x30, 0]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[20], &[0x30, 0]);
        assert_eq!(told("standard", &tables, 103), Some((vec![], vec![20])), "there are no bridge ports 3 and 4");
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[30], &[0, 0x40]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[30], &[0, 0]);
        assert_eq!(
            told("alcatel-omniswitch", &tables, 104),
            Some((vec![30], vec![])),
            "bridge port 10, for there are no ten ports"
        );
    }

    #[test]
    fn a_table_with_a_row_for_each_member_is_read() {
        let mut tables = switch();
        for (vlan, index, how) in [(1, 101, 2), (20, 101, 1), (20, 102, 1)] {
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 1991, 1, 1, 3, 2, 6, 1, 4, vlan, index]), Datum::Number(how));
        }
        assert_eq!(told("ruckus-icx", &tables, 101), Some((vec![20], vec![1])));
        assert_eq!(told("ruckus-icx", &tables, 103), Some((vec![], vec![])));
    }

    #[test]
    fn a_port_tags_all_none_its_own_or_all_but_its_own() {
        let mut tables = Tables::default();
        for index in 1..=5 {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(format!("1/{index}").into_bytes()));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[index]), Datum::Number(i64::from(index)));
            tables.insert(Oid::joined(&[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1], &[index]), Datum::Number(1));
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 2272, 1, 3, 3, 1, 8, index]), Datum::Number(i64::from(index)));
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
            tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2, 1, vlan]), Datum::Number(1));
        }
        tables.insert(Oid::joined(&TRUNK, &[14, 101]), Datum::Number(1));
        tables.insert(Oid::joined(&TRUNK, &[5, 101]), Datum::Number(1));
        list(&mut tables, &TRUNK, &[4, 101], &[0x40, 0, 0x08, 0xff]);
        list(&mut tables, &TRUNK, &[17, 101], &[0x80]);
        assert_eq!(told("cisco-ios", &tables, 101), Some((vec![20, 30, 1024], vec![1])));
        let suspended = Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2, 1, 20]);
        tables.insert(suspended.clone(), Datum::Number(2));
        assert_eq!(told("cisco-ios", &tables, 101), Some((vec![30, 1024], vec![1])), "a suspended VLAN is carried nowhere");
        assert!(vlans::existing(by_name("cisco-ios").unwrap(), &tables).contains_key(&VlanId::new(20).unwrap()), "but exists");
        tables.insert(suspended, Datum::Number(1));
        // 102 has an access VLAN; 103 is said not to be a trunk, but has none: it is a link of an aggregate.
        tables.insert(Oid::joined(&TRUNK, &[14, 102]), Datum::Number(2));
        tables.insert(Oid::joined(&TRUNK, &[14, 103]), Datum::Number(2));
        tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1, 2, 102]), Datum::Number(20));
        assert_eq!(told("cisco-ios", &tables, 102), Some((vec![], vec![20])));
        assert_eq!(told("cisco-ios", &tables, 103), None);
    }

    #[test]
    fn the_standards_pvid_stands_in_where_the_vendors_table_lacks_the_port() {
        let mut tables = switch();
        let pvid = |tables: &Tables, index| {
            let (profile, index) = (by_name("cisco-small-business").unwrap(), IfIndex(index));
            let maps = Maps::of(profile, tables, &[]);
            vlans::pvid(profile, tables, maps.port(index, maps.interfaces.get(index).unwrap())).map(VlanId::get)
        };
        for port in [1, 2, 9, 10] {
            tables.insert(Oid::joined(mib::PVID, &[port]), Datum::Number(30));
        }
        assert_eq!(pvid(&tables, 102), None, "without the vendor's table the standard's is not relied on");
        tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 62, 1, 1, 101]), Datum::Number(20));
        assert_eq!([101, 102].map(|index| pvid(&tables, index)), [Some(20), Some(30)]);
    }

    #[test]
    fn the_standards_lists_stand_in_where_no_port_tells_its_mode() {
        let mut tables = switch();
        list(&mut tables, mib::VLAN_STATIC_EGRESS, &[2], &[0x80, 0]);
        list(&mut tables, mib::VLAN_STATIC_UNTAGGED, &[2], &[0, 0]);
        assert_eq!(told("hpe-comware", &tables, 101), Some((vec![2], vec![])));
    }
}
