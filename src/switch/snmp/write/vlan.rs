//! Creating and removing VLANs: the row of the VLAN table, or the edit buffer. Pure.

use crate::switch::snmp::profile::{Object, Profile, VlanTable};
use crate::switch::snmp::read::instance::vlan_instance;
use crate::switch::snmp::write::edit_buffer;
use crate::switch::snmp::write::not_possible::{Lack, NotPossible};
use crate::switch::snmp::write::request::{
    CREATE_AND_GO, DESTROY, Lock, ONLY_DOMAIN, Request, WriteContext, WriteSequence, number, text,
};
use model::ids::VlanId;
use snmp::Oid;

/// Most bytes of a VLAN's name (RFC 4363 dot1qVlanStaticName).
const LONGEST_NAME: usize = 32;

/// The cells that say whether a VLAN exists.
pub fn row(of: WriteContext<'_>, vlan: VlanId) -> Result<Vec<Oid>, NotPossible> {
    let domain_row = [ONLY_DOMAIN, u32::from(vlan.get())];
    match &of.profile.vlans {
        Some(VlanTable::RowStatus { row_status, name, .. }) => {
            let objects = std::iter::once(row_status).chain(name);
            Ok(objects.filter_map(|object| Some(Oid::joined(&object.oid, &vlan_instance(object, vlan)?))).collect())
        }
        Some(VlanTable::StateTable { state, name, .. }) => {
            Ok(vec![Oid::joined(&state.oid, &domain_row), Oid::joined(&name.oid, &domain_row)])
        }
        None => Err(Lack::VlanTable.into()),
    }
}

/// What one manager at a time may have while it changes VLANs, on switches that have it.
pub fn lock(profile: &Profile) -> Result<Option<Lock>, NotPossible> {
    match &profile.vlans {
        Some(VlanTable::StateTable { edit: Some(edit), .. }) => edit_buffer::lock(edit).map(Some),
        _ => Ok(None),
    }
}

/// Creates or removes a VLAN.
pub fn exists(of: WriteContext<'_>, vlan: VlanId, name: &str, exists: bool) -> Result<WriteSequence, NotPossible> {
    let name = name.as_bytes().get(..LONGEST_NAME).unwrap_or(name.as_bytes());
    match &of.profile.vlans {
        Some(VlanTable::RowStatus { row_status, name: name_object, create: true }) => {
            let request = row_request(row_status, name_object.as_ref(), vlan, name, exists)?;
            Ok(WriteSequence::of(vec![request]))
        }
        Some(VlanTable::StateTable { edit: Some(edit), .. }) => edit_buffer::changed(edit, of.owner, vlan, name, exists),
        _ => Err(NotPossible::VlanCreation { vlan, profile: of.profile.name.clone() }),
    }
}

fn row_request(
    row_status: &Object,
    name_object: Option<&Object>,
    vlan: VlanId,
    name: &[u8],
    exists: bool,
) -> Result<Request, NotPossible> {
    let instance = |object: &Object| vlan_instance(object, vlan).ok_or_else(|| NotPossible::NotAVlans(object.name.clone()));
    if !exists {
        return Ok(vec![number(row_status, &instance(row_status)?, DESTROY)?]);
    }
    let mut create = vec![number(row_status, &instance(row_status)?, CREATE_AND_GO)?];
    if let Some(object) = name_object.filter(|_| !name.is_empty()) {
        create.push(text(object, &instance(object)?, name));
    }
    Ok(create)
}
