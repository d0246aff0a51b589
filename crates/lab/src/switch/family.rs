//! The families of switches that the lab can build: what they call themselves and their ports, and what all of them do. Pure.

use std::str::FromStr;

use model::ids::{Invalid, by_name};

use super::fault::Fault;

/// Which MIBs a switch speaks, and how it behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Family {
    /// BRIDGE-MIB, Q-BRIDGE-MIB, POWER-ETHERNET-MIB, LLDP-MIB; nothing else, and no way to save.
    Standard,
    /// CISCO-VLAN-MEMBERSHIP-MIB, CISCO-POWER-ETHERNET-EXT-MIB, CISCO-VTP-MIB, CISCO-CDP-MIB: a voice VLAN of each port.
    Catalyst,
    /// ArubaOS-Switch: voice is an attribute of a VLAN; every write is saved at once unless that is paused.
    ArubaOs,
    /// FASTPATH under Netgear's number: a voice VLAN of each port behind a function of the switch; of a request with several objects it
    /// carries out the first alone.
    Fastpath,
    /// FASTPATH under Broadcom's number, without that oddity.
    #[default]
    EdgeSwitch,
    /// FASTPATH under Dell's number, with other columns, and an untagged VLAN of each port mode.
    DellN,
    /// Comware: VLANs are bitmaps of ports in trunk mode, their bits reversed in each byte; one voice VLAN, a list of ports that have it.
    Comware,
    /// Small Business: VLANs are those of each port's mode; one voice VLAN, which tagged members have.
    SmallBusiness,
}

/// Where a port is on the front panel.
#[derive(Debug, Clone, Copy)]
pub enum OnPanel {
    /// A port that gives power.
    Copper(u32),
    /// One that does not: its number among all ports, and among the uplinks.
    Uplink {
        /// From 1, after the copper ports.
        number: u32,
        /// From 1.
        of_uplinks: u32,
    },
}

/// How a family builds its switches.
pub struct Build {
    /// sysDescr.
    pub system: &'static str,
    /// sysObjectID.
    pub object_id: &'static [u32],
    /// ifIndex of the first port, less one.
    pub before_ports: u32,
    /// What the ifIndex of uplinks skips.
    pub before_uplinks: u32,
    /// Whether the number of a PSE row is the ifIndex; else it is that of the front panel, and the entity alias alone proves it.
    pub pse_is_if_index: bool,
    /// ifName.
    pub name: fn(OnPanel) -> String,
    /// ifDescr.
    pub description: fn(OnPanel) -> String,
}

const STANDARD: Build = Build {
    system: "Simulated 18-port gigabit switch, 16 with power, software 4.2.0",
    object_id: &[1, 3, 6, 1, 4, 1, 99_999, 1, 1],
    before_ports: 100,
    before_uplinks: 0,
    pse_is_if_index: true,
    name: |port| format!("1/{}", port.number()),
    description: |port| format!("Slot: 1 Port: {} {}", port.number(), port.either("Gigabit", "SFP")),
};

const CATALYST: Build = Build {
    system: "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E7, RELEASE SOFTWARE (fc3), simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 9, 1, 1208],
    before_ports: 10_100,
    before_uplinks: 8,
    pse_is_if_index: false,
    name: |port| format!("Gi{}", catalyst_place(port)),
    description: |port| format!("GigabitEthernet{}", catalyst_place(port)),
};

const ARUBA_OS: Build = Build {
    system: "HP J9773A 2530-24G-PoEP Switch, revision YA.16.10.0016, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 11, 2, 3, 7, 11, 150],
    before_ports: 0,
    before_uplinks: 0,
    pse_is_if_index: true,
    name: |port| port.number().to_string(),
    description: |port| port.number().to_string(),
};

const FASTPATH: Build = Build {
    system: "M4300-28G-PoE+ ProSAFE 24-port 1G PoE+ switch, 12.0.13.8, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 4526, 100, 1, 42],
    before_ports: 0,
    before_uplinks: 0,
    pse_is_if_index: true,
    name: |port| format!("1/0/{}", port.number()),
    description: |port| format!("Slot: 0 Port: {} {}", port.number(), port.either("Gigabit - Level", "10G - Level")),
};

const EDGE_SWITCH: Build = Build {
    system: "EdgeSwitch 24-Port 250W, 1.9.3.5, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 4413],
    name: |port| format!("0/{}", port.number()),
    ..FASTPATH
};

