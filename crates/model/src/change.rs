//! What a switch can be told to change, and what was seen of all switches. Pure.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dscp_map::Priorities;
use super::ids::{Dscp, MacAddress, SwitchName, VlanId};
use super::switch::{PoeAllocation, PoePriority, PortMode, SwitchState, VoiceVlan};
use super::trunk::Trunk;
use super::units::Milliwatts;

/// What was seen: every switch that answered, as it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Observed {
    pub switches: BTreeMap<SwitchName, SwitchState>,
    /// The addresses of this machine's own interfaces.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub machine: BTreeSet<MacAddress>,
}

/// A value before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delta<T> {
    /// What was read when the plan was made.
    pub before: T,
    /// What shall be read when the step is done.
    pub after: T,
}

impl<T> Delta<T> {
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

/// A port's membership in one VLAN: two bits of rows that all ports share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    None,
    Tagged,
    Untagged,
}

/// One fact that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Create or delete a VLAN.
    VlanExists {
        vlan: VlanId,
        /// Its name, for creating it.
        name: String,
        delta: Delta<bool>,
    },
    /// The port's membership in one VLAN.
    Membership {
        vlan: VlanId,
        /// How the port is a member.
        delta: Delta<Membership>,
    },
    /// The access VLAN (PVID): the VLAN of untagged frames.
    Pvid { delta: Delta<VlanId> },
    /// The port's voice VLAN object.
    VoiceVlan {
        delta: Delta<VoiceVlan>,
        /// The switch's own number for no voice VLAN, where it has several and the port has one of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        none: Option<u32>,
    },
    /// Whether a VLAN has the attribute of being for voice.
    VoiceAttribute {
        vlan: VlanId,
        /// Whether it has it.
        delta: Delta<bool>,
    },
    /// The one voice VLAN of the whole switch.
    SwitchVoiceVlan { delta: Delta<VoiceVlan> },
    /// The voice VLAN function of the whole switch, on or off.
    VoiceFunction {
        /// Whether it is on.
        delta: Delta<bool>,
    },
    /// Access or trunk mode of the port.
    PortMode {
        /// The port's access VLAN (PVID), which the change of the mode must not change.
        pvid: VlanId,
        delta: Delta<PortMode>,
    },
    /// What the port carries in trunk mode, while it is in access mode: made right before the mode changes.
    IdleTrunk { delta: Delta<Trunk> },
    /// The priority (802.1p) that frames with a DSCP get on the port.
    DscpPriority {
        dscp: Dscp,
        /// Its priorities, of which the highest counts.
        delta: Delta<Priorities>,
    },
    /// PoE priority.
    PoePriority {
        delta: Delta<PoePriority>,
        /// The switch's own number for the value before, where it has several for one name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u32>,
    },
    /// How the switch counts the port's power.
    PoeAllocation { delta: Delta<PoeAllocation> },
    /// The upper limit of the port's power.
    PoeLimit { delta: Delta<Milliwatts> },
    /// PoE on or off.
    PoeEnabled {
        /// Whether it is on.
        delta: Delta<bool>,
        /// How the port is counted when it is on, on switches that say so with the same object.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        allocation: Option<PoeAllocation>,
    },
}

impl Change {
    /// Whether another change of the same port, or of the whole switch, is about the same fact.
    #[must_use]
    pub fn same_fact(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::VlanExists { vlan, .. }, Self::VlanExists { vlan: other, .. })
            | (Self::Membership { vlan, .. }, Self::Membership { vlan: other, .. })
            | (Self::VoiceAttribute { vlan, .. }, Self::VoiceAttribute { vlan: other, .. }) => vlan == other,
            (Self::DscpPriority { dscp, .. }, Self::DscpPriority { dscp: other, .. }) => dscp == other,
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }

    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::VlanExists { vlan, name, delta } => Self::VlanExists { vlan, name, delta: delta.inverse() },
            Self::Membership { vlan, delta } => Self::Membership { vlan, delta: delta.inverse() },
            Self::Pvid { delta } => Self::Pvid { delta: delta.inverse() },
            Self::VoiceVlan { delta, none } => Self::VoiceVlan { delta: delta.inverse(), none },
            Self::VoiceAttribute { vlan, delta } => Self::VoiceAttribute { vlan, delta: delta.inverse() },
            Self::SwitchVoiceVlan { delta } => Self::SwitchVoiceVlan { delta: delta.inverse() },
            Self::VoiceFunction { delta } => Self::VoiceFunction { delta: delta.inverse() },
            Self::PortMode { pvid, delta } => Self::PortMode { pvid, delta: delta.inverse() },
            Self::IdleTrunk { delta } => Self::IdleTrunk { delta: delta.inverse() },
            Self::DscpPriority { dscp, delta } => Self::DscpPriority { dscp, delta: delta.inverse() },
            Self::PoePriority { delta, number } => Self::PoePriority { delta: delta.inverse(), number },
            Self::PoeAllocation { delta } => Self::PoeAllocation { delta: delta.inverse() },
            Self::PoeLimit { delta } => Self::PoeLimit { delta: delta.inverse() },
            Self::PoeEnabled { delta, allocation } => Self::PoeEnabled { delta: delta.inverse(), allocation },
        }
    }
}

impl std::fmt::Display for Change {
    /// `what: before → after`, as plan tables and questions show it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::VlanExists { vlan, name, delta } => {
                let present = |there: bool| if there { "present" } else { "absent" };
                write!(f, "VLAN {vlan} ({name}): {} → {}", present(delta.before), present(delta.after))
            }
            Self::Membership { vlan, delta } => write!(f, "member of VLAN {vlan}: {} → {}", delta.before, delta.after),
            Self::Pvid { delta } => write!(f, "access VLAN (PVID): {} → {}", delta.before, delta.after),
            Self::VoiceVlan { delta, .. } => write!(f, "voice VLAN: {} → {}", delta.before, delta.after),
            Self::VoiceAttribute { vlan, delta } => {
                write!(f, "VLAN {vlan} for voice: {} → {}", yes_no(delta.before), yes_no(delta.after))
            }
            Self::SwitchVoiceVlan { delta } => write!(f, "voice VLAN of the switch: {} → {}", delta.before, delta.after),
            Self::VoiceFunction { delta } => {
                write!(f, "voice VLAN function: {} → {}", on_off(delta.before), on_off(delta.after))
            }
            Self::PortMode { delta, .. } => write!(f, "port mode: {} → {}", delta.before, delta.after),
            Self::IdleTrunk { delta } => write!(f, "as a trunk: {} → {}", delta.before, delta.after),
            Self::DscpPriority { dscp, delta } => write!(f, "priority of DSCP {dscp}: {} → {}", delta.before, delta.after),
            Self::PoePriority { delta, .. } => write!(f, "PoE priority: {} → {}", delta.before, delta.after),
            Self::PoeAllocation { delta } => write!(f, "PoE counted by: {} → {}", delta.before, delta.after),
            Self::PoeLimit { delta } => write!(f, "PoE limit: {} → {}", delta.before, delta.after),
            Self::PoeEnabled { delta, .. } => write!(f, "PoE: {} → {}", on_off(delta.before), on_off(delta.after)),
        }
    }
}

impl std::fmt::Display for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "no",
            Self::Tagged => "tagged",
            Self::Untagged => "untagged",
        })
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

const fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
