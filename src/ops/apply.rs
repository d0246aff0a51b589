//! `apply`: the plan carried out, read back, and put back where it failed. I/O through the context.

use std::path::PathBuf;
use std::sync::Arc;

use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::event::ChangeEvent;
use super::guards::last_look;
use super::inventory::LoadedSite;
use super::plan::{Seen, observe_and_plan};
use super::{acceptance, plan_file, runs};
use crate::change::apply::{Run, Stopping, Switches, Watcher};
use crate::change::journal::Journal;
use crate::change::next::Entry;
use crate::change::plan::Plan;
use crate::change::record::lock_of;
use crate::change::report::{ApplyReport, Outcome, SaveReport, SaveStatus};
use crate::change::{self, SiteLock, summary};
use crate::site::evidence::LastSave;
use crate::switch::Error as SwitchError;
use model::change::Observed;
use model::ids::SwitchName;

pub use crate::change::apply::Saving;
pub use crate::change::disruption::Disruption;

/// What is to be applied, and how.
pub struct Request {
    /// A saved plan that must still hold: its steps are done, and no others.
    pub plan_file: Option<PathBuf>,
    /// The switches; none means all, or those of the plan.
    pub switches: Vec<String>,
    /// Whether to save to the startup configuration.
    pub saving: Saving,
    /// Switches changed at the same time.
    pub parallel: usize,
    /// Whether phones that may be in use may lose power or VLAN.
    pub disruption: Disruption,
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

/// Plans anew, or takes the plan of a file, and carries it out when it may be.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<Applied, Error> {
    let Request { plan_file: file, switches, saving, parallel, disruption, consent } = request;
    let saved = file.as_ref().map(|file| plan_file::read(file, &site.site, &switches)).transpose()?;
    let names = saved.as_ref().map_or(switches, |plan| plan.switches.clone());
    runs::refuse_unfinished(&site.site, &names, context)?;
    // from reading on, so that nobody on this machine changes what the plan rests on
    let lock = match &consent {
        Consent::OnlyCheck => None,
        Consent::Given | Consent::Ask(_) => Some(Journal::open(context.state_folder()?)?.lock(&lock_of(&site.site))?),
    };
    let Seen { mut plan, observed, connected } = observe_and_plan(site, &names, context).await?;
    if let (Some(file), Some(saved)) = (&file, saved) {
        if let Some((_, error)) = failed_switch_of(&saved, &connected.failures) {
            return Err(error.clone().into());
        }
        plan_file::refuse_stale(file, &saved, &plan)?;
        plan.steps = saved.steps;
        plan = plan.sealed();
    }
    consent.preview(&plan);
    if let Some(report) = unsaved(site, &plan, &observed, saving, context)? {
        return Ok(Applied { report, failures: connected.failures });
    }
    // a plan that was looked at and named is consent where nobody can be asked
    let consent = if file.is_some() { consent.or_given() } else { consent };
    let disruption = Some(disruption);
    let order = Order { plan, site, switches: connected.switches, saving, parallel, disruption, consent, lock };
    Ok(Applied { report: carry_out(order, context).await?, failures: connected.failures })
}

/// The first switch that a plan changes and that does not answer.
fn failed_switch_of<'a>(plan: &Plan, failures: &'a Failures) -> Option<&'a (SwitchName, SwitchError)> {
    failures.iter().find(|(name, _)| plan.steps.iter().any(|step| step.switch == *name))
}

/// The report of a plan with nothing to change where an earlier run was never saved, although that is wanted.
fn unsaved(
    site: &LoadedSite,
    plan: &Plan,
    observed: &Observed,
    saving: Saving,
    context: &Context,
) -> Result<Option<ApplyReport>, Error> {
    if !plan.steps.is_empty() || !plan.is_safe() || saving == Saving::RunningOnly {
        return Ok(None);
    }
    let asked = |name: &SwitchName| plan.switches.is_empty() || plan.switches.iter().any(|asked| asked == name.as_str());
    let last = acceptance::saving(&site.site, context)?;
    let unsaved = last.into_iter().filter(|(name, _)| asked(name)).filter_map(|(name, last)| {
        // what the switch tells comes first: somebody may have saved it since
        let told = observed.switches.get(&name)?.unsaved_changes;
        match last {
            LastSave::LeftOut { run } if told != Some(false) => {
                Some((run, SaveReport { switch: name, status: SaveStatus::Failed, detail: None }))
            }
            LastSave::Told { run, status: SaveStatus::Failed, detail } if told != Some(false) => {
                Some((run, SaveReport { switch: name, status: SaveStatus::Failed, detail }))
            }
            _ => None,
        }
    });
    let (runs, saving): (Vec<i64>, Vec<SaveReport>) = unsaved.unzip();
    Ok(runs.into_iter().max().map(|run| ApplyReport { run: Some(run), saving, ..summary::without_run(plan, Outcome::NotSaved) }))
}

/// A plan and how it is to be carried out.
pub(super) struct Order<'a> {
    pub plan: Plan,
    pub site: &'a LoadedSite,
    pub switches: Switches,
    pub saving: Saving,
    pub parallel: usize,
    /// Whether phones that may be in use may lose power or VLAN; `None`: nobody asks.
    pub disruption: Option<Disruption>,
    pub consent: Consent,
    /// The lock of the site, where it is held already.
    pub lock: Option<SiteLock>,
}

/// Carries out a plan from consent to report.
pub(super) async fn carry_out(order: Order<'_>, context: &Context) -> Result<ApplyReport, Error> {
    let Order { plan, site, switches, saving, parallel, disruption, consent, lock } = order;
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
    let _lock = match lock {
        Some(lock) => lock,
        None => journal.lock(&lock_of(&site.site))?,
    };
    consent.to_apply().await?;
    let plan = last_look(plan, site, &switches, disruption, context).await;
    if plan.steps.is_empty() {
        return Ok(summary::without_run(&plan, Outcome::NothingToDo));
    }
    let record = runs::record(site, &plan, saving, &switches).await;
    let run = Run::begin(journal, plan.clone(), &record, switches, watcher(context))?;
    let outcome = finish(&run, parallel, saving, context).await?;
    Ok(summary::of_run(run.id, &plan, &run.entries(), outcome))
}

/// Carries the run to its end. The first wish to stop puts it back; the second leaves it where it is, for `apply --finish` or
/// `rollback` to take up.
pub(super) async fn finish(run: &Run, parallel: usize, saving: Saving, context: &Context) -> Result<Outcome, Error> {
    let finishing = run.finish(parallel, saving);
    tokio::pin!(finishing);
    let mut asked = false;
    loop {
        let stopped = context.stopped();
        tokio::select! {
            outcome = &mut finishing => return Ok(outcome?),
            cause = stopped => {
                if asked {
                    return Err(change::Error::LeftOff(run.id).into());
                }
                asked = true;
                let stopping = match run.revert(&format!("stopped by {cause}")) {
                    Stopping::PuttingBack => ChangeEvent::Stopping,
                    Stopping::PutBackAlready => ChangeEvent::StoppingRollback,
                    Stopping::TooLate => ChangeEvent::TooLateToStop,
                };
                context.emit(stopping);
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
