//! What a caller of an operation must bring. Pure: traits and their holder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use super::error::Error;
use super::event::{Event, EventSink};
use crate::inventory::secrets;
use crate::switch::{Error as SwitchError, Switch};
use model::credential::{Credential, CredentialSpec, SecretRef};
use model::ids::SwitchName;
use model::secret::Secret;
use model::site::SwitchSpec;
use model::timestamp::Timestamp;

/// Everything an operation needs besides the site and the request.
#[derive(Clone)]
pub struct Context {
    /// Opens switches.
    pub connector: Arc<dyn Connector>,
    pub secrets: Arc<dyn Secrets>,
    /// The folder of journal and reports; `None` when the caller has none.
    pub state_folder: Option<PathBuf>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Takes progress.
    pub events: Arc<dyn EventSink>,
    /// Tells when to stop.
    pub stop: Arc<dyn Stop>,
}

impl Context {
    /// Tells the caller how far the work is.
    pub fn emit<'a>(&self, event: impl Into<Event<'a>>) {
        self.events.emit(event.into());
    }

    /// Fetches secrets, with relative paths from this folder; why not in words.
    pub fn resolver(&self, folder: &Path) -> impl Fn(&SecretRef) -> Result<Secret, String> + Send + Sync + use<> {
        let (secrets, folder) = (Arc::clone(&self.secrets), folder.to_owned());
        move |reference| secrets.secret(reference, &folder).map_err(|error| error.to_string())
    }

    /// The folder of journal and reports.
    pub fn state_folder(&self) -> Result<&Path, Error> {
        self.state_folder.as_deref().ok_or(Error::NoStateFolder)
    }

    /// Ends at the caller's next wish to stop.
    pub fn stopped(&self) -> impl Future<Output = StopCause> + Send + use<> {
        let stop = Arc::clone(&self.stop);
        async move { stop.asked().await }
    }
}

/// The credentials of a switch, fetched.
#[derive(Debug)]
pub struct Credentials {
    pub read: Option<Credential>,
    pub write: Option<Credential>,
}

/// Opens switches.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Opens a switch of the inventory and proves that it answers.
    async fn open(&self, name: &SwitchName, spec: &SwitchSpec, credentials: Credentials) -> Result<Arc<dyn Switch>, SwitchError>;
}

/// Fetches secrets from where the inventory says they are kept; relative paths start from `folder`.
pub trait Secrets: Send + Sync {
    fn secret(&self, reference: &SecretRef, folder: &Path) -> Result<Secret, secrets::Error>;

    /// Every secret of a credential.
    fn credential(&self, credential: &CredentialSpec, folder: &Path) -> Result<Credential, secrets::Error>;
}

/// The time of day.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The caller's wish to stop, as Ctrl-C is one.
#[async_trait]
pub trait Stop: Send + Sync {
    /// Ends at the next wish; may be called again for the one after it.
    async fn asked(&self) -> StopCause;
}

/// How the wish to stop came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopCause {
    Interrupt,
    Terminate,
    Hangup,
}

impl std::fmt::Display for StopCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
            Self::Hangup => "SIGHUP: the terminal was closed",
        })
    }
}
