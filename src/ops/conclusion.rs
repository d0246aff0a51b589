//! How an operation ended, as a caller acts on it. Pure.

/// How an operation ended. The command line makes an exit code of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Done, nothing wrong.
    Done,
    /// Failed on this machine.
    Failed,
    /// Asked for something that makes no sense.
    WrongUsage,
    /// The inventory or a template is invalid.
    Invalid,
    /// A device is unreachable or refused.
    DeviceFailed,
    /// Differences were found, or a limit is not met.
    Differences,
    /// Failed, and everything was put back.
    RolledBack,
    /// Something could not be put back.
    RollbackIncomplete,
}
