//! Writing a file so that a half-written one is never seen. I/O.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::Error;

/// What became of a file that was there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// There was none.
    None,
    /// It was of the same kind, and is replaced.
    Replaced,
    /// It was moved there.
    KeptAs(PathBuf),
}

/// Tries whether a file can be written there, before work begins whose result goes there. Leaves nothing behind.
pub fn try_out(file: &Path) -> Result<(), Error> {
    if file.is_dir() {
        return Err(Error::writing(file, io::ErrorKind::IsADirectory.into()));
    }
    let part = part(file);
    let tried = OpenOptions::new().create(true).append(true).open(&part);
    tried.and_then(|_| std::fs::remove_file(&part)).map_err(|source| Error::writing(file, source))
}

/// Writes a file. One that is there already is replaced when `is_ours` knows its text, else it is kept under another name.
pub fn write_beside(file: &Path, text: &str, is_ours: impl FnOnce(&str) -> bool) -> Result<Existing, Error> {
    let old = match std::fs::read(file) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write(file, text)?;
            return Ok(Existing::None);
        }
        Err(error) => return Err(Error::writing(file, error)),
    };
    if old == text.as_bytes() || std::str::from_utf8(&old).is_ok_and(is_ours) {
        write(file, text)?;
        return Ok(Existing::Replaced);
    }
    let kept = free_name(file);
    // a second name first: at no moment is the file gone
    std::fs::hard_link(file, &kept).map_err(|source| Error::writing(&kept, source))?;
    write(file, text)?;
    Ok(Existing::KeptAs(kept))
}

/// `plan.json.1`, or the first number that is free.
fn free_name(file: &Path) -> PathBuf {
    let numbered = |number: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    (1..u32::MAX).map(numbered).find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| numbered(u32::MAX))
}

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
    let part = part(file);
    let written = write(&part).and_then(|()| std::fs::rename(&part, file));
    if written.is_err() {
        // what is half written is of no use; that it may not be there is no error
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(|source| Error::writing(file, source))
}

fn part(file: &Path) -> PathBuf {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    PathBuf::from(part)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_somebody_else_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        let put = |text: &str| write_beside(&file, text, |old| old.starts_with("plan")).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(put("plan 1"), Existing::None);
        assert_eq!(put("plan 2"), Existing::Replaced);
        std::fs::write(&file, "precious: 1").unwrap();
        assert_eq!(put("plan 3"), Existing::KeptAs(folder.path().join("plan.json.1")));
        std::fs::write(&file, [0xff, 0xfe]).unwrap();
        assert_eq!(put("plan 4"), Existing::KeptAs(folder.path().join("plan.json.2")));
        assert_eq!((read("plan.json"), read("plan.json.1")), ("plan 4".to_owned(), "precious: 1".to_owned()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "no part is left");
    }

    #[test]
    fn a_place_is_tried_without_leaving_anything() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.html");
        try_out(&file).unwrap();
        std::fs::write(&file, "old").unwrap();
        try_out(&file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = try_out(&folder.path().join("none/report.html")).unwrap_err().to_string();
        assert!(missing.contains("cannot be written: there is no folder "), "{missing}");
        let is_folder = try_out(folder.path()).unwrap_err().to_string();
        assert!(is_folder.ends_with("it is a folder, not a file"), "{is_folder}");
    }
}
