//! What keeps files from being served, and what to do about it. Pure.

use std::net::SocketAddr;

use crate::host::rights;
use model::ids::MacAddress;

/// What keeps files from being served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A listener cannot be opened.
    #[error("{protocol} on {address}: listen: {source}")]
    Listen {
        /// `tftp` or `http`.
        protocol: &'static str,
        /// The address asked for.
        address: SocketAddr,
        source: std::io::Error,
    },
    /// The site's files cannot be made.
    #[error(transparent)]
    Render(#[from] crate::render::Error),
    /// Two phones would fetch the same file.
    #[error("phones {first} and {second} both fetch {name}")]
    SameName {
        /// The phone named first.
        first: MacAddress,
        second: MacAddress,
        name: String,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let Self::Listen { address, source, .. } = self else {
            return if let Self::Render(inner) = self { inner.hint() } else { None };
        };
        match source.kind() {
            std::io::ErrorKind::PermissionDenied => {
                Some(format!("ports below 1024 need a right: `{}`, or another port than {}", rights::cure(), address.port()))
            }
            std::io::ErrorKind::AddrInUse => {
                Some(format!("another program listens there: `ss -lunpt 'sport = :{}'` names it", address.port()))
            }
            std::io::ErrorKind::AddrNotAvailable => Some(format!("{} is not an address of this machine", address.ip())),
            _ => None,
        }
    }
}
