//! Vendor and model tables (`templates/<vendor>/models.yaml`), read from YAML. Pure; the files come from `source`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::catalogue::{Catalogue, FileFormat, FileSpec, KnownModel, MacPrefix, PhoneModel, Vendor};
use super::error::Error;
use super::source::{self, Files, yaml};
use model::units::Milliwatts;

/// The vendors and models in the binary.
pub fn builtin() -> Result<Catalogue, Error> {
    read(&source::built_in())
}

/// The vendors and models in the binary, replaced and added to by those of a folder.
pub fn load(folder: &Path) -> Result<Catalogue, Error> {
    read(&source::with_folder(folder)?)
}

/// The vendors and models of a set of template files.
pub fn read(files: &Files) -> Result<Catalogue, Error> {
    let mut catalogue = Catalogue::default();
    for (path, text) in files {
        if let Some(vendor) = path.strip_suffix("/models.yaml") {
            let table: VendorTable = yaml(path, text)?;
            catalogue.vendors.insert(vendor.to_owned(), vendor_of(path, table)?);
        } else if path.ends_with("/parameters.yaml") {
            catalogue.secret_parameters.extend(yaml::<SecretParameters>(path, text)?.secret);
        }
    }
    Ok(catalogue)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorTable {
    title: String,
    #[serde(default)]
    ouis: Vec<String>,
    #[serde(default)]
    shared_ouis: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    /// A title that begins so is known by each of these beginnings too: `CP-8841` as `IP Phone 8841`.
    #[serde(default)]
    beginnings: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    models: BTreeMap<String, ModelTable>,
    #[serde(default)]
    identified: Vec<KnownTable>,
}

/// Of a vendor's list of parameters, those whose values are secret; `render` reads the rest.
#[derive(Deserialize)]
struct SecretParameters {
    #[serde(default)]
    secret: BTreeSet<String>,
}

/// A title alone, or with other names.
#[derive(Deserialize)]
#[serde(untagged)]
enum KnownTable {
    Title(String),
    Named { title: String, names: Vec<String> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelTable {
    title: String,
    #[serde(default)]
    names: Vec<String>,
    poe_class: Option<u8>,
    max_power_mw: Option<u32>,
    lines: u32,
    files: Vec<FileTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    name: String,
    template: String,
    format: FileFormat,
    device: bool,
}

fn vendor_of(path: &str, table: VendorTable) -> Result<Vendor, Error> {
    let prefixes = |texts: &[String]| texts.iter().map(|text| mac_prefix(path, text)).collect::<Result<_, _>>();
    let (ouis, shared_ouis) = (prefixes(&table.ouis)?, prefixes(&table.shared_ouis)?);
    let mut models = BTreeMap::new();
    for (key, model) in table.models {
        let mut model = model_of(path, &key, model)?;
        model.names = other_names(&model.title, model.names, &table.beginnings);
        models.insert(key.to_lowercase(), model);
    }
    let known = |known| {
        let (title, names) = match known {
            KnownTable::Title(title) => (title, Vec::new()),
            KnownTable::Named { title, names } => (title, names),
        };
        KnownModel { names: other_names(&title, names, &table.beginnings), title }
    };
    Ok(Vendor {
        title: table.title,
        ouis,
        shared_ouis,
        words: table.words.iter().map(|word| word.to_lowercase()).collect(),
        models,
        identified: table.identified.into_iter().map(known).collect(),
    })
}

/// The names besides the title, and each of them and of the title with its other beginnings.
fn other_names(title: &str, names: Vec<String>, beginnings: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let written: Vec<&str> = std::iter::once(title).chain(names.iter().map(String::as_str)).collect();
    let begun = |(usual, others): (&String, &Vec<String>)| -> Vec<String> {
        let rests = || written.iter().filter_map(|name| name.strip_prefix(usual.as_str()));
        rests().flat_map(|rest| others.iter().map(move |other| format!("{other}{rest}"))).collect()
    };
    let more: Vec<String> = beginnings.iter().flat_map(begun).collect();
    names.into_iter().chain(more).collect()
}

fn model_of(path: &str, key: &str, table: ModelTable) -> Result<PhoneModel, Error> {
    let wrong = |reason: String| Error::Data { file: path.to_owned(), reason };
    if let Some(class) = table.poe_class.filter(|class| *class > 8) {
        return Err(wrong(format!("model {key}: {class} is not a PoE class: use 0 to 8")));
    }
    let files: Vec<FileSpec> = table.files.into_iter().map(file_of).collect();
    if let Some(file) = files.iter().find(|file| file.device != (file.name.contains("{mac}") || file.name.contains("{MAC}"))) {
        return Err(wrong(format!(
            "model {key}: file {}: the phone's own file has {{mac}} in its name, and no other has",
            file.name
        )));
    }
    Ok(PhoneModel {
        title: table.title,
        names: table.names,
        poe_class: table.poe_class,
        max_power: table.max_power_mw.map(Milliwatts),
        lines: table.lines,
        files,
    })
}

fn file_of(table: FileTable) -> FileSpec {
    FileSpec { name: table.name, template: table.template, format: table.format, device: table.device }
}

fn mac_prefix(path: &str, text: &str) -> Result<MacPrefix, Error> {
    let byte = |at: usize| text.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes.filter(|bytes| (3..=5).contains(&bytes.len())).map(MacPrefix).ok_or_else(|| Error::Data {
        file: path.to_owned(),
        reason: format!("`{text}` is not an OUI: write six hexadecimal digits, or up to ten for a part of one"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_read() {
        let catalogue = builtin().unwrap();
        let model = catalogue.model(&"yealink/t46s".parse().unwrap()).unwrap();
        assert_eq!((model.title.as_str(), model.lines, model.poe_class), ("T46S", 16, None));
        assert!(catalogue.vendors["snom"].ouis.contains(&MacPrefix(vec![0x00, 0x04, 0x13])));
    }

    #[test]
    fn a_wrong_table_names_file_and_reason() {
        let files = Files::from([("acme/models.yaml".to_owned(), "title: Acme\nouis: [\"00zz00\"]\nmodels: {}\n".to_owned())]);
        let error = read(&files).unwrap_err().to_string();
        assert_eq!(error, "acme/models.yaml: `00zz00` is not an OUI: write six hexadecimal digits, or up to ten for a part of one");
    }

    #[test]
    fn a_model_without_template_is_known_and_no_model_to_render() {
        let catalogue = builtin().unwrap();
        for (id, title) in [("poly/vvx-411", "VVX 411"), ("poly/spip_335", "SoundPoint IP 335"), ("cisco/8841", "CP-8841")] {
            let id = id.parse().unwrap();
            assert!(catalogue.model(&id).is_none());
            assert_eq!(catalogue.without_template(&id), (title != "CP-8841").then_some(title), "{id}");
        }
        assert_eq!(catalogue.without_template(&"cisco/cp-8841".parse().unwrap()), Some("CP-8841"));
    }

    #[test]
    fn titles_are_told_apart() {
        let catalogue = builtin().unwrap();
        for (key, vendor) in &catalogue.vendors {
            let titles =
                || vendor.models.values().map(|model| &model.title).chain(vendor.identified.iter().map(|model| &model.title));
            let mut seen = std::collections::BTreeSet::new();
            assert!(titles().count() > 0, "{key}");
            titles().for_each(|title| assert!(seen.insert(title.to_lowercase()), "{key}: {title} twice"));
        }
    }

    #[test]
    fn a_file_with_secrets_must_carry_the_mac() {
        let text = "title: A\nmodels: {m: {title: M, lines: 1, files: [{name: all.cfg, template: t, format: xml, device: true}]}}";
        let files = Files::from([("acme/models.yaml".to_owned(), text.to_owned())]);
        assert!(read(&files).unwrap_err().to_string().contains("has {mac} in its name"));
    }
}
