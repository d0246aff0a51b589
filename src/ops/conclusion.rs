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

impl Conclusion {
    /// Of two that hold at the same time, the worse for the network.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    const fn weight(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::WrongUsage => 1,
            Self::Failed => 2,
            Self::Differences => 3,
            Self::Invalid => 4,
            Self::DeviceFailed => 5,
            Self::RolledBack => 6,
            Self::RollbackIncomplete => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Conclusion::{self, *};

    #[test]
    fn the_worst_for_the_network_wins() {
        let order = [RollbackIncomplete, RolledBack, DeviceFailed, Invalid, Differences, Failed, WrongUsage, Done];
        for (at, worse) in order.into_iter().enumerate() {
            for better in order.into_iter().skip(at) {
                assert_eq!((worse.worst(better), better.worst(worse)), (worse, worse), "{worse:?} and {better:?}");
            }
        }
        assert_eq!([Done, Differences, RolledBack, DeviceFailed].into_iter().fold(Done, Conclusion::worst), RolledBack);
    }
}
