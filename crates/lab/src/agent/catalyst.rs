//! The enterprise MIBs of a Catalyst as its simulated agent shows them. Pure.
//!
//! Each VLAN has a BRIDGE-MIB of its own, as `community@VLAN` or in the context `vlan-VLAN`.

use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;
use model::units::Milliwatts;
use snmp::{Oid, Value};

use super::standard::{PseRow, pse_rows};
use super::table::{Table, integer, octet_string, truth};
use super::write::{Writable, plain, row_status};
use super::{copies, oids, write};
use crate::switch::config::PoeMode;
use crate::switch::edit_buffer::Edit;
use crate::switch::fault::Fault;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::voice::VoiceWrite;
use crate::switch::write::Write;

/// Columns that can be written.
pub(crate) const WRITABLE: &[Writable] = &[
    (oids::CPE_PORT, 1, |at, value| Ok(Write::PoeMode(at.pse()?, mode(value)?))),
    (oids::CPE_PORT, 6, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::gauge(value)?)))),
    (oids::VM_MEMBERSHIP, 2, |at, value| Ok(Write::Pvid(at.interface()?, write::vlan(write::integer(value)?)?))),
    (oids::VM_VOICE_VLAN_ENTRY, 1, |at, value| Ok(Write::Voice(VoiceWrite::Port(at.interface()?, voice(write::integer(value)?)?)))),
    (oids::CC_COPY, 3, copies::column),
    (oids::CC_COPY, 4, copies::column),
    (oids::CC_COPY, 14, copies::status),
    (oids::VTP_EDIT_CONTROL, 1, |at, value| Ok(Write::Edit(at.domain().and_then(|()| operation(value))?))),
    (oids::VTP_EDIT_CONTROL, 3, |at, value| Ok(Write::Edit(Edit::Owner(at.domain().and_then(|()| write::text(value, 255))?)))),
    (oids::VTP_VLAN_EDIT, 3, |at, value| ethernet(value, at.domain_vlan()?)),
    (oids::VTP_VLAN_EDIT, 4, |at, value| Ok(Write::Edit(Edit::Name(at.domain_vlan()?, write::text(value, 32)?)))),
    (oids::VTP_VLAN_EDIT, 6, |at, value| Ok(Write::Edit(Edit::Said(at.domain_vlan()?, said(value)?)))),
    (oids::VTP_VLAN_EDIT, 11, |at, value| {
        row_status(value, at.domain_vlan()?, |id| Write::Edit(Edit::Create(id)), |id| Write::Edit(Edit::Destroy(id)))
    }),
];

/// CISCO-POWER-ETHERNET-EXT-MIB, and the ENTITY-MIB rows that tell whose port a PSE row is.
pub(crate) fn power(table: &mut Table, switch: &Switch) {
    for PseRow { port, row, config, allocated, drawn } in pse_rows(switch) {
        let entity = switch.layout.entity(port);
        let allocated_mw = Value::Gauge32(allocated.map_or(0, |power| power.0));
        table.cell(oids::CPE_PORT, 1, &row, integer(mode_number(config.poe)));
        table.cell(oids::CPE_PORT, 3, &row, truth(allocated.is_some()));
        table.cell(oids::CPE_PORT, 4, &row, truth(allocated.is_some()));
        table.cell(oids::CPE_PORT, 6, &row, Value::Gauge32(config.limit.0));
        table.cell(oids::CPE_PORT, 7, &row, allocated_mw.clone());
        table.cell(oids::CPE_PORT, 8, &row, allocated_mw);
        table.cell(oids::CPE_PORT, 9, &row, Value::Gauge32(drawn.0));
        table.cell(oids::CPE_PORT, 10, &row, Value::Gauge32(drawn.0));
        table.cell(oids::CPE_PORT, 11, &row, integer(entity));
        let twin = switch.faults.has(&Fault::AmbiguousPse) && port.0 == 4;
        let proved = if twin { BridgePort(3) } else { port };
        let alias = [oids::IF_ENTRY, &[1, switch.layout.if_index(proved).0]].concat();
        table.scalar(oids::ENT_ALIAS, &[entity, 0], Value::Oid(Oid::new(&alias)));
        table.cell(oids::ENT_PHYSICAL, 5, &[entity], integer(10)); // port
        table.cell(oids::ENT_PHYSICAL, 7, &[entity], octet_string(switch.layout.if_description(port)));
    }
    let allocations = switch.allocations();
    let used: u32 = allocations.values().map(|power| power.0).sum();
    table.cell(oids::CPE_MAIN, 2, &[1], octet_string("simulated supply"));
    table.cell(oids::CPE_MAIN, 3, &[1], truth(true));
    table.cell(oids::CPE_MAIN, 4, &[1], Value::Gauge32(used));
    table.cell(oids::CPE_MAIN, 5, &[1], Value::Gauge32(switch.budget().0.saturating_sub(used)));
}

