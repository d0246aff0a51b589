//! The phone models voiceport knows: vendors, names they go by, files they fetch. Pure.
//!
//! The tables are data (`templates/<vendor>/models.yaml`); these are their types after reading.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{MacAddress, ModelId};
use model::units::Milliwatts;

/// All vendors by folder name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Vendor by folder name under `templates/`.
    pub vendors: BTreeMap<String, Vendor>,
    /// Parameters of any vendor whose values are secret; `{n}` stands for a number.
    pub secret_parameters: BTreeSet<String>,
}

/// The form in which lists name a parameter: `account.12.password` is `account.{n}.password`.
#[must_use]
pub fn parameter_pattern(name: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    name.split('.').map(|part| if is_number(part) { "{n}" } else { part }).collect::<Vec<_>>().join(".")
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vendor {
    /// Name for people: `Yealink`.
    pub title: String,
    /// How MAC addresses of this vendor's phones begin; the longest prefix of all vendors tells whose phone it is.
    pub ouis: Vec<MacPrefix>,
    /// How MAC addresses of this vendor's phones begin that other devices have as well: by themselves they tell nothing.
    pub shared_ouis: Vec<MacPrefix>,
    /// Words by which LLDP, LLDP-MED inventory and CDP texts name the vendor, in lower case.
    pub words: Vec<String>,
    /// Models with templates, by key.
    pub models: BTreeMap<String, PhoneModel>,
    /// Models that are known when seen, and have no template.
    pub identified: Vec<KnownModel>,
}

/// The first bytes of a MAC address: an OUI, or more where one OUI is on the phones of two vendors.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MacPrefix(pub Vec<u8>);

impl MacPrefix {
    /// Whether the address begins so.
    #[must_use]
    pub fn begins(&self, mac: MacAddress) -> bool {
        mac.0.starts_with(&self.0)
    }
}

/// A model without templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownModel {
    /// Name as the vendor writes it: `VVX 411`.
    pub title: String,
    /// Names it gives itself in texts, besides the title.
    pub names: Vec<String>,
}

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

impl FileSpec {
    /// The name under which a phone asks for it.
    #[must_use]
    pub fn name_for(&self, mac: MacAddress) -> String {
        self.name.replace("{mac}", &mac.bare()).replace("{MAC}", &mac.bare().to_uppercase())
    }
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
    /// Whether some vendor's phones know a parameter of this name whose value is secret.
    #[must_use]
    pub fn is_secret_parameter(&self, name: &str) -> bool {
        self.secret_parameters.contains(name) || self.secret_parameters.contains(&parameter_pattern(name))
    }

    /// The model an inventory names.
    #[must_use]
    pub fn model(&self, id: &ModelId) -> Option<&PhoneModel> {
        self.vendors.get(&id.vendor)?.models.get(&id.model)
    }

    /// The title of a model that is known when seen but cannot be rendered: `poly/vvx411` means `VVX 411`.
    #[must_use]
    pub fn without_template(&self, id: &ModelId) -> Option<&str> {
        let vendor = self.vendors.get(&id.vendor)?;
        let means = |name: &String| essence(name).eq(essence(&id.model));
        vendor
            .identified
            .iter()
            .find(|model| std::iter::once(&model.title).chain(&model.names).any(means))
            .map(|model| model.title.as_str())
    }

    /// The vendors that have templates, with their folder names.
    pub fn with_templates(&self) -> impl Iterator<Item = (&str, &Vendor)> {
        self.vendors.iter().filter(|(_, vendor)| !vendor.models.is_empty()).map(|(key, vendor)| (key.as_str(), vendor))
    }
}

/// A name's letters and digits, in lower case.
fn essence(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
