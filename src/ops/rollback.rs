//! `rollback`: what a run changed is put back. I/O through the context.

use super::apply::watcher;
use super::conclusion::Conclusion;
use super::connect;
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use crate::change::apply::{Run, Saving};
use crate::change::journal::Journal;
use crate::change::report::{Outcome, RollbackReport};
use crate::change::summary;

/// Which run, and whether it may be put back.
pub struct Request {
    /// Its number; `None` for the last.
    pub run: Option<i64>,
    /// Whether it may be done.
    pub consent: Consent,
}

/// Puts a run back, step by step, and reads back.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<RollbackReport, Error> {
    let journal = Journal::open(context.state_folder()?)?;
    let _lock = journal.lock()?;
    let earlier = journal.find(request.run)?;
    request.consent.to_roll_back(&earlier, site.site.time_zone.as_deref()).await?;
    let mut names: Vec<String> = earlier.plan.steps.iter().map(|step| step.switch.to_string()).collect();
    names.dedup();
    let mut connected = connect::connect(site, &names, context).await?;
    connect::observe(&mut connected, &site.catalogue, context).await;
    if let Some((_, error)) = connected.failures.into_iter().next() {
        return Err(error.into());
    }
    let run = Run::roll_back(journal, earlier.id, connected.switches, watcher(context))?;
    let outcome = run.finish(1, Saving::Startup).await?;
    Ok(RollbackReport(summary::of_run(run.id, &earlier.plan, &run.entries(), outcome)))
}

#[must_use]
pub fn conclusion(report: &RollbackReport) -> Conclusion {
    if report.0.outcome == Outcome::RolledBack { Conclusion::Done } else { Conclusion::RollbackIncomplete }
}
