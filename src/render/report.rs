//! The documents `voiceport.render/1` and `voiceport.template/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::ids::{MacAddress, ModelId};

/// `voiceport.render/1`: where each value of a phone's files comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainReport {
    pub mac: MacAddress,
    pub model: ModelId,
    /// The values, by name.
    pub values: Vec<ExplainRow>,
    /// What is set and stands in none of the phone's files, and why its files cannot be made.
    pub warnings: Vec<String>,
}

/// One value and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainRow {
    /// Dotted name, as in templates.
    pub name: String,
    /// The value; secrets as `***`.
    pub value: String,
    /// Where it comes from.
    pub layer: String,
}

/// `voiceport.template/1`: the models there are templates for, and what is wrong with the templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateReport {
    pub models: Vec<TemplateRow>,
    /// What `template check` found, a line each.
    pub findings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateRow {
    /// Vendor and model, as the inventory writes it.
    pub model: ModelId,
    /// Name as the vendor writes it.
    pub title: String,
    pub lines: u32,
    /// Files it fetches, in order; `{mac}` and `{MAC}` stand for its MAC address.
    pub files: Vec<String>,
}
