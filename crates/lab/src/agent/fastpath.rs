//! The enterprise MIBs of a FASTPATH switch as its simulated agent shows them, under the number of each licensee. Pure.

use model::ids::VlanId;
use model::switch::{PortMode, VoiceVlan};
use model::units::Milliwatts;
use snmp::Value;

use super::standard::{PseRow, pse_rows};
use super::table::{Table, integer};
use super::write::Writable;
use super::{copies, write};
use crate::switch::refusal::Refusal;
use crate::switch::saving::SaveWrite;
use crate::switch::state::Switch;
use crate::switch::switchport::SwitchportWrite;
use crate::switch::voice::{VoiceMode, VoiceWrite};
use crate::switch::write::Write;

/// Where a licensee of FASTPATH has its objects: the numbers of columns differ too.
pub(crate) struct Licensee {
    peth_port: &'static [u32],
    port_config: &'static [u32],
    voice_mode: u32,
    voice_vlan: u32,
    voice_function: &'static [u32],
    save: &'static [u32],
}

impl Licensee {
    /// Netgear M4xxx.
    pub(crate) const NETGEAR: Self = Self {
        peth_port: &[1, 3, 6, 1, 4, 1, 4526, 10, 15, 1, 1, 1],
        port_config: &[1, 3, 6, 1, 4, 1, 4526, 10, 1, 2, 13, 1],
        voice_mode: 29,
        voice_vlan: 30,
        voice_function: &[1, 3, 6, 1, 4, 1, 4526, 10, 1, 2, 8, 26],
        save: &[1, 3, 6, 1, 4, 1, 4526, 10, 1, 3],
    };
    /// Ubiquiti EdgeSwitch.
    pub(crate) const EDGE_SWITCH: Self = Self {
        peth_port: &[1, 3, 6, 1, 4, 1, 4413, 1, 1, 15, 1, 1, 1],
        port_config: &[1, 3, 6, 1, 4, 1, 4413, 1, 1, 1, 2, 13, 1],
        voice_mode: 29,
        voice_vlan: 30,
        voice_function: &[1, 3, 6, 1, 4, 1, 4413, 1, 1, 1, 2, 8, 25],
        save: &[1, 3, 6, 1, 4, 1, 4413, 1, 1, 1, 3],
    };
    /// Dell N series with DNOS 6.
    pub(crate) const DELL_N: Self = Self {
        peth_port: &[1, 3, 6, 1, 4, 1, 674, 10_895, 5000, 2, 6132, 1, 1, 15, 1, 1, 1],
        port_config: DELL_PORT_CONFIG,
        voice_mode: 27,
        voice_vlan: 28,
        voice_function: &[1, 3, 6, 1, 4, 1, 674, 10_895, 5000, 2, 6132, 1, 1, 1, 2, 8, 21],
        save: &[1, 3, 6, 1, 4, 1, 674, 10_895, 5000, 2, 6132, 1, 1, 1, 3],
    };

    /// Columns that can be written.
    pub(crate) const fn writable(self) -> [Writable; 6] {
        [
            (self.peth_port, 1, |at, value| Ok(Write::PoeLimit(at.pse()?, Milliwatts(write::gauge(value)?)))),
            (self.peth_port, 6, |at, value| Ok(Write::PoeAllocatedBy(at.pse()?, write::within(value, 1..=3)?))), // dot3af, user, none
            (self.port_config, self.voice_mode, |at, value| Ok(Write::Voice(VoiceWrite::Mode(at.bridge_port()?, mode(value)?)))),
            (self.port_config, self.voice_vlan, |at, value| {
                Ok(Write::Voice(VoiceWrite::Vlan(at.bridge_port()?, write::vlan(write::integer(value)?)?)))
            }),
            (self.voice_function, 1, |at, value| {
                at.scalar()?;
                Ok(Write::Voice(VoiceWrite::Function(write::within(value, 1..=2)?)))
            }),
            (self.save, 1, |at, value| {
                at.scalar()?;
                write::within(value, 1..=1).map(|_| Write::Save(SaveWrite::Begin))
            }),
        ]
    }

    pub(crate) fn show(&self, table: &mut Table, switch: &Switch) {
        self.power(table, switch);
        self.voice(table, switch);
        self.configuration(table, switch);
    }

    /// agentPethPsePortTable.
    fn power(&self, table: &mut Table, switch: &Switch) {
        for PseRow { row, config, drawn, .. } in pse_rows(switch) {
            table.cell(self.peth_port, 1, &row, Value::Gauge32(config.limit.0));
            table.cell(self.peth_port, 2, &row, Value::Gauge32(drawn.0));
            table.cell(self.peth_port, 6, &row, integer(config.allocated_by));
        }
    }

    /// The voice columns of agentPortConfigTable, and the function of the switch.
    fn voice(&self, table: &mut Table, switch: &Switch) {
        for (port, config) in &switch.config.ports {
            table.cell(self.port_config, self.voice_mode, &[port.0], integer(config.voice_mode as u32));
            if let VoiceVlan::Vlan(vlan) = config.voice {
                table.cell(self.port_config, self.voice_vlan, &[port.0], integer(vlan.get().into()));
            }
        }
        table.cell(self.voice_function, 1, &[0], integer(switch.config.voice.function));
    }

    /// agentSaveConfig and its status: notInitiated(1), savingInProcess(2), savingComplete(3), savingFailed(4).
    fn configuration(&self, table: &mut Table, switch: &Switch) {
        let copy = switch.config.saving.copies.get(&0);
        let status = copy.map_or(integer(1), |copy| copies::state(copy.progress(), [2, 3, 4]));
        table.cell(self.save, 1, &[0], integer(2)); // disable
        table.cell(self.save, 11, &[0], status);
    }
}

const DELL_PORT_CONFIG: &[u32] = &[1, 3, 6, 1, 4, 1, 674, 10_895, 5000, 2, 6132, 1, 1, 1, 2, 13, 1];

/// The VLANs of the modes of a port, which Dell has and the others have not.
pub(crate) const DELL_PORTS: &[Writable] = &[
    (DELL_PORT_CONFIG, 43, |at, value| Ok(Write::Switchport(at.bridge_port()?, SwitchportWrite::Access(vlan(value)?)))),
    (DELL_PORT_CONFIG, 46, |at, value| Ok(Write::Switchport(at.bridge_port()?, SwitchportWrite::Native(vlan(value)?)))),
];

fn vlan(value: &Value<'_>) -> Result<VlanId, Refusal> {
    write::vlan(write::integer(value)?)
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

/// agentPortSwitchportMode, access(1) or trunk(2), and the VLANs of both.
pub(crate) fn dell_ports(table: &mut Table, switch: &Switch) {
    for (port, config) in &switch.config.ports {
        let Some(own) = &config.switchport else { continue };
        table.cell(DELL_PORT_CONFIG, 26, &[port.0], integer(if own.mode == PortMode::Trunk { 2 } else { 1 }));
        table.cell(DELL_PORT_CONFIG, 43, &[port.0], integer(own.access.get().into()));
        table.cell(DELL_PORT_CONFIG, 46, &[port.0], integer(own.native.get().into()));
    }
}
