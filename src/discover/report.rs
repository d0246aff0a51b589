//! The document of `discover`, `voiceport.discover/1`. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use model::error_row::ErrorRow;
use model::ids::SwitchName;
use model::neighbour::Neighbour;

/// `voiceport.discover/1`: every neighbour seen, and every frame that was none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct DiscoverReport {
    /// One row per neighbour and place seen.
    pub rows: Vec<Neighbour<'static>>,
    /// Frames that could not be decoded at all.
    pub rejected: Vec<Rejected>,
    /// What a switch does not tell, and what could not be read of one that answered.
    pub notes: Vec<SwitchNote>,
    /// Switches that could not be read, and why.
    pub errors: Vec<ErrorRow>,
}

/// Something about a switch that its rows do not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SwitchNote {
    pub switch: SwitchName,
    pub note: String,
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rejected {
    /// The frame's number in its capture file, from 1.
    pub frame: Option<u64>,
    /// The switch that could not be read.
    pub switch: Option<SwitchName>,
    pub reason: String,
}
