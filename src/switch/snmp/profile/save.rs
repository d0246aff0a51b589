//! What a profile says of saving: how the running configuration is made permanent, and where unsaved changes show. Values only. Pure.

use serde::Deserialize;

use super::object::{Object, Preset, Reading};

/// How the running configuration is saved.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Save {
    /// It cannot be saved over SNMP.
    NotSupported,
    /// The switch saves every change by itself.
    Automatic,
    /// A row is created that copies; its state is polled; the row is destroyed.
    CopyRow(Box<CopyRow>),
    /// Scalars are set; their state is polled where there is one.
    Scalars(Box<SetScalars>),
    /// A scalar is set to the text of another, the name of the startup configuration; its state is polled.
    CopyText(Box<CopyText>),
}

/// Saving by a row that copies the running configuration to the startup configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRow {
    /// How the row's number is found.
    pub row: RowNumber,
    /// Written in one request.
    pub start: Vec<Preset>,
    pub progress: SaveProgress,
    /// Where the row of `progress` is another one: the column that names the copying row.
    pub by: Option<Reading>,
    /// Written at the end.
    pub release: Option<Preset>,
}

/// How a row's number is found.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RowNumber {
    /// One that nobody else is likely to use at this moment.
    Random,
    /// One more than the highest in the column.
    After(Reading),
}

/// Saving by setting scalars.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetScalars {
    /// Written in one request; their OIDs are written with the instance.
    pub start: Vec<Preset>,
    /// How it goes, where the switch tells.
    pub progress: Option<SaveProgress>,
}

/// Saving by copying a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyText {
    /// Where the text is.
    pub from: Reading,
    /// Where it is written.
    pub to: Object,
    pub progress: SaveProgress,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveProgress {
    pub state: Reading,
    /// Its values for done.
    pub done: Vec<i64>,
    /// Its values for failed; every other value means that it goes on.
    pub failed: Vec<i64>,
    pub cause: Option<Reading>,
    /// Names of the causes from 1, where the cause is a number.
    #[serde(default)]
    pub causes: Vec<String>,
    /// How long it may take, in seconds.
    pub deadline_s: u64,
}

/// Where unsaved changes show.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Unsaved {
    /// There are some when one time is later than another (both sysUpTime).
    Times {
        /// When the running configuration last changed.
        changed: Reading,
        /// When it was last saved.
        saved: Reading,
    },
    /// An object says it.
    Value {
        object: Reading,
        /// Its value when there are some.
        unsaved: i64,
    },
}

/// The name of a number, of names that count from 1.
#[must_use]
pub fn name_of(number: i64, names: &[String]) -> Option<&str> {
    let position = usize::try_from(number.checked_sub(1)?).ok()?;
    names.get(position).map(String::as_str)
}
