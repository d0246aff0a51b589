//! How the port lists of a switch are to be read, proved by what is in them: a port is an untagged member of the VLAN of its PVID. Pure.

use std::collections::BTreeSet;

use crate::switch::snmp::profile::{MembershipTable, PortListCodec, Profile};
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::numbering::Numbers;
use crate::switch::snmp::read::port::{Numberings, Port};
use crate::switch::snmp::read::port_list::{self, FormDoubt, ListForm};
use crate::switch::snmp::read::port_text::PortNames;
use crate::switch::snmp::read::vlans;
use model::ids::{BridgePort, IfIndex};
use snmp::Oid;
use snmp::manager::Tables;

/// The columns that [`form`] looks at, besides those of ports.
#[must_use]
pub fn columns(profile: &Profile) -> Vec<Oid> {
    let (egress, untagged, current) = match &profile.membership {
        Some(MembershipTable::PortLists { egress, untagged, current, .. }) => (egress, untagged, current),
        Some(MembershipTable::Commands { grammar, .. }) => return grammar.names.iter().map(|names| names.oid.clone()).collect(),
        _ => return Vec::new(),
    };
    let current = current.iter().flat_map(|current| [current.egress.oid.clone(), current.untagged.oid.clone()]);
    [egress.oid.clone(), untagged.oid.clone()].into_iter().chain(current).collect()
}

/// The form in which every port is an untagged member of its VLAN. Where none is proved so, it is as the profile says, but text where
/// every list is text; and in doubt where most ports would be untagged members of other VLANs only.
#[must_use]
pub fn form(profile: &Profile, tables: &Tables, interfaces: &Interfaces, numberings: &Numberings) -> ListForm {
    let Some(MembershipTable::PortLists { codec, egress, untagged, current, .. }) = &profile.membership else {
        return ListForm { names: PortNames::of(profile, tables, interfaces), ..ListForm::default() };
    };
    let own = own_lists(profile, tables, interfaces, numberings, &untagged.oid);
    let by = |codec: PortListCodec| numbers(tables, &[&egress.oid, &untagged.oid], codec, interfaces).0;
    let agreeing = |codec| {
        let numbers = by(codec);
        let has = |index: IfIndex, list: &[u8]| {
            numbers.number(interfaces, index).and_then(|number| port_list::contains(list, BridgePort(number), codec)) == Some(true)
        };
        own.iter().filter(|(index, list)| has(*index, list)).count()
    };
    let as_read = |codec, doubt| {
        let in_force = current.as_ref().map(|current| [&current.egress.oid, &current.untagged.oid]);
        let in_force = in_force.map(|columns| numbers(tables, &columns, codec, interfaces));
        let (configured, unproved) = numbers(tables, &[&egress.oid, &untagged.oid], codec, interfaces);
        let (in_force, more) = in_force.unwrap_or_default();
        ListForm { codec, configured, in_force, unproved: unproved.max(more), doubt, names: PortNames::default() }
    };
    let proved = |codec: &PortListCodec| !own.is_empty() && agreeing(*codec) == own.len();
    if proved(codec) {
        return as_read(*codec, None);
    }
    if proved(&PortListCodec::AsciiDecimal) {
        return as_read(PortListCodec::AsciiDecimal, None);
    }
    if let Some(turned) = turned(*codec).filter(proved) {
        return as_read(turned, Some(FormDoubt::Reversed));
    }
    let lists = tables.column(&egress.oid).chain(tables.column(&untagged.oid)).filter_map(|(_, list)| list.bytes());
    let codec = if port_list::are_text(lists) { PortListCodec::AsciiDecimal } else { *codec };
    let form = as_read(codec, None);
    let bit = |index: &IfIndex| form.configured.number(interfaces, *index).map(BridgePort);
    let has = |list: &[u8], bit| port_list::contains(list, bit, codec) == Some(true);
    let elsewhere = |bit| tables.column(&untagged.oid).any(|(_, list)| list.bytes().is_some_and(|list| has(list, bit)));
    let is_against = |index: &IfIndex, list: &[u8]| bit(index).is_some_and(|bit| !has(list, bit) && elsewhere(bit));
    let against = own.iter().filter(|(index, list)| is_against(index, list)).count();
    let doubt = (against > agreeing(codec)).then_some(FormDoubt::Unknown(against));
    ListForm { doubt, ..form }
}

