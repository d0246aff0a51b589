//! What every driver of a switch does: identify, read, write, save. Pure, but for the drivers behind it.

use std::time::Duration;

use async_trait::async_trait;

use crate::switch::error::Error;
use model::change::Change;
use model::ids::{PortName, SwitchName};
use model::switch::{SwitchIdentity, SwitchState};
use model::traffic::TrafficSample;
pub use snmp::manager::RequestStats;

/// How much of a switch to read.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Every fact the profile knows.
    Everything,
    /// Only the facts that `change` on `port` is about: for reading back. The rest of the state is `None` or empty.
    Step {
        /// The port; `None` for a change of the whole switch.
        port: Option<&'a PortName>,
        change: &'a Change,
    },
}

/// How a running configuration came to survive a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It was saved now.
    Saved,
    /// The switch saves every change by itself.
    SavesItself,
    /// It cannot be saved over this transport: a restart will undo the change.
    NotPossible,
}

/// What is told of each request of a write, before it leaves and after it was answered.
pub trait WriteLog: Send + Sync {
    /// The name under which something is held that one manager at a time may have: it says which run.
    fn owner(&self) -> &str;

    /// Before it leaves. An error keeps it from leaving.
    fn leaving(&self, request: &Leaving) -> Result<(), NotLogged>;

    /// Its answer, or what came in its place.
    fn answered(&self, request: &Leaving, answer: Result<(), &Error>);
}

/// A request that is about to leave for a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaving {
    /// It writes these objects with these values; in words.
    Write(String),
    /// It takes what one manager at a time may hold.
    Hold,
    /// It gives that back.
    Release,
}

/// The log could not be written: nothing may leave that it does not announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLogged;

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
    ///
    /// The log is told of each request before it leaves, and of its answer.
    async fn write(&self, port: Option<&PortName>, change: &Change, log: &dyn WriteLog) -> Result<(), Error>;

    /// Gives back what a process that ended in the middle of a write still holds in this owner's name. Nothing of another owner's.
    async fn release(&self, _owner: &str) -> Result<(), Error> {
        Ok(())
    }

    /// Saves the running configuration to the startup configuration.
    async fn persist(&self) -> Result<Persistence, Error>;

    /// Whether the running configuration differs from the startup configuration; `None` where the switch does not tell.
    async fn unsaved_changes(&self) -> Result<Option<bool>, Error> {
        Ok(None)
    }

    /// Whether the switch saves each write by itself, and can be told not to: that is slow, and wears its flash.
    async fn auto_save(&self) -> Result<bool, Error> {
        Ok(false)
    }

    /// Tells it whether to do so. Asked only of one that can be told.
    async fn set_auto_save(&self, _on: bool) -> Result<(), Error> {
        Ok(())
    }

    /// Tries the credential for writing by setting one object to the value it has; `tell` gets object and value before that.
    async fn try_write(&self, _tell: &(dyn for<'o, 'v> Fn(&'o str, &'v str) + Sync)) -> Result<(), Error> {
        let what = "the right to write cannot be tried on it".to_owned();
        Err(Error::NotPossible { switch: self.name().clone(), what, hint: None })
    }

    /// The packets its ports have counted; no ports where it does not tell.
    async fn traffic(&self) -> Result<TrafficSample, Error> {
        Ok(TrafficSample::default())
    }

    /// What was asked of it so far; `None` where nothing goes over a network.
    fn request_stats(&self) -> Option<RequestStats> {
        None
    }

    /// How long after an accepted write the change may take to become visible.
    fn settle_time(&self) -> Duration {
        Duration::from_secs(2)
    }
}
