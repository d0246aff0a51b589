//! Why a request brought no values. Pure.

use std::fmt;
use std::time::Duration;

use nix::errno::Errno;

use crate::usm::Fault;
use crate::{ErrorStatus, Malformed, Oid};

/// Why a request brought no values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing came back.
    #[error("no answer after {tries} tries in {elapsed:.1?}")]
    NoAnswer {
        /// Datagrams sent until the request was given up.
        tries: u32,
        /// Time from the first datagram to giving up.
        elapsed: Duration,
    },
    /// The answer was an error status.
    #[error("{status}")]
    Status {
        /// error-status of the response.
        status: ErrorStatus,
        /// Position of the object it is about, from 1; 0 when it is about none.
        position: usize,
    },
    /// The agent answered that the credential is wrong.
    #[error(transparent)]
    Credential(CredentialFault),
    /// The network says that nobody is there.
    #[error("{0}")]
    Unreachable(OsError),
    /// Something came that is no answer to the request.
    #[error(transparent)]
    BadAnswer(BadAnswer),
    /// The session was opened without a credential for writing.
    #[error("no credential for writing")]
    NoWriteCredential,
}

/// Which part of a credential the agent rejects (RFC 3414 usmStats).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialFault {
    /// usmStatsUnknownUserNames.
    #[error("it does not know this SNMPv3 user")]
    UnknownUser,
    /// usmStatsWrongDigests.
    #[error("the SNMPv3 authentication password or protocol is wrong")]
    WrongAuthentication,
    /// usmStatsDecryptionErrors, or silence after correct authentication.
    #[error("the SNMPv3 privacy password or protocol is wrong")]
    WrongPrivacy,
    /// usmStatsNotInTimeWindows, again after one resynchronisation.
    #[error("its SNMPv3 clock and ours do not agree, even after asking again")]
    OutsideTimeWindow,
    /// usmStatsUnsupportedSecLevels.
    #[error("it does not allow this SNMPv3 security level for this user")]
    SecurityLevel,
}

/// What is wrong with what came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Bytes that are no message.
    #[error("it answers what is no SNMP message ({0})")]
    NotSnmp(Malformed),
    /// A message of another version than the request's.
    #[error("it answers in another version of SNMP")]
    OtherVersion,
    /// An answer with another community than the request's.
    #[error("it answers with another community")]
    OtherCommunity,
    /// An answer to the discovery of the engine ID without one.
    #[error("it does not tell its SNMPv3 engine ID")]
    NoEngineId,
    /// The engine ID was learned anew, and is another again.
    #[error("its SNMPv3 engine ID is another with every answer")]
    EngineIdChanges,
    /// The message is not authentic, not in time or cannot be decrypted.
    #[error("its answer cannot be believed ({0})")]
    NotAuthentic(Fault),
    /// A Report without a signature that refuses what this engine has answered before. Anybody can send one.
    #[error("an unsigned report of {0}, of a user whom it has answered before")]
    UnsignedReport(Fault),
    /// A Report of something that is no fault of the user-based security model.
    #[error("a report of {}", .0.as_ref().map_or_else(|| "nothing".to_owned(), Oid::to_string))]
    Report(Option<Oid>),
    /// A message that answers another request, or none.
    #[error("it answers with what is no answer to the question")]
    NotTheAnswer,
    /// Variable bindings that cannot be read.
    #[error("its answer is malformed ({0})")]
    Malformed(Malformed),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Credential(match fault {
            Fault::UnknownUser => CredentialFault::UnknownUser,
            Fault::WrongDigest => CredentialFault::WrongAuthentication,
            Fault::Decryption => CredentialFault::WrongPrivacy,
            Fault::NotInTimeWindow => CredentialFault::OutsideTimeWindow,
            Fault::UnsupportedLevel => CredentialFault::SecurityLevel,
            Fault::UnknownEngine => return Self::BadAnswer(BadAnswer::EngineIdChanges),
        })
    }
}

/// An error number of the operating system, as a send or the network (ICMP) brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsError(pub i32);

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Errno::from_raw(self.0) {
            Errno::ECONNREFUSED => f.write_str("nothing listens at that port"),
            Errno::UnknownErrno => write!(f, "unreachable (error {})", self.0),
            errno => f.write_str(&errno.desc().to_lowercase()),
        }
    }
}