/// What the numbers in all lists of some columns are, and how many are not proved to be a port's.
#[must_use]
pub fn numbers(tables: &Tables, columns: &[&Oid], codec: PortListCodec, interfaces: &Interfaces) -> (Numbers, usize) {
    let lists = columns.iter().flat_map(|column| tables.column(column)).filter_map(|(_, list)| list.bytes());
    let numbers: BTreeSet<u32> = lists.flat_map(|list| port_list::numbers(list, codec)).collect();
    let proved = Numbers::proved(&numbers, interfaces);
    let unproved = proved.unproved(interfaces, &numbers);
    (proved, unproved)
}

/// Each port with the list of the untagged members of its VLAN.
fn own_lists<'a>(
    profile: &Profile,
    tables: &'a Tables,
    interfaces: &Interfaces,
    numberings: &Numberings,
    untagged: &[u32],
) -> Vec<(IfIndex, &'a [u8])> {
    let own = interfaces.iter().filter(|(_, interface)| interface.may_bridge()).filter_map(|(index, interface)| {
        let vlan = vlans::pvid(profile, tables, Port { index, interface, interfaces, numberings })?;
        Some((index, tables.bytes(untagged, &[u32::from(vlan.get())])?))
    });
    own.collect()
}

const fn turned(codec: PortListCodec) -> Option<PortListCodec> {
    match codec {
        PortListCodec::MsbFirst => Some(PortListCodec::LsbFirst),
        PortListCodec::LsbFirst => Some(PortListCodec::MsbFirst),
        PortListCodec::AsciiDecimal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::Oid;
    use snmp::manager::Datum;

    const PVID: [u32; 12] = [1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1];

    /// Eight ports with these PVIDs, and lists of untagged members that are the lists of all members too.
    fn switch(pvids: [u16; 8], lists: &[(u32, &[u8])]) -> ListForm {
        let mut tables = Tables::default();
        for (port, pvid) in (1..).zip(pvids) {
            tables.insert(Oid::joined(mib::IF_NAME, &[port]), Datum::Octets(format!("{port}").into_bytes()));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(port)));
            tables.insert(Oid::joined(&PVID, &[1, port]), Datum::Number(i64::from(pvid)));
        }
        for (vlan, list) in lists {
            for column in [mib::VLAN_STATIC_EGRESS, mib::VLAN_STATIC_UNTAGGED] {
                tables.insert(Oid::joined(column, &[*vlan]), Datum::Octets(list.to_vec()));
            }
        }
        let (profile, interfaces) = (by_name("standard").unwrap(), Interfaces::of(&tables));
        form(profile, &tables, &interfaces, &Numberings::of(profile, &tables, &interfaces))
    }

    #[test]
    fn the_form_is_the_one_that_agrees_with_the_pvids() {
        let half = [1, 1, 20, 20, 1, 1, 1, 1];
        let codec = |lists: &[(u32, &[u8])]| switch(half, lists).codec;
        assert_eq!(codec(&[(1, &[0b1100_1111]), (20, &[0b0011_0000])]), PortListCodec::MsbFirst, "0x30 is no text here");
        assert_eq!(codec(&[(1, b"1,2,5,6,7,8"), (20, b"3,4")]), PortListCodec::AsciiDecimal);
        let turned = switch(half, &[(1, &[0b1111_0011]), (20, &[0b0000_1100])]);
        assert_eq!(turned.codec, PortListCodec::LsbFirst);
        assert_eq!(turned.doubt, Some(FormDoubt::Reversed));
    }

    #[test]
    fn a_port_that_is_not_in_its_vlan_raises_no_doubt_and_most_of_them_do() {
        let one = switch([1; 8], &[(1, &[0b1111_1110]), (20, &[1])]);
        assert_eq!((one.codec, one.doubt), (PortListCodec::MsbFirst, None));
        let trunks = switch([1; 8], &[(1, &[0])]);
        assert_eq!((trunks.codec, trunks.doubt), (PortListCodec::MsbFirst, None), "who is in no VLAN untagged is against nothing");
        let most = switch([1; 8], &[(1, &[0b1110_0000]), (20, &[0b0001_1111])]);
        assert_eq!(most.codec, PortListCodec::MsbFirst);
        assert_eq!(most.doubt, Some(FormDoubt::Unknown(5)));
    }
}
