//! The phone models voiceport knows: vendors, names they go by, files they fetch. Pure.
//!
//! The tables are data (`templates/<vendor>/models.yaml`); these are their types after reading.

use std::collections::BTreeMap;

use super::ids::ModelId;
use super::units::Milliwatts;

/// All vendors by folder name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Vendor by folder name under `templates/`.
    pub vendors: BTreeMap<String, Vendor>,
}

/// One vendor.
#[derive(Debug, Clone, PartialEq)]
pub struct Vendor {
    /// Name for people: `Yealink`.
    pub title: String,
    /// OUIs seen on this vendor's phones.
    pub ouis: Vec<[u8; 3]>,
    /// Words by which LLDP, LLDP-MED inventory and CDP texts name the vendor, in lower case.
    pub words: Vec<String>,
    /// Models by key.
    pub models: BTreeMap<String, PhoneModel>,
}

/// One model.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneModel {
    /// Name as the vendor writes it: `T46S`.
    pub title: String,
    /// Names it gives itself in LLDP, CDP and User-Agent texts, besides the title: `SIP-T46S`.
    pub names: Vec<String>,
    /// PoE class 0–4 where a source is known.
    pub poe_class: Option<u8>,
    /// Highest power at the PD where a source is known.
    pub max_power: Option<Milliwatts>,
    /// Number of lines.
    pub lines: u32,
    /// Files it fetches, in order.
    pub files: Vec<FileSpec>,
}

/// One file a phone fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpec {
    /// Name asked for; `{mac}` and `{MAC}` stand for the phone's MAC in lower or upper case without separators.
    pub name: String,
    /// The template's file name in the vendor's folder.
    pub template: String,
    /// Its syntax: chooses escaping and the parameter lint.
    pub format: FileFormat,
    /// Whether it is the phone's own and holds its secrets, as opposed to one for all phones of a model.
    pub device: bool,
}

/// Syntax of a phone's file (phones differ in what must be escaped).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// `name = value` lines; no CR, LF or NUL in a value.
    KeyValue,
    /// XML elements; `&`, `<`, `>` and quotes escaped, control characters refused.
    Xml,
}

impl Catalogue {
    /// The model an inventory names.
    #[must_use]
    pub fn model(&self, id: &ModelId) -> Option<&PhoneModel> {
        self.vendors.get(&id.vendor)?.models.get(&id.model)
    }
}
