//! Giving the files to booting phones, and to nobody else: TFTP and HTTP over one file store. I/O.
//!
//! Not supported: HTTPS, range requests, uploads, firmware folders.

mod error;
mod events;
pub mod file_store;
mod http;
pub mod identity;
mod served_file;
pub mod tftp;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

pub use error::Error;
pub use file_store::FileStore;
pub use served_file::ServedFile;

use model::serve::FetchEvent;

/// Where to listen; port 0 takes any free one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// TFTP, UDP port 69 by custom.
    pub tftp: Option<SocketAddr>,
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
    pub fn start(options: &Options, files: Arc<FileStore>, events: mpsc::Sender<FetchEvent>) -> Result<Self, Error> {
        let (stop, stopped) = watch::channel(());
        let failed = |protocol, address| move |source| Error::Listen { protocol, address, source };
        // Both are opened before either serves: a half-started server helps nobody.
        let tftp = options.tftp.map(|at| tftp::server::Listener::bind(at).map_err(failed("tftp", at))).transpose()?;
        let http = options.http.map(|at| http::Listener::bind(at).map_err(failed("http", at))).transpose()?;
        tokio::spawn(follow_neighbours(Arc::clone(&files), stopped.clone()));
        let addresses = (tftp.as_ref().map(tftp::server::Listener::address), http.as_ref().map(http::Listener::address));
        if let Some(listener) = tftp {
            listener.serve(Arc::clone(&files), events.clone(), stopped.clone());
        }
        if let Some(listener) = http {
            listener.serve(files, events, stopped);
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

async fn follow_neighbours(files: Arc<FileStore>, mut stopped: watch::Receiver<()>) {
    tokio::select! {
        _ = stopped.changed() => {}
        () = files.follow_neighbours() => {}
    }
}
