//! Membership of ports in VLANs: what to read and what to write, for port lists, VLAN bitmaps and commands. Pure.
//!
//! A list is read, one bit of it is changed and it is written back at its length, for all ports share it.

use crate::switch::snmp::profile::{MembershipTable, MembershipWrite, Object, PortListCodec};
use crate::switch::snmp::read::instance::vlan_instance;
use crate::switch::snmp::read::{memberships, port_list};
use crate::switch::snmp::write::not_possible::NotPossible;
use crate::switch::snmp::write::request::{Assignment, Request, WriteContext, list_assignment, text, unproved};
use crate::switch::snmp::write::{vlan, vlan_bitmap};
use model::change::Membership;
use model::ids::{BridgePort, VlanId};
use model::switch::PortMode;
use snmp::Oid;
use snmp::manager::Tables;

/// The instances that a membership is about.
pub fn about(of: WriteContext<'_>, vlan: VlanId) -> Result<Vec<Oid>, NotPossible> {
    match &of.profile.membership {
        // those of the default VLAN too: they tell that there are lists at all where this VLAN is gone
        Some(MembershipTable::PortLists { egress, untagged, .. }) => {
            [vlan, VlanId::DEFAULT].into_iter().flat_map(|vlan| [of_vlan(egress, vlan), of_vlan(untagged, vlan)]).collect()
        }
        Some(MembershipTable::Commands { tagged, untagged, .. }) => Ok(vec![of_vlan(tagged, vlan)?, of_vlan(untagged, vlan)?]),
        Some(MembershipTable::VlanBitmaps { .. }) => {
            let mut instances = vlan::row(of, vlan)?;
            instances.extend(vlan_bitmap::instance(of, vlan)?);
            let access = of.profile.access_vlan.iter().flat_map(|access| std::iter::once(&access.object).chain(&access.trunk));
            let modes = of.profile.port_mode.iter().map(|modes| &modes.object);
            for object in access.chain(modes) {
                instances.push(of.of_port(object)?);
            }
            Ok(instances)
        }
        Some(MembershipTable::MemberRows { .. } | MembershipTable::MembersAndTagging { .. }) | None => {
            Err(NotPossible::MembershipReadOnly { profile: of.profile.name.clone() })
        }
    }
}

/// The requests that make the port a member as it shall be.
pub fn membership(of: WriteContext<'_>, vlan: VlanId, after: Membership, current: &Tables) -> Result<Vec<Request>, NotPossible> {
    match &of.profile.membership {
        Some(
            MembershipTable::PortLists { write: MembershipWrite::None, .. }
            | MembershipTable::VlanBitmaps { read_only: true, .. }
            | MembershipTable::MemberRows { .. }
            | MembershipTable::MembersAndTagging { .. },
        )
        | None => Err(NotPossible::MembershipReadOnly { profile: of.profile.name.clone() }),
        Some(MembershipTable::PortLists { egress, untagged, write, .. }) => {
            if let Some(doubt) = &of.maps.lists.doubt {
                return Err(NotPossible::ListForm(*doubt));
            }
            if let Some(unread) = memberships::unread(of.profile, &of.maps.lists, current) {
                return Err(NotPossible::UnreadList(unread));
            }
            let lists = Lists { codec: of.maps.lists.codec, egress, untagged };
            let writes = lists.changed(of, vlan, after, current)?;
            Ok(match write {
                MembershipWrite::OneRequest => vec![writes],
                _ => writes.into_iter().map(|write| vec![write]).collect(),
            })
        }
        Some(MembershipTable::VlanBitmaps { .. }) => {
            if of.mode(current)? != Some(PortMode::Trunk) {
                return Err(NotPossible::NotATrunk);
            }
            match after {
                Membership::Untagged => Err(NotPossible::NativeVlan),
                _ => Ok(vec![vlan_bitmap::with_vlan(of, vlan, after == Membership::Tagged, current)?]),
            }
        }
        Some(MembershipTable::Commands { tagged, untagged, remove, .. }) => {
            let object = match after {
                Membership::Tagged => tagged,
                Membership::Untagged => untagged,
                Membership::None => remove,
            };
            if let Some(unread) = memberships::unread(of.profile, &of.maps.lists, current) {
                return Err(NotPossible::UnreadList(unread));
            }
            let port = of.maps.lists.names.name(bridge_port(of)?);
            Ok(vec![vec![text(object, &instance(object, vlan)?, port.as_bytes())]])
        }
    }
}

/// Port lists of a VLAN.
struct Lists<'a> {
    codec: PortListCodec,
    egress: &'a Object,
    untagged: &'a Object,
}

impl Lists<'_> {
    /// A port leaves untagged before egress and enters egress before untagged, so that untagged stays a part of egress all the time.
    fn changed(&self, of: WriteContext<'_>, vlan: VlanId, after: Membership, current: &Tables) -> Result<Request, NotPossible> {
        let port = of.port()?;
        let number = of.maps.lists.configured.number(port.interfaces, port.index);
        let port = number.map(BridgePort).ok_or_else(|| unproved(port, self.egress))?;
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
        let list =
            current.bytes(&object.oid, &instance).ok_or_else(|| NotPossible::NoSuchVlan { vlan, object: object.name.clone() })?;
        let changed = port_list::with(list, port, member, self.codec).ok_or_else(|| NotPossible::NoPlaceForPort {
            list: format!("{}.{vlan}", object.name),
            length: list.len(),
            port,
        })?;
        let words = format!("bridge port {port}");
        Ok((changed != list).then(|| list_assignment(object, &instance, changed, words, member)))
    }
}

fn bridge_port(of: WriteContext<'_>) -> Result<BridgePort, NotPossible> {
    let interface = of.port()?.interface;
    interface.bridge_port.ok_or_else(|| NotPossible::NoBridgePort(interface.name.clone()))
}

fn instance(object: &Object, vlan: VlanId) -> Result<Oid, NotPossible> {
    vlan_instance(object, vlan).ok_or_else(|| NotPossible::NotAVlans(object.name.clone()))
}

fn of_vlan(object: &Object, vlan: VlanId) -> Result<Oid, NotPossible> {
    Ok(Oid::joined(&object.oid, &instance(object, vlan)?))
}
