//! How the port lists of a switch are to be read, proved by what is in them: a port is an untagged member of the VLAN of its PVID. Pure.

use crate::switch::snmp::profile::{MembershipTable, PortListCodec, PortListPosition, Profile};
use crate::switch::snmp::read::interfaces::Interfaces;
use crate::switch::snmp::read::port_list::{self, FormDoubt, ListForm};
use crate::switch::snmp::read::port_text::PortNames;
use crate::switch::snmp::read::vlans;
use model::ids::BridgePort;
use snmp::Oid;
use snmp::manager::Tables;

/// The columns that [`form`] looks at.
#[must_use]
pub fn columns(profile: &Profile) -> Vec<Oid> {
    let (egress, untagged) = match &profile.membership {
        Some(MembershipTable::PortLists { egress, untagged, .. }) => (egress, untagged),
        Some(MembershipTable::Commands { grammar, .. }) => return grammar.names.iter().map(|names| names.oid.clone()).collect(),
        _ => return Vec::new(),
    };
    let pvid = profile.access_vlan.iter().map(|access| access.object.oid.clone());
    [egress.oid.clone(), untagged.oid.clone()].into_iter().chain(pvid).collect()
}

/// The form in which every port is an untagged member of its VLAN. Where none is proved so, it is as the profile says, but text where
/// every list is text; and in doubt where most ports would be untagged members of other VLANs only.
#[must_use]
pub fn form(profile: &Profile, tables: &Tables, interfaces: &Interfaces) -> ListForm {
    let Some(MembershipTable::PortLists { position, codec, egress, untagged, .. }) = &profile.membership else {
        return ListForm { names: PortNames::of(profile, tables, interfaces), ..ListForm::default() };
    };
    let own = own_lists(profile, tables, interfaces, *position, &untagged.oid);
    let agreeing = |codec| own.iter().filter(|(port, list)| port_list::contains(list, *port, codec) == Some(true)).count();
    let proved = |codec: &PortListCodec| !own.is_empty() && agreeing(*codec) == own.len();
    if proved(codec) {
        return of_codec(*codec, None);
    }
    if proved(&PortListCodec::AsciiDecimal) {
        return of_codec(PortListCodec::AsciiDecimal, None);
    }
    if let Some(turned) = turned(*codec).filter(proved) {
        return of_codec(turned, Some(FormDoubt::Reversed));
    }
    let lists = tables.column(&egress.oid).chain(tables.column(&untagged.oid)).filter_map(|(_, list)| list.bytes());
    let codec = if port_list::are_text(lists) { PortListCodec::AsciiDecimal } else { *codec };
    let has = |list: &[u8], port| port_list::contains(list, port, codec) == Some(true);
    let elsewhere = |port| tables.column(&untagged.oid).any(|(_, list)| list.bytes().is_some_and(|list| has(list, port)));
    let against = own.iter().filter(|(port, list)| !has(list, *port) && elsewhere(*port)).count();
    let doubt = (against > agreeing(codec)).then_some(FormDoubt::Unknown(against));
    of_codec(codec, doubt)
}

fn of_codec(codec: PortListCodec, doubt: Option<FormDoubt>) -> ListForm {
    ListForm { codec, doubt, names: PortNames::default() }
}

/// Each port with the list of the untagged members of its VLAN.
fn own_lists<'a>(
    profile: &Profile,
    tables: &'a Tables,
    interfaces: &Interfaces,
    position: PortListPosition,
    untagged: &[u32],
) -> Vec<(BridgePort, &'a [u8])> {
    let own = interfaces.iter().filter_map(|(index, interface)| {
        let vlan = vlans::pvid(profile, tables, index, interface)?;
        Some((interface.place(position)?, tables.bytes(untagged, &[u32::from(vlan.get())])?))
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
        form(by_name("standard").unwrap(), &tables, &Interfaces::of(&tables))
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
        assert_eq!(one, ListForm::default());
        let trunks = switch([1; 8], &[(1, &[0])]);
        assert_eq!(trunks, ListForm::default(), "who is in no VLAN untagged is against nothing");
        let most = switch([1; 8], &[(1, &[0b1110_0000]), (20, &[0b0001_1111])]);
        assert_eq!(most.codec, PortListCodec::MsbFirst);
        assert_eq!(most.doubt, Some(FormDoubt::Unknown(5)));
    }
}
