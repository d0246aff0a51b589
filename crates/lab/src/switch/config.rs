//! What a manager can write of a simulated switch: VLANs, ports, voice, and how it is saved. Pure.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{BridgePort, VlanId};
use model::switch::{PoePriority, VoiceVlan};
use model::units::Milliwatts;

use super::edit_buffer::EditBuffer;
use super::refusal::Refusal;
use super::saving::Saving;
use super::switchport::{Switchport, SwitchportWrite};
use super::vlan::Vlan;
use super::voice::{SwitchVoice, VoiceMode, VoiceWrite};

/// Everything a manager can write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    pub vlans: BTreeMap<VlanId, Vlan>,
    pub ports: BTreeMap<BridgePort, PortConfig>,
    /// What is said about voice of the whole switch.
    pub voice: SwitchVoice,
    /// How it is told to save.
    pub saving: Saving,
    /// The buffer in which VLANs are changed; only the Catalyst has one.
    pub edit: EditBuffer,
    /// When the running configuration last changed: hundredths of a second since the start.
    pub changed_cs: u32,
    /// When it was last saved.
    pub saved_cs: u32,
}

/// What can be written about one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortConfig {
    /// Whether the interface is administratively up.
    pub up: bool,
    pub alias: String,
    /// The VLAN of untagged frames.
    pub pvid: VlanId,
    /// Its mode and the VLANs of it, where ports have them; the PVID and the members of VLANs then follow from it.
    pub switchport: Option<Switchport>,
    /// The port's own voice VLAN, where ports have one.
    pub voice: VoiceVlan,
    /// How it has it, where that is an object of its own.
    pub voice_mode: VoiceMode,
    /// Power: the mode of cpeExtPsePortEnable, of which pethPsePortAdminEnable shows whether it is `Disable`.
    pub poe: PoeMode,
    /// By what power is set aside, in the number of the family's object.
    pub allocated_by: u32,
    /// Order of power-up and shedding.
    pub priority: PoePriority,
    /// Upper limit at the PSE.
    pub limit: Milliwatts,
}

/// cpeExtPsePortEnable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the MIB's own")]
pub enum PoeMode {
    Auto,
    Static,
    Disable,
}

impl Config {
    pub(crate) fn create_vlan(&mut self, id: VlanId) -> Result<(), Refusal> {
        if self.vlans.contains_key(&id) {
            return Err(Refusal::InconsistentValue);
        }
        self.vlans.insert(id, Vlan { name: format!("VLAN{:04}", id.get()), ..Vlan::default() });
        Ok(())
    }

    /// Destroying a row that is not there is no error (RFC 2579 RowStatus).
    pub(crate) fn destroy_vlan(&mut self, id: VlanId) -> Result<(), Refusal> {
        if id == VlanId::DEFAULT || self.ports.values().any(|port| port.pvid == id) {
            return Err(Refusal::InconsistentValue);
        }
        self.vlans.remove(&id);
        Ok(())
    }

    pub(crate) fn set_egress(&mut self, id: VlanId, ports: &BTreeSet<BridgePort>) -> Result<(), Refusal> {
        let vlan = self.vlan(id)?;
        vlan.untagged.retain(|port| ports.contains(port));
        vlan.egress.clone_from(ports);
        Ok(())
    }

    pub(crate) fn set_untagged(&mut self, id: VlanId, ports: &BTreeSet<BridgePort>) -> Result<(), Refusal> {
        let vlan = self.vlan(id)?;
        if !ports.is_subset(&vlan.egress) {
            return Err(Refusal::InconsistentValue);
        }
        vlan.untagged.clone_from(ports);
        Ok(())
    }

    pub(crate) fn port(&mut self, port: BridgePort) -> Result<&mut PortConfig, Refusal> {
        self.ports.get_mut(&port).ok_or(Refusal::NoCreation)
    }

    pub(crate) fn vlan(&mut self, id: VlanId) -> Result<&mut Vlan, Refusal> {
        self.vlans.get_mut(&id).ok_or(Refusal::InconsistentName)
    }

