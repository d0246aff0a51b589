//! Why a simulated switch refuses a write: the error statuses of RFC 3416. Pure.

/// The reason, by the standard's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum Refusal {
    NotWritable,
    WrongType,
    WrongLength,
    WrongValue,
    NoCreation,
    InconsistentName,
    InconsistentValue,
    ResourceUnavailable,
    CommitFailed,
    GenErr,
}
