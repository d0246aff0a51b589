//! A port that has its VLANs itself: access or trunk mode, and what it carries in each. Pure.
//!
//! Not simulated: hybrid and general mode.

use std::collections::BTreeSet;

use model::ids::VlanId;
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
        bits: u16,
        /// Those that are set.
        vlans: BTreeSet<VlanId>,
    },
}

impl Switchport {
    #[must_use]
    pub fn access(vlan: VlanId) -> Self {
        Self { mode: PortMode::Access, access: vlan, native: VlanId::DEFAULT, allowed: [VlanId::DEFAULT].into() }
    }

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

    /// Carries out a write. `resets`: a new mode puts the VLANs back to the default.
    pub(crate) fn write(&mut self, write: &SwitchportWrite, resets: bool) {
        match write {
            SwitchportWrite::Mode(mode) => {
                if resets && self.mode != *mode {
                    *self = Self::access(VlanId::DEFAULT);
                }
                self.mode = *mode;
            }
            SwitchportWrite::Access(vlan) => self.access = *vlan,
            SwitchportWrite::Native(vlan) => self.native = *vlan,
            SwitchportWrite::Allowed { first, bits, vlans } => {
                let block = *first..first.saturating_add(*bits);
                self.allowed.retain(|vlan| !block.contains(&vlan.get()));
                self.allowed.extend(vlans);
            }
        }
    }
}
