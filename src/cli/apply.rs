//! `voiceport apply`: perform the plan, read it back, put back what failed. I/O.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use super::stop;
use crate::change;
use crate::change::apply::Run;
use crate::change::apply::Saving;
use crate::change::apply::Switches;
use crate::change::apply::Watcher;
use crate::change::journal::Journal;
use crate::change::next::Entry;
use crate::change::planner::plan;
use crate::change::summary;
use crate::output::Terminal;
use model::plan::Plan;
use model::report::ApplyReport;
use model::report::Outcome;

const EXAMPLES: &str = "Examples:
  voiceport apply                  show the plan, ask, then do it
  voiceport apply plan.json --yes  exactly that plan; refused when the switches have changed since
  voiceport apply --check          what would be done; writes nothing";

/// Perform the plan: every write is read back, and when one fails everything is put back
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A plan saved by `voiceport plan --out`; refused when the switches have changed since
    #[arg(value_name = "PLAN.JSON")]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Only this switch (may be repeated) [default: all in the inventory]
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Do not save to the startup configuration: a restart of the switch undoes the change
    #[arg(long)]
    no_persist: bool,
    /// Show what would be done, as `changed`; write nothing
    #[arg(long)]
    check: bool,
    /// Switches changed at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &self.switch).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        gather::show_failures(terminal, &connected.failures);
        let plan = plan(&wanted.site, &observed, &wanted.catalogue).limited_to(&self.switch);
        if let Some(file) = &self.plan {
            refuse_stale(file, &plan)?;
        }
        let saving = if self.no_persist { Saving::RunningOnly } else { Saving::Startup };
        let consent = match (self.check, self.yes) {
            (true, _) => Consent::OnlyCheck,
            (false, true) => Consent::Given,
            (false, false) => Consent::Ask,
        };
        if consent == Consent::Ask {
            terminal.preview(&plan);
        }
        let order = Order { plan, switches: connected.switches, saving, parallel: usize::from(self.parallel), consent };
        let report = carry_out(global, terminal, order).await?;
        terminal.print(&report);
        if !connected.failures.is_empty() {
            return Ok(Exit::Device);
        }
        Ok(exit(&report))
    }
}

/// Whether writing is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Write nothing, say what would be written.
    OnlyCheck,
    /// Ask the person at the terminal.
    Ask,
    /// Given on the command line.
    Given,
}

/// A plan and how it is to be carried out.
pub struct Order {
    pub plan: Plan,
    pub switches: Switches,
    pub saving: Saving,
    pub parallel: usize,
    pub consent: Consent,
}

/// Carries out a plan from consent to report. The caller has shown the plan.
pub async fn carry_out(global: &Global, terminal: Terminal, order: Order) -> Result<ApplyReport, Error> {
    let Order { plan, switches, saving, parallel, consent } = order;
    if !plan.is_safe() {
        return Ok(summary::refused(&plan));
    }
    if plan.steps.is_empty() {
        return Ok(summary::without_run(&plan, Outcome::NothingToDo));
    }
    if consent == Consent::OnlyCheck {
        return Ok(summary::without_run(&plan, Outcome::Checked));
    }
    let journal = Journal::open(&global.state_dir()?)?;
    let _lock = journal.lock()?;
    if consent == Consent::Ask {
        ask(terminal)?;
    }
    let run = Run::begin(journal, plan.clone(), switches, watcher(terminal))?;
    let outcome = finish(terminal, &run, parallel, saving).await?;
    Ok(summary::of_run(run.id, &plan, &run.entries(), outcome))
}

/// Carries the run to its end. Ctrl-C turns it round; a second Ctrl-C leaves it where it is, for `rollback` to take up.
async fn finish(terminal: Terminal, run: &Run, parallel: usize, saving: Saving) -> Result<Outcome, Error> {
    let finishing = run.finish(parallel, saving);
    let stop = stop::asked();
    tokio::pin!(finishing, stop);
    let mut turned = false;
    loop {
        tokio::select! {
            outcome = &mut finishing => return Ok(outcome?),
            () = &mut stop => {
                stop.set(stop::asked());
                if turned {
                    return Err(change::Error::Interrupted(run.id).into());
                }
                turned = run.revert("stopped by Ctrl-C")?;
                terminal.warn("stopping; a second Ctrl-C leaves the switches half changed");
            }
        }
    }
}

/// The exit code of a report.
#[must_use]
pub fn exit(report: &ApplyReport) -> Exit {
    match report.outcome {
        Outcome::RolledBack => Exit::PutBack,
        Outcome::RollbackIncomplete => Exit::RollbackIncomplete,
        Outcome::NotSaved => Exit::Device,
        Outcome::Refused => Exit::Differences,
        _ if !report.refusals.is_empty() => Exit::Differences,
        _ => Exit::Done,
    }
}

/// Shows each journal line as it is written.
#[must_use]
pub fn watcher(terminal: Terminal) -> Watcher {
    Arc::new(move |plan: &Plan, entry: &Entry| {
        if let Some(line) = summary::line(plan, entry) {
            terminal.progress(&line);
        }
    })
}

fn ask(terminal: Terminal) -> Result<(), Error> {
    if !terminal.can_ask() {
        return Err(Error::usage("there is nobody to ask whether to go on", "look at `voiceport plan`, then say --yes"));
    }
    if terminal.ask("Make these changes?") {
        Ok(())
    } else {
        Err(Error::usage("stopped: nothing was written", "answer yes to go on"))
    }
}

fn refuse_stale(file: &Path, now: &Plan) -> Result<(), Error> {
    let reading = |cause: &dyn std::fmt::Display| Error::io(format!("reading {}", file.display()), cause);
    let text = std::fs::read_to_string(file).map_err(|cause| reading(&cause))?;
    let saved: Plan = serde_json::from_str(&text).map_err(|cause| reading(&cause))?;
    if saved.fingerprint == now.fingerprint {
        return Ok(());
    }
    let why = if now.steps.is_empty() {
        "nothing is left to change".to_owned()
    } else {
        format!("a plan made now has {} changes, this one has {}, or they rest on other facts", now.steps.len(), saved.steps.len())
    };
    Err(Error::Stale { file: file.display().to_string(), why })
}