fn mode(value: &Value<'_>) -> Result<PoeMode, Refusal> {
    match plain(value)? {
        1 => Ok(PoeMode::Auto),
        2 => Ok(PoeMode::Static),
        4 => Ok(PoeMode::Disable),
        _ => Err(Refusal::WrongValue), // limit(3) needs a port that can police
    }
}

const fn mode_number(mode: PoeMode) -> u32 {
    match mode {
        PoeMode::Auto => 1,
        PoeMode::Static => 2,
        PoeMode::Disable => 4,
    }
}

/// The VLAN of a context; the default one has VLAN 1. `None` for one that the switch does not have.
pub(crate) fn vlan_of(context: &[u8], switch: &Switch) -> Option<VlanId> {
    if context.is_empty() {
        return VlanId::new(1);
    }
    let number = context.strip_prefix(b"vlan-").unwrap_or(context);
    let vlan = std::str::from_utf8(number).ok()?.parse().ok().and_then(VlanId::new)?;
    switch.config.vlans.contains_key(&vlan).then_some(vlan)
}

/// The forwarding table of one VLAN.
pub(crate) fn forwarding(table: &mut Table, switch: &Switch, vlan: VlanId) {
    for ((_, mac), port) in switch.fdb.iter().filter(|((of, _), _)| *of == vlan) {
        let row = mac.0.map(u32::from);
        table.cell(oids::DOT1D_TP_FDB, 1, &row, octet_string(mac.0));
        table.cell(oids::DOT1D_TP_FDB, 2, &row, integer(port.0));
        table.cell(oids::DOT1D_TP_FDB, 3, &row, integer(3)); // learned
    }
}

/// CISCO-VTP-MIB and CISCO-VLAN-MEMBERSHIP-MIB. Uplinks are trunks and have no membership row.
pub(crate) fn vlans(table: &mut Table, switch: &Switch) {
    for (id, vlan) in &switch.config.vlans {
        let row = [1, u32::from(id.get())];
        table.cell(oids::VTP_VLAN, 2, &row, integer(1)); // operational
        table.cell(oids::VTP_VLAN, 3, &row, integer(1)); // ethernet
        table.cell(oids::VTP_VLAN, 4, &row, octet_string(vlan.name.as_str()));
    }
    for (port, config) in &switch.config.ports {
        let row = [switch.layout.if_index(*port).0];
        let access = switch.layout.powered(*port);
        table.cell(oids::VLAN_TRUNK_PORT, 14, &row, truth(!access)); // trunking(1), notTrunking(2)
        if access {
            table.cell(oids::VM_MEMBERSHIP, 1, &row, integer(1)); // static
            table.cell(oids::VM_MEMBERSHIP, 2, &row, integer(u32::from(config.pvid.get())));
            table.cell(oids::VM_VOICE_VLAN_ENTRY, 1, &row, integer(voice_number(config.voice)));
        }
    }
}

