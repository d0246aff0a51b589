//! `apply --finish`: an interrupted run is carried to its end, and what was never saved is saved. I/O through the context.

use super::apply::{self, Applied, finish, watcher};
use super::connect;
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use super::runs;
use crate::change::apply::{Run, Saving};
use crate::change::history::RunRecord;
use crate::change::journal::Journal;
use crate::change::next::{Entry, RunState};
use crate::change::plan::{Plan, Step};
use crate::change::report::{Outcome, SaveStatus, StepStatus};
use crate::change::summary;
use model::site::Site;

/// How the rest of a run is done.
pub struct Request {
    /// Switches changed at the same time.
    pub parallel: usize,
    /// Whether it may be done.
    pub consent: Consent,
}

/// Settles what is unknown of the site's unfinished run by reading, does the rest of its plan, and saves. A run that was being put back
/// is put back to its end.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<Applied, Error> {
    let Request { parallel, consent } = request;
    let journal = Journal::open(context.state_folder()?)?;
    let Some(found) = choose(&journal, &site.site)? else {
        let nothing = Plan { site: site.site.name.clone(), ..Plan::default() };
        return Ok(Applied { report: summary::without_run(&nothing, Outcome::NothingToDo), failures: Vec::new() });
    };
    let _locks = runs::locks(&journal, &found, &site.site)?;
    let unfinished = journal.find(found.id)?;
    let entries: Vec<Entry> = journal.entries(found.id)?.into_iter().map(|(_, entry)| entry).collect();
    let names = runs::switches_of(&unfinished.plan);
    let site = runs::with_switches_of(site, &unfinished, &names)?;
    let mut connected = connect::connect(&site, &names, context).await?;
    connect::observe(&mut connected, &site.catalogue, context).await;
    if let Some((_, error)) = connected.failures.into_iter().next() {
        return Err(error.into());
    }
    let connected = connect::Connected { switches: connected.switches, failures: Vec::new() };
    runs::same_switches(&unfinished, &connected).await?;
    let rest = rest(&unfinished, &entries);
    consent.preview(&rest);
    if matches!(consent, Consent::OnlyCheck) {
        return Ok(Applied { report: summary::without_run(&rest, Outcome::Checked), failures: Vec::new() });
    }
    consent.to_finish(&unfinished, rest.steps.len(), RunState::of(&entries).reverting()).await?;
    // a run that ended without saving is saved now: that is what is asked for
    let wanted = unfinished.record.as_ref().map_or(Saving::Startup, |record| record.saving);
    let saving = if unfinished.outcome.is_none() { wanted } else { Saving::Startup };
    let run = Run::take_up(journal, unfinished.id, connected.switches, watcher(context))?;
    let outcome = finish(&run, parallel, saving, context).await?;
    let report = summary::of_run(run.id, &unfinished.plan, &run.entries(), outcome);
    Ok(Applied { report, failures: connected.failures })
}

/// The run of the site that did not end, the last of several; else the last run, where it was not saved.
fn choose(journal: &Journal, site: &Site) -> Result<Option<RunRecord>, Error> {
    let own: Vec<RunRecord> = journal.readable()?.into_iter().filter(|run| runs::is_of(run, site)).collect();
    if let Some(unfinished) = own.iter().find(|run| run.outcome.is_none()) {
        return Ok(Some(unfinished.clone()));
    }
    let Some(last) = own.into_iter().next() else { return Ok(None) };
    let entries = journal.entries(last.id)?;
    let saved = |entry: &Entry| matches!(entry, Entry::Saved { status, .. } if *status != SaveStatus::Failed);
    let was_saved = entries.iter().any(|(_, entry)| saved(entry));
    let unsaved = last.outcome == Some(Outcome::NotSaved) || (last.outcome == Some(Outcome::Applied) && !was_saved);
    Ok(Some(last).filter(|run| unsaved && !crate::change::plan::comes_back(&run.plan.steps)))
}

/// The steps that are still to be done, or to be put back.
fn rest(run: &RunRecord, entries: &[Entry]) -> Plan {
    let state = RunState::of(entries);
    let to_do = |step: &&Step| {
        let status = state.status(step.number);
        if state.reverting() {
            matches!(status, StepStatus::Done | StepStatus::Unknown | StepStatus::FailedDirty)
        } else {
            matches!(status, StepStatus::Pending | StepStatus::Unknown)
        }
    };
    let steps = run.plan.steps.iter().filter(to_do).cloned();
    let steps = steps.map(|step| if state.reverting() { Step { change: step.change.inverse(), ..step } } else { step });
    Plan { site: run.plan.site.clone(), steps: steps.collect(), ..Plan::default() }
}

impl From<apply::Request> for Request {
    fn from(request: apply::Request) -> Self {
        Self { parallel: request.parallel, consent: request.consent }
    }
}
