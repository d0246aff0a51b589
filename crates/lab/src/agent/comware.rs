//! The enterprise MIBs of a Comware switch as its simulated agent shows them. Lists and bitmaps have the bits of each byte reversed. Pure.

use std::collections::BTreeSet;

use model::ids::BridgePort;
use model::switch::PortMode;
use model::units::Milliwatts;
use snmp::Value;

use super::bitmaps::Bitmaps;
use super::port_list::{in_order, port_list, port_list_width, set_bits};
use super::standard::{PseRow, pse_rows};
use super::table::{Table, integer, octet_string};
use super::write::{Instance, Writable};
use super::{copies, oids, write};
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::switchport::SwitchportWrite;
use crate::switch::voice::VoiceWrite;
use crate::switch::write::Write;

/// The VLANs of each trunk.
const BITMAPS: Bitmaps = Bitmaps { entry: oids::HH3C_TRUNK, columns: &[(6, 1), (7, 2049)], bytes: 256, reversed: true };

/// Columns that can be written.
pub(crate) const WRITABLE: &[Writable] = &[
    (oids::HH3C_PSE_PORT, 6, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::integer(value)?)))),
    (oids::HH3C_IF_VLAN, 5, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Mode(mode(value)?)))),
    (oids::HH3C_TRUNK, 6, allowed),
    (oids::HH3C_TRUNK, 7, allowed),
    (oids::DOT1Q_PORT_VLAN, 1, pvid),
    (oids::HH3C_VOICE_VLAN, 2, |at, value| match (at.scalar()?, write::plain(value)?) {
        ((), -1) => Ok(Write::Voice(VoiceWrite::Switch(None))),
        _ => Ok(Write::Voice(VoiceWrite::Switch(Some(write::vlan(write::integer(value)?)?)))),
    }),
    (oids::HH3C_VOICE_VLAN, 3, |at, value| {
        at.scalar()?;
        voice_ports(at.switch, set_bits(value, port_list_width(at.switch), true)?)
    }),
    (oids::HH3C_OPERATE, 2, copies::column),
    (oids::HH3C_OPERATE, 9, copies::status),
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
fn allowed(at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
    if is_trunk(at.switch, at.interface()?) { BITMAPS.write(at, value) } else { Err(Refusal::NoCreation) }
}

fn voice_ports(switch: &Switch, numbers: Vec<u32>) -> Result<Write, Refusal> {
    let ports: BTreeSet<BridgePort> = numbers.into_iter().map(BridgePort).collect();
    let access = |port: &BridgePort| !switch.layout.has(*port) || !is_trunk(switch, *port);
    let added = ports.difference(&switch.config.voice.ports).any(access);
    // In automatic mode, which is the default, an access port cannot have a tagged voice VLAN.
    if added { Err(Refusal::InconsistentValue) } else { Ok(Write::Voice(VoiceWrite::Ports(ports))) }
}

fn is_trunk(switch: &Switch, port: BridgePort) -> bool {
    let own = switch.config.ports.get(&port).and_then(|config| config.switchport.as_ref());
    own.is_some_and(|own| own.mode == PortMode::Trunk)
}

/// HH3C-POWER-ETH-EXT-MIB hh3cPsePortTable.
pub(crate) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, drawn, .. } in pse_rows(switch) {
        table.cell(oids::HH3C_PSE_PORT, 5, &row, integer(drawn.0));
        table.cell(oids::HH3C_PSE_PORT, 6, &row, integer(config.limit.0));
    }
}

/// HH3C-LswVLAN-MIB: port modes, and the VLANs of trunks.
pub(crate) fn ports(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        let (row, Some(own)) = ([switch.layout.if_index(*port).0], &config.switchport) else { continue };
        let trunk = own.mode == PortMode::Trunk;
        table.cell(oids::HH3C_IF_VLAN, 5, &row, integer(if trunk { 1 } else { 2 }));
        if trunk {
            BITMAPS.show(table, &row, own);
        }
    }
}

/// HH3C-VOICE-VLAN-MIB.
pub(crate) fn voice(table: &mut Table, switch: &Switch) {
    let voice = &switch.config.voice;
    table.cell(oids::HH3C_VOICE_VLAN, 2, &[0], Value::Integer(voice.vlan.map_or(-1, |vlan| vlan.get().into())));
    table.cell(oids::HH3C_VOICE_VLAN, 3, &[0], octet_string(in_order(port_list(&voice.ports, port_list_width(switch)), true)));
}

/// HH3C-CONFIG-MAN-MIB: rows that copy, their results by another number, and when the configuration changed and was saved.
pub(crate) fn configuration(table: &mut Table, switch: &Switch) {
    table.cell(oids::HH3C_RUN_TIMES, 1, &[0], Value::TimeTicks(switch.config.changed_cs));
    table.cell(oids::HH3C_RUN_TIMES, 2, &[0], Value::TimeTicks(switch.config.saved_cs));
    for (number, copy) in &switch.config.saving.copies {
        copies::show(table, oids::HH3C_OPERATE, 9, *number, copy);
        if copy.started_cs.is_some() {
            let result = [number + 100];
            table.cell(oids::HH3C_RESULT, 2, &result, integer(*number));
            // opInProgress, opSuccess, and one of many ways to fail
            table.cell(oids::HH3C_RESULT, 4, &result, copies::state(copy.progress(), [1, 2, 11]));
        }
    }
}
