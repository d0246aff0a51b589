//! `voiceport history`: earlier runs and their outcome. I/O.

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::Error;
use crate::ops::history;

const EXAMPLES: &str = "Examples:
  voiceport history         all runs, the newest first
  voiceport history show 3  run 3 step by step";

/// List earlier runs with their outcome; `history show RUN` shows one step by step
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show one run step by step
    #[command(after_help = "Examples:\n  voiceport history show    the last run\n  voiceport history show 3  run 3")]
    Show {
        /// The run's number [default: the last]
        #[arg(value_name = "RUN", value_parser = values::run)]
        run: Option<i64>,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        match self.what {
            None => global.terminal().print(&history::list(&global.inventory, &global.context())?),
            Some(What::Show { run }) => global.terminal().print(&history::show(run, &global.context())?),
        }
        Ok(Exit::Done)
    }
}
