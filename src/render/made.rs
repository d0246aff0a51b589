//! A file that was made, and what its template looked at. Pure.

use std::collections::BTreeSet;

#[derive(Clone, PartialEq, Eq)]
pub struct RenderedFile {
    /// Name as the phone asks for it.
    pub name: String,
    /// Its text; UTF-8. A device file's text holds secrets.
    pub content: String,
    /// Whether it is one phone's own, with its secrets.
    pub device: bool,
}

impl std::fmt::Debug for RenderedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RenderedFile({}, {} bytes)", self.name, self.content.len())
    }
}

/// One file, and what its template looked at.
#[derive(Clone)]
pub(super) struct Made {
    pub file: RenderedFile,
    /// The variables it looked at, by their first name.
    pub asked: BTreeSet<String>,
    /// The settings it says that it does not write as they are, and why.
    pub unused: Vec<(String, String)>,
}
