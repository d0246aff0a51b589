//! `voiceport rollback`: put back what a run changed. I/O.

use super::apply::watcher;
use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::change::apply::Run;
use crate::change::apply::Saving;
use crate::change::journal::Journal;
use crate::change::summary;
use model::report::Outcome;
use model::report::RollbackReport;

const EXAMPLES: &str = "Examples:
  voiceport rollback          put back the last run, after asking
  voiceport rollback 3 --yes  put back run 3 (`voiceport history` lists the runs)";

/// Put back what a run changed, step by step, and read it back
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The run's number [default: the last]
    #[arg(value_name = "RUN")]
    run: Option<i64>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let wanted = gather::wanted(global)?;
        let journal = Journal::open(&global.state_dir()?)?;
        let _lock = journal.lock()?;
        let earlier = journal.find(self.run)?;
        if !self.yes {
            let question =
                format!("Put back the {} changes of run {} ({})?", earlier.plan.steps.len(), earlier.id, earlier.started_at);
            if !terminal.can_ask() || !terminal.ask(&question) {
                return Err(Error::usage("stopped: nothing was written", format!("voiceport rollback {} --yes", earlier.id)));
            }
        }
        let mut names: Vec<String> = earlier.plan.steps.iter().map(|step| step.switch.to_string()).collect();
        names.dedup();
        let mut connected = gather::connect(global, &wanted.site, &names).await?;
        gather::observe(&mut connected, &wanted.catalogue).await;
        if let Some((_, error)) = connected.failures.into_iter().next() {
            return Err(error.into());
        }
        let run = Run::roll_back(journal, earlier.id, connected.switches, watcher(terminal))?;
        let outcome = run.finish(1, Saving::Startup).await?;
        terminal.print(&RollbackReport(summary::of_run(run.id, &earlier.plan, &run.entries(), outcome)));
        Ok(if outcome == Outcome::RolledBack { Exit::Done } else { Exit::RollbackIncomplete })
    }
}
