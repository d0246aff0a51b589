//! Whether a change of a switch survives its restart. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaveStatus {
    /// Saved to the startup configuration, and the switch said so.
    Saved,
    /// The switch saves every change itself.
    SavesItself,
    /// It cannot be saved over this transport: a restart undoes the change.
    NotPossible,
    /// Saving failed: a restart undoes the change.
    Failed,
}

impl SaveStatus {
    /// Whether the change survives.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Saved | Self::SavesItself)
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::SavesItself => "saved by the switch itself",
            Self::NotPossible => "cannot be saved from here: a restart of the switch undoes the change; save it there",
            Self::Failed => "not saved: a restart of the switch undoes the change",
        }
    }
}
