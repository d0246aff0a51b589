//! Voice VLANs: what to read and what to write, for each way a switch has them. Pure.

use crate::switch::snmp::profile::{Object, OnOff, Voice, VoicePort};
use crate::switch::snmp::read::{self, port_list};
use crate::switch::snmp::write::not_possible::{Lack, NotPossible};
use crate::switch::snmp::write::request::{
    CREATE_AND_GO, DESTROY, Request, WriteContext, list_assignment, number, scalar, unproved,
};
use model::switch::VoiceVlan;
use snmp::Oid;
use snmp::manager::Tables;

/// The instances of the port's voice VLAN.
pub fn instances(of: WriteContext<'_>) -> Result<Vec<Oid>, NotPossible> {
    match of.profile.voice_vlan.as_ref() {
        Some(Voice::PortObject { object, .. }) => Ok(vec![of.of_port(object)?]),
        Some(Voice::PortMode { mode, vlan, .. }) => Ok(vec![of.of_port(mode)?, of.of_port(vlan)?]),
        Some(Voice::PortRow { vlan, .. }) => Ok(vec![of.of_port(vlan)?]),
        Some(Voice::SwitchObject { object, port: VoicePort::Object(on_off), .. }) => {
            Ok(vec![scalar(object), of.of_port(&on_off.object)?])
        }
        Some(Voice::SwitchObject { object, port: VoicePort::List { object: list, .. }, .. }) => {
            Ok(vec![scalar(object), scalar(list)])
        }
        _ => Err(Lack::VoiceOfPort.into()),
    }
}

/// The port's voice VLAN. `own_none` is the number for none that the port had, where the switch has several.
pub fn of_port(
    of: WriteContext<'_>,
    after: VoiceVlan,
    own_none: Option<u32>,
    current: &Tables,
) -> Result<Vec<Request>, NotPossible> {
    let no_such = || NotPossible::NoVoiceVlan(after);
    match of.profile.voice_vlan.as_ref() {
        Some(Voice::PortObject { object, none, untagged, priority_tagged }) => {
            let value = Voice::number(after, Some(*none), *untagged, *priority_tagged).ok_or_else(no_such)?;
            Ok(vec![vec![number(object, &of.instance(object)?, value)?]])
        }
        Some(Voice::PortMode { mode, vlan: object, by_vlan, none, untagged, priority_tagged, .. }) => {
            let (value, vlan) = match after {
                VoiceVlan::None => (own_none.map_or(*none, i64::from), None),
                VoiceVlan::Untagged => (*untagged, None),
                VoiceVlan::PriorityTagged => (*priority_tagged, None),
                VoiceVlan::Vlan(vlan) => (*by_vlan, Some(i64::from(vlan.get()))),
            };
            let mut request = vec![number(mode, &of.instance(mode)?, value)?];
            request.extend(vlan.map(|vlan| number(object, &of.instance(object)?, vlan)).transpose()?);
            Ok(vec![request])
        }
        Some(Voice::PortRow { vlan: object, row_status }) => match after {
            VoiceVlan::None => Ok(vec![vec![number(row_status, &of.instance(row_status)?, DESTROY)?]]),
            VoiceVlan::Vlan(vlan) => Ok(vec![vec![
                number(object, &of.instance(object)?, i64::from(vlan.get()))?,
                number(row_status, &of.instance(row_status)?, CREATE_AND_GO)?,
            ]]),
            VoiceVlan::Untagged | VoiceVlan::PriorityTagged => Err(no_such()),
        },
        Some(Voice::SwitchObject { port: VoicePort::Object(on_off), .. }) => {
            let value = on_off.value(after != VoiceVlan::None);
            Ok(vec![vec![number(&on_off.object, &of.instance(&on_off.object)?, value)?]])
        }
        Some(Voice::SwitchObject { port: VoicePort::List { object, codec }, .. }) => {
            let port = of.port()?;
            let port = read::voice::bit(current, object, *codec, port).ok_or_else(|| unproved(port, object))?;
            let list = current.bytes(&object.oid, &[0]).ok_or_else(|| NotPossible::NotThere(object.name.clone()))?;
            let changed = port_list::with(list, port, after != VoiceVlan::None, *codec);
            let changed =
                changed.ok_or_else(|| NotPossible::NoPlaceForPort { list: object.name.clone(), length: list.len(), port })?;
            Ok(vec![vec![list_assignment(object, &[0], changed, port, after != VoiceVlan::None)]])
        }
        _ => Err(Lack::VoiceOfPort.into()),
    }
}

/// Whether a VLAN is for voice.
pub fn attribute(of: WriteContext<'_>) -> Result<&OnOff, NotPossible> {
    match of.profile.voice_vlan.as_ref() {
        Some(Voice::VlanAttribute { attribute }) => Ok(attribute),
        _ => Err(Lack::VoiceAttribute.into()),
    }
}

/// The one voice VLAN of the switch, and its value for none.
pub fn of_switch(of: WriteContext<'_>) -> Result<(&Object, Option<i64>), NotPossible> {
    match of.profile.voice_vlan.as_ref() {
        Some(Voice::SwitchObject { object, none, .. }) => Ok((object, *none)),
        _ => Err(Lack::VoiceOfSwitch.into()),
    }
}

/// Whether voice VLANs are carried out at all.
pub fn function(of: WriteContext<'_>) -> Result<&OnOff, NotPossible> {
    of.profile.voice_function.as_ref().ok_or(Lack::VoiceFunction.into())
}
