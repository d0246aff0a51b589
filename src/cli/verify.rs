//! `voiceport verify`: acceptance checks of the site as it stands now. I/O.

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, verify};

const EXAMPLES: &str = "Examples:
  voiceport verify                power, VLAN, place and file of each phone; saved switches; voice
  voiceport verify --format json  the same, for machines";

/// Check the site as it stands now; exit with 5 unless every required check of every phone, switch and path passed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let site = global.site()?;
        let verified = verify::run(&site, &global.context()).await?;
        global.terminal().print(&verified.report);
        Ok(verified.conclusion().into())
    }
}
