//! Runs as a journal has them. Pure.

use super::plan::Plan;
use super::record::Record;
use super::report::Outcome;
use model::timestamp::Timestamp;

/// One run.
#[derive(Debug, Clone)]
pub struct RunRecord {
    pub id: i64,
    pub started_at: Timestamp,
    /// When it ended; `None` when it was interrupted, or goes on.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` when it was interrupted, or goes on.
    pub outcome: Option<Outcome>,
    pub plan: Plan,
    /// Whose it is; `None` in a journal of an older version.
    pub record: Option<Record>,
}

/// A run that this version cannot read.
#[derive(Debug, Clone)]
pub struct UnreadableRun {
    pub id: i64,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// As far as it can be made out.
    pub site: Option<String>,
    pub why: String,
}

/// A run as the history lists it.
#[derive(Debug, Clone)]
pub enum Listed {
    Readable(Box<RunRecord>),
    Unreadable(UnreadableRun),
}
