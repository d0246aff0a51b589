//! The two simulated switches as they are built: ports, names, and the numbers they go by in each MIB. Pure.

use crate::model::ids::BridgePort;
use crate::model::ids::IfIndex;
use crate::model::ids::PseIndex;
use crate::model::units::Milliwatts;

/// The name of the switch that speaks only standard MIBs.
pub const CLOSET: &str = "closet";
/// The name of the switch that speaks the Catalyst MIBs.
pub const FLOOR_2: &str = "floor-2";

/// Copper ports of each switch.
const COPPER: u32 = 16;
/// All ports of each switch; those after the copper ports are uplinks without power.
const PORTS: u32 = 18;

/// Which MIBs a switch speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// BRIDGE-MIB, Q-BRIDGE-MIB, POWER-ETHERNET-MIB, LLDP-MIB.
    Standard,
    /// CISCO-VLAN-MEMBERSHIP-MIB, CISCO-POWER-ETHERNET-EXT-MIB, CISCO-VTP-MIB, CISCO-CDP-MIB, LLDP-MIB.
    Catalyst,
}

/// What is fixed about a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its name in the inventory, and its sysName.
    pub name: &'static str,
    /// Its MIBs.
    pub family: Family,
    /// sysDescr.
    pub description: &'static str,
    /// sysObjectID.
    pub object_id: &'static [u32],
    /// Its own chassis MAC.
    pub mac: [u8; 6],
    /// What its supply gives.
    pub budget: Milliwatts,
    /// The port that leads to the rest of the network.
    pub uplink: BridgePort,
    /// What restarts have added to every ifIndex.
    pub renumbered: u32,
}

impl Layout {
    /// The switch that speaks only standard MIBs.
    #[must_use]
    pub const fn closet() -> Self {
        Self {
            name: CLOSET,
            family: Family::Standard,
            description: "Simulated 18-port gigabit switch, 16 with power, software 4.2.0",
            object_id: &[1, 3, 6, 1, 4, 1, 99_999, 1, 1],
            mac: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01],
            budget: Milliwatts::from_watts(124),
            uplink: BridgePort(18),
            renumbered: 0,
        }
    }

    /// The switch that speaks the Catalyst MIBs.
    #[must_use]
    pub const fn floor_2() -> Self {
        Self {
            name: FLOOR_2,
            family: Family::Catalyst,
            description: "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E7, RELEASE SOFTWARE (fc3), simulated",
            object_id: &[1, 3, 6, 1, 4, 1, 9, 1, 1208],
            mac: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x02],
            budget: Milliwatts::from_watts(370),
            uplink: BridgePort(17),
            renumbered: 0,
        }
    }

    /// All ports in the order of the front panel; the number is the bridge port too.
    pub fn ports(&self) -> impl Iterator<Item = BridgePort> + use<> {
        (1..=PORTS).map(BridgePort)
    }

    /// Whether this switch has the port.
    #[must_use]
    pub const fn has(&self, port: BridgePort) -> bool {
        port.0 >= 1 && port.0 <= PORTS
    }

    /// Whether the port gives power; the others are uplinks.
    #[must_use]
    pub const fn powered(&self, port: BridgePort) -> bool {
        port.0 >= 1 && port.0 <= COPPER
    }

    /// ifIndex: on no port the same number as the bridge port.
    #[must_use]
    pub const fn if_index(&self, port: BridgePort) -> IfIndex {
        let built = match self.family {
            Family::Standard => 100 + port.0,
            Family::Catalyst if port.0 > COPPER => 10_100 + port.0 + 8,
            Family::Catalyst => 10_100 + port.0,
        };
        IfIndex(built + self.renumbered)
    }

    /// The port behind an ifIndex.
    #[must_use]
    pub fn port_of(&self, if_index: IfIndex) -> Option<BridgePort> {
        self.ports().find(|port| self.if_index(*port) == if_index)
    }

    /// ifName.
    #[must_use]
    pub fn if_name(&self, port: BridgePort) -> String {
        match self.family {
            Family::Standard => format!("1/{}", port.0),
            Family::Catalyst if port.0 > COPPER => format!("Gi1/1/{}", port.0 - COPPER),
            Family::Catalyst => format!("Gi1/0/{}", port.0),
        }
    }

    /// ifDescr.
    #[must_use]
    pub fn if_description(&self, port: BridgePort) -> String {
        match self.family {
            Family::Standard => format!("Slot: 1 Port: {} {}", port.0, if self.powered(port) { "Gigabit" } else { "SFP" }),
            Family::Catalyst => self.if_name(port).replace("Gi", "GigabitEthernet"),
        }
    }

    /// The PSE row of a port that gives power. On the standard switch its number is the ifIndex; on the other it is the
    /// front panel's, and only the entity alias proves it.
    #[must_use]
    pub fn pse(&self, port: BridgePort) -> Option<PseIndex> {
        self.powered(port).then(|| match self.family {
            Family::Standard => PseIndex { group: 1, port: self.if_index(port).0 },
            Family::Catalyst => PseIndex { group: 1, port: port.0 },
        })
    }

    /// The port behind a PSE row.
    #[must_use]
    pub fn port_of_pse(&self, pse: PseIndex) -> Option<BridgePort> {
        self.ports().find(|port| self.pse(*port) == Some(pse))
    }

    /// entPhysicalIndex of a port.
    #[must_use]
    pub const fn entity(&self, port: BridgePort) -> u32 {
        1000 + port.0
    }
}
