//! `discover --save`: the phones found, written into an inventory file. I/O.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
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

/// What was added to an inventory file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The file.
    pub file: PathBuf,
    /// Phones added.
    pub added: usize,
    /// Phones left out, and why.
    pub left_out: Vec<LeftOut>,
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
        let new = insert::insert(&old, &found.added).map_err(|unfit| refused(file, unfit))?;
        inventory::check_with(inventory, file, &new, &catalogue)?;
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
    if !file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
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
        Ok(octets) => {
            let damage = |_| Error::io(format!("reading {}", file.display()), &"it is not UTF-8; save it as UTF-8");
            String::from_utf8(octets).map_err(damage)
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
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // hidden files are no part of an inventory
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let result = write(&beside, known.as_ref(), text).and_then(|()| std::fs::rename(&beside, &target));
    if result.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    result?;
    File::open(folder)?.sync_all()
}

fn write(path: &Path, known: Option<&std::fs::Metadata>, text: &str) -> io::Result<()> {
    // nobody else may read it before it has the permissions of the file it replaces
    let mode = if known.is_some() { 0o600 } else { 0o666 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    if let Some(known) = known {
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (known.uid(), known.gid()) {
            std::os::unix::fs::fchown(&file, Some(known.uid()), Some(known.gid()))?;
        }
        file.set_permissions(known.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
