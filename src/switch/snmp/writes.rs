//! A `Change` as the objects it is about: what to read back, and what to write in which order. Pure.

use crate::switch::snmp::interfaces::Interface;
use crate::switch::snmp::profile::{Arcs, BerType, Object, Preset, Profile, Pse, VlanTable, Voice, dotted};
use crate::switch::snmp::session::Scalar;
use crate::switch::snmp::tables::{Tables, joined};
use crate::switch::snmp::translate::{Maps, find};
use crate::switch::snmp::vlans::{self, port_instance, vlan_instance};
use crate::switch::snmp::{edit_buffer, member_writes, mib, pse};
use model::change::{Change, Delta};
use model::ids::{IfIndex, PortName, PseIndex, VlanId};
use model::switch::PortMode;
use model::trunk::Trunk;

/// RowStatus createAndGo.
pub const CREATE_AND_GO: i64 = 4;
/// RowStatus destroy.
pub const DESTROY: i64 = 6;
/// The management domain of a switch that has only one.
pub const ONLY_DOMAIN: u32 = 1;
/// Most octets of a VLAN's name (RFC 4363 dot1qVlanStaticName).
const LONGEST_NAME: usize = 32;

/// Why no DSCP gets a priority.
const NO_PRIORITIES: &str = "no profile knows which priority a DSCP gets";

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

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Write.
    Set(Request),
    /// Wait while an object has a value; then it must have another.
    Await {
        /// Object and instance, for messages.
        object: String,
        /// The instance's OID.
        oid: Arcs,
        /// The value while it goes on.
        busy: i64,
        /// The value when it went well.
        good: i64,
        /// What its values are called, from 1.
        names: Vec<String>,
    },
}

/// All that a change takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// What must be held meanwhile.
    pub hold: Option<Hold>,
    /// In this order; the first that fails ends it.
    pub acts: Vec<Act>,
}

/// Something that one manager at a time may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Takes it; refused while another manager has it, from whom it must not be taken.
    pub take: Request,
    /// Gives it back, whatever came of the acts.
    pub give_back: Request,
    /// Who has it: object and instance.
    pub owner: Arcs,
}

/// Why a change cannot be made on this switch, in words.
pub type NotPossible = String;

/// What a change is made with.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// Which number is which port.
    pub maps: &'a Maps,
    /// The port; `None` for a change of the whole switch.
    pub port: Option<&'a PortName>,
}

/// The instances that a change is about.
pub fn about(job: Job<'_>, change: &Change) -> Result<Vec<Arcs>, NotPossible> {
    match change {
        Change::VlanExists { vlan, .. } => job.vlan_row(*vlan),
        Change::Membership { vlan, .. } => member_writes::about(job, *vlan),
        Change::Pvid { delta } => {
            let mut instances = job.untagged_objects()?;
            for vlan in [delta.before, delta.after] {
                instances.extend(member_writes::bitmap_instance(job, vlan)?);
            }
            Ok(instances)
        }
        Change::PortMode { .. } | Change::IdleTrunk { .. } => {
            let mut instances = job.untagged_objects()?;
            instances.extend(member_writes::bitmap_instances(job)?);
            Ok(instances)
        }
        Change::VoiceVlan { .. } => job.voice_instances(),
        Change::VoiceAttribute { vlan, .. } => {
            let object = &job.voice_attribute()?.object;
            Ok(vec![joined(&object.oid, &vlan_instance(object, *vlan).ok_or("the attribute is no VLAN's")?)])
        }
        Change::SwitchVoiceVlan { .. } => Ok(vec![scalar(job.switch_voice()?.0)]),
        Change::VoiceFunction { .. } => Ok(vec![scalar(&job.voice_function()?.object)]),
        Change::DscpPriority { .. } => Err(NO_PRIORITIES.to_owned()),
        Change::PoePriority { .. } | Change::PoeAllocation { .. } | Change::PoeLimit { .. } | Change::PoeEnabled { .. } => {
            job.pse_instances()
        }
    }
}

