//! A `Change` as the objects it is about: what to read back, and what to write in which order. Pure.

use crate::switch::snmp::profile::{Object, Profile, Voice};
use crate::switch::snmp::read::instance::vlan_instance;
use crate::switch::snmp::write::not_possible::{Lack, NotPossible};
use crate::switch::snmp::write::request::{Action, Lock, Request, WriteContext, WriteSequence, number, scalar};
use model::change::Change;
use model::ids::VlanId;
use snmp::Oid;
use snmp::manager::Tables;

mod edit_buffer;
mod membership;
pub mod not_possible;
pub mod own_value;
mod poe;
mod port_mode;
pub mod request;
pub mod save;
mod vlan;
mod vlan_bitmap;
mod voice;

/// The instances that a change is about.
pub fn about(of: WriteContext<'_>, change: &Change) -> Result<Vec<Oid>, NotPossible> {
    match change {
        Change::VlanExists { vlan, .. } => vlan::row(of, *vlan),
        Change::Membership { vlan, .. } => membership::about(of, *vlan),
        Change::Pvid { delta } => {
            let mut instances = port_mode::untagged_objects(of)?;
            for vlan in [delta.before, delta.after] {
                instances.extend(vlan_bitmap::instance(of, vlan)?);
            }
            Ok(instances)
        }
        Change::PortMode { .. } | Change::IdleTrunk { .. } => {
            let mut instances = port_mode::untagged_objects(of)?;
            instances.extend(vlan_bitmap::instances(of)?);
            Ok(instances)
        }
        Change::VoiceVlan { .. } => voice::instances(of),
        Change::VoiceAttribute { vlan, .. } => {
            let object = &voice::attribute(of)?.object;
            let mut instances = vlan::row(of, *vlan)?;
            instances.push(Oid::joined(&object.oid, &attribute_instance(object, *vlan)?));
            Ok(instances)
        }
        Change::SwitchVoiceVlan { .. } => Ok(vec![scalar(voice::of_switch(of)?.0)]),
        Change::VoiceFunction { .. } => Ok(vec![scalar(&voice::function(of)?.object)]),
        Change::DscpPriority { .. } => Err(Lack::DscpPriority.into()),
        Change::PoePriority { .. } | Change::PoeAllocation { .. } | Change::PoeLimit { .. } | Change::PoeEnabled { .. } => {
            poe::instances(of)
        }
    }
}

/// Whether a change may write a row that all ports share.
#[must_use]
pub const fn shares_a_row(change: &Change) -> bool {
    matches!(change, Change::Membership { .. } | Change::VoiceVlan { .. })
}

/// What one manager at a time may have while it changes VLANs, on switches that have it.
pub fn lock(profile: &Profile) -> Result<Option<Lock>, NotPossible> {
    vlan::lock(profile)
}

/// What a change takes. `current` holds what [`about`] named, read just now.
pub fn sequence(of: WriteContext<'_>, change: &Change, current: &Tables) -> Result<WriteSequence, NotPossible> {
    let WriteSequence { lock, actions } = if let Change::VlanExists { vlan, name, delta } = change {
        vlan::exists(of, *vlan, name, delta.after)?
    } else {
        WriteSequence::of(requests(of, change, current)?)
    };
    if !of.profile.one_object_per_request {
        return Ok(WriteSequence { lock, actions });
    }
    let split = |action| match action {
        Action::Set(request) => request.into_iter().map(|write| Action::Set(vec![write])).collect(),
        Action::Await { .. } => vec![action],
    };
    Ok(WriteSequence { actions: actions.into_iter().flat_map(split).collect(), lock })
}

