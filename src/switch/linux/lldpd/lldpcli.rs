//! Asks lldpd, through its own program. I/O.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::neighbours::{InterfaceNeighbour, Unreadable, decode};

/// lldpd answers at once; a longer wait means that it hangs.
const TIMEOUT: Duration = Duration::from_secs(5);
const PROGRAM: &str = "lldpcli";
/// With `hidden`, because lldpd hides what a neighbour says by CDP when it speaks LLDP too.
const QUESTION: [&str; 6] = ["-f", "json0", "show", "neighbors", "details", "hidden"];
/// Where programs for administrators are, which are not in the PATH of everybody.
const ADMINISTRATORS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Where a running lldpd has its socket.
const SOCKETS: [&str; 3] = ["/run/lldpd.socket", "/var/run/lldpd.socket", "/run/lldpd/lldpd.socket"];

/// Why there are no neighbours of lldpd.
#[derive(Debug, thiserror::Error)]
pub(in crate::switch::linux) enum Error {
    /// There is no lldpcli.
    #[error("lldpd is not installed on this machine")]
    Missing,
    /// It cannot be run.
    #[error("{PROGRAM} cannot be run: {0}")]
    Unstartable(std::io::Error),
    /// It reached no lldpd.
    #[error("lldpd does not answer: {0}")]
    Refused(String),
    #[error("lldpd does not answer within {} s", TIMEOUT.as_secs())]
    Hanging,
    /// It says something else.
    #[error("lldpd is not understood: {0}")]
    Unreadable(#[from] Unreadable),
}

impl Error {
    /// Whether there is no lldpd, so that nothing listens: it is not installed, or its socket is not there.
    pub(in crate::switch::linux) fn is_absence(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Refused(_) => !SOCKETS.iter().any(|socket| Path::new(socket).exists()),
            Self::Unstartable(_) | Self::Hanging | Self::Unreadable(_) => false,
        }
    }
}

/// What lldpd heard, on all interfaces.
pub(in crate::switch::linux) async fn neighbours() -> Result<Vec<InterfaceNeighbour>, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(ADMINISTRATORS.map(PathBuf::from));
    let program = find(folders).ok_or(Error::Missing)?;
    Ok(decode(&ask(Command::new(program).args(QUESTION), TIMEOUT).await?)?)
}

fn find(mut folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    folders.find_map(|folder| Some(folder.join(PROGRAM)).filter(|program| program.is_file()))
}

async fn ask(command: &mut Command, timeout: Duration) -> Result<String, Error> {
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(timeout, command.output()).await.map_err(|_| Error::Hanging)?.map_err(Error::Unstartable)?;
    if !output.status.success() {
        return Err(Error::Refused(last_words(&String::from_utf8_lossy(&output.stderr), output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The last line, without its time and level: `2026-01-01T00:00:00 [WARN/control] unable to …`.
fn last_words(stderr: &str, status: std::process::ExitStatus) -> String {
    let line = stderr.lines().rev().find(|line| !line.trim().is_empty());
    let words = line.map(|line| line.split_once("] ").map_or(line, |(_, words)| words).trim().to_owned());
    words.unwrap_or_else(|| status.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str, timeout: Duration) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ask(Command::new("sh").args(["-c", script]), timeout)).map_err(|error| error.to_string())
    }

    #[test]
    fn every_failure_has_its_words() {
        assert_eq!(said("echo '{}'", TIMEOUT).unwrap(), "{}\n");
        let refused = said("echo '2026-01-01T00:00:00 [WARN/control] unable to connect to socket' >&2; exit 1", TIMEOUT);
        assert_eq!(refused.unwrap_err(), "lldpd does not answer: unable to connect to socket");
        assert_eq!(said("exit 3", TIMEOUT).unwrap_err(), "lldpd does not answer: exit status: 3");
        assert_eq!(said("exec sleep 60", Duration::from_millis(20)).unwrap_err(), "lldpd does not answer within 5 s");
    }

    #[test]
    fn the_program_is_the_first_of_its_name() {
        let here = std::env::temp_dir().join(format!("voiceport-lldpcli-{}", std::process::id()));
        let program = here.join("second").join(PROGRAM);
        std::fs::create_dir_all(here.join("first").join(PROGRAM)).unwrap(); // a folder is no program
        std::fs::create_dir_all(here.join("second")).unwrap();
        std::fs::write(&program, "").unwrap();
        let found = find(["first", "second"].map(|folder| here.join(folder)).into_iter());
        std::fs::remove_dir_all(&here).unwrap();
        assert_eq!((found, find(std::iter::empty())), (Some(program), None));
    }
}
