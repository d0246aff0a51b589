//! `rollback`: what a run changed is put back. I/O through the context.

use std::collections::BTreeMap;

use super::apply::{finish, watcher};
use super::conclusion::Conclusion;
use super::connect::{self, Connected};
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::guards::kept_open;
use super::inventory::LoadedSite;
use super::runs;
use crate::change::apply::{Run, Saving};
use crate::change::disruption::Disruption;
use crate::change::history::RunRecord;
use crate::change::journal::Journal;
use crate::change::next::{Entry, RunState};
use crate::change::plan::{Plan, Step, first_steps};
use crate::change::report::{ApplyReport, Outcome, RollbackReport, StepStatus};
use crate::change::summary;
use crate::change::verify::{Reading, compare};
use model::change::{Change, Observed};
use model::ids::SwitchName;

/// Switches put back at the same time.
const PARALLEL: usize = 8;

/// Which run, and whether it may be put back.
pub struct Request {
    /// Its number; `None` for the last of the site that is not put back.
    pub run: Option<i64>,
    /// The switches; none means all of the run.
    pub switches: Vec<String>,
    /// Whether phones that may be in use may lose power or VLAN.
    pub disruption: Disruption,
    /// Whether it may be done.
    pub consent: Consent,
}

/// Puts a run back, step by step, and reads back. A switch that does not answer does not hold up the others.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<RollbackReport, Error> {
    let folder = context.state_folder()?;
    let journal = Journal::open(folder)?;
    let earlier = runs::choose(&journal, &site.site, request.run)?;
    let _locks = runs::locks(&journal, &earlier, &site.site)?;
    // what another process did until the locks were free counts
    let earlier = journal.find(earlier.id)?;
    let entries: Vec<Entry> = journal.entries(earlier.id)?.into_iter().map(|(_, entry)| entry).collect();
    let names = asked(&earlier.plan, &request.switches)?;
    let site = runs::with_switches_of(site, &earlier, &names)?;
    let mut connected = connect::connect(&site, &names, context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connected.switches.retain(|name, _| observed.switches.contains_key(name));
    connect::tell_failures(&connected.failures, context);
    runs::same_switches(&earlier, &connected).await?;
    if earlier.outcome == Some(Outcome::RolledBack) {
        return Ok(RollbackReport(looked_at(&earlier, &entries, &observed, &connected)));
    }
    if connected.switches.is_empty()
        && let Some((_, error)) = connected.failures.first()
    {
        return Err(error.clone().into());
    }
    let back = to_be_put_back(&earlier, &entries, &connected);
    request.consent.preview(&back);
    request.consent.to_roll_back(&earlier, back.steps.len(), site.site.time_zone.as_deref()).await?;
    let open = kept_open(&back.steps, &site, &connected.switches, request.disruption, context).await;
    let (failures, reached) = (connected.failures, connected.switches.keys().cloned().collect::<Vec<_>>());
    let run = Run::roll_back(journal, earlier.id, connected.switches, watcher(context))?;
    for (step, why) in open {
        run.leave(step, why);
    }
    let outcome = finish(&run, PARALLEL, Saving::Startup, context).await?;
    let left_out = left_out(&earlier.plan, &run.entries(), &reached);
    if earlier.outcome.is_none() && !left_out.is_empty() {
        // what was interrupted stays so on these
        Journal::open(folder)?.reopen(earlier.id)?;
    }
    let report = summary::of_run(run.id, &earlier.plan, &run.entries(), outcome);
    Ok(RollbackReport(ApplyReport { left_out, errors: connect::error_rows(&failures), ..report }))
}

/// The switches of the run that were asked for; one that it did not change is wrong usage.
fn asked(plan: &Plan, names: &[String]) -> Result<Vec<String>, Error> {
    let own = runs::switches_of(plan);
    if let Some(unknown) = names.iter().find(|name| !own.contains(name)) {
        let known = own.iter().map(|name| SwitchName::from(name.as_str())).collect();
        return Err(Error::NotOfRun { name: SwitchName::from(unknown.as_str()), known });
    }
    Ok(if names.is_empty() { own } else { names.to_vec() })
}

/// The switches that a run has changed and that were not among those reached.
fn left_out(plan: &Plan, entries: &[Entry], reached: &[SwitchName]) -> Vec<SwitchName> {
    let state = RunState::of(entries);
    let left = plan.steps.iter().filter(|step| state.status(step.number).is_left() && !reached.contains(&step.switch));
    let mut names: Vec<SwitchName> = left.map(|step| step.switch.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// The steps of the way back, in their order, for people who are asked about it.
fn to_be_put_back(run: &RunRecord, entries: &[Entry], connected: &Connected) -> Plan {
    let state = RunState::of(entries);
    let back = |step: &&Step| state.status(step.number).is_left() && connected.switches.contains_key(&step.switch);
    let inverse = |step: &Step| Step {
        change: step.change.inverse(),
        reason: format!("step {} of run {}", step.number, run.id),
        ..step.clone()
    };
    let steps = run.plan.steps.iter().rev().filter(back).map(inverse).collect();
    Plan { site: run.plan.site.clone(), steps, ..Plan::default() }
}

/// What a run that is put back already has left: everything is read again, nothing is written and nothing saved.
fn looked_at(run: &RunRecord, entries: &[Entry], observed: &Observed, connected: &Connected) -> ApplyReport {
    let state = RunState::of(entries);
    let mut report = summary::of_run(run.id, &run.plan, entries, Outcome::AlreadyPutBack);
    let differences = differences(&run.plan, &state, observed);
    for step in &mut report.steps {
        if let Some(detail) = differences.get(&step.number) {
            step.status = StepStatus::RevertFailed;
            step.detail = Some(detail.clone());
        }
    }
    report.saving.clear();
    report.failure = None;
    ApplyReport { errors: connect::error_rows(&connected.failures), ..report }
}

/// The steps whose values from before are not there now.
fn differences(plan: &Plan, state: &RunState, observed: &Observed) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    for step in first_steps(plan.steps.iter().filter(|step| state.status(step.number) == StepStatus::Reverted)) {
        let Some(now) = observed.switches.get(&step.switch) else { continue };
        let detail = match compare(&step.change, step.port.as_ref(), now) {
            Reading::Before => continue,
            // told only while the port is in access mode
            Reading::Unknown if matches!(step.change, Change::IdleTrunk { .. }) => continue,
            Reading::After => "it is as this run made it again".to_owned(),
            Reading::Partly(value) | Reading::Other(value) => format!("it is {value} now"),
            Reading::Unknown => "the switch does not tell its value".to_owned(),
        };
        found.insert(step.number, detail);
    }
    found
}

/// How it ended: done where all that was asked for is put back; a switch that was asked for and could not be reached is left changed.
#[must_use]
pub fn conclusion(report: &RollbackReport) -> Conclusion {
    let report = &report.0;
    let unreached = if report.errors.is_empty() { Conclusion::Done } else { Conclusion::DeviceFailed };
    let own = match report.outcome {
        Outcome::AlreadyPutBack if report.differs() => Conclusion::Differences,
        Outcome::RolledBack | Outcome::AlreadyPutBack => Conclusion::Done,
        Outcome::RollbackIncomplete if report.errors.is_empty() && report.put_back_but_for_left_out() => Conclusion::Done,
        _ => Conclusion::RollbackIncomplete,
    };
    own.worst(unreached)
}
