//! A simulated switch: its configuration, what is plugged in, and the physics of power between them. Pure.
//!
//! Not simulated: forwarding of frames, spanning tree, link speed, power negotiated over LLDP.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{BridgePort, MacAddress, VlanId};
use model::switch::{Detection, PoePriority, VoiceVlan};
use model::units::Milliwatts;

use super::advert::Advert;
use super::edit_buffer::{Edit, EditBuffer};
use super::family::Family;
use super::fault::Quirks;
use super::layout::Layout;
use super::quirk::Quirk;
use super::saves::{Copy, SaveWrite};
use super::switchport::{Switchport, SwitchportWrite};
use super::voice::{SwitchVoice, VoiceMode, VoiceWrite};

/// One simulated switch.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    /// What is fixed about it.
    pub layout: Layout,
    /// What can be written.
    pub config: Config,
    /// What is plugged in, by port.
    pub plugs: BTreeMap<BridgePort, Plug>,
    /// How it misbehaves.
    pub quirks: Quirks,
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
}

/// Everything a manager can write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// VLANs by number.
    pub vlans: BTreeMap<VlanId, Vlan>,
    /// Ports by number.
    pub ports: BTreeMap<BridgePort, PortConfig>,
    /// What is said about voice of the whole switch.
    pub voice: SwitchVoice,
    /// Copies of configurations, by the number of their row.
    pub copies: BTreeMap<u32, Copy>,
    /// Whether writes are not saved by themselves for the time being.
    pub saves_paused: bool,
    /// The buffer in which VLANs are changed; only the Catalyst has one.
    pub edit: EditBuffer,
    /// When the running configuration last changed: hundredths of a second since the start.
    pub changed_cs: u32,
    /// When it was last saved.
    pub saved_cs: u32,
}

/// One VLAN. Members sent untagged are members too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vlan {
    /// Its name.
    pub name: String,
    /// All members.
    pub egress: BTreeSet<BridgePort>,
    /// Those that are sent untagged.
    pub untagged: BTreeSet<BridgePort>,
    /// Whether it is for voice, where VLANs have that attribute.
    pub voice: bool,
}

/// What can be written about one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortConfig {
    /// Whether the interface is administratively up.
    pub up: bool,
    /// ifAlias.
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

/// What is plugged into a port.
#[derive(Debug, Clone, PartialEq)]
pub struct Plug {
    /// Its MAC.
    pub mac: MacAddress,
    /// How it is powered: class and true draw; `None` for a device with its own supply.
    pub power: Option<(u8, Milliwatts)>,
    /// What it says of itself; `None` while it is silent.
    pub advert: Option<Advert>,
}

/// One write, decoded and of the right type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is one object of a MIB: see the agent's table of columns")]
pub enum Write {
    PoeEnable(BridgePort, bool),
    PoeMode(BridgePort, PoeMode),
    PoePriority(BridgePort, PoePriority),
    PoeLimit(BridgePort, Milliwatts),
    Pvid(BridgePort, VlanId),
    PoeAllocatedBy(BridgePort, u32),
    Switchport(BridgePort, SwitchportWrite),
    Voice(VoiceWrite),
    AdminUp(BridgePort, bool),
    Alias(BridgePort, String),
    CreateVlan(VlanId),
    DestroyVlan(VlanId),
    NameVlan(VlanId, String),
    Egress(VlanId, BTreeSet<BridgePort>),
    Untagged(VlanId, BTreeSet<BridgePort>),
    Edit(Edit),
    Save(SaveWrite),
}

/// Why a write is refused (RFC 3416 error statuses).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum Refusal {
    NotWritable,
    WrongType,
    WrongLength,
    WrongValue,
    NoCreation,
    InconsistentName,
    InconsistentValue,
    ResourceUnavailable,
    CommitFailed,
    GenErr,
}

impl Switch {
    /// Applies a write at a time, all of it or nothing.
    pub fn apply(&mut self, write: &Write, now_cs: u32) -> Result<(), Refusal> {
        match write {
            Write::Save(write) => return self.write_saving(write, now_cs),
            Write::Edit(edit) => return self.config.edit.write(edit, &self.config.vlans, now_cs),
            Write::CreateVlan(_) | Write::DestroyVlan(_) | Write::NameVlan(..) | Write::Egress(..) | Write::Untagged(..) => {
                if self.quirks.has(&Quirk::OneUntagged) && self.config.has_second_untagged(write) {
                    return Err(Refusal::InconsistentValue);
                }
                self.config.apply_vlan(write)?;
            }
            Write::Voice(write) => self.write_voice(write)?,
            Write::Switchport(port, write) => self.write_switchport(*port, write)?,
            _ => self.apply_port(write)?,
        }
        self.config.changed_cs = now_cs;
        Ok(())
    }

