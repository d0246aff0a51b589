//! Membership of ports in VLANs: what to read and what to write, for port lists, VLAN bitmaps and commands. Pure.
//!
//! A list is read, one bit of it is changed and it is written back at its length, for all ports or all VLANs share it.

use std::collections::BTreeSet;

use crate::switch::snmp::portlist;
use crate::switch::snmp::profile::{
    Arcs, Bitmap, MembershipTable, MembershipWrite, Object, PortListCodec, PortListPosition, Profile,
};
use crate::switch::snmp::tables::{Tables, joined};
use crate::switch::snmp::vlans::vlan_instance;
use crate::switch::snmp::writes::{Assignment, Job, NotPossible, Request, list_assignment, octets, octets_in_words};
use model::change::{Delta, Membership};
use model::ids::{BridgePort, VlanId};
use model::switch::PortMode;
use model::trunk::VlanRanges;

/// The instances that a membership is about.
pub fn about(job: Job<'_>, vlan: VlanId) -> Result<Vec<Arcs>, NotPossible> {
    match &job.profile.membership {
        // those of the default VLAN too: they tell that there are lists at all where this VLAN is gone
        Some(MembershipTable::PortLists { egress, untagged, .. }) => {
            [vlan, VlanId::DEFAULT].into_iter().flat_map(|vlan| [of_vlan(egress, vlan), of_vlan(untagged, vlan)]).collect()
        }
        Some(MembershipTable::Commands { tagged, untagged, .. }) => Ok(vec![of_vlan(tagged, vlan)?, of_vlan(untagged, vlan)?]),
        Some(MembershipTable::VlanBitmaps { .. }) => {
            let mut instances = job.vlan_row(vlan)?;
            instances.extend(bitmap_instance(job, vlan)?);
            let access = job.profile.access_vlan.iter().flat_map(|access| std::iter::once(&access.object).chain(&access.trunk));
            let modes = job.profile.port_mode.iter().map(|modes| &modes.object);
            for object in access.chain(modes) {
                instances.push(job.of_port(object)?);
            }
            Ok(instances)
        }
        Some(MembershipTable::MemberRows { .. } | MembershipTable::MembersAndTagging { .. }) | None => Err(unknown(job.profile)),
    }
}

/// The requests that make the port a member as it shall be.
pub fn membership(job: Job<'_>, vlan: VlanId, after: Membership, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    match &job.profile.membership {
        Some(
            MembershipTable::PortLists { write: MembershipWrite::None, .. }
            | MembershipTable::VlanBitmaps { read_only: true, .. }
            | MembershipTable::MemberRows { .. }
            | MembershipTable::MembersAndTagging { .. },
        )
        | None => Err(unknown(job.profile)),
        Some(MembershipTable::PortLists { position, egress, untagged, write, .. }) => {
            if let Some(doubt) = &job.maps.lists.doubt {
                return Err(doubt.clone());
            }
            let lists = Lists { position: *position, codec: job.maps.lists.codec, egress, untagged };
            let writes = lists.changed(job, vlan, after, current)?;
            Ok(match write {
                MembershipWrite::OneRequest => vec![writes],
                _ => writes.into_iter().map(|write| vec![write]).collect(),
            })
        }
        Some(MembershipTable::VlanBitmaps { .. }) => {
            if job.mode(current)? != Some(PortMode::Trunk) {
                return Err("the port is not in trunk mode, so it can be a tagged member of no VLAN".to_owned());
            }
            match after {
                Membership::Untagged => Err("the untagged VLAN of a trunk is its native VLAN".to_owned()),
                _ => Ok(vec![with_vlan(job, vlan, after == Membership::Tagged, current)?]),
            }
        }
        Some(MembershipTable::Commands { tagged, untagged, remove }) => {
            let object = match after {
                Membership::Tagged => tagged,
                Membership::Untagged => untagged,
                Membership::None => remove,
            };
            let port = bridge_port(job)?.to_string();
            Ok(vec![vec![octets(object, &instance(object, vlan)?, port.as_bytes())]])
        }
    }
}

/// Port lists of a VLAN.
struct Lists<'a> {
    position: PortListPosition,
    codec: PortListCodec,
    egress: &'a Object,
    untagged: &'a Object,
}

impl Lists<'_> {
    /// A port leaves untagged before egress and enters egress before untagged, so that untagged stays a part of egress all the time.
    fn changed(&self, job: Job<'_>, vlan: VlanId, after: Membership, current: &Tables) -> Result<Request, NotPossible> {
        let (_, interface) = job.interface()?;
        let port = interface.place(self.position).ok_or_else(|| format!("{} is no bridge port", interface.name))?;
        let with = |object: &Object, member: bool| self.with(object, vlan, port, member, current);
        let mut writes = Vec::new();
        if after != Membership::Untagged {
            writes.extend(with(self.untagged, false)?);
        }
        writes.extend(with(self.egress, after != Membership::None)?);
        if after == Membership::Untagged {
            writes.extend(with(self.untagged, true)?);
        }
        Ok(writes)
    }

    /// One list with one bit changed; `None` when the bit is already right.
    fn with(
        &self,
        object: &Object,
        vlan: VlanId,
        port: BridgePort,
        member: bool,
        current: &Tables,
    ) -> Result<Option<Assignment>, NotPossible> {
        let instance = instance(object, vlan)?;
        let list = current
            .octets(&object.oid, &instance)
            .ok_or_else(|| format!("VLAN {vlan} does not exist: {} has no row", object.name))?;
        let changed = portlist::with(list, port, member, self.codec)
            .ok_or_else(|| format!("{}.{vlan} has {} octets and no place for bridge port {port}", object.name, list.len()))?;
        let words = format!("bridge port {port}");
        Ok((changed != list).then(|| list_assignment(object, &instance, changed, words, member)))
    }
}