/// What a change takes. `current` holds what [`about`] named, read just now.
pub fn writing(job: Job<'_>, change: &Change, current: &Tables) -> Result<Writing, NotPossible> {
    let Writing { hold, acts } = if let Change::VlanExists { vlan, name, delta } = change {
        job.vlan_exists(*vlan, name, delta.after)?
    } else {
        let requests = requests(job, change, current)?.into_iter().filter(|request| !request.is_empty());
        Writing { acts: requests.map(Act::Set).collect(), hold: None }
    };
    if !job.profile.one_object_per_request {
        return Ok(Writing { hold, acts });
    }
    let split = |act| match act {
        Act::Set(request) => request.into_iter().map(|write| Act::Set(vec![write])).collect(),
        Act::Await { .. } => vec![act],
    };
    Ok(Writing { acts: acts.into_iter().flat_map(split).collect(), hold })
}

fn requests(job: Job<'_>, change: &Change, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    match change {
        Change::VlanExists { .. } => Ok(Vec::new()),
        Change::DscpPriority { .. } => Err(NO_PRIORITIES.to_owned()),
        Change::Membership { vlan, delta } => member_writes::membership(job, *vlan, delta.after, current),
        Change::Pvid { delta } => job.pvid(*delta, current),
        Change::PortMode { pvid, delta } => job.port_mode(*pvid, delta.after, current),
        Change::IdleTrunk { delta } => job.idle_trunk(&delta.after, current),
        Change::VoiceVlan { delta } => job.voice_vlan(delta.after, current),
        Change::VoiceAttribute { vlan, delta } => {
            let attribute = job.voice_attribute()?;
            let instance = vlan_instance(&attribute.object, *vlan).ok_or("the attribute is no VLAN's")?;
            Ok(vec![vec![number(&attribute.object, &instance, attribute.value(delta.after))?]])
        }
        Change::SwitchVoiceVlan { delta } => {
            let (object, none) = job.switch_voice()?;
            let value = Voice::number(delta.after, none, None, None).ok_or("the switch always has a voice VLAN")?;
            Ok(vec![vec![number(object, &[0], value)?]])
        }
        Change::VoiceFunction { delta } => {
            let function = job.voice_function()?;
            Ok(vec![vec![number(&function.object, &[0], function.value(delta.after))?]])
        }
        Change::PoePriority { delta, .. } => {
            let priority = job.pse()?.priority.as_ref().ok_or("the profile knows no PoE priority")?;
            let instance = pse::instance(&priority.object, job.pse_row()?);
            Ok(vec![vec![number(&priority.object, &instance, priority.value(delta.after))?]])
        }
        Change::PoeLimit { delta } => {
            let limit = job.pse()?.limit.as_ref().filter(|limit| !limit.read_only).ok_or("the profile cannot set a PoE limit")?;
            let instance = pse::instance(&limit.object, job.pse_row()?);
            Ok(vec![vec![number(&limit.object, &instance, i64::from(limit.unit.value(delta.after)))?]])
        }
        Change::PoeAllocation { delta } => {
            let pse = job.pse()?;
            let column = pse.allocation.as_ref().ok_or("the profile knows no way of counting power")?;
            let value = column.value(delta.after).ok_or_else(|| format!("the switch does not count power by {}", delta.after))?;
            let instance = pse::instance(&pse.enabled.object, job.pse_row()?);
            let object = format!("{}.{}", column.name, dotted(&instance));
            let words = delta.after.to_string();
            Ok(vec![vec![Assignment { object, oid: joined(&column.oid, &instance), value: Scalar::Integer(value), words }]])
        }
        Change::PoeEnabled { delta, allocation } => {
            let pse = job.pse()?;
            let counted = allocation.zip(pse.allocation.as_ref()).filter(|(_, column)| column.oid == pse.enabled.object.oid);
            let as_before = counted.and_then(|(allocation, column)| column.value(allocation));
            let value = if delta.after { as_before.unwrap_or(pse.enabled.on) } else { pse.enabled.off };
            Ok(vec![vec![number(&pse.enabled.object, &pse::instance(&pse.enabled.object, job.pse_row()?), value)?]])
        }
    }
}

