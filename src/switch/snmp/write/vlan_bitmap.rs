//! The VLANs of a trunk as bitmaps of the port: one bit of a bitmap is changed, or all of them are written. Pure.

use std::collections::BTreeSet;

use crate::switch::snmp::profile::{Bitmap, MembershipTable, Profile};
use crate::switch::snmp::read::port_list;
use crate::switch::snmp::write::not_possible::NotPossible;
use crate::switch::snmp::write::request::{Request, WriteContext, bytes_in_words, list_assignment};
use model::change::Delta;
use model::ids::{BridgePort, VlanId};
use model::trunk::VlanRanges;
use snmp::manager::{Datum, Tables};
use snmp::{Oid, Value};

/// One more than the number of the last bit of the last bitmap.
const END_OF_BITMAPS: u16 = 4097;

/// Whether the port's VLANs are bitmaps of its own.
#[must_use]
pub fn has_bitmaps(profile: &Profile) -> bool {
    matches!(profile.membership, Some(MembershipTable::VlanBitmaps { read_only: false, .. }))
}

/// The port's bitmap in which a VLAN is; none where VLANs are not kept so.
pub fn instance(of: WriteContext<'_>, vlan: VlanId) -> Result<Option<Oid>, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { blocks, .. }) = &of.profile.membership else { return Ok(None) };
    block_of(blocks, vlan).map(|block| of.of_port(&block.object)).transpose()
}

/// All bitmaps of the port.
pub fn instances(of: WriteContext<'_>) -> Result<Vec<Oid>, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { blocks, .. }) = &of.profile.membership else { return Ok(Vec::new()) };
    blocks.iter().map(|block| of.of_port(&block.object)).collect()
}

/// The port's bitmap with one VLAN put in or taken out; empty when it is so already.
pub fn with_vlan(of: WriteContext<'_>, vlan: VlanId, member: bool, current: &Tables) -> Result<Request, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { codec, blocks, .. }) = &of.profile.membership else {
        return Err(NotPossible::MembershipReadOnly { profile: of.profile.name.clone() });
    };
    let block = block_of(blocks, vlan).ok_or(NotPossible::NoBitmap(vlan))?;
    let instance = of.instance(&block.object)?;
    let bitmap = current.bytes(&block.object.oid, &instance).ok_or_else(|| NotPossible::NotThere(block.object.name.clone()))?;
    let changed = port_list::with(bitmap, bit(block, vlan), member, *codec).ok_or_else(|| NotPossible::NoPlaceForVlan {
        list: block.object.name.clone(),
        length: bitmap.len(),
        vlan,
    })?;
    if changed == bitmap {
        return Ok(Vec::new());
    }
    Ok(vec![list_assignment(&block.object, &instance, changed, format!("VLAN {vlan}"), member)])
}

/// A trunk's native VLAN enters its bitmap before and leaves it after.
pub fn move_native(of: WriteContext<'_>, delta: Delta<VlanId>, current: &Tables) -> Result<(Request, Request), NotPossible> {
    let entered = with_vlan(of, delta.after, true, current)?;
    let mut seen = current.clone();
    // both VLANs may be in the same bitmap, which is then written twice
    for write in &entered {
        if let Value::Octets(list) = &write.value {
            seen.insert(write.oid.clone(), Datum::Octets(list.to_vec()));
        }
    }
    Ok((entered, with_vlan(of, delta.before, false, &seen)?))
}

/// All bitmaps of the port with these VLANs alone. A port that is no trunk yet may have none of them; of one that has some, those alone
/// are written.
pub fn bitmaps(of: WriteContext<'_>, vlans: &BTreeSet<VlanId>, current: &Tables) -> Result<Request, NotPossible> {
    let Some(MembershipTable::VlanBitmaps { codec, blocks, read_only: false }) = &of.profile.membership else {
        return Ok(Vec::new());
    };
    let ends = blocks.iter().skip(1).map(|block| block.first).chain([END_OF_BITMAPS]);
    let mut request = Vec::new();
    let told = blocks.iter().any(|block| current.column(&block.object.oid).next().is_some());
    for (block, end) in blocks.iter().zip(ends) {
        let instance = of.instance(&block.object)?;
        let length = match current.bytes(&block.object.oid, &instance) {
            Some(bitmap) => bitmap.len(),
            None if told => continue,
            None => usize::from(end - block.first).div_ceil(8),
        };
        let here: BTreeSet<VlanId> = vlans.iter().copied().filter(|vlan| (block.first..end).contains(&vlan.get())).collect();
        let bitmap =
            here.iter().try_fold(vec![0; length], |bitmap, vlan| port_list::with(&bitmap, bit(block, *vlan), true, *codec));
        let here = VlanRanges(here);
        let no_place = || NotPossible::NoPlaceForVlans { object: block.object.name.clone(), vlans: here.clone() };
        let bitmap = bitmap.ok_or_else(no_place)?;
        request.push(bytes_in_words(&block.object, &instance, bitmap, format!("VLANs {here}")));
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
