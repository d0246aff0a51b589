//! Giving the files to booting phones, and to nobody else: TFTP and HTTP over one cabinet. I/O.
//!
//! Not supported: HTTPS, range requests, uploads, firmware folders.

pub mod cabinet;
mod events;
mod http;
pub mod identity;
pub mod neighbours;
pub mod tftp;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

pub use cabinet::Cabinet;

use model::serve::FetchEvent;

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
        /// Why.
        source: std::io::Error,
    },
    /// The site's files cannot be made.
    #[error(transparent)]
    Render(#[from] crate::render::Error),
    /// Two phones would fetch the same file.
    #[error("phones {first} and {second} both fetch {name}")]
    SameName {
        /// The phone named first.
        first: model::ids::MacAddress,
        /// The other phone.
        second: model::ids::MacAddress,
        /// The file.
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
            std::io::ErrorKind::PermissionDenied => Some(format!(
                "ports below 1024 need a right: `setcap cap_net_bind_service=+ep` on the voiceport binary, or another port than {}",
                address.port()
            )),
            std::io::ErrorKind::AddrInUse => {
                Some(format!("another program listens there: `ss -lunpt 'sport = :{}'` names it", address.port()))
            }
            std::io::ErrorKind::AddrNotAvailable => Some(format!("{} is not an address of this machine", address.ip())),
            _ => None,
        }
    }
}

/// Where to listen; port 0 takes any free one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// TFTP, UDP port 69 by custom.
    pub tftp: Option<SocketAddr>,
    /// HTTP.
    pub http: Option<SocketAddr>,
}

/// The running listeners. Dropping it stops listening; transfers under way end by themselves.
#[derive(Debug)]
pub struct Server {
    tftp: Option<SocketAddr>,
    http: Option<SocketAddr>,
    _stop: watch::Sender<()>,
}

impl Server {
    /// Opens the listeners and serves until dropped; one event per request. Must be called inside a tokio runtime.
    pub fn start(options: &Options, cabinet: Arc<Cabinet>, events: mpsc::Sender<FetchEvent>) -> Result<Self, Error> {
        let (stop, stopped) = watch::channel(());
        let failed = |protocol, address| move |source| Error::Listen { protocol, address, source };
        // Both are opened before either serves: a half-started server helps nobody.
        let tftp = options.tftp.map(|at| tftp::server::Listener::bind(at).map_err(failed("tftp", at))).transpose()?;
        let http = options.http.map(|at| http::Listener::bind(at).map_err(failed("http", at))).transpose()?;
        let addresses = (tftp.as_ref().map(tftp::server::Listener::address), http.as_ref().map(http::Listener::address));
        if let Some(listener) = tftp {
            listener.serve(Arc::clone(&cabinet), events.clone(), stopped.clone());
        }
        if let Some(listener) = http {
            listener.serve(cabinet, events, stopped);
        }
        Ok(Self { tftp: addresses.0, http: addresses.1, _stop: stop })
    }

    /// The real TFTP address.
    #[must_use]
    pub const fn tftp_address(&self) -> Option<SocketAddr> {
        self.tftp
    }

    /// The real HTTP address.
    #[must_use]
    pub const fn http_address(&self) -> Option<SocketAddr> {
        self.http
    }
}