impl<'a> Job<'a> {
    /// The port a change is about.
    pub fn interface(self) -> Result<(IfIndex, &'a Interface), NotPossible> {
        let port = self.port.ok_or("the change names no port")?;
        find(self.maps, port).ok_or_else(|| format!("no port is called {port}, or more than one is"))
    }

    /// The instance of a port's object.
    pub fn instance(self, object: &Object) -> Result<Vec<u32>, NotPossible> {
        let (index, interface) = self.interface()?;
        port_instance(object, index, interface).ok_or_else(|| format!("{} is no bridge port", interface.name))
    }

    /// The object of the port with its instance.
    pub fn of_port(self, object: &Object) -> Result<Arcs, NotPossible> {
        Ok(joined(&object.oid, &self.instance(object)?))
    }

    /// The mode of the port, as just read.
    pub fn mode(self, current: &Tables) -> Result<Option<PortMode>, NotPossible> {
        let (index, interface) = self.interface()?;
        Ok(vlans::port_mode(self.profile, current, index, interface))
    }

    /// The cells that say whether a VLAN exists.
    pub fn vlan_row(self, vlan: VlanId) -> Result<Vec<Arcs>, NotPossible> {
        let domain_row = [ONLY_DOMAIN, u32::from(vlan.get())];
        match &self.profile.vlans {
            Some(VlanTable::RowStatus { row_status, name, .. }) => {
                let objects = std::iter::once(row_status).chain(name);
                Ok(objects.filter_map(|object| Some(joined(&object.oid, &vlan_instance(object, vlan)?))).collect())
            }
            Some(VlanTable::StateTable { state, name, .. }) => {
                Ok(vec![joined(&state.oid, &domain_row), joined(&name.oid, &domain_row)])
            }
            None => Err("the profile knows no VLAN table".to_owned()),
        }
    }

    fn vlan_exists(self, vlan: VlanId, name: &str, exists: bool) -> Result<Writing, NotPossible> {
        let name = name.as_bytes().get(..LONGEST_NAME).unwrap_or(name.as_bytes());
        match &self.profile.vlans {
            Some(VlanTable::RowStatus { row_status, name: name_object, create: true }) => {
                let request = vlan_row_request(row_status, name_object.as_ref(), vlan, name, exists)?;
                Ok(Writing { acts: vec![Act::Set(request)], hold: None })
            }
            Some(VlanTable::StateTable { edit: Some(edit), .. }) => edit_buffer::changed(edit, vlan, name, exists),
            _ => Err(format!("VLAN {vlan} cannot be created or removed over SNMP with the profile {}", self.profile.name)),
        }
    }

    /// Where the port's untagged VLAN stands in each mode, and the mode.
    fn untagged_objects(self) -> Result<Vec<Arcs>, NotPossible> {
        let access = self.profile.access_vlan.as_ref().ok_or("the profile knows no access VLAN")?;
        let modes = self.profile.port_mode.as_ref().map(|modes| &modes.object);
        std::iter::once(&access.object).chain(&access.trunk).chain(modes).map(|object| self.of_port(object)).collect()
    }

    /// The new untagged VLAN. A trunk's list of VLANs takes it in before, and lets the old one go after.
    fn pvid(self, delta: Delta<VlanId>, current: &Tables) -> Result<Vec<Request>, NotPossible> {
        let mode = self.mode(current)?;
        let object = vlans::untagged_object(self.profile, mode).ok_or("the profile knows no access VLAN")?;
        let native = vec![number(object, &self.instance(object)?, i64::from(delta.after.get()))?];
        if mode != Some(PortMode::Trunk) || !member_writes::has_bitmaps(self.profile) {
            return Ok(vec![native]);
        }
        let (entered, left) = member_writes::move_native(self, delta, current)?;
        Ok(vec![entered, native, left])
    }

