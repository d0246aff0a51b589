//! `voiceport history`: earlier runs and their outcome. I/O.

use super::error::Error;
use super::exit::Exit;
use super::global::Global;
use crate::change::journal::Journal;
use crate::change::journal::RunRecord;
use crate::change::next::Entry;
use crate::change::next::outcome;
use crate::change::summary;
use model::report::HistoryReport;
use model::report::RunReport;

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
    Show {
        /// The run's number [default: the last]
        #[arg(value_name = "RUN")]
        run: Option<i64>,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let journal = Journal::open(&global.state_dir()?)?;
        match self.what {
            None => global.terminal().print(&HistoryReport { runs: journal.runs()?.iter().map(row).collect() }),
            Some(What::Show { run }) => {
                let run = journal.find(run)?;
                let entries: Vec<Entry> = journal.entries(run.id)?.into_iter().map(|(_, entry)| entry).collect();
                let outcome = run.outcome.unwrap_or_else(|| outcome(&entries));
                global.terminal().print(&summary::of_run(run.id, &run.plan, &entries, outcome));
            }
        }
        Ok(Exit::Done)
    }
}

fn row(run: &RunRecord) -> RunReport {
    RunReport {
        run: run.id,
        site: run.plan.site.clone(),
        started_at: run.started_at,
        finished_at: run.finished_at,
        outcome: run.outcome,
        steps: run.plan.steps.len(),
    }
}
