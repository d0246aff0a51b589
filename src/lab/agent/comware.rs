//! The enterprise MIBs of a Comware switch as its simulated agent shows them. Lists and bitmaps have the bits of each octet reversed. Pure.

use std::collections::BTreeSet;

use crate::snmp::Value;

use crate::lab::saves::Progress;
use crate::lab::saves::SaveWrite;
use crate::lab::state::Refusal;
use crate::lab::state::Switch;
use crate::lab::state::Write;
use crate::lab::switchport::SwitchportWrite;
use crate::lab::voice::VoiceWrite;
use crate::model::ids::BridgePort;
use crate::model::ids::VlanId;
use crate::model::switch::PortMode;
use crate::model::units::Milliwatts;

use super::oids;
use super::standard::PseRow;
use super::standard::bits;
use super::standard::port_list;
use super::standard::port_list_width;
use super::standard::pse_rows;
use super::table::Table;
use super::table::integer;
use super::table::octets;
use super::write;
use super::write::Instance;
use super::write::Writable;
use super::write::row_status;

/// Octets of a bitmap of VLANs.
const BITMAP: usize = 256;
/// The columns of bitmaps, each with the VLAN of its first bit.
const BITMAPS: [(u32, u16); 2] = [(6, 1), (7, 2049)];

/// Columns that can be written.
pub(super) const WRITABLE: &[Writable] = &[
    (oids::HH3C_PSE_PORT, 6, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::integer(value)?)))),
    (oids::HH3C_IF_VLAN, 5, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Mode(mode(value)?)))),
    (oids::HH3C_TRUNK, 6, |at, value| allowed(at, value, 1)),
    (oids::HH3C_TRUNK, 7, |at, value| allowed(at, value, 2049)),
    (oids::DOT1Q_PORT_VLAN, 1, pvid),
    (oids::HH3C_VOICE_VLAN, 2, |at, value| match (at.scalar()?, write::plain(value)?) {
        ((), -1) => Ok(Write::Voice(VoiceWrite::Switch(None))),
        _ => Ok(Write::Voice(VoiceWrite::Switch(Some(write::vlan(write::integer(value)?)?)))),
    }),
    (oids::HH3C_VOICE_VLAN, 3, |at, value| {
        at.scalar()?;
        voice_ports(at.switch, &turned(value, port_list_width(at.switch))?)
    }),
    (oids::HH3C_OPERATE, 2, |at, value| Ok(Write::Save(SaveWrite::Column(at.row()?, 2, write::plain(value)?)))),
    (oids::HH3C_OPERATE, 9, |at, value| {
        row_status(value, at.row()?, |row| Write::Save(SaveWrite::Start(row)), |row| Write::Save(SaveWrite::Destroy(row)))
    }),
];

/// trunk(1), access(2); hybrid(3) is not simulated.
fn mode(value: &Value<'_>) -> Result<PortMode, Refusal> {
    match write::plain(value)? {
        1 => Ok(PortMode::Trunk),
        2 => Ok(PortMode::Access),
        _ => Err(Refusal::WrongValue),
    }
}

/// dot1qPvid is the VLAN of the mode the port is in.
fn pvid(at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
    let (port, vlan) = (at.bridge_port()?, write::vlan(write::gauge(value)?)?);
    let write = if is_trunk(at.switch, port) { SwitchportWrite::Native(vlan) } else { SwitchportWrite::Access(vlan) };
    Ok(Write::Switchport(port, write))
}

/// The list of VLANs is there only while the port is a trunk.
fn allowed(at: &Instance<'_>, value: &Value<'_>, first: u16) -> Result<Write, Refusal> {
    let port = at.interface()?;
    if !is_trunk(at.switch, port) {
        return Err(Refusal::NoCreation);
    }
    let numbers = turned(value, BITMAP)?.into_iter().filter_map(|bit| u16::try_from(bit).ok());
    let vlans = numbers.filter_map(|bit| VlanId::new(first - 1 + bit)).collect();
    Ok(Write::Switchport(port, SwitchportWrite::Allowed { first, bits: 2048, vlans }))
}

