//! One switch, read and written: the trait that every transport fulfils. Pure, but for the drivers below it.
//!
//! `snmp` speaks to switches on the network by profile, `linux` to this machine's own bridge and PSE controllers.
//! No vendor's name occurs outside `profiles/`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use model::change::Change;
use model::ids::{PortName, SwitchName};
use model::switch::{SwitchIdentity, SwitchState};

pub mod capabilities;
pub mod linux;
pub mod snmp;

/// How much of a switch to read.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Every fact the profile knows.
    Everything,
    /// Only the facts that `change` on `port` is about: for reading back. The rest of the state is `None` or empty.
    Step {
        /// The port; `None` for a change of the whole switch.
        port: Option<&'a PortName>,
        /// The change.
        change: &'a Change,
    },
}

/// How the running configuration survives a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It was saved to the startup configuration.
    Saved,
    /// The switch saves every change itself.
    SavesItself,
    /// It cannot be saved over this transport: a restart will undo the change.
    NotPossible,
}

/// One switch.
///
/// A driver reads and writes; it decides nothing. Whether a write took effect is decided by reading back, not by its answer.
#[async_trait]
pub trait Switch: Send + Sync {
    /// The name in the inventory.
    fn name(&self) -> &SwitchName;

    /// Who the switch says it is: the cheapest read that proves address and credential.
    async fn identify(&self) -> Result<SwitchIdentity, Error>;

    /// Reads facts. `Scope::Everything` also learns the maps (ifIndex, bridge port, PSE row) that later calls need.
    async fn read(&self, scope: Scope<'_>) -> Result<SwitchState, Error>;

    /// Writes one change, as the profile's write sequence says. `Ok` means only that the switch did not refuse.
    async fn write(&self, port: Option<&PortName>, change: &Change) -> Result<(), Error>;

    /// Saves the running configuration to the startup configuration.
    async fn persist(&self) -> Result<Persistence, Error>;

    /// Whether the switch saves each write by itself, and can be told not to: that is slow, and wears its flash.
    async fn saves_each_write(&self) -> Result<bool, Error> {
        Ok(false)
    }

    /// Tells it whether to do so. Asked only of one that can be told.
    async fn save_each_write(&self, _saves: bool) -> Result<(), Error> {
        Ok(())
    }

    /// What was asked of it so far; `None` for what is no question over a network.
    fn effort(&self) -> Option<Effort> {
        None
    }

    /// How long after an accepted write the change may take to become visible.
    fn settle(&self) -> Duration {
        Duration::from_secs(2)
    }
}

/// What was asked of a switch since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Requests, repetitions not counted.
    pub requests: u64,
    /// Values received.
    pub varbinds: u64,
}

/// What went wrong with a switch. Texts are lower case and name switch, attempt and cause; [`Error::hint`] is the cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing came back, with any credential.
    #[error("switch {switch}: no answer from {address} after {tries} tries in {elapsed:.1?}")]
    NoAnswer {
        /// The switch.
        switch: SwitchName,
        /// Address and port asked.
        address: String,
        /// Datagrams sent.
        tries: u32,
        /// Time spent.
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
        /// The switch.
        switch: SwitchName,
        /// Address as written.
        address: String,
        /// The operating system's words.
        cause: String,
    },
    /// The switch answered that the credential is wrong.
    #[error("switch {switch}: {cause}")]
    Credential {
        /// The switch.
        switch: SwitchName,
        /// Which part is wrong: user, authentication password, privacy password, clock.
        cause: CredentialFault,
    },
    /// The switch refused a write.
    #[error("switch {switch}{port}: set {object} = {value}: refused ({status})", port = PortSuffix(.port.as_ref()))]
    Refused {
        /// The switch.
        switch: SwitchName,
        /// The port.
        port: Option<PortName>,
        /// The object's name with its instance.
        object: String,
        /// The value, in words.
        value: String,
        /// The error status as the standard names it (RFC 3416), or the kernel's words.
        status: String,
    },
    /// A write was sent and no answer came: whether it took effect is unknown.
    #[error(
        "switch {switch}{port}: set {object} = {value}: no answer after {tries} tries{though}",
        port = PortSuffix(.port.as_ref()),
        though = if *.reads { ", though it answers what is read" } else { "" }
    )]
    WriteUnanswered {
        /// The switch.
        switch: SwitchName,
        /// The port.
        port: Option<PortName>,
        /// The object's name with its instance.
        object: String,
        /// The value, in words.
        value: String,
        /// Datagrams sent.
        tries: u32,
        /// Whether a read was answered right afterwards.
        reads: bool,
    },
    /// The profile, the transport or the inventory does not allow it.
    #[error("switch {switch}: {what}")]
    NotPossible {
        /// The switch.
        switch: SwitchName,
        /// What, and why not.
        what: String,
        /// The cure.
        hint: Option<String>,
    },
    /// The switch answered something that is no answer to the question.
    #[error("switch {switch}: {what}")]
    Garbage {
        /// The switch.
        switch: SwitchName,
        /// What came, and where.
        what: String,
    },
}

/// Which part of a credential the switch rejects (RFC 3414 usmStats).
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

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAnswer { switch, .. } => Some(format!(
                "a switch with SNMPv1/v2c also stays silent for a wrong community: check switches.{switch}.address, the read credential and the switch's SNMP access list"
            )),
            Self::Unreachable { switch, .. } => Some(format!("check switches.{switch}.address")),
            Self::Credential { switch, .. } => Some(format!("check the credential named under switches.{switch}")),
            Self::Refused { switch, status, .. }
                if ["noAccess", "notWritable", "authorizationError", "noSuchName", "readOnly"].contains(&status.as_str()) =>
            {
                Some(format!("the credential may be read-only: name a write credential under switches.{switch}.write"))
            }
            Self::WriteUnanswered { switch, reads: true, .. } => Some(format!(
                "a switch with SNMPv1/v2c stays silent for a wrong community: check the credential named under switches.{switch}.write and the switch's SNMP access list"
            )),
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::Socket { .. } | Self::Refused { .. } | Self::WriteUnanswered { .. } | Self::Garbage { .. } => None,
        }
    }
}

struct PortSuffix<'a>(Option<&'a PortName>);

impl fmt::Display for PortSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |port| write!(f, " (port {port})"))
    }
}
