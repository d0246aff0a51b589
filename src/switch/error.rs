//! What goes wrong with a switch, as types; English is made only in `Display` and in [`Error::hint`]. Pure.

use std::fmt;
use std::time::Duration;

use model::ids::{PortName, SwitchName};
use nix::errno::Errno;
use snmp::ErrorStatus;
pub use snmp::manager::CredentialFault;

/// What went wrong with a switch. Texts are lower case and name switch, attempt and cause; [`Error::hint`] is the hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing came back, with any credential.
    #[error("switch {switch}: no answer from {address} after {tries} tries in {elapsed:.1?}")]
    NoAnswer {
        switch: SwitchName,
        /// Address and port asked.
        address: String,
        tries: u32,
        elapsed: Duration,
    },
    /// This machine gives no socket to speak to switches with.
    #[error("cannot open a socket for SNMP: {cause}")]
    Socket {
        /// The operating system's words.
        cause: String,
    },
    /// The name or address does not resolve, or cannot be reached from here.
    #[error("switch {switch}: {address}: {cause}")]
    Unreachable {
        switch: SwitchName,
        address: String,
        /// The operating system's words.
        cause: String,
    },
    /// The switch answered that the credential is wrong.
    #[error("switch {switch}: {cause}")]
    Credential {
        switch: SwitchName,
        /// Which part is wrong: user, authentication password, privacy password, clock.
        cause: CredentialFault,
    },
    /// The switch refused a write.
    #[error("switch {switch}{port}: set {object} = {value}: refused ({refusal})", port = PortSuffix(.port.as_ref()))]
    Refused {
        switch: SwitchName,
        port: Option<PortName>,
        /// The object's name with its instance.
        object: String,
        /// The value, in words.
        value: String,
        refusal: Box<Refusal>,
    },
    /// A write was sent and no answer came: whether it took effect is unknown.
    #[error(
        "switch {switch}{port}: set {object} = {value}: no answer after {tries} tries{though}",
        port = PortSuffix(.port.as_ref()),
        though = if *.reads { ", though it answers what is read" } else { "" }
    )]
    WriteUnanswered {
        switch: SwitchName,
        port: Option<PortName>,
        /// The object's name with its instance.
        object: String,
        /// The value, in words.
        value: String,
        tries: u32,
        /// Whether a read was answered right afterwards.
        reads: bool,
    },
    /// A write that could not be announced in the log, and therefore did not leave.
    #[error("switch {switch}: not written, because the journal could not be written before")]
    NotLogged { switch: SwitchName },
    /// The profile, the transport or the inventory does not allow it.
    #[error("switch {switch}: {what}")]
    NotPossible {
        switch: SwitchName,
        /// What, and why not.
        what: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The switch answered something that is no answer to the question.
    #[error("switch {switch}: {what}")]
    Garbage {
        switch: SwitchName,
        /// What came, and where.
        what: String,
    },
}

/// How a write was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// An SNMP error status (RFC 3416 §3).
    Status(ErrorStatus),
    /// The same for what one manager at a time may hold: another one has it.
    Held {
        status: ErrorStatus,
        /// Who has it, when that is told.
        owner: Option<String>,
    },
    /// The kernel's error number, and its own words where it gave some.
    Kernel {
        errno: i32,
        /// The words of its extended acknowledgement.
        words: Option<String>,
    },
    /// The kernel was not reached, or gave no answer that can be read.
    NoKernelAnswer(String),
    /// What the write began ended in another state than the good one.
    Ended {
        value: i64,
        /// What the profile calls it.
        name: Option<String>,
    },
    /// What the write began did not end in time.
    NotDone(Duration),
    /// Saving did not go well.
    Save(SaveFailure),
    /// Another manager wrote between what this write rests on was read and the write (RFC 3418 snmpSetSerialNo).
    Overtaken,
}

/// Why a configuration was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveFailure {
    /// The switch has no startup configuration to save to.
    NoStartupConfiguration,
    /// The state of the save does not appear.
    NotBegun,
    /// It ended in this state.
    State(i64),
    /// It failed for this cause, in the switch's own words.
    Cause(String),
    /// It failed for a cause that has only a number.
    CauseNumber {
        /// The object that tells it.
        object: String,
        number: i64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Held { status, owner: Some(owner) } => write!(f, "{status}: {owner} is using it"),
            Self::Held { status, owner: None } => write!(f, "{status}: another manager is using it"),
            Self::Kernel { errno, words: Some(words) } => write!(f, "{words} ({:?})", Errno::from_raw(*errno)),
            Self::Kernel { errno, words: None } => {
                let errno = Errno::from_raw(*errno);
                write!(f, "{} ({errno:?})", errno.desc())
            }
            Self::NoKernelAnswer(what) => f.write_str(what),
            Self::Ended { name: Some(name), .. } => f.write_str(name),
            Self::Ended { value, name: None } => write!(f, "it is {value}"),
            Self::NotDone(after) => write!(f, "not done after {after:?}"),
            Self::Save(failure) => failure.fmt(f),
            Self::Overtaken => f.write_str("another manager wrote at the same time"),
        }
    }
}

