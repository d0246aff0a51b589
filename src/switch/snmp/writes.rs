//! A `Change` as the objects it is about: what to read back, and what to write in which order. Pure.

use crate::model::ids::IfIndex;
use crate::model::ids::PortName;
use crate::model::ids::PseIndex;
use crate::model::ids::VlanId;
use crate::model::plan::Change;
use crate::model::plan::Membership;
use crate::switch::snmp::interfaces::Interface;
use crate::switch::snmp::mib;
use crate::switch::snmp::portlist;
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::profile::BerType;
use crate::switch::snmp::profile::MembershipWrite;
use crate::switch::snmp::profile::Object;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::profile::Vlans;
use crate::switch::snmp::profile::Voice;
use crate::switch::snmp::profile::voice_value;
use crate::switch::snmp::session::Scalar;
use crate::switch::snmp::tables::Tables;
use crate::switch::snmp::tables::joined;
use crate::switch::snmp::translate::Maps;
use crate::switch::snmp::translate::find;
use crate::switch::snmp::vlans::port_instance;

/// RowStatus createAndGo.
const CREATE_AND_GO: i64 = 4;
/// RowStatus destroy.
const DESTROY: i64 = 6;

/// One object with the value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Object and instance, for messages.
    pub object: String,
    /// The instance's OID.
    pub oid: Arcs,
    /// The value.
    pub value: Scalar,
    /// The value in words, for messages.
    pub words: String,
}

/// One request: objects that are written together.
pub type Request = Vec<Assignment>;

/// Why a change cannot be made on this switch, in words.
pub type NotPossible = String;

/// The instances that a change on a port is about.
pub fn about(profile: &Profile, maps: &Maps, port: Option<&PortName>, change: &Change) -> Result<Vec<Arcs>, NotPossible> {
    match change {
        Change::VlanExists { vlan, .. } => vlan_instances(profile, *vlan),
        Change::Membership { vlan, .. } => {
            let (egress, untagged) = lists(profile)?;
            let instance = [u32::from(vlan.get())];
            Ok(vec![joined(&egress.oid, &instance), joined(&untagged.oid, &instance)])
        }
        Change::Pvid { .. } => Ok(vec![port_object(access_object(profile)?, maps, port)?]),
        Change::VoiceVlan { .. } => Ok(vec![port_object(voice_object(profile)?, maps, port)?]),
        Change::PoePriority { .. } | Change::PoeEnabled { .. } => {
            let pse = profile.pse.as_ref().ok_or("the profile knows no PoE")?;
            let row = pse_row(maps, port)?;
            let instance = [row.group, row.port];
            let mut columns = vec![joined(&pse.enabled.object.oid, &instance), joined(mib::PSE_DETECTION, &instance)];
            columns.push(joined(mib::PSE_CLASS, &instance));
            columns.extend(pse.priority.iter().map(|priority| joined(&priority.object.oid, &instance)));
            Ok(columns)
        }
    }
}

/// The requests of a change, in order. `current` holds what [`about`] named, read just now.
pub fn requests(
    profile: &Profile,
    maps: &Maps,
    port: Option<&PortName>,
    change: &Change,
    current: &Tables,
) -> Result<Vec<Request>, NotPossible> {
    match change {
        Change::VlanExists { vlan, name, delta } => vlan_exists(profile, *vlan, name, delta.after),
        Change::Membership { vlan, delta } => membership(profile, maps, port, *vlan, delta.after, current),
        Change::Pvid { delta } => {
            let object = access_object(profile)?;
            let instance = instance_of(object, maps, port)?;
            Ok(vec![vec![number(object, &instance, i64::from(delta.after.get()))?]])
        }
        Change::VoiceVlan { delta } => {
            let Some(Voice::PortObject { object, none, untagged, priority_tagged }) = &profile.voice_vlan else {
                return Err("the profile knows no voice VLAN object".to_owned());
            };
            let instance = instance_of(object, maps, port)?;
            Ok(vec![vec![number(object, &instance, voice_value(delta.after, *none, *untagged, *priority_tagged))?]])
        }
        Change::PoePriority { delta } => {
            let priority = profile.pse.as_ref().and_then(|pse| pse.priority.as_ref()).ok_or("the profile knows no PoE priority")?;
            let row = pse_row(maps, port)?;
            Ok(vec![vec![number(&priority.object, &[row.group, row.port], priority.value(delta.after))?]])
        }
        Change::PoeEnabled { delta } => {
            let enabled = &profile.pse.as_ref().ok_or("the profile knows no PoE")?.enabled;
            let row = pse_row(maps, port)?;
            let value = if delta.after { enabled.on } else { enabled.off };
            Ok(vec![vec![number(&enabled.object, &[row.group, row.port], value)?]])
        }
    }
}

