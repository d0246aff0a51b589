//! `voiceport rollback`: put back what a run changed. I/O.

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::apply::Disruption;
use crate::ops::{Error, rollback};

const EXAMPLES: &str = "Examples:
  voiceport rollback                  show what the last run changed, ask, then put it back
  voiceport rollback 3 --yes          put back run 3 (`voiceport history` lists the runs)
  voiceport rollback --switch desk-1  only on this switch; the rest of the run stays open";

/// Put back what a run changed, step by step, and read it back
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The run's number [default: the last of the site that is not put back]
    #[arg(value_name = "RUN", value_parser = values::run)]
    run: Option<i64>,
    /// Only on this switch (may be repeated) [default: all that the run changed]
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Also where the switch does not tell whether the phone is in a call; one in a call is left for later all the same
    #[arg(long)]
    disrupt: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let site = global.site()?;
        let disruption = Disruption::allowed_if(self.disrupt);
        let request = rollback::Request { run: self.run, switches: self.switch, disruption, consent: global.consent(self.yes) };
        let report = rollback::run(&site, request, &global.context()).await?;
        global.terminal().print(&report);
        Ok(rollback::conclusion(&report).into())
    }
}
