//! Instances of objects: of a VLAN, of a PSE row; and VLANs out of numbers. Pure.

use crate::switch::snmp::profile::{Index, Object};
use model::ids::{PseIndex, VlanId};
use snmp::Oid;

/// The number of the bridge component and of the management domain on a switch that has only one.
const ONLY: u32 = 1;

/// The instance of a VLAN's object; `None` for objects that are no VLAN's.
#[must_use]
pub fn vlan_instance(object: &Object, vlan: VlanId) -> Option<Oid> {
    let vlan = u32::from(vlan.get());
    match object.index {
        Index::Vlan => Some(Oid::from([vlan])),
        Index::ComponentVlan | Index::DomainVlan => Some(Oid::from([ONLY, vlan])),
        Index::Interface | Index::BridgePort | Index::ComponentPort | Index::Pse | Index::Domain | Index::Scalar => None,
    }
}

/// The instance of a PSE row in a table of the profile.
#[must_use]
pub fn pse_instance(object: &Object, row: PseIndex) -> Oid {
    match object.index {
        Index::Interface | Index::BridgePort => Oid::from([row.port]),
        _ => Oid::from([row.group, row.port]),
    }
}

/// The VLAN is the last number of the instance in every table of VLANs.
pub fn last_as_vlan(instance: &[u32]) -> Option<VlanId> {
    vlan(i64::from(*instance.last()?))
}

/// A VLAN, where the number is one.
pub fn vlan(number: i64) -> Option<VlanId> {
    VlanId::new(u16::try_from(number).ok()?)
}
