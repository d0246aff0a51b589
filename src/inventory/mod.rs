//! The inventory: a folder of YAML files, or one file, to a `Site` that is valid as a whole. I/O.
//!
//! Every problem is reported at once, with file, line, column, the source line and what to write instead.
//! [`load`] reads files; [`parse`] is pure. Secrets stay references until [`secrets`] resolves them.
//! Every field is described in `inventory/README.md`, and for editors in `inventory/schema.json` (see [`schema`]).

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::model::catalogue::Catalogue;
use crate::model::site::Site;

mod cables;
mod credentials;
mod fields;
mod general;
mod merge;
mod node;
mod phones;
mod ports;
mod problem;
mod schema;
pub mod secrets;
mod suggest;
mod switches;
mod ups;
mod vlans;
mod whole;
mod yaml;

pub use problem::Problem;
pub use problem::Problems;
pub use schema::schema;

use merge::Sections;
use node::Node;
use node::Place;
use problem::Findings;
use whole::Knowledge;

/// One file's name and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in messages, usually its path.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file or folder of that name.
    #[error("inventory {}: no such file or folder", .path.display())]
    Missing {
        /// The path asked for.
        path: PathBuf,
    },
    /// A folder without YAML files.
    #[error("inventory {}: no .yaml or .yml file in this folder", .path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder that cannot be read.
    #[error("inventory {}: read: {source}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Files that were read and are wrong.
    #[error(transparent)]
    Invalid(#[from] Problems),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some("name a YAML file, or a folder of them, with --inventory".to_owned()),
            Self::Empty { .. } => Some("put the inventory into a file like site.yaml there".to_owned()),
            Self::Unreadable { .. } | Self::Invalid(_) => None,
        }
    }
}

/// Loads a file, or the `.yaml` and `.yml` files of a folder in the order of their names (hidden files and subfolders are left out).
pub fn load(path: &Path, catalogue: &Catalogue) -> Result<Site, Error> {
    let mut sources = Vec::new();
    let mut damaged = Vec::new();
    for file in files(path)? {
        let bytes = std::fs::read(&file).map_err(|source| Error::Unreadable { path: file.clone(), source })?;
        let name = file.display().to_string();
        match String::from_utf8(bytes) {
            Ok(text) => sources.push(Source { name, text }),
            Err(error) => {
                damaged.push(Damage { source: name.clone(), byte: error.utf8_error().valid_up_to() });
                sources.push(Source { name, text: String::from_utf8_lossy(error.as_bytes()).into_owned() });
            }
        }
    }
    Ok(read(&sources, &damaged, catalogue)?)
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

/// Reads sources, merged in the order of their names, into a site. Pure.
pub fn parse(sources: &[Source], catalogue: &Catalogue) -> Result<Site, Problems> {
    read(sources, &[], catalogue)
}

/// A source that is not UTF-8, and its first byte that is not.
struct Damage {
    source: String,
    byte: usize,
}

fn read(sources: &[Source], damaged: &[Damage], catalogue: &Catalogue) -> Result<Site, Problems> {
    let mut sources: Vec<_> = sources.iter().collect();
    sources.sort_by(|left, right| (&left.name, &left.text).cmp(&(&right.name, &right.text)));
    let mut findings = Findings::default();
    let trees: Vec<_> = sources.iter().enumerate().map(|(index, source)| tree(index, source, damaged, &mut findings)).collect();
    let knowledge = if trees.iter().all(Option::is_some) { Knowledge::Complete } else { Knowledge::Partial };
    let sections = Sections::gather(trees.iter().flatten(), &mut findings);
    if sections.is_empty() && findings.is_empty() {
        findings.cure(Place::top(0), "the inventory is empty", "start with `switches:` and `phones:`");
    }
    let site = whole::site(&sections, knowledge, catalogue, &mut findings);
    if findings.is_empty() {
        return Ok(site);
    }
    Err(Problems(findings.finish(&sources, &trees)))
}

fn tree(index: usize, source: &Source, damaged: &[Damage], findings: &mut Findings) -> Option<Node> {
    if let Some(damage) = damaged.iter().find(|damage| damage.source == source.name) {
        let place = Place { source: index, start: damage.byte, end: damage.byte };
        findings.cure(place, "not UTF-8 from here on", "save the file as UTF-8");
        return None;
    }
    yaml::read(index, &source.text, findings)
}