/// One more than the number of the last bit of the last bitmap.
const END_OF_BITMAPS: u16 = 4097;

/// Whether the port's VLANs are bitmaps of its own.
#[must_use]
pub fn has_bitmaps(profile: &Profile) -> bool {
    matches!(profile.membership, Some(MembershipTable::VlanBitmaps { read_only: false, .. }))
}

/// The port's bitmap in which a VLAN is; none where VLANs are not kept so.
pub fn bitmap_instance(job: Job<'_>, vlan: VlanId) -> Result<Option<Arcs>, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { blocks, .. }) = &job.profile.membership else { return Ok(None) };
    block_of(blocks, vlan).map(|block| job.of_port(&block.object)).transpose()
}

/// All bitmaps of the port.
pub fn bitmap_instances(job: Job<'_>) -> Result<Vec<Arcs>, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { blocks, .. }) = &job.profile.membership else { return Ok(Vec::new()) };
    blocks.iter().map(|block| job.of_port(&block.object)).collect()
}

/// The port's bitmap with one VLAN put in or taken out; empty when it is so already.
fn with_vlan(job: Job<'_>, vlan: VlanId, member: bool, current: &Tables) -> Result<Request, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { codec, blocks, .. }) = &job.profile.membership else {
        return Err(unknown(job.profile));
    };
    let block = block_of(blocks, vlan).ok_or_else(|| format!("no bitmap has a place for VLAN {vlan}"))?;
    let instance = job.instance(&block.object)?;
    let bitmap = current.octets(&block.object.oid, &instance).ok_or_else(|| format!("{} is not there", block.object.name))?;
    let changed = portlist::with(bitmap, bit(block, vlan), member, *codec)
        .ok_or_else(|| format!("{} has {} octets and no place for VLAN {vlan}", block.object.name, bitmap.len()))?;
    if changed == bitmap {
        return Ok(Vec::new());
    }
    Ok(vec![list_assignment(&block.object, &instance, changed, format!("VLAN {vlan}"), member)])
}

/// A trunk's native VLAN enters its bitmap before and leaves it after.
pub fn move_native(job: Job<'_>, delta: Delta<VlanId>, current: &Tables) -> Result<(Request, Request), NotPossible> {
    let entered = with_vlan(job, delta.after, true, current)?;
    let mut seen = current.clone();
    // both VLANs may be in the same bitmap, which is then written twice
    for write in &entered {
        if let crate::switch::snmp::session::Scalar::Octets(list) = &write.value {
            seen.insert(write.oid.clone(), crate::switch::snmp::tables::Datum::Octets(list.to_vec()));
        }
    }
    Ok((entered, with_vlan(job, delta.before, false, &seen)?))
}

/// All bitmaps of the port with these VLANs alone. A port that is no trunk yet may have none of them; of one that has some, those alone
/// are written.
pub fn bitmaps(job: Job<'_>, vlans: &BTreeSet<VlanId>, current: &Tables) -> Result<Request, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { codec, blocks, read_only: false }) = &job.profile.membership else {
        return Ok(Vec::new());
    };
    let ends = blocks.iter().skip(1).map(|block| block.first).chain([END_OF_BITMAPS]);
    let mut request = Vec::new();
    let told = blocks.iter().any(|block| current.column(&block.object.oid).next().is_some());
    for (block, end) in blocks.iter().zip(ends) {
        let instance = job.instance(&block.object)?;
        let length = match current.octets(&block.object.oid, &instance) {
            Some(bitmap) => bitmap.len(),
            None if told => continue,
            None => usize::from(end - block.first).div_ceil(8),
        };
        let here: BTreeSet<VlanId> = vlans.iter().copied().filter(|vlan| (block.first..end).contains(&vlan.get())).collect();
        let bitmap = here.iter().try_fold(vec![0; length], |bitmap, vlan| portlist::with(&bitmap, bit(block, *vlan), true, *codec));
        let here = VlanRanges(here);
        let bitmap = bitmap.ok_or_else(|| format!("{} has no place for VLANs {here}", block.object.name))?;
        request.push(octets_in_words(&block.object, &instance, bitmap, format!("VLANs {here}")));
    }
    Ok(request)
}

fn block_of(blocks: &[Bitmap], vlan: VlanId) -> Option<&Bitmap> {
    blocks.iter().filter(|block| block.first <= vlan.get()).max_by_key(|block| block.first)
}

/// Bits of lists count from 1.
fn bit(block: &Bitmap, vlan: VlanId) -> BridgePort {
    BridgePort(u32::from(vlan.get() - block.first) + 1)
}

fn bridge_port(job: Job<'_>) -> Result<BridgePort, NotPossible> {
    let (_, interface) = job.interface()?;
    interface.bridge_port.ok_or_else(|| format!("{} is no bridge port", interface.name))
}

fn instance(object: &Object, vlan: VlanId) -> Result<Vec<u32>, NotPossible> {
    vlan_instance(object, vlan).ok_or_else(|| format!("{} is no VLAN's: this is a bug in the profile", object.name))
}

fn of_vlan(object: &Object, vlan: VlanId) -> Result<Arcs, NotPossible> {
    Ok(joined(&object.oid, &instance(object, vlan)?))
}

fn unknown(profile: &Profile) -> NotPossible {
    format!("the profile {} cannot change which ports are in a VLAN", profile.name)
}
