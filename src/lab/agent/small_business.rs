//! The enterprise MIBs of a Small Business switch as its simulated agent shows them (CISCOSB). Pure.

use crate::snmp::Value;

use crate::lab::saves::Progress;
use crate::lab::saves::SaveWrite;
use crate::lab::state::Refusal;
use crate::lab::state::Switch;
use crate::lab::state::Write;
use crate::lab::switchport::SwitchportWrite;
use crate::lab::voice::VoiceWrite;
use crate::model::ids::VlanId;
use crate::model::switch::PortMode;
use crate::model::units::Milliwatts;

use super::oids;
use super::standard::PseRow;
use super::standard::bits;
use super::standard::pse_rows;
use super::table::Table;
use super::table::integer;
use super::table::octets;
use super::write;
use super::write::Instance;
use super::write::Writable;
use super::write::row_status;

/// Octets of a bitmap of VLANs.
const BITMAP: usize = 128;
/// The columns of bitmaps, each with the VLAN of its first bit.
const BITMAPS: [(u32, u16); 4] = [(2, 1), (3, 1025), (4, 2049), (5, 3073)];

/// Columns that can be written. A port's PVID is not: it is the VLAN of its mode.
pub(super) const WRITABLE: &[Writable] = &[
    (oids::RL_PETH_PORT, 6, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::integer(value)?)))),
    (oids::SB_PORT_MODE, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Mode(mode(value)?)))),
    (oids::SB_TRUNK, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Native(vlan(value)?)))),
    (oids::SB_TRUNK, 2, |at, value| allowed(at, value, 1)),
    (oids::SB_TRUNK, 3, |at, value| allowed(at, value, 1025)),
    (oids::SB_TRUNK, 4, |at, value| allowed(at, value, 2049)),
    (oids::SB_TRUNK, 5, |at, value| allowed(at, value, 3073)),
    (oids::SB_ACCESS, 1, |at, value| Ok(Write::Switchport(at.interface()?, SwitchportWrite::Access(vlan(value)?)))),
    (oids::SB_VOICE, 6, |at, value| match (at.scalar()?, write::integer(value)?) {
        ((), state @ 0..=3) => Ok(Write::Voice(VoiceWrite::Function(state))),
        _ => Err(Refusal::WrongValue),
    }),
    (oids::SB_VOICE, 8, |at, value| {
        at.scalar()?;
        Ok(Write::Voice(VoiceWrite::Switch(Some(write::vlan(write::integer(value)?)?))))
    }),
    (oids::RL_COPY, 3, |at, value| Ok(Write::Save(SaveWrite::Column(at.row()?, 3, write::plain(value)?)))),
    (oids::RL_COPY, 7, |at, value| Ok(Write::Save(SaveWrite::Column(at.row()?, 7, write::plain(value)?)))),
    (oids::RL_COPY, 8, |at, value| Ok(Write::Save(SaveWrite::Column(at.row()?, 8, write::plain(value)?)))),
    (oids::RL_COPY, 12, |at, value| Ok(Write::Save(SaveWrite::Column(at.row()?, 12, write::plain(value)?)))),
    (oids::RL_COPY, 17, |at, value| {
        row_status(value, at.row()?, |row| Write::Save(SaveWrite::Start(row)), |row| Write::Save(SaveWrite::Destroy(row)))
    }),
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

fn allowed(at: &Instance<'_>, value: &Value<'_>, first: u16) -> Result<Write, Refusal> {
    let Value::Octets(list) = value else { return Err(Refusal::WrongType) };
    if list.len() != BITMAP {
        return Err(Refusal::WrongLength);
    }
    let set = list.iter().flat_map(|octet| (0..8).map(move |bit| octet << bit & 0x80 != 0));
    let vlans = (first..).zip(set).filter(|(_, set)| *set).filter_map(|(number, _)| VlanId::new(number)).collect();
    Ok(Write::Switchport(at.interface()?, SwitchportWrite::Allowed { first, bits: 1024, vlans }))
}

/// rlPethPsePortTable and rlPethMainPseTable.
pub(super) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, drawn, .. } in pse_rows(switch) {
        table.cell(oids::RL_PETH_PORT, 5, &row, integer(drawn.0));
        table.cell(oids::RL_PETH_PORT, 6, &row, integer(config.limit.0));
    }
    table.cell(oids::RL_PETH_MAIN, 5, &[1], integer(0)); // no guard band
}

/// Port modes, and the VLANs of each mode.
pub(super) fn ports(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        let (row, Some(own)) = ([switch.layout.if_index(*port).0], &config.switchport) else { continue };
        table.cell(oids::SB_PORT_MODE, 1, &row, integer(if own.mode == PortMode::Trunk { 12 } else { 11 }));
        table.cell(oids::SB_ACCESS, 1, &row, Value::Gauge32(own.access.get().into()));
        table.cell(oids::SB_TRUNK, 1, &row, Value::Gauge32(own.native.get().into()));
        for (column, first) in BITMAPS {
            let allowed = |bit: u32| own.allows(u32::from(first) - 1 + bit);
            table.cell(oids::SB_TRUNK, column, &row, octets(bits(BITMAP, allowed)));
        }
    }
}

/// vlanVoice: the one voice VLAN, which is never none.
pub(super) fn voice(table: &mut Table, switch: &Switch) {
    let voice = &switch.config.voice;
    table.cell(oids::SB_VOICE, 6, &[0], integer(voice.function));
    table.cell(oids::SB_VOICE, 8, &[0], integer(voice.vlan.unwrap_or(VlanId::DEFAULT).get().into()));
}

/// rlCopyTable.
pub(super) fn configuration(table: &mut Table, switch: &Switch) {
    for (number, copy) in &switch.config.copies {
        for (column, value) in &copy.columns {
            table.cell(oids::RL_COPY, *column, &[*number], Value::Integer(i64::from(*value)));
        }
        if copy.started_cs.is_some() {
            let state = match copy.progress() {
                Progress::Running => 1, // uploadInProgress
                Progress::Done => 5,    // copyFinished
                Progress::Failed => 3,  // copyFailed
            };
            table.cell(oids::RL_COPY, 14, &[*number], integer(state));
            table.cell(oids::RL_COPY, 17, &[*number], integer(1)); // active
        }
    }
}
