//! The enterprise MIBs of an ArubaOS-Switch as its simulated agent shows them. Pure.

use model::units::Milliwatts;

use super::standard::{PseRow, pse_rows};
use super::table::{Table, integer, truth};
use super::write::Writable;
use super::{oids, write};
use crate::switch::refusal::Refusal;
use crate::switch::saving::SaveWrite;
use crate::switch::state::Switch;
use crate::switch::voice::VoiceWrite;
use crate::switch::write::Write;

/// Columns that can be written.
pub(crate) const WRITABLE: &[Writable] = &[
    (oids::HP_POE_PORT, 4, |at, value| Ok(Write::PoeAllocatedBy(at.pse()?, write::within(value, 1..=3)?))), // usage, class, value
    (oids::HP_POE_PORT, 7, |at, value| {
        let watts = u8::try_from(write::integer(value)?).map_err(|_| Refusal::WrongValue)?;
        Ok(Write::PoeLimit(at.pse()?, Milliwatts::from_watts(watts.into())))
    }),
    (oids::HP_VOICE_VLAN, 1, |at, value| Ok(Write::Voice(VoiceWrite::Attribute(at.vlan()?, write::truth(value)?)))),
    (oids::HP_CONFIG, 1, |at, value| {
        at.scalar()?;
        write::within(value, 2..=2).map(|_| Write::Save(SaveWrite::Now)) // saveConfig
    }),
    (oids::HP_CONFIG, 11, |at, value| {
        at.scalar()?;
        Ok(Write::Save(SaveWrite::Pause(!write::truth(value)?)))
    }),
];

/// HP-ICF-POE-MIB hpicfPoePethPsePortTable.
pub(crate) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { row, config, allocated, drawn, .. } in pse_rows(switch) {
        table.cell(oids::HP_POE_PORT, 4, &row, integer(config.allocated_by));
        table.cell(oids::HP_POE_PORT, 7, &row, integer(config.limit.0 / 1000)); // whole watts on the wire
        table.cell(oids::HP_POE_PORT, 8, &row, integer(drawn.0));
        table.cell(oids::HP_POE_PORT, 9, &row, integer(if allocated.is_some() { 3 } else { 2 })); // on(3), off(2)
    }
}

/// hpicfBridgeVoiceVlanEnable.
pub(crate) fn voice(table: &mut Table, switch: &Switch) {
    for (id, vlan) in &switch.config.vlans {
        table.cell(oids::HP_VOICE_VLAN, 1, &[u32::from(id.get())], truth(vlan.voice));
    }
}

/// hpSwitchConfig: saving, how often it was, and whether every write does it.
pub(crate) fn configuration(table: &mut Table, switch: &Switch) {
    table.cell(oids::HP_CONFIG, 1, &[0], integer(1)); // noop
    table.cell(oids::HP_CONFIG, 9, &[0], integer(switch.saves));
    table.cell(oids::HP_CONFIG, 11, &[0], truth(!switch.config.saving.paused));
}
