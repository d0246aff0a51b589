//! Voice VLANs: what to read and what to write, for each way a switch has them. Pure.

use crate::switch::snmp::portlist;
use crate::switch::snmp::profile::{Arcs, Object, OnOff, Voice, VoicePort};
use crate::switch::snmp::tables::Tables;
use crate::switch::snmp::writes::{CREATE_AND_GO, DESTROY, Job, NotPossible, Request, list_assignment, number, scalar};
use model::switch::VoiceVlan;

impl<'a> Job<'a> {
    /// The instances of the port's voice VLAN.
    pub fn voice_instances(self) -> Result<Vec<Arcs>, NotPossible> {
        match self.profile.voice_vlan.as_ref() {
            Some(Voice::PortObject { object, .. }) => Ok(vec![self.of_port(object)?]),
            Some(Voice::PortMode { mode, vlan, .. }) => Ok(vec![self.of_port(mode)?, self.of_port(vlan)?]),
            Some(Voice::PortRow { vlan, .. }) => Ok(vec![self.of_port(vlan)?]),
            Some(Voice::SwitchObject { object, port: VoicePort::Object(on_off), .. }) => {
                Ok(vec![scalar(object), self.of_port(&on_off.object)?])
            }
            Some(Voice::SwitchObject { object, port: VoicePort::List { object: list, .. }, .. }) => {
                Ok(vec![scalar(object), scalar(list)])
            }
            _ => Err("the profile knows no voice VLAN object of a port".to_owned()),
        }
    }

    /// The port's voice VLAN.
    pub fn voice_vlan(self, after: VoiceVlan, current: &Tables) -> Result<Vec<Request>, NotPossible> {
        let no_such = || format!("the switch has no voice VLAN {after}");
        match self.profile.voice_vlan.as_ref() {
            Some(Voice::PortObject { object, none, untagged, priority_tagged }) => {
                let value = Voice::number(after, Some(*none), *untagged, *priority_tagged).ok_or_else(no_such)?;
                Ok(vec![vec![number(object, &self.instance(object)?, value)?]])
            }
            Some(Voice::PortMode { mode, vlan: object, by_vlan, none, untagged, priority_tagged, .. }) => {
                let (value, vlan) = match after {
                    VoiceVlan::None => (*none, None),
                    VoiceVlan::Untagged => (*untagged, None),
                    VoiceVlan::PriorityTagged => (*priority_tagged, None),
                    VoiceVlan::Vlan(vlan) => (*by_vlan, Some(i64::from(vlan.get()))),
                };
                let mut request = vec![number(mode, &self.instance(mode)?, value)?];
                request.extend(vlan.map(|vlan| number(object, &self.instance(object)?, vlan)).transpose()?);
                Ok(vec![request])
            }
            Some(Voice::PortRow { vlan: object, row_status }) => match after {
                VoiceVlan::None => Ok(vec![vec![number(row_status, &self.instance(row_status)?, DESTROY)?]]),
                VoiceVlan::Vlan(vlan) => Ok(vec![vec![
                    number(object, &self.instance(object)?, i64::from(vlan.get()))?,
                    number(row_status, &self.instance(row_status)?, CREATE_AND_GO)?,
                ]]),
                VoiceVlan::Untagged | VoiceVlan::PriorityTagged => Err(no_such()),
            },
            Some(Voice::SwitchObject { port: VoicePort::Object(on_off), .. }) => {
                let value = on_off.value(after != VoiceVlan::None);
                Ok(vec![vec![number(&on_off.object, &self.instance(&on_off.object)?, value)?]])
            }
            Some(Voice::SwitchObject { port: VoicePort::List { object, codec }, .. }) => {
                let (_, interface) = self.interface()?;
                let port = interface.bridge_port.ok_or_else(|| format!("{} is no bridge port", interface.name))?;
                let list = current.octets(&object.oid, &[0]).ok_or_else(|| format!("{} is not there", object.name))?;
                let changed = portlist::with(list, port, after != VoiceVlan::None, *codec);
                let changed = changed.ok_or_else(|| format!("{} has no place for bridge port {port}", object.name))?;
                Ok(vec![vec![list_assignment(object, &[0], changed, port, after != VoiceVlan::None)]])
            }
            _ => Err("the profile knows no voice VLAN object of a port".to_owned()),
        }
    }

    /// Whether a VLAN is for voice.
    pub fn voice_attribute(self) -> Result<&'a OnOff, NotPossible> {
        match self.profile.voice_vlan.as_ref() {
            Some(Voice::VlanAttribute { attribute }) => Ok(attribute),
            _ => Err("the profile knows no voice attribute of VLANs".to_owned()),
        }
    }

    /// The one voice VLAN of the switch, and its value for none.
    pub fn switch_voice(self) -> Result<(&'a Object, Option<i64>), NotPossible> {
        match self.profile.voice_vlan.as_ref() {
            Some(Voice::SwitchObject { object, none, .. }) => Ok((object, *none)),
            _ => Err("the profile knows no voice VLAN of the whole switch".to_owned()),
        }
    }

    /// Whether voice VLANs are carried out at all.
    pub fn voice_function(self) -> Result<&'a OnOff, NotPossible> {
        self.profile.voice_function.as_ref().ok_or_else(|| "the profile knows no voice VLAN function".to_owned())
    }
}
