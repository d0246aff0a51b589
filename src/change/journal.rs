//! The write-ahead journal and history of runs: one SQLite file, every line synced before the write it announces. I/O.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::Error;
use super::next::Entry;
use super::plan::{Plan, comes_back};
use super::report::Outcome;
use model::timestamp::Timestamp;

/// The journal's file in the state folder.
const FILE: &str = "journal.sqlite";

/// The journal of one state folder.
pub struct Journal {
    path: PathBuf,
    connection: Connection,
}

/// The right to change switches: one process at a time per state folder. Released on drop, and by the kernel on a crash.
pub struct Lock {
    _file: Flock<File>,
}

/// One run as the history shows it.
#[derive(Debug, Clone)]
pub struct RunRecord {
    pub id: i64,
    pub started_at: Timestamp,
    /// When it ended; `None` when it was interrupted.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` when it was interrupted.
    pub outcome: Option<Outcome>,
    pub plan: Plan,
}

impl Journal {
    /// Opens the journal, making folder and file when they are missing.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let path = state_dir.join(FILE);
        std::fs::create_dir_all(state_dir).map_err(|cause| Error::Journal { path: path.clone(), cause: cause.to_string() })?;
        let connection = Connection::open(&path).map_err(|cause| error(&path, &cause))?;
        let journal = Self { path, connection };
        journal.prepare()?;
        Ok(journal)
    }

    /// Opens the journal where there is one; makes nothing.
    pub fn open_existing(state_dir: Option<&Path>) -> Result<Option<Self>, Error> {
        match state_dir {
            Some(folder) if folder.join(FILE).exists() => Self::open(folder).map(Some),
            _ => Ok(None),
        }
    }

    fn prepare(&self) -> Result<(), Error> {
        // WAL with FULL syncs every commit: an Intended line is on disk before the write leaves.
        self.connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;
                 CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, started_at INTEGER NOT NULL,
                     finished_at INTEGER, outcome TEXT, plan TEXT NOT NULL) STRICT;
                 CREATE TABLE IF NOT EXISTS entries (run INTEGER NOT NULL REFERENCES runs (id), line INTEGER NOT NULL,
                     at INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (run, line)) STRICT;",
            )
            .map_err(|cause| error(&self.path, &cause))
    }

    /// Takes the right to change switches.
    pub fn lock(&self) -> Result<Lock, Error> {
        let path = self.path.with_extension("lock");
        let io = |cause: std::io::Error| Error::Journal { path: path.clone(), cause: cause.to_string() };
        let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        let mut holder = String::new();
        file.read_to_string(&mut holder).map_err(io)?;
        let mut file =
            Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|_| Error::Busy { path: path.clone(), holder })?;
        file.set_len(0).map_err(io)?;
        std::io::Seek::rewind(&mut *file).map_err(io)?;
        write!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Lock { _file: file })
    }

    /// Begins a run; refused while an earlier one is unfinished.
    pub fn begin(&self, plan: &Plan, now: Timestamp) -> Result<i64, Error> {
        if let Some(run) = self.unfinished()? {
            return Err(Error::Interrupted(run));
        }
        let plan = self.text(plan)?;
        self.run("INSERT INTO runs (started_at, plan) VALUES (?1, ?2)", params![nanos(now), plan])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Appends one line; it is on disk when this returns.
    pub fn append(&self, run: i64, entry: &Entry, now: Timestamp) -> Result<(), Error> {
        let entry = self.text(entry)?;
        self.run(
            "INSERT INTO entries (run, line, at, entry)
             SELECT ?1, COALESCE(MAX(line), 0) + 1, ?2, ?3 FROM entries WHERE run = ?1",
            params![run, nanos(now), entry],
        )
    }

    /// Notes how the run ended.
    pub fn finish(&self, run: i64, outcome: Outcome, now: Timestamp) -> Result<(), Error> {
        let outcome = self.text(&outcome)?;
        self.run("UPDATE runs SET finished_at = ?2, outcome = ?3 WHERE id = ?1", params![run, nanos(now), outcome])
    }

    /// Reopens a run so that it can be reverted.
    pub fn reopen(&self, run: i64) -> Result<(), Error> {
        self.run("UPDATE runs SET finished_at = NULL, outcome = NULL WHERE id = ?1", params![run])
    }

    /// The lines of a run, in order, with their times.
    pub fn entries(&self, run: i64) -> Result<Vec<(Timestamp, Entry)>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT at, entry FROM entries WHERE run = ?1 ORDER BY line")
            .map_err(|cause| error(&self.path, &cause))?;
        let rows = statement
            .query_map(params![run], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
            .map_err(|cause| error(&self.path, &cause))?;
        rows.map(|row| {
            let (at, entry) = row.map_err(|cause| error(&self.path, &cause))?;
            Ok((moment(at), self.read(&entry)?))
        })
        .collect()
    }

    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT id, started_at, finished_at, outcome, plan FROM runs ORDER BY id DESC")
            .map_err(|cause| error(&self.path, &cause))?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .map_err(|cause| error(&self.path, &cause))?;
        rows.map(|row| {
            let (id, started, finished, outcome, plan): (i64, i64, Option<i64>, Option<String>, String) =
                row.map_err(|cause| error(&self.path, &cause))?;
            let outcome = outcome.map(|outcome| self.read(&outcome)).transpose()?;
            Ok(RunRecord { id, started_at: moment(started), finished_at: finished.map(moment), outcome, plan: self.read(&plan)? })
        })
        .collect()
    }

    /// One run; when no number is given, the newest that left anything to revert: a finished power cycle did not.
    pub fn find(&self, wanted: Option<i64>) -> Result<RunRecord, Error> {
        let runs = self.runs()?;
        let leaves_something = |run: &RunRecord| run.outcome != Some(Outcome::Applied) || !comes_back(&run.plan.steps);
        let found = runs.into_iter().find(|run| wanted.map_or_else(|| leaves_something(run), |id| id == run.id));
        found.ok_or_else(|| wanted.map_or(Error::NoRuns, Error::NoSuchRun))
    }

    pub fn unfinished(&self) -> Result<Option<i64>, Error> {
        self.connection
            .query_row("SELECT id FROM runs WHERE outcome IS NULL ORDER BY id LIMIT 1", [], |row| row.get(0))
            .optional()
            .map_err(|cause| error(&self.path, &cause))
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Error> {
        self.connection.execute(sql, values).map(drop).map_err(|cause| error(&self.path, &cause))
    }

    fn text(&self, value: &impl serde::Serialize) -> Result<String, Error> {
        serde_json::to_string(value).map_err(|cause| error(&self.path, &cause))
    }

    fn read<T: serde::de::DeserializeOwned>(&self, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|cause| error(&self.path, &cause))
    }
}

fn error(path: &Path, cause: &impl std::fmt::Display) -> Error {
    Error::Journal { path: path.to_owned(), cause: cause.to_string() }
}

fn nanos(moment: Timestamp) -> i64 {
    i64::try_from(moment.unix_nanos()).unwrap_or(i64::MAX)
}

fn moment(nanos: i64) -> Timestamp {
    Timestamp::from_unix_nanos(u64::try_from(nanos).unwrap_or(0))
}
