//! A simulated switch: its configuration, what is plugged in, its faults, and what a write does to it. Pure.
//!
//! Not simulated: spanning tree.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{BridgePort, MacAddress, VlanId};
use model::units::Milliwatts;

use super::config::{Config, PoeMode};
use super::family::Family;
use super::fault::Fault;
use super::faults::Faults;
use super::layout::Layout;
use super::lldp_content::LldpContent;
use super::refusal::Refusal;
use super::saving::SaveWrite;
use super::traffic::{Refresh, Traffic};
use super::voice::VoiceWrite;
use super::write::Write;

#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    /// What is fixed about it.
    pub layout: Layout,
    /// What can be written.
    pub config: Config,
    /// What is plugged in, by port.
    pub plugs: BTreeMap<BridgePort, Plug>,
    pub faults: Faults,
    /// What comes up after a restart.
    pub startup: Config,
    /// How often it was saved.
    pub saves: u32,
    /// What is still shown, and until when.
    pub shown: Option<(Config, u32)>,
    /// What it goes back to by itself, and when.
    pub reverting: Option<(Config, u32)>,
    /// Ports that are being powered, and when they will be.
    pub powering: BTreeMap<BridgePort, u32>,
    /// Whether the switch itself has no power.
    pub unpowered: bool,
    /// Ports whose wire is cut.
    pub cut: BTreeSet<BridgePort>,
    /// What its ports count.
    pub traffic: BTreeMap<BridgePort, Traffic>,
    /// How often its agent looks at them.
    pub refresh: Refresh,
    /// What it has learned: the port of each address in each VLAN.
    pub fdb: BTreeMap<(VlanId, MacAddress), BridgePort>,
    /// snmpSetSerialNo, on switches that have it.
    pub set_serial: Option<i32>,
}

/// What is plugged into a port.
#[derive(Debug, Clone, PartialEq)]
pub struct Plug {
    pub mac: MacAddress,
    /// How it is powered: class and true draw; `None` for a device with its own supply.
    pub power: Option<(u8, Milliwatts)>,
    /// What it says of itself; `None` while it is silent.
    pub lldp: Option<LldpContent>,
}

impl Switch {
    /// Applies a write at a time, all of it or nothing.
    pub fn apply(&mut self, write: &Write, now_cs: u32) -> Result<(), Refusal> {
        match write {
            Write::Save(SaveWrite::Now) if self.faults.has(&Fault::FailsToSave) => return Err(Refusal::GenErr),
            Write::Save(SaveWrite::Now) => {
                self.save();
                return Ok(());
            }
            Write::Save(write) => return self.config.saving.write(write, self.layout.family, now_cs),
            Write::SetSerial(value) => {
                let serial = self.set_serial.as_mut().ok_or(Refusal::NotWritable)?;
                if serial != value {
                    return Err(Refusal::InconsistentValue);
                }
                // RFC 2579 TestAndIncr
                *serial = serial.checked_add(1).unwrap_or(0);
                return Ok(());
            }
            Write::Edit(edit) => return self.config.edit.write(edit, &self.config.vlans, now_cs),
            Write::Voice(write) => {
                // vmVoiceVlanTable has no row for a trunk; a VLAN that does not exist is told first
                let exists = write.vlan().is_none_or(|vlan| self.config.vlans.contains_key(&vlan));
                if matches!(write, VoiceWrite::Port(port, _) if exists && self.is_trunk(*port)) {
                    return Err(Refusal::NoCreation);
                }
                self.config.write_voice(write)?;
            }
            Write::Switchport(port, write) => {
                self.config.write_switchport(*port, write, self.faults.has(&Fault::ModeResetsPvid))?;
            }
            Write::CreateVlan(id) => self.config.create_vlan(*id)?,
            Write::DestroyVlan(id) => self.config.destroy_vlan(*id)?,
            Write::NameVlan(id, name) => self.config.vlan(*id)?.name.clone_from(name),
            Write::Egress(id, ports) => self.config.set_egress(*id, ports)?,
            Write::Untagged(id, ports) => {
                if self.faults.has(&Fault::OneUntagged) && self.config.has_second_untagged(*id, ports) {
                    return Err(Refusal::InconsistentValue);
                }
                self.config.set_untagged(*id, ports)?;
            }
            _ => self.apply_port(write)?,
        }
        self.config.changed_cs = now_cs;
        Ok(())
    }

    fn apply_port(&mut self, write: &Write) -> Result<(), Refusal> {
        let vlans: BTreeSet<VlanId> = self.config.vlans.keys().copied().collect();
        let layout = &self.layout;
        let trunk = |port: &BridgePort| layout.family == Family::Catalyst && !layout.powered(*port);
        let config = &mut self.config;
        match write {
            Write::PoeEnable(port, on) => {
                let port = config.port(*port)?;
                port.poe = match (on, port.poe) {
                    (false, _) => PoeMode::Disable,
                    (true, PoeMode::Disable) => PoeMode::Auto,
                    (true, kept) => kept,
                };
            }
            Write::PoeMode(port, mode) => config.port(*port)?.poe = *mode,
            Write::PoePriority(port, priority) => config.port(*port)?.priority = *priority,
            Write::PoeLimit(port, limit) if (4_000..=30_000).contains(&limit.0) => config.port(*port)?.limit = *limit,
            Write::PoeLimit(..) => return Err(Refusal::WrongValue),
            Write::PoeAllocatedBy(port, by) => config.port(*port)?.allocated_by = *by,
            Write::Pvid(port, vlan) if vlans.contains(vlan) => {
                if trunk(port) {
                    return Err(Refusal::NoCreation); // vmMembershipTable has no row for a trunk
                }
                let old = std::mem::replace(&mut config.port(*port)?.pvid, *vlan);
                if self.faults.has(&Fault::PvidLeavesTagged) {
                    config.move_untagged(*port, old, *vlan);
                }
            }
            Write::Pvid(..) => return Err(Refusal::InconsistentValue),
            Write::AdminUp(port, up) => config.port(*port)?.up = *up,
            Write::Alias(port, alias) => config.port(*port)?.alias.clone_from(alias),
            _ => return Err(Refusal::NotWritable),
        }
        Ok(())
    }

    /// Saves the running configuration.
    pub fn save(&mut self) {
        self.startup = self.config.clone();
        self.saves += 1;
    }

    /// Whether the port is a trunk of a switch on which that goes without saying: the uplinks of a Catalyst.
    fn is_trunk(&self, port: BridgePort) -> bool {
        self.layout.family == Family::Catalyst && !self.layout.powered(port)
    }
}
