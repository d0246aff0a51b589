//! What is wrong with what a neighbour says, or contradicts itself. Pure.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// Damage or a contradiction. Documents show the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anomaly {
    /// Damage to a frame, or a broken rule of its protocol.
    Frame(lldp::cursor::Anomaly),
    /// The capture file does not hold all of the frame: what is missing of it is no fault of its sender.
    CutByCapture {
        /// Bytes that are there.
        held: usize,
        /// Bytes that the frame had.
        of: usize,
    },
    /// Two sources name different phones: which, in words.
    PhoneConflict(String),
    /// More than one device speaks CDP on one cable: something between floods it.
    Flooded { devices: usize },
    /// The switch has two rows of this neighbour, and the other one says something else.
    SecondRow { what: &'static str, says: String },
    /// The neighbour sent a shutdown frame.
    Withdrawn {
        /// The frame's number in its capture file.
        frame: u64,
    },
}

impl Anomaly {
    /// Whether the frame ends in four bytes where a check sequence would be, and that are none of it: as a rule all frames of a capture
    /// do, because something changed them on their way to it.
    #[must_use]
    pub const fn is_no_check_sequence(&self) -> bool {
        use lldp::cursor::{Anomaly as OfFrame, Rule};
        matches!(self, Self::Frame(OfFrame::Odd { rule: Rule::NoCheckSequence, .. }))
    }
}

impl From<lldp::cursor::Anomaly> for Anomaly {
    fn from(anomaly: lldp::cursor::Anomaly) -> Self {
        Self::Frame(anomaly)
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(anomaly) => anomaly.fmt(f),
            Self::CutByCapture { held, of } => write!(f, "the capture holds {held} of {of} bytes"),
            Self::PhoneConflict(what) => write!(f, "phone: {what}"),
            Self::Flooded { devices } => write!(
                f,
                "cdp: {devices} devices are heard here: something between floods it, so this one may be plugged in elsewhere"
            ),
            Self::SecondRow { what, says } => write!(f, "the switch has a second row of it, with the {what} `{says}`"),
            Self::Withdrawn { frame } => write!(f, "withdrew itself in frame {frame}"),
        }
    }
}

impl Serialize for Anomaly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Anomaly {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Anomaly".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}