fn requests(of: WriteContext<'_>, change: &Change, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    match change {
        Change::VlanExists { .. } => Ok(Vec::new()),
        Change::DscpPriority { .. } => Err(Lack::DscpPriority.into()),
        Change::Membership { vlan, delta } => membership::membership(of, *vlan, delta.after, current),
        Change::Pvid { delta } => port_mode::pvid(of, *delta, current),
        Change::PortMode { pvid, delta } => port_mode::port_mode(of, *pvid, delta.after, current),
        Change::IdleTrunk { delta } => port_mode::idle_trunk(of, &delta.after, current),
        Change::VoiceVlan { delta, none } => voice::of_port(of, delta.after, *none, current),
        Change::VoiceAttribute { vlan, delta } => {
            let attribute = voice::attribute(of)?;
            let instance = attribute_instance(&attribute.object, *vlan)?;
            Ok(vec![vec![number(&attribute.object, &instance, attribute.value(delta.after))?]])
        }
        Change::SwitchVoiceVlan { delta } => {
            let (object, none) = voice::of_switch(of)?;
            let value = Voice::number(delta.after, none, None, None).ok_or(NotPossible::AlwaysVoiceVlan)?;
            Ok(vec![vec![number(object, &[0], value)?]])
        }
        Change::VoiceFunction { delta } => {
            let function = voice::function(of)?;
            Ok(vec![vec![number(&function.object, &[0], function.value(delta.after))?]])
        }
        Change::PoePriority { delta, .. } => Ok(vec![poe::priority(of, delta.after)?]),
        Change::PoeLimit { delta } => Ok(vec![poe::limit(of, delta.after)?]),
        Change::PoeAllocation { delta } => Ok(vec![poe::allocation(of, delta.after)?]),
        Change::PoeEnabled { delta, allocation } => Ok(vec![poe::enabled(of, *delta, *allocation)?]),
    }
}

fn attribute_instance(object: &Object, vlan: VlanId) -> Result<Oid, NotPossible> {
    vlan_instance(object, vlan).ok_or_else(|| NotPossible::NotAVlans(object.name.clone()))
}

