//! Switch profiles: what is particular to a vendor's switches, as data.

mod capabilities;
pub mod catalogue;
mod definition;
mod fit;
mod object;
mod pse;
mod save;
mod standard;
mod vlan;

pub use capabilities::{capabilities, read_only};
pub use definition::{Assigned, BridgeContexts, NeighbourTable, Profile, Support, TextNeighbours};
pub use object::{BerType, Index, Object, OnOff, Preset, Reading};
pub use pse::{Power, Pse, PseRule, Scale};
pub use save::{CopyRow, CopyText, RowNumber, Save, SaveProgress, SetScalars, Unsaved, name_of};
pub use vlan::{
    AccessVlan, Bitmap, EditBuffer, FirmwareColumn, ListGrammar, MembershipTable, MembershipWrite, PortListCodec, Tagging,
    ValueKind, VlanTable, Voice, VoicePort,
};
