//! `voiceport doctor`: what is missing on this machine or towards these switches, with what to do about it. I/O.

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, doctor};

const EXAMPLES: &str = "Examples:
  voiceport doctor               ports, journal, inventory and switches
  voiceport -i site.yaml doctor  for another inventory";

/// Say what is missing on this machine or towards the switches, with what to do about it; exit with 5 when anything is
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let report = doctor::run(&global.inventory, &global.context()).await;
        global.terminal().print(&report);
        Ok(doctor::conclusion(&report).into())
    }
}