fn voice_ports(switch: &Switch, numbers: &[u32]) -> Result<Write, Refusal> {
    let ports: BTreeSet<BridgePort> = numbers.iter().copied().map(BridgePort).collect();
    let access = |port: &BridgePort| !switch.layout.has(*port) || !is_trunk(switch, *port);
    let added = ports.difference(&switch.config.voice.ports).any(access);
    // In automatic mode, which is the default, an access port cannot have a tagged voice VLAN.
    if added { Err(Refusal::InconsistentValue) } else { Ok(Write::Voice(VoiceWrite::Ports(ports))) }
}

fn is_trunk(switch: &Switch, port: BridgePort) -> bool {
    let own = switch.config.ports.get(&port).and_then(|config| config.switchport.as_ref());
    own.is_some_and(|own| own.mode == PortMode::Trunk)
}

/// The numbers, from 1, of the bits that are set in so many octets, the least significant of each first.
fn turned(value: &Value<'_>, width: usize) -> Result<Vec<u32>, Refusal> {
    let Value::Octets(list) = value else { return Err(Refusal::WrongType) };
    if list.len() != width {
        return Err(Refusal::WrongLength);
    }
    let set = list.iter().flat_map(|octet| (0..8).map(move |bit| octet >> bit & 1 == 1));
    Ok((1..).zip(set).filter_map(|(number, set)| set.then_some(number)).collect())
}

fn reversed(list: Vec<u8>) -> Value<'static> {
    octets(list.into_iter().map(u8::reverse_bits).collect::<Vec<_>>())
}

/// HH3C-POWER-ETH-EXT-MIB hh3cPsePortTable.
pub(super) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, drawn, .. } in pse_rows(switch) {
        table.cell(oids::HH3C_PSE_PORT, 5, &row, integer(drawn.0));
        table.cell(oids::HH3C_PSE_PORT, 6, &row, integer(config.limit.0));
    }
}

/// HH3C-LswVLAN-MIB: port modes, and the VLANs of trunks.
pub(super) fn ports(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        let (row, Some(own)) = ([switch.layout.if_index(*port).0], &config.switchport) else { continue };
        let trunk = own.mode == PortMode::Trunk;
        table.cell(oids::HH3C_IF_VLAN, 5, &row, integer(if trunk { 1 } else { 2 }));
        for (column, first) in BITMAPS.into_iter().filter(|_| trunk) {
            let allowed = |bit: u32| own.allows(u32::from(first) - 1 + bit);
            table.cell(oids::HH3C_TRUNK, column, &row, reversed(bits(BITMAP, allowed)));
        }
    }
}

/// HH3C-VOICE-VLAN-MIB.
pub(super) fn voice(table: &mut Table, switch: &Switch) {
    let voice = &switch.config.voice;
    table.cell(oids::HH3C_VOICE_VLAN, 2, &[0], Value::Integer(voice.vlan.map_or(-1, |vlan| vlan.get().into())));
    table.cell(oids::HH3C_VOICE_VLAN, 3, &[0], reversed(port_list(&voice.ports, port_list_width(switch))));
}

/// HH3C-CONFIG-MAN-MIB: rows that copy, their results by another number, and when the configuration changed and was saved.
pub(super) fn configuration(table: &mut Table, switch: &Switch) {
    table.cell(oids::HH3C_RUN_TIMES, 1, &[0], Value::TimeTicks(switch.config.changed_cs));
    table.cell(oids::HH3C_RUN_TIMES, 2, &[0], Value::TimeTicks(switch.config.saved_cs));
    for (number, copy) in &switch.config.copies {
        for (column, value) in &copy.columns {
            table.cell(oids::HH3C_OPERATE, *column, &[*number], Value::Integer(i64::from(*value)));
        }
        if copy.started_cs.is_some() {
            table.cell(oids::HH3C_OPERATE, 9, &[*number], integer(1)); // active
            let (result, state) = ([number + 100], copy.progress());
            table.cell(oids::HH3C_RESULT, 2, &result, integer(*number));
            table.cell(oids::HH3C_RESULT, 4, &result, integer(state_number(state)));
        }
    }
}

/// hh3cCfgOperateState: opInProgress(1), opSuccess(2), and many ways to fail.
const fn state_number(progress: Progress) -> u32 {
    match progress {
        Progress::Running => 1,
        Progress::Done => 2,
        Progress::Failed => 11,
    }
}
