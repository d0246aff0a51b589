//! Why a message or a password is refused (RFC 3414). Pure.

use std::fmt;

use crate::oid::Oid;

/// How far clocks of the two sides may be apart, in seconds (RFC 3414 §2.2.3).
pub const TIME_WINDOW: u32 = 150;

/// Why a message is refused; an authoritative engine counts each and says so in a Report (RFC 3414 §5, usmStats).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// usmStatsUnsupportedSecLevels.
    UnsupportedLevel = 1,
    /// usmStatsNotInTimeWindows.
    NotInTimeWindow = 2,
    /// usmStatsUnknownUserNames.
    UnknownUser = 3,
    /// usmStatsUnknownEngineIDs: also the answer to the question for the engine ID.
    UnknownEngine = 4,
    /// usmStatsWrongDigests.
    WrongDigest = 5,
    /// usmStatsDecryptionErrors.
    Decryption = 6,
}

impl Fault {
    /// All, in the order of the MIB.
    pub const ALL: [Self; 6] = [
        Self::UnsupportedLevel,
        Self::NotInTimeWindow,
        Self::UnknownUser,
        Self::UnknownEngine,
        Self::WrongDigest,
        Self::Decryption,
    ];

    /// Instance of the counter that a report carries.
    #[must_use]
    pub const fn oid(self) -> [u32; 11] {
        [1, 3, 6, 1, 6, 3, 15, 1, 1, self as u32, 0]
    }

    /// The fault that a Report names.
    #[must_use]
    pub fn of(name: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| *name == fault.oid()[..])
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnsupportedLevel => "usmStatsUnsupportedSecLevels",
            Self::NotInTimeWindow => "usmStatsNotInTimeWindows",
            Self::UnknownUser => "usmStatsUnknownUserNames",
            Self::UnknownEngine => "usmStatsUnknownEngineIDs",
            Self::WrongDigest => "usmStatsWrongDigests",
            Self::Decryption => "usmStatsDecryptionErrors",
        })
    }
}

/// Why a password cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password of fewer than 8 bytes is not allowed (RFC 3414 §11.2)")]
pub struct ShortPassword;
