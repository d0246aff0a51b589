//! `apply`: the plan carried out, read back, and put back where it failed. I/O through the context.

use std::path::PathBuf;
use std::sync::Arc;

use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::event::ChangeEvent;
use super::inventory::LoadedSite;
use super::plan::{observe_and_plan, refuse_stale};
use crate::change::apply::{Run, Switches, Watcher};
use crate::change::journal::Journal;
use crate::change::next::Entry;
use crate::change::plan::Plan;
use crate::change::report::{ApplyReport, Outcome};
use crate::change::{self, summary};

pub use crate::change::apply::Saving;

/// What is to be applied, and how.
pub struct Request {
    /// A saved plan that must still hold.
    pub plan_file: Option<PathBuf>,
    /// The switches; none means all.
    pub switches: Vec<String>,
    /// Whether to save to the startup configuration.
    pub saving: Saving,
    /// Switches changed at the same time.
    pub parallel: usize,
    /// Whether it may be done.
    pub consent: Consent,
}

/// What became of the plan, and the switches it could not be made for.
#[derive(Debug)]
pub struct Applied {
    /// What became of it.
    pub report: ApplyReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

/// Plans anew, and carries the plan out when it may be.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<Applied, Error> {
    let (plan, connected) = observe_and_plan(site, &request.switches, context).await?;
    if let Some(file) = &request.plan_file {
        // without every switch nothing tells whether the plan still holds
        let unread = connected.failures.first().map(|(_, error)| Error::from(error.clone()));
        refuse_stale(file, &plan).map_err(|stale| unread.unwrap_or(stale))?;
    }
    request.consent.preview(&plan);
    let Request { saving, parallel, consent, .. } = request;
    let order = Order { plan, switches: connected.switches, saving, parallel, consent };
    Ok(Applied { report: carry_out(order, context).await?, failures: connected.failures })
}

/// A plan and how it is to be carried out.
pub(super) struct Order {
    pub plan: Plan,
    pub switches: Switches,
    pub saving: Saving,
    pub parallel: usize,
    pub consent: Consent,
}

/// Carries out a plan from consent to report.
pub(super) async fn carry_out(order: Order, context: &Context) -> Result<ApplyReport, Error> {
    let Order { plan, switches, saving, parallel, consent } = order;
    if !plan.is_safe() {
        return Ok(summary::refused(&plan));
    }
    if plan.steps.is_empty() {
        return Ok(summary::without_run(&plan, Outcome::NothingToDo));
    }
    if matches!(consent, Consent::OnlyCheck) {
        return Ok(summary::without_run(&plan, Outcome::Checked));
    }
    let journal = Journal::open(context.state_folder()?)?;
    let _lock = journal.lock()?;
    consent.to_apply().await?;
    let run = Run::begin(journal, plan.clone(), switches, watcher(context))?;
    let outcome = finish(&run, parallel, saving, context).await?;
    Ok(summary::of_run(run.id, &plan, &run.entries(), outcome))
}

/// Carries the run to its end. The first wish to stop puts it back; the second leaves it where it is, for `rollback` to take up.
async fn finish(run: &Run, parallel: usize, saving: Saving, context: &Context) -> Result<Outcome, Error> {
    let finishing = run.finish(parallel, saving);
    tokio::pin!(finishing);
    let mut reverting = false;
    loop {
        let stopped = context.stopped();
        tokio::select! {
            outcome = &mut finishing => return Ok(outcome?),
            () = stopped => {
                if reverting {
                    return Err(change::Error::Interrupted(run.id).into());
                }
                reverting = run.revert("stopped by Ctrl-C");
                context.emit(ChangeEvent::Stopping);
            }
        }
    }
}

/// Tells each journal line as it is written.
pub(super) fn watcher(context: &Context) -> Watcher {
    let context = context.clone();
    Arc::new(move |plan: &Plan, entry: &Entry| context.emit(ChangeEvent::Journalled { plan, entry }))
}

impl Applied {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        conclusion(&self.report).worst(connect::conclusion(&self.failures))
    }
}

/// How a run ended.
pub(super) fn conclusion(report: &ApplyReport) -> Conclusion {
    match report.outcome {
        Outcome::RolledBack => Conclusion::RolledBack,
        Outcome::RollbackIncomplete => Conclusion::RollbackIncomplete,
        Outcome::NotSaved => Conclusion::DeviceFailed,
        Outcome::Refused => Conclusion::Differences,
        _ if !report.refusals.is_empty() => Conclusion::Differences,
        _ => Conclusion::Done,
    }
}
