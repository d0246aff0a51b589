//! The template files: built into the binary, and a folder that may replace any of them. I/O.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::Error;

/// Text of every template file by its path under `templates/`, with `/` between folders.
pub type Files = BTreeMap<String, String>;

macro_rules! built_in {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $path)))),*]
    };
}

/// A test keeps this table equal to the folder.
const BUILT_IN: &[(&str, &str)] = built_in![
    "2n/models.yaml",
    "akuvox/models.yaml",
    "alcatel/models.yaml",
    "algo/models.yaml",
    "audiocodes/models.yaml",
    "avaya/models.yaml",
    "cisco-mpp/models.yaml",
    "cisco-spa/models.yaml",
    "cisco/models.yaml",
    "digium/models.yaml",
    "fanvil/models.yaml",
    "flyingvoice/models.yaml",
    "gigaset/models.yaml",
    "grandstream/macros.j2",
    "grandstream/models.yaml",
    "grandstream/parameters.yaml",
    "grandstream/phone.j2",
    "htek/models.yaml",
    "innovaphone/models.yaml",
    "mitel/models.yaml",
    "nethesis/models.yaml",
    "panasonic/models.yaml",
    "patton/models.yaml",
    "poly/models.yaml",
    "sangoma/models.yaml",
    "snom/common.j2",
    "snom/macros.j2",
    "snom/models.yaml",
    "snom/parameters.yaml",
    "snom/phone.j2",
    "snom/settings.j2",
    "spectralink/models.yaml",
    "thomson/models.yaml",
    "unify/models.yaml",
    "vtech/models.yaml",
    "yealink/common.j2",
    "yealink/macros.j2",
    "yealink/models.yaml",
    "yealink/parameters.yaml",
    "yealink/phone.j2",
    "yealink/settings.j2",
    "zenitel/models.yaml",
];

/// The files in the binary.
pub fn built_in() -> Files {
    BUILT_IN.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The files in the binary, replaced and added to by those of a folder of the same shape.
pub fn with_folder(folder: &Path) -> Result<Files, Error> {
    let mut files = built_in();
    add_folder(folder, folder, "", &mut files)?;
    Ok(files)
}

fn add_folder(root: &Path, folder: &Path, prefix: &str, files: &mut Files) -> Result<(), Error> {
    let wrong = |path: &Path, source| Error::Read { folder: root.to_owned(), path: path.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(|source| wrong(folder, source))? {
        let path = entry.map_err(|source| wrong(folder, source))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let inner = format!("{prefix}{name}");
        if path.is_dir() {
            if prefix.is_empty() {
                add_folder(root, &path, &format!("{inner}/"), files)?;
            }
        } else if is_template_file(name) {
            let text = std::fs::read_to_string(&path).map_err(|source| wrong(&path, source))?;
            files.insert(inner, text);
        }
    }
    Ok(())
}

/// A data file of the templates.
pub fn yaml<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Error> {
    serde_yaml::from_str(text).map_err(|cause| Error::Data { file: path.to_owned(), reason: cause.to_string() })
}

/// Whether a path is that of a template, as opposed to data.
pub fn is_template(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "j2")
}

fn is_template_file(name: &str) -> bool {
    matches!(Path::new(name).extension().and_then(|extension| extension.to_str()), Some("j2" | "yaml"))
}
