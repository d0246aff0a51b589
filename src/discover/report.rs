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
    pub reason: Reason,
    /// The same in words, with the place.
    pub message: String,
}

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The frame breaks a rule without which it cannot be read.
    DamagedFrame,
    /// The capture file does not hold all of a frame.
    CutByCapture,
    /// Frames end in four bytes where a check sequence would be, and that are none.
    CheckSequence,
    /// The capture file describes no such interface.
    UnknownInterface,
    /// The interface's frames are no Ethernet frames.
    LinkType,
    /// This machine was too slow to receive every frame.
    FramesLost,
    /// The frames are this machine's own.
    OwnFrames,
    /// There are more neighbours than are kept.
    TooMany,
}

impl Rejected {
    /// A frame of a capture file.
    #[must_use]
    pub const fn frame(number: u64, reason: Reason, message: String) -> Self {
        Self { frame: Some(number), reason, message }
    }

    /// Something that is not about one frame.
    #[must_use]
    pub const fn whole(reason: Reason, message: String) -> Self {
        Self { frame: None, reason, message }
    }
}
