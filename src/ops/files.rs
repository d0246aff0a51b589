//! Writing a file so that a half-written one is never seen. I/O.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::Error;

pub fn write(file: &Path, text: &str) -> Result<(), Error> {
    through_part(file, |part| std::fs::write(part, text))
}

/// Writes a file that only its owner may read: it holds passwords.
pub fn write_private(file: &Path, text: &str) -> Result<(), Error> {
    through_part(file, |part| {
        let mut opened = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(part)?;
        opened.write_all(text.as_bytes())
    })
}

/// The text goes into a file beside it, which is renamed when it is whole.
fn through_part(file: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Error> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    write(part).and_then(|()| std::fs::rename(part, file)).map_err(|source| Error::writing(file, source))
}

/// What is wrong with a JSON text, and where, in words.
pub(super) fn place_of(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax => "it is not JSON",
        Category::Io => "it cannot be read",
        Category::Data => "a field is missing, or not what it should be",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}
