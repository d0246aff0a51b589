//! Why a change cannot be made on a switch. Pure.

use model::ids::{BridgePort, PortName, VlanId};
use model::switch::{PoeAllocation, PortMode, VoiceVlan};
use model::trunk::VlanRanges;

use crate::switch::snmp::read::port_list::FormDoubt;

/// Why a change cannot be made on this switch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    #[error("the profile {0}")]
    Profile(Lack),
    #[error("the change names no port")]
    NoPort,
    #[error("no port is called {0}, or more than one is")]
    UnknownPort(PortName),
    #[error("{0} is no bridge port")]
    NoBridgePort(PortName),
    #[error("nothing proves which number {port} has in the table of {object}, so it is not written")]
    UnprovedNumber { object: String, port: PortName },
    #[error("no rule proves which PSE row is {0}, so none is written")]
    UnprovedPseRow(PortName),
    #[error("VLAN {vlan} does not exist: {object} has no row")]
    NoSuchVlan { vlan: VlanId, object: String },
    #[error("VLAN {vlan} cannot be created or removed over SNMP with the profile {profile}")]
    VlanCreation { vlan: VlanId, profile: String },
    #[error("VLAN membership is read-only on this switch (profile {profile})")]
    MembershipReadOnly { profile: String },
    #[error("{0}")]
    ListForm(FormDoubt),
    #[error("{0}, which is no list of ports")]
    UnreadList(String),
    #[error("{list} has {length} bytes and no place for bridge port {port}")]
    NoPlaceForPort { list: String, length: usize, port: BridgePort },
    #[error("{list} has {length} bytes and no place for VLAN {vlan}")]
    NoPlaceForVlan { list: String, length: usize, vlan: VlanId },
    #[error("{object} has no place for VLANs {vlans}")]
    NoPlaceForVlans { object: String, vlans: VlanRanges },
    #[error("no bitmap has a place for VLAN {0}")]
    NoBitmap(VlanId),
    #[error("{0} is not there")]
    NotThere(String),
    #[error("the port is not in trunk mode, so it can be a tagged member of no VLAN")]
    NotATrunk,
    #[error("the untagged VLAN of a trunk is its native VLAN")]
    NativeVlan,
    #[error("the switch has no {0} mode")]
    NoMode(PortMode),
    #[error("the switch has no voice VLAN {0}")]
    NoVoiceVlan(VoiceVlan),
    #[error("the switch always has a voice VLAN")]
    AlwaysVoiceVlan,
    #[error("the switch does not count power by {0}")]
    NotCountedBy(PoeAllocation),
    #[error("{object} cannot be {value}")]
    OutOfRange { object: String, value: i64 },
    #[error("{0} is no number: this is a bug in the profile")]
    NotANumber(String),
    #[error("{0} is no VLAN's: this is a bug in the profile")]
    NotAVlans(String),
}

/// What a profile does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    #[error("knows no VLAN table")]
    VlanTable,
    #[error("knows no access VLAN")]
    AccessVlan,
    #[error("cannot set port modes")]
    PortModes,
    #[error("knows no VLANs of a trunk besides those of an access port")]
    IdleTrunk,
    #[error("knows no voice VLAN object of a port")]
    VoiceOfPort,
    #[error("knows no voice attribute of VLANs")]
    VoiceAttribute,
    #[error("knows no voice VLAN of the whole switch")]
    VoiceOfSwitch,
    #[error("knows no voice VLAN function")]
    VoiceFunction,
    #[error("knows no PoE")]
    Poe,
    #[error("knows no PoE priority")]
    PoePriority,
    #[error("cannot set a PoE limit")]
    PoeLimit,
    #[error("knows no way of counting power")]
    PoeAllocation,
    #[error("does not say which priority a DSCP gets")]
    DscpPriority,
}

impl From<Lack> for NotPossible {
    fn from(lack: Lack) -> Self {
        Self::Profile(lack)
    }
}
