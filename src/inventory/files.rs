//! The inventory's files: which there are, in which order, and their text. I/O.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::inventory::error::Error;
use crate::inventory::parse::{self, Reading};
use crate::inventory::source::{Damage, Source};
use crate::phones::catalogue::Catalogue;
use model::site::Site;

/// Most bytes of an inventory: some 250,000 phones. What is larger is no inventory.
const BYTES_MAX: u64 = 64 << 20;

/// Loads a file, or the `.yaml` and `.yml` files of a folder in the order of their names (hidden files and subfolders are left out).
pub fn load(path: &Path, catalogue: &Catalogue) -> Result<Site, Error> {
    let Reading { site, problems, .. } = read(path, catalogue)?;
    if problems.is_empty() { Ok(site) } else { Err(problems.into()) }
}

/// Reads the same, also where it is wrong.
pub fn read(path: &Path, catalogue: &Catalogue) -> Result<Reading, Error> {
    let mut sources = Vec::new();
    let mut damaged = Vec::new();
    let mut left = BYTES_MAX;
    for file in files(path)? {
        let bytes = bytes(&file, left)?;
        left = left.saturating_sub(bytes.len() as u64);
        let name = file.display().to_string();
        match String::from_utf8(bytes) {
            Ok(text) => sources.push(Source { name, text }),
            Err(error) => {
                damaged.push(Damage { source: name.clone(), byte: error.utf8_error().valid_up_to() });
                sources.push(Source { name, text: String::from_utf8_lossy(error.as_bytes()).into_owned() });
            }
        }
    }
    Ok(parse::read(sources, &damaged, catalogue))
}

/// A file's bytes, not more than are allowed; a pipe has no length to look at first.
fn bytes(file: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
    let too_large = || Error::TooLarge { path: file.to_owned() };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    if opened.metadata().map_err(unreadable)?.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    opened.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// Whether the inventory is valid with this text in one of its files, there already or new. A file that is no part of it is not looked at.
pub fn check_with(path: &Path, file: &Path, text: &str, catalogue: &Catalogue) -> Result<(), Error> {
    let place = |file: &Path| Some((base(file).canonicalize().ok()?, file.file_name()?.to_owned()));
    let file_place = place(file);
    let belongs = if path.is_dir() {
        path.canonicalize().ok().is_some_and(|folder| file_place.as_ref().is_some_and(|(parent, _)| *parent == folder))
    } else {
        place(path) == file_place
    };
    if !belongs {
        return Ok(());
    }
    let mut sources = vec![Source { name: file.display().to_string(), text: text.to_owned() }];
    for other in files(path).unwrap_or_default().into_iter().filter(|other| place(other) != file_place) {
        let text = std::fs::read_to_string(&other).map_err(|source| Error::Unreadable { path: other.clone(), source })?;
        sources.push(Source { name: other.display().to_string(), text });
    }
    Ok(parse::parse(&sources, catalogue).map(drop)?)
}

/// The folder that relative paths of secrets start from: the inventory's own.
#[must_use]
pub fn base(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { path: path.to_owned() },
        _ => Error::Unreadable { path: path.to_owned(), source },
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Result<Vec<_>, _> =
        std::fs::read_dir(path).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files: Vec<_> = entries.map_err(unreadable)?.into_iter().filter(|file| is_inventory_file(file)).collect();
    if files.is_empty() {
        return Err(Error::Empty { path: path.to_owned() });
    }
    files.sort_unstable();
    Ok(files)
}

fn is_inventory_file(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let yaml = path.extension().is_some_and(|extension| extension == OsStr::new("yaml") || extension == OsStr::new("yml"));
    yaml && !hidden && path.is_file()
}