    /// Moves a port's untagged membership and leaves it in the old VLAN, tagged.
    pub(crate) fn move_untagged(&mut self, port: BridgePort, old: VlanId, new: VlanId) {
        if let Some(vlan) = self.vlans.get_mut(&old) {
            vlan.untagged.remove(&port);
        }
        if let Some(vlan) = self.vlans.get_mut(&new) {
            vlan.egress.insert(port);
            vlan.untagged.insert(port);
        }
    }

    /// Whether a write would make a port an untagged member of a second VLAN.
    pub(crate) fn has_second_untagged(&self, vlan: VlanId, ports: &BTreeSet<BridgePort>) -> bool {
        let others = self.vlans.iter().filter(|(other, _)| **other != vlan);
        others.into_iter().any(|(_, other)| !other.untagged.is_disjoint(ports))
    }

    /// The VLANs of the edit buffer are now those of the switch.
    pub(crate) fn take_vlans(&mut self) {
        let Some(rows) = &self.edit.rows else { return };
        self.vlans.retain(|id, _| rows.contains_key(id));
        for (id, row) in rows {
            self.vlans.entry(*id).or_default().name.clone_from(&row.name);
        }
    }

    /// What comes up after a restart: nothing of what was under way.
    pub(crate) fn started(&self) -> Self {
        let (saving, edit) = Default::default();
        Self { changed_cs: 0, saved_cs: 0, saving, edit, ..self.clone() }
    }

    /// A write about voice; which VLANs there are and which ports are trunks was seen to before.
    pub(crate) fn write_voice(&mut self, write: &VoiceWrite) -> Result<(), Refusal> {
        if write.vlan().is_some_and(|vlan| !self.vlans.contains_key(&vlan)) {
            return Err(Refusal::InconsistentValue);
        }
        match write {
            VoiceWrite::Port(port, voice) => self.port(*port)?.voice = *voice,
            VoiceWrite::Mode(port, mode) => {
                let port = self.port(*port)?;
                (port.voice_mode, port.voice) = (*mode, mode.voice_vlan());
            }
            VoiceWrite::Vlan(port, vlan) => {
                let port = self.port(*port)?;
                if port.voice_mode != VoiceMode::VlanId {
                    return Err(Refusal::InconsistentValue);
                }
                port.voice = VoiceVlan::Vlan(*vlan);
            }
            VoiceWrite::Attribute(vlan, voice) => self.vlan(*vlan)?.voice = *voice,
            VoiceWrite::Function(_) | VoiceWrite::Switch(_) | VoiceWrite::Ports(_) => drop(self.voice.write(write)),
        }
        Ok(())
    }

    /// A write of a port's mode, which puts the port into the VLANs that follow from it.
    pub(crate) fn write_switchport(&mut self, port: BridgePort, write: &SwitchportWrite, resets: bool) -> Result<(), Refusal> {
        if let SwitchportWrite::Access(vlan) | SwitchportWrite::Native(vlan) = write
            && !self.vlans.contains_key(vlan)
        {
            return Err(Refusal::InconsistentValue);
        }
        self.port(port)?.switchport.as_mut().ok_or(Refusal::NoCreation)?.write(write, resets);
        self.follow_switchports();
        Ok(())
    }

    /// Makes PVIDs and the members of VLANs what the ports say, on a switch whose ports say it.
    pub(crate) fn follow_switchports(&mut self) {
        for (port, config) in &mut self.ports {
            let Some(own) = &config.switchport else { continue };
            config.pvid = own.untagged();
            let carried = own.carried();
            for (id, vlan) in &mut self.vlans {
                let (member, untagged) = (carried.contains(id), *id == config.pvid);
                set(&mut vlan.egress, *port, member);
                set(&mut vlan.untagged, *port, member && untagged);
            }
        }
    }
}

fn set(ports: &mut BTreeSet<BridgePort>, port: BridgePort, member: bool) {
    if member {
        ports.insert(port);
    } else {
        ports.remove(&port);
    }
}
