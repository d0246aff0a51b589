//! What became of a file that was there already, for people. Pure.

use std::path::Path;

use crate::ops::files::Existing;

/// A line about the file that was there; `None` when there was none.
#[must_use]
pub fn existing(file: &Path, existing: &Existing) -> Option<String> {
    match existing {
        Existing::None => None,
        Existing::Replaced => Some(format!("{} was there already: it is replaced", file.display())),
        Existing::KeptAs(kept) => Some(format!("{} was there already: it is now {}", file.display(), kept.display())),
    }
}