impl fmt::Display for SaveFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStartupConfiguration => f.write_str("it is empty: the switch has no startup configuration to save to"),
            Self::NotBegun => f.write_str("it does not appear: the switch did not begin to save"),
            Self::State(state) => write!(f, "failed: state {state}"),
            Self::Cause(cause) => write!(f, "failed: {cause}"),
            Self::CauseNumber { object, number } => write!(f, "failed: {object} {number}"),
        }
    }
}

impl Refusal {
    /// Whether it says that the credential may not write this.
    #[must_use]
    pub const fn is_of_access(&self) -> bool {
        matches!(
            self,
            Self::Status(
                ErrorStatus::NO_ACCESS
                    | ErrorStatus::NOT_WRITABLE
                    | ErrorStatus::AUTHORIZATION_ERROR
                    | ErrorStatus::NO_SUCH_NAME
                    | ErrorStatus::READ_ONLY
            )
        )
    }
}

impl Error {
    /// The kind of error, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer { .. } => "no_answer",
            Self::Socket { .. } => "no_socket",
            Self::Unreachable { .. } => "unreachable",
            Self::Credential { .. } => "credential",
            Self::Refused { .. } => "refused",
            Self::WriteUnanswered { .. } => "write_unanswered",
            Self::NotLogged { .. } => "not_logged",
            Self::NotPossible { .. } => "not_possible",
            Self::Garbage { .. } => "malformed_answer",
        }
    }

    /// Whether a write that ended so may be made again when its value is as before: it, or its answer, was lost, or another manager
    /// came between.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        match self {
            Self::WriteUnanswered { tries, .. } => *tries == 1,
            Self::Refused { refusal, .. } => **refusal == Refusal::Overtaken,
            _ => false,
        }
    }

    /// Whether the switch refused the value, as one that cannot be or is there already.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let Self::Refused { refusal, .. } = self else { return false };
        matches!(**refusal, Refusal::Status(ErrorStatus::INCONSISTENT_VALUE | ErrorStatus::WRONG_VALUE | ErrorStatus::BAD_VALUE))
    }

    /// Whether a save that ended so is known to have left the startup configuration as it was: by the switch's own word.
    #[must_use]
    pub fn startup_is_untouched(&self) -> bool {
        let Self::Refused { refusal, .. } = self else { return false };
        matches!(
            **refusal,
            Refusal::Save(
                SaveFailure::NoStartupConfiguration
                    | SaveFailure::State(_)
                    | SaveFailure::Cause(_)
                    | SaveFailure::CauseNumber { .. }
            )
        )
    }

    /// The switch it is about.
    #[must_use]
    pub const fn switch(&self) -> Option<&SwitchName> {
        match self {
            Self::NoAnswer { switch, .. }
            | Self::Unreachable { switch, .. }
            | Self::Credential { switch, .. }
            | Self::Refused { switch, .. }
            | Self::WriteUnanswered { switch, .. }
            | Self::NotLogged { switch, .. }
            | Self::NotPossible { switch, .. }
            | Self::Garbage { switch, .. } => Some(switch),
            Self::Socket { .. } => None,
        }
    }

    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAnswer { switch, .. } => Some(format!(
                "a switch with SNMPv1/v2c also stays silent for a wrong community: check switches.{switch}.address, the read credential and the switch's SNMP access list"
            )),
            Self::Unreachable { switch, .. } => Some(format!("check switches.{switch}.address")),
            Self::Credential { switch, .. } => Some(format!("check the credential named under switches.{switch}")),
            Self::Refused { switch, refusal, .. } if refusal.is_of_access() => {
                Some(format!("the credential may be read-only: name a write credential under switches.{switch}.write"))
            }
            Self::WriteUnanswered { switch, reads: true, .. } => Some(format!(
                "a switch with SNMPv1/v2c stays silent for a wrong community: check the credential named under switches.{switch}.write and the switch's SNMP access list"
            )),
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::Socket { .. }
            | Self::Refused { .. }
            | Self::WriteUnanswered { .. }
            | Self::NotLogged { .. }
            | Self::Garbage { .. } => None,
        }
    }
}

struct PortSuffix<'a>(Option<&'a PortName>);

impl fmt::Display for PortSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |port| write!(f, " (port {port})"))
    }
}