    /// The mode, and right after it the untagged VLAN, which some switches reset with the mode; a new trunk carries nothing else.
    fn port_mode(self, pvid: VlanId, mode: PortMode, current: &Tables) -> Result<Vec<Request>, NotPossible> {
        let modes = self.profile.port_mode.as_ref().filter(|modes| !modes.read_only).ok_or("the profile cannot set port modes")?;
        let value = modes.value(mode).ok_or_else(|| format!("the switch has no {mode} mode"))?;
        let object = vlans::untagged_object(self.profile, Some(mode)).ok_or("the profile knows no access VLAN")?;
        let mut restored = Vec::new();
        if mode == PortMode::Trunk {
            restored.extend(member_writes::bitmaps(self, &[pvid].into(), current)?);
        }
        restored.push(number(object, &self.instance(object)?, i64::from(pvid.get()))?);
        Ok(vec![vec![number(&modes.object, &self.instance(&modes.object)?, value)?], restored])
    }

    /// The VLANs of the trunk mode, and its untagged VLAN, where they are kept while the port is in access mode.
    fn idle_trunk(self, trunk: &Trunk, current: &Tables) -> Result<Vec<Request>, NotPossible> {
        let native = self.profile.access_vlan.as_ref().and_then(|access| access.trunk.as_ref());
        let native = native.ok_or("the profile knows no VLANs of a trunk besides those of an access port")?;
        let mut request = member_writes::bitmaps(self, &trunk.allowed.0, current)?;
        request.push(number(native, &self.instance(native)?, i64::from(trunk.native.get()))?);
        Ok(vec![request])
    }

    fn pse(self) -> Result<&'a Pse, NotPossible> {
        self.profile.pse.as_ref().ok_or_else(|| "the profile knows no PoE".to_owned())
    }

    /// The port's PSE row.
    pub fn pse_row(self) -> Result<PseIndex, NotPossible> {
        let (index, interface) = self.interface()?;
        let unproved = || format!("no rule proves which PSE row is {}, so none is written", interface.name);
        self.maps.pse.row(index).ok_or_else(unproved)
    }

    fn pse_instances(self) -> Result<Vec<Arcs>, NotPossible> {
        let pse = self.pse()?;
        let instance = pse::instance(&pse.enabled.object, self.pse_row()?);
        let mut columns = vec![pse.enabled.object.oid.clone()];
        columns.push(pse.detection.as_ref().map_or_else(|| mib::PSE_DETECTION.to_vec(), |column| column.oid.clone()));
        columns.push(pse.class.as_ref().map_or_else(|| mib::PSE_CLASS.to_vec(), |column| column.oid.clone()));
        columns.extend(pse.priority.iter().map(|priority| priority.object.oid.clone()));
        columns.extend(pse.limit.iter().map(|limit| limit.object.oid.clone()));
        columns.extend(pse.allocation.iter().map(|column| column.oid.clone()));
        columns.sort();
        columns.dedup();
        Ok(columns.iter().map(|column| joined(column, &instance)).collect())
    }
}

fn vlan_row_request(
    row_status: &Object,
    name_object: Option<&Object>,
    vlan: VlanId,
    name: &[u8],
    exists: bool,
) -> Result<Request, NotPossible> {
    let instance = |object: &Object| vlan_instance(object, vlan).ok_or_else(|| format!("{} is no VLAN's", object.name));
    if !exists {
        return Ok(vec![number(row_status, &instance(row_status)?, DESTROY)?]);
    }
    let mut create = vec![number(row_status, &instance(row_status)?, CREATE_AND_GO)?];
    if let Some(object) = name_object.filter(|_| !name.is_empty()) {
        create.push(octets(object, &instance(object)?, name));
    }
    Ok(create)
}

