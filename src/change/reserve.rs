//! Room on the journal's disk for the lines of a run, taken before the first write and given back when the disk is full. I/O.

use std::fs::{File, OpenOptions};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::posix_fallocate;

use super::error::Error;
use model::os_error;

/// What the journal needs for any run: its write-ahead log until that is written back, with room for what is read meanwhile.
const BASE: u64 = 1 << 20;
/// The lines of one step, there and back, each request told before and after.
const PER_STEP: u64 = 8 << 10;

/// Space that nobody else can take; given back when dropped, and by the kernel on a crash.
pub struct Reserve {
    _file: File,
}

/// What a run of so many steps needs at most, with a plan of so many bytes.
#[must_use]
pub fn needed(steps: usize, plan_bytes: usize) -> u64 {
    // the plan stands in the log and in the file, by pages
    BASE + PER_STEP.saturating_mul(steps as u64) + 3 * plan_bytes as u64
}

impl Reserve {
    /// Takes so many bytes of the disk that this folder is on.
    pub fn take(folder: &Path, bytes: u64) -> Result<Self, Error> {
        let path = folder.join(format!("journal.reserve-{}", std::process::id()));
        let failed = |cause: std::io::Error| Error::Journal { path: path.clone(), cause: os_error::words(&cause) };
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(&path).map_err(failed)?;
        // without a name it is gone with its process
        std::fs::remove_file(&path).map_err(failed)?;
        let length = i64::try_from(bytes).unwrap_or(i64::MAX);
        loop {
            match posix_fallocate(&file, 0, length) {
                Err(Errno::EINTR) => {}
                Err(Errno::ENOSPC | Errno::EDQUOT | Errno::EFBIG) => {
                    return Err(Error::NoRoom { folder: folder.to_owned(), needed: bytes });
                }
                // a file system that cannot set space aside: a disk that fails in the middle is put back from memory all the same
                Ok(()) | Err(Errno::EOPNOTSUPP | Errno::ENOSYS | Errno::EINVAL) => return Ok(Self { _file: file }),
                Err(errno) => return Err(failed(errno.into())),
            }
        }
    }
}
