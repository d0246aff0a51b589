//! A write of a simulated switch, decoded and of the right type. Pure.

use std::collections::BTreeSet;

use model::ids::{BridgePort, VlanId};
use model::switch::PoePriority;
use model::units::Milliwatts;

use super::config::PoeMode;
use super::edit_buffer::Edit;
use super::saving::SaveWrite;
use super::switchport::SwitchportWrite;
use super::voice::VoiceWrite;

/// One write, decoded and of the right type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is one object of a MIB: see the agent's table of columns")]
pub enum Write {
    /// snmpSetSerialNo, to the value that it must have.
    SetSerial(i32),
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