/// The port a change is about.
pub fn interface<'a>(maps: &'a Maps, port: Option<&PortName>) -> Result<(IfIndex, &'a Interface), NotPossible> {
    let port = port.ok_or("the change names no port")?;
    find(maps, port).ok_or_else(|| format!("no port is called {port}, or more than one is"))
}

fn vlan_instances(profile: &Profile, vlan: VlanId) -> Result<Vec<Arcs>, NotPossible> {
    let vlan = u32::from(vlan.get());
    match &profile.vlans {
        Some(Vlans::QBridge { row_status, name, .. }) => Ok(vec![joined(&row_status.oid, &[vlan]), joined(&name.oid, &[vlan])]),
        // The management domain is 1 on every switch that has only one.
        Some(Vlans::StateTable { state, name, .. }) => Ok(vec![joined(&state.oid, &[1, vlan]), joined(&name.oid, &[1, vlan])]),
        None => Err("the profile knows no VLAN table".to_owned()),
    }
}

fn vlan_exists(profile: &Profile, vlan: VlanId, name: &str, exists: bool) -> Result<Vec<Request>, NotPossible> {
    let Some(Vlans::QBridge { row_status, name: name_object, .. }) = &profile.vlans else {
        return Err(format!("VLAN {vlan} cannot be created or removed over SNMP with the profile {}", profile.name));
    };
    let instance = [u32::from(vlan.get())];
    if !exists {
        return Ok(vec![vec![number(row_status, &instance, DESTROY)?]]);
    }
    let mut create = vec![number(row_status, &instance, CREATE_AND_GO)?];
    if !name.is_empty() {
        let octets = name.as_bytes().get(..32).unwrap_or(name.as_bytes()).to_vec();
        create.push(assignment(name_object, &instance, Scalar::Octets(octets), name.to_owned()));
    }
    Ok(vec![create])
}

/// Both lists of a VLAN with this port's bits as they shall be.
///
/// A port leaves untagged before egress and enters egress before untagged, so that untagged stays a part of egress all the time.
fn membership(
    profile: &Profile,
    maps: &Maps,
    port: Option<&PortName>,
    vlan: VlanId,
    after: Membership,
    current: &Tables,
) -> Result<Vec<Request>, NotPossible> {
    let (egress, untagged) = lists(profile)?;
    let changed = |object: &Object, member: bool| changed_list(profile, maps, port, vlan, object, member, current);
    let mut writes = Vec::new();
    if after != Membership::Untagged {
        writes.extend(changed(untagged, false)?);
    }
    writes.extend(changed(egress, after != Membership::None)?);
    if after == Membership::Untagged {
        writes.extend(changed(untagged, true)?);
    }
    Ok(match profile.vlans {
        Some(Vlans::QBridge { membership_write: MembershipWrite::OneRequest, .. }) if !writes.is_empty() => vec![writes],
        _ => writes.into_iter().map(|write| vec![write]).collect(),
    })
}