    fn apply_port(&mut self, write: &Write) -> Result<(), Refusal> {
        let vlans: BTreeSet<VlanId> = self.config.vlans.keys().copied().collect();
        let (layout, config) = (&self.layout, &mut self.config);
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
                if layout.family == Family::Catalyst && !layout.powered(*port) {
                    return Err(Refusal::NoCreation); // vmMembershipTable has no row for a trunk
                }
                let old = std::mem::replace(&mut config.port(*port)?.pvid, *vlan);
                if self.quirks.has(&Quirk::PvidLeavesTagged) {
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

    /// Finishes what takes time; whether anything changed.
    pub fn tick(&mut self, now_cs: u32) -> bool {
        self.settle(now_cs) | self.end_apply(now_cs) | self.end_copies(now_cs)
    }

    /// What the supply of the switch gives.
    #[must_use]
    pub fn budget(&self) -> Milliwatts {
        let own = self.quirks.find(|quirk| match quirk {
            Quirk::Budget(budget) => Some(*budget),
            _ => None,
        });
        own.unwrap_or(self.layout.budget)
    }

    /// Power set aside for each port that is delivering: by class, in the order of priority and port, as far as the budget reaches.
    #[must_use]
    pub fn allocations(&self) -> BTreeMap<BridgePort, Milliwatts> {
        let mut asking: Vec<(PoePriority, BridgePort, Milliwatts)> = self
            .plugs
            .iter()
            .filter_map(|(port, plug)| {
                let config = self.config.ports.get(port)?;
                let wanted = class_power(plug.power?.0).min(config.limit);
                let on = config.poe != PoeMode::Disable && !self.powering.contains_key(port);
                (on && self.layout.powered(*port)).then_some((config.priority, *port, wanted))
            })
            .collect();
        asking.sort_unstable();
        let mut given = BTreeMap::new();
        let mut total = Milliwatts(0);
        for (_, port, wanted) in asking {
            if total + wanted <= self.budget() {
                total = total + wanted;
                given.insert(port, wanted);
            }
        }
        given
    }

    /// Whether the port delivers power.
    #[must_use]
    pub fn delivers(&self, port: BridgePort) -> bool {
        self.allocations().contains_key(&port)
    }

    /// What the PSE of a port is doing, given [`Switch::allocations`].
    #[must_use]
    pub fn detection(&self, port: BridgePort, allocations: &BTreeMap<BridgePort, Milliwatts>) -> Detection {
        let enabled = self.config.ports.get(&port).is_some_and(|config| config.poe != PoeMode::Disable);
        match (enabled, allocations.contains_key(&port)) {
            (false, _) => Detection::Disabled,
            (true, true) => Detection::Delivering,
            (true, false) => Detection::Searching,
        }
    }

    /// Whether the link is up: the device behind it has power.
    #[must_use]
    pub fn link_up(&self, port: BridgePort, allocations: &BTreeMap<BridgePort, Milliwatts>) -> bool {
        let up = self.config.ports.get(&port).is_some_and(|config| config.up);
        up && self.plugs.get(&port).is_some_and(|plug| plug.power.is_none() || allocations.contains_key(&port))
    }
}

impl Config {
    fn apply_vlan(&mut self, write: &Write) -> Result<(), Refusal> {
        match write {
            Write::CreateVlan(id) if self.vlans.contains_key(id) => return Err(Refusal::InconsistentValue),
            Write::CreateVlan(id) => {
                self.vlans.insert(*id, Vlan { name: format!("VLAN{:04}", id.get()), ..Vlan::default() });
            }
            Write::DestroyVlan(id) if id.get() == 1 || self.ports.values().any(|port| port.pvid == *id) => {
                return Err(Refusal::InconsistentValue);
            }
            Write::DestroyVlan(id) => {
                self.vlans.remove(id); // destroying a row that is not there is no error (RFC 2579 RowStatus)
            }
            Write::NameVlan(id, name) => self.vlan(*id)?.name.clone_from(name),
            Write::Egress(id, ports) => {
                let vlan = self.vlan(*id)?;
                vlan.untagged.retain(|port| ports.contains(port));
                vlan.egress.clone_from(ports);
            }
            Write::Untagged(id, ports) => {
                let vlan = self.vlan(*id)?;
                if !ports.is_subset(&vlan.egress) {
                    return Err(Refusal::InconsistentValue);
                }
                vlan.untagged.clone_from(ports);
            }
            _ => return Err(Refusal::NotWritable),
        }
        Ok(())
    }

    pub(super) fn port(&mut self, port: BridgePort) -> Result<&mut PortConfig, Refusal> {
        self.ports.get_mut(&port).ok_or(Refusal::NoCreation)
    }

    pub(super) fn vlan(&mut self, id: VlanId) -> Result<&mut Vlan, Refusal> {
        self.vlans.get_mut(&id).ok_or(Refusal::InconsistentName)
    }
}

/// Power a PSE sets aside for a device of a class (802.3 table 33-7).
#[must_use]
pub const fn class_power(class: u8) -> Milliwatts {
    Milliwatts(match class {
        1 => 4_000,
        2 => 7_000,
        4 => 30_000,
        _ => 15_400,
    })
}
