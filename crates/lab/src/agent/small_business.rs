//! The enterprise MIBs of a Small Business switch as its simulated agent shows them (CISCOSB). Pure.

use model::ids::VlanId;
use model::switch::PortMode;
use model::units::Milliwatts;
use snmp::Value;

use super::bitmaps::Bitmaps;
use super::standard::{PseRow, pse_rows};
use super::table::{Table, integer};
use super::write::Writable;
use super::{copies, oids, write};
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::switchport::SwitchportWrite;
use crate::switch::voice::VoiceWrite;
use crate::switch::write::Write;

/// The VLANs of each port in trunk mode.
const BITMAPS: Bitmaps =
    Bitmaps { entry: oids::SB_TRUNK, columns: &[(2, 1), (3, 1025), (4, 2049), (5, 3073)], bytes: 128, reversed: false };

/// Columns that can be written. A port's PVID is not: it is the VLAN of its mode.
pub(crate) const WRITABLE: &[Writable] = &[
    (oids::RL_PETH_PORT, 6, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::integer(value)?)))),
    (oids::SB_PORT_MODE, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Mode(mode(value)?)))),
    (oids::SB_TRUNK, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Native(vlan(value)?)))),
    (oids::SB_TRUNK, 2, |at, value| BITMAPS.write(at, value)),
    (oids::SB_TRUNK, 3, |at, value| BITMAPS.write(at, value)),
    (oids::SB_TRUNK, 4, |at, value| BITMAPS.write(at, value)),
    (oids::SB_TRUNK, 5, |at, value| BITMAPS.write(at, value)),
    (oids::SB_ACCESS, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Access(vlan(value)?)))),
    (oids::SB_VOICE, 6, |at, value| {
        at.scalar()?;
        Ok(Write::Voice(VoiceWrite::Function(write::within(value, 0..=3)?)))
    }),
    (oids::SB_VOICE, 8, |at, value| {
        at.scalar()?;
        Ok(Write::Voice(VoiceWrite::Switch(Some(write::vlan(write::integer(value)?)?))))
    }),
    (oids::RL_COPY, 3, copies::column),
    (oids::RL_COPY, 7, copies::column),
    (oids::RL_COPY, 8, copies::column),
    (oids::RL_COPY, 12, copies::column),
    (oids::RL_COPY, 17, copies::status),
];

/// access(11), trunk(12); general(10) is not simulated.
fn mode(value: &Value<'_>) -> Result<PortMode, Refusal> {
    match write::plain(value)? {
        11 => Ok(PortMode::Access),
        12 => Ok(PortMode::Trunk),
        _ => Err(Refusal::WrongValue),
    }
}

fn vlan(value: &Value<'_>) -> Result<VlanId, Refusal> {
    write::vlan(write::gauge(value)?)
}

/// rlPethPsePortTable and rlPethMainPseTable.
pub(crate) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, drawn, .. } in pse_rows(switch) {
        table.cell(oids::RL_PETH_PORT, 5, &row, integer(drawn.0));
        table.cell(oids::RL_PETH_PORT, 6, &row, integer(config.limit.0));
    }
    table.cell(oids::RL_PETH_MAIN, 5, &[1], integer(0)); // no guard band
}

/// Port modes, and the VLANs of each mode.
pub(crate) fn ports(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        let (row, Some(own)) = ([switch.layout.if_index(*port).0], &config.switchport) else { continue };
        table.cell(oids::SB_PORT_MODE, 1, &row, integer(if own.mode == PortMode::Trunk { 12 } else { 11 }));
        table.cell(oids::SB_ACCESS, 1, &row, Value::Gauge32(own.access.get().into()));
        table.cell(oids::SB_TRUNK, 1, &row, Value::Gauge32(own.native.get().into()));
        BITMAPS.show(table, &row, own);
    }
}

/// vlanVoice: the one voice VLAN, which is never none.
pub(crate) fn voice(table: &mut Table, switch: &Switch) {
    let voice = &switch.config.voice;
    table.cell(oids::SB_VOICE, 6, &[0], integer(voice.function));
    table.cell(oids::SB_VOICE, 8, &[0], integer(voice.vlan.unwrap_or(VlanId::DEFAULT).get().into()));
}

/// rlCopyTable.
pub(crate) fn configuration(table: &mut Table, switch: &Switch) {
    for (number, copy) in &switch.config.saving.copies {
        copies::show(table, oids::RL_COPY, 17, *number, copy);
        if copy.started_cs.is_some() {
            // uploadInProgress, copyFinished, copyFailed
            table.cell(oids::RL_COPY, 14, &[*number], copies::state(copy.progress(), [1, 5, 3]));
        }
    }
}