/// One list with one bit changed; `None` when the bit is already right.
fn changed_list(
    profile: &Profile,
    maps: &Maps,
    port: Option<&PortName>,
    vlan: VlanId,
    object: &Object,
    member: bool,
    current: &Tables,
) -> Result<Option<Assignment>, NotPossible> {
    let Some(Vlans::QBridge { port_list, .. }) = &profile.vlans else { return Ok(None) };
    let (_, interface) = interface(maps, port)?;
    let bridge_port = interface.bridge_port.ok_or_else(|| format!("{} is no bridge port", interface.name))?;
    let instance = [u32::from(vlan.get())];
    let list =
        current.octets(&object.oid, &instance).ok_or_else(|| format!("VLAN {vlan} does not exist: {} has no row", object.name))?;
    let changed = portlist::with(list, bridge_port, member, *port_list)
        .ok_or_else(|| format!("{}.{vlan} has {} octets and no place for bridge port {bridge_port}", object.name, list.len()))?;
    if changed == list {
        return Ok(None);
    }
    let words = format!("{} bridge port {bridge_port}", if member { "with" } else { "without" });
    Ok(Some(assignment(object, &instance, Scalar::Octets(changed), words)))
}

fn lists(profile: &Profile) -> Result<(&Object, &Object), NotPossible> {
    match &profile.vlans {
        Some(Vlans::QBridge { egress, untagged, .. }) => Ok((egress, untagged)),
        _ => Err(format!("the profile {} knows no port lists of VLANs", profile.name)),
    }
}

fn access_object(profile: &Profile) -> Result<&Object, NotPossible> {
    profile.access_vlan.as_ref().map(|access| &access.object).ok_or_else(|| "the profile knows no access VLAN".to_owned())
}

fn voice_object(profile: &Profile) -> Result<&Object, NotPossible> {
    match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => Ok(object),
        _ => Err("the profile knows no voice VLAN object".to_owned()),
    }
}

fn port_object(object: &Object, maps: &Maps, port: Option<&PortName>) -> Result<Arcs, NotPossible> {
    Ok(joined(&object.oid, &instance_of(object, maps, port)?))
}

fn instance_of(object: &Object, maps: &Maps, port: Option<&PortName>) -> Result<Vec<u32>, NotPossible> {
    let (index, interface) = interface(maps, port)?;
    port_instance(object, index, interface).ok_or_else(|| format!("{} is no bridge port", interface.name))
}

fn pse_row(maps: &Maps, port: Option<&PortName>) -> Result<PseIndex, NotPossible> {
    let (index, interface) = interface(maps, port)?;
    maps.pse.row(index).ok_or_else(|| format!("no rule proves which PSE row is {}, so none is written", interface.name))
}

fn number(object: &Object, instance: &[u32], value: i64) -> Result<Assignment, NotPossible> {
    let out_of_range = || format!("{} cannot be {value}", object.name);
    let scalar = match object.ber {
        BerType::Integer => Scalar::Integer(i32::try_from(value).map_err(|_| out_of_range())?),
        BerType::Gauge32 => Scalar::Gauge32(u32::try_from(value).map_err(|_| out_of_range())?),
        BerType::OctetString => return Err(format!("{} is no number: this is a bug in the profile", object.name)),
    };
    Ok(assignment(object, instance, scalar, value.to_string()))
}

