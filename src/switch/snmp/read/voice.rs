//! Voice VLANs of ports and of the switch, for each way a switch has them. Pure.

use std::collections::BTreeSet;

use crate::switch::snmp::profile::{Object, PortListCodec, Profile, Voice, VoicePort};
use crate::switch::snmp::read::instance::{last_as_vlan, vlan};
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::{port_list, port_list_form};
use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;
use snmp::manager::Tables;

/// RowStatus of a row that is in force.
const ROW_ACTIVE: i64 = 1;

/// The port's voice VLAN, on switches that have one for each port.
#[must_use]
pub fn of_port(profile: &Profile, tables: &Tables, port: Port<'_>) -> Option<VoiceVlan> {
    let of_port = |object: &Object| tables.number(&object.oid, &port.instance(object)?);
    match profile.voice_vlan.as_ref()? {
        Voice::TaggedMember | Voice::VlanAttribute { .. } => None,
        Voice::PortObject { object, none, untagged, priority_tagged } => {
            meaning(of_port(object)?, Some(*none), *untagged, *priority_tagged)
        }
        Voice::PortMode { mode, vlan: object, by_vlan, none, also_none, untagged, priority_tagged } => match of_port(mode)? {
            mode if mode == *by_vlan => vlan(of_port(object)?).map(VoiceVlan::Vlan),
            mode if mode == *none || also_none.contains(&mode) => Some(VoiceVlan::None),
            mode if mode == *untagged => Some(VoiceVlan::Untagged),
            mode if mode == *priority_tagged => Some(VoiceVlan::PriorityTagged),
            _ => None,
        },
        Voice::PortRow { vlan: object, row_status } => {
            let instance = port.instance(object)?;
            let is_active = of_port(row_status).is_none_or(|status| status == ROW_ACTIVE);
            match tables.get(&object.oid, &instance) {
                Some(value) => vlan(value.number()?).filter(|_| is_active).map(VoiceVlan::Vlan),
                None => port.numberings.has_rows(&object.oid).then_some(VoiceVlan::None),
            }
        }
        Voice::SwitchObject { port: by, .. } => match by {
            VoicePort::TaggedMember => None,
            VoicePort::Object(on_off) => {
                let on = on_off.meaning(of_port(&on_off.object)?)?;
                if on { of_switch(profile, tables) } else { Some(VoiceVlan::None) }
            }
            VoicePort::List { object, codec } => {
                let list = tables.bytes(&object.oid, &[0])?;
                let on = port_list::contains(list, bit(tables, object, *codec, port)?, *codec)?;
                if on { of_switch(profile, tables) } else { Some(VoiceVlan::None) }
            }
        },
    }
}

/// The switch's own number for no voice VLAN on this port, where it has several.
#[must_use]
pub fn none_of_port(profile: &Profile, tables: &Tables, port: Port<'_>) -> Option<u32> {
    let Voice::PortMode { mode, none, also_none, .. } = profile.voice_vlan.as_ref()? else { return None };
    let number = tables.number(&mode.oid, &port.instance(mode)?)?;
    let has_none = !also_none.is_empty() && (number == *none || also_none.contains(&number));
    u32::try_from(number).ok().filter(|_| has_none)
}

/// The port's bit in the list of ports that have the switch's voice VLAN, which proves by itself what its bits are.
#[must_use]
pub fn bit(tables: &Tables, list: &Object, codec: PortListCodec, port: Port<'_>) -> Option<BridgePort> {
    let (numbers, _) = port_list_form::numbers(tables, &[&list.oid], codec, port.interfaces);
    numbers.number(port.interfaces, port.index).map(BridgePort)
}

fn meaning(value: i64, none: Option<i64>, untagged: Option<i64>, priority_tagged: Option<i64>) -> Option<VoiceVlan> {
    let special = [(none, VoiceVlan::None), (untagged, VoiceVlan::Untagged), (priority_tagged, VoiceVlan::PriorityTagged)];
    let special = special.into_iter().find(|(number, _)| *number == Some(value)).map(|(_, meaning)| meaning);
    special.or_else(|| vlan(value).map(VoiceVlan::Vlan))
}

/// The one voice VLAN of the switch, where it has one for all ports.
#[must_use]
pub fn of_switch(profile: &Profile, tables: &Tables) -> Option<VoiceVlan> {
    let Some(Voice::SwitchObject { object, none, .. }) = &profile.voice_vlan else { return None };
    meaning(tables.number(&object.oid, &[0])?, *none, None, None)
}

/// The VLANs that have the attribute of being for voice, where VLANs have it.
#[must_use]
pub fn attributes(profile: &Profile, tables: &Tables) -> Option<BTreeSet<VlanId>> {
    let Some(Voice::VlanAttribute { attribute }) = &profile.voice_vlan else { return None };
    let mut rows = tables.numbers(&attribute.object.oid).peekable();
    rows.peek()?;
    let mut vlans = BTreeSet::new();
    for (row, value) in rows {
        if attribute.meaning(value)? {
            vlans.insert(last_as_vlan(row)?);
        }
    }
    Some(vlans)
}

/// Whether the switch's voice VLAN function is on, where it has a switch for it.
#[must_use]
pub fn function(profile: &Profile, tables: &Tables) -> Option<bool> {
    let function = profile.voice_function.as_ref()?;
    function.meaning(tables.number(&function.object.oid, &[0])?)
}
