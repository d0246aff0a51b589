//! One folder per case under `tests/cases/inventory`: YAML files in, `problems.txt` out. `VOICEPORT_BLESS=1` rewrites the latter.

use std::fs;
use std::path::{Path, PathBuf};

use voiceport::inventory::{self, Source};

use super::catalogue;

#[test]
fn every_wrong_inventory_is_told_with_place_and_cure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/inventory");
    let folders: Vec<PathBuf> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    assert!(folders.len() > 20, "cases are missing");
    let wrong: Vec<_> = folders.iter().filter_map(|folder| check(folder).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(folder: &Path) -> Result<(), String> {
    let rendered = match inventory::parse(&sources(folder), &catalogue()) {
        Ok(_) => "no problem\n".to_owned(),
        Err(problems) => problems.render(false),
    };
    let expected = folder.join("problems.txt");
    if std::env::var_os("VOICEPORT_BLESS").is_some() {
        fs::write(&expected, &rendered).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    if rendered == wanted {
        return Ok(());
    }
    Err(format!("{}:\n--- wanted\n{wanted}\n--- got\n{rendered}", folder.display()))
}

fn sources(folder: &Path) -> Vec<Source> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    yaml.map(|path| Source {
        name: path.file_name().unwrap().to_str().unwrap().to_owned(),
        text: fs::read_to_string(&path).unwrap(),
    })
    .collect()
}
