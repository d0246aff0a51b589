//! Why an interface cannot be used, and what to do about it.

use std::io;

use super::rights;

/// Why an interface of this machine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The interfaces cannot be listed.
    #[error("interfaces: list: the operating system tells none")]
    Interfaces,
    /// An interface that this machine does not have.
    #[error("interface {interface}: listen: there is no such interface")]
    UnknownInterface {
        /// The name asked for.
        interface: String,
        /// The names there are.
        present: Vec<String>,
    },
    /// An interface that is switched off.
    #[error("interface {interface}: listen: it is down")]
    InterfaceDown { interface: String },
    /// The process may not open packet sockets.
    #[error("interface {interface}: listen: not permitted to open a packet socket")]
    NotPermitted { interface: String },
    /// The operating system refused something else.
    #[error("interface {interface}: {attempt}: {cause}")]
    Socket {
        interface: String,
        attempt: &'static str,
        #[source]
        cause: io::Error,
    },
}

impl Error {
    /// What the kernel's refusal means.
    pub(super) fn refused(interface: &str, attempt: &'static str, cause: io::Error) -> Self {
        let interface = interface.to_owned();
        match cause.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted { interface },
            io::ErrorKind::NetworkDown => Self::InterfaceDown { interface },
            _ => Self::Socket { interface, attempt, cause },
        }
    }

    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownInterface { present, .. } => Some(format!("this machine has: {}", present.join(", "))),
            Self::InterfaceDown { interface } => Some(format!("ip link set {interface} up")),
            Self::NotPermitted { .. } => Some(rights::cure()),
            Self::Interfaces | Self::Socket { .. } => None,
        }
    }
}
