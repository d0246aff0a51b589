//! One thing that was wrong, as every document tells it. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SwitchName;

/// One thing that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorRow {
    /// Its kind, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// The switch it is about.
    pub switch: Option<SwitchName>,
    /// The file it is in.
    pub file: Option<String>,
    /// Line of the file, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// What to do about it, or what to write instead.
    pub hint: Option<String>,
}

impl ErrorRow {
    /// An error without a place.
    pub fn new(code: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), switch: None, file: None, line: None, column: None, hint }
    }

    /// An error of one switch.
    pub fn of_switch(switch: &SwitchName, code: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { switch: Some(switch.clone()), ..Self::new(code, message, hint) }
    }
}
