//! What can go wrong around a change. What a switch did is in the journal, not here. Pure.

use std::path::PathBuf;

use model::ids::SwitchName;

/// What went wrong around a change.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The journal cannot be opened, read or written.
    #[error("journal {}: {cause}", path.display())]
    Journal { path: PathBuf, cause: String },
    /// The journal's disk is full.
    #[error("journal {}: the disk is full", path.display())]
    DiskFull { path: PathBuf },
    /// The journal's disk has not the room that a run may need.
    #[error("{}: a journal of this run may need {} kB, and its disk does not have them: nothing was written", folder.display(), needed.div_ceil(1024))]
    NoRoom { folder: PathBuf, needed: u64 },
    /// Another process has the lock of the site.
    #[error("{}: another voiceport is changing the switches of this site (process {holder})", path.display())]
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
    /// Nothing was ever changed on this site from this state folder.
    #[error("no run of site {site}: nothing was changed on it from here yet")]
    NoRunsOf { site: String },
    /// The run is of another site.
    #[error("run {run} is of site {of}, and this is site {site}: it is left alone")]
    ForeignRun { run: i64, of: String, site: String },
    /// The run changed another switch of that name.
    #[error("run {run} changed another switch {switch} than the one that answers now: {why}")]
    OtherSwitch { run: i64, switch: SwitchName, why: String },
    /// This version cannot read what it changed.
    #[error("run {run}: {why}")]
    UnreadableRun { run: i64, why: String },
    /// An earlier run was interrupted.
    #[error("run {0} was interrupted: what it changed has been neither confirmed nor put back")]
    Interrupted(i64),
    /// The run was left while it was under way, because a person asked twice.
    #[error("run {0} was left in the middle: switches may be half changed")]
    LeftOff(i64),
    /// Another process goes on with a run of the same switches.
    #[error("run {run} goes on: another voiceport is changing the switches of this site (process {holder})")]
    UnderWay { run: i64, holder: String },
    /// A switch that is to be put back cannot be reached without what the inventory had.
    #[error("{0}")]
    NotKept(String),
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
            Self::Busy { .. } | Self::UnderWay { .. } => "busy",
            Self::NoSuchRun(_) => "unknown_run",
            Self::NoRuns | Self::NoRunsOf { .. } => "no_runs",
            Self::Interrupted(_) => "interrupted_run",
            Self::NotConnected(_) => "not_connected",
            Self::DiskFull { .. } | Self::NoRoom { .. } => "disk_full",
            Self::ForeignRun { .. } => "foreign_run",
            Self::OtherSwitch { .. } => "other_switch",
            Self::UnreadableRun { .. } => "unreadable_run",
            Self::LeftOff(_) => "run_left_off",
            Self::NotKept(_) => "not_kept",
        }
    }

    /// The switch it is about.
    #[must_use]
    pub const fn switch(&self) -> Option<&SwitchName> {
        match self {
            Self::OtherSwitch { switch, .. } => Some(switch),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Journal { .. } => Some("name another folder with --state-dir".to_owned()),
            Self::Busy { .. } | Self::UnderWay { .. } => {
                Some("wait for it to end, or stop it; what it did is in its journal".to_owned())
            }
            Self::NoSuchRun(_) => Some("voiceport history".to_owned()),
            Self::NoRuns => Some("name the folder that the change was made with: --state-dir".to_owned()),
            Self::Interrupted(run) | Self::LeftOff(run) => Some(finish_or_put_back(*run)),
            Self::DiskFull { .. } => {
                Some("make room on its disk; what was changed from here stands in this journal, and in no other folder".to_owned())
            }
            Self::NoRoom { .. } => Some("make room on that disk, or name a folder on another one with --state-dir".to_owned()),
            Self::NoRunsOf { .. } => {
                Some("name the folder that the change was made with: --state-dir; `voiceport history` lists all runs".to_owned())
            }
            Self::ForeignRun { of, .. } => Some(format!("name the inventory of {of} with --inventory")),
            Self::OtherSwitch { switch, .. } => Some(format!(
                "look where switches.{switch} leads; where the switch itself was replaced, there is nothing on the new one to put back"
            )),
            Self::UnreadableRun { run, .. } => {
                Some(format!("the version of voiceport that made run {run} can put it back; the other runs are not affected"))
            }
            Self::NotConnected(_) | Self::NotKept(_) => None,
        }
    }
}

/// The two ways out of a run that was interrupted.
#[must_use]
pub fn finish_or_put_back(run: i64) -> String {
    format!("do the rest of it with `voiceport apply --finish`, or put it back with `voiceport rollback {run}`")
}
