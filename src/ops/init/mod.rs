//! `init`: a commented inventory to start from, from nothing or from what this machine's interfaces hear. I/O through the context.

mod found;
mod starter;

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::discover;
use super::error::Error;
use super::save;
use starter::Starter;

pub use found::FoundSwitch;

/// What the inventory starts from.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The site's name; `None` is that of the folder it is made in.
    pub name: Option<String>,
    /// Interfaces of this machine to listen on for switches and phones.
    pub interfaces: Vec<String>,
    /// How long to listen.
    pub duration: Option<Duration>,
}

/// `voiceport.init/1`: what was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InitReport {
    /// The inventory's file.
    pub file: String,
    /// The folder for secrets.
    pub secrets: String,
    /// Switches that were heard.
    pub switches: Vec<FoundSwitch>,
    /// How many of the phones that were heard were added; `None` when nobody listened.
    pub phones_added: Option<usize>,
    /// Phones that were not added, and why.
    pub left_out: Vec<String>,
}

/// Makes an inventory where there is none; what is there stays as it is.
pub async fn run(inventory: &Path, request: Request, context: &Context) -> Result<InitReport, Error> {
    let file = target(inventory)?;
    let mut rows = Vec::new();
    let listens = !request.interfaces.is_empty();
    if listens {
        let listen =
            discover::Request { interfaces: request.interfaces, duration: request.duration, ..discover::Request::default() };
        let no_site = || Err(Error::NoSource);
        rows = discover::run(no_site, &listen, context).await?.report.rows;
    }
    let switches = found::switches(&rows);
    let name = request.name.unwrap_or_else(|| folder_name(&file));
    let text = Starter { name: &name, time_zone: this_time_zone().as_deref(), switches: &switches }.text();
    let folder = folder_of(&file);
    let secrets = folder.join("secrets");
    make_folder(&folder, 0o755)?;
    make_folder(&secrets, 0o700)?;
    write_new(&file, &text)?;
    let saved = listens.then(|| save::save(inventory, &save::target(inventory, None), &rows)).transpose()?;
    Ok(InitReport {
        file: file.display().to_string(),
        secrets: secrets.display().to_string(),
        switches,
        phones_added: saved.as_ref().map(|saved| saved.added),
        left_out: saved.iter().flat_map(|saved| &saved.left_out).map(ToString::to_string).collect(),
    })
}

/// The file to make: `site.yaml` in a folder that has no inventory yet, or the file named.
fn target(inventory: &Path) -> Result<PathBuf, Error> {
    let is_yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if is_yaml(inventory) && !inventory.is_dir() {
        return if inventory.symlink_metadata().is_ok() { Err(exists(inventory)) } else { Ok(inventory.to_owned()) };
    }
    match std::fs::read_dir(inventory) {
        Ok(entries) => match entries.flatten().map(|entry| entry.path()).find(|path| is_yaml(path)) {
            Some(there) => Err(exists(&there)),
            None => Ok(inventory.join("site.yaml")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(inventory.join("site.yaml")),
        Err(error) => Err(Error::io(format!("reading {}", inventory.display()), &error)),
    }
}

fn exists(file: &Path) -> Error {
    Error::InventoryExists { file: file.to_owned() }
}

/// Only where there is none: nothing is ever overwritten.
fn write_new(file: &Path, text: &str) -> Result<(), Error> {
    let opened = OpenOptions::new().create_new(true).write(true).mode(0o644).open(file);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(file),
        _ => Error::io(format!("writing {}", file.display()), &error),
    })
}

fn make_folder(folder: &Path, mode: u32) -> Result<(), Error> {
    let result = DirBuilder::new().recursive(true).mode(mode).create(folder);
    result.map_err(|error| Error::io(format!("making {}", folder.display()), &error))
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// The folder that holds the inventory, by name: `hq` for `hq/inventory/site.yaml` and for `hq/site.yaml`.
fn folder_name(file: &Path) -> String {
    let folder = std::path::absolute(folder_of(file)).unwrap_or_default();
    let names = folder.ancestors().filter_map(|folder| folder.file_name()?.to_str());
    let name = names.into_iter().find(|name| *name != "inventory" && *name != ".");
    name.unwrap_or("site").to_owned()
}

/// The time zone of this machine, where it is one by name.
fn this_time_zone() -> Option<String> {
    let link = std::fs::canonicalize("/etc/localtime").ok()?;
    let name = link.to_str()?.split_once("/zoneinfo/")?.1;
    let place = name.contains('/') && !name.starts_with("Etc/") && !name.starts_with("posix/") && !name.starts_with("right/");
    (place && model::time_zone::is_name(name)).then(|| name.to_owned())
}
