//! The user-based security model for both sides: who may ask, unaltered, in time and unread (RFC 3414, RFC 3826, RFC 7860). Pure.
//!
//! A [`User`] holds what a password was stretched to, once for all switches; [`Keys`] are that for one engine. [`Peer`] is the side that
//! asks, [`Authority`] the one that answers. The only door to the crates of digests and ciphers.

use std::fmt;

use crate::oid::Oid;

mod authority;
mod cache;
mod cipher;
mod hash;
mod keys;
mod peer;

pub use authority::{Asked, Authority, Refused};
pub use cache::MasterCache;
pub use cipher::Cipher;
pub use hash::Hash;
pub use keys::{Keys, Master, User};
pub use peer::{Opened, Peer};

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

    /// The counter's instance.
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
