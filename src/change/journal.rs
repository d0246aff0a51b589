//! The write-ahead journal and history of runs: one SQLite file, every line synced before the write it announces. I/O.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};
use rusqlite::{Connection, ErrorCode, ToSql, TransactionBehavior, params};

use super::error::Error;
use super::history::{Listed, RunRecord, UnreadableRun};
use super::next::Entry;
use super::open::{self, Unfinished};
use super::plan::Plan;
use super::record::Record;
use super::report::Outcome;
use super::reserve::{self, Reserve};
use super::site_lock::SiteLock;
use model::os_error;
use model::timestamp::Timestamp;

/// The journal's file in the state folder.
const FILE: &str = "journal.sqlite";
/// How long a process waits for the others that write to the same journal: each only for one line.
const BUSY: Duration = Duration::from_secs(120);

/// The journal of one state folder.
pub struct Journal {
    folder: PathBuf,
    path: PathBuf,
    connection: Connection,
    /// Given back when the disk is full.
    reserve: RefCell<Option<Reserve>>,
}

impl Journal {
    /// Opens the journal, making folder and file when they are missing.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let path = state_dir.join(FILE);
        let failed = |cause| Error::Journal { path: path.clone(), cause };
        std::fs::create_dir_all(state_dir).map_err(|cause| match cause.kind() {
            ErrorKind::AlreadyExists => failed(format!("{} is a file, not a folder", state_dir.display())),
            _ => failed(os_error::words(&cause)),
        })?;
        // one process at a time makes the file what it has to be: SQLite waits for others only once it is
        let _turn = turn(state_dir).map_err(|cause| failed(os_error::words(&cause)))?;
        let connection = Connection::open(&path).map_err(|cause| error(&path, &cause))?;
        let journal = Self { folder: state_dir.to_owned(), path, connection, reserve: RefCell::default() };
        journal.prepare().map_err(|cause| error(&journal.path, &cause))?;
        Ok(journal)
    }

    /// Opens the journal where there is one; makes nothing.
    pub fn open_existing(state_dir: Option<&Path>) -> Result<Option<Self>, Error> {
        match state_dir {
            Some(folder) if folder.join(FILE).exists() => Self::open(folder).map(Some),
            _ => Ok(None),
        }
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        // WAL with FULL syncs every commit: an Intended line is on disk before the write leaves. The log is written back early, so
        // that it needs little room.
        self.connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 64; PRAGMA foreign_keys = ON;
             CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, started_at INTEGER NOT NULL,
                 finished_at INTEGER, outcome TEXT, plan TEXT NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS entries (run INTEGER NOT NULL REFERENCES runs (id), line INTEGER NOT NULL,
                 at INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (run, line)) STRICT;",
        )?;
        let columns = "SELECT COUNT(*) FROM pragma_table_info('runs') WHERE name = 'record'";
        if self.connection.query_row(columns, [], |row| row.get::<_, i64>(0))? == 0 {
            self.connection.execute_batch("ALTER TABLE runs ADD COLUMN record TEXT")?;
        }
        Ok(())
    }

    /// Takes the right to change the switches of a site.
    pub fn lock(&self, name: &str) -> Result<SiteLock, Error> {
        SiteLock::take(&self.folder, name)
    }

    /// Takes the room that a run needs at most, before its first write.
    pub fn reserve(&self, plan: &Plan) -> Result<(), Error> {
        let bytes = reserve::needed(plan.steps.len(), self.text(plan)?.len());
        *self.reserve.borrow_mut() = Some(Reserve::take(&self.folder, bytes)?);
        Ok(())
    }

    /// Begins a run, with room for its lines; refused while an earlier one of the same switches is unfinished.
    pub fn begin(&self, plan: &Plan, record: &Record, now: Timestamp) -> Result<i64, Error> {
        self.reserve(plan)?;
        let (text, kept) = (self.text(plan)?, self.text(record)?);
        let failed = |cause| error(&self.path, &cause);
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(failed)?;
        if let Some(unfinished) = self.unfinished()?.iter().find(|run| run.concerns(&plan.site, record)) {
            return Err(self.refuse(unfinished, &record.lock));
        }
        let insert = "INSERT INTO runs (started_at, plan, record) VALUES (?1, ?2, ?3)";
        self.connection.execute(insert, params![nanos(now), text, kept]).map_err(failed)?;
        let id = self.connection.last_insert_rowid();
        transaction.commit().map_err(failed)?;
        Ok(id)
    }

    /// Why nothing is changed: the run goes on in another process, or was interrupted. `own` is the lock that this process has.
    #[must_use]
    pub fn refuse(&self, unfinished: &Unfinished, own: &str) -> Error {
        let run = unfinished.run.id;
        match self.under_way(&unfinished.run, own) {
            Some(holder) => Error::UnderWay { run, holder },
            None => Error::Interrupted(run),
        }
    }

    /// The process in which a run goes on; `own` is the lock that this process has.
    #[must_use]
    pub fn under_way(&self, run: &RunRecord, own: &str) -> Option<String> {
        let lock = run.record.as_ref().map(|record| record.lock.as_str()).filter(|lock| *lock != own && !lock.is_empty())?;
        SiteLock::held_by(&self.folder, lock)
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

    /// Reopens a run so that it can be reverted, or stays open.
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
            let entry = serde_json::from_str(&entry).map_err(|cause| Error::UnreadableRun { run, why: strange(&cause) })?;
            Ok((moment(at), entry))
        })
        .collect()
    }

    /// All runs, newest first. One that this version cannot read hides none of the others.
    pub fn runs(&self) -> Result<Vec<Listed>, Error> {
        let failed = |cause| error(&self.path, &cause);
        let mut statement = self
            .connection
            .prepare("SELECT id, started_at, finished_at, outcome, plan, record FROM runs ORDER BY id DESC")
            .map_err(failed)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
            .map_err(failed)?;
        rows.map(|row| Ok(listed(row.map_err(failed)?))).collect()
    }

    /// The runs that this version can read, newest first.
    pub fn readable(&self) -> Result<Vec<RunRecord>, Error> {
        let readable = |listed| match listed {
            Listed::Readable(run) => Some(*run),
            Listed::Unreadable(_) => None,
        };
        Ok(self.runs()?.into_iter().filter_map(readable).collect())
    }

    /// One run by its number.
    pub fn find(&self, wanted: i64) -> Result<RunRecord, Error> {
        let found = self.runs()?.into_iter().find_map(|listed| match listed {
            Listed::Readable(run) if run.id == wanted => Some(Ok(*run)),
            Listed::Unreadable(run) if run.id == wanted => Some(Err(Error::UnreadableRun { run: wanted, why: run.why })),
            _ => None,
        });
        found.unwrap_or(Err(Error::NoSuchRun(wanted)))
    }

    /// The runs that have not ended, with what is open of them, oldest first.
    pub fn unfinished(&self) -> Result<Vec<Unfinished>, Error> {
        let mut unfinished = Vec::new();
        for run in self.readable()?.into_iter().filter(|run| run.outcome.is_none()).rev() {
            // lines that this version cannot read: all of it may be open
            let entries = self.entries(run.id).ok().map(|lines| lines.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>());
            unfinished.push(open::unfinished(run, entries.as_deref()));
        }
        Ok(unfinished)
    }

    /// Writes; when the disk is full, once more with the room that was kept for this.
    fn run(&self, sql: &str, values: &[&dyn ToSql]) -> Result<(), Error> {
        let written = self.connection.execute(sql, values);
        let kept = match &written {
            Err(cause) if is_full(cause) => self.reserve.borrow_mut().take(),
            _ => None,
        };
        let written = match kept {
            Some(room) => {
                drop(room);
                self.connection.execute(sql, values)
            }
            None => written,
        };
        written.map(drop).map_err(|cause| error(&self.path, &cause))
    }

    fn text(&self, value: &impl serde::Serialize) -> Result<String, Error> {
        serde_json::to_string(value).map_err(|cause| Error::Journal { path: self.path.clone(), cause: strange(&cause) })
    }
}

