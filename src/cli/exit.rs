//! Exit codes: each means one thing. Pure.

use std::process::ExitCode;

use crate::ops::Conclusion;

/// How a command ended, as Ansible and shell scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing wrong.
    Done = 0,
    /// 1: failed.
    Failed = 1,
    /// 2: wrong usage.
    Usage = 2,
    /// 3: inventory or template invalid.
    Invalid = 3,
    /// 4: device unreachable or refused.
    Device = 4,
    /// 5: differences found, or a limit not met.
    Differences = 5,
    /// 6: failed, everything put back.
    PutBack = 6,
    /// 7: rollback incomplete: look at the switch.
    RollbackIncomplete = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Conclusion> for Exit {
    fn from(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Done => Self::Done,
            Conclusion::Failed => Self::Failed,
            Conclusion::WrongUsage => Self::Usage,
            Conclusion::Invalid => Self::Invalid,
            Conclusion::DeviceFailed => Self::Device,
            Conclusion::Differences => Self::Differences,
            Conclusion::RolledBack => Self::PutBack,
            Conclusion::RollbackIncomplete => Self::RollbackIncomplete,
        }
    }
}
