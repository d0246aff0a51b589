//! What keeps the catalogue and the template files from being read. Pure.

use std::path::PathBuf;

/// What is wrong with a file of the template folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template folder cannot be read.
    #[error("template folder {}: {}: cannot be read: {}", folder.display(), path.display(), model::os_error::words(source))]
    Read {
        /// The folder asked for.
        folder: PathBuf,
        /// What in it could not be read.
        path: PathBuf,
        /// The operating system's words.
        source: std::io::Error,
    },
    /// A data file of the templates is not what it should be.
    #[error("{file}: {reason}")]
    Data {
        /// Path under the template folder.
        file: String,
        /// What is wrong, with line and column where known.
        reason: String,
    },
}
