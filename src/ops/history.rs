//! `history`: earlier runs and how they ended. I/O through the context.

use std::path::Path;

use super::context::Context;
use super::error::Error;
use super::inventory;
use crate::change::history::Listed;
use crate::change::journal::Journal;
use crate::change::next::{Entry, outcome};
use crate::change::report::{ApplyReport, HistoryReport, RunReport};
use crate::change::{self, summary};

/// All runs, the newest first.
///
/// Their times are shown in the zone of the inventory, where there is one.
pub fn list(inventory: &Path, context: &Context) -> Result<HistoryReport, Error> {
    let journal = Journal::open(context.state_folder()?)?;
    let time_zone = inventory::load(inventory).ok().and_then(|loaded| loaded.site.time_zone);
    let runs = journal.runs()?.into_iter().map(|run| row(run, &journal)).collect();
    Ok(HistoryReport { runs, time_zone })
}

/// One run step by step; `None` for the last.
pub fn show(run: Option<i64>, context: &Context) -> Result<ApplyReport, Error> {
    let journal = Journal::open(context.state_folder()?)?;
    let run = match run {
        Some(run) => journal.find(run)?,
        None => journal.readable()?.into_iter().next().ok_or(change::Error::NoRuns)?,
    };
    let entries: Vec<Entry> = journal.entries(run.id)?.into_iter().map(|(_, entry)| entry).collect();
    let outcome = run.outcome.unwrap_or_else(|| outcome(&entries));
    Ok(summary::of_run(run.id, &run.plan, &entries, outcome))
}

fn row(run: Listed, journal: &Journal) -> RunReport {
    match run {
        Listed::Readable(run) => {
            let goes_on = run.outcome.is_none() && journal.under_way(&run, "").is_some();
            RunReport {
                run: run.id,
                steps: Some(run.plan.steps.len()),
                site: Some(run.plan.site),
                started_at: run.started_at,
                finished_at: run.finished_at,
                outcome: run.outcome,
                goes_on,
                unreadable: None,
            }
        }
        Listed::Unreadable(run) => RunReport {
            run: run.id,
            site: run.site,
            started_at: run.started_at,
            finished_at: run.finished_at,
            outcome: None,
            steps: None,
            goes_on: false,
            unreadable: Some(run.why),
        },
    }
}
