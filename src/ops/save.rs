//! `discover --save`: the phones found, written into an inventory file. I/O.

use std::collections::BTreeSet;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::new_phones::{self, Known};
use crate::inventory::{self, insert};
use crate::phones;
use crate::phones::catalogue::Catalogue;
use model::ids::MacAddress;
use model::neighbour::Neighbour;
use model::site::Site;

pub use super::new_phones::LeftOut;

/// The file of an inventory folder that found phones go into; it is merged with the others in the order of names.
const DISCOVERED: &str = "discovered.yaml";
/// What a new one of these begins with.
const HEADER: &str = "# Phones that `voiceport discover --save` found. It adds at the end and changes nothing that stands here.\n";

/// What was added to an inventory file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub file: PathBuf,
    pub added: usize,
    /// Phones left out, and why.
    pub left_out: Vec<LeftOut>,
}

/// The file that phones go into: the one named, or the inventory's own; `discovered.yaml` where that is a folder.
#[must_use]
pub fn target(inventory: &Path, named: Option<&Path>) -> PathBuf {
    let path = named.unwrap_or(inventory);
    // an inventory that is not there yet becomes a folder, unless it has a file's name
    let is_folder = path.is_dir() || (named.is_none() && !path.exists() && !is_inventory_file(path));
    if is_folder { path.join(DISCOVERED) } else { path.to_owned() }
}

fn is_inventory_file(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// Refuses a file that nothing can be added to, before anybody waits for phones.
pub fn check(file: &Path) -> Result<(), Error> {
    open(file).map(drop)
}

/// Adds the phones among the rows that the file and the inventory do not have yet.
///
/// Nothing is written unless the whole inventory is still valid with the new text.
pub fn save(inventory: &Path, file: &Path, rows: &[Neighbour<'_>]) -> Result<Saved, Error> {
    let catalogue = phones::builtin()?;
    let site = site(inventory, &catalogue)?;
    let (old, macs) = open(file)?;
    let found = new_phones::choose(rows, &Known { catalogue: &catalogue, site: &site, macs: &macs });
    if !found.added.is_empty() {
        let is_new = old.trim().is_empty() && file.file_name().is_some_and(|name| name == DISCOVERED);
        let new = insert::insert(if is_new { HEADER } else { &old }, &found.added).map_err(|unfit| refused(file, unfit))?;
        inventory::check_with(inventory, file, &new, &catalogue)?;
        if file == inventory.join(DISCOVERED) {
            std::fs::create_dir_all(inventory).map_err(|cause| Error::io(format!("making {}", inventory.display()), &cause))?;
        }
        replace(file, &new).map_err(|cause| Error::io(format!("writing {}", file.display()), &cause))?;
    }
    Ok(Saved { file: file.to_owned(), added: found.added.len(), left_out: found.left_out })
}

/// The inventory; an empty one where there is none yet.
fn site(path: &Path, catalogue: &Catalogue) -> Result<Site, Error> {
    match inventory::load(path, catalogue) {
        Err(inventory::Error::Missing { .. } | inventory::Error::Empty { .. }) => Ok(Site::default()),
        loaded => Ok(loaded?),
    }
}

/// The file's text, and the phones in it.
fn open(file: &Path) -> Result<(String, BTreeSet<MacAddress>), Error> {
    if !is_inventory_file(file) {
        return Err(Error::NotAnInventoryFile { file: file.to_owned() });
    }
    let text = read(file)?;
    let macs = insert::macs(&text).map_err(|unfit| refused(file, unfit))?;
    Ok((text, macs))
}

fn refused(file: &Path, unfit: insert::Unfit) -> Error {
    Error::Unfit { file: file.to_owned(), unfit }
}

fn read(file: &Path) -> Result<String, Error> {
    match std::fs::read(file) {
        Ok(bytes) => {
            let damage = |_| Error::io(format!("reading {}", file.display()), &"it is not UTF-8; save it as UTF-8");
            String::from_utf8(bytes).map_err(damage)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.symlink_metadata().is_err() => Ok(String::new()),
        Err(error) => Err(Error::io(format!("reading {}", file.display()), &error)),
    }
}

/// Puts a text into a file, whole or not at all: written beside it, then renamed. Links are followed, owner and permissions kept.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let target = if file.exists() { file.canonicalize()? } else { file.to_owned() };
    let known = target.metadata().ok();
    if known.as_ref().is_some_and(|known| known.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // nobody else may read it before it has the permissions of the file it replaces
    let mode = if known.is_some() { 0o600 } else { 0o666 };
    // hidden files are no part of an inventory
    let mut beside = tempfile::Builder::new().prefix(".").permissions(Permissions::from_mode(mode)).tempfile_in(folder)?;
    if let Some(known) = known {
        let own = beside.as_file().metadata()?;
        if (own.uid(), own.gid()) != (known.uid(), known.gid()) {
            std::os::unix::fs::fchown(beside.as_file(), Some(known.uid()), Some(known.gid()))?;
        }
        beside.as_file().set_permissions(known.permissions())?;
    }
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside.persist(&target).map_err(|failed| failed.error)?;
    File::open(folder)?.sync_all()
}
