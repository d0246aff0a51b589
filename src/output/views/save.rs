//! What was added to an inventory, for people. Pure.

use crate::ops::save::Saved;

/// How many phones were added, and a line for each that was left out.
#[must_use]
pub fn saved(saved: &Saved) -> Vec<String> {
    let count = match saved.added {
        0 => "no phone".to_owned(),
        1 => "1 phone".to_owned(),
        count => format!("{count} phones"),
    };
    let left = match saved.left_out.len() {
        0 => String::new(),
        count => format!("; {count} left out:"),
    };
    let first = format!("added {count} to {}{left}", saved.file.display());
    std::iter::once(first).chain(saved.left_out.iter().map(|phone| format!("  {phone}"))).collect()
}