fn assignment(object: &Object, instance: &[u32], value: Scalar, words: String) -> Assignment {
    let dotted = crate::switch::snmp::profile::dotted(instance);
    Assignment { object: format!("{}.{dotted}", object.name), oid: joined(&object.oid, instance), value, words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::Delta;
    use crate::model::switch::PoePriority;
    use crate::model::switch::VoiceVlan;
    use crate::switch::snmp::catalogue::by_name;
    use crate::switch::snmp::tables::Datum;

    /// Two Ethernet ports: ifIndex 101 and 102 are bridge ports 1 and 2 and PSE rows 1.101 and 1.102.
    fn switch() -> Tables {
        let mut tables = Tables::default();
        for (index, bridge_port, name) in [(101, 1, "ge1"), (102, 2, "ge2")] {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(joined(mib::IF_TYPE, &[index]), Datum::Number(6));
            tables.insert(joined(mib::BASE_PORT_IF_INDEX, &[bridge_port]), Datum::Number(i64::from(index)));
            tables.insert(vec![1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1, index], Datum::Number(1));
        }
        tables
    }

    fn written(profile: &str, change: &Change, current: &[(Arcs, Datum)]) -> Result<Vec<Vec<String>>, NotPossible> {
        let profile = by_name(profile).unwrap();
        let mut tables = switch();
        tables.extend(current.iter().cloned());
        let requests = requests(profile, &Maps::of(profile, &tables), Some(&PortName::from("ge2")), change, &tables)?;
        let show = |write: &Assignment| format!("{} = {:?}", write.object, write.value);
        Ok(requests.iter().map(|request| request.iter().map(show).collect()).collect())
    }

    fn vlan(number: u16) -> VlanId {
        VlanId::new(number).unwrap()
    }

    fn lists_of_20(egress: u8, untagged: u8) -> [(Arcs, Datum); 2] {
        let list = |column, octet| (vec![1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, column, 20], Datum::Octets(vec![octet, 0]));
        [list(2, egress), list(4, untagged)]
    }

    #[test]
    fn a_pvid_is_a_gauge_by_the_standard_and_an_integer_on_catalyst() {
        let change = Change::Pvid { delta: Delta { before: vlan(1), after: vlan(10) } };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["dot1qPvid.2 = Gauge32(10)"]]);
        assert_eq!(written("cisco-ios", &change, &[]).unwrap(), [["vmVlan.102 = Integer(10)"]]);
    }

    #[test]
    fn a_voice_vlan_object_has_values_for_what_is_no_vlan() {
        for (after, value) in
            [(VoiceVlan::Vlan(vlan(20)), 20), (VoiceVlan::None, 4096), (VoiceVlan::Untagged, 4095), (VoiceVlan::PriorityTagged, 0)]
        {
            let change = Change::VoiceVlan { delta: Delta { before: VoiceVlan::None, after } };
            assert_eq!(written("cisco-ios", &change, &[]).unwrap(), [[format!("vmVoiceVlanId.102 = Integer({value})")]]);
        }
    }

    #[test]
    fn membership_flips_one_bit_and_keeps_the_length() {
        let write = |before, after, lists: &[(Arcs, Datum)]| {
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
    fn a_membership_in_a_vlan_that_does_not_exist_is_not_possible() {
        let change = Change::Membership { vlan: vlan(20), delta: Delta { before: Membership::None, after: Membership::Tagged } };
        assert!(written("standard", &change, &[]).unwrap_err().contains("VLAN 20 does not exist"));
    }

    #[test]
    fn a_pse_row_that_no_rule_proves_is_never_written() {
        let change = Change::PoeEnabled { delta: Delta { before: true, after: false } };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["pethPsePortAdminEnable.1.102 = Integer(2)"]]);
        assert!(written("cisco-ios", &change, &[]).unwrap_err().contains("no rule proves"));
        let change = Change::PoePriority { delta: Delta { before: PoePriority::Low, after: PoePriority::Critical } };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["pethPsePortPowerPriority.1.102 = Integer(1)"]]);
    }

    #[test]
    fn vlans_are_created_with_their_name_and_destroyed() {
        let change = Change::VlanExists { vlan: vlan(20), name: "voice".to_owned(), delta: Delta { before: false, after: true } };
        let name = format!("dot1qVlanStaticName.20 = {:?}", Scalar::Octets(b"voice".to_vec()));
        assert_eq!(written("standard", &change, &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(4)".to_owned(), name]]);
        assert_eq!(written("standard", &change.inverse(), &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(6)"]]);
        assert!(written("cisco-ios", &change, &[]).is_err());
    }
}
