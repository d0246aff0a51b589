//! What can go wrong around a change. What a switch did is in the journal, not here. Pure.

use std::path::PathBuf;

/// What went wrong around a change.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The journal cannot be opened, read or written.
    #[error("journal {path}: {cause}")]
    Journal { path: PathBuf, cause: String },
    /// Another process holds the journal.
    #[error("journal {path}: another voiceport is changing switches (process {holder})")]
    Busy {
        path: PathBuf,
        /// Its process id as it wrote it.
        holder: String,
    },
    /// The run does not exist.
    #[error("run {0}: not in the journal")]
    NoSuchRun(i64),
    /// Nothing was ever changed from this state folder.
    #[error("the journal is empty: nothing was changed from here yet")]
    NoRuns,
    /// An earlier run was interrupted.
    #[error("run {0} was interrupted: what it changed has been neither confirmed nor put back")]
    Interrupted(i64),
    /// A switch of the plan is not connected.
    #[error("switch {0}: in the plan, but not connected")]
    NotConnected(String),
}

impl Error {
    /// The kind of error, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Journal { .. } => "journal",
            Self::Busy { .. } => "busy",
            Self::NoSuchRun(_) => "unknown_run",
            Self::NoRuns => "no_runs",
            Self::Interrupted(_) => "interrupted_run",
            Self::NotConnected(_) => "not_connected",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Journal { .. } => Some("name another folder with --state-dir".to_owned()),
            Self::Busy { .. } => Some("wait for it to end, or stop it; what it did is in its journal".to_owned()),
            Self::NoSuchRun(_) => Some("voiceport history".to_owned()),
            Self::NoRuns => Some("name the folder that the change was made with: --state-dir".to_owned()),
            Self::Interrupted(run) => Some(format!("voiceport rollback {run} --yes")),
            Self::NotConnected(_) => None,
        }
    }
}
