//! What goes wrong with a probe or a reflector. Pure.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::host::rights;

/// What went wrong with a probe or a reflector. Texts are lower case; [`Error::hint`] is the cure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("probe {target}: no answer to {sent} packets in {elapsed:.1?}{port}", port = if *.refused { ": nothing listens on this port" } else { "" })]
    NoAnswer {
        target: SocketAddr,
        /// Packets sent.
        sent: u64,
        elapsed: Duration,
        /// Whether the target's machine said that nobody listens on the port.
        refused: bool,
    },
    /// The sender's sockets cannot be used.
    #[error("probe {target}: open socket: {cause}")]
    Sender {
        target: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// The reflector's port cannot be taken.
    #[error("reflector {address}: bind: {cause}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// The reflector's socket failed.
    #[error("reflector {address}: receive: {cause}")]
    Reflector {
        address: SocketAddr,
        /// The operating system's words.
        cause: io::Error,
    },
    /// A setting that cannot be carried out.
    #[error("probe: not possible: {what}")]
    NotPossible { what: String, hint: Option<String> },
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAnswer { target, .. } => Some(format!(
                "start `voiceport reflect` on {}, and let UDP port {} through on the way in both directions",
                target.ip(),
                target.port()
            )),
            Self::Bind { address, cause } if cause.kind() == io::ErrorKind::PermissionDenied => Some(format!(
                "ports below 1024 need a right: `{}`, or use another port, like {}",
                rights::cure(),
                SocketAddr::new(address.ip(), 8620)
            )),
            Self::Bind { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse => {
                Some("another reflector may run already; use another port".to_owned())
            }
            Self::NotPossible { hint, .. } => hint.clone(),
            Self::Sender { .. } | Self::Bind { .. } | Self::Reflector { .. } => None,
        }
    }
}