/// The edit buffer of CISCO-VTP-MIB, whose rows are there while a manager has it.
pub(crate) fn edit(table: &mut Table, switch: &Switch) {
    let edit = &switch.config.edit;
    table.cell(oids::VTP_EDIT_CONTROL, 1, &[1], integer(1)); // none
    table.cell(oids::VTP_EDIT_CONTROL, 2, &[1], integer(edit.status as u32));
    table.cell(oids::VTP_EDIT_CONTROL, 3, &[1], octet_string(edit.owner.as_str()));
    for (id, vlan) in edit.rows.iter().flatten() {
        let row = [1, u32::from(id.get())];
        table.cell(oids::VTP_VLAN_EDIT, 2, &row, integer(1)); // operational
        table.cell(oids::VTP_VLAN_EDIT, 3, &row, integer(1)); // ethernet
        table.cell(oids::VTP_VLAN_EDIT, 4, &row, octet_string(vlan.name.as_str()));
        table.cell(oids::VTP_VLAN_EDIT, 6, &row, octet_string(vlan.said.to_be_bytes()));
        table.cell(oids::VTP_VLAN_EDIT, 11, &row, integer(1)); // active
    }
}

fn voice(number: u32) -> Result<VoiceVlan, Refusal> {
    match number {
        0 => Ok(VoiceVlan::PriorityTagged),
        4095 => Ok(VoiceVlan::Untagged),
        4096 => Ok(VoiceVlan::None),
        _ => write::vlan(number).map(VoiceVlan::Vlan),
    }
}

/// vtpVlanEditOperation.
fn operation(value: &Value<'_>) -> Result<Edit, Refusal> {
    match plain(value)? {
        2 => Ok(Edit::Copy),
        3 => Ok(Edit::Apply),
        4 => Ok(Edit::Release),
        _ => Err(Refusal::WrongValue),
    }
}

/// vtpVlanEditType: this switch has Ethernet, 1, alone.
fn ethernet(value: &Value<'_>, vlan: VlanId) -> Result<Write, Refusal> {
    if plain(value)? == 1 { Ok(Write::Edit(Edit::Ethernet(vlan))) } else { Err(Refusal::WrongValue) }
}

/// vtpVlanEditDot10Said: four bytes.
fn said(value: &Value<'_>) -> Result<u32, Refusal> {
    match value {
        Value::Octets(bytes) => bytes.as_ref().try_into().map(u32::from_be_bytes).map_err(|_| Refusal::WrongLength),
        _ => Err(Refusal::WrongType),
    }
}

fn voice_number(voice: VoiceVlan) -> u32 {
    match voice {
        VoiceVlan::PriorityTagged => 0,
        VoiceVlan::Vlan(vlan) => u32::from(vlan.get()),
        VoiceVlan::Untagged => 4095,
        VoiceVlan::None => 4096,
    }
}

/// CISCO-CONFIG-COPY-MIB and the times of CISCO-CONFIG-MAN-MIB.
pub(crate) fn configuration(table: &mut Table, switch: &Switch) {
    table.cell(oids::CCM_HISTORY, 1, &[0], Value::TimeTicks(switch.config.changed_cs));
    table.cell(oids::CCM_HISTORY, 2, &[0], Value::TimeTicks(switch.config.saved_cs));
    table.cell(oids::CCM_HISTORY, 3, &[0], Value::TimeTicks(switch.config.saved_cs));
    for (number, copy) in &switch.config.saving.copies {
        let row = [*number];
        copies::show(table, oids::CC_COPY, 14, *number, copy);
        let Some(started) = copy.started_cs else { continue };
        table.cell(oids::CC_COPY, 10, &row, copies::state(copy.progress(), [2, 3, 4])); // running, successful, failed
        table.cell(oids::CC_COPY, 11, &row, Value::TimeTicks(started));
        if copy.failed {
            table.cell(oids::CC_COPY, 13, &row, integer(5)); // noConfig
        }
    }
}
