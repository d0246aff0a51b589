//! The documents `voiceport.render/1` and `voiceport.template/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::ids::{MacAddress, ModelId};

/// `voiceport.render/1`: the files of phones, or where their values come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderReport {
    /// The folder the files were written into; `None` when they were not written.
    pub folder: Option<String>,
    pub phones: Vec<RenderedPhone>,
}

/// The files of one phone, or the origin of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderedPhone {
    pub mac: MacAddress,
    pub model: ModelId,
    /// Its files; `None` when only the values were asked for.
    pub files: Option<Vec<RenderedFileRow>>,
    /// The values, by name; `None` when they were not asked for.
    pub values: Option<Vec<ExplainRow>>,
    /// What is set and stands in none of the phone's files, and why its files cannot be made; with the values.
    pub warnings: Vec<String>,
}

/// One file of a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderedFileRow {
    /// The name the phone asks for.
    pub name: String,
    /// Where it was written; `None` when it was not.
    pub path: Option<String>,
    /// What is in it, with the phone's passwords; `None` when it was written into a folder.
    pub content: Option<String>,
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
