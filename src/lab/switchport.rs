//! A port that has its VLANs itself: access or trunk mode, and what it carries in each. Pure.
//!
//! Not simulated: hybrid and general mode.

use std::collections::BTreeSet;

use super::quirk::Quirk;
use super::state::{Config, Refusal, Switch};
use model::ids::{BridgePort, VlanId};
use model::switch::PortMode;

/// What a port does with VLANs in its mode, and would do in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switchport {
    /// Access or trunk.
    pub mode: PortMode,
    /// The VLAN of an access port.
    pub access: VlanId,
    /// The untagged VLAN of a trunk; it is carried only when it is allowed.
    pub native: VlanId,
    /// The VLANs of a trunk.
    pub allowed: BTreeSet<VlanId>,
}

/// A write of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwitchportWrite {
    /// Access or trunk.
    Mode(PortMode),
    /// The VLAN of the access mode, whatever the mode is now.
    Access(VlanId),
    /// The untagged VLAN of the trunk mode, whatever the mode is now.
    Native(VlanId),
    /// The VLANs from the first on, as many as the bitmap has bits.
    Allowed {
        /// The VLAN of the first bit.
        first: u16,
        /// Bits.
        bits: u16,
        /// Those that are set.
        vlans: BTreeSet<VlanId>,
    },
}

impl Switchport {
    /// An access port.
    #[must_use]
    pub fn access(vlan: VlanId) -> Self {
        Self { mode: PortMode::Access, access: vlan, native: VlanId::DEFAULT, allowed: [VlanId::DEFAULT].into() }
    }

    /// A trunk.
    #[must_use]
    pub fn trunk(native: VlanId, allowed: BTreeSet<VlanId>) -> Self {
        Self { mode: PortMode::Trunk, access: VlanId::DEFAULT, native, allowed }
    }

    /// The VLAN of untagged frames.
    #[must_use]
    pub const fn untagged(&self) -> VlanId {
        match self.mode {
            PortMode::Access => self.access,
            PortMode::Trunk | PortMode::Hybrid => self.native,
        }
    }

    /// Whether the VLAN of this number may pass in trunk mode.
    #[must_use]
    pub fn allows(&self, number: u32) -> bool {
        u16::try_from(number).ok().and_then(VlanId::new).is_some_and(|vlan| self.allowed.contains(&vlan))
    }

    /// The VLANs it is a member of.
    #[must_use]
    pub fn carried(&self) -> BTreeSet<VlanId> {
        match self.mode {
            PortMode::Access => [self.access].into(),
            PortMode::Trunk | PortMode::Hybrid => self.allowed.clone(),
        }
    }
}

impl Switch {
    /// Carries out a write, and puts the port into the VLANs that follow from it.
    pub(super) fn write_switchport(&mut self, port: BridgePort, write: &SwitchportWrite) -> Result<(), Refusal> {
        if let SwitchportWrite::Access(vlan) | SwitchportWrite::Native(vlan) = write
            && !self.config.vlans.contains_key(vlan)
        {
            return Err(Refusal::InconsistentValue);
        }
        let resets = self.quirks.has(&Quirk::ModeResetsPvid);
        let own = self.config.ports.get_mut(&port).and_then(|port| port.switchport.as_mut()).ok_or(Refusal::NoCreation)?;
        match write {
            SwitchportWrite::Mode(mode) => {
                if resets && own.mode != *mode {
                    *own = Switchport::access(VlanId::DEFAULT);
                }
                own.mode = *mode;
            }
            SwitchportWrite::Access(vlan) => own.access = *vlan,
            SwitchportWrite::Native(vlan) => own.native = *vlan,
            SwitchportWrite::Allowed { first, bits, vlans } => {
                let block = *first..first.saturating_add(*bits);
                own.allowed.retain(|vlan| !block.contains(&vlan.get()));
                own.allowed.extend(vlans);
            }
        }
        self.config.follow_switchports();
        Ok(())
    }
}

impl Config {
    /// Makes PVIDs and the members of VLANs what the ports say, on a switch whose ports say it.
    pub(super) fn follow_switchports(&mut self) {
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