#[cfg(test)]
#[path = "../../../../tests/unit/written_bytes.rs"]
mod written_bytes;
#[cfg(test)]
#[path = "../../../../tests/unit/written_objects.rs"]
mod written_objects;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use crate::switch::snmp::profile::Index;
    use crate::switch::snmp::profile::catalogue::by_name;
    use crate::switch::snmp::read::maps::Maps;
    use crate::switch::snmp::read::port;
    use crate::switch::snmp::write::request::Assignment;
    use model::change::{Delta, Membership};
    use model::ids::PortName;
    use model::switch::{PoeAllocation, PoePriority, VoiceVlan};
    use model::units::Milliwatts;
    use snmp::Value;
    use snmp::manager::Datum;

    /// Two Ethernet ports: ifIndex 101 and 102 are bridge ports 1 and 2 and PSE rows 1.101 and 1.102.
    pub fn two_ports() -> Tables {
        let mut tables = Tables::default();
        for (index, bridge_port, name) in [(101, 1, "ge1"), (102, 2, "ge2")] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[bridge_port]), Datum::Number(i64::from(index)));
            tables.insert(Oid::from([1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1, index]), Datum::Number(1));
        }
        tables
    }

    /// What learning the numbers of these ports brings, where each object has them as its MIB says.
    pub fn maps_of(profile: &Profile, tables: &Tables) -> Maps {
        let mut rows = tables.clone();
        for (index, bridge_port) in [(101, 1), (102, 2)] {
            let instance = |object: &Object| match object.index {
                Index::Interface => Oid::from([index]),
                Index::ComponentPort => Oid::from([1, bridge_port]),
                _ => Oid::from([bridge_port]),
            };
            let row = |object: &Object| (Oid::joined(&object.oid, &instance(object)), Datum::Number(0));
            rows.extend(port::objects(profile).map(row));
        }
        let lists = [mib::VLAN_STATIC_EGRESS, mib::VLAN_STATIC_UNTAGGED];
        rows.extend(lists.map(|column| (Oid::joined(column, &[1]), Datum::Octets(vec![0xc0, 0]))));
        Maps::of(profile, &rows, &[])
    }

    fn written(profile: &str, change: &Change, current: &[(Oid, Datum)]) -> Result<Vec<Vec<String>>, NotPossible> {
        let profile = by_name(profile).unwrap();
        let mut tables = two_ports();
        tables.extend(current.iter().cloned());
        let (maps, port) = (maps_of(profile, &tables), PortName::from("ge2"));
        let of = WriteContext { profile, maps: &maps, port: Some(&port), owner: "voiceport run 7" };
        let requests = sequence(of, change, &tables)?.actions.into_iter().map(|action| match action {
            Action::Set(request) => request,
            Action::Await { object, .. } => panic!("{object} is awaited"),
        });
        let show = |write: &Assignment| format!("{} = {:?}", write.object, write.value);
        Ok(requests.map(|request| request.iter().map(show).collect()).collect())
    }

    fn vlan(number: u16) -> VlanId {
        VlanId::new(number).unwrap()
    }

    fn lists_of_20(egress: u8, untagged: u8) -> [(Oid, Datum); 2] {
        let list = |column, byte| (Oid::from([1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, column, 20]), Datum::Octets(vec![byte, 0]));
        [list(2, egress), list(4, untagged)]
    }

    #[test]
    fn a_pvid_is_a_gauge_by_the_standard_and_an_integer_on_catalyst() {
        let change = Change::Pvid { delta: Delta { before: vlan(1), after: vlan(10) } };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["dot1qPvid.2 = Gauge32(10)"]]);
        assert_eq!(written("cisco-ios", &change, &[]).unwrap(), [["vmVlan.102 = Integer(10)"]]);
    }

    #[test]
    fn a_pvid_goes_to_the_number_that_its_table_proves() {
        let profile = by_name("hpe-comware").unwrap();
        let mut tables = Tables::default();
        for (index, bridge_port) in [(41, 1), (42, 2), (50, 41)] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(format!("ge{index}").into_bytes()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(if index == 50 { 161 } else { 6 }));
            tables.insert(Oid::joined(mib::BASE_PORT_IF_INDEX, &[bridge_port]), Datum::Number(i64::from(index)));
        }
        let written = |tables: &Tables, port: &str| {
            let (maps, port) = (Maps::of(profile, tables, &[]), PortName::from(port));
            let of = WriteContext { profile, maps: &maps, port: Some(&port), owner: "voiceport run 7" };
            let change = Change::Pvid { delta: Delta { before: vlan(1), after: vlan(20) } };
            let sequence = sequence(of, &change, tables).map_err(|why| why.to_string())?;
            let objects = sequence.actions.iter().flat_map(|action| match action {
                Action::Set(request) => request.iter().map(|write| write.object.clone()).collect(),
                Action::Await { .. } => Vec::new(),
            });
            Ok::<_, String>(objects.collect::<Vec<_>>())
        };
        tables.insert(Oid::joined(mib::PVID, &[41]), Datum::Number(20));
        let unproved = "nothing proves which number ge50 has in the table of dot1qPvid, so it is not written";
        assert_eq!(
            written(&tables, "ge50"),
            Err(unproved.to_owned()),
            "41 is the ifIndex of one port and the bridge port of another"
        );
        for index in [42, 50] {
            tables.insert(Oid::joined(mib::PVID, &[index]), Datum::Number(1));
        }
        assert_eq!(written(&tables, "ge50"), Ok(vec!["dot1qPvid.50".to_owned()]));
        assert_eq!(written(&tables, "ge41"), Ok(vec!["dot1qPvid.41".to_owned()]));
    }

    #[test]
    fn a_voice_vlan_object_has_values_for_what_is_no_vlan() {
        for (after, value) in
            [(VoiceVlan::Vlan(vlan(20)), 20), (VoiceVlan::None, 4096), (VoiceVlan::Untagged, 4095), (VoiceVlan::PriorityTagged, 0)]
        {
            let change = Change::VoiceVlan { delta: Delta { before: VoiceVlan::None, after }, none: None };
            assert_eq!(written("cisco-ios", &change, &[]).unwrap(), [[format!("vmVoiceVlanId.102 = Integer({value})")]]);
        }
    }

    #[test]
    fn membership_flips_one_bit_and_keeps_the_length() {
        let write = |before, after, lists: &[(Oid, Datum)]| {
            written("standard", &Change::Membership { vlan: vlan(20), delta: Delta { before, after } }, lists).unwrap()
        };
        assert_eq!(
            write(Membership::None, Membership::Tagged, &lists_of_20(0x80, 0x80)),
            [["dot1qVlanStaticEgressPorts.20 = Octets([192, 0])"]]
        );
        assert_eq!(
            write(Membership::None, Membership::Untagged, &lists_of_20(0x80, 0)),
            [["dot1qVlanStaticEgressPorts.20 = Octets([192, 0])"], ["dot1qVlanStaticUntaggedPorts.20 = Octets([64, 0])"]]
        );
        assert_eq!(
            write(Membership::Untagged, Membership::None, &lists_of_20(0xc0, 0xc0)),
            [["dot1qVlanStaticUntaggedPorts.20 = Octets([128, 0])"], ["dot1qVlanStaticEgressPorts.20 = Octets([128, 0])"]]
        );
        assert!(write(Membership::None, Membership::Tagged, &lists_of_20(0x40, 0)).is_empty(), "already so");
    }

    #[test]
    fn a_port_joins_a_list_of_text_by_its_name_there() {
        let column = |column, row, text: &str| {
            (Oid::from([1, 3, 6, 1, 4, 1, 11863, 6, 14, 1, 2, 1, 1, column, row]), Datum::Octets(text.as_bytes().to_vec()))
        };
        let name = |row, text: &str| {
            (Oid::from([1, 3, 6, 1, 4, 1, 11863, 6, 14, 1, 1, 1, 1, 1, row]), Datum::Octets(text.as_bytes().to_vec()))
        };
        let change = Change::Membership { vlan: vlan(20), delta: Delta { before: Membership::None, after: Membership::Tagged } };
        let write = |lists: &[(Oid, Datum)]| written("tplink-jetstream", &change, lists);
        let text = |text: &str| format!("vlanTagMemberAdd.20 = {:?}", Value::octets(text.as_bytes().to_vec()));
        let lists = [column(3, 20, "1/0/1"), column(4, 20, ""), name(1, "1/0/1"), name(2, "1/0/2")];
        assert_eq!(write(&lists).unwrap(), [[text("1/0/2")]]);
        assert_eq!(write(&[column(3, 20, "1"), column(4, 20, "")]).unwrap(), [[text("2")]], "numbers, as published");
        let error = write(&[column(3, 20, "1/0/1"), column(4, 20, "")]).unwrap_err().to_string();
        assert_eq!(error, "vlanTagMemberAdd.20 is \"1/0/1\", which is no list of ports");
    }

    #[test]
    fn a_membership_in_a_vlan_that_does_not_exist_is_not_possible() {
        let change = Change::Membership { vlan: vlan(20), delta: Delta { before: Membership::None, after: Membership::Tagged } };
        assert!(written("standard", &change, &[]).unwrap_err().to_string().contains("VLAN 20 does not exist"));
    }

    #[test]
    fn a_pse_row_that_no_rule_proves_is_never_written() {
        let change = Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["pethPsePortAdminEnable.1.102 = Integer(2)"]]);
        assert!(written("cisco-ios", &change, &[]).unwrap_err().to_string().contains("no rule proves"));
        let change = Change::PoePriority { delta: Delta { before: PoePriority::Low, after: PoePriority::Critical }, number: None };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["pethPsePortPowerPriority.1.102 = Integer(1)"]]);
    }

    #[test]
    fn a_limit_that_needs_a_way_of_counting_is_written_after_it() {
        let delta = Delta { before: PoeAllocation::Usage, after: PoeAllocation::Fixed };
        let counted = Change::PoeAllocation { delta };
        let expected = [["hpicfPoePethPsePortPowerAllocateBy.1.102 = Integer(3)"]];
        assert_eq!(written("aruba-os-switch", &counted, &[]).unwrap(), expected);
        let limit = Change::PoeLimit { delta: Delta { before: Milliwatts(33_000), after: Milliwatts(15_400) } };
        let expected = [["hpicfPoePethPsePortPoePlusPowerValue.1.102 = Integer(15)"]];
        assert_eq!(written("aruba-os-switch", &limit, &[]).unwrap(), expected, "whole watts, never more than asked for");
        assert_eq!(written("netgear-fastpath", &limit, &[]).unwrap(), [["agentPethPowerLimit.1.102 = Gauge32(15400)"]]);
    }

    #[test]
    fn vlans_are_created_with_their_name_and_destroyed() {
        let change = Change::VlanExists { vlan: vlan(20), name: "voice".to_owned(), delta: Delta { before: false, after: true } };
        let name = format!("dot1qVlanStaticName.20 = {:?}", Value::octets(b"voice".to_vec()));
        assert_eq!(written("standard", &change, &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(4)".to_owned(), name]]);
        assert_eq!(written("standard", &change.inverse(), &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(6)"]]);
    }
}