/// The only instance of an object.
pub fn scalar(object: &Object) -> Arcs {
    joined(&object.oid, &[0])
}

/// An object of the profile with a number, in the object's type.
pub fn number(object: &Object, instance: &[u32], value: i64) -> Result<Assignment, NotPossible> {
    let out_of_range = || format!("{} cannot be {value}", object.name);
    let scalar = match object.ber {
        BerType::Integer => Scalar::Integer(i32::try_from(value).map_err(|_| out_of_range())?.into()),
        BerType::Gauge32 => Scalar::Gauge32(u32::try_from(value).map_err(|_| out_of_range())?),
        BerType::OctetString => return Err(format!("{} is no number: this is a bug in the profile", object.name)),
    };
    Ok(assignment(object, instance, scalar, value.to_string()))
}

/// An object of the profile with text.
pub fn octets(object: &Object, instance: &[u32], text: &[u8]) -> Assignment {
    assignment(object, instance, Scalar::octets(text.to_vec()), String::from_utf8_lossy(text).into_owned())
}

/// Octets of which the message says something else.
pub fn octets_in_words(object: &Object, instance: &[u32], octets: Vec<u8>, words: String) -> Assignment {
    assignment(object, instance, Scalar::octets(octets), words)
}

/// A list with one member put in or taken out.
pub fn list_assignment(object: &Object, instance: &[u32], list: Vec<u8>, member: impl std::fmt::Display, is: bool) -> Assignment {
    let words = format!("{} {member}", if is { "with" } else { "without" });
    assignment(object, instance, Scalar::octets(list), words)
}

/// A preset at an instance.
pub fn preset_at(preset: &Preset, instance: &[u32]) -> Assignment {
    Assignment {
        object: format!("{}.{}", preset.name, dotted(instance)),
        oid: joined(&preset.oid, instance),
        value: Scalar::Integer(preset.value.into()),
        words: preset.value.to_string(),
    }
}

fn assignment(object: &Object, instance: &[u32], value: Scalar, words: String) -> Assignment {
    Assignment { object: format!("{}.{}", object.name, dotted(instance)), oid: joined(&object.oid, instance), value, words }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::switch::snmp::catalogue::by_name;
    use crate::switch::snmp::tables::Datum;
    use model::change::Membership;
    use model::switch::{PoeAllocation, PoePriority, VoiceVlan};
    use model::units::Milliwatts;

    /// Two Ethernet ports: ifIndex 101 and 102 are bridge ports 1 and 2 and PSE rows 1.101 and 1.102.
    pub fn two_ports() -> Tables {
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
        let mut tables = two_ports();
        tables.extend(current.iter().cloned());
        let (maps, port) = (Maps::of(profile, &tables), PortName::from("ge2"));
        let job = Job { profile, maps: &maps, port: Some(&port) };
        let requests = writing(job, change, &tables)?.acts.into_iter().map(|act| match act {
            Act::Set(request) => request,
            Act::Await { object, .. } => panic!("{object} is awaited"),
        });
        let show = |write: &Assignment| format!("{} = {:?}", write.object, write.value);
        Ok(requests.map(|request| request.iter().map(show).collect()).collect())
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
        let change = Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None };
        assert_eq!(written("standard", &change, &[]).unwrap(), [["pethPsePortAdminEnable.1.102 = Integer(2)"]]);
        assert!(written("cisco-ios", &change, &[]).unwrap_err().contains("no rule proves"));
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
        let name = format!("dot1qVlanStaticName.20 = {:?}", Scalar::octets(b"voice".to_vec()));
        assert_eq!(written("standard", &change, &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(4)".to_owned(), name]]);
        assert_eq!(written("standard", &change.inverse(), &[]).unwrap(), [["dot1qVlanStaticRowStatus.20 = Integer(6)"]]);
    }
}