const DELL_N: Build = Build {
    system: "Dell Networking N2024P, 6.6.3.10, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 674, 10_895, 3054],
    name: |port| format!("{}1/0/{}", port.either("Gi", "Te"), port.number()),
    description: |port| format!("Unit: 1 Slot: 0 Port: {} {}", port.number(), port.either("Gigabit - Level", "10G - Level")),
    ..FASTPATH
};

const COMWARE: Build = Build {
    system: "HPE Comware Platform Software, Software Version 7.1.070, HPE 5130-24G-PoE+-4SFP+ EI, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 25_506, 11, 1, 182],
    before_ports: 0,
    before_uplinks: 8,
    pse_is_if_index: true,
    name: comware_name,
    description: comware_name,
};

const SMALL_BUSINESS: Build = Build {
    system: "CBS350-16P-E-2G 16-Port Gigabit PoE Managed Switch, simulated",
    object_id: &[1, 3, 6, 1, 4, 1, 9, 6, 1, 1003, 16, 2, 1],
    before_ports: 48,
    before_uplinks: 0,
    pse_is_if_index: true,
    name: |port| format!("gi{}", port.number()),
    description: |port| format!("gigabitethernet{}", port.number()),
};

impl Family {
    /// Every family, in the order of the names' table.
    pub const ALL: [Self; 8] = [
        Self::Standard,
        Self::Catalyst,
        Self::ArubaOs,
        Self::Fastpath,
        Self::EdgeSwitch,
        Self::DellN,
        Self::Comware,
        Self::SmallBusiness,
    ];

    /// The name of the profile that its switches fit.
    #[must_use]
    pub const fn profile(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Catalyst => "cisco-ios",
            Self::ArubaOs => "aruba-os-switch",
            Self::Fastpath => "netgear-fastpath",
            Self::EdgeSwitch => "ubiquiti-edgeswitch",
            Self::DellN => "dell-n",
            Self::Comware => "hpe-comware",
            Self::SmallBusiness => "cisco-small-business",
        }
    }

    /// How it builds its switches.
    #[must_use]
    pub const fn build(self) -> &'static Build {
        match self {
            Self::Standard => &STANDARD,
            Self::Catalyst => &CATALYST,
            Self::ArubaOs => &ARUBA_OS,
            Self::Fastpath => &FASTPATH,
            Self::EdgeSwitch => &EDGE_SWITCH,
            Self::DellN => &DELL_N,
            Self::Comware => &COMWARE,
            Self::SmallBusiness => &SMALL_BUSINESS,
        }
    }

    /// What all its switches do.
    #[must_use]
    pub fn faults(self) -> Vec<Fault> {
        match self {
            Self::Standard | Self::Catalyst | Self::EdgeSwitch | Self::DellN | Self::SmallBusiness => Vec::new(),
            Self::ArubaOs => vec![Fault::SavesImplicitly, Fault::PvidLeavesTagged],
            Self::Fastpath => vec![Fault::AppliesFirstOnly],
            Self::Comware => vec![Fault::ModeResetsPvid],
        }
    }

    /// Whether VLANs are kept by port, in access or trunk mode, and not as lists of ports for each VLAN.
    #[must_use]
    pub const fn has_modes(self) -> bool {
        matches!(self, Self::Comware | Self::SmallBusiness | Self::DellN)
    }
}

impl FromStr for Family {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        by_name(text, "a kind of switch that the lab can build", &Self::ALL, Self::profile)
    }
}

impl OnPanel {
    /// Its number among all ports.
    const fn number(self) -> u32 {
        match self {
            Self::Copper(number) | Self::Uplink { number, .. } => number,
        }
    }

    const fn either(self, copper: &'static str, uplink: &'static str) -> &'static str {
        match self {
            Self::Copper(_) => copper,
            Self::Uplink { .. } => uplink,
        }
    }
}

fn catalyst_place(port: OnPanel) -> String {
    match port {
        OnPanel::Copper(number) => format!("1/0/{number}"),
        OnPanel::Uplink { of_uplinks, .. } => format!("1/1/{of_uplinks}"),
    }
}

fn comware_name(port: OnPanel) -> String {
    match port {
        OnPanel::Copper(number) => format!("GigabitEthernet1/0/{number}"),
        OnPanel::Uplink { number, .. } => format!("Ten-GigabitEthernet1/0/{number}"),
    }
}
