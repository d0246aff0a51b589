//! The mode of a port and its untagged VLAN, which many switches keep in one object for each mode. Pure.

use crate::switch::snmp::read::vlans;
use crate::switch::snmp::write::not_possible::{Lack, NotPossible};
use crate::switch::snmp::write::request::{Request, WriteContext, number};
use crate::switch::snmp::write::vlan_bitmap;
use model::change::Delta;
use model::ids::VlanId;
use model::switch::PortMode;
use model::trunk::Trunk;
use snmp::Oid;
use snmp::manager::Tables;

/// Where the port's untagged VLAN stands in each mode, and the mode.
pub fn untagged_objects(of: WriteContext<'_>) -> Result<Vec<Oid>, NotPossible> {
    let access = of.profile.access_vlan.as_ref().ok_or(Lack::AccessVlan)?;
    let modes = of.profile.port_mode.as_ref().map(|modes| &modes.object);
    std::iter::once(&access.object).chain(&access.trunk).chain(modes).map(|object| of.of_port(object)).collect()
}

/// The new untagged VLAN. A trunk's list of VLANs takes it in before, and lets the old one go after.
pub fn pvid(of: WriteContext<'_>, delta: Delta<VlanId>, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    let mode = of.mode(current)?;
    let object = vlans::untagged_object(of.profile, mode).ok_or(Lack::AccessVlan)?;
    let native = vec![number(object, &of.instance(object)?, i64::from(delta.after.get()))?];
    if mode != Some(PortMode::Trunk) || !vlan_bitmap::has_bitmaps(of.profile) {
        return Ok(vec![native]);
    }
    let (entered, left) = vlan_bitmap::move_native(of, delta, current)?;
    Ok(vec![entered, native, left])
}

/// The mode, and right after it the untagged VLAN, which some switches reset with the mode; a new trunk carries nothing else.
pub fn port_mode(of: WriteContext<'_>, pvid: VlanId, mode: PortMode, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    let modes = of.profile.port_mode.as_ref().filter(|modes| !modes.read_only).ok_or(Lack::PortModes)?;
    let value = modes.value(mode).ok_or(NotPossible::NoMode(mode))?;
    let object = vlans::untagged_object(of.profile, Some(mode)).ok_or(Lack::AccessVlan)?;
    let mut restored = Vec::new();
    if mode == PortMode::Trunk {
        restored.extend(vlan_bitmap::bitmaps(of, &[pvid].into(), current)?);
    }
    restored.push(number(object, &of.instance(object)?, i64::from(pvid.get()))?);
    Ok(vec![vec![number(&modes.object, &of.instance(&modes.object)?, value)?], restored])
}

/// The VLANs of the trunk mode, and its untagged VLAN, where they are kept while the port is in access mode.
pub fn idle_trunk(of: WriteContext<'_>, trunk: &Trunk, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    let native = of.profile.access_vlan.as_ref().and_then(|access| access.trunk.as_ref());
    let native = native.ok_or(Lack::IdleTrunk)?;
    let mut request = vlan_bitmap::bitmaps(of, &trunk.allowed.0, current)?;
    request.push(number(native, &of.instance(native)?, i64::from(trunk.native.get()))?);
    Ok(vec![request])
}
