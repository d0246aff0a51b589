//! The two simulated switches as they are built: ports, and the numbers they go by in each MIB. Pure.

use model::ids::{BridgePort, IfIndex, PseIndex};
use model::units::Milliwatts;

use super::family::{Family, OnPanel};

/// The name of the switch in the wiring closet; it speaks only standard MIBs unless it is built by another family.
pub const CLOSET: &str = "closet";
/// The name of the switch that speaks the Catalyst MIBs.
pub const FLOOR_2: &str = "floor-2";

/// Copper ports of each switch.
const COPPER: u32 = 16;
/// All ports of each switch; those after the copper ports are uplinks without power.
const PORTS: u32 = 18;

/// What is fixed about a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its name in the inventory, and its sysName.
    pub name: &'static str,
    pub family: Family,
    /// Its own chassis MAC.
    pub mac: [u8; 6],
    /// What its supply gives.
    pub budget: Milliwatts,
    /// The port that leads to the rest of the network.
    pub uplink: BridgePort,
    /// Whether the uplink carries every VLAN of the switch, as after registration by MVRP, whatever its static tables say.
    pub uplink_registers: bool,
    /// What restarts have added to every ifIndex.
    pub renumbered: u32,
}

impl Layout {
    /// The switch of the wiring closet, built by this family.
    #[must_use]
    pub const fn closet(family: Family) -> Self {
        Self {
            name: CLOSET,
            family,
            mac: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01],
            budget: Milliwatts::from_watts(124),
            uplink: BridgePort(18),
            uplink_registers: true,
            renumbered: 0,
        }
    }

    /// The Catalyst of the second floor.
    #[must_use]
    pub const fn floor_2() -> Self {
        Self {
            name: FLOOR_2,
            family: Family::Catalyst,
            mac: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x02],
            budget: Milliwatts::from_watts(370),
            uplink: BridgePort(17),
            uplink_registers: true,
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

    #[must_use]
    pub const fn if_index(&self, port: BridgePort) -> IfIndex {
        let build = self.family.build();
        let gap = if port.0 > COPPER { build.before_uplinks } else { 0 };
        IfIndex(build.before_ports + port.0 + gap + self.renumbered)
    }

    /// The port behind an ifIndex.
    #[must_use]
    pub fn port_of(&self, if_index: IfIndex) -> Option<BridgePort> {
        self.ports().find(|port| self.if_index(*port) == if_index)
    }

    #[must_use]
    pub fn if_name(&self, port: BridgePort) -> String {
        (self.family.build().name)(self.on_panel(port))
    }

    #[must_use]
    pub fn if_description(&self, port: BridgePort) -> String {
        (self.family.build().description)(self.on_panel(port))
    }

    fn on_panel(&self, port: BridgePort) -> OnPanel {
        if self.powered(port) { OnPanel::Copper(port.0) } else { OnPanel::Uplink { number: port.0, of_uplinks: port.0 - COPPER } }
    }

    /// The PSE row of a port that gives power.
    #[must_use]
    pub fn pse(&self, port: BridgePort) -> Option<PseIndex> {
        let number = if self.family.build().pse_is_if_index { self.if_index(port).0 } else { port.0 };
        self.powered(port).then_some(PseIndex { group: 1, port: number })
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
