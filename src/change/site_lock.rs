//! The right to change the switches of one site: one process at a time per site and state folder. I/O.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};

use super::error::Error;
use model::os_error;

/// Held by the one process that changes the switches of a site. Released on drop, and by the kernel on a crash.
pub struct SiteLock {
    _file: Flock<File>,
    name: String,
}

impl SiteLock {
    /// Takes the lock of this name in a state folder; refused while another process has it.
    pub fn take(folder: &Path, name: &str) -> Result<Self, Error> {
        let path = file(folder, name);
        let io = |cause: std::io::Error| Error::Journal { path: path.clone(), cause: os_error::words(&cause) };
        let opened = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        let mut locked = match Flock::lock(opened, FlockArg::LockExclusiveNonblock) {
            Ok(locked) => locked,
            Err((file, _)) => return Err(Error::Busy { path, holder: holder(file) }),
        };
        locked.set_len(0).map_err(io)?;
        locked.rewind().map_err(io)?;
        // only for the message of others: a full disk is found out where it matters
        let _: std::io::Result<()> = write!(&mut *locked, "{}", std::process::id());
        Ok(Self { _file: locked, name: name.to_owned() })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process that has the lock of this name; `None` when nobody has it.
    #[must_use]
    pub fn held_by(folder: &Path, name: &str) -> Option<String> {
        let file = File::open(file(folder, name)).ok()?;
        match Flock::lock(file, FlockArg::LockSharedNonblock) {
            Ok(_) => None,
            Err((file, _)) => Some(holder(file)),
        }
    }
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("site-{name}.lock"))
}

/// Its process id as it wrote it.
fn holder(mut file: File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    if read.is_ok() && !text.is_empty() { text } else { "of unknown number".to_owned() }
}
