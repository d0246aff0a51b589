//! The inventory: YAML files to a `Site` that is valid as a whole. Pure.
//!
//! Every problem is reported at once, with file, line, column, the source line and what to write instead.
//! [`load`] reads files, [`parse`] texts. Secrets stay references until [`secrets`] resolves them.
//! Every field is described in `inventory/README.md`, and for editors in `inventory/schema.json` (see [`schema`]).

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::inventory::merge::Sections;
use crate::inventory::node::Node;
use crate::inventory::node::Place;
use crate::inventory::problem::Findings;
use crate::inventory::references::Knowledge;
use model::catalogue::Catalogue;
use model::site::Site;

mod cables;
mod credentials;
mod csv;
mod fields;
mod files;
mod general;
pub mod insert;
mod merge;
mod node;
mod phones;
mod ports;
mod problem;
mod references;
mod schema;
pub mod secrets;
mod suggest;
pub mod summary;
mod switches;
mod ups;
mod vlans;
mod whole;
mod yaml;

pub use csv::import_csv;
pub use files::base;
pub use files::check_with;
pub use files::load;
pub use problem::Problem;
pub use problem::Problems;
pub use schema::schema;

/// One file's name and text.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in messages, usually its path.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl fmt::Debug for Source {
    /// The text is left out: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).field("bytes", &self.text.len()).finish()
    }
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
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some("name a YAML file, or a folder of them, with --inventory".to_owned()),
            Self::Empty { .. } => Some("put the inventory into a file like site.yaml there".to_owned()),
            Self::Unreadable { .. } | Self::Invalid(_) => None,
        }
    }
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
