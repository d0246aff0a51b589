//! Vendor and model tables (`templates/<vendor>/models.yaml`) and parameter lists (`parameters.yaml`), read from YAML.
//! Pure; the files come from `source`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use super::lint::Parameters;
use super::source;
use super::source::Files;
use crate::model::catalogue::Catalogue;
use crate::model::catalogue::FileFormat;
use crate::model::catalogue::FileSpec;
use crate::model::catalogue::PhoneModel;
use crate::model::catalogue::Vendor;
use crate::model::units::Milliwatts;

/// The vendors and models in the binary.
pub fn builtin() -> Result<Catalogue, Error> {
    read(&source::built_in())
}

/// The vendors and models in the binary, replaced and added to by those of a folder.
pub fn load(folder: &Path) -> Result<Catalogue, Error> {
    read(&source::with_folder(folder)?)
}

pub(super) fn read(files: &Files) -> Result<Catalogue, Error> {
    let mut catalogue = Catalogue::default();
    for (path, text) in files {
        if let Some(vendor) = path.strip_suffix("/models.yaml") {
            let table: VendorTable = yaml(path, text)?;
            catalogue.vendors.insert(vendor.to_owned(), vendor_of(path, table)?);
        }
    }
    Ok(catalogue)
}

/// The parameter list of each vendor.
pub(super) fn parameters(files: &Files) -> Result<BTreeMap<String, Parameters>, Error> {
    let lists = files.iter().filter_map(|(path, text)| Some((path, path.strip_suffix("/parameters.yaml")?, text)));
    lists.map(|(path, vendor, text)| Ok((vendor.to_owned(), yaml(path, text)?))).collect()
}

pub(super) fn yaml<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Error> {
    serde_yaml::from_str(text).map_err(|cause| Error::Data { file: path.to_owned(), reason: cause.to_string() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorTable {
    title: String,
    #[serde(default)]
    ouis: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    models: BTreeMap<String, ModelTable>,
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
    let ouis = table.ouis.iter().map(|text| oui(path, text)).collect::<Result<_, _>>()?;
    let mut models = BTreeMap::new();
    for (key, model) in table.models {
        models.insert(key.to_lowercase(), model_of(path, &key, model)?);
    }
    Ok(Vendor { title: table.title, ouis, words: table.words.iter().map(|word| word.to_lowercase()).collect(), models })
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

fn oui(path: &str, text: &str) -> Result<[u8; 3], Error> {
    let number = u32::from_str_radix(text, 16).ok().filter(|_| text.len() == 6);
    let [_, a, b, c] = number
        .ok_or_else(|| Error::Data {
            file: path.to_owned(),
            reason: format!("`{text}` is not an OUI: write six hexadecimal digits"),
        })?
        .to_be_bytes();
    Ok([a, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_read() {
        let catalogue = builtin().unwrap();
        let model = catalogue.model(&"yealink/t46s".parse().unwrap()).unwrap();
        assert_eq!((model.title.as_str(), model.lines, model.poe_class), ("T46S", 16, None));
        assert!(catalogue.vendors["snom"].ouis.contains(&[0x00, 0x04, 0x13]));
    }

    #[test]
    fn a_wrong_table_names_file_and_reason() {
        let files = Files::from([("acme/models.yaml".to_owned(), "title: Acme\nouis: [\"00zz00\"]\nmodels: {}\n".to_owned())]);
        let error = read(&files).unwrap_err().to_string();
        assert_eq!(error, "acme/models.yaml: `00zz00` is not an OUI: write six hexadecimal digits");
    }

    #[test]
    fn a_file_with_secrets_must_carry_the_mac() {
        let text = "title: A\nmodels: {m: {title: M, lines: 1, files: [{name: all.cfg, template: t, format: xml, device: true}]}}";
        let files = Files::from([("acme/models.yaml".to_owned(), text.to_owned())]);
        assert!(read(&files).unwrap_err().to_string().contains("has {mac} in its name"));
    }
}
