//! Why an inventory cannot be loaded. Pure.

use std::io;
use std::path::PathBuf;

use crate::inventory::problem::Problems;

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
    Empty { path: PathBuf },
    /// A file or folder that cannot be read.
    #[error("inventory {}: read: {source}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        source: io::Error,
    },
    /// More than an inventory may have.
    #[error("inventory {}: more than 64 MB", .path.display())]
    TooLarge {
        /// The file with which it is too much.
        path: PathBuf,
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
            Self::Missing { .. } => {
                Some("name a YAML file, or a folder of them, with --inventory; `voiceport init` makes one to start from".to_owned())
            }
            Self::Empty { .. } => Some("put the inventory into a file like site.yaml there".to_owned()),
            Self::TooLarge { .. } => Some("this is no inventory: name the file or folder that is, with --inventory".to_owned()),
            Self::Unreadable { .. } | Self::Invalid(_) => None,
        }
    }
}
