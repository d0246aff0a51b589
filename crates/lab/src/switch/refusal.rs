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

impl Refusal {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotWritable => "notWritable",
            Self::WrongType => "wrongType",
            Self::WrongLength => "wrongLength",
            Self::WrongValue => "wrongValue",
            Self::NoCreation => "noCreation",
            Self::InconsistentName => "inconsistentName",
            Self::InconsistentValue => "inconsistentValue",
            Self::ResourceUnavailable => "resourceUnavailable",
            Self::CommitFailed => "commitFailed",
            Self::GenErr => "genErr",
        }
    }
}
