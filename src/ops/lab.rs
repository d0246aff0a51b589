//! `lab`: the simulated site alone, for trying things and for CI. I/O: sockets on loopback.

use std::path::PathBuf;

use super::context::Context;
use super::error::Error;
use super::event::Event;
use super::files::{try_out, write_beside};
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
    try_out(&request.inventory)?;
    let lab = Lab::start(request.options).await?;
    lab.provisioning(request.servers);
    // Dropped at the end, which removes the socket's file.
    let _control = request.control.map(|path| lab.control(&path)).transpose()?;
    let text = lab.inventory_text();
    // an earlier lab's, by its first line
    let is_ours = |old: &str| old.lines().next() == text.lines().next();
    let existing = write_beside(&request.inventory, &text, is_ours)?;
    context.emit(Event::Existing { file: &request.inventory, existing: &existing });
    let stopped = context.stopped();
    tokio::pin!(stopped);
    // the wish is taken up before anybody is told that the site runs
    tokio::select! {
        biased;
        _ = &mut stopped => return Ok(()),
        () = std::future::ready(()) => {}
    }
    context.emit(Event::LabRunning(&request.inventory));
    stopped.await;
    Ok(())
}
