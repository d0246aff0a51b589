//! `lab`: the simulated site alone, for trying things and for CI. I/O: sockets on loopback.

use std::path::PathBuf;

use super::context::Context;
use super::error::Error;
use super::event::Event;
use super::files::write;
use crate::lab::Lab;

pub use crate::lab::{Family, LabOptions, Scenario, Servers};

#[derive(Debug, Clone)]
pub struct Request {
    /// Scenarios and kinds of switches.
    pub options: LabOptions,
    /// Where its phones fetch.
    pub servers: Servers,
    /// Where to write its inventory.
    pub inventory: PathBuf,
    /// Where to serve the control socket; `None` for nowhere.
    pub control: Option<PathBuf>,
}

/// Runs the simulated site until the wish to stop.
pub async fn run(request: Request, context: &Context) -> Result<(), Error> {
    let lab = Lab::start(request.options).await?;
    lab.provisioning(request.servers);
    // Dropped at the end, which removes the socket's file.
    let _control = request.control.map(|path| lab.control(&path)).transpose()?;
    write(&request.inventory, &lab.inventory_text())?;
    context.emit(Event::LabRunning(&request.inventory));
    context.stopped().await;
    Ok(())
}
