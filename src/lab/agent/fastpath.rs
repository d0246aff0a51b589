//! The enterprise MIBs of a FASTPATH switch as its simulated agent shows them, under Netgear's number. Pure.

use crate::snmp::Value;

use crate::lab::saves::Progress;
use crate::lab::saves::SaveWrite;
use crate::lab::state::Refusal;
use crate::lab::state::Switch;
use crate::lab::state::Write;
use crate::lab::voice::VoiceMode;
use crate::lab::voice::VoiceWrite;
use crate::model::switch::VoiceVlan;
use crate::model::units::Milliwatts;

use super::oids;
use super::standard::PseRow;
use super::standard::pse_rows;
use super::table::Table;
use super::table::integer;
use super::write;
use super::write::Writable;

/// Columns that can be written.
pub(super) const WRITABLE: &[Writable] = &[
    (oids::AGENT_PETH_PORT, 1, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::gauge(value)?)))),
    (oids::AGENT_PETH_PORT, 6, |at, value| Ok(Write::PoeAllocatedBy(at.pse()?, limit_type(value)?))),
    (oids::AGENT_PORT_CONFIG, 29, |at, value| Ok(Write::Voice(VoiceWrite::Mode(at.bridge_port()?, mode(value)?)))),
    (oids::AGENT_PORT_CONFIG, 30, |at, value| {
        Ok(Write::Voice(VoiceWrite::Vlan(at.bridge_port()?, write::vlan(write::integer(value)?)?)))
    }),
    (oids::AGENT_VOICE_VLAN, 1, |at, value| match (at.scalar()?, write::integer(value)?) {
        ((), state @ 1..=2) => Ok(Write::Voice(VoiceWrite::Function(state))),
        _ => Err(Refusal::WrongValue),
    }),
    (oids::AGENT_SAVE, 1, |at, value| match (at.scalar()?, write::plain(value)?) {
        ((), 1) => Ok(Write::Save(SaveWrite::Begin)),
        _ => Err(Refusal::WrongValue),
    }),
];

/// agentPethPowerLimitType: dot3af(1), user(2), none(3).
fn limit_type(value: &Value<'_>) -> Result<u32, Refusal> {
    write::integer(value).and_then(|by| if (1..=3).contains(&by) { Ok(by) } else { Err(Refusal::WrongValue) })
}

fn mode(value: &Value<'_>) -> Result<VoiceMode, Refusal> {
    match write::plain(value)? {
        1 => Ok(VoiceMode::None),
        2 => Ok(VoiceMode::VlanId),
        3 => Ok(VoiceMode::Dot1p),
        4 => Ok(VoiceMode::Untagged),
        5 => Ok(VoiceMode::Disable),
        _ => Err(Refusal::WrongValue),
    }
}

/// agentPethPsePortTable.
pub(super) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, drawn, .. } in pse_rows(switch) {
        table.cell(oids::AGENT_PETH_PORT, 1, &row, Value::Gauge32(config.limit.0));
        table.cell(oids::AGENT_PETH_PORT, 2, &row, Value::Gauge32(drawn.0));
        table.cell(oids::AGENT_PETH_PORT, 6, &row, integer(config.allocated_by));
    }
}

/// The voice columns of agentPortConfigTable, and the function of the switch.
pub(super) fn voice(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        table.cell(oids::AGENT_PORT_CONFIG, 29, &[port.0], integer(config.voice_mode as u32));
        if let VoiceVlan::Vlan(vlan) = config.voice {
            table.cell(oids::AGENT_PORT_CONFIG, 30, &[port.0], integer(vlan.get().into()));
        }
    }
    table.cell(oids::AGENT_VOICE_VLAN, 1, &[0], integer(switch.config.voice.function));
}

/// agentSaveConfig and its status: notInitiated(1), savingInProcess(2), savingComplete(3), savingFailed(4).
pub(super) fn configuration(table: &mut Table, switch: &Switch) {
    let status = switch.config.copies.get(&0).map_or(1, |copy| match copy.progress() {
        Progress::Running => 2,
        Progress::Done => 3,
        Progress::Failed => 4,
    });
    table.cell(oids::AGENT_SAVE, 1, &[0], integer(2)); // disable
    table.cell(oids::AGENT_SAVE, 11, &[0], integer(status));
}
