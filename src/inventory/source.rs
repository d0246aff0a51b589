//! The text of an inventory file as it was read. Pure.

use std::fmt;

/// One file's name and text.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in messages, usually its path.
    pub name: String,
    pub text: String,
}

impl fmt::Debug for Source {
    /// The text is left out: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).field("bytes", &self.text.len()).finish()
    }
}

/// A source that is not UTF-8, and its first byte that is not.
pub(super) struct Damage {
    pub(super) source: String,
    pub(super) byte: usize,
}
