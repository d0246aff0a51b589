//! The control socket: tests look at the simulated site and disturb it. A Unix socket, one JSON line per request and per answer. I/O.
//!
//! `docs/lab-control.md` lists the requests.

use std::io;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::sys::stat::{Mode, umask};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::AbortHandle;

use crate::fabric::Fabric;

mod document;
mod other_manager;
mod perform;
mod request;

/// No request is longer.
const LONGEST_LINE: u64 = 1 << 16;

/// A control socket that is served; it is removed when this is dropped.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    task: AbortHandle,
}

impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
        // Gone already is as good.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Serves a site at a path; only this user may connect.
pub(crate) fn serve(path: &Path, fabric: Arc<Fabric>) -> io::Result<Control> {
    remove_stale(path)?;
    let before = umask(Mode::from_bits_truncate(0o177));
    let listener = UnixListener::bind(path);
    umask(before);
    let listener = listener?;
    let accept = async move {
        loop {
            // One connection that fails is no reason to end.
            if let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&fabric)));
            }
        }
    };
    Ok(Control { path: path.to_owned(), task: tokio::spawn(accept).abort_handle() })
}

/// Removes the socket of a lab that is gone; whatever else is there stays.
fn remove_stale(path: &Path) -> io::Result<()> {
    let found = match std::fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that is no socket"));
    }
    match StdUnixStream::connect(path) {
        Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another lab listens there")),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        Err(error) => Err(error),
    }
}

/// Answers one line after another, until the other side has no more.
async fn converse(mut stream: UnixStream, fabric: Arc<Fabric>) -> io::Result<()> {
    let (read, mut write) = stream.split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        if (&mut read).take(LONGEST_LINE).read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match request::parse(line.trim()).and_then(|request| perform::perform(&fabric, &request)) {
            Ok(answer) => answer,
            Err(refused) => json!({"error": refused}),
        };
        write.write_all(format!("{answer}\n").as_bytes()).await?;
    }
}
