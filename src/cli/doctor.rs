//! `voiceport doctor`: what is missing on this machine or towards these switches, with what to do about it. I/O.

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, doctor};

const EXAMPLES: &str = "Examples:
  voiceport doctor               ports, rights, journal, inventory, secrets and switches
  voiceport doctor --try-write   the credentials for writing too
  voiceport -i site.yaml doctor  for another inventory";

/// Say what is missing on this machine or towards the switches, with what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Also try the credentials for writing: set one object of each switch, which is named first, to the value it has
    #[arg(long)]
    try_write: bool,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let report = doctor::run(&global.inventory, doctor::Request { try_write: self.try_write }, &global.context()).await;
        global.terminal().print(&report);
        Ok(doctor::conclusion(&report).into())
    }
}