/// Waits for the turn of this process.
fn turn(folder: &Path) -> std::io::Result<Flock<File>> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(folder.join("journal.lock"))?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

type Row = (i64, i64, Option<i64>, Option<String>, String, Option<String>);

fn listed((id, started, finished, outcome, plan, record): Row) -> Listed {
    let (started_at, finished_at) = (moment(started), finished.map(moment));
    let read = || -> Result<RunRecord, serde_json::Error> {
        let outcome = outcome.as_deref().map(serde_json::from_str).transpose()?;
        let record = record.as_deref().map(serde_json::from_str).transpose()?;
        Ok(RunRecord { id, started_at, finished_at, outcome, plan: serde_json::from_str(&plan)?, record })
    };
    match read() {
        Ok(run) => Listed::Readable(Box::new(run)),
        Err(cause) => {
            let site = serde_json::from_str::<serde_json::Value>(&plan).ok();
            let site = site.and_then(|plan| Some(plan.get("site")?.as_str()?.to_owned()));
            Listed::Unreadable(UnreadableRun { id, started_at, finished_at, site, why: strange(&cause) })
        }
    }
}

/// SQLite tells a file that may not grow as a failure of the disk.
fn is_full(cause: &rusqlite::Error) -> bool {
    matches!(cause.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure))
}

fn error(path: &Path, cause: &rusqlite::Error) -> Error {
    let words = match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => return Error::DiskFull { path: path.to_owned() },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "this user may not write it",
        Some(ErrorCode::CannotOpen) => "it cannot be opened: look at the owner and mode of its folder",
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "the file is damaged, or no journal of voiceport",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another process holds it",
        Some(ErrorCode::SystemIoFailure) => "the disk fails to read or write it",
        _ => return Error::Journal { path: path.to_owned(), cause: cause.to_string() },
    };
    Error::Journal { path: path.to_owned(), cause: words.to_owned() }
}

/// A text that is not as this version writes it.
fn strange(cause: &serde_json::Error) -> String {
    format!("another version of voiceport wrote it, or it is damaged (line {}, column {})", cause.line(), cause.column())
}

fn nanos(moment: Timestamp) -> i64 {
    i64::try_from(moment.unix_nanos()).unwrap_or(i64::MAX)
}

fn moment(nanos: i64) -> Timestamp {
    Timestamp::from_unix_nanos(u64::try_from(nanos).unwrap_or(0))
}
