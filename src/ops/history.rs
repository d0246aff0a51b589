//! `history`: earlier runs and how they ended. I/O through the context.

use std::path::Path;

use super::context::Context;
use super::error::Error;
use super::inventory;
use crate::change::journal::{Journal, RunRecord};
use crate::change::next::{Entry, outcome};
use crate::change::report::{ApplyReport, HistoryReport, RunReport};
use crate::change::summary;

/// All runs, the newest first.
///
/// Their times are shown in the zone of the inventory, where there is one.
pub fn list(inventory: &Path, context: &Context) -> Result<HistoryReport, Error> {
    let journal = Journal::open(context.state_folder()?)?;
    let time_zone = inventory::load(inventory).ok().and_then(|loaded| loaded.site.time_zone);
    Ok(HistoryReport { runs: journal.runs()?.iter().map(row).collect(), time_zone })
}

/// One run step by step; `None` for the last.
pub fn show(run: Option<i64>, context: &Context) -> Result<ApplyReport, Error> {
    let journal = Journal::open(context.state_folder()?)?;
    let run = journal.find(run)?;
    let entries: Vec<Entry> = journal.entries(run.id)?.into_iter().map(|(_, entry)| entry).collect();
    let outcome = run.outcome.unwrap_or_else(|| outcome(&entries));
    Ok(summary::of_run(run.id, &run.plan, &entries, outcome))
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
